"""What the page of a site shows: where its points went, what to do, and what was not seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from secscan.check import Outcome, Reason, Severity
from secscan.costs import Cost, costs, gains, shown_costs
from secscan.evidence import SiteEvidence, Usage
from secscan.finding import Finding
from secscan.index import ERROR_STATE, NOTHING_TO_JUDGE, SiteIndex, published
from secscan.locale import N_, Words
from secscan.policy import Policy
from secscan.ranking import NOT_SCANNED
from secscan.register import Agency, Site, day_of
from secscan.report.fixes import fixes, following
from secscan.report.handshakes import Asked, handshakes
from secscan.report.software import Due, SoftwareLine, due, share_told, software
from secscan.results import Results

STATES = {
    ERROR_STATE: N_("A fault of the scanner itself kept part of this site from being judged."),
    NOTHING_TO_JUDGE: N_("Nothing on this site can be judged by the checks of this run."),
    NOT_SCANNED.state: N_("This run holds no evidence of this site."),
}
"""The words for the states that are not of a finding's making."""


@dataclass(frozen=True, slots=True)
class Line:
    """A finding as a line of the table: its cost and gain, or neither where it has none.

    ``by_factor`` marks the line of the factor, which the finding brought in.
    """

    finding: Finding
    cost: Decimal | None = None
    gain: Decimal | None = None
    by_factor: bool = False


@dataclass(frozen=True, slots=True)
class Unseen:
    """What could not be looked at for one reason: a silent site has one, not forty."""

    reason: Reason
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site, its index or state, and its findings by what became of them.

    ``assessable`` says how much of its software could be judged; ``due`` has the deadlines of what
    was found by a grant, by check. ``following`` names the checks that fail only because there is
    no HTTPS. ``findings``, ``costs`` and ``fixes`` are for the sums over agencies and the city.
    """

    site: Site
    owner: Agency | None
    tenants: tuple[Agency, ...]
    index: SiteIndex
    evidence: SiteEvidence | None
    usage: Usage
    handshakes: tuple[Asked, ...]
    state_reason: str | None
    factor_finding: Finding | None
    total: Decimal | None
    lost: tuple[Line, ...]
    unseen: tuple[Unseen, ...]
    passed: tuple[Line, ...]
    not_applicable: tuple[Line, ...]
    unscored: tuple[Line, ...]
    software: tuple[SoftwareLine, ...]
    assessable: str | None
    due: dict[str, Due]
    findings: tuple[Finding, ...]
    costs: tuple[Cost, ...]
    fixes: dict[str, Fraction | None]
    following: frozenset[str]


def site_view(results: Results, site: Site, words: Words) -> SiteView:
    """Return what the page of a site shows."""
    policy = results.judgement.policy
    index = results.indexes.get(site.id, NOT_SCANNED)
    scanned = site.id in results.indexes
    findings = results.findings(site.id) if scanned else ()
    evidence = results.evidence(site.id) if scanned else None
    scored = [finding for finding in findings if finding.scored]
    taken = costs(findings, index, policy)
    gained = gains(findings, index, policy)
    by_id = {finding.check_id: finding for finding in findings}
    return SiteView(
        site=site,
        owner=results.agencies.get(site.owner(day_of(results.run.started_at)) or ""),
        tenants=results.tenants.get(site.id, ()),
        index=index,
        evidence=evidence,
        usage=evidence.usage if evidence else Usage(),
        handshakes=handshakes(evidence),
        state_reason=_state_reason(index, findings, words),
        factor_finding=by_id.get(index.factor_check or ""),
        total=None if index.value is None else 100 - published(index.value),
        lost=_lost(scored, taken, shown_costs(taken, index), gained, policy),
        unseen=_unseen(_lines(scored, Outcome.NOT_TESTED, Outcome.ERROR)),
        passed=_lines(scored, Outcome.PASS),
        not_applicable=_lines(scored, Outcome.NOT_APPLICABLE),
        unscored=_lines(finding for finding in findings if not finding.scored),
        software=software(results, findings, words),
        assessable=share_told(results.share_of_site(site.id), words),
        due=_due(results, findings),
        findings=findings,
        costs=taken,
        fixes=fixes(findings, gained),
        following=following(findings),
    )


def _due(results: Results, findings: Iterable[Finding]) -> dict[str, Due]:
    """Return the deadlines of what a grant has brought to light, by check."""
    found = {
        finding.check_id: due(results, [(finding, item) for item in finding.items])
        for finding in findings
        if not finding.scored
    }
    return {check_id: first for check_id, first in found.items() if first is not None}


def _lost(
    scored: Sequence[Finding],
    taken: Sequence[Cost],
    shown: Sequence[Decimal],
    gained: dict[str, Fraction],
    policy: Policy,
) -> tuple[Line, ...]:
    """Return what took points, most first, then what is bad without taking any."""
    by_id = {finding.check_id: finding for finding in scored}
    lines = []
    for cost, points in zip(taken, shown, strict=True):
        gain = None if cost.by_factor else gained.get(cost.check_id)
        shown_gain = None if gain is None else published(gain)
        lines.append(Line(by_id[cost.check_id], points, shown_gain, cost.by_factor))
    costly = {cost.check_id for cost in taken}
    rest = [f for f in scored if f.outcome in (Outcome.FAIL, Outcome.PARTIAL)]
    rest = [finding for finding in rest if finding.check_id not in costly]
    rest.sort(key=lambda finding: (-policy.severity[finding.severity], finding.check_id))
    return (*lines, *map(Line, rest))


def _lines(findings: Iterable[Finding], *outcomes: Outcome) -> tuple[Line, ...]:
    """Return the findings of these outcomes (of all, where none is named), gravest first."""
    gravity = list(Severity)
    chosen = [finding for finding in findings if not outcomes or finding.outcome in outcomes]
    chosen.sort(key=lambda finding: (gravity.index(finding.severity), finding.check_id))
    return tuple(map(Line, chosen))


def _unseen(lines: Iterable[Line]) -> tuple[Unseen, ...]:
    """Return the lines by their reason, the gravest line's reason first."""
    found: dict[tuple[Outcome, Reason], list[Line]] = {}
    for line in lines:
        found.setdefault((line.finding.outcome, line.finding.reason), []).append(line)
    return tuple(Unseen(reason, tuple(same)) for (_, reason), same in found.items())


def _state_reason(index: SiteIndex, findings: Sequence[Finding], words: Words) -> str | None:
    """Return the state in plain words: those of the finding that the state was taken from."""
    if index.state is None:
        return None
    if index.state in STATES:
        return words.text(STATES[index.state])
    reasons = (words.reason(f.reason) for f in findings if f.cause and f.cause == index.state)
    reason = next(reasons, words.name(index.state))
    return f"{reason[:1].upper()}{reason[1:]}."
