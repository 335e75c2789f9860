"""Ranks within groups: ties, floors, shared platforms, agencies that are gone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scores import POLICY

from secscan.errors import SecscanError
from secscan.index import SiteIndex
from secscan.ranking import Criteria, Ranking, Unranked, load_criteria, rank
from secscan.register import Agency, Group, Owner, Register, Site

AT = datetime(2026, 11, 23, tzinfo=UTC)
CRITERIA = load_criteria()
GROUPS = (Group("so-ban-nganh", "Sở, ban, ngành"), Group("phuong-xa", "Phường, xã"))


def index(value: Fraction | str | int | None, coverage: int = 100) -> SiteIndex:
    exact = None if value is None else Fraction(value)
    state = "blocked" if value is None else None
    return SiteIndex(exact, state, Fraction(coverage), {}, exact, Fraction(1), None)


def site(id: str, owner: str, platform: str | None = None, importance: int = 2) -> Site:
    return Site(
        id, f"https://{id}.example/", (Owner(owner),), platform=platform, importance=importance
    )


def city(agencies: str, sites: list[Site], group: str = "so-ban-nganh") -> Register:
    members = tuple(Agency(id, id.upper(), group) for id in agencies.split())
    return Register("city", GROUPS, members, tuple(sites))


def ranks(ranking: Ranking) -> dict[str, int | None]:
    return {id: row.rank for id, row in ranking.rows().items()}


def ranked(register: Register, indexes: dict[str, SiteIndex]) -> Ranking:
    return rank(register, indexes, CRITERIA, POLICY, AT)


def test_ties_share_a_rank_and_the_next_is_skipped() -> None:
    register = city("a b c d", [site(f"s{x}", x) for x in "abcd"])
    values = {"sa": index(90), "sb": index("80.04"), "sc": index("79.96"), "sd": index(10)}
    assert ranks(ranked(register, values)) == {"a": 1, "b": 2, "c": 2, "d": 4}


def test_groups_are_ranked_by_themselves() -> None:
    register = Register(
        "city",
        GROUPS,
        (Agency("a", "A", "so-ban-nganh"), Agency("p", "P", "phuong-xa")),
        (site("sa", "a"), site("sp", "p")),
    )
    assert ranks(ranked(register, {"sa": index(90), "sp": index(10)})) == {"a": 1, "p": 1}


def test_who_cannot_be_ranked_is_listed_last_with_the_reason() -> None:
    sites = [site("sa", "a"), site("sb", "b"), site("sb2", "b"), site("sc", "c")]
    values = {"sa": index(50), "sb": index(100), "sb2": index(None), "sc": index(None)}
    rows = ranked(city("c d b a", sites), values).groups[0].rows
    assert [(row.agency.id, row.rank, row.unranked) for row in rows] == [
        ("a", 1, None),
        ("b", None, Unranked.LOW_COVERAGE),
        ("c", None, Unranked.NO_INDEX),
        ("d", None, Unranked.NO_SITES),
    ]


def test_a_site_of_the_register_that_was_not_scanned_lowers_coverage() -> None:
    register = city("a", [site("s1", "a"), site("s2", "a")])
    row = ranked(register, {"s1": index(90)}).rows()["a"]
    assert row.unranked is Unranked.LOW_COVERAGE
    assert row.index.coverage == 50


def test_local_checks_are_never_ranked() -> None:
    register = city("a", [site("sa", "a")])
    ranking = rank(register, {"sa": index(90)}, CRITERIA, POLICY, AT, local_checks=True)
    assert ranking.rows()["a"].unranked is Unranked.LOCAL_CHECKS


def platform_city(group: str) -> Register:
    tenants = [
        site("own", "a"),
        site("on-platform", "a", "platform"),
        site("again", "a", "platform", importance=4),
    ]
    return city("a owner", [site("platform", "owner"), *tenants], group)


def test_a_commune_counts_its_platform_once_and_marked() -> None:
    row = ranked(platform_city("phuong-xa"), {"own": index(90), "platform": index(60)}).rows()["a"]
    assert [(s.site_id, s.importance, s.inherited) for s in row.index.sites] == [
        ("own", 2, False),
        ("platform", 4, True),
    ]
    assert row.index.mean == 70


def test_a_department_is_only_shown_the_platform_it_uses() -> None:
    values = {"own": index(90), "platform": index(60)}
    row = ranked(platform_city("so-ban-nganh"), values).rows()["a"]
    assert (row.published, [s.site_id for s in row.shown]) == (Decimal("90"), ["platform"])


def test_agencies_that_are_gone_and_sites_that_moved_follow_the_dates() -> None:
    gone = Agency("old", "OLD", "so-ban-nganh", valid_to=date(2025, 6, 30), successor="new")
    new = Agency("new", "NEW", "so-ban-nganh", valid_from=date(2025, 7, 1))
    moved = replace(
        site("s", "old"),
        owners=(Owner("old", None, date(2025, 6, 30)), Owner("new", date(2025, 7, 1), None)),
    )
    register = Register("city", GROUPS, (gone, new), (moved,))
    assert ranks(ranked(register, {"s": index(70)})) == {"new": 1}
    before = rank(register, {"s": index(70)}, CRITERIA, POLICY, datetime(2025, 1, 1, tzinfo=UTC))
    assert ranks(before) == {"old": 1}


@given(st.lists(st.integers(0, 100), min_size=1, max_size=12))
def test_a_rank_is_one_more_than_the_number_above(values: list[int]) -> None:
    names = [f"a{n}" for n in range(len(values))]
    register = city(" ".join(names), [site(f"s{name}", name) for name in names])
    indexes = {f"s{name}": index(value) for name, value in zip(names, values, strict=True)}
    placed = ranks(ranked(register, indexes))
    for name, value in zip(names, values, strict=True):
        assert placed[name] == 1 + sum(other > value for other in values)


def test_a_criteria_set_with_a_wrong_word_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "criteria.toml"
    path.write_text('name="x"\nversion=1\n[title]\nen="x"\n[inherited]\ndefault="maybe"\n')
    with pytest.raises(SecscanError, match=r'write "count" or "show"'):
        load_criteria(path)
    assert isinstance(CRITERIA, Criteria)


def test_the_day_is_vietnams() -> None:
    gone = Agency("old", "OLD", "so-ban-nganh", valid_to=date(2025, 6, 30))
    new = Agency("new", "NEW", "so-ban-nganh", valid_from=date(2025, 7, 1))
    owners = (Owner("old", None, date(2025, 6, 30)), Owner("new", date(2025, 7, 1), None))
    register = Register("city", GROUPS, (gone, new), (replace(site("s", "old"), owners=owners),))
    night = datetime(2025, 6, 30, 18, tzinfo=UTC)  # one in the morning of 1 July in Vietnam
    assert ranks(rank(register, {"s": index(70)}, CRITERIA, POLICY, night)) == {"new": 1}


def test_an_extract_has_an_index_and_no_rank() -> None:
    register = replace(platform_city("phuong-xa"), extract_of="a")
    ranking = ranked(register, {"own": index(90), "platform": index(60)})
    assert ranks(ranking) == {"a": None}
    assert ranking.rows()["a"].unranked is Unranked.EXTRACT
    assert ranking.rows()["a"].published == Decimal("67.5")
