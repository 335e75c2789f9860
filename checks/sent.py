"""What the checks of certificates share: every chain of a server is judged, and the worst counts.

Browsers get one or the other by the kinds of key they know. There is no check in this module.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from cryptography import x509

from secscan.check import Item, Outcome, Verdict, failed
from secscan.evidence import Asked, Chain
from secscan.facts import Facts
from secscan.parsing.certificates import Certificate, read_certificate
from secscan.parsing.paths import find_path

_MOST_CHAINS = 4
"""Chains that are judged; a real server has one for each kind of key, which is one or two."""

_MOST_READ = 20
"""Certificates that are read of a chain; a real one has two to five."""

_UNREADABLE = "?"

_WORST_FIRST = (
    Outcome.FAIL,
    Outcome.NOT_TESTED,
    Outcome.PARTIAL,
    Outcome.PASS,
    Outcome.NOT_APPLICABLE,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One chain, read: the server's own certificate, the other readable ones, what was stapled."""

    leaf: Certificate
    others: tuple[Certificate, ...]
    ocsp: bytes
    timestamps: bytes

    def path(self, asked: Asked, facts: Facts) -> tuple[x509.Certificate, ...] | None:
        """Return a path to a trusted CA at the time nearest to the scan at which the leaf holds."""
        return find_path(self.leaf, self.others, facts.trust_anchors, self.inside(asked.at))

    def is_public(self, asked: Asked, facts: Facts) -> bool:
        """Say whether a CA that browsers know made it, as far as the logs tell without a path."""
        path = self.path(asked, facts)
        return self.leaf.logged if path is None else path[-1] not in facts.added_anchors

    def valid(self, at: datetime) -> list[Certificate]:
        """Return the other certificates that are valid at the time nearest to ``at``."""
        inside = self.inside(at)
        return [one for one in self.others if one.not_before <= inside <= one.not_after]

    def inside(self, at: datetime) -> datetime:
        """Return the time nearest to ``at`` at which the leaf is valid."""
        return min(max(at, self.leaf.not_before), self.leaf.not_after)


def judge_each(chain: Chain, judge: Callable[[Sent], Verdict]) -> Verdict:
    """Return the worst verdict on the chains; where there are several, each is an item."""
    seen = [_judged(one, judge) for one in (chain, *chain.others)[:_MOST_CHAINS]]
    if len(seen) == 1:
        return seen[0][1]
    worst = min((verdict for _, verdict in seen), key=_rank)
    items = (item for kind, verdict in _numbered(seen) for item in _items(kind, verdict))
    return Verdict(worst.outcome, worst.credit, worst.reason, tuple(items))


def _judged(chain: Chain, judge: Callable[[Sent], Verdict]) -> tuple[str, Verdict]:
    """Return the kind of the leaf's key, and the verdict on the chain."""
    leaf, *others = (read_certificate(der) for der in chain.certificates[:_MOST_READ])
    if leaf is None:
        return _UNREADABLE, failed("the certificate cannot be read")
    readable = tuple(other for other in others if other is not None)
    return leaf.key, judge(Sent(leaf, readable, chain.ocsp, chain.timestamps))


def _rank(verdict: Verdict) -> tuple[int, Fraction]:
    """Return what sorts the worst first, and last what could not be judged."""
    return _WORST_FIRST.index(verdict.outcome), verdict.credit


def _numbered(seen: list[tuple[str, Verdict]]) -> list[tuple[str, Verdict]]:
    """Return the verdicts under names that differ: servers of a pool may have equal kinds."""
    counts: dict[str, int] = {}
    found = []
    for kind, verdict in seen:
        counts[kind] = counts.get(kind, 0) + 1
        found.append((f"{kind} {counts[kind]}" if counts[kind] > 1 else kind, verdict))
    return found


def _items(kind: str, verdict: Verdict) -> tuple[Item, ...]:
    if not verdict.items:
        return (Item(kind, verdict.outcome, verdict.reason),)
    return tuple(
        Item(f"{kind} {item.subject}", item.outcome, item.reason) for item in verdict.items
    )
