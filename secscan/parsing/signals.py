"""Signs of software in what a site sends: patterns that come as data, by where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from secscan.parsing.patterns import Pattern


@dataclass(frozen=True, slots=True)
class Signal:
    """A pattern that tells a product at a place, and how far it is to be trusted.

    Its named groups are what it reads: ``version``, or ``build`` where a build has to be turned
    into the version that its maker supports; ``packager`` and ``revision`` of a distribution.
    ``exact`` is false where only the branch shows.
    """

    place: str
    pattern: Pattern
    product: str
    confidence: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Signals:
    """The signals by place, and those of what stands before a site and answers in its stead."""

    places: Mapping[str, tuple[Signal, ...]]
    fronts: Mapping[str, tuple[Signal, ...]]

    def at(self, place: str) -> tuple[Signal, ...]:
        """Return the signals of a place."""
        return self.places.get(place, ())
