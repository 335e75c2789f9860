from datetime import date, timedelta
from itertools import pairwise

import pytest
from builders import facts
from hypothesis import given
from hypothesis import strategies as st

from secscan.facts.support import State, assess_revision, assess_system
from secscan.facts.systems import System, packaged_for, read_bases
from secscan.parsing.versions import precedence

DAY = date(2026, 11, 23)
DEBIAN_11, DEBIAN_12 = ("debian", "11"), ("debian", "12")
ON_DEBIAN_12 = facts().revisions["openssh", DEBIAN_12]


@pytest.mark.parametrize(
    ("candidates", "state", "end"),
    [
        ([DEBIAN_12], State.CURRENT, date(2028, 6, 30)),
        ([DEBIAN_11], State.UNKNOWN, date(2026, 8, 31)),  # ELTS
        ([("debian", "7")], State.END_OF_LIFE, date(2018, 5, 31)),
        ([("ubuntu", "20.04")], State.UNKNOWN, date(2025, 5, 29)),  # Ubuntu Pro
        ([("ubuntu", "23.10")], State.END_OF_LIFE, date(2024, 7, 11)),
        ([("centos", "7")], State.END_OF_LIFE, date(2024, 6, 30)),
        ([("centos", "7"), ("rhel", "7")], State.UNKNOWN, date(2024, 6, 30)),
        ([DEBIAN_11, ("ubuntu", "20.04"), ("ubuntu", "22.04")], State.CURRENT, date(2027, 6, 1)),
        ([("windows-server", "2012-r2")], State.END_OF_LIFE, date(2023, 10, 10)),
        ([("windows-server", "2025")], State.CURRENT, date(2034, 11, 14)),
        ([("raspbian", "11")], State.UNKNOWN, None),
        ([("centos", "7"), ("raspbian", "8")], State.UNKNOWN, None),
        ([], State.UNKNOWN, None),
    ],
)
def test_a_system_is_over_only_where_each_candidate_is(
    candidates: list[System], state: State, end: date | None
) -> None:
    support = assess_system(facts(), candidates, DAY)
    assert (support.state, support.end) == (state, end)


def test_support_that_is_bought_ends_too() -> None:
    esu = date(2026, 10, 13)
    before = assess_system(facts(), [("windows-server", "2012-r2")], esu)
    after = assess_system(facts(), [("windows-server", "2012-r2")], esu + timedelta(1))
    assert (before.state, after.state) == (State.UNKNOWN, State.END_OF_LIFE)


def test_a_base_names_systems_of_the_facts() -> None:
    for base in facts().bases.values():
        assert base.product in facts().products
        assert base.systems
        for product, cycle in base.systems:
            assert cycle in {one.name for one in facts().products[product].cycles}


def test_a_version_of_several_tables_has_the_systems_of_each() -> None:
    rows = [{"product": "nginx", "version": "1.0.0", "systems": [one]} for one in ("ab", "cd")]
    found = read_bases({"bases": [{"versions": [row]} for row in rows]})
    assert found["nginx", "1.0.0"].systems == (("a", "b"), ("c", "d"))


@pytest.mark.parametrize(
    ("product", "version", "system", "release", "systems"),
    [
        ("openssh", "9.2p1", "debian", "12", (DEBIAN_12,)),
        ("openssh", "8.4p1", "debian", "", (DEBIAN_11,)),
        ("openssh", "9.6p1", "ubuntu", "", (("ubuntu", "24.04"),)),
        ("openssh", "8.4p1", "raspbian", "11", (("raspbian", "11"),)),
        ("openssh", "9.9p9", "debian", "", ()),
        ("nginx", "1.18.0", "ubuntu", "", (("ubuntu", "20.04"), ("ubuntu", "22.04"))),
        ("nginx", "1.22.1", "debian", "", (DEBIAN_12,)),
        ("nginx", "1.22.1", "rhel", "", (("rhel", "8"), ("rhel", "9"))),
        ("apache", "2.4.6", "centos", "", (("centos", "7"),)),
        ("apache", "2.4.6", "rhel", "", (("rhel", "7"),)),
    ],
)
def test_a_system_and_a_version_name_releases(
    product: str, version: str, system: str, release: str, systems: tuple[System, ...]
) -> None:
    assert packaged_for(facts().bases, product, version, system, release) == systems


def test_revisions_are_newest_first() -> None:
    for revisions in facts().revisions.values():
        for one, two in pairwise(revisions):
            assert precedence(one.version) > precedence(two.version)
            assert one.day >= two.day


def test_a_revision_is_so_many_releases_and_days_behind() -> None:
    found = assess_revision(facts(), "openssh", "9.2p1-2+deb12u5", DEBIAN_12, DAY, update_days=30)
    assert found.state is State.OUTDATED
    assert found.latest == ON_DEBIAN_12[0]
    assert (found.behind, found.days) == (5, (date(2026, 5, 16) - date(2025, 2, 14)).days)


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("9.2p1-2+deb12u10", State.CURRENT),
        ("9.2p1-2+deb12u11", State.NEWER),
        ("9.2p1-2+deb12u9", State.OUTDATED),
        ("9.2p1-2", State.OUTDATED),
        ("9.2p1-2~bpo11+1", State.UNKNOWN),
        ("10.0p1-7", State.UNKNOWN),
        ("9.2p1", State.UNKNOWN),
        ("", State.UNKNOWN),
    ],
)
def test_states_of_a_revision(version: str, state: State) -> None:
    found = assess_revision(facts(), "openssh", version, DEBIAN_12, DAY, update_days=30)
    assert found.state is state


def test_a_revision_has_its_days_to_be_installed() -> None:
    day = ON_DEBIAN_12[0].day
    for days, state in ((30, State.CURRENT), (31, State.OUTDATED)):
        seen = day + timedelta(days)
        old = ON_DEBIAN_12[1].version
        found = assess_revision(facts(), "openssh", old, DEBIAN_12, seen, update_days=30)
        assert found.state is state


def test_what_came_out_after_the_scan_counts_nothing() -> None:
    day = ON_DEBIAN_12[0].day - timedelta(1)
    old = ON_DEBIAN_12[1].version
    found = assess_revision(facts(), "openssh", old, DEBIAN_12, day, update_days=0)
    assert (found.state, found.behind) == (State.CURRENT, 0)


@given(st.text(), st.sampled_from([DEBIAN_11, DEBIAN_12, ("debian", "4"), ("", "")]))
def test_any_revision_has_a_state(version: str, system: System) -> None:
    assess_revision(facts(), "openssh", version, system, DAY, update_days=30)
    packaged_for(facts().bases, "openssh", version, system[0], version)
