"""The script libraries of a page: whether somebody keeps them, and what holes are published."""

from dataclasses import replace
from fractions import Fraction

import pytest
from builders import (
    Cases,
    catalog,
    cut_off,
    facts,
    flat,
    found,
    hop,
    outcome_of,
    policy,
    site,
)
from certificate_builders import HOST
from patch_evidence import loading, page, scripts

from secscan.check import Outcome
from secscan.evidence import Missing, MissingKind, SiteEvidence
from secscan.finding import judge

SILENT = Missing(MissingKind.TIMEOUT)
JQUERY = "/*! jQuery v{} | (c) OpenJS Foundation and other contributors */"
OLD, NEW = JQUERY.format("1.12.4"), JQUERY.format("4.0.0")
CDN = "https://cdn.example"
UNASKED = Missing(MissingKind.OVER_BUDGET)
BROKEN = hop(f"https://{HOST}/jquery.js", 500)
GONE = hop(f"https://{HOST}/jquery-1.12.4.js", 404)

END, BEHIND = "partial 3/4", "partial 7/8"
"""What a library costs at most, and half of it."""

CASES: Cases = {
    "patch.libraries_supported": [
        ("current", site(), "pass"),
        ("behind", scripts("/jquery-3.6.0.min.js"), BEHIND),
        ("end of life, without a day", scripts("/js/jquery-1.12.4.min.js?v=3"), END),
        ("by its folder", scripts(f"{CDN}/ajax/libs/jquery/1.12.4/jquery.min.js"), END),
        ("by its package", scripts(f"{CDN}/npm/jquery@2.2.4/dist/jquery.js"), END),
        ("AngularJS", scripts("/angular.js/1.5.8/angular.min.js"), END),
        ("Bootstrap", scripts("/bootstrap/3.3.7/js/bootstrap.min.js"), END),
        ("one of two", scripts("/jquery-1.12.4.js", "/bootstrap-5.3.8.js"), END),
        ("in the page itself", page(f"<script>{OLD}</script>"), END),
        ("by its content", loading({"/js/all.js": OLD}), END),
        ("by its content, whatever its address says", loading({"/jquery-1.12.4.js": NEW}), "pass"),
        ("its file is not there", loading({"/jquery-1.12.4.js": GONE}), "not-applicable"),
        ("end of life, and cut off", cut_off(f"<html><script>{OLD}</script>"), END),
        ("a folder named by a hash", scripts("/47a9c871/jquery.js"), "not-applicable"),
        ("a folder named by the site's version", scripts("/app/1.2/jquery.js"), "not-applicable"),
        ("a folder named by a day", scripts("/jquery/20240101/jquery.js"), "not-applicable"),
        ("none in what was kept", cut_off("<html>"), "not-applicable"),
        ("a hint", scripts("/wp-includes/jquery.min.js?ver=1.12.4"), "not-applicable"),
        ("patched by a vendor", scripts("/jquery-1.12.4-aem.min.js"), "not-applicable"),
        ("no address at all", scripts("https://[/jquery-1.12.4.js"), "not-applicable"),
        ("elsewhere, without a version", scripts(f"{CDN}/jquery.min.js"), "not-applicable"),
        ("its own, which gave no answer", loading({"/jquery.js": SILENT}), "not-applicable"),
        ("its own, which is an error", loading({"/jquery.js": BROKEN}), "not-applicable"),
        ("what the budget left", loading({"/jquery.js": UNASKED}), "not-applicable"),
        ("a hint, and no answer", loading({"/jquery.js?ver=4.0.0": SILENT}), "not-applicable"),
        ("no answer, but its version shows", loading({"/jquery-4.0.0.js": SILENT}), "pass"),
        ("its own, and no library in it", loading({"/jquery.js": "x"}), "not-applicable"),
        ("proven, and another unread", loading({"/a.js": OLD, "/moment.js": SILENT}), END),
        ("good, and another unread", loading({"/a.js": NEW, "/moment.js": SILENT}), "pass"),
        ("good, and a second unread", loading({"/a.js": NEW, "/jquery.js": SILENT}), "pass"),
        ("no script", page(""), "not-applicable"),
    ],
    "patch.libraries_vulnerable": [
        ("no hole is published", site(), "pass"),
        ("behind, without a hole", scripts("/jquery-3.6.0.min.js"), "pass"),
        ("jQuery 1.12.4", loading({"/a.js": OLD}), END),
        ("by its address", scripts(f"{CDN}/npm/jquery@3.4.1/dist/jquery.min.js"), END),
        ("at its end, and no more than that", scripts("/bootstrap-4.6.2.min.js"), "pass"),
        ("a hint", scripts("/jquery.min.js?ver=1.12.4"), "not-applicable"),
        ("a folder named by a hash", scripts("/47a9c871/jquery.js"), "not-applicable"),
        ("its own, which gave no answer", loading({"/jquery.js": SILENT}), "not-applicable"),
        ("good, and another unread", loading({"/a.js": NEW, "/moment.js": SILENT}), "pass"),
        ("a day for a version", scripts("/lib/jquery/2024.1.1/jquery.js"), "not-applicable"),
        ("beyond all versions", scripts("/jquery-99.1.0.js"), "not-applicable"),
        ("a day, of branches unknown", scripts("/lodash-2024.1.1.js"), "not-applicable"),
        ("newer, of branches unknown", scripts("/lodash-5.0.0.js"), "pass"),
        ("no script", page(""), "not-applicable"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_each_library_is_an_item_with_what_is_known_of_it() -> None:
    urls = ("/jquery-1.12.4.js", "/jquery.js", f"{CDN}/npm/bootstrap@5.3.8/dist/js/bootstrap.js")
    items = found("patch.libraries_supported", scripts(*urls)).items
    assert [(item.label, str(item.outcome)) for item in items] == [
        (f"{HOST} jQuery 1.12.4", "fail"),
        (f"{HOST} Bootstrap 5.3.8", "pass"),
    ]


@pytest.mark.parametrize("unread", [SILENT, UNASKED, Missing(MissingKind.BLOCKED)])
def test_what_was_not_read_is_named_and_decides_nothing(unread: Missing) -> None:
    left = ("moment", "vue", "lodash", "select2")
    read = {"/jquery.js": NEW, **{f"/{name}.js": "var a" for name in ("main", "app", "vendor")}}
    evidence = loading({**read, **{f"/{name}.js": unread for name in left}})
    for check_id in ("patch.libraries_supported", "patch.libraries_vulnerable"):
        finding = found(check_id, evidence)
        assert finding.outcome == "pass"
        assert len([one for one in finding.items if one.outcome == "not-tested"]) == len(left)


def test_an_error_is_what_visitors_get_too() -> None:
    (item,) = found("patch.libraries_supported", loading({"/jquery.js": BROKEN})).items
    assert item.outcome == "not-applicable"


def test_a_file_tells_more_surely_than_an_address() -> None:
    evidence = loading({"/js/a.js": OLD})
    (item,) = found("patch.libraries_supported", evidence).items
    assert item.component is not None
    assert (item.component.confidence, item.component.source) == (90, f"https://{HOST}/js/a.js")
    both = loading({"/js/a.js": OLD, "/jquery-1.12.4.js": SILENT})
    assert found("patch.libraries_supported", both).items == (item,)
    (item,) = found("patch.libraries_supported", scripts("/jquery-1.12.4.js")).items
    assert item.component is not None
    assert item.component.confidence == 70


def test_the_number_of_holes_and_the_worst_are_told_with_the_worst_library() -> None:
    both = loading({"/a.js": OLD, "/b.js": "/*! jQuery UI - v1.12.1 - 2016-09-14 */"})
    finding = found("patch.libraries_vulnerable", both)
    assert finding.reason.template.endswith("the worst medium")
    assert dict(finding.reason.data) == {"product": "jQuery", "version": "1.12.4", "count": 5}
    assert [len(item.component.holes) for item in finding.items if item.component] == [5, 4]


def test_what_only_says_end_of_life_is_no_hole() -> None:
    (item,) = found("patch.libraries_vulnerable", scripts("/jquery-1.12.4.js")).items
    assert item.component is not None
    assert all("162" not in hole.id for hole in item.component.holes)


def test_what_a_library_runs_into_in_browsers_is_no_hole_of_the_server() -> None:
    """CISA lists one hole of jQuery, which is in very many pages."""
    evidence = loading({"/a.js": OLD})
    (item,) = found("patch.libraries_vulnerable", evidence).items
    assert item.component is not None
    assert any(hole.exploited for hole in item.component.holes)
    assert outcome_of("patch.known_exploited", evidence) == "not-applicable"


def test_a_page_cannot_keep_us_busy_with_scripts() -> None:
    many = scripts(*(f"/{number}/jquery-1.12.{number}.js" for number in range(5000)))
    assert len(found("patch.libraries_supported", many).items) == 500
    holed = "".join(JQUERY.format(f"1.12.{number}") for number in range(5000))
    assert len(found("patch.libraries_vulnerable", loading({"/a.js": holed})).items) <= 500


def test_scripts_that_nobody_asked_for_were_not_refused() -> None:
    """Evidence of earlier days has no scripts; it is judged by addresses alone."""
    assert outcome_of("patch.libraries_supported", scripts("/jquery.js")) == "not-applicable"


@pytest.mark.parametrize(
    ("percent", "outcome", "credit"), [(0, "partial", 1), (40, "partial", 0.6), (100, "fail", 0)]
)
def test_how_much_a_library_costs_is_the_policys_to_say(
    percent: int, outcome: str, credit: float
) -> None:
    changed = replace(policy().threshold, library_loss_percent=percent)
    own = replace(policy(), threshold=changed)
    for check_id in ("patch.libraries_supported", "patch.libraries_vulnerable"):
        one = catalog().get(check_id)
        (finding,) = judge([one], scripts("/jquery-1.12.4.js"), own, facts())
        assert (finding.outcome, finding.credit) == (Outcome(outcome), Fraction(str(credit)))
