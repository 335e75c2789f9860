"""The signs of software that signals.toml has."""

from collections.abc import Iterable, Mapping
from typing import Any

from secscan.parsing.patterns import Pattern
from secscan.parsing.signals import Signal, Signals


def read_signals(document: Mapping[str, Any]) -> Signals:
    """Return the signals of a document; raise PatternError where a pattern is none."""
    return Signals(_by_place(document["signal"]), _by_place(document["front"]))


def _by_place(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, tuple[Signal, ...]]:
    """Return the signals by place; names of header fields have no case (RFC 9110, 5.1)."""
    places: dict[str, tuple[Signal, ...]] = {}
    for row in rows:
        place = row["place"].lower()
        places[place] = (*places.get(place, ()), _signal(row))
    return places


def _signal(row: Mapping[str, Any]) -> Signal:
    return Signal(
        place=row["place"],
        pattern=Pattern(row["pattern"], ignore_case=True),
        product=row.get("product", ""),
        confidence=row.get("confidence", 0),
        exact=row.get("exact", True),
    )
