"""Where a site's points went, and what a fix would bring back. Two words, never mixed.

A *cost* is a finding's share of 100 - index; costs add up exactly. A *gain* is the index after a
fix, computed again, minus the index before; gains do not add up, as a factor may still hold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from secscan.check import Outcome
from secscan.finding import Finding
from secscan.index import SiteIndex, published, site_index
from secscan.policy import Policy


@dataclass(frozen=True, slots=True)
class Cost:
    """Points that one finding takes; ``by_factor`` marks the line of the site's factor."""

    check_id: str
    points: Fraction
    by_factor: bool = False


def costs(findings: Sequence[Finding], index: SiteIndex, policy: Policy) -> tuple[Cost, ...]:
    """Return what each finding took, largest first, the factor as a line of its own.

    The points sum exactly to 100 - index. A site without an index has no costs.
    """
    if index.value is None or index.base is None:
        return ()
    family_weight = sum((policy.family[name] for name in index.families), Fraction(0))
    lines = []
    for name in index.families:
        conclusive = [f for f in findings if f.scored and f.family == name and f.outcome.conclusive]
        weight = sum((policy.severity[f.severity] for f in conclusive), Fraction(0))
        share = 100 * policy.family[name] / family_weight / weight
        for finding in conclusive:
            points = share * policy.severity[finding.severity] * (1 - finding.credit)
            if points:
                lines.append(Cost(finding.check_id, points))
    if index.factor_check is not None and index.base != index.value:
        lines.append(Cost(index.factor_check, index.base - index.value, by_factor=True))
    return tuple(sorted(lines, key=lambda line: (-line.points, line.check_id, line.by_factor)))


def gains(findings: Sequence[Finding], index: SiteIndex, policy: Policy) -> dict[str, Fraction]:
    """Return, by check id, what the index gains if that one finding became a pass."""
    if index.value is None:
        return {}
    found = {}
    for finding in findings:
        if finding.scored and finding.outcome.conclusive and finding.credit < 1:
            fixed = replace(finding, outcome=Outcome.PASS, credit=Fraction(1))
            after = site_index((fixed if f is finding else f for f in findings), policy)
            if after.value is not None and after.value > index.value:
                found[finding.check_id] = after.value - index.value
    return found


def shown(parts: Iterable[Fraction], total: Decimal) -> tuple[Decimal, ...]:
    """Return the parts to 0.1 so that they add up to ``total`` as printed: largest remainder."""
    exact = [part * 10 for part in parts]
    floors = [part.numerator // part.denominator for part in exact]
    left = int(total * 10) - sum(floors)
    by_remainder = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for position in by_remainder[:left]:
        floors[position] += 1
    return tuple(Decimal(tenths).scaleb(-1) for tenths in floors)


def shown_costs(lines: Sequence[Cost], index: SiteIndex) -> tuple[Decimal, ...]:
    """Return the costs as printed: they add up to 100 minus the published index."""
    if index.value is None:
        return ()
    return shown((line.points for line in lines), 100 - published(index.value))
