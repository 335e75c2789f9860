"""The page of a check, on the terminal and in docs/checks."""

from secscan.catalog import Catalog
from secscan.check import Severity, Verdict, check, passed
from secscan.evidence import READINGS, Asked, Page
from secscan.explain import NEEDS, NOTICE, as_markdown, as_text, docs_pages, page
from secscan.facts import Facts
from secscan.locale import Words, words
from secscan.policy import Policy

ENGLISH = words("en")


@check("Browsers remember HTTPS", Severity.HIGH)
def hsts(asked: Asked, page: Page, policy: Policy) -> Verdict:
    """Judge it.

    Why: The first visit is in the clear,
    and anybody on the way can keep it so.

    A second paragraph.

    Fix: Send it.

    nginx:
    add_header Strict-Transport-Security "max-age=31536000" always;
    server_tokens off;

    See: RFC 6797
    https://example.org/hsts
    """
    return passed("sent")


def test_a_page_says_all_there_is() -> None:
    made = page(hsts, ENGLISH)
    assert made.severity == "High"
    assert made.needs == ("the headers of the final page", "the thresholds of the policy")
    first, second = made.why.split("\n\n")
    assert first.endswith("in the clear, and anybody on the way can keep it so.")
    assert second == "A second paragraph."
    assert made.fix == "Send it."
    assert made.see == ("RFC 6797", "https://example.org/hsts")
    [(server, configuration)] = made.configuration
    assert server == "nginx"
    assert configuration.count("\n") == 1


def test_a_page_is_in_the_language_asked_for() -> None:
    some = Words("vi", {"High": "Cao", "Send it.": "Hãy gửi.", "Fix": "Khắc phục"})
    text = as_text(page(hsts, some), some, 88)
    assert "Cao" in text
    assert "Khắc phục\n  Hãy gửi.\n" in text


def test_text_keeps_configuration_and_folds_prose() -> None:
    text = as_text(page(hsts, ENGLISH), ENGLISH, 60)
    assert text.startswith(f"{hsts.id}: Browsers remember HTTPS\nSeverity: High\n")
    assert "\n    server_tokens off;\n" in text
    told = [line for line in text.splitlines() if not line.startswith("    ")]
    assert max(map(len, told)) <= 60
    assert "\n  The first visit is in the clear, and anybody on the way\n" in text


def test_markdown_keeps_configuration_in_code() -> None:
    text = as_markdown(page(hsts, ENGLISH), ENGLISH)
    assert "always;\nserver_tokens off;\n```\n" in text
    assert "\n- https://example.org/hsts\n" in text


def test_every_reading_has_words() -> None:
    assert set(NEEDS) == {*READINGS, Policy, Facts} - {Asked}


def test_docs_hold_built_in_checks_by_module() -> None:
    other = check("Never told", Severity.LOW)(hsts.function)
    catalog = Catalog({hsts.id: hsts}, {hsts.id: "built-in"})
    [(name, text)] = docs_pages(catalog).items()
    assert name == "test_explain.md"
    assert text.startswith(f"{NOTICE}\n\n# test_explain\n\n## {hsts.id}: ")
    assert docs_pages(Catalog({other.id: other}, {other.id: "some-plugin 1.0"})) == {}
