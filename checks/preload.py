"""The preload list: names that browsers keep on HTTPS without having been there."""

from collections.abc import Iterator

from secscan.check import (
    Item,
    Outcome,
    Reason,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    not_tested,
    passed,
)
from secscan.evidence import Asked, Missing, MissingKind, Secure, Web
from secscan.facts import Facts
from secscan.parsing.hsts import Hsts, read_hsts

from .redirects import host_of, is_https, target
from .strict_transport import HEADER, preload_item

FAMILY = "headers"

_YEAR = 31_536_000


@check("A site that asks for the preload list can be put on it", Severity.INFO)
def readiness(secure: Secure, web: Web, asked: Asked, facts: Facts) -> Verdict:
    """Judge what the list asks of a name whose header has the directive preload.

    A site need not be on the list; includeSubDomains without preload is no fault. Information only.

    Why: HSTS begins with the first visit; browsers keep a name on the preload list on HTTPS even
    then. It is hard to get off the list again, so every service of the domain has to be ready.
    Fix: Send Strict-Transport-Security at the registered domain itself, with a year or more,
    includeSubDomains and preload, redirect http:// to https:// there, and submit the domain at
    hstspreload.org. If you do not want that, leave the directive preload out.
    nginx:
    add_header Strict-Transport-Security "max-age=31536000; includeSubDomains; preload" always;
    Apache:
    Header always set Strict-Transport-Security "max-age=31536000; includeSubDomains; preload"
    IIS: in the site's entry of applicationHost.config
    <hsts enabled="true" max-age="31536000" includeSubDomains="true" preload="true" />
    See: hstspreload.org (submission requirements)
    RFC 6797 section 12.3 (pre-loaded lists)
    """
    known = preload_item(asked.host, facts)
    if known is not None:
        return passed(
            "browsers know from their preload list to stay on HTTPS: {name}",
            name=facts.preloaded.covers(asked.host),
        )
    sent = read_hsts(secure.first.first(HEADER) or "")
    if not isinstance(sent, Hsts) or not sent.preload:
        return not_applicable(
            "the site does not ask for the preload list, nor is known to be on it (list of {day})",
            day=facts.preloaded.as_of.isoformat(),
        )
    items = (_registered(asked.host, facts), *_header(sent), _redirect(web, asked.host))
    lacking = [item for item in items if item.outcome is Outcome.FAIL]
    if lacking:
        return failed(
            "the header asks for the preload list, and {count} of its conditions are not met",
            items=items,
            count=len(lacking),
        )
    if any(item.outcome is Outcome.NOT_TESTED for item in items):
        return not_tested("whether http:// leads to https:// could not be seen")
    return passed("the preload list would take {host}", items=items, host=asked.host)


def _registered(host: str, facts: Facts) -> Item:
    domain = facts.suffixes.registrable(host)
    if domain == host:
        return Item("domain", Outcome.PASS, Reason.of("it is a registered domain"))
    if not domain:
        return Item("domain", Outcome.FAIL, Reason.of("nobody can register it: it is no domain"))
    reason = Reason.of("the list takes the registered domain only: {domain}", domain=domain)
    return Item("domain", Outcome.FAIL, reason)


def _header(sent: Hsts) -> Iterator[Item]:
    enough = Outcome.PASS if sent.max_age >= _YEAR else Outcome.FAIL
    age = Reason.of(
        "{seconds} seconds; at least {wanted} are needed", seconds=sent.max_age, wanted=_YEAR
    )
    yield Item("max-age", enough, age)
    if sent.include_subdomains:
        yield Item("includeSubDomains", Outcome.PASS, Reason.of("the directive is there"))
    else:
        yield Item("includeSubDomains", Outcome.FAIL, Reason.of("the directive is missing"))


def _redirect(web: Web, host: str) -> Item:
    """Judge the first answer of http://; a closed port needs no redirect."""
    if isinstance(web.http, Missing):
        if web.http.kind is MissingKind.REFUSED:
            return Item("http://", Outcome.PASS, Reason.of("plain HTTP is closed"))
        return Item("http://", Outcome.NOT_TESTED, Reason.of("plain HTTP could not be looked at"))
    onward = target(web.http.hops[0]) or ""
    if is_https(onward) and host_of(onward) == host:
        return Item("http://", Outcome.PASS, Reason.of("it redirects to HTTPS on the same name"))
    reason = Reason.of("it does not redirect to HTTPS on the same name at once")
    return Item("http://", Outcome.FAIL, reason)
