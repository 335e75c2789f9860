import re
import tomllib
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest
from builders import facts

from secscan.facts.products import PRODUCT_TABLES, Product
from secscan.parsing.versions import numbers, precedence

PRODUCTS = facts().products.values()
TABLES = [*PRODUCT_TABLES, "holes.toml", "distributions.toml"]
GROUPS = ("product", "advisories", "bases", "revisions")


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("secscan.facts") / name).read_text("utf-8"))


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_source_and_a_day(name: str) -> None:
    rows = [row for group in GROUPS for row in table(name).get(group, [])]
    assert rows
    for row in rows:
        assert re.search(r", 20\d\d-\d\d-\d\d$", row["source"]), row


def test_no_product_is_listed_twice() -> None:
    ids = [row["id"] for name in PRODUCT_TABLES for row in table(name)["product"]]
    assert sorted(ids) == sorted(set(ids)) == sorted(facts().products)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.id)
def test_cycles_are_newest_first_and_each_is_there_once(product: Product) -> None:
    named = [numbers(cycle.name) for cycle in product.cycles if numbers(cycle.name)]
    assert all(one >= two for one, two in pairwise(named))
    assert len({cycle.name for cycle in product.cycles}) == len(product.cycles)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.id)
def test_the_latest_release_is_one_of_its_cycle(product: Product) -> None:
    for cycle in product.cycles:
        shorter = numbers(cycle.name)[: len(numbers(cycle.latest))]
        assert not cycle.latest or numbers(cycle.latest)[: len(shorter)] == shorter


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.id)
def test_bought_support_ends_after_that_which_everybody_gets(product: Product) -> None:
    for cycle in product.cycles:
        assert not (cycle.ended and cycle.end)
        assert cycle.paid_end is None or (cycle.end is not None and cycle.end < cycle.paid_end)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.id)
def test_releases_of_a_branch_came_out_in_order(product: Product) -> None:
    branches: dict[tuple[int, ...], list[str]] = {}
    for version in product.released:
        branches.setdefault(numbers(version)[:2], []).append(version)
    for versions in branches.values():
        days = [product.released[version] for version in sorted(versions, key=precedence)]
        assert days == sorted(days), versions


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.id)
def test_the_ranges_of_holes_can_be_read(product: Product) -> None:
    ids = [one.hole.id for one in product.affected]
    assert len(ids) == len(set(ids))
    for one in product.affected:
        assert one.hole.severity in ("critical", "high", "medium", "low")
        assert one.ranges
        for start, below in one.ranges:
            assert not start or numbers(start)
            assert numbers(below)
            assert not start or precedence(start) < precedence(below)


def test_every_hole_is_of_a_product() -> None:
    assert {row["product"] for row in table("holes.toml")["advisories"]} <= set(facts().products)


def test_the_version_of_the_facts_names_the_newest_of_the_product_tables() -> None:
    newest = max(table(name)["as_of"] for name in PRODUCT_TABLES)
    assert facts().version.startswith(f"{newest}+")
