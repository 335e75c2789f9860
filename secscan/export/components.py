"""What JSON tells of software: the component of an item, since when, and until when."""

from collections.abc import Callable
from typing import Any

from secscan.assessable import Share
from secscan.check import Component, Item, Reason
from secscan.deadlines import Deadline
from secscan.facts.holes import Hole
from secscan.finding import Finding
from secscan.locale import Words
from secscan.results import Results

ItemTeller = Callable[[Finding, Item, Words], dict[str, Any]]
"""Returns what there is to tell of an item besides outcome and reason."""


def item_teller(facts: str, results: Results | None = None) -> ItemTeller:
    """Return what tells of items judged by these facts; of a look without a run, no history."""

    def told(finding: Finding, item: Item, words: Words) -> dict[str, Any]:
        since = results.seen_since(finding, item) if results else None
        due = results.deadline(finding, item) if results else None
        return {
            "component": item.component and _component(item.component, facts),
            "first_seen": since.isoformat() if since else None,
            "deadline": due and _deadline(due, words),
        }

    return told


def reason(reason: Reason, words: Words) -> dict[str, Any]:
    """Return a reason in words, and what they are made of."""
    return {
        "text": words.reason(reason),
        "template": reason.template,
        "data": dict(reason.data),
    }


def share(share: Share) -> dict[str, Any] | None:
    """Return how much of the software could be judged, or None where none was seen."""
    if share.now.percent is None:
        return None
    return {
        "judged": share.now.judged,
        "seen": share.now.seen,
        "percent": share.now.percent,
        "change": share.change,
        "since": share.since.isoformat() if share.since and share.change is not None else None,
    }


def _component(component: Component, facts: str) -> dict[str, Any]:
    return {
        "product": component.product,
        "name": component.name,
        "version": component.version,
        "state": component.state,
        "source": component.source,
        "confidence": component.confidence,
        "facts": facts,
        "holes": [_hole(hole) for hole in component.holes],
    }


def _hole(hole: Hole) -> dict[str, Any]:
    return {
        "id": hole.id,
        "severity": hole.severity,
        "exploited": hole.exploited.isoformat() if hole.exploited else None,
        "automatable": hole.automatable,
        "total": hole.total,
    }


def _deadline(deadline: Deadline, words: Words) -> dict[str, Any]:
    return {
        "day": deadline.day.isoformat() if deadline.day else None,
        "next_upgrade": deadline.next_upgrade,
        "forensic_triage": deadline.forensic_triage,
        "assumed": deadline.assumed,
        "reason": reason(deadline.why, words),
    }
