"""CISA's catalogue of vulnerabilities that are known to be exploited, laid over our holes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, StringConstraints

from secscan.facts.holes import Hole
from secscan.facts.products import Product


class _Listed(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    id: Annotated[str, StringConstraints(pattern=r"^CVE-[0-9]{4}-[0-9]{4,19}$")] = Field(
        alias="cveID"
    )
    added: date = Field(alias="dateAdded")


class KnownExploited(BaseModel):
    """The catalogue: which CVE was added on which day. It has no versions."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    released: datetime = Field(alias="dateReleased")
    count: NonNegativeInt = Field(lt=1_000_000)
    vulnerabilities: tuple[_Listed, ...]

    @property
    def as_of(self) -> date:
        """Return the newest day in it: that of its release, or of what was added last."""
        return max([self.released.date(), *self.added.values()])

    @property
    def announced(self) -> int:
        """Return how many rows it says that it has."""
        return self.count

    @property
    def rows(self) -> int:
        """Return how many vulnerabilities it lists."""
        return len(self.vulnerabilities)

    @property
    def names(self) -> frozenset[str]:
        """Return the CVEs in it."""
        return frozenset(self.added)

    @cached_property
    def added(self) -> Mapping[str, date]:
        """Return the day each CVE was added."""
        return {one.id: one.added for one in self.vulnerabilities}


def with_known_exploited(
    products: Mapping[str, Product], published: KnownExploited
) -> Mapping[str, Product]:
    """Return the products with the day of each hole that the catalogue lists."""
    return {
        id: replace(
            product,
            affected=tuple(
                replace(one, hole=_exploited(one.hole, published)) for one in product.affected
            ),
        )
        for id, product in products.items()
    }


def _exploited(hole: Hole, published: KnownExploited) -> Hole:
    """Return a hole with the day it was listed; one that is not listed stays as it is."""
    return replace(hole, exploited=published.added.get(hole.id, hole.exploited))
