"""The words: languages, dates, numbers, and that the Vietnamese catalogue is whole."""

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from secscan.check import Outcome, Reason, Severity
from secscan.errors import SecscanError
from secscan.evidence import MissingKind
from secscan.finding import EXPLANATIONS
from secscan.index import ERROR_STATE, NOTHING_TO_JUDGE
from secscan.locale import DEFAULT, LANGUAGES, NAMES, Words, unwrapped, words
from secscan.locale.extract import CATALOGUE, configurations, messages, python_messages, updated
from secscan.policy import load_policy
from secscan.register.model import Kind

ROOT = Path(__file__).parents[1]
VIETNAMESE = words("vi")
ENGLISH = words("en")


@pytest.fixture(scope="module")
def found() -> dict[str, set[str]]:
    return messages(ROOT)


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return read_po(BytesIO((ROOT / CATALOGUE).read_bytes()), locale="vi", charset="utf-8")


# The catalogue


def test_every_message_is_translated(found: dict[str, set[str]]) -> None:
    assert [message for message in found if message not in VIETNAMESE.translations] == []


def test_the_catalogue_is_what_extraction_writes(found: dict[str, set[str]]) -> None:
    written = (ROOT / CATALOGUE).read_bytes()
    assert updated(written, found, configurations(ROOT)) == written, "run `make messages`"


def test_no_translation_is_fuzzy(catalogue: Catalog) -> None:
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def test_a_translation_has_the_names_of_its_message() -> None:
    def names(text: str) -> set[str]:
        return set(re.findall(r"\{\w+\}", text))

    known = VIETNAMESE.translations.items()
    assert [message for message, answer in known if names(answer) != names(message)] == []


def test_translations_are_nfc() -> None:
    known = VIETNAMESE.translations.values()
    assert [answer for answer in known if not unicodedata.is_normalized("NFC", answer)] == []


def test_no_message_uses_more_than_plain_names(found: dict[str, set[str]]) -> None:
    strange = re.compile(r"\{\{|\}\}|\{\w*[^\w{}\s][^{}]*\}")
    assert [message for message in found if strange.search(message)] == []


def test_every_key_that_is_shown_has_a_name() -> None:
    keys = {*Outcome, *Severity, *MissingKind, *Kind, ERROR_STATE, NOTHING_TO_JUDGE}
    assert {str(key) for key in keys} | set(load_policy().family) <= set(NAMES)


# Words


def test_the_languages_are_those_there_are() -> None:
    assert DEFAULT in LANGUAGES
    with pytest.raises(SecscanError, match=r"'fr'.*vi, en"):
        words("fr")


def test_words_are_read_once() -> None:
    assert words("vi") is VIETNAMESE


def test_a_message_is_translated_and_filled() -> None:
    template = EXPLANATIONS[MissingKind.HTTP_ERROR]
    one = Words("vi", {template: "máy chủ trả lời với mã {detail}"})
    assert one.text(template, detail="503") == "máy chủ trả lời với mã 503"
    assert one.reason(Reason.of(template, detail=503)) == "máy chủ trả lời với mã 503"


def test_a_message_without_translation_is_english() -> None:
    assert VIETNAMESE.text("nobody wrote {this}", this="that") == "nobody wrote that"


def test_a_message_is_found_however_its_lines_break() -> None:
    one = Words("vi", {"two words": "hai từ"})
    assert one.text("two\n    words") == "hai từ"
    assert unwrapped("a\n b\n\n c ") == "a b\n\nc"


def test_configuration_passes_unchanged() -> None:
    block = "location / {\n    deny all;\n}\n\n${host} {{x}}"
    assert ENGLISH.text(block, x="") == block.replace("{x}", "")


@given(st.text(), st.text())
def test_data_is_never_read_as_a_template(one: str, other: str) -> None:
    assert ENGLISH.text("{one}|{other}", one=one, other=other) == f"{one}|{other}"


@given(st.text())
def test_any_message_gives_text(message: str) -> None:
    assert VIETNAMESE.text(message, detail="x") is not None


def test_names() -> None:
    assert ENGLISH.name(Outcome.NOT_TESTED) == "Not tested"
    assert VIETNAMESE.name("a-local-family") == "a-local-family"


def test_days_in_a_reason_are_written_as_readers_write_them() -> None:
    reason = Reason.of("{day} {detail} {n}", day="2026-02-01", detail="jq-2016-09-14", n=7)
    assert VIETNAMESE.reason(reason) == "01/02/2026 jq-2016-09-14 7"
    assert ENGLISH.reason(reason) == "2026-02-01 jq-2016-09-14 7"


def test_dates_are_those_of_ho_chi_minh_city() -> None:
    moment = datetime(2026, 2, 1, 18, 5, tzinfo=UTC)
    assert VIETNAMESE.date(moment) == "02/02/2026 01:05"
    assert ENGLISH.date(moment) == "2 Feb 2026, 01:05"


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (Decimal(82), "82,0", "82.0"),
        (Decimal("81.5"), "81,5", "81.5"),
        (Decimal("-5.25"), "-5,25", "-5.25"),
        (1234, "1.234", "1,234"),
    ],
)
def test_numbers(value: Decimal | int, vietnamese: str, english: str) -> None:
    assert VIETNAMESE.number(value) == vietnamese
    assert ENGLISH.number(value) == english


# Extraction


def test_messages_are_found_wherever_they_may_be() -> None:
    source = '''
EXPLANATIONS: dict[str, str] = {"key": "from a table"}
OTHERS: dict[str, str] = {"key": "never"}

@check("from a title", Severity.LOW)
def one(page: Page) -> Verdict:
    """First line.

    Why: from
    why
    Fix: from fix
    nginx: never;
    See: never
    """
    item = Item("never", Outcome.FAIL, Reason.of("from an item {n}", n=1))
    if item:
        return passed("from a pass" if page else "from another pass")
    return partial(Fraction(1, 2), "from a partial")

def other() -> None:
    """Why: never"""
    _("from a mark"), N_("from a data mark"), words.text("from words")
    failed("from a " "fail"), not_applicable("from elsewhere"), passed(template), Key.of("never")
'''
    assert set(python_messages(source, "x.py")) == {
        "from a table",
        "from a title",
        "from\nwhy",
        "from fix",
        "from an item {n}",
        "from a pass",
        "from another pass",
        "from a partial",
        "from a mark",
        "from a data mark",
        "from words",
        "from a fail",
        "from elsewhere",
    }


@pytest.mark.parametrize("argument", ['f"no {x}"', '"no " + x', '"no %s" % x'])
def test_a_message_that_is_put_together_is_refused(argument: str) -> None:
    with pytest.raises(SecscanError, match=r"x\.py:1 "):
        list(python_messages(f"failed({argument})", "x.py"))


def test_templates_and_modules_are_read(tmp_path: Path) -> None:
    for folder in ("secscan/cli", "checks", "templates"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "secscan/cli/x.py").write_text('_("one")')
    (tmp_path / "checks/y.py").write_text('_("one")')
    (tmp_path / "templates/z.html").write_text(
        '{% if a %}<p title="{{ _("two {n}", n=3) }}">{{ b(_("three\n four")) }}</p>{% endif %}'
    )
    assert messages(tmp_path) == {
        "one": {"secscan/cli/x.py", "checks/y.py"},
        "two {n}": {"templates/z.html"},
        "three four": {"templates/z.html"},
    }


def test_configuration_may_be_translated(tmp_path: Path) -> None:
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks/a.py").write_text(
        '@check("t", Severity.LOW)\ndef b() -> Verdict:\n'
        '    """Why: w\n\n    nginx: x;\n    y;\n    IIS: click it\n    See: z\n    """\n'
    )
    found = configurations(tmp_path)
    assert found == {"x; y;": {"checks/a.py"}, "click it": {"checks/a.py"}}
    assert updated(b"", {}, found).count(b"#. Configuration:") == 2
    assert b"#. Configuration:" not in updated(b"", found, found)


def test_an_update_keeps_adds_drops_and_settles() -> None:
    first = updated(b"", {"kept": {"a.py"}, "gone": {"a.py"}}, {})
    answered = first.replace(b'msgid "kept"\nmsgstr ""', 'msgid "kept"\nmsgstr "giữ"'.encode())
    second = updated(answered, {"new": {"b.py"}, "kept": {"c.py", "a.py"}}, {})
    assert "giữ" in second.decode()
    assert b"#: a.py c.py" in second
    assert b'"new"' in second
    assert b"gone" not in second
    assert updated(second, {"kept": {"a.py", "c.py"}, "new": {"b.py"}}, {}) == second
