"""Since when something has been bad: the start of the unbroken series of runs that saw it so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from secscan.check import Outcome
from secscan.deadlines import BAD

UNSEEN = frozenset({Outcome.NOT_TESTED, Outcome.ERROR})
"""The outcomes of an item that say that something could not be looked at."""

Key = tuple[str, str, str]
"""Site, check and subject: what an item's id is made of."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a run says of a check on a site: its items' subjects with their outcomes."""

    site: str
    check_id: str
    items: Mapping[str, frozenset[Outcome]]


def first_seen(runs: Iterable[tuple[datetime, Iterable[Look]]]) -> dict[Key, datetime]:
    """Return since when each item that is bad in the first run has been so.

    The runs are given newest first, and of each the looks that saw something, and be it that there
    is nothing to judge: where a site or a check was not looked at, a series goes on.
    """
    found: dict[Key, datetime] = {}
    still_open: dict[tuple[str, str], set[str]] = {}
    for number, (started_at, looks) in enumerate(runs):
        for look in looks:
            at = look.site, look.check_id
            if number == 0:
                still_open[at] = {subject for subject in look.items if _is_bad(look, subject)}
            still_open[at] = {
                subject for subject in still_open.get(at, ()) if _goes_on(look, subject)
            }
            bad = (subject for subject in still_open[at] if _is_bad(look, subject))
            found.update(((*at, subject), started_at) for subject in bad)
        if not any(still_open.values()):
            break
    return found


def _is_bad(look: Look, subject: str) -> bool:
    return not look.items.get(subject, frozenset()).isdisjoint(BAD)


def _goes_on(look: Look, subject: str) -> bool:
    """Say whether a series passes through this look: only what was seen to be gone ends it."""
    if subject in look.items:
        return _is_bad(look, subject) or Outcome.PASS not in look.items[subject]
    return any(not outcomes.isdisjoint(UNSEEN) for outcomes in look.items.values())
