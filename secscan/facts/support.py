"""Whether a version is supported on a day: from the facts alone, and unknown where they end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from secscan.facts import Facts
from secscan.facts.holes import Affected, Hole, badness
from secscan.facts.products import Cycle, Product
from secscan.facts.systems import Revision, System, release_name
from secscan.parsing.versions import is_bare, numbers, precedence


class State(StrEnum):
    """What the facts say of a version; only OUTDATED and END_OF_LIFE cost anything."""

    CURRENT = "current"
    OUTDATED = "outdated"
    END_OF_LIFE = "eol"
    BACKPORTED = "unknown-backport"  # it may be a distribution's package, patched in place
    HIDDEN = "hidden"
    NEWER = "newer-than-data"
    UNKNOWN = "unknown"  # the product or the branch is not in the facts, or support may be bought


@dataclass(frozen=True, slots=True)
class Support:
    """The state of a version with what it was told by: last day of support, latest release.

    ``end`` is of the support that everybody gets. ``released`` is the day the first release came
    out that is newer than the version, where that is known. ``supported`` is where to go from any
    version: the latest release of the newest branch that is supported. Where the state is unknown
    and ``latest`` is there, the branch is supported, and its release does not show.
    """

    state: State
    end: date | None = None
    latest: str = ""
    released: date | None = None
    supported: str = ""


def assess(
    facts: Facts, product: str, version: str, day: date, *, exact: bool = True, update_days: int
) -> Support:
    """Return the support of a version; ``exact`` is false where only its branch is known.

    Whoever had no more than ``update_days`` to update is current. Of packages it knows nothing:
    what a distribution patches in place is the caller's to say.
    """
    if not version:
        return Support(State.HIDDEN)
    known = facts.products.get(product)
    if known is None:
        return Support(State.UNKNOWN)
    support = _of_product(known, version, day, exact=exact, update_days=update_days)
    return replace(support, supported=_newest_supported(known, day))


def assess_system(facts: Facts, candidates: Sequence[System], day: date) -> Support:
    """Return the support of a system that is one of some: over only if it is for each of them.

    Where only support that has to be bought may be in force, the state is unknown, and ``end`` says
    when that began.
    """
    found = [_cycle_of(facts, system) for system in candidates]
    cycles = [cycle for cycle in found if cycle is not None]
    if any(not cycle.is_over(day) for cycle in cycles):
        return Support(State.CURRENT, _last_end(cycles))
    if not cycles or len(cycles) < len(found):
        return Support(State.UNKNOWN)
    over = all(cycle.is_over_for_all(day) for cycle in cycles)
    state = State.END_OF_LIFE if over else State.UNKNOWN
    return Support(state, _last_end(cycles), supported=_longest_supported(facts, candidates, day))


@dataclass(frozen=True, slots=True)
class RevisionSupport:
    """The state of a package's revision: how many have come out since, in how many days."""

    state: State
    latest: Revision | None = None
    behind: int = 0
    days: int = 0


def assess_revision(
    facts: Facts, product: str, version: str, system: System, day: date, *, update_days: int
) -> RevisionSupport:
    """Return the state of a distribution's package by its revision (``9.2p1-2+deb12u10``).

    ``days`` lie between the release of the revision and that of the latest.
    """
    known = facts.revisions.get((product, system), ())
    if not known or numbers(version) != numbers(known[0].version):
        return RevisionSupport(State.UNKNOWN)
    if precedence(version) > precedence(known[0].version):
        return RevisionSupport(State.NEWER, known[0])
    own = next((at for at, one in enumerate(known) if one.version == version), None)
    if own is None:
        return RevisionSupport(State.UNKNOWN)  # of a backport, or of somebody else
    newer = [one for one in known[:own] if one.day <= day]
    if not newer:
        return RevisionSupport(State.CURRENT, known[own])
    behind = len(newer), (newer[0].day - known[own].day).days
    waited = (day - newer[-1].day).days
    state = State.OUTDATED if waited > update_days else State.CURRENT
    return RevisionSupport(state, newer[0], *behind)


def holes_of(product: Product, version: str) -> tuple[Hole, ...]:
    """Return the holes that are in a version whatever its configuration, worst first."""
    found = [
        one.hole
        for one in product.affected
        if version and not one.condition and _is_in(product, one, version)
    ]
    return tuple(sorted(found, key=badness))


def _is_in(product: Product, affected: Affected, version: str) -> bool:
    """Say whether a version is in a range; 7 is not, where it may be 7.57 or 7.58."""
    seen = precedence(version)
    return any(
        (not start or precedence(start) <= seen)
        and (not below or seen < precedence(below))
        and not _stops_short(product, version, below)
        for start, below in affected.ranges
    )


def _stops_short(product: Product, version: str, other: str) -> bool:
    """Say whether a version is but the branch of another: 8.4, where that is 8.4.24."""
    seen, full = numbers(version), numbers(other)
    if product.drops_zero and len(seen) > 1:
        return False
    return is_bare(version) and len(seen) < len(full) and full[: len(seen)] == seen


def _of_product(
    product: Product, version: str, day: date, *, exact: bool, update_days: int
) -> Support:
    cycles = _cycles(product, version)
    if not cycles:
        return _unlisted(product, version, day)
    if all(cycle.is_over_for_all(day) for cycle in cycles):
        return _of_ended(cycles, version)
    if len(cycles) > 1:
        return _of_branches(cycles, day)
    return _of_branch(product, cycles[0], version if exact else "", day, update_days)


def _of_ended(cycles: list[Cycle], version: str) -> Support:
    """Judge a version whose maker's support is over: of a later one, somebody else takes care."""
    latest = _latest(cycles[0])
    if latest and precedence(version) > precedence(latest):
        return Support(State.UNKNOWN)  # as Debian still makes releases of PHP 8.2
    return Support(State.END_OF_LIFE, _last_end(cycles), latest)


def _of_branch(
    product: Product, cycle: Cycle, version: str, day: date, update_days: int
) -> Support:
    """Judge a version within its branch; "" where nothing more than the branch shows."""
    latest = _latest(cycle)
    # Whoever bought support updates too: it excuses nobody who is behind.
    unbought = Support(State.UNKNOWN, cycle.end) if cycle.is_over(day) else None
    good = unbought or Support(State.CURRENT, cycle.end, latest)
    if not latest:
        return unbought or Support(State.UNKNOWN) if version else good
    if not version or _stops_short(product, version, latest):
        # To cut off the patch level earns no more than to hide the version.
        return unbought or Support(State.UNKNOWN, latest=latest)
    seen, newest = precedence(version), precedence(latest)
    if seen >= newest:
        return good if seen == newest else Support(State.NEWER, cycle.end, latest)
    released = _first_after(product, cycle, version)
    if released is not None and (day - released).days <= update_days:
        return replace(good, released=released)
    return Support(State.OUTDATED, cycle.end, latest, released)


def _first_after(product: Product, cycle: Cycle, version: str) -> date | None:
    """Return the day of the first release of a branch that is newer than a version.

    Where that of the latest is not known, others may be missing too, and so nothing is.
    """
    seen, newest = precedence(version), precedence(cycle.latest)
    days = {
        precedence(release): day
        for release, day in product.released.items()
        if _belongs(release, cycle) and seen < precedence(release) <= newest
    }
    return min(days.values()) if newest in days else None


def _of_branches(cycles: list[Cycle], day: date) -> Support:
    """Judge a bare major: which of its branches does not show."""
    if any(cycle.is_over(day) for cycle in cycles):
        return Support(State.UNKNOWN)
    latest = next(filter(None, map(_latest, cycles)), "")
    if latest:
        return Support(State.UNKNOWN, latest=latest)
    return Support(State.CURRENT, _last_end(cycles))


def _unlisted(product: Product, version: str, day: date) -> Support:
    """Judge a branch that is not listed: older than one whose support is over, it is over too."""
    seen = numbers(version)
    cycles = [cycle for cycle in product.cycles if _belongs(cycle.latest or cycle.name, cycle)]
    if not seen or not cycles or not all(numbers(cycle.name) for cycle in product.cycles):
        return Support(State.UNKNOWN)  # editions have names, and builds are no order of them
    newer = [cycle for cycle in cycles if precedence(cycle.name) > precedence(version)]
    if not newer:
        # A figure far beyond every branch is no version at all: a build number, a date.
        newest = max(numbers(cycle.name) for cycle in cycles)
        return Support(State.NEWER if seen[0] <= newest[0] + 1 else State.UNKNOWN)
    over = [cycle for cycle in newer if cycle.is_over_for_all(day)]
    return Support(State.END_OF_LIFE, _last_end(over[-1:])) if over else Support(State.UNKNOWN)


def _cycles(product: Product, version: str) -> list[Cycle]:
    """Return the cycle that a version names or lies in, or the cycles that a bare major has."""
    named = [cycle for cycle in product.cycles if cycle.name == version]
    return named or [cycle for cycle in product.cycles if _belongs(version, cycle)]


def _belongs(version: str, cycle: Cycle) -> bool:
    seen, named = numbers(version), numbers(cycle.name)
    shorter = min(len(seen), len(named))
    return shorter > 0 and seen[:shorter] == named[:shorter]


def _cycle_of(facts: Facts, system: System) -> Cycle | None:
    product = facts.products.get(system[0])
    cycles = product.cycles if product else ()
    return next((cycle for cycle in cycles if cycle.name == system[1]), None)


def _latest(cycle: Cycle) -> str:
    """Return the latest release, "" where it is a build under another name than the cycle's."""
    return cycle.latest if _belongs(cycle.latest, cycle) else ""


def _newest_supported(product: Product, day: date) -> str:
    """Return the latest release of the newest branch that is supported, "" where none is known."""
    latest = (_latest(cycle) for cycle in product.cycles if not cycle.is_over(day))
    return next(filter(None, latest), "")


def _longest_supported(facts: Facts, candidates: Sequence[System], day: date) -> str:
    """Return the release of a system that gets fixes longest: no server is for a few months."""
    named = {product for product, _ in candidates}
    product = facts.products.get(named.pop()) if len(named) == 1 else None
    cycles = product.cycles if product else ()
    ends = {cycle.name: cycle.end for cycle in cycles if cycle.end and not cycle.is_over(day)}
    return release_name(max(ends, key=ends.__getitem__)) if ends else ""


def _last_end(cycles: list[Cycle]) -> date | None:
    return max((cycle.end for cycle in cycles if cycle.end), default=None)
