"""Stored evidence read as checks see it: one view an address, each reading there or Missing."""

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from secscan.evidence.deep import Deep
from secscan.evidence.further import beside, shows_another
from secscan.evidence.missing import Missing, MissingKind
from secscan.evidence.model import (
    Body,
    Dns,
    Endpoint,
    Exchange,
    Hop,
    SiteEvidence,
)
from secscan.evidence.readings import (
    READINGS,
    Asked,
    Chain,
    Exposure,
    Heads,
    Markup,
    Page,
    Plain,
    Secure,
    SecurityTxt,
    View,
)
from secscan.evidence.schemes import WEB
from secscan.evidence.tls import Tls
from secscan.parsing.blocking import is_block_page
from secscan.parsing.media import is_html

_SILENCE = (MissingKind.REFUSED, MissingKind.TIMEOUT, MissingKind.UNREACHABLE)

_OF_PAGES = (Plain, Secure, Heads, Page, Markup, SecurityTxt, Exposure)

ABSENT_TRIES = 3
"""A closed or speechless port is proof of absence only after this many spaced tries."""


def views(evidence: SiteEvidence) -> tuple[View, ...]:
    """Return one view per scanned address; a site without any gives one view of what is missing.

    A view whose address family the scanner itself lacks is left out: that is our lack, and
    neither the site's credit nor its coverage. Behind them stand the brief views, of further
    addresses that answered.
    """
    host = urlsplit(evidence.url).hostname or ""
    asked = Asked(evidence.url, host, evidence.observed_at)
    by_address: dict[str, list[Endpoint]] = {}
    for endpoint in evidence.endpoints:
        if not endpoint.brief and not _lacks_family(endpoint):
            by_address.setdefault(endpoint.address, []).append(endpoint)
    silent = tuple(address for address, ends in by_address.items() if all(map(_is_silent, ends)))
    if len(silent) < len(by_address):
        # Browsers go to an address that answers; what serves nobody is hygiene.ipv6's to tell.
        asked = replace(asked, silent=silent)
        by_address = {a: ends for a, ends in by_address.items() if a not in silent}
    found = [_view(asked, evidence.dns, endpoints) for endpoints in by_address.values()]
    if not found:
        return (_nothing_seen(asked, evidence),)
    full = [endpoint for endpoints in by_address.values() for endpoint in endpoints]
    return (*found, *_brief_views(asked, evidence, full))


def _first_answer(endpoint: Endpoint) -> object:
    """Return what was first asked for: the page, and TLS at a port without pages."""
    return endpoint.http if endpoint.scheme in WEB else endpoint.tls


def _is_silent(endpoint: Endpoint) -> bool:
    """Say whether nothing at all came back from an endpoint."""
    answer = _first_answer(endpoint)
    return isinstance(answer, Missing) and answer.kind in _SILENCE


def _lacks_family(endpoint: Endpoint) -> bool:
    answer = _first_answer(endpoint)
    return isinstance(answer, Missing) and answer.kind is MissingKind.NO_ADDRESS_FAMILY


def _nothing_seen(asked: Asked, evidence: SiteEvidence) -> View:
    cause = evidence.state
    if cause is None and isinstance(evidence.dns, Missing):
        cause = evidence.dns
    if cause is None:
        answers = [_first_answer(endpoint) for endpoint in evidence.endpoints]
        cause = next((answer for answer in answers if isinstance(answer, Missing)), None)
    cause = cause or Missing(MissingKind.UNREACHABLE, "no address to look at")
    readings: dict[type, object] = dict.fromkeys(READINGS, cause)
    if urlsplit(evidence.url).scheme not in WEB:
        readings.update(dict.fromkeys(_OF_PAGES, Missing(MissingKind.NOT_ASKED)))
    readings[Asked] = asked
    readings[Dns] = evidence.state or evidence.dns
    return View(asked.host, "", readings)


def _brief_views(asked: Asked, evidence: SiteEvidence, full: Sequence[Endpoint]) -> Iterable[View]:
    for endpoint in evidence.endpoints:
        tls = beside(full, endpoint) if endpoint.brief else None
        if tls is not None:
            readings: dict[type, object] = dict.fromkeys(READINGS, Missing(MissingKind.NOT_ASKED))
            readings |= {Asked: asked, Dns: evidence.dns, Tls: tls}
            chain = _chain(endpoint)
            if isinstance(chain, Chain) and shows_another(full, chain):
                readings[Chain] = chain
            subject = f"{asked.host} [{endpoint.address}]"
            yield View(subject, endpoint.address, readings, brief=True)


def _view(asked: Asked, dns: Dns | Missing, endpoints: Iterable[Endpoint]) -> View:
    by_scheme = {endpoint.scheme: endpoint for endpoint in endpoints}
    http = by_scheme.pop("http", None)
    https = next(iter(by_scheme.values()), None)  # or what a site without pages has in its place
    any_endpoint = https or http
    assert any_endpoint is not None  # noqa: S101 - a group holds at least one endpoint
    # Further requests go to https, and to http where https is missing.
    further = next((end for end in (https, http) if end and end.resources), any_endpoint)
    absent = _absence(http, https) or _downgrade(https)
    chain = _final_chain(http, https)
    page = chain if isinstance(chain, Missing) else _page(chain, asked.host)
    readings: dict[type, object] = {
        Asked: asked,
        Dns: dns,
        Plain: _plain(http, https),
        Secure: absent or _secure(https),
        Tls: absent or _tls(https),
        Chain: absent or _chain(https),
        Heads: _heads(asked.host, http, https),
        Page: page,
        Markup: page if isinstance(page, Missing) else _markup(page),
        SecurityTxt: _security_txt(further),
        Exposure: _exposure(further),
        Deep: _deep(https, absent),
    }
    label = asked.host if any_endpoint.family == "IPv4" else f"{asked.host} [IPv6]"
    return View(label, any_endpoint.address, readings)


def _absence(http: Endpoint | None, https: Endpoint | None) -> Missing | None:
    """Return ABSENT where the address answers and proved, try after try, to have no TLS.

    For a closed port 443 the answer is that of plain HTTP; another service's port must itself
    answer, and be it without STARTTLS.
    """
    tls = https.tls if https is not None else None
    if https is None or not isinstance(tls, Missing) or tls.tries < ABSENT_TRIES:
        return None
    if https.scheme not in WEB:
        speaks = tls.kind is MissingKind.NOT_TLS
        return Missing(MissingKind.ABSENT, tls.detail, tls.tries) if speaks else None
    if http is None or isinstance(http.http, Missing):
        return None
    proof = tls.kind in (MissingKind.REFUSED, MissingKind.NOT_TLS)
    return Missing(MissingKind.ABSENT, tries=tls.tries) if proof else None


def _downgrade(https: Endpoint | None) -> Missing | None:
    """Return ABSENT where https:// only leads back to http://: the site is not served over it."""
    if https is None or isinstance(https.http, Missing) or https.http.end is not None:
        return None
    last = urlsplit(https.http.hops[-1].url)
    if last.scheme == "http" and same_site(https.host, last.hostname or ""):
        return Missing(MissingKind.ABSENT, "https:// leads back to http://")
    return None


def _heads(host: str, *endpoints: Endpoint | None) -> Heads | Missing:
    """Return the site's own response heads, those over https first."""
    exchanges = [end.http for end in reversed(endpoints) if end is not None]
    seen = [hop for one in exchanges if isinstance(one, Exchange) for hop in one.hops]
    own = [hop for hop in seen if same_site(host, urlsplit(hop.url).hostname or "")]
    kept = tuple(hop for hop in own if not _is_blocked(hop))
    if kept:
        return Heads(kept)
    if own:
        return Missing(MissingKind.BLOCKED, str(own[0].status))
    missing = (one for one in exchanges if isinstance(one, Missing))
    return next(missing, Missing(MissingKind.UNREACHABLE))


def _plain(http: Endpoint | None, https: Endpoint | None) -> Plain | Missing:
    """Return the plain chain; where HTTPS answers, a refused port 80 is a closed door."""
    if http is None:
        return Missing(MissingKind.NOT_ASKED)
    if isinstance(http.http, Missing):
        closed = http.http.kind is MissingKind.REFUSED
        answers = https is not None and isinstance(https.http, Exchange)
        return Missing(MissingKind.CLOSED) if closed and answers else http.http
    first = http.http.hops[0]
    fault = _fault(first)
    # A password asked for over plain HTTP is plain HTTP at its worst, and is judged as such.
    asks_login = fault is not None and fault.kind is MissingKind.LOGIN_REQUIRED
    if fault is not None and not asks_login and not _is_redirect(first):
        return fault
    return Plain(http.http.hops, http.http.end)


def _secure(https: Endpoint | None) -> Secure | Missing:
    exchange = _exchange(https)
    if isinstance(exchange, Missing):
        return exchange
    first = exchange.hops[0]
    fault = None if _is_redirect(first) else _fault(first)
    return fault or Secure(first, exchange.hops)


def _tls(https: Endpoint | None) -> Tls | Missing:
    if https is None or https.tls is None:
        return Missing(MissingKind.NOT_ASKED)
    return https.tls


def _chain(https: Endpoint | None) -> Chain | Missing:
    tls = _tls(https)
    if isinstance(tls, Missing):
        return tls
    chains = [
        Chain(shown.certificates, shown.ocsp, shown.timestamps)
        for shown in tls.chains() or tls.chains(named=False)
        if shown.certificates
    ]
    if not chains:
        return Missing(MissingKind.TLS_FAILURE, "no certificate was seen")
    return replace(chains[0], others=tuple(chains[1:]))


def _exchange(endpoint: Endpoint | None) -> Exchange | Missing:
    return Missing(MissingKind.NOT_ASKED) if endpoint is None else endpoint.http


def _final_chain(http: Endpoint | None, https: Endpoint | None) -> Exchange | Missing:
    """Return the chain that ends in the page: over https, or over http where https is absent."""
    secure = _exchange(https)
    if not isinstance(secure, Missing):
        return secure
    if _absence(http, https) is not None or https is None:
        return _exchange(http)
    return secure


def _page(exchange: Exchange, host: str) -> Page | Missing:
    last = exchange.hops[-1]
    away = _leads_away(host, last)
    if away is not None:
        return Missing(MissingKind.REDIRECTED_AWAY, away)
    if exchange.end is not None:
        return exchange.end
    final_host = urlsplit(last.url).hostname or ""
    if not same_site(host, final_host):
        return Missing(MissingKind.REDIRECTED_AWAY, final_host)
    fault = _fault(last)
    if fault is not None:
        return fault
    media = last.first("content-type")
    if not is_html(media, _content(last)):
        return Missing(MissingKind.NOT_HTML, media or "")
    return Page(last, exchange.hops)


def _leads_away(host: str, hop: Hop) -> str | None:
    """Return the other site's host that a redirect leads to: its outage is not this site's."""
    if not _is_redirect(hop):
        return None
    try:
        target = urlsplit(urljoin(hop.url, hop.first("location") or "")).hostname or host
    except ValueError:
        return None
    return None if same_site(host, target) else target


def _fault(hop: Hop) -> Missing | None:
    """Return why a final response is not the site's own page, or None: a block page is no page."""
    status = str(hop.status)
    if hop.status in (401, 407):
        return Missing(MissingKind.LOGIN_REQUIRED, status)
    if _is_blocked(hop):
        return Missing(MissingKind.BLOCKED, status)
    if hop.status >= 400 or _is_redirect(hop):
        return Missing(MissingKind.HTTP_ERROR, status)
    return None


def _is_blocked(hop: Hop) -> bool:
    return is_block_page(hop.status, [(h.name, h.value) for h in hop.headers], _content(hop))


def _content(hop: Hop) -> bytes:
    """Return what was kept of a body, b"" where nothing was."""
    return (hop.body.content or b"") if isinstance(hop.body, Body) else b""


def _is_redirect(hop: Hop) -> bool:
    return hop.status in (301, 302, 303, 307, 308) and hop.first("location") is not None


def _markup(page: Page) -> Markup | Missing:
    body = page.hop.body
    if isinstance(body, Missing):
        return body
    if body is None or body.content is None:
        return Missing(MissingKind.NO_CONTENT)
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    encoding = "utf-16" if body.content.startswith(marks) else "utf-8"
    text = body.content.decode(encoding, errors="replace")
    return Markup(page.hop.url, text, body.truncated)


def _resource(endpoint: Endpoint, purpose: str) -> Hop | Missing:
    for resource in endpoint.resources:
        if resource.purpose == purpose:
            return resource.answer
    if isinstance(endpoint.http, Missing):
        return endpoint.http
    return Missing(MissingKind.NOT_ASKED)


def _security_txt(endpoint: Endpoint) -> SecurityTxt | Missing:
    answer = _resource(endpoint, "security.txt")
    if isinstance(answer, Missing):
        return answer
    fault = _fault(answer)
    # Who asks for a password there has no contact for strangers: RFC 9116, 3, wants it open.
    judged = (MissingKind.HTTP_ERROR, MissingKind.LOGIN_REQUIRED)
    if fault is not None and fault.kind not in judged:
        return fault
    if answer.status >= 500:
        return Missing(MissingKind.HTTP_ERROR, str(answer.status))
    return SecurityTxt(answer)


def _exposure(endpoint: Endpoint) -> Exposure | Missing:
    control = _resource(endpoint, "control")
    if isinstance(control, Missing):
        if control.kind is MissingKind.NOT_ASKED:
            return Missing(MissingKind.NOT_GRANTED, "exposure")
        return control
    answers = {
        resource.purpose: resource.answer
        for resource in endpoint.resources
        if isinstance(resource.answer, Hop)
    }
    return Exposure(control, answers)


def _deep(https: Endpoint | None, absent: Missing | None) -> Deep | Missing:
    if https is None or absent is not None or https.scheme not in WEB:
        return Missing(MissingKind.NOT_ASKED)
    return https.deep or Missing(MissingKind.NOT_GRANTED, "deep")


def same_site(asked: str, final: str) -> bool:
    """Say whether a redirect stayed on the site: the same host, www added or dropped, or below.

    A redirect to the parent (a department's name to the city portal) leads to another site.
    """
    bare = asked.removeprefix("www.")
    return bare == final.removeprefix("www.") or final.endswith(f".{bare}")
