"""What a check may ask for, read from stored evidence one address at a time.

A check names these types as its parameters' annotations. Each reading is there or is a
``Missing``; which outcome a ``Missing`` becomes is decided once, in ``secscan.finding``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from secscan.evidence.model import (
    Dns,
    Endpoint,
    Exchange,
    Hop,
    Missing,
    MissingKind,
    SiteEvidence,
    Tls,
)
from secscan.parsing.blocking import is_block_page
from secscan.parsing.media import is_html

ABSENT_TRIES = 3
"""A closed or speechless 443 is proof of absence only after this many spaced tries."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked and when: nominal URL, its host, and ``at``, judging's only clock (UTC)."""

    url: str
    host: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plain:
    """The chain that starts at http:// on this address; there is at least one hop."""

    hops: tuple[Hop, ...]
    end: Missing | None


@dataclass(frozen=True, slots=True)
class Secure:
    """The asked host's own answer over https:// (the first hop), and the chain behind it."""

    first: Hop
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The final HTML document of the chain (https where it answers): its response head."""

    hop: Hop
    chain: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Markup:
    """The HTML text of the page, decoded as UTF-8 with replacement, and the URL it has."""

    url: str
    html: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The certificates as sent, DER, leaf first; there is at least one."""

    certificates: tuple[bytes, ...]

    @property
    def leaf(self) -> bytes:
        """Return the server's own certificate."""
        return self.certificates[0]


@dataclass(frozen=True, slots=True)
class SecurityTxt:
    """The answer to /.well-known/security.txt (RFC 9116)."""

    hop: Hop


@dataclass(frozen=True, slots=True)
class Exposure:
    """Answers asked under the ``exposure`` grant, by purpose, with the random control path."""

    control: Hop
    answers: Mapping[str, Hop]


READINGS: tuple[type, ...] = (
    Asked,
    Dns,
    Plain,
    Secure,
    Tls,
    Chain,
    Page,
    Markup,
    SecurityTxt,
    Exposure,
)
"""The types a check may name. ``Asked`` is always there."""

GRANTED: frozenset[type] = frozenset({Exposure})
"""Readings that need a grant of the register: their checks stay out of index and coverage."""


@dataclass(frozen=True, slots=True)
class View:
    """One address of the site as checks see it: ``subject`` names it without the address."""

    subject: str
    address: str
    readings: Mapping[type, object]


def views(evidence: SiteEvidence) -> tuple[View, ...]:
    """Return one view per scanned address; a site without any gives one view of what is missing.

    A view whose address family the scanner itself lacks is left out: that is our lack, and
    neither the site's credit nor its coverage.
    """
    host = urlsplit(evidence.url).hostname or ""
    asked = Asked(evidence.url, host, evidence.observed_at)
    by_address: dict[str, list[Endpoint]] = {}
    for endpoint in evidence.endpoints:
        by_address.setdefault(endpoint.address, []).append(endpoint)
    found = [
        _view(asked, evidence.dns, endpoints)
        for endpoints in by_address.values()
        if not all(_lacks_family(endpoint) for endpoint in endpoints)
    ]
    return tuple(found) or (_nothing_seen(asked, evidence),)


def _lacks_family(endpoint: Endpoint) -> bool:
    return (
        isinstance(endpoint.http, Missing) and endpoint.http.kind is MissingKind.NO_ADDRESS_FAMILY
    )


def _nothing_seen(asked: Asked, evidence: SiteEvidence) -> View:
    cause = evidence.state
    if cause is None and isinstance(evidence.dns, Missing):
        cause = evidence.dns
    if cause is None:
        families = [endpoint.http for endpoint in evidence.endpoints]
        cause = next((http for http in families if isinstance(http, Missing)), None)
    cause = cause or Missing(MissingKind.UNREACHABLE, "no address to look at")
    readings: dict[type, object] = dict.fromkeys(READINGS, cause)
    readings[Asked] = asked
    readings[Dns] = evidence.state or evidence.dns
    return View(asked.host, "", readings)


def _view(asked: Asked, dns: Dns | Missing, endpoints: Iterable[Endpoint]) -> View:
    by_scheme = {endpoint.scheme: endpoint for endpoint in endpoints}
    http, https = by_scheme.get("http"), by_scheme.get("https")
    any_endpoint = https or http
    assert any_endpoint is not None  # noqa: S101 - a group holds at least one endpoint
    # Further requests go to https, and to http where https is missing.
    further = next((end for end in (https, http) if end and end.resources), any_endpoint)
    absent = _absence(http, https)
    chain = _final_chain(http, https)
    page = chain if isinstance(chain, Missing) else _page(chain, asked.host)
    readings: dict[type, object] = {
        Asked: asked,
        Dns: dns,
        Plain: _plain(http, https),
        Secure: absent or _secure(https),
        Tls: absent or _tls(https),
        Chain: absent or _chain(https),
        Page: page,
        Markup: page if isinstance(page, Missing) else _markup(page),
        SecurityTxt: _security_txt(further),
        Exposure: _exposure(further),
    }
    label = asked.host if any_endpoint.family == "IPv4" else f"{asked.host} [IPv6]"
    return View(label, any_endpoint.address, readings)


def _absence(http: Endpoint | None, https: Endpoint | None) -> Missing | None:
    """Return ABSENT where plain HTTP answers and 443 proved, try after try, to have no TLS."""
    if https is None or http is None or isinstance(http.http, Missing):
        return None
    tls = https.tls
    proof = isinstance(tls, Missing) and tls.kind in (MissingKind.REFUSED, MissingKind.NOT_TLS)
    if proof and isinstance(tls, Missing) and tls.tries >= ABSENT_TRIES:
        return replace(tls, kind=MissingKind.ABSENT)
    return None


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
    if fault is not None and not _is_redirect(first):
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
    if not tls.certificates:
        return Missing(MissingKind.TLS_FAILURE, "no certificate was sent")
    return Chain(tls.certificates)


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
    if exchange.end is not None:
        return exchange.end
    last = exchange.hops[-1]
    final_host = urlsplit(last.url).hostname or ""
    if not same_site(host, final_host):
        return Missing(MissingKind.REDIRECTED_AWAY, final_host)
    fault = _fault(last)
    if fault is not None:
        return fault
    media = last.first("content-type")
    content = last.body.content if last.body and not isinstance(last.body, Missing) else None
    if not is_html(media, content or b""):
        return Missing(MissingKind.NOT_HTML, media or "")
    return Page(last, exchange.hops)


def _fault(hop: Hop) -> Missing | None:
    """Return why a final response is not the site's own page, or None: a block page is no page."""
    status = str(hop.status)
    content = hop.body.content if hop.body and not isinstance(hop.body, Missing) else None
    if hop.status in (401, 407):
        return Missing(MissingKind.LOGIN_REQUIRED, status)
    if is_block_page(hop.status, [(h.name, h.value) for h in hop.headers], content or b""):
        return Missing(MissingKind.BLOCKED, status)
    if hop.status >= 400 or _is_redirect(hop):
        return Missing(MissingKind.HTTP_ERROR, status)
    return None


def _is_redirect(hop: Hop) -> bool:
    return hop.status in (301, 302, 303, 307, 308) and hop.first("location") is not None


def _markup(page: Page) -> Markup | Missing:
    body = page.hop.body
    if isinstance(body, Missing):
        return body
    if body is None or body.content is None:
        return Missing(MissingKind.NO_CONTENT)
    return Markup(page.hop.url, body.content.decode("utf-8", errors="replace"))


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
    if fault is not None and fault.kind is not MissingKind.HTTP_ERROR:
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


def same_site(asked: str, final: str) -> bool:
    """Say whether a redirect stayed on the site: the same host, www added or dropped, or below.

    A redirect to the parent (a department's name to the city portal) leads to another site.
    """
    return asked.removeprefix("www.") == final.removeprefix("www.") or final.endswith(f".{asked}")
