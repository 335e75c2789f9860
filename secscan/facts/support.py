"""Whether a version is supported on a day: from the facts alone, and unknown where they end."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from secscan.facts import Facts
from secscan.facts.products import Cycle, Product


class State(StrEnum):
    """What the facts say of a version; only OUTDATED and END_OF_LIFE cost anything."""

    CURRENT = "current"
    OUTDATED = "outdated"
    END_OF_LIFE = "eol"
    BACKPORTED = "unknown-backport"  # a distribution patches this version in place
    HIDDEN = "hidden"
    NEWER = "newer-than-data"
    UNKNOWN = "unknown"  # the product or the branch is not in the facts


@dataclass(frozen=True, slots=True)
class Support:
    """The state of a version with what it was told by: last day of support, latest release."""

    state: State
    end: date | None = None
    latest: str = ""


def assess(facts: Facts, product: str, version: str, day: date, *, exact: bool = True) -> Support:
    """Return the support of a version; ``exact`` is false where only its branch is known.

    Of packages it knows nothing: what a distribution patches in place is the caller's to say.
    """
    if not version:
        return Support(State.HIDDEN)
    known = facts.products.get(product)
    if known is None:
        return Support(State.UNKNOWN)
    cycles = [cycle for cycle in known.cycles if _belongs(version, cycle)]
    if not cycles:
        return _unlisted(known, version, day)
    if all(cycle.is_over(day) for cycle in cycles):
        return Support(State.END_OF_LIFE, _last_end(cycles), cycles[0].latest)
    if any(cycle.is_over(day) for cycle in cycles):
        return Support(State.UNKNOWN)  # a bare major: which of its branches does not show
    latest = cycles[0].latest
    if len(cycles) > 1 or not exact or (latest and _is_branch(version, latest, known)):
        return Support(State.CURRENT)  # the branch is supported; its patches do not show
    if not latest:
        return Support(State.UNKNOWN)
    return _compared(version, latest)


def _is_branch(version: str, latest: str, product: Product) -> bool:
    """Say whether a version stops short of the patch level: 8.4, where 8.4.24 is the latest."""
    seen, newest = _numbers(version), _numbers(latest)
    if product.drops_zero and len(seen) > 1:
        return False
    return len(seen) < len(newest) and newest[: len(seen)] == seen


def _compared(version: str, latest: str) -> Support:
    seen, newest = _padded(version), _padded(latest)
    if seen > newest:
        return Support(State.NEWER, latest=latest)
    return Support(State.OUTDATED if seen < newest else State.CURRENT, latest=latest)


def _belongs(version: str, cycle: Cycle) -> bool:
    """Say whether a version lies in a cycle, or (a bare major) has the cycle below it."""
    if version == cycle.name:
        return True
    seen, named = _numbers(version), _numbers(cycle.name)
    shorter = min(len(seen), len(named))
    return shorter > 0 and seen[:shorter] == named[:shorter]


def _unlisted(product: Product, version: str, day: date) -> Support:
    """Judge a branch that is not listed: older than one whose support is over, it is over too."""
    seen = _padded(version)
    newer = [cycle for cycle in product.cycles if _padded(cycle.name) > seen]
    if not _numbers(version):
        return Support(State.UNKNOWN)
    if not newer:
        # A figure far beyond every branch is no version at all: a build number, a date.
        newest = max(_padded(cycle.name) for cycle in product.cycles)
        return Support(State.NEWER if seen[0] <= newest[0] + 1 else State.UNKNOWN)
    over = [cycle for cycle in newer if cycle.is_over(day)]
    return Support(State.END_OF_LIFE, _last_end(over[-1:])) if over else Support(State.UNKNOWN)


def _last_end(cycles: list[Cycle]) -> date | None:
    return max((cycle.end for cycle in cycles if cycle.end), default=None)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", version))


def _padded(version: str) -> tuple[int, ...]:
    return (_numbers(version) + (0,) * 5)[:5]
