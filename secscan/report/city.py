"""What the first page shows: the ranking, how it is spread, and what counts most in the city."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from secscan.index import band
from secscan.policy import Policy
from secscan.ranking import NOT_SCANNED, RankedGroup, Row
from secscan.register import Site
from secscan.report.tally import Tally, TopCost
from secscan.results import Results

MOST_COSTS = 12
"""How many checks the list of what costs the city most holds."""

BIN = 2
"""Width of a column of dots, in points of index: dots that would overlap stand on each other."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A ranked agency in the plot of its group: its column, and its height within."""

    row: Row
    column: int
    height: int


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group: its ranked rows, the others, and the plot of the ranked ones."""

    group: RankedGroup
    ranked: tuple[Row, ...]
    unranked: tuple[Row, ...]
    dots: tuple[Dot, ...]
    tallest: int


@dataclass(frozen=True, slots=True)
class CityView:
    """The first page; ``bands`` counts sites with an index, ``states`` names those without."""

    groups: tuple[GroupView, ...]
    sites: int
    bands: Mapping[str, int]
    states: Mapping[str, tuple[Site, ...]]
    top_costs: tuple[TopCost, ...]


def city_view(results: Results, tally: Tally) -> CityView:
    """Return what the first page shows."""
    scanned = results.register.scanned()
    return CityView(
        groups=tuple(_group_view(group) for group in results.ranking.groups if group.rows),
        sites=len(scanned),
        bands=_bands(results, scanned),
        states=_states(results, scanned),
        top_costs=tally.top_costs(MOST_COSTS),
    )


def _group_view(group: RankedGroup) -> GroupView:
    ranked = tuple(row for row in group.rows if row.rank is not None)
    dots = _dots(ranked)
    return GroupView(
        group=group,
        ranked=ranked,
        unranked=tuple(row for row in group.rows if row.rank is None),
        dots=dots,
        tallest=max((dot.height for dot in dots), default=0),
    )


def _dots(ranked: Iterable[Row]) -> tuple[Dot, ...]:
    heights: Counter[int] = Counter()
    dots = []
    for row in ranked:
        if row.published is not None:
            column = min(int(row.published) // BIN * BIN, 100 - BIN)
            dots.append(Dot(row, column, heights[column]))
            heights[column] += 1
    return tuple(dots)


def _bands(results: Results, scanned: Iterable[Site]) -> dict[str, int]:
    policy = results.judgement.policy
    found = Counter(
        band(index.value, policy)
        for site in scanned
        if (index := results.indexes.get(site.id, NOT_SCANNED)).value is not None
    )
    return {name: found[name] for name in (*band_names(policy), "F")}


def band_names(policy: Policy) -> tuple[str, ...]:
    """Return the bands of a policy, the best first."""
    return tuple(sorted(policy.band, key=lambda name: -policy.band[name]))


def _states(results: Results, scanned: Iterable[Site]) -> dict[str, tuple[Site, ...]]:
    found: dict[str, list[Site]] = {}
    for site in scanned:
        state = results.indexes.get(site.id, NOT_SCANNED).state
        if state is not None:
            found.setdefault(state, []).append(site)
    ordered = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {state: tuple(sites) for state, sites in ordered}
