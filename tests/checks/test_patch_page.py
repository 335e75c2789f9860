"""The page for those who are ranked by their software says what happens to them."""

from pathlib import Path

import pytest
from builders import Cases, catalog, facts, found, index_of, outcome_of
from certificate_builders import AT
from patch_evidence import generator, greeting, scripts, sending

from secscan.check import Severity
from secscan.evidence import SiteEvidence
from secscan.index import published

PAGE = (Path(__file__).parents[2] / "docs/patch.md").read_text("utf-8")

CASES: Cases = {}

COMES_TO = {
    "pass": "pass",
    "half": "partial 1/2",
    "fail": "fail",
    "no verdict": "not-applicable",
    "25% off": "partial 3/4",
    "12.5% off": "partial 7/8",
}


def rows(first: str) -> list[list[str]]:
    """Return the rows of the table whose first column is called this."""
    lines = PAGE.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {first} |")) + 2
    end = next(at for at in range(start, len(lines)) if not lines[at].startswith("|"))
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines[start:end]]


def seen(sent: str) -> SiteEvidence:
    place, _, text = sent.partition(": ")
    if place == "ssh":
        return greeting(sending(), f"SSH-2.0-{text}\r\n")
    if place == "script":
        return scripts(text)
    return generator(text) if place == "generator" else sending((place, text))


def test_the_page_names_each_product_whose_vulnerabilities_are_known() -> None:
    _, _, told = PAGE.partition("Tables of published vulnerabilities are there for ")
    named, _, _ = told.partition(", and for the script libraries")
    known = {product.name for product in facts().products.values() if product.affected}
    assert set(named.replace(" and ", ", ").replace("\n", " ").split(", ")) == known


@pytest.mark.parametrize(("sent", "check", "state", "confidence", "comes_to"), rows("sent"))
def test_an_example_is_judged_as_the_page_says(
    sent: str, check: str, state: str, confidence: str, comes_to: str
) -> None:
    evidence, check_id = seen(sent), f"patch.{check}"
    assert outcome_of(check_id, evidence) == COMES_TO[comes_to]
    components = [item.component for item in found(check_id, evidence).items if item.component]
    assert (state, int(confidence)) in [(one.state, one.confidence) for one in components]


@pytest.mark.parametrize(("server", "runtime", "script", "family", "index"), rows("Server"))
def test_an_index_is_what_the_page_says(
    server: str, runtime: str, script: str, family: str, index: str
) -> None:
    html = f'<!doctype html><html><head><script src="{script}"></script></head><body>x</body>'
    got = index_of(sending(("Server", server), ("X-Powered-By", runtime), html=html))
    in_family = got.families["patch"].value
    assert in_family is not None
    assert got.value is not None
    assert (str(published(in_family)), str(published(got.value))) == (family, index)


@pytest.mark.parametrize(("script", "family", "index"), rows("beside nginx/1.16.0"))
def test_a_first_library_raises_a_low_family_as_the_page_says(
    script: str, family: str, index: str
) -> None:
    loads = f'<script src="{script}"></script>' if script != "no library" else ""
    html = f"<!doctype html><html><head>{loads}</head><body>x</body>"
    got = index_of(sending(("Server", "nginx/1.16.0"), html=html))
    in_family = got.families["patch"].value
    assert in_family is not None
    assert got.value is not None
    assert (str(published(in_family)), str(published(got.value))) == (family, index)


def test_every_check_of_the_family_is_on_the_page() -> None:
    checks = {one.id: one.severity for one in catalog() if one.family == "patch"}
    told = {check: weight for check, _, weight in rows("check")}
    assert told.keys() == checks.keys()
    for check_id, severity in checks.items():
        named = "information" if severity is Severity.INFO else str(severity)
        assert told[check_id].startswith(named)


def test_the_examples_are_of_the_day_that_the_page_names() -> None:
    assert f"Judged on {AT.date()} " in PAGE
