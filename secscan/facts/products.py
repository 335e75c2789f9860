"""Products with their release cycles, releases and published vulnerabilities, each row dated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from secscan.facts.holes import Affected, read_affected

PRODUCT_TABLES = (
    "products/servers.toml",
    "products/runtimes.toml",
    "products/content.toml",
    "products/services.toml",
    "products/systems.toml",
    "products/libraries.toml",
)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A release cycle of a product: ``ended`` or ``end`` where support stops, else neither.

    ``paid_end`` is the last day of support that has to be bought (Debian ELTS, Ubuntu Pro, Windows
    ESU): whether somebody did does not show from outside.
    """

    name: str
    latest: str
    end: date | None
    ended: bool
    paid_end: date | None = None

    def is_over(self, day: date) -> bool:
        """Say whether the support that everybody gets has ended on that day."""
        return self.ended or (self.end is not None and self.end < day)

    def is_over_for_all(self, day: date) -> bool:
        """Say whether even bought support has ended on that day."""
        return self.is_over(day) and (self.paid_end is None or self.paid_end < day)


@dataclass(frozen=True, slots=True)
class Product:
    """A product and its cycles, newest first, with the source of the figures.

    ``drops_zero`` says that its release x.y.0 calls itself x.y. ``released`` has the day of each
    release of the last years, in the cycles that were supported then. ``endoflife`` is its name at
    endoflife.date, "" where that has none; ``own_ends`` says that we do not judge by its ends.
    """

    id: str
    name: str
    source: str
    cycles: tuple[Cycle, ...]
    drops_zero: bool = False
    released: Mapping[str, date] = field(default_factory=dict)
    affected: tuple[Affected, ...] = ()
    endoflife: str = ""
    own_ends: bool = False


def read_products(
    documents: Iterable[Mapping[str, Any]], holes: Mapping[str, Any]
) -> Mapping[str, Product]:
    """Return the products of the tables by id, with what the table of holes says of them."""
    affected = read_affected(holes)
    rows = [row for document in documents for row in document["product"]]
    return {row["id"]: _product(row, affected.get(row["id"], ())) for row in rows}


def _product(row: Mapping[str, Any], affected: tuple[Affected, ...]) -> Product:
    return Product(
        id=row["id"],
        name=row["name"],
        source=row["source"],
        cycles=tuple(map(_cycle, row.get("cycles", []))),
        drops_zero=row.get("drops_zero", False),
        released={
            version: release["day"]
            for release in row.get("released", [])
            for version in release["versions"]
        },
        affected=affected,
        endoflife=row.get("endoflife", ""),
        own_ends=row.get("own_ends", False),
    )


def _cycle(row: Mapping[str, Any]) -> Cycle:
    return Cycle(
        name=row["cycle"],
        latest=row.get("latest", ""),
        end=row.get("end"),
        ended=row.get("ended", False),
        paid_end=row.get("paid_end"),
    )
