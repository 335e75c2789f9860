"""What facts of our own making come to, where the wheel's have no such row today."""

from dataclasses import replace
from datetime import date

import pytest
from builders import Cases, catalog, facts, policy
from certificate_builders import HOST
from patch_evidence import document, feed, generator, scripts, sending, server

from secscan.evidence import SiteEvidence
from secscan.facts import Facts
from secscan.facts.holes import Affected, Hole
from secscan.facts.libraries import Range
from secscan.facts.systems import Base, System
from secscan.finding import Finding, judge

CASES: Cases = {}

EXPLOITED = Hole("CVE-2020-0001", "critical", date(2020, 1, 1))
DEBIAN_8, DEBIAN_12 = ("debian", "8"), ("debian", "12")


def judged(check: str, evidence: SiteEvidence, own: Facts) -> Finding:
    return judge([catalog().get(f"patch.{check}")], evidence, policy(), own)[0]


def with_base(product: str, version: str, *systems: System) -> Facts:
    bases = {**facts().bases, (product, version): Base(product, version, systems)}
    return replace(facts(), bases=bases)


def with_hole(product: str, below: str) -> Facts:
    known = facts().products[product]
    holed = replace(known, affected=(Affected(EXPLOITED, (("", below),)),))
    return replace(facts(), products={**facts().products, product: holed})


def with_ranges(library: str, *ranges: Range) -> Facts:
    changed = replace(facts().libraries[library], ranges=ranges)
    return replace(facts(), libraries={**facts().libraries, library: changed})


def wordpress(version: str) -> SiteEvidence:
    return document(generator(f"WordPress {version}"), "feed", feed(version))


@pytest.mark.parametrize(
    ("systems", "outcome"),
    [
        ((DEBIAN_8,), "fail"),
        ((DEBIAN_12,), "not-applicable"),
        ((DEBIAN_8, DEBIAN_12), "not-applicable"),
    ],
)
def test_a_version_is_excused_as_long_as_some_system_keeps_it(
    systems: tuple[System, ...], outcome: str
) -> None:
    own = with_base("nginx", "1.6.2", *systems)
    assert judged("server_supported", server("nginx/1.6.2"), own).outcome == outcome


def test_of_several_releases_only_what_holds_for_each_is_said() -> None:
    own = with_base("nginx", "1.6.2", ("ubuntu", "24.04"), ("ubuntu", "14.04"))
    finding = judged("system_supported", server("nginx/1.6.2 (Ubuntu)"), own)
    assert finding.outcome == "not-applicable"
    (item,) = finding.items
    assert item.component is not None
    assert item.component.state == "unknown"


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (server("nginx/1.16.0"), "fail"),
        (server("nginx/1.26.0"), "not-applicable"),
        (server("nginx/1.22.1"), "not-applicable"),
        (server("nginx/1.16.0 (Ubuntu)"), "not-applicable"),
    ],
)
def test_exploited_holes_are_those_of_versions_that_nobody_packages(
    evidence: SiteEvidence, outcome: str
) -> None:
    assert judged("known_exploited", evidence, with_hole("nginx", "1.25.0")).outcome == outcome


def test_holes_are_told_of_a_version_and_not_of_a_package() -> None:
    own = with_hole("nginx", "1.25.0")
    told = {"1.16.0": (EXPLOITED,), "1.22.1": (), "1.26.0": ()}
    for version, holes in told.items():
        (item,) = judged("server_supported", server(f"nginx/{version}"), own).items
        assert item.component is not None
        assert item.component.holes == holes


def test_a_package_has_no_holes_even_where_its_version_is_the_latest() -> None:
    own = with_hole("nginx", "2.0.0")
    for banner, holes in (("nginx/1.30.4", (EXPLOITED,)), ("nginx/1.30.4 (Ubuntu)", ())):
        (item,) = judged("server_supported", server(banner), own).items
        assert item.component is not None
        assert item.component.holes == holes


def test_exploited_holes_of_what_made_the_pages_need_a_version_and_no_package() -> None:
    own = with_hole("wordpress", "6.2")
    assert judged("known_exploited", wordpress("6.1.8"), own).outcome == "fail"
    assert judged("known_exploited", wordpress("6.1.9"), own).outcome == "not-applicable"
    branch = sending(("X-Generator", "Drupal 7 (https://www.drupal.org)"))
    own = with_hole("drupal", "7.58")
    assert judged("known_exploited", branch, own).outcome == "not-applicable"
    own = with_hole("drupal", "8")
    assert judged("known_exploited", branch, own).outcome == "fail", "all of its branch"


def test_what_headers_and_pages_name_alike_is_told_once() -> None:
    evidence = sending(("X-Umbraco-Version", "7.1.0"))
    (item,) = judged("known_exploited", evidence, with_hole("umbraco", "8.0.0")).items
    assert item.subject.startswith(HOST)
    assert item.label.endswith("7.1.0")


def test_a_library_that_a_system_keeps_is_excused_for_its_holes_too() -> None:
    own = with_base("jquery", "3.4.1", DEBIAN_12)
    for check in ("libraries_supported", "libraries_vulnerable"):
        (item,) = judged(check, scripts("/jquery-3.4.1.js"), own).items
        assert item.outcome == "not-applicable"
        assert item.component is not None
        assert (item.component.state, item.component.holes) == ("unknown-backport", ())


def test_a_list_of_holes_may_say_that_nobody_keeps_a_library() -> None:
    own = with_ranges("lodash", Range("", "4.0.0", "low", ("end",), end_of_life=True))
    (item,) = judged("libraries_supported", scripts("/lodash-3.10.1.js"), own).items
    assert item.outcome == "fail"
    assert judged("libraries_vulnerable", scripts("/lodash-3.10.1.js"), own).outcome == "pass"


def test_without_a_list_of_its_holes_a_library_gives_no_verdict_on_them() -> None:
    own = with_ranges("lodash")
    (item,) = judged("libraries_vulnerable", scripts("/lodash-3.10.1.js"), own).items
    assert item.outcome == "not-applicable"


LOW, HIGH = Range("", "4", "low", ("CVE-1",)), Range("", "4", "high", ("CVE-2",))


@pytest.mark.parametrize(
    ("ranges", "worst", "first"),
    [
        ((LOW, HIGH), "high", "CVE-2"),
        ((replace(LOW, exploited=date(2025, 1, 1)), HIGH), "high", "CVE-1"),
    ],
)
def test_what_is_exploited_comes_first_and_then_what_is_severe(
    ranges: tuple[Range, ...], worst: str, first: str
) -> None:
    own = with_ranges("lodash", *ranges)
    finding = judged("libraries_vulnerable", scripts("/lodash-3.1.0.js"), own)
    assert finding.reason.template.endswith(f"the worst {worst}")
    (item,) = finding.items
    assert item.component is not None
    assert item.component.holes[0].id == first


@pytest.mark.parametrize(("exploited", "named"), [(None, "jQuery"), (date(2025, 1, 1), "Lodash")])
def test_of_two_libraries_the_one_with_the_worst_is_named(
    exploited: date | None, named: str
) -> None:
    """One vulnerability of jQuery is of medium severity, and CISA lists it."""
    own = with_ranges("lodash", LOW, replace(HIGH, exploited=exploited))
    finding = judged("libraries_vulnerable", scripts("/jquery-1.12.4.js", "/lodash-3.1.0.js"), own)
    assert dict(finding.reason.data)["product"] == named


def test_of_several_releases_that_ended_no_day_is_told() -> None:
    own = with_base("nginx", "1.6.2", ("debian", "7"), ("debian", "6"))
    (item,) = judged("system_supported", server("nginx/1.6.2 (Debian)"), own).items
    assert item.outcome == "fail"
    assert dict(item.reason.data) == {"latest": "13"}


@pytest.mark.parametrize(
    ("banner", "end"),
    [
        ("nginx/1.28.3", date(2026, 4, 14)),
        ("nginx/1.30.2", None),  # behind, and its branch will end some day
        ("nginx/1.22.1", None),
    ],
)
def test_what_has_ended_tells_since_when(banner: str, end: date | None) -> None:
    (item,) = judged("server_supported", server(banner), facts()).items
    assert item.component is not None
    assert item.component.end == end


def test_a_library_that_a_list_calls_ended_has_no_day_of_its_end_in_the_future() -> None:
    own = with_ranges("bootstrap", Range("", "9", "low", ("end",), end_of_life=True))
    (item,) = judged("libraries_supported", scripts("/bootstrap-5.3.8.js"), own).items
    assert item.component is not None
    assert (item.component.state, item.component.end) == ("eol", None)
