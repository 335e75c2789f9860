"""What the terminal shows: the sheet of a site, the ranking table. Sent text goes through safe."""

from rich import box
from rich.console import Console, JustifyMethod
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from secscan.assessable import Share, assessable, components
from secscan.assessment import Assessment, Assessor
from secscan.check import Outcome
from secscan.costs import Cost, costs, gains, shown_costs
from secscan.evidence import SiteEvidence, Usage
from secscan.explain import page
from secscan.finding import Finding
from secscan.index import SiteIndex, band, published
from secscan.locale import N_, Words
from secscan.policy import Policy
from secscan.ranking import Row, Unranked
from secscan.report.fixes import fixes, following
from secscan.report.render import called, plain, signed
from secscan.report.software import share_told
from secscan.results import Results
from secscan.terminal import safe

BAND_STYLE = {"A": "green", "B": "green", "C": "yellow", "D": "yellow", "E": "red", "F": "red"}
OUTCOME_STYLE = {
    Outcome.PARTIAL: "yellow",
    Outcome.FAIL: "red",
    Outcome.ERROR: "magenta",
}
OUTCOME_MARK = {
    Outcome.PARTIAL: "~",
    Outcome.FAIL: "✗",
    Outcome.ERROR: "!",
}
MOST_NAMED = 3
"""Checks that are named where they share a cause; more are counted."""

RANKING_COLUMNS: tuple[tuple[str, JustifyMethod], ...] = (
    (N_("Rank"), "right"),
    (N_("Agency"), "left"),
    (N_("Index"), "right"),
    (N_("Band"), "center"),
    (N_("Coverage %"), "right"),
    (N_("Change"), "right"),
)


def site_sheet(
    console: Console,
    evidence: SiteEvidence,
    assessment: Assessment,
    assessor: Assessor,
    words: Words,
) -> None:
    """Print one site: index with coverage, families, what it costs and gains, and each fix."""
    index, policy = assessment.index, assessor.policy
    console.print(Text(safe(evidence.url), style="bold"))
    console.print(_headline(index, policy, words))
    if assessor.catalog.local:
        console.print(Text(words.text("judged with local checks"), style="magenta"))
    if index.families:
        console.print(_families(index, words))
    _assessable(console, assessment, words)
    faults = _faults(assessment, assessor, words)
    if faults.row_count:
        console.print(faults)
    _unseen(console, assessment, words)
    _fixes(console, assessment, assessor, words)
    console.print(Text(used(evidence.usage, words), style="dim"))


def used(usage: Usage, words: Words) -> str:
    """Return what a look, or a whole scan, cost the owners of what was looked at."""
    return words.text(
        "Used: {handshakes} TLS handshakes, {connections} other connections, {requests} requests.",
        handshakes=words.number(usage.tls_connections),
        connections=words.number(usage.other_connections),
        requests=words.number(usage.requests),
    )


def _headline(index: SiteIndex, policy: Policy, words: Words) -> Text:
    coverage = words.number(published(index.coverage))
    if index.value is None:
        state = words.name(index.state or "")
        return Text(
            words.text("No index: {state} (coverage {coverage}%)", state=state, coverage=coverage),
            style="bold magenta",
        )
    letter = band(index.value, policy)
    line = words.text(
        "Security index {index} of 100, band {band}, coverage {coverage}%",
        index=words.number(published(index.value)),
        band=letter,
        coverage=coverage,
    )
    return Text(line, style=f"bold {BAND_STYLE[letter]}")


def _families(index: SiteIndex, words: Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column(words.text("Family"))
    table.add_column(words.text("Index"), justify="right")
    table.add_column(words.text("Coverage %"), justify="right")
    for name, family in index.families.items():
        value = "–" if family.value is None else words.number(published(family.value))
        table.add_row(words.name(name), value, words.number(published(family.coverage)))
    return table


def _assessable(console: Console, assessment: Assessment, words: Words) -> None:
    told = share_told(Share(assessable(components(assessment.findings))), words)
    if told is not None:
        console.print(Text(f"  {words.name('patch')}: {told}"))


def _faults(assessment: Assessment, assessor: Assessor, words: Words) -> Table:
    """Return what costs points, the dearest first and the factor among it, then what costs none."""
    index, policy = assessment.index, assessor.policy
    lines = costs(assessment.findings, index, policy)
    gain = gains(assessment.findings, index, policy)
    by_id = {finding.check_id: finding for finding in assessment.findings}
    told = bad(assessment.findings, lines)
    table = _fault_table([*(line.check_id for line in lines), *(f.check_id for f in told)], words)
    for line, points in zip(lines, shown_costs(lines, index), strict=True):
        if line.by_factor:
            factor = words.text(
                "The factor {factor} on the whole site", factor=plain(index.factor, words)
            )
            table.add_row("×", line.check_id, words.number(points), "", factor)
        else:
            gained = gain.get(line.check_id)
            more = "" if gained is None else signed(published(gained), words)
            finding = by_id[line.check_id]
            table.add_row(*_fault_row(finding, words.number(points), more, words))
    if index.value is not None and lines:
        table.add_section()
        sum_of_costs = words.text("Sum of the costs: 100 − index")
        table.add_row("", "", words.number(100 - published(index.value)), "", sum_of_costs)
    for finding in told:
        table.add_row(*_fault_row(finding, "", "", words))
    return table


def _fault_table(ids: list[str], words: Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("")
    table.add_column(words.text("Check"), no_wrap=True, min_width=max(map(len, ids), default=0))
    table.add_column(words.text("Cost"), justify="right")
    table.add_column(words.text("Gain"), justify="right")
    table.add_column(words.text("What was seen"), overflow="fold")
    return table


def _fault_row(finding: Finding, cost: str, gain: str, words: Words) -> tuple[str | Text, ...]:
    return (
        Text(OUTCOME_MARK[finding.outcome], style=OUTCOME_STYLE[finding.outcome]),
        finding.check_id,
        cost,
        gain,
        Text(safe(words.reason(finding.reason))),
    )


def bad(findings: tuple[Finding, ...], costly: tuple[Cost, ...]) -> list[Finding]:
    """Return the findings that are bad, or a fault of ours, and yet cost nothing."""
    told = {line.check_id for line in costly}
    return [f for f in findings if f.outcome in OUTCOME_MARK and f.check_id not in told]


def _unseen(console: Console, assessment: Assessment, words: Words) -> None:
    """Print what could not be looked at, by its cause: a silent site has one, not forty."""
    causes: dict[str, list[str]] = {}
    for finding in assessment.findings:
        if finding.outcome is Outcome.NOT_TESTED:
            causes.setdefault(words.reason(finding.reason), []).append(finding.check_id)
    for cause, checks in causes.items():
        few = (
            ", ".join(checks)
            if len(checks) <= MOST_NAMED
            else words.text("{count} checks", count=len(checks))
        )
        line = words.text("Not looked at: {checks}: {cause}", checks=few, cause=cause)
        console.print(Text(f"  ? {safe(line)}"))


def _fixes(console: Console, assessment: Assessment, assessor: Assessor, words: Words) -> None:
    findings = assessment.findings
    first = fixes(findings, gains(findings, assessment.index, assessor.policy))
    if not first:
        return
    console.print(Text(words.text("What to fix first"), style="bold"))
    for number, (check_id, gain) in enumerate(first.items(), 1):
        told = page(assessor.catalog.get(check_id), words)
        points = "–" if gain is None else signed(published(gain), words)
        console.print(Text(f" {number}. {check_id} ({points}): {told.title}", style="bold"))
        console.print(Padding(Text(told.fix), (0, 0, 0, 4)))
    after = ", ".join(sorted(following(findings)))
    if after:
        line = words.text("These follow from there being no HTTPS: {checks}", checks=after)
        console.print(Text(line))
    hint = words.text("More on each: {command}", command=f"secscan explain {next(iter(first))}")
    console.print(Text(hint, style="dim"))


def ranking_tables(console: Console, results: Results, words: Words) -> None:
    """Print the ranking, one table a group; who has no rank stands below it with the reason."""
    for group in results.ranking.groups:
        if not group.rows:
            continue
        console.print(Text(safe(called(group.group, words)), style="bold italic"))
        table = _ranking_table(words)
        for row in group.rows:
            if row.rank is not None:
                table.add_row(*_ranking_row(row, results, words))
        if table.row_count:
            console.print(table)
        for row in group.rows:
            if row.unranked is not None:
                line = _unranked(row, row.unranked, results, words)
                console.print(Padding(line, (0, 0, 0, 2)))
        console.print()


def _ranking_table(words: Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for heading, justify in RANKING_COLUMNS:
        named = heading == RANKING_COLUMNS[1][0]  # the one column that a narrow terminal folds
        table.add_column(words.text(heading), justify=justify, no_wrap=not named)
    return table


def _ranking_row(row: Row, results: Results, words: Words) -> tuple[str | Text, ...]:
    change = results.changes.get(row.agency.id)
    letter = row.band or ""
    return (
        str(row.rank),
        Text(safe(called(row.agency, words))),
        "" if row.published is None else words.number(row.published),
        Text(letter, style=BAND_STYLE.get(letter, "")),
        words.number(published(row.index.coverage)),
        "" if change is None else signed(change, words),
    )


def _unranked(row: Row, why: Unranked, results: Results, words: Words) -> Text:
    floor = words.number(int(results.judgement.policy.floor["agency"]))
    line = words.text(
        "not ranked since {since}: {agency} (index {index}, coverage {coverage}%). {why}",
        agency=safe(called(row.agency, words)),
        why=words.name(why, floor=floor),
        index="–" if row.published is None else words.number(row.published),
        coverage=words.number(published(row.index.coverage)),
        since=words.date(results.unranked_since[row.agency.id]),
    )
    return Text(line, style="dim")
