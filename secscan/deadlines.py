"""Until when something is to be put right: by a profile, counted from the day it was first seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from secscan.check import Item, Outcome, Reason
from secscan.facts.holes import Hole
from secscan.facts.support import State
from secscan.finding import Finding
from secscan.profiles import Profile, Term

BAD = (Outcome.PARTIAL, Outcome.FAIL)
"""The outcomes of what is to be put right."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day, or the next upgrade, or neither; and why.

    ``assumed`` says that of the vulnerability it rests on not every answer is known: it is taken
    for neither automatable nor total, for nobody is to be hurried by a guess.
    """

    why: Reason
    day: date | None = None
    next_upgrade: bool = False
    forensic_triage: bool = False
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class _Demand:
    term: Term
    why: Reason
    since: date
    assumed: bool = False

    @property
    def day(self) -> date | None:
        """Return the day itself, None for the next upgrade."""
        return None if self.term.days is None else self.since + timedelta(days=self.term.days)

    @property
    def order(self) -> tuple[date, bool, bool]:
        """Return a key that is least for the strictest, the surest first among equals."""
        return self.day or date.max, not self.term.forensic_triage, self.assumed


def deadline(profile: Profile, finding: Finding, item: Item, first_seen: date) -> Deadline:
    """Return until when an item is to be put right: the strictest of what the profile asks for."""
    if item.outcome not in BAD:
        return Deadline(Reason.of("there is nothing to put right"))
    demands = list(_demands(profile, finding, item, first_seen))
    if not demands:
        return Deadline(
            Reason.of("the deadlines of {profile} have no row for this", profile=profile.name)
        )
    strictest = min(demands, key=lambda demand: demand.order)
    term = strictest.term
    return Deadline(
        why=strictest.why,
        day=strictest.day,
        next_upgrade=term.days is None,
        forensic_triage=term.forensic_triage,
        assumed=strictest.assumed,
    )


def strictness(deadline: Deadline) -> tuple[date, bool]:
    """Return a key that is least for the deadline that comes first."""
    return deadline.day or date.max, not deadline.next_upgrade


def _demands(profile: Profile, finding: Finding, item: Item, first_seen: date) -> Iterator[_Demand]:
    if item.component is not None:
        for hole in item.component.holes:
            yield from _of_hole(profile, hole, first_seen)
        if item.component.state == State.END_OF_LIFE and profile.end_of_life is not None:
            # What was seen before, as behind or as current, could not be late then.
            since = max(first_seen, item.component.end or first_seen)
            yield _Demand(profile.end_of_life, Reason.of("its support has ended"), since)
    if not finding.scored and finding.severity in profile.granted:
        term = profile.granted[finding.severity]
        yield _Demand(term, Reason.of("its severity asks for it"), first_seen)


def _of_hole(profile: Profile, hole: Hole, first_seen: date) -> Iterator[_Demand]:
    """Yield what a hole asks for; that it is exploited counts from when that was made known."""
    published = Reason.of("{hole} is published", hole=hole.id)
    since = {False: (published, first_seen)}
    if hole.exploited is not None:
        exploited = Reason.of("{hole} is in CISA's list of exploited vulnerabilities", hole=hole.id)
        since[True] = exploited, max(first_seen, hole.exploited)
    for listed, (why, day) in since.items():
        # A site that this scanner reaches is exposed, whatever stands before it.
        answers = (listed, True, hole.automatable is True, hole.total is True)
        term = profile.vulnerability.get(answers)
        if term is not None:
            assumed = hole.automatable is None or hole.total is None
            yield _Demand(term, why, day, assumed)
