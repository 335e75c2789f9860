"""What the report tells of software: one line a component, and how much could be judged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from secscan.assessable import Share
from secscan.check import Component, Item, Reason
from secscan.deadlines import Deadline, strictness
from secscan.evidence.schemes import GREETINGS
from secscan.facts.holes import SEVERITIES, badness
from secscan.finding import Finding
from secscan.locale import Words
from secscan.locale.names import SOURCES
from secscan.register import day_of
from secscan.results import Results

_BEHIND_CDN = " (behind a CDN)"


@dataclass(frozen=True, slots=True)
class Due:
    """Until when something is to be put right, and whether that day was past at the run."""

    deadline: Deadline
    overdue: bool


@dataclass(frozen=True, slots=True)
class SoftwareLine:
    """A component with all places it was seen in, its vulnerabilities, its age and its deadline.

    ``counts`` is false where no check is certain enough of the version to judge it. ``why`` is what
    stands behind its state. ``since`` and ``due`` are None where nothing is to be put right.
    """

    component: Component
    source: str
    counts: bool
    why: Reason
    places: tuple[str, ...]
    worst: str | None
    exploited: int
    since: date | None
    due: Due | None


def software(
    results: Results, findings: Iterable[Finding], words: Words
) -> tuple[SoftwareLine, ...]:
    """Return the components of a site, those first that must be put right first.

    Several checks tell of one component, and so does each address: it is one line.
    """
    found: dict[tuple[str, str, str], list[tuple[Finding, Item, Component]]] = {}
    for finding in findings:
        for item in finding.items:
            if item.component is not None:
                one = item.component
                key = one.product, one.version, one.state
                found.setdefault(key, []).append((finding, item, one))
    lines = [_line(results, told, words) for told in found.values()]
    return tuple(sorted(lines, key=_urgency))


def due(results: Results, told: Iterable[tuple[Finding, Item]]) -> Due | None:
    """Return the deadline that comes first, or None where nothing is to be put right."""
    found = [deadline for one in told if (deadline := results.deadline(*one)) is not None]
    if not found:
        return None
    first = min(found, key=strictness)
    run_day = day_of(results.run.started_at)
    return Due(first, overdue=first.day is not None and first.day < run_day)


def share_told(share: Share, words: Words) -> str | None:
    """Return how much of the software could be judged in words; without software, nothing."""
    if share.now.percent is None:
        return None
    text = words.text(
        "{judged} of {seen} components assessable ({percent}%)",
        judged=words.number(share.now.judged),
        seen=words.number(share.now.seen),
        percent=share.now.percent,
    )
    if share.change is None or share.since is None:
        return text
    day = day_of(share.since).isoformat()
    return words.reason(_compared(share.change, text, day))


def _compared(change: int, share: str, day: str) -> Reason:
    if change > 0:
        return Reason.of(
            "{share}, {points} points more than on {day}", share=share, points=change, day=day
        )
    if change < 0:
        return Reason.of(
            "{share}, {points} points less than on {day}", share=share, points=-change, day=day
        )
    return Reason.of("{share}, as on {day}", share=share, day=day)


def source_told(source: str, words: Words) -> str:
    """Return in words where software was read."""
    place, behind, _ = source.partition(_BEHIND_CDN)
    if place in GREETINGS:
        told = words.text("the greeting of {service}", service=place)
    else:
        told = words.text(SOURCES[place]) if place in SOURCES else place
    return words.text("{source}, behind a CDN", source=told) if behind else told


def _line(
    results: Results, told: Sequence[tuple[Finding, Item, Component]], words: Words
) -> SoftwareLine:
    # A file that is public is put right by closing it, whatever version it shows.
    judging = [one for one in told if one[0].scored]
    telling = judging or told
    component = max((one for *_, one in telling), key=lambda one: len(one.holes))
    holes = tuple(sorted(component.holes, key=badness))
    since = [results.seen_since(finding, item) for finding, item, _ in judging]
    return SoftwareLine(
        component=replace(component, holes=holes),
        source=source_told(component.source, words),
        counts=any(item.outcome.conclusive for _, item, _ in telling),
        why=min(telling, key=_tells_holes)[1].reason,
        places=_places(component, [item for _, item, _ in told]),
        worst=min((hole.severity for hole in holes), key=SEVERITIES.index, default=None),
        exploited=sum(hole.exploited is not None for hole in holes),
        since=min((day_of(moment) for moment in since if moment), default=None),
        due=due(results, [(finding, item) for finding, item, _ in judging]),
    )


def _tells_holes(told: tuple[Finding, Item, Component]) -> bool:
    """Say whether a finding is about holes; one that ends so is about the support of a version."""
    return not told[0].check_id.endswith("_supported")


def _places(component: Component, items: Iterable[Item]) -> tuple[str, ...]:
    """Return where a component was seen, nothing where that is the site and no more."""
    found = tuple(dict.fromkeys(item.subject for item in items))
    alone = len(found) == 1 and found[0].partition(" ")[2] == component.name
    return () if alone else found


def _urgency(line: SoftwareLine) -> tuple[bool, object, str, str]:
    first = strictness(line.due.deadline) if line.due else ()
    return line.due is None, first, line.component.name, line.component.version
