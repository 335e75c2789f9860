"""What HTTP answered at one address, read as checks see it: pages, heads and further answers."""

import codecs
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from secscan.evidence.hops import content, fault_of, is_blocked, is_redirect, leads_away, same_site
from secscan.evidence.missing import Missing, MissingKind
from secscan.evidence.model import Endpoint, Exchange, Hop
from secscan.evidence.readings import (
    Chain,
    ErrorPage,
    Exposure,
    Heads,
    Markup,
    Page,
    Plain,
    Response,
    Secure,
    SecurityTxt,
    Sharing,
    Twin,
    Web,
)
from secscan.evidence.tls import Tls
from secscan.parsing.media import is_html

_WANTS_CERTIFICATE = (400, 403, 495, 496)
"""How servers answer who has none: nginx 400 (495 and 496 inside), IIS and Apache 403."""


def page_readings(
    host: str,
    http: Endpoint | None,
    https: Endpoint | None,
    absent: Missing | None,
    chain: Chain | Missing,
) -> Mapping[type, object]:
    """Return every reading that HTTP gives; ``absent`` where the site is not served over TLS."""
    ends = [end for end in (https, http) if end is not None]
    # Further requests go to https, and to http where https is missing.
    further = next((end for end in ends if end.resources), ends[0])
    exchange = _final_exchange(http, https, absent)
    response = exchange if isinstance(exchange, Missing) else _response(exchange, host)
    page = response if isinstance(response, Missing) else _page(response)
    sharing = response if isinstance(response, Missing) else _sharing(further)
    return {
        Plain: _plain(http, https),
        Secure: absent or _secure(https),
        Heads: _heads(host, ends),
        Response: response,
        Page: page,
        Markup: page if isinstance(page, Missing) else _markup(page),
        Sharing: sharing,
        ErrorPage: _error_page(further),
        SecurityTxt: _security_txt(further),
        Exposure: _exposure(further),
        Web: _web(http, https, absent, chain, sharing),
    }


def twin_reading(twin: Sequence[Endpoint]) -> Twin | Missing:
    """Return what the name with www added or dropped answered."""
    by_scheme = {endpoint.scheme: endpoint for endpoint in twin}
    if not by_scheme:
        return Missing(MissingKind.NOT_ASKED)
    unasked = Missing(MissingKind.NOT_ASKED)
    answers = [by_scheme[name].http if name in by_scheme else unasked for name in ("http", "https")]
    return Twin(twin[0].host, *answers)


def _heads(host: str, endpoints: Sequence[Endpoint]) -> Heads | Missing:
    """Return the site's own response heads, those over https first."""
    exchanges = [end.http for end in endpoints]
    seen = [hop for one in exchanges if isinstance(one, Exchange) for hop in one.hops]
    own = [hop for hop in seen if same_site(host, urlsplit(hop.url).hostname or "")]
    kept = tuple(hop for hop in own if not is_blocked(hop))
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
    fault = fault_of(first)
    # A password asked for over plain HTTP is plain HTTP at its worst, and is judged as such.
    asks_login = fault is not None and fault.kind is MissingKind.LOGIN_REQUIRED
    if fault is not None and not asks_login and not is_redirect(first):
        return fault
    return Plain(http.http.hops, http.http.end)


def _secure(https: Endpoint | None) -> Secure | Missing:
    exchange = _exchange(https)
    if isinstance(exchange, Missing):
        return exchange
    first = exchange.hops[0]
    fault = None if is_redirect(first) else fault_of(first)
    return fault or Secure(first, exchange.hops)


def _exchange(endpoint: Endpoint | None) -> Exchange | Missing:
    """Return what a scheme's first URL answered, where that is not for clients with a certificate.

    Such a server asks for one in its handshake, and then ends it or answers with an error.
    """
    if endpoint is None:
        return Missing(MissingKind.NOT_ASKED)
    found = endpoint.http
    if not _asks_certificate(endpoint):
        return found
    if isinstance(found, Missing):
        refused = found.kind in (MissingKind.TLS_FAILURE, MissingKind.RESET)
    else:
        refused = found.hops[-1].status in _WANTS_CERTIFICATE
    return Missing(MissingKind.CLIENT_CERTIFICATE) if refused else found


def _asks_certificate(endpoint: Endpoint) -> bool:
    tls = endpoint.tls
    return isinstance(tls, Tls) and any(answer.asks_certificate for answer in tls.answers())


def _final_exchange(
    http: Endpoint | None, https: Endpoint | None, absent: Missing | None
) -> Exchange | Missing:
    """Return the chain that ends in the page: over https, or over http where https is absent."""
    secure = _exchange(https)
    if isinstance(secure, Missing) and (absent is not None or https is None):
        return _exchange(http)
    return secure


def _response(exchange: Exchange, host: str) -> Response | Missing:
    last = exchange.hops[-1]
    away = leads_away(host, last)
    if away is not None:
        return Missing(MissingKind.REDIRECTED_AWAY, away)
    if exchange.end is not None:
        return exchange.end
    final_host = urlsplit(last.url).hostname or ""
    if not same_site(host, final_host):
        return Missing(MissingKind.REDIRECTED_AWAY, final_host)
    return fault_of(last) or Response(last, exchange.hops)


def _page(response: Response) -> Page | Missing:
    media = response.hop.first("content-type")
    if not is_html(media, content(response.hop)):
        return Missing(MissingKind.NOT_HTML, media or "")
    return Page(response.hop, response.chain)


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


def _sharing(endpoint: Endpoint) -> Sharing | Missing:
    """Return how the page answers another origin; a firewall's answer says nothing of it."""
    answers = [_resource(endpoint, purpose) for purpose in ("preflight", "cross-origin")]
    own = [_unblocked(answer) for answer in answers]
    seen = [answer for answer in own if isinstance(answer, Hop)]
    return Sharing(*own) if seen else next(one for one in own if isinstance(one, Missing))


def _unblocked(answer: Hop | Missing) -> Hop | Missing:
    if isinstance(answer, Missing) or not is_blocked(answer):
        return answer
    return Missing(MissingKind.BLOCKED, str(answer.status))


def _error_page(endpoint: Endpoint) -> ErrorPage | Missing:
    answer = _unblocked(_resource(endpoint, "not-found"))
    return answer if isinstance(answer, Missing) else ErrorPage(answer)


def _web(
    http: Endpoint | None,
    https: Endpoint | None,
    absent: Missing | None,
    chain: Chain | Missing,
    sharing: Sharing | Missing,
) -> Web | Missing:
    plain, secure = _exchange(http), _exchange(https)
    if isinstance(plain, Missing) and isinstance(secure, Missing):
        return secure
    return Web(plain, secure if absent is None else absent, chain, sharing)


def _security_txt(endpoint: Endpoint) -> SecurityTxt | Missing:
    answer = _resource(endpoint, "security.txt")
    if isinstance(answer, Missing):
        return answer
    fault = fault_of(answer)
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
