"""The catalogue: what it finds, what it refuses, and what its fingerprint depends on."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from secscan.catalog import load_catalog
from secscan.check import Severity, Verdict, check, partial, passed, sections
from secscan.errors import SecscanError
from secscan.facts import load_facts
from secscan.policy import load_policy

CHECK = '''
from secscan.check import Severity, Verdict, check, passed
from secscan.evidence import Asked

@check("Local things are good", Severity.LOW)
def {name}(asked: Asked) -> Verdict:
    """Judge nothing.

    Why: because
    Fix: nothing
    See: nobody
    """
    return passed("fine")
'''
POLICY, FACTS = load_policy(), load_facts()


def folder(path: Path, **modules: str) -> Path:
    path.chmod(0o755)
    for name, text in modules.items():
        (path / f"{name}.py").write_text(text)
        (path / f"{name}.py").chmod(0o644)
    return path


def test_a_folder_of_checks_is_added_and_marked(tmp_path: Path) -> None:
    catalog = load_catalog(folder(tmp_path, ours=CHECK.format(name="thing")))
    assert catalog.origins["ours.thing"] == str(tmp_path / "ours.py")
    assert len(catalog.local) == 1
    assert load_catalog().local == ()


def test_two_checks_of_one_name_are_refused(tmp_path: Path) -> None:
    where = folder(tmp_path, headers=CHECK.format(name="hsts"))
    with pytest.raises(SecscanError, match=r"two checks are called headers\.hsts: built-in and"):
        load_catalog(where)


@pytest.mark.parametrize("writable", ["folder", "file"])
def test_checks_that_others_could_have_written_are_refused(tmp_path: Path, writable: str) -> None:
    where = folder(tmp_path, ours=CHECK.format(name="thing"))
    (where if writable == "folder" else where / "ours.py").chmod(0o777)
    with pytest.raises(SecscanError, match=r"others can write to .* chmod go-w it first"):
        load_catalog(where)


def test_a_folder_that_is_none_is_a_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(SecscanError, match="is not a folder"):
        load_catalog(tmp_path / "nowhere")


def test_the_fingerprint_knows_what_a_number_depends_on(tmp_path: Path) -> None:
    catalog = load_catalog()
    base = catalog.fingerprint(POLICY, FACTS)
    local = load_catalog(folder(tmp_path, ours=CHECK.format(name="thing")))
    heavier = replace(POLICY, family={**POLICY.family, "patch": Fraction(26)})
    assert catalog.fingerprint(heavier, FACTS) != base
    assert catalog.fingerprint(POLICY, replace(FACTS, version="other")) != base
    assert local.fingerprint(POLICY, FACTS) != base
    before = local.fingerprint(POLICY, FACTS)
    folder(tmp_path, ours=CHECK.format(name="thing") + "\n# another byte\n")
    assert load_catalog(tmp_path).fingerprint(POLICY, FACTS) != before


def test_the_fingerprint_does_not_know_words() -> None:
    renamed = replace(POLICY, name="another name", version=99)
    assert load_catalog().fingerprint(renamed, FACTS) == load_catalog().fingerprint(POLICY, FACTS)


def test_an_unknown_check_is_answered_with_its_neighbours() -> None:
    with pytest.raises(SecscanError, match=r"no check 'headers\.hts': see headers\..*hsts"):
        load_catalog().get("headers.hts")


def test_a_check_without_its_page_is_refused() -> None:
    with pytest.raises(SecscanError, match="has no Why, Fix, See"):

        @check("x", Severity.LOW)
        def bare() -> Verdict:
            return passed("fine")


def test_a_check_that_asks_for_what_is_no_reading_is_refused() -> None:
    with pytest.raises(SecscanError, match="asks for number"):

        @check("x", Severity.LOW)
        def strange(number: int) -> Verdict:
            """Judge.

            Why: because
            Fix: so
            See: there
            """
            return passed(f"{number}")


def test_partial_credit_lies_between() -> None:
    for credit in (Fraction(0), Fraction(1), Fraction(-1, 2), Fraction(3, 2)):
        with pytest.raises(ValueError, match="above 0 and below 1"):
            partial(credit, "x")


def test_configuration_keeps_its_indentation() -> None:
    page = sections("Judge.\n\nWhy: a\nb\nnginx:\nserver {\n    listen 80;\n}\nSee: x")
    assert page == {"Why": "a\nb", "nginx": "server {\n    listen 80;\n}", "See": "x"}


@pytest.mark.parametrize(
    "text",
    ["def", "import nothing_of_this_name", "raise SystemExit(5)", "\x00", CHECK.format(name="x")
     .replace("asked: Asked", "asked: Unknown")],
)  # fmt: skip
def test_a_folder_of_broken_checks_is_its_writers_mistake(tmp_path: Path, text: str) -> None:
    where = folder(tmp_path, ours=text)
    with pytest.raises(SecscanError, match=r"the checks in .*ours\.py cannot be loaded"):
        load_catalog(where)
