"""Judge a site: run each check on its evidence; only here does absence become an outcome."""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid5

from secscan.check import Check, Item, Outcome, Reason, Severity, Verdict
from secscan.evidence import Dns, Missing, MissingKind, SiteEvidence, View, views
from secscan.evidence.readings import GRANTED, READINGS, Asked
from secscan.facts import Facts
from secscan.policy import Policy

log = logging.getLogger(__name__)

NAMESPACE = UUID("6f3c1a52-7a0e-5d0b-9a52-0c7b1f6f5ec5")
"""Namespace of finding ids; never changes, or every export would lose its history."""

ABSENCE: dict[MissingKind, Outcome] = {
    MissingKind.ABSENT: Outcome.FAIL,
    MissingKind.CLIENT_CERTIFICATE: Outcome.NOT_APPLICABLE,
    MissingKind.CLOSED: Outcome.NOT_APPLICABLE,
    MissingKind.LOGIN_REQUIRED: Outcome.NOT_APPLICABLE,
    MissingKind.NOT_ASKED: Outcome.NOT_APPLICABLE,
    MissingKind.NOT_GRANTED: Outcome.NOT_APPLICABLE,
    MissingKind.NOT_HTML: Outcome.NOT_APPLICABLE,
    MissingKind.REDIRECTED_AWAY: Outcome.NOT_APPLICABLE,
    MissingKind.SCANNER_FAULT: Outcome.ERROR,
}
"""What a missing reading makes of a check; every other kind is not-tested."""

_WORST_FIRST = (
    Outcome.FAIL,
    Outcome.ERROR,
    Outcome.PARTIAL,
    Outcome.NOT_TESTED,
    Outcome.PASS,
    Outcome.NOT_APPLICABLE,
)
"""Of several addresses the first of these counts: what is proven before what is not known."""

EXPLANATIONS: dict[MissingKind, str] = {
    MissingKind.ABSENT: "there is no HTTPS: port 80 answers and port 443 does not speak TLS",
    MissingKind.ADDRESS_REFUSED: "secscan does not connect to this address",
    MissingKind.BLOCKED: "the scanner was blocked",
    MissingKind.CLIENT_CERTIFICATE: "the pages are for clients with a certificate of their own",
    MissingKind.CLOSED: "plain HTTP is closed, and HTTPS answers",
    MissingKind.DNS_FAILURE: "the name does not resolve",
    MissingKind.HTTP_ERROR: "the server answered with an error",
    MissingKind.LOGIN_REQUIRED: "the page asks for a login",
    MissingKind.MALFORMED: "the answer is not valid HTTP",
    MissingKind.NO_ADDRESS_FAMILY: "the scanner has no connection of this address family",
    MissingKind.NO_CONTENT: "the answer has no content, or it was not kept",
    MissingKind.NOT_ASKED: "there was nothing to ask here",
    MissingKind.NOT_AUTHORISED: "the register holds no authorisation that is in force",
    MissingKind.NOT_GRANTED: "the register grants no look at this",
    MissingKind.NOT_HTML: "the answer is not a web page",
    MissingKind.NOT_TLS: "the port does not speak TLS",
    MissingKind.OUTSIDE_WINDOW: "the scan fell outside the authorised hours",
    MissingKind.OVER_BUDGET: "the budget of requests and connections was used up",
    MissingKind.REDIRECTED_AWAY: "the site redirects to another site",
    MissingKind.REDIRECT_LOOP: "the redirects do not come to an end",
    MissingKind.REFUSED: "the connection was refused",
    MissingKind.RESET: "the connection was reset",
    MissingKind.SCANNER_FAULT: "secscan itself failed here: please report it",
    MissingKind.TIMEOUT: "there was no answer in time",
    MissingKind.TLS_FAILURE: "the TLS handshake failed",
    MissingKind.UNREACHABLE: "the address cannot be reached",
}
"""The words for each kind, as message templates."""

DETAILED: dict[MissingKind, str] = {
    MissingKind.ABSENT: "the site is not served over TLS ({detail})",
    MissingKind.ADDRESS_REFUSED: "secscan does not connect to this address ({detail})",
    MissingKind.BLOCKED: "the scanner was blocked ({detail})",
    MissingKind.DNS_FAILURE: "the name does not resolve ({detail})",
    MissingKind.HTTP_ERROR: "the server answered with status {detail}",
    MissingKind.LOGIN_REQUIRED: "the page asks for a login (status {detail})",
    MissingKind.MALFORMED: "the answer is not valid HTTP ({detail})",
    MissingKind.NOT_AUTHORISED: "the authorisation is not in force today ({detail})",
    MissingKind.NOT_HTML: "the answer is not a web page ({detail})",
    MissingKind.NOT_TLS: "the port does not speak TLS ({detail})",
    MissingKind.OUTSIDE_WINDOW: "the scan fell outside the authorised hours ({detail})",
    MissingKind.REDIRECTED_AWAY: "the site redirects to another site ({detail})",
    MissingKind.RESET: "the connection was reset ({detail})",
    MissingKind.SCANNER_FAULT: "secscan itself failed here ({detail}): please report it",
    MissingKind.TLS_FAILURE: "the TLS handshake failed ({detail})",
    MissingKind.UNREACHABLE: "the address cannot be reached ({detail})",
}
"""The words where a detail says more; details are technical, and stay as they are."""

BLOCKED_BY: dict[str, str] = {
    "captcha": "the site asks for a captcha (status {answer})",
    "challenge": "the site puts a test for robots before its pages (status {answer})",
    "firewall": "a firewall answers in place of the site (status {answer})",
    "network": "a proxy or network on the way answers in place of the site (status {answer})",
    "rate limit": "the site asks for fewer requests (status {answer})",
    "refusal": "the site refuses the scanner (status {answer})",
}
"""The words for each kind of block, by what the detail begins with."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says of one site. ``scored`` is false where a grant was needed to look.

    ``cause`` is the kind of what was missing, on not-tested findings.
    """

    site_id: str
    check_id: str
    family: str
    severity: Severity
    scored: bool
    outcome: Outcome
    credit: Fraction
    reason: Reason
    items: tuple[Item, ...]
    cause: MissingKind | None = None

    @property
    def id(self) -> str:
        """Return the finding's stable id."""
        return self.item_id("")

    def item_id(self, subject: str) -> str:
        """Return the stable id of one item: UUIDv5 of (site id, check id, subject)."""
        return str(uuid5(NAMESPACE, f"{self.site_id}\n{self.check_id}\n{subject}"))


def judge(
    catalog: Iterable[Check[Any]], evidence: SiteEvidence, policy: Policy, facts: Facts
) -> tuple[Finding, ...]:
    """Return one finding per check, in the order of check ids."""
    seen = _views(evidence)
    found = [_finding(check, evidence.site_id, seen, policy, facts) for check in catalog]
    return tuple(sorted(found, key=lambda finding: finding.check_id))


def _views(evidence: SiteEvidence) -> tuple[View, ...]:
    try:
        return views(evidence)
    except Exception as fault:
        # Our fault again, of this site alone: the run goes on.
        log.exception("the evidence of %s cannot be read", evidence.site_id)
        missing = Missing(MissingKind.SCANNER_FAULT, repr(fault))
        return (View(evidence.site_id, "", dict.fromkeys(READINGS, missing)),)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A verdict on one view, under its subject."""

    subject: str
    verdict: Verdict
    cause: MissingKind | None = None


def _finding(
    check: Check[Any], site_id: str, seen: tuple[View, ...], policy: Policy, facts: Facts
) -> Finding:
    of_site = set(check.needs.values()) <= {Asked, Dns, Policy, Facts}
    seen = seen[:1] if of_site else seen
    full = [_look(check, view, policy, facts) for view in seen if not view.brief]
    brief = [_look(check, view, policy, facts) for view in seen if view.brief]
    looked = [*full, *_lower(brief, full)]
    worst = _worst(looked)
    return Finding(
        site_id=site_id,
        check_id=check.id,
        family=check.family,
        severity=check.severity,
        scored=not GRANTED & set(check.needs.values()),
        outcome=worst.verdict.outcome,
        credit=worst.verdict.credit,
        reason=worst.verdict.reason,
        items=_numbered(item for one in looked for item in _items(one)),
        cause=worst.cause,
    )


def _look(check: Check[Any], view: View, policy: Policy, facts: Facts) -> _Seen:
    """Run the check on one view, or say why it could not be run."""
    arguments: dict[str, object] = {}
    for name, hint in check.needs.items():
        given = {Policy: policy, Facts: facts}.get(hint, view.readings.get(hint))
        if isinstance(given, Missing):
            return _absence(view.subject, given)
        arguments[name] = given
    try:
        verdict = check.function(**arguments)
    except Exception as fault:
        # Our fault, never the site's: it leaves the sum, lowers coverage and ends with status 3.
        log.exception("check %s failed on %s", check.id, view.subject)
        reason = Reason.of("the check itself failed ({fault}): please report it", fault=repr(fault))
        return _Seen(view.subject, Verdict(Outcome.ERROR, Fraction(0), reason))
    if isinstance(verdict, Missing):
        return _absence(view.subject, verdict)
    return _Seen(view.subject, verdict)


def _absence(subject: str, missing: Missing) -> _Seen:
    outcome = ABSENCE.get(missing.kind, Outcome.NOT_TESTED)
    return _Seen(subject, Verdict(outcome, Fraction(0), _told(missing)), missing.kind)


def _told(missing: Missing) -> Reason:
    block, _, answer = missing.detail.partition(": ")
    if missing.kind is MissingKind.BLOCKED and block in BLOCKED_BY:
        return Reason.of(BLOCKED_BY[block], answer=answer)
    detailed = DETAILED.get(missing.kind) if missing.detail else None
    if detailed is None:
        return Reason.of(EXPLANATIONS[missing.kind])
    return Reason.of(detailed, detail=missing.detail)


def _worst(looked: list[_Seen]) -> _Seen:
    """Return what counts: the worst address; a pass elsewhere never hides what was not seen."""
    return min(
        looked, key=lambda one: (_WORST_FIRST.index(one.verdict.outcome), one.verdict.credit)
    )


def _lower(brief: list[_Seen], full: list[_Seen]) -> Iterable[_Seen]:
    """Yield what a few hellos at further addresses prove to be worse, and of it what is new.

    They never prove that all is well there, so what they leave open is not told.
    """
    worst = _worst(full).verdict
    known = {item for one in full for item in one.verdict.items}
    for one in brief:
        verdict = one.verdict
        lower = worst.outcome.conclusive and verdict.credit < worst.credit
        proven = not worst.outcome.conclusive and verdict.outcome is Outcome.FAIL
        if verdict.outcome.conclusive and (lower or proven):
            new = tuple(item for item in verdict.items if item not in known)
            yield replace(one, verdict=replace(verdict, items=new))


def _items(one: _Seen) -> tuple[Item, ...]:
    """Return the items under their view's subject; a verdict without items is one itself."""
    verdict = one.verdict
    if not verdict.items:
        return (Item(one.subject, verdict.outcome, verdict.reason),)
    return tuple(replace(item, subject=f"{one.subject} {item.subject}") for item in verdict.items)


def _numbered(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return items each with a subject of its own: of what is there twice the second is "(2)"."""
    seen: Counter[str] = Counter()
    found = []
    for item in items:
        seen[item.subject] += 1
        number = seen[item.subject]
        found.append(item if number == 1 else replace(item, subject=f"{item.subject} ({number})"))
    return tuple(found)
