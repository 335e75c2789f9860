"""What the checks of Strict-Transport-Security share: what browsers keep, and the preload list.

There is no check in this module.
"""

from dataclasses import replace
from fractions import Fraction

from secscan.check import (
    Item,
    Outcome,
    Reason,
    Verdict,
    failed,
    not_tested,
    partial,
    passed,
)
from secscan.evidence import Hop, Secure, same_site
from secscan.evidence.hops import block_of
from secscan.facts import Facts
from secscan.parsing.hsts import Hsts, HstsFault, read_hsts
from secscan.parsing.text import quoted
from secscan.policy import Policy

from .redirects import host_of, is_https, target

HEADER = "Strict-Transport-Security"

_DAY = 86_400


def judge_hsts(hop: Hop, policy: Policy) -> Verdict:
    """Judge the header of an answer over https; RFC 6797 8.1 has the first line count."""
    value = hop.first(HEADER)
    if value is None:
        return failed("there is no Strict-Transport-Security header")
    sent = read_hsts(value)
    if isinstance(sent, HstsFault):
        return Verdict(Outcome.FAIL, Fraction(0), _ignored(sent, quoted(value)))
    if sent.max_age == 0:
        return failed("the header switches HSTS off: max-age is 0")
    days = sent.max_age // _DAY
    limits = policy.threshold
    if sent.max_age >= limits.hsts_max_age_days * _DAY:
        if sent.include_subdomains:
            return passed("max-age is {days} days, for subdomains too", days=days)
        return passed("max-age is {days} days, for this name only", days=days)
    enough = sent.max_age >= limits.hsts_short_max_age_days * _DAY
    return partial(
        Fraction(1, 2) if enough else Fraction(1, 4),
        "max-age is {days} days; {wanted} are asked for",
        days=days,
        wanted=limits.hsts_max_age_days,
    )


def judge_visit(secure: Secure, policy: Policy, facts: Facts) -> Verdict:
    """Judge what protects the next visit: at the asked host, and where its page is on another."""
    own = host_of(secure.first.url)
    verdict = judge_host(secure, own, policy)
    items = [Item(HEADER, verdict.outcome, verdict.reason)]
    landing = judge_landing(secure, own, policy)
    if landing is not None:
        host, there = landing
        items.append(Item(f"{HEADER} {host}", there.outcome, there.reason))
        verdict = _worse(verdict, there, host)
    preloaded = preload_item(own, facts)
    if preloaded is not None:
        items.append(preloaded)
    return replace(verdict, items=tuple(items)) if len(items) > 1 else verdict


def _worse(asked: Verdict, there: Verdict, host: str) -> Verdict:
    """Return what counts of two hosts: what is proven to be bad counts before what is unseen."""
    if there.outcome is Outcome.NOT_TESTED:
        return there if asked.credit == 1 else asked
    if asked.credit <= there.credit:
        return asked
    if there.credit == 0:
        return failed("HSTS does not hold at {host}, where the page is", host=quoted(host))
    return partial(
        there.credit, "HSTS holds less well at {host}, where the page is", host=quoted(host)
    )


def judge_host(secure: Secure, host: str, policy: Policy) -> Verdict:
    """Judge what browsers hold of a host after the visit: the last valid header counts.

    RFC 6797 8.1: each answer over https updates what is known, and max-age=0 ends it. An invalid
    header changes nothing.
    """
    hops = [hop for hop in secure.hops if is_https(hop.url) and host_of(hop.url) == host]
    own = [hop for hop in hops if block_of(hop) is None]
    told = next((hop for hop in reversed(own) if _sent(hop) is not None), None)
    if told is None:
        sending = (hop for hop in own if hop.first(HEADER) is not None)
        return judge_hsts(next(sending, hops[0]), policy)
    verdict = judge_hsts(told, policy)
    first = _sent(hops[0])
    if verdict.credit == 0 or (first is not None and first.max_age > 0):
        return verdict
    return partial(
        min(verdict.credit, Fraction(3, 4)),
        "only a later answer of {host} sends the header, not the first one",
        host=quoted(host),
    )


def judge_landing(secure: Secure, asked: str, policy: Policy) -> tuple[str, Verdict] | None:
    """Return the verdict on the site's other host that the page is on, if it is on one.

    The header of the asked host holds there where it is for subdomains, and the host is below.
    """
    last = secure.hops[-1]
    unseen = secure.end is not None or block_of(last) is not None or last.status >= 500
    url = (target(last) if secure.end is not None else None) or last.url
    host = host_of(url)
    if host == asked or not is_https(url) or not same_site(asked, host):
        return None
    found = [judge_host(secure, asked, policy)] if _covers(secure, asked, host) else []
    if not unseen:
        found.append(judge_host(secure, host, policy))
    best = max(found, key=lambda verdict: verdict.credit, default=None)
    if best is None or (unseen and best.credit < 1):
        return host, not_tested("the answer of {host} could not be seen", host=quoted(host))
    return host, best


def _covers(secure: Secure, host: str, below: str) -> bool:
    """Say whether the last valid header of a host is for its subdomains, and so for this one."""
    answers = (hop for hop in reversed(secure.hops) if host_of(hop.url) == host)
    held = next((sent for hop in answers if (sent := _sent(hop)) is not None), None)
    return held is not None and held.include_subdomains and below.endswith(f".{host}")


def _sent(hop: Hop) -> Hsts | None:
    """Return what an answer has browsers keep, None where it changes nothing."""
    if not is_https(hop.url) or block_of(hop) is not None:
        return None
    sent = read_hsts(hop.first(HEADER) or "")
    return sent if isinstance(sent, Hsts) else None


def _ignored(fault: HstsFault, value: str) -> Reason:
    """Say by what a value breaks the grammar of RFC 6797 6.1."""
    if fault is HstsFault.REPEATED_DIRECTIVE:
        return Reason.of(
            "browsers ignore the header: a directive is there twice: {value}", value=value
        )
    if fault is HstsFault.NO_MAX_AGE:
        return Reason.of("browsers ignore the header: it has no max-age: {value}", value=value)
    if fault is HstsFault.MAX_AGE_NOT_SECONDS:
        return Reason.of(
            "browsers ignore the header: max-age is no number of seconds: {value}", value=value
        )
    if fault is HstsFault.INCLUDE_SUBDOMAINS_VALUE:
        return Reason.of(
            "browsers ignore the header: includeSubDomains takes no value: {value}", value=value
        )
    return Reason.of(
        "browsers ignore the header: it is no list of directives: {value}", value=value
    )


def preload_item(host: str, facts: Facts) -> Item | None:
    """Return that a host is preloaded, and by which name, where that is known."""
    name = facts.preloaded.covers(host)
    if not name:
        return None
    reason = Reason.of("browsers know from their preload list to stay on HTTPS: {name}", name=name)
    return Item("preload list", Outcome.PASS, reason)
