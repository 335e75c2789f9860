"""What the checks of Strict-Transport-Security share: one answer's header, and the preload list.

There is no check in this module.
"""

from fractions import Fraction

from secscan.check import Item, Outcome, Reason, Verdict, failed, partial, passed
from secscan.evidence import Hop
from secscan.facts import Facts
from secscan.parsing.hsts import HstsFault, read_hsts
from secscan.parsing.text import quoted
from secscan.policy import Policy

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
