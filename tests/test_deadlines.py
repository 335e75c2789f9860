"""Deadlines: the table of a directive as data, and nobody hurried by what is only assumed."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from software_runs import EXPLOITED, component, finding, item

from secscan.check import Component, Outcome, Severity
from secscan.deadlines import Deadline, deadline, strictness
from secscan.facts.holes import Hole
from secscan.profiles import Profile, Term, load_profile

CISA = load_profile()
EMPTY = load_profile("vn-custom")
DAY = date(2026, 11, 1)
LISTED = date(2026, 1, 1)


def due(*holes: Hole, state: str = "outdated", profile: Profile = CISA) -> Deadline:
    told = item(Outcome.PARTIAL, component("PHP", "8.0.1", state, *holes))
    return deadline(profile, finding("patch.software", told), told, DAY)


def days(found: Deadline) -> int | None:
    return None if found.day is None else (found.day - DAY).days


@pytest.mark.parametrize(
    ("exploited", "automatable", "total", "expected", "triage"),
    [
        (False, False, False, 60, False),
        (False, True, False, 14, False),
        (False, False, True, 14, False),
        (False, True, True, 3, False),
        (True, False, False, 14, False),
        (True, True, False, 3, False),
        (True, False, True, 3, True),
        (True, True, True, 3, True),
    ],
)
def test_an_exposed_vulnerability_has_the_days_of_the_directive(
    exploited: bool, automatable: bool, total: bool, expected: int, triage: bool
) -> None:
    hole = Hole("CVE-1", "low", LISTED if exploited else None, automatable, total)
    found = due(hole)
    assert (days(found), found.forensic_triage, found.assumed) == (expected, triage, False)
    assert dict(found.why.data) == {"hole": "CVE-1"}


def test_the_table_is_whole() -> None:
    assert set(CISA.vulnerability) == set(product((False, True), repeat=4))
    upgrade = [answers for answers, term in CISA.vulnerability.items() if term.days is None]
    assert sorted(upgrade) == [(False, False, False, False), (False, False, False, True)]


def test_what_is_not_known_is_taken_for_the_lesser_and_marked() -> None:
    found = due(Hole("CVE-1", "critical"))
    assert (days(found), found.assumed) == (60, True)
    assert due(replace(EXPLOITED, total=None)).assumed


def test_the_strictest_counts_and_the_surest_of_equals() -> None:
    sure = Hole("CVE-2", "low", None, False, False)
    found = due(Hole("CVE-1", "low"), sure, state="eol")
    assert (days(found), found.assumed, dict(found.why.data)) == (60, False, {"hole": "CVE-2"})
    assert days(due(sure, EXPLOITED)) == 14


def test_a_hole_that_is_exploited_later_is_not_overdue_on_the_day_it_is_listed() -> None:
    listed = DAY + timedelta(days=40)
    assert due(Hole("CVE-1", "low", listed, False, False)).day == listed + timedelta(days=14)
    late = DAY + timedelta(days=90)  # the 60 days of a hole that nobody exploits end before
    assert days(due(Hole("CVE-1", "low", late, False, False))) == 60


def test_software_without_support_has_the_days_of_the_project() -> None:
    found = due(state="eol")
    assert (days(found), found.why.template) == (90, "its support has ended")


@pytest.mark.parametrize(
    ("end", "since"),
    [
        (None, DAY),
        (DAY - timedelta(days=200), DAY),
        (DAY + timedelta(days=50), DAY + timedelta(days=50)),
    ],
)
def test_the_days_count_from_the_end_of_support_at_the_earliest(
    end: date | None, since: date
) -> None:
    """What was first seen behind its branch is not late on the day that the branch ends."""
    told = item(Outcome.FAIL, replace(component(), end=end))
    found = deadline(CISA, finding("patch.software", told), told, DAY)
    assert found.day == since + timedelta(days=90)


def test_a_stored_component_without_the_end_of_its_support_is_read() -> None:
    stored = TypeAdapter(Component)
    told = stored.dump_python(component(), mode="json")
    assert told.pop("end") is None
    assert stored.validate_python(told) == component()
    ended = replace(component(), end=DAY)
    assert stored.validate_json(stored.dump_json(ended)) == ended


@pytest.mark.parametrize(
    ("severity", "expected"),
    [("critical", 3), ("high", 14), ("medium", 30), ("low", 60), ("info", None)],
)
def test_what_a_grant_brought_to_light_goes_by_severity(
    severity: str, expected: int | None
) -> None:
    told = item(Outcome.FAIL)
    public = replace(finding("exposure.git", told), severity=Severity(severity))
    assert days(deadline(CISA, public, told, DAY)) == expected


def test_without_a_row_there_is_no_deadline_and_it_is_said() -> None:
    for found in (due(), due(EXPLOITED, state="eol", profile=EMPTY)):
        assert (found.day, found.next_upgrade) == (None, False)
        assert found.why.template == "the deadlines of {profile} have no row for this"


def test_the_next_upgrade_is_later_than_any_day_and_sooner_than_never() -> None:
    later = replace(CISA, vulnerability={(False, True, False, False): Term(None)})
    found = due(Hole("CVE-1", "low"), profile=later)
    assert (found.day, found.next_upgrade) == (None, True)
    order = sorted([due(), found, due(state="eol")], key=strictness)
    assert order == [due(state="eol"), found, due()]
    assert days(due(Hole("CVE-1", "low"), state="eol", profile=later)) == 90


@pytest.mark.parametrize(
    "outcome", [one for one in Outcome if one not in (Outcome.FAIL, Outcome.PARTIAL)]
)
def test_what_is_not_bad_has_none(outcome: Outcome) -> None:
    told = item(outcome, component("PHP", "8.0.1", "eol", EXPLOITED))
    found = deadline(CISA, finding("patch.software", told), told, DAY)
    assert (found.day, found.why.template) == (None, "there is nothing to put right")


answers = st.sampled_from([None, False, True])
severities = st.sampled_from(["critical", "high", "medium", "low"])
holes = st.builds(Hole, st.just("CVE-1"), severities, st.none() | st.just(LISTED), answers, answers)
states = st.sampled_from(["outdated", "eol", "unknown"])


@given(st.lists(holes, max_size=4), states, st.data())
def test_worse_news_never_gives_a_later_day(
    known: list[Hole], state: str, data: st.DataObject
) -> None:
    before = due(*known, state=state)
    worse = [
        replace(
            hole,
            exploited=hole.exploited or data.draw(st.none() | st.just(LISTED)),
            automatable=hole.automatable or data.draw(answers),
            total=hole.total or data.draw(answers),
        )
        for hole in known
    ]
    more = data.draw(st.lists(holes, max_size=2))
    assert strictness(due(*worse, *more, state=state)) <= strictness(before)


@given(holes, states)
def test_an_assumed_answer_is_never_stricter_than_the_worse_one(hole: Hole, state: str) -> None:
    worst = replace(hole, automatable=hole.automatable is not False, total=hole.total is not False)
    assert strictness(due(worst, state=state)) <= strictness(due(hole, state=state))
    mild = replace(hole, automatable=hole.automatable is True, total=hole.total is True)
    assert strictness(due(mild, state=state)) == strictness(due(hole, state=state))


@given(st.lists(holes, max_size=3), st.integers(0, 400))
def test_age_counts_from_the_day_of_first_sight(known: list[Hole], later: int) -> None:
    told = item(Outcome.FAIL, component("PHP", "7.4.33", "eol", *known))
    found = [
        deadline(CISA, finding("patch.software", told), told, day)
        for day in (DAY, DAY + timedelta(days=later))
    ]
    assert found[0].day and found[1].day
    assert found[1].day - found[0].day == timedelta(days=later)
