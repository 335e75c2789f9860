"""What HTTP answered at one address, read as checks see it: pages, heads and further answers."""

import codecs
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from secscan.evidence.exchanges import exchange_of, unblocked_exchange
from secscan.evidence.hops import (
    block_in,
    block_of,
    content,
    fault_of,
    is_bare_refusal,
    is_redirect,
    leads_away,
    same_site,
)
from secscan.evidence.missing import Missing, MissingKind
from secscan.evidence.model import Endpoint, Exchange, Hop, Service
from secscan.evidence.readings import (
    Banners,
    Chain,
    Documents,
    ErrorPage,
    Exposure,
    Heads,
    Markup,
    Page,
    Plain,
    Response,
    Scripts,
    Secure,
    SecurityTxt,
    Sharing,
    Web,
)
from secscan.evidence.resources import (
    banners_reading,
    documents_reading,
    error_page_reading,
    exposure_reading,
    scripts_reading,
    security_txt_reading,
    sharing_reading,
)
from secscan.parsing.media import declared_type, is_html
from secscan.parsing.text import quoted

_DATA = ("/json", "+json", "/xml", "+xml")
"""How the media types of data end, which browsers show nobody as a page."""

_NOTHING_THERE = (404, 405)
"""What APIs answer at their root, where nothing is or nothing is read."""

_NO_CONTENT = (204, 205)
"""Successes that have no content (RFC 9110 15.3.5 and 15.3.6)."""


def page_readings(
    host: str,
    http: Endpoint | None,
    https: Endpoint | None,
    absent: Missing | None,
    chain: Chain | Missing,
    services: Sequence[Service],
) -> Mapping[type, object]:
    """Return every reading that HTTP gives; ``absent`` where the site is not served over TLS."""
    ends = [end for end in (https, http) if end is not None]
    # Further requests go to https, and to http where https is missing.
    further = next((end for end in ends if end.resources), ends[0])
    exchange = _final_exchange(http, https, absent)
    response = exchange if isinstance(exchange, Missing) else _response(exchange, host)
    page = response if isinstance(response, Missing) else _page(response)
    sharing = response if isinstance(response, Missing) else sharing_reading(further)
    error = error_page_reading(further)
    heads = _heads(host, ends)
    markup = page if isinstance(page, Missing) else _markup(page)
    return {
        Plain: _plain(http, https),
        Secure: absent or _secure(https),
        Heads: heads,
        Response: response,
        Page: page,
        Markup: markup,
        Sharing: sharing,
        ErrorPage: error,
        Banners: banners_reading(further, heads, error, services),
        Documents: documents_reading(further, markup),
        Scripts: page if isinstance(page, Missing) else scripts_reading(further),
        SecurityTxt: security_txt_reading(further),
        Exposure: exposure_reading(further),
        Web: _web(http, https, absent, chain, sharing),
    }


def _heads(host: str, endpoints: Sequence[Endpoint]) -> Heads | Missing:
    """Return the site's own response heads, those over https first."""
    seen = [hop for end in endpoints if isinstance(end.http, Exchange) for hop in end.http.hops]
    own = [hop for hop in seen if same_site(host, urlsplit(hop.url).hostname or "")]
    exchanges = [exchange_of(end) for end in endpoints]
    missing = [one for one in exchanges if isinstance(one, Missing)]
    # Who wants a certificate refuses as a firewall does, and is the site itself.
    asks = any(one.kind is MissingKind.CLIENT_CERTIFICATE for one in missing)
    kept = tuple(hop for hop in own if block_of(hop) is None or (asks and is_bare_refusal(hop)))
    if kept:
        return Heads(kept)
    return block_in(own) or next(iter(missing), Missing(MissingKind.UNREACHABLE))


def _plain(http: Endpoint | None, https: Endpoint | None) -> Plain | Missing:
    """Return the plain chain; where HTTPS answers, a refused port 80 is a closed door."""
    if http is None:
        return Missing(MissingKind.NOT_ASKED)
    if isinstance(http.http, Missing):
        closed = http.http.kind is MissingKind.REFUSED
        answers = https is not None and isinstance(https.http, Exchange)
        return Missing(MissingKind.CLOSED) if closed and answers else http.http
    hops = http.http.hops
    fault = fault_of(hops[0])
    # A password asked for over plain HTTP is plain HTTP at its worst, and is judged as such.
    if fault is not None and fault.kind is not MissingKind.LOGIN_REQUIRED:
        return fault
    # Behind a block page over plain HTTP the next redirect may lead to HTTPS.
    block = block_in(hop for hop in hops if urlsplit(hop.url).scheme == "http")
    return block or Plain(hops, http.http.end)


def _secure(https: Endpoint | None) -> Secure | Missing:
    exchange = exchange_of(https)
    if isinstance(exchange, Missing):
        return exchange
    first = exchange.hops[0]
    return _fault_of_answer(first) or Secure(first, exchange.hops, exchange.end)


def _fault_of_answer(hop: Hop) -> Missing | None:
    """Return why an answer is not the site's own, or None; that of an API's root is one.

    There is nothing at the root of many an API, and it says so in the way of all its answers. A
    page that says so is told apart: nothing is known of the pages that are there.
    """
    fault = fault_of(hop)
    api = fault is not None and fault.kind is MissingKind.HTTP_ERROR and _is_data(hop)
    return None if api and hop.status in _NOTHING_THERE else fault


def _is_data(hop: Hop) -> bool:
    declared = declared_type(hop.all("content-type"))
    return declared is not None and declared.essence.endswith(_DATA) and not _is_page(hop)


def _is_page(hop: Hop) -> bool:
    return is_html(", ".join(hop.all("content-type")), content(hop))


def _final_exchange(
    http: Endpoint | None, https: Endpoint | None, absent: Missing | None
) -> Exchange | Missing:
    """Return the chain that ends in the page: over https, or over http where https is absent."""
    secure = exchange_of(https)
    if isinstance(secure, Missing) and (absent is not None or https is None):
        return exchange_of(http)
    return secure


def _response(exchange: Exchange, host: str) -> Response | Missing:
    last = exchange.hops[-1]
    # Firewalls redirect too: what is behind is not where the site redirects to.
    block = block_in(hop for hop in exchange.hops if is_redirect(hop))
    if block is not None:
        return block
    away = leads_away(host, last)
    if away is not None:
        return Missing(MissingKind.REDIRECTED_AWAY, quoted(away))
    if exchange.end is not None:
        return exchange.end
    final_host = urlsplit(last.url).hostname or ""
    if not same_site(host, final_host):
        return Missing(MissingKind.REDIRECTED_AWAY, quoted(final_host))
    return _fault_of_answer(last) or Response(last, exchange.hops)


def _page(response: Response) -> Page | Missing:
    hop = response.hop
    if _is_download(hop):
        return Missing(MissingKind.NOT_HTML, "a download")
    if _is_page(hop):
        return Page(hop, response.chain)
    if hop.status in _NO_CONTENT:
        return Missing(MissingKind.NOT_HTML, f"status {hop.status}")
    types = hop.all("content-type")
    if declared_type(types) is None and not content(hop):  # it may well be a page
        return hop.body if isinstance(hop.body, Missing) else Missing(MissingKind.NO_CONTENT)
    return Missing(MissingKind.NOT_HTML, quoted(", ".join(types)))


def _is_download(hop: Hop) -> bool:
    """Say whether browsers save an answer, and show nothing (RFC 6266, 4.2)."""
    disposition = hop.first("content-disposition") or ""
    return disposition.partition(";")[0].strip().lower() == "attachment"


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


def _web(
    http: Endpoint | None,
    https: Endpoint | None,
    absent: Missing | None,
    chain: Chain | Missing,
    sharing: Sharing | Missing,
) -> Web | Missing:
    plain, secure = unblocked_exchange(http), unblocked_exchange(https)
    if isinstance(plain, Missing) and isinstance(secure, Missing):
        return secure if absent is None else plain
    # An answer that only leads back to http:// is an answer.
    return Web(plain, (absent or secure) if isinstance(secure, Missing) else secure, chain, sharing)
