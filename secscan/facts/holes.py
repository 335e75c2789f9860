"""Published vulnerabilities of software, as the facts name them, and the versions they are in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

SEVERITIES = ("critical", "high", "medium", "low")
"""The severities of a hole, the worst first."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A published vulnerability.

    ``id`` is a CVE, or where there is none the advisory's own id. ``severity`` is critical, high,
    medium or low as its publisher has it. ``exploited`` is the day CISA listed it as known to be
    exploited. ``automatable`` and ``total`` are CISA's SSVC answers, None where they are not known.
    """

    id: str
    severity: str
    exploited: date | None = None
    automatable: bool | None = None
    total: bool | None = None


def badness(hole: Hole) -> tuple[bool, int, str]:
    """Return a key that is least for the worst: what is exploited, then what is severe."""
    return hole.exploited is None, SEVERITIES.index(hole.severity), hole.id


@dataclass(frozen=True, slots=True)
class Affected:
    """The versions that a hole is in: each range from (included) to below (excluded).

    An open end is "". ``condition`` says on what else it depends (a module, Windows); what has one
    is never taken for granted.
    """

    hole: Hole
    ranges: tuple[tuple[str, str], ...]
    condition: str = ""


def read_affected(document: Mapping[str, Any]) -> Mapping[str, tuple[Affected, ...]]:
    """Return what a document says of each product, by the product's id."""
    found: dict[str, tuple[Affected, ...]] = {}
    for row in document["advisories"]:
        known = found.get(row["product"], ())
        found[row["product"]] = known + tuple(map(_affected, row["holes"]))
    return found


def _affected(row: Mapping[str, Any]) -> Affected:
    return Affected(
        hole=Hole(row["id"], row["severity"], row.get("exploited")),
        ranges=tuple((start, below) for start, below in row["ranges"]),
        condition=row.get("condition", ""),
    )
