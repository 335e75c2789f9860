"""Ranges of libraries, and our own table of them."""

import tomllib
from datetime import date
from importlib.resources import files

import pytest
from builders import facts
from hypothesis import given
from hypothesis import strategies as st

from secscan.facts.holes import Hole
from secscan.facts.libraries import (
    Library,
    Range,
    holes_of,
    is_at_or_above,
    is_end_of_life,
    with_exploited,
)
from secscan.parsing.libraries import Signs

DOCUMENT = tomllib.loads((files("secscan.facts") / "libraries.toml").read_text("utf-8"))
FIRST_SIX = ("jquery", "jquery-ui", "jquery-migrate", "bootstrap", "angularjs", "moment")
DAY = date(2025, 1, 23)


def library(*ranges: Range) -> Library:
    return Library("one", "One", "somewhere", Signs("one"), ranges)


@pytest.mark.parametrize(
    ("version", "other", "expected"),
    [
        ("1.2.3", "1.2.3", True),
        ("1.2", "1.2.0", True),
        ("1.2", "1.2.1", False),
        ("1.10.0", "1.9.0", True),
        ("3.0.0", "3.0.0-rc.1", True),
        ("3.0.0-rc.1", "3.0.0", False),
        ("3.0.0-rc.2", "3.0.0-rc.1", True),
        ("3.0.0-beta1", "3.0.0-alpha1", True),
        ("1.9.0b1", "1.9.0", False),
        ("1.9.0", "1.9.0b1", True),
        ("", "1", False),
        ("x", "x", True),
        ("9" * 5000, "1", True),
    ],
)
def test_versions_are_compared_part_by_part(version: str, other: str, expected: bool) -> None:
    assert is_at_or_above(version, other) is expected


@given(st.text("0123456789.-abrc", max_size=12), st.text("0123456789.-abrc", max_size=12))
def test_of_two_versions_one_is_at_or_above_the_other(one: str, two: str) -> None:
    assert is_at_or_above(one, two) or is_at_or_above(two, one)


def test_a_range_begins_with_its_first_version_and_ends_before_its_last() -> None:
    held = Range("1.2.0", "1.4.0", "high", ("CVE-2020-1",), excludes=("1.3.0-fixed",))
    inside = [v for v in ("1.1.9", "1.2.0", "1.3.9", "1.4.0", "1.3.0-fixed") if held.holds(v)]
    assert inside == ["1.2.0", "1.3.9"]
    assert Range("", "2.0", "low", ("a",)).holds("0.1")
    assert Range("2.0", "", "low", ("a",)).holds("99.0")


def test_rows_that_share_an_id_are_one_hole() -> None:
    one = library(
        Range("", "2.0", "medium", ("CVE-2020-1", "issue 7"), exploited=DAY),
        Range("1.0", "3.0", "high", ("CVE-2020-1",)),
        Range("1.0", "3.0", "high", ("CVE-2020-2", "issue 7")),
        Range("1.0", "3.0", "low", ("CVE-2020-3",)),
    )
    assert holes_of(one, "1.5") == (Hole("CVE-2020-1", "medium", DAY), Hole("CVE-2020-3", "low"))
    assert [hole.id for hole in holes_of(one, "2.5")] == ["CVE-2020-1", "CVE-2020-2", "CVE-2020-3"]
    assert holes_of(one, "3.0") == holes_of(one, "") == ()


def test_an_end_of_life_is_no_hole() -> None:
    one = library(Range("", "2.999", "low", ("retire.js 1",), end_of_life=True))
    assert holes_of(one, "1.0") == ()
    assert is_end_of_life(one, "1.0")
    assert not is_end_of_life(one, "3.0")
    assert not is_end_of_life(one, "")


def test_days_of_exploitation_are_laid_over() -> None:
    one = library(
        Range("", "2.0", "medium", ("CVE-2020-1", "GHSA-1")),
        Range("", "2.0", "medium", ("CVE-2020-2",), exploited=DAY),
    )
    later = with_exploited({"one": one}, {"GHSA-1": date(2026, 1, 1)})["one"]
    assert [row.exploited for row in later.ranges] == [date(2026, 1, 1), DAY]


@pytest.mark.parametrize(
    ("id", "version", "number", "end"),
    [
        ("jquery", "1.12.4", 5, True),
        ("jquery", "1.12.4-aem", 4, False),
        ("jquery", "3.4.1", 2, False),
        ("jquery", "3.5.0", 0, False),
        ("jquery", "3.7.1", 0, False),
        ("bootstrap", "3.3.7", 6, True),
        ("bootstrap", "5.3.3", 0, False),
        ("angularjs", "1.8.3", 12, True),
        ("jquery-ui", "1.12.1", 4, False),
        ("moment", "2.30.1", 0, False),
    ],
)
def test_our_table_has_the_figures(id: str, version: str, number: int, end: bool) -> None:
    one = facts().libraries[id]
    assert (len(holes_of(one, version)), is_end_of_life(one, version)) == (number, end)


def test_the_jquery_that_is_exploited_is_listed() -> None:
    exploited = [hole for hole in holes_of(facts().libraries["jquery"], "3.4.1") if hole.exploited]
    assert exploited == [Hole("CVE-2020-11023", "medium", DAY)]


def test_every_row_says_from_where_and_when_it_is_known() -> None:
    rows = DOCUMENT["library"]
    assert [row["id"] for row in rows if not row["source"].startswith("https://")] == []
    assert [row["id"] for row in rows if not isinstance(row["as_of"], date)] == []
    assert len({row["id"] for row in rows}) == len(rows) >= 20
    assert set(FIRST_SIX) <= facts().libraries.keys()


def test_every_range_has_an_id_cves_first_and_a_severity() -> None:
    ranges = [row for one in facts().libraries.values() for row in one.ranges]
    assert all(row.ids and row.below for row in ranges)
    assert {row.severity for row in ranges} <= {"critical", "high", "medium", "low"}
    for row in ranges:
        cves = [id.startswith("CVE-") for id in row.ids]
        assert cves == sorted(cves, reverse=True)
