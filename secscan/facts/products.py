"""Products with their release cycles, releases and published vulnerabilities, each row dated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from secscan.facts.holes import Hole


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
class Affected:
    """The versions that a hole is in: each range from (included) to below (excluded).

    An open end is "". ``condition`` says on what else it depends (a module, Windows); what has one
    is never taken for granted.
    """

    hole: Hole
    ranges: tuple[tuple[str, str], ...]
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """A product and its cycles, newest first, with the source of the figures.

    ``drops_zero`` says that its release x.y.0 calls itself x.y. ``released`` has the day of each
    known release of the cycles that are still supported.
    """

    id: str
    name: str
    source: str
    cycles: tuple[Cycle, ...]
    drops_zero: bool = False
    released: Mapping[str, date] = field(default_factory=dict)
    affected: tuple[Affected, ...] = ()


def read_products(rows: Iterable[dict[str, Any]]) -> Mapping[str, Product]:
    """Return the products of a table by id."""
    return {row["id"]: _product(row) for row in rows}


def _product(row: dict[str, Any]) -> Product:
    return Product(
        id=row["id"],
        name=row["name"],
        source=row["source"],
        cycles=tuple(
            Cycle(cycle["cycle"], cycle["latest"], cycle.get("end"), cycle.get("ended", False))
            for cycle in row["cycles"]
        ),
        drops_zero=row.get("drops_zero", False),
    )
