"""How much of the software that was seen could be judged: hiding a version must not pass unseen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from secscan.check import Item, Outcome
from secscan.facts.support import State
from secscan.finding import Finding

JUDGED = frozenset({State.CURRENT, State.NEWER, State.OUTDATED, State.END_OF_LIFE})
"""The states of a version that could be judged; a packaged, hidden or unknown one could not."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A component as an item of a finding has it: its subject and state, and what became of it."""

    subject: str
    product: str
    state: str
    outcome: Outcome

    @property
    def is_judged(self) -> bool:
        """Say whether the version could be judged: what is too uncertain to count could not."""
        return self.state in JUDGED and self.outcome.conclusive


@dataclass(frozen=True, slots=True)
class Assessable:
    """How many of the components that were seen could be judged."""

    judged: int = 0
    seen: int = 0

    def __add__(self, other: "Assessable") -> "Assessable":
        """Return both together."""
        return Assessable(self.judged + other.judged, self.seen + other.seen)

    @property
    def percent(self) -> int | None:
        """Return the share in whole percent, or None where no software was seen."""
        return round(Fraction(100 * self.judged, self.seen)) if self.seen else None


@dataclass(frozen=True, slots=True)
class Share:
    """What could be judged now, and in the last comparable run, which began at ``since``."""

    now: Assessable
    before: Assessable = Assessable()
    since: datetime | None = None

    @property
    def change(self) -> int | None:
        """Return how many points of percent it went up, or None where nothing compares."""
        if self.now.percent is None or self.before.percent is None:
            return None
        return self.now.percent - self.before.percent


def assessable(components: Iterable[Seen]) -> Assessable:
    """Count the components of a site once for each of its addresses, however often told."""
    best: dict[tuple[str, str], bool] = {}
    for one in components:
        key = one.product, _address(one.subject)
        best[key] = best.get(key, False) or one.is_judged
    return Assessable(sum(best.values()), len(best))


def components(findings: Iterable[Finding]) -> list[Seen]:
    """Return the components in the items of findings, as often as they are told.

    What only a grant shows is left out: whoever allows more is not to look better or worse.
    """
    told = (seen(item) for finding in findings if finding.scored for item in finding.items)
    return [one for one in told if one is not None]


def seen(item: Item) -> Seen | None:
    """Return the component of an item as it counts, or None where it is about no software."""
    one = item.component
    return None if one is None else Seen(item.subject, one.product, one.state, item.outcome)


def _address(subject: str) -> str:
    """Return the address that a subject begins with: ``host`` or ``host [address]``."""
    words = subject.split(" ", 2)
    return " ".join(words[:2]) if len(words) > 1 and words[1].startswith("[") else words[0]
