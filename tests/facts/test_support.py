from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from builders import facts
from hypothesis import given
from hypothesis import strategies as st

from secscan.facts import Facts
from secscan.facts.holes import Affected, Hole
from secscan.facts.products import Cycle, Product
from secscan.facts.support import State, assess, holes_of

DAY = date(2026, 11, 23)
judge = partial(assess, update_days=30)


@pytest.mark.parametrize(
    ("product", "version", "state"),
    [
        ("nginx", "1.30.4", State.CURRENT),
        ("nginx", "1.30.1", State.OUTDATED),
        ("nginx", "1.30.9", State.NEWER),
        ("nginx", "1.3.0", State.END_OF_LIFE),
        ("nginx", "1.28.9", State.UNKNOWN),  # of a branch that is over, and nobody knows of it
        ("nginx", "2.0.0", State.NEWER),
        ("nginx", "1", State.UNKNOWN),
        ("nginx", "3.0.0", State.UNKNOWN),
        ("apache", "2.4", State.UNKNOWN),
        ("apache", "2.4.71", State.NEWER),
        ("php", "8.4", State.UNKNOWN),
        ("php", "8.4.0RC1", State.OUTDATED),
        ("wordpress", "6.9", State.OUTDATED),
        ("wordpress", "6.9.7", State.CURRENT),
        ("wordpress", "4.6.30", State.END_OF_LIFE),
        ("nginx", "", State.HIDDEN),
        ("iis", "10.0", State.UNKNOWN),
        ("iis", "7.5", State.END_OF_LIFE),
        ("jquery", "1.12.4", State.END_OF_LIFE),
        ("jquery", "10.0.0", State.UNKNOWN),
        ("drupal", "10", State.UNKNOWN),
        ("jquery", "5.0.0", State.NEWER),
        ("drupal", "8", State.END_OF_LIFE),
        ("nukeviet", "4.5", State.UNKNOWN),
        ("no-such-product", "1.0", State.UNKNOWN),
        ("exchange", "4.0", State.END_OF_LIFE),
        ("exchange", "2019", State.END_OF_LIFE),
        ("sharepoint", "2019", State.END_OF_LIFE),
        ("sharepoint", "16.0.19725.20522", State.UNKNOWN),
        ("joomla", "5.4.8", State.CURRENT),
        ("openssl", "1.1.1w", State.END_OF_LIFE),
        ("proftpd", "1.3.9a", State.OUTDATED),
        ("proftpd", "1.3.9d", State.CURRENT),
        ("exim", "4.99", State.OUTDATED),
        ("exim", "4.95", State.END_OF_LIFE),
        ("tomcat", "11.0.0-M1", State.OUTDATED),
        ("ckeditor", "4.5.9", State.OUTDATED),
        ("ckeditor", "4.25.1", State.UNKNOWN),  # support of 4 may have been bought
        ("ckeditor", "34.2.0", State.UNKNOWN),  # releases of 5 bear other numbers
        ("angularjs", "1.8.3", State.END_OF_LIFE),
    ],
)
def test_states(product: str, version: str, state: State) -> None:
    assert judge(facts(), product, version, DAY).state is state


def test_a_branch_alone_is_judged_by_its_support() -> None:
    assert judge(facts(), "sharepoint", "subscription", DAY, exact=False).state is State.CURRENT
    assert judge(facts(), "sharepoint", "2016", DAY, exact=False).state is State.END_OF_LIFE
    assert judge(facts(), "drupal", "7", DAY, exact=False).state is State.END_OF_LIFE


@pytest.mark.parametrize(
    ("product", "version", "exact"),
    [
        ("apache", "2.4", True),
        ("nginx", "1.30", True),
        ("php", "8.4", True),
        ("jetty", "12", True),
        ("joomla", "6.1", False),
    ],
)
def test_cutting_off_the_patch_level_earns_no_more_than_hiding_it(
    product: str, version: str, exact: bool
) -> None:
    found = judge(facts(), product, version, DAY, exact=exact)
    assert found.state is State.UNKNOWN
    assert (found.end, bool(found.latest)) == (None, True)


def test_a_release_that_came_out_after_the_last_is_still_made_by_somebody() -> None:
    """As Debian makes those of PHP 8.2 until 2028."""
    last, over = date(2026, 12, 31), date(2027, 1, 2)
    states = [judge(facts(), "php", f"8.2.{patch}", over).state for patch in (32, 33, 36, 40)]
    assert states == [State.END_OF_LIFE, State.END_OF_LIFE, State.UNKNOWN, State.UNKNOWN]
    assert judge(facts(), "php", "8.2.40", last).state is State.NEWER
    assert judge(facts(), "php", "8.2", over).state is State.END_OF_LIFE


def test_support_ends_after_its_last_day() -> None:
    end = date(2026, 12, 31)
    assert judge(facts(), "php", "8.2.33", end).state is State.CURRENT
    over = judge(facts(), "php", "8.2.33", date(2027, 1, 1))
    assert (over.state, over.end) == (State.END_OF_LIFE, end)


def test_an_end_without_a_date_is_an_end() -> None:
    assert judge(facts(), "jquery", "2.2.4", DAY).end is None


def test_whoever_had_no_time_to_update_is_current() -> None:
    released = date(2026, 7, 15)  # of nginx 1.30.4, after 1.30.3
    for days, state in ((30, State.CURRENT), (31, State.OUTDATED)):
        found = judge(facts(), "nginx", "1.30.3", released + timedelta(days))
        assert (found.state, found.released, found.latest) == (state, released, "1.30.4")


def test_what_came_out_after_the_scan_does_not_make_a_version_old() -> None:
    assert judge(facts(), "nginx", "1.30.3", date(2026, 7, 1)).state is State.CURRENT


def test_the_days_run_from_the_first_newer_release_and_not_from_the_latest() -> None:
    found = judge(facts(), "nginx", "1.30.0", date(2026, 7, 20))
    assert found.state is State.OUTDATED
    assert found.released is not None
    assert found.released < date(2026, 6, 20)


def with_product(product: Product) -> Facts:
    return replace(facts(), products={product.id: product})


def test_without_days_of_releases_there_is_no_delay() -> None:
    product = replace(facts().products["nginx"], released={"1.30.3": DAY})
    found = judge(with_product(product), "nginx", "1.30.2", DAY)
    assert (found.state, found.released) == (State.OUTDATED, None)


def test_bought_support_leaves_open_what_is_the_latest_and_not_what_is_behind_it() -> None:
    cycle = Cycle("7", "7.4.9", date(2025, 1, 1), False, date(2027, 1, 1))
    shop = with_product(Product("shop", "Shop", "", (cycle,)))
    seen = {version: judge(shop, "shop", version, DAY) for version in ("7", "7.4.8", "7.4.9")}
    assert [one.state for one in seen.values()] == [State.UNKNOWN, State.OUTDATED, State.UNKNOWN]
    assert seen["7.4.9"].end == date(2025, 1, 1)
    assert judge(shop, "shop", "7.4.9", date(2027, 1, 2)).state is State.END_OF_LIFE


@given(st.sampled_from(sorted(facts().products)), st.text(), st.booleans())
def test_any_version_has_a_state(product: str, version: str, exact: bool) -> None:
    judge(facts(), product, version, DAY, exact=exact)
    holes_of(facts().products[product], version)


GOODNESS = [State.END_OF_LIFE, State.OUTDATED, State.UNKNOWN, State.CURRENT, State.NEWER]
BRANCHES = [
    (product.id, cycle)
    for product in facts().products.values()
    for cycle in product.cycles
    if cycle.latest.startswith(cycle.name + ".")
]


@given(
    st.sampled_from(BRANCHES),
    st.lists(st.integers(0, 130), min_size=2, max_size=2),
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
)
def test_a_newer_version_of_a_branch_is_never_worse(
    branch: tuple[str, Cycle], patches: list[int], day: date
) -> None:
    product, cycle = branch
    stem = cycle.latest.rpartition(".")[0]
    versions = [f"{stem}.{patch}" for patch in sorted(patches)]
    states = [GOODNESS.index(judge(facts(), product, one, day).state) for one in versions]
    assert states[0] <= states[1]


HOLES = Product(
    "shop",
    "Shop",
    "",
    (),
    affected=(
        Affected(Hole("CVE-2025-0001", "low"), (("1.0", "1.4.2"), ("2.0.0.M1", "2.0.3"))),
        Affected(Hole("CVE-2025-0002", "critical"), (("", "2"),)),
        Affected(Hole("CVE-2025-0003", "medium", date(2025, 1, 1)), (("1.4.1", ""),)),
        Affected(Hole("CVE-2025-0004", "critical"), (("", "9"),), "it runs on Windows"),
    ),
)


@pytest.mark.parametrize(
    ("version", "ids"),
    [
        ("1.4.1", "321"),
        ("1.4.2", "32"),
        ("1.4.0", "21"),
        ("1.4", "2"),  # may be 1.4.1 or 1.4.2
        ("1", "2"),
        ("0.9", "2"),
        ("2.0.0.M1", "321"),
        ("2.0.0", "31"),
        ("2.0.3", "3"),
        ("", ""),
    ],
)
def test_holes_that_hold_whatever_the_configuration_worst_first(version: str, ids: str) -> None:
    assert [hole.id[-1] for hole in holes_of(HOLES, version)] == list(ids)


def test_a_bare_major_is_not_in_a_range_that_ends_within_it() -> None:
    drupal, joomla = facts().products["drupal"], facts().products["joomla"]
    assert holes_of(drupal, "7") == ()
    assert [hole.id for hole in holes_of(drupal, "7.57")] == ["CVE-2018-7600"]
    assert holes_of(drupal, "7.58") == ()
    assert [hole.exploited for hole in holes_of(joomla, "4.2.7")] == [date(2024, 1, 8)]
    assert holes_of(joomla, "4.2.8") == ()


def test_a_hole_that_is_fixed_in_two_branches_of_nginx() -> None:
    nginx = replace(
        facts().products["nginx"],
        affected=tuple(replace(one, condition="") for one in facts().products["nginx"].affected),
    )
    found = {
        version: "CVE-2026-42533" in {hole.id for hole in holes_of(nginx, version)}
        for version in ("0.9.5", "1.22.1", "1.30.3", "1.30.4", "1.30.9", "1.31.2", "1.31.3")
    }
    assert list(found.values()) == [False, True, True, False, False, True, False]
