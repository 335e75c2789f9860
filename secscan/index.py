"""Findings to an index from 0 to 100 with its coverage: family, site, agency. Exact, pure.

family  = 100 * sum(weight * credit) / sum(weight)       over conclusive checks
site    = sum(family weight * family) / sum(family weight), then the factor
agency  = mean_share * importance-weighted mean + lowest_share * mean of the lowest part
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from secscan.check import Outcome, Severity
from secscan.finding import Finding
from secscan.policy import Policy

ERROR_STATE = "error"
"""State of a site whose index was lost to a fault of ours."""

PARTLY_SEEN = "partly-seen"
"""State of a site of which too much stayed unknown, for no single cause of the network's."""

NOTHING_TO_JUDGE = "nothing-to-judge"
"""State of a site, or of an agency's sites, in which no family applies."""


@dataclass(frozen=True, slots=True)
class FamilyIndex:
    """A family of a site: its index (None where nothing was conclusive), coverage in percent."""

    value: Fraction | None
    coverage: Fraction


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """The index of a site, or the state that stands in its place; never both, never neither.

    ``base`` is the family-weighted mean before ``factor``; ``factor_check`` names the check that
    brought the factor in. All values are exact; percent where not a factor.
    """

    value: Fraction | None
    state: str | None
    coverage: Fraction
    families: Mapping[str, FamilyIndex]
    base: Fraction | None
    factor: Fraction
    factor_check: str | None


@dataclass(frozen=True, slots=True)
class WeightedSite:
    """A site as its agency counts it: importance, and whether it is a shared platform's."""

    site_id: str
    importance: int
    index: SiteIndex
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class AgencyIndex:
    """The index of an agency with its coverage, and how it came about."""

    value: Fraction | None
    coverage: Fraction
    mean: Fraction | None
    lowest: Fraction | None
    sites: tuple[WeightedSite, ...]


def published(value: Fraction) -> Decimal:
    """Return a value as it is published: to 0.1, half-even, whatever the platform."""
    return Decimal(round(value * 10)).scaleb(-1)


def family_index(findings: Sequence[Finding], policy: Policy) -> FamilyIndex | None:
    """Return the index of one family's findings, or None where the family does not apply."""
    conclusive = [finding for finding in findings if finding.outcome.conclusive]
    weight = _weight(conclusive, policy)
    lost = _weight(
        [f for f in findings if f.outcome in (Outcome.NOT_TESTED, Outcome.ERROR)], policy
    )
    if weight + lost == 0:
        return None
    earned = sum((policy.severity[f.severity] * f.credit for f in conclusive), Fraction(0))
    return FamilyIndex(
        value=100 * earned / weight if weight else None,
        coverage=100 * weight / (weight + lost),
    )


def site_index(findings: Iterable[Finding], policy: Policy) -> SiteIndex:
    """Return the index of a site.

    It has one only where each applicable family reaches the floor, and where nothing that was not
    seen could bring in a harsher factor.
    """
    scored = [finding for finding in findings if finding.scored and finding.family in policy.family]
    families = {
        name: index
        for name in policy.family
        if (index := family_index([f for f in scored if f.family == name], policy)) is not None
    }
    weight = sum((policy.family[name] for name in families), Fraction(0))
    if weight == 0:
        return SiteIndex(None, NOTHING_TO_JUDGE, Fraction(0), {}, None, Fraction(1), None)
    coverage = sum((policy.family[n] * f.coverage for n, f in families.items()), Fraction(0))
    factor, factor_check = _factor(scored, policy)
    floor = policy.floor["family"]
    values = [
        (policy.family[name], family.value)
        for name, family in families.items()
        if family.value is not None and family.coverage >= floor
    ]
    if len(values) < len(families) or _may_be_harsher(scored, factor, policy):
        state = _state(scored, policy)
        return SiteIndex(None, state, coverage / weight, families, None, factor, factor_check)
    base = sum((part * value for part, value in values), Fraction(0)) / weight
    return SiteIndex(base * factor, None, coverage / weight, families, base, factor, factor_check)


def agency_index(sites: Iterable[WeightedSite], policy: Policy) -> AgencyIndex:
    """Return the index of an agency's sites; a site without an index counts 0 in coverage."""
    counted = tuple(sites)
    weight = sum(site.importance for site in counted)
    if weight == 0:
        return AgencyIndex(None, Fraction(0), None, None, counted)
    seen = [(site.index.value, site) for site in counted]
    known = [(value, site.importance) for value, site in seen if value is not None]
    coverage = (
        sum(
            (s.index.coverage * s.importance for value, s in seen if value is not None), Fraction(0)
        )
        / weight
    )
    if not known:
        return AgencyIndex(None, coverage, None, None, counted)
    total = sum(importance for _, importance in known)
    mean = sum((value * importance for value, importance in known), Fraction(0)) / total
    lowest = _mean_of_lowest(known, policy.agency["lowest_part"] * total)
    share = policy.agency
    value = share["mean_share"] * mean + share["lowest_share"] * lowest
    return AgencyIndex(value, coverage, mean, lowest, counted)


def band(value: Fraction, policy: Policy) -> str:
    """Return the band of an index, by its published value."""
    shown = published(value)
    for name, lowest in sorted(policy.band.items(), key=lambda row: row[1], reverse=True):
        if shown >= Decimal(lowest.numerator) / Decimal(lowest.denominator):
            return name
    return "F"


def _weight(findings: Iterable[Finding], policy: Policy) -> Fraction:
    return sum((policy.severity[finding.severity] for finding in findings), Fraction(0))


def _factor(scored: Sequence[Finding], policy: Policy) -> tuple[Fraction, str | None]:
    """Return the harshest factor that applies and the first check that brings it in."""
    for severity in (Severity.CRITICAL, Severity.HIGH):
        for finding in scored:
            below = finding.credit < policy.factor["below_credit"]
            if finding.severity is severity and finding.outcome.conclusive and below:
                return policy.factor[severity], finding.check_id
    return Fraction(1), None


def _may_be_harsher(scored: Sequence[Finding], factor: Fraction, policy: Policy) -> bool:
    """Say whether something that was not seen could bring in a harsher factor.

    Otherwise silence at the right moment would save a site the factor, at little coverage.
    """
    unseen = {f.severity for f in scored if f.outcome in (Outcome.NOT_TESTED, Outcome.ERROR)}
    return any(
        policy.factor[severity] < factor
        for severity in (Severity.CRITICAL, Severity.HIGH)
        if severity in unseen
    )


def _state(scored: Sequence[Finding], policy: Policy) -> str:
    """Return why there is no index: the cause that took most weight, ties in kind order."""
    lost: dict[str, Fraction] = {}
    for finding in scored:
        if finding.outcome is Outcome.ERROR:
            cause = ERROR_STATE
        elif finding.outcome is Outcome.NOT_TESTED:
            cause = finding.cause.value if finding.cause else PARTLY_SEEN
        else:
            continue
        lost[cause] = lost.get(cause, Fraction(0)) + policy.severity[finding.severity]
    return min(lost, key=lambda cause: (-lost[cause], cause))


def _mean_of_lowest(known: Sequence[tuple[Fraction, int]], part: Fraction) -> Fraction:
    """Return the mean over the lowest ``part`` of the weight, splitting the site it ends in."""
    left, gathered = part, Fraction(0)
    for value, importance in sorted(known):
        taken = min(left, Fraction(importance))
        gathered += taken * value
        left -= taken
        if left == 0:
            break
    return gathered / part
