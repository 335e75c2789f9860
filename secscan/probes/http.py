"""HTTP as a browser speaks it, one connection a request, each hop decided by us."""

import asyncio
import socket
import ssl
from contextlib import suppress

import httpcore
import httpx

from secscan.evidence import Body, Exchange, Header, Hop, Missing, MissingKind
from secscan.evidence.schemes import PORTS
from secscan.parsing.redaction import redact_body, redact_headers, redact_url
from secscan.probes.body import keep, kept
from secscan.probes.connect import Connections, Routes
from secscan.probes.faults import missing_of
from secscan.probes.limits import Limits
from secscan.probes.stream import OpenedSocket

_REDIRECTS = (301, 302, 303, 307, 308)
_LONGEST_LOCATION = 8192
_SHORTEST_SECRET = 8  # characters; anything shorter is no secret, and stands in every page


def legacy_context() -> ssl.SSLContext:
    """Return a TLS context that reads headers from every server, whatever its TLS is worth.

    The TLS probe judges versions, suites and certificates; here a refusal would only hide headers.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")  # OpenSSL 3 has TLS 1.0 and SHA-1 only at level 0
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)  # named since Python 3.12
    return context


class Retriever:
    """Retrieves URLs for one site's scan; every fault becomes a Missing."""

    def __init__(
        self,
        routes: Routes,
        connections: Connections,
        context: ssl.SSLContext,
        user_agent: str,
        limits: Limits,
    ) -> None:
        self._routes = routes
        self._connections = connections
        self._context = context
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        self._limits = limits

    async def chain(self, url: httpx.URL, near: str) -> Exchange | Missing:
        """Follow the redirects from a URL and keep every hop; the last one has its body."""
        hops, end = await self._follow(url, near, self._limits.max_hops, away=True)
        if hops:
            return Exchange(hops, end)
        return end or Missing(MissingKind.MALFORMED)

    async def resource(self, url: httpx.URL, near: str) -> Hop | Missing:
        """Return the answer to a URL, after one redirect at most, and that on the same host."""
        hops, end = await self._follow(url, near, 1, away=False)
        return hops[-1] if hops else end or Missing(MissingKind.MALFORMED)

    async def exposed(self, url: httpx.URL, near: str) -> Hop | Missing:
        """Return the answer to a URL that is asked under the ``exposure`` grant."""
        limits = self._limits
        got = await self._get(url, near, httpx.Cookies(), limits.requests, limits.exposure_bytes)
        return got if isinstance(got, Missing) else got[0]

    async def download(self, url: httpx.URL, near: str, most: int) -> Hop | Missing:
        """Return the answer to a URL, with ``most`` bytes of its body at most, as they came.

        It is for what is read and not kept: nothing is taken out of it.
        """
        got = await self._get(url, near, None, self._limits.requests, most)
        return got if isinstance(got, Missing) else got[0]

    async def _follow(
        self, url: httpx.URL, near: str, redirects: int, away: bool
    ) -> tuple[tuple[Hop, ...], Missing | None]:
        hops: list[Hop] = []
        host = host_of(url)
        limits = self._limits
        cookies = httpx.Cookies()  # some sites redirect until theirs comes back
        while True:
            got = await self._get(url, near, cookies, limits.retrieval_requests, limits.body_bytes)
            if isinstance(got, Missing):
                return tuple(hops), got
            hop, location = got
            hops.append(hop)
            if location is None:
                return tuple(hops), None
            if len(hops) > redirects:
                return tuple(hops), Missing(MissingKind.REDIRECT_LOOP, f"{len(hops)} redirects")
            target = _next(url, location)
            if isinstance(target, Missing):
                return tuple(hops), target
            if not away and host_of(target) != host:
                return tuple(hops), None
            url = target

    async def _get(
        self, url: httpx.URL, near: str, cookies: httpx.Cookies | None, most: int, body_bytes: int
    ) -> tuple[Hop, str | None] | Missing:
        """Return the answer to one request and, unredacted, where it redirects to.

        Without ``cookies`` its body is not to be kept, and stays as it came.
        """
        try:
            route = await self._routes.find(host_of(url), port_of(url), near)
            async with self._connections.request(route, most) as opened:
                request = httpx.Request("GET", url, headers=self._headers, cookies=cookies)
                head, body, location = await self._exchange(request, opened, body_bytes)
        except Exception as fault:  # whatever a hostile answer provokes is the answer's fault
            return missing_of(fault)
        if cookies is not None:
            if isinstance(body, Body) and body.content:
                body = kept(_without(body.content, cookies), body.truncated)
            with suppress(Exception):  # a cookie that cannot be read is not kept
                cookies.extract_cookies(head)
        lines = redact_headers([(_text(name), _text(value)) for name, value in head.headers.raw])
        headers = tuple(Header(name, value) for name, value in lines)
        return Hop(redact_url(str(url)), route.address, head.status_code, headers, body), location

    async def _exchange(
        self, request: httpx.Request, opened: socket.socket, body_bytes: int
    ) -> tuple[httpx.Response, Body | Missing | None, str | None]:
        """Return the response head, and its body where it does not redirect."""
        deadline = asyncio.get_running_loop().time() + self._limits.read_timeout
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=port_of(request.url),
            target=request.url.raw_path,
        )
        async with httpcore.AsyncHTTPConnection(
            url.origin, ssl_context=self._context, network_backend=OpenedSocket(opened)
        ) as connection:
            async with asyncio.timeout_at(deadline):
                answer = await connection.handle_async_request(
                    httpcore.Request(request.method, url, headers=request.headers.raw)
                )
            head = httpx.Response(answer.status, headers=answer.headers, request=request)
            location = _location(head)
            body = None if location else await _body(answer, head, body_bytes, deadline)
        return head, body, location


def host_of(url: httpx.URL) -> str:
    """Return the host of a URL as ASCII: an address, or a name as DNS has it."""
    return url.raw_host.decode("ascii").strip("[]")


def port_of(url: httpx.URL) -> int:
    """Return the port of a URL, its scheme's own where it names none."""
    return url.port or PORTS[url.scheme] or 0


def _without(content: bytes, cookies: httpx.Cookies) -> bytes:
    """Return a body without passwords in addresses, nor cookie values that it shows again."""
    content = redact_body(content)
    for value in {cookie.value for cookie in cookies.jar if cookie.value}:
        if len(value) >= _SHORTEST_SECRET:
            content = content.replace(value.encode("latin-1", "replace"), b"redacted")
    return content


def _text(line: bytes) -> str:
    return line.decode("latin-1")


def _location(response: httpx.Response) -> str | None:
    values = [value for name, value in response.headers.raw if name.lower() == b"location"]
    if response.status_code not in _REDIRECTS or not values:
        return None
    return values[0].decode("utf-8", errors="replace").strip() or None


def _next(url: httpx.URL, location: str) -> httpx.URL | Missing:
    """Return the URL that a Location leads to, without what would become credentials."""
    if len(location) > _LONGEST_LOCATION:
        return Missing(MissingKind.MALFORMED, f"Location of {len(location)} characters")
    try:
        target = url.join(location).copy_with(userinfo=b"", fragment=None)
        usable = target.scheme in ("http", "https") and bool(host_of(target))
    except (httpx.InvalidURL, ValueError) as fault:
        return missing_of(fault)
    # The Location itself stays out of it: it can hold a password that no pattern finds.
    return target if usable else Missing(MissingKind.MALFORMED, "Location of another kind")


async def _body(
    answer: httpcore.Response, head: httpx.Response, most: int, deadline: float
) -> Body | Missing:
    sent = bytearray()
    try:
        async with asyncio.timeout_at(deadline):
            async for part in answer.aiter_stream():
                sent += part
                if len(sent) > most:
                    break
    except Exception as fault:  # the response head is evidence, whatever becomes of its body
        return missing_of(fault)
    encoding = head.headers.get("content-encoding", "")
    return keep(bytes(sent[:most]), encoding, most, len(sent) > most)
