"""What people meet who type the site's name with www added or dropped. No check is in this module.

Each part is judged by itself: plain HTTP, HTTPS, HSTS, and where the name leads to.
"""

from collections.abc import Mapping
from fractions import Fraction

from secscan.check import Outcome, Verdict, failed, not_applicable, not_tested, partial, passed
from secscan.evidence import Asked, Chain, Exchange, Hop, Missing, MissingKind, Twin, Web
from secscan.evidence.hops import fault_of
from secscan.facts import Facts
from secscan.parsing.certificates import matches
from secscan.parsing.hsts import Hsts, read_hsts
from secscan.parsing.paths import find_path, missing_issuer
from secscan.parsing.text import quoted
from secscan.policy import Policy

from .redirects import host_of, is_https, leads_back, target
from .sent import Sent, judge_each
from .strict_transport import HEADER, judge_hsts

_PROVEN = (MissingKind.REFUSED, MissingKind.NOT_TLS)
"""How a port says that nothing is to be had there."""


def is_closed(twin: Twin) -> bool:
    """Say whether both ports refuse: nobody meets anything there."""
    return _is_refused(twin.http) and _is_refused(twin.https)


def judge_twin(
    twin: Twin, web: Web, asked: Asked, policy: Policy, facts: Facts
) -> Mapping[str, Verdict]:
    """Return a verdict on each part, by the name that it is told under."""
    secure = _https(twin, asked, facts)
    return {
        f"http://{twin.host}": _http(twin),
        f"https://{twin.host}": secure,
        f"{HEADER} {twin.host}": _hsts(twin, secure, policy, facts),
        twin.host: _destination(twin, web, asked),
    }


def _is_refused(exchange: Exchange | Missing) -> bool:
    return isinstance(exchange, Missing) and exchange.kind is MissingKind.REFUSED


def _http(twin: Twin) -> Verdict:
    found = twin.http
    if isinstance(found, Missing):
        return _closed(found)
    if _unseen(found.hops[0]):
        return not_tested("plain HTTP was not answered by the site itself")
    targets = [onward for hop in found.hops if (onward := target(hop)) is not None]
    if any(leads_back(twin.host, hop) for hop in found.hops):
        return failed("plain HTTP leads to HTTPS, and from there back to plain HTTP")
    if any(map(is_https, targets)):
        return passed("plain HTTP leads to HTTPS")
    if targets and found.end is not None and not _is_loop(found):
        return not_tested("the redirects of plain HTTP could not be followed")
    return failed("plain HTTP does not lead to HTTPS")


def _closed(missing: Missing) -> Verdict:
    if missing.kind is MissingKind.REFUSED:
        return passed("plain HTTP is closed")
    if missing.kind is MissingKind.NOT_ASKED:
        return not_applicable("the site has no plain HTTP")
    return not_tested("plain HTTP could not be looked at")


def _https(twin: Twin, asked: Asked, facts: Facts) -> Verdict:
    """Judge whether browsers get to the name over HTTPS without a warning."""
    if isinstance(twin.https, Missing):
        if twin.https.kind in _PROVEN:
            return failed("the name is not served over HTTPS")
        return not_tested("HTTPS could not be looked at")
    certificates = twin.https.hops[0].certificates
    if not certificates:
        return not_tested("the certificate was not kept")
    return judge_each(Chain(certificates), lambda sent: _certificate(sent, twin, asked, facts))


def _certificate(sent: Sent, twin: Twin, asked: Asked, facts: Facts) -> Verdict:
    leaf, anchors = sent.leaf, facts.trust_anchors
    if not matches(leaf, twin.host):
        return failed("the certificate is not for {host}", host=twin.host)
    if not leaf.not_before <= asked.at <= leaf.not_after:
        return failed("the certificate is not valid today")
    if find_path(leaf, sent.others, anchors, asked.at) is not None:
        return passed("the certificate is trusted, and for {host}", host=twin.host)
    lonely = missing_issuer(leaf, sent.valid(asked.at), anchors)
    if lonely is leaf and leaf.logged and leaf.issuer_url:
        return partial(
            Fraction(1, 2),
            "either browsers have to fetch the issuer's certificate, which was not sent, "
            "or they do not trust this issuer: {issuer}",
            issuer=quoted(leaf.issuer),
        )
    return failed(
        "no path leads from the certificate to a CA that browsers trust: {issuer}",
        issuer=quoted(leaf.issuer),
    )


def _hsts(twin: Twin, secure: Verdict, policy: Policy, facts: Facts) -> Verdict:
    """Judge the name's own first answer, or what covers it from above."""
    if name := facts.preloaded.covers(twin.host):
        return passed("browsers know from their preload list to stay on HTTPS: {name}", name=name)
    if secure.outcome is Outcome.FAIL:  # RFC 6797 8.1: heard over a trusted connection only
        return failed("without trusted HTTPS there is no HSTS")
    if isinstance(twin.https, Missing):
        return not_tested("HTTPS could not be looked at")
    first, *others = twin.https.hops
    if _unseen(first):
        return not_tested("HTTPS was not answered by the site itself")
    own = judge_hsts(first, policy)
    covering = [judge_hsts(hop, policy) for hop in others if _covers(hop, twin.host)]
    best = max(covering, key=lambda verdict: verdict.credit, default=own)
    if best.credit <= own.credit:
        return own
    return Verdict(best.outcome, best.credit, best.reason)


def _covers(hop: Hop, host: str) -> bool:
    """Say whether an answer's HSTS holds for a name below the one that sends it."""
    sent = read_hsts(hop.first(HEADER) or "")
    below = host.endswith(f".{host_of(hop.url)}")
    return is_https(hop.url) and below and isinstance(sent, Hsts) and sent.include_subdomains


def _destination(twin: Twin, web: Web, asked: Asked) -> Verdict:
    """Judge whether both names end on one host, whatever it answers: a login is no fault."""
    met = _met(twin)
    if _is_loop(met):
        return failed("the redirects of the name do not come to an end")
    own, other = _end(_met(web)), _end(met)
    if not own or not other:
        return not_tested("where the names lead to could not be seen")
    if own == other:
        return passed("both names lead to {host}", host=quoted(own))
    if own == asked.host and other == twin.host:
        return failed("each name answers by itself, and neither leads to the other")
    return failed(
        "the name leads to {other}, and the site's own to {host}",
        other=quoted(other),
        host=quoted(own),
    )


def _met(seen: Twin | Web) -> Exchange | Missing:
    """Return the chain that visitors come to: over HTTPS where that answers."""
    return seen.http if isinstance(seen.https, Missing) else seen.https


def _is_loop(exchange: Exchange | Missing) -> bool:
    end = exchange.end if isinstance(exchange, Exchange) else None
    return end is not None and end.kind is MissingKind.REDIRECT_LOOP


def _end(exchange: Exchange | Missing) -> str:
    """Return the host that a chain leads to, "" where that was not seen."""
    if isinstance(exchange, Missing) or _is_loop(exchange):
        return ""
    last = exchange.hops[-1]
    onward = target(last)
    if onward is not None:
        return host_of(onward)
    return "" if _unseen(last) else host_of(last.url)


def _unseen(hop: Hop) -> bool:
    """Say whether a firewall answered in the site's place, or the server in an outage."""
    fault = fault_of(hop)
    return hop.status >= 500 or (fault is not None and fault.kind is MissingKind.BLOCKED)
