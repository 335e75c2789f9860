"""The published life cycles of endoflife.date, and how they are laid over our own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, StringConstraints

from secscan.facts.products import Cycle, Product

Name = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class _Shape(BaseModel):
    """What is read is of exactly this shape; what is published besides is left aside."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Latest(_Shape):
    """The latest release of a cycle."""

    name: Name | None
    day: date | None = Field(alias="date", default=None)


class Release(_Shape):
    """A release cycle as endoflife.date has it."""

    name: Name
    is_over: bool = Field(alias="isEol")
    end: date | None = Field(alias="eolFrom", default=None)
    paid_end: date | None = Field(alias="eoesFrom", default=None)
    latest: Latest | None = None


class _Listed(_Shape):
    name: Name
    aliases: tuple[Name, ...] = ()
    releases: tuple[Release, ...]


class EndOfLife(_Shape):
    """All products of endoflife.date in one document (version 1 of its API)."""

    schema_version: Annotated[str, StringConstraints(pattern=r"^1\.")]
    generated_at: datetime
    total: NonNegativeInt = Field(lt=1_000_000)
    result: tuple[_Listed, ...]

    @property
    def as_of(self) -> date:
        """Return the day it was made, as its publisher has it."""
        return self.generated_at.date()

    @property
    def announced(self) -> int:
        """Return how many rows it says that it has."""
        return self.total

    @property
    def rows(self) -> int:
        """Return how many products it lists."""
        return len(self.result)

    @cached_property
    def releases(self) -> Mapping[str, tuple[Release, ...]]:
        """Return the cycles by product, under each name it has."""
        by_alias = {alias: one.releases for one in self.result for alias in one.aliases}
        return {**by_alias, **{one.name: one.releases for one in self.result}}

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the products that have a latest release."""
        return frozenset(
            name
            for name, releases in self.releases.items()
            if any(release.latest and release.latest.name for release in releases)
        )


def with_cycles(products: Mapping[str, Product], published: EndOfLife) -> Mapping[str, Product]:
    """Return the products with the published cycles in place of ours, or added to them."""
    return {
        id: _with_cycles(product, published.releases.get(product.endoflife, ()), published.as_of)
        for id, product in products.items()
    }


def _with_cycles(product: Product, releases: tuple[Release, ...], as_of: date) -> Product:
    if not releases:
        return product
    ours = {cycle.name: cycle for cycle in product.cycles}
    compared = any(cycle.latest for cycle in product.cycles)
    theirs = [_cycle(release, ours.get(release.name), compared) for release in releases]
    if product.own_ends:
        theirs = [_with_end_of(ours.get(cycle.name), cycle) for cycle in theirs]
    latest = [release.latest for release in releases if release.latest] if compared else []
    dated = {one.name: one.day for one in latest if one.name and one.day}
    return replace(
        product,
        source=f"endoflife.date/{product.endoflife}, {as_of}",
        cycles=_with_ours(theirs, product.cycles),
        released={**product.released, **dated},
    )


def _cycle(release: Release, ours: Cycle | None, compared: bool) -> Cycle:
    """Return a published cycle; bought support that it does not know of is ours to say.

    Where we name no latest release, banners do not show what could be ``compared`` with it.
    """
    latest = (release.latest and release.latest.name) or ""
    if ours:
        latest = latest or ours.latest if ours.latest else ""
    return Cycle(
        name=release.name,
        latest=latest if compared else "",
        end=release.end,
        ended=release.is_over and release.end is None,
        paid_end=release.paid_end or (ours.paid_end if ours else None),
    )


def _with_end_of(ours: Cycle | None, cycle: Cycle) -> Cycle:
    """Return a published cycle with the end that we judge by; one that we do not know has none."""
    if ours is None:
        return replace(cycle, end=None, ended=False)
    return replace(cycle, end=ours.end, ended=ours.ended)


def _with_ours(theirs: list[Cycle], ours: tuple[Cycle, ...]) -> tuple[Cycle, ...]:
    """Put each cycle that only we know before the one that it precedes in our own order."""
    merged = [cycle.name for cycle in theirs]
    cycles = {cycle.name: cycle for cycle in theirs}
    place = len(merged)
    for cycle in reversed(ours):
        if cycle.name in cycles:
            place = merged.index(cycle.name)
        else:
            cycles[cycle.name] = cycle
            merged.insert(place, cycle.name)
    return tuple(cycles[name] for name in merged)
