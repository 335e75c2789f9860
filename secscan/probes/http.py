"""HTTP as a browser speaks it, one connection a request, each hop decided by us."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import httpx

from secscan.evidence import Body, Exchange, Header, Hop, Missing, MissingKind, same_site
from secscan.evidence.schemes import FOREIGN_ORIGIN
from secscan.parsing.redaction import redact_body, redact_headers, redact_url
from secscan.probes.body import kept
from secscan.probes.connect import Connections, Route, Routes
from secscan.probes.faults import missing_of
from secscan.probes.limits import Limits
from secscan.probes.redirects import next_url
from secscan.probes.request import Answered, Http2Error, host_of, port_of, send
from secscan.probes.secrets import Secrets, remember
from secscan.probes.shares import Share, Shares

_BROWSERS = ("h2", "http/1.1")
"""What browsers offer (RFC 7301), and in that order: some servers take the first they know."""

_OLDER = ("http/1.1",)
"""What is offered where HTTP/2 did not work."""


def legacy_context(protocols: Sequence[str] = _BROWSERS) -> ssl.SSLContext:
    """Return a TLS context that reads headers from every server, whatever its TLS is worth.

    The TLS probe judges versions, suites and certificates; here a refusal would only hide headers.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")  # OpenSSL 3 has TLS 1.0 and SHA-1 only at level 0
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)  # named since Python 3.12
    context.set_alpn_protocols(protocols)
    return context


@dataclass(frozen=True, slots=True)
class Followed:
    """A chain, and the URL of its last answer as it was asked: what is stored is redacted."""

    exchange: Exchange | Missing
    url: httpx.URL


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How to ask, how much of the answer to keep, and out of which share of the requests."""

    body_bytes: int
    share: Share
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)


class Retriever:
    """Retrieves URLs for one site's scan; every fault becomes a Missing.

    ``enumerated`` is the host whose certificates the TLS probe keeps.
    """

    def __init__(
        self,
        routes: Routes,
        connections: Connections,
        context: ssl.SSLContext,
        user_agent: str,
        limits: Limits,
        enumerated: str = "",
    ) -> None:
        self._routes = routes
        self._connections = connections
        self._context = context
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            # Every server that compresses can do gzip, and the fewer offers, the fewer ways to
            # answer one request. What servers send unasked (RFC 9110, 12.5.3) is read as well.
            "Accept-Encoding": "gzip",
        }
        self._limits = limits
        self._enumerated = enumerated
        self._retrieval = Share("retrieval", limits.retrieval_requests)
        self._secrets = Secrets()
        self._shares = Shares()
        self._older: set[tuple[str, str, int]] = set()
        """The endpoints whose HTTP/2 does not work."""

    async def chain(self, url: httpx.URL, near: str) -> Exchange | Missing:
        """Follow the redirects from a URL and keep every hop; the last one has its body."""
        return (await self.follow(url, near)).exchange

    async def follow(self, url: httpx.URL, near: str) -> Followed:
        """Return the chain from a URL, and where it led."""
        limits = self._limits
        wanted = _Wanted(limits.body_bytes, self._retrieval)
        hops, end, last = await self._follow(url, near, wanted, limits.max_hops, away=True)
        if hops:
            return Followed(Exchange(hops, end), last)
        return Followed(end or Missing(MissingKind.MALFORMED), last)

    async def resource(self, url: httpx.URL, near: str) -> Hop | Missing:
        """Return the answer to a URL, after one redirect at most, and that on the same site."""
        return await self._resource(url, near, self._limits.resource_bytes, self._retrieval)

    async def suggested(self, url: httpx.URL, near: str) -> Hop | Missing:
        """Return the answer to a URL that is asked because the page suggests it."""
        share = Share("signals", self._limits.signal_requests)
        return await self._resource(url, near, self._limits.resource_bytes, share)

    async def script(self, url: httpx.URL, near: str) -> Hop | Missing:
        """Return one of the page's own scripts, under the address by which the page names it."""
        share = Share("scripts", self._limits.script_requests)
        answer = await self._resource(url, near, self._limits.body_bytes, share)
        return replace(answer, url=self._shown(url)) if isinstance(answer, Hop) else answer

    async def _resource(self, url: httpx.URL, near: str, most: int, share: Share) -> Hop | Missing:
        hops, end, _ = await self._follow(url, near, _Wanted(most, share), 1, away=False)
        return _bare(hops[-1]) if hops else end or Missing(MissingKind.MALFORMED)

    async def preflight(self, url: httpx.URL, near: str) -> Hop | Missing:
        """Ask whether another origin may read a URL, as browsers do first (Fetch, 4.8)."""
        headers = {"Origin": FOREIGN_ORIGIN, "Access-Control-Request-Method": "GET"}
        return await self._anonymous(url, near, "OPTIONS", headers)

    async def cross_origin(self, url: httpx.URL, near: str) -> Hop | Missing:
        """Return the answer to a URL as another origin asks for it."""
        return await self._anonymous(url, near, "GET", {"Origin": FOREIGN_ORIGIN})

    async def exposed(
        self, url: httpx.URL, near: str, most: int, headers: Mapping[str, str]
    ) -> Hop | Missing:
        """Return the answer to a URL that is asked under the ``exposure`` grant, as it came.

        Its body is for ``exposure`` to cut down before anything is kept of it.
        """
        granted = self._limits.exposure_requests
        share = Share("exposure", granted, granted)
        return await self._one(url, near, httpx.Cookies(), _Wanted(most, share, headers=headers))

    async def download(self, url: httpx.URL, near: str, most: int) -> Hop | Missing:
        """Return the answer to a URL, with ``most`` bytes of its body at most, as they came.

        It is for what is read and not kept: nothing is taken out of it.
        """
        share = Share("downloads", self._limits.requests)
        return await self._one(url, near, None, _Wanted(most, share))

    async def _anonymous(
        self, url: httpx.URL, near: str, method: str, headers: Mapping[str, str]
    ) -> Hop | Missing:
        """Ask without cookies: whether these may go along is what the answer says."""
        wanted = _Wanted(self._limits.sharing_bytes, self._retrieval, method, headers)
        return await self._one(url, near, httpx.Cookies(), wanted)

    async def _one(
        self, url: httpx.URL, near: str, cookies: httpx.Cookies | None, wanted: _Wanted
    ) -> Hop | Missing:
        got = await self._get(url, near, cookies, wanted)
        return got if isinstance(got, Missing) else _bare(got[0])

    async def _follow(
        self, url: httpx.URL, near: str, wanted: _Wanted, redirects: int, away: bool
    ) -> tuple[tuple[Hop, ...], Missing | None, httpx.URL]:
        hops: list[Hop] = []
        host = host_of(url)
        cookies = httpx.Cookies()  # some sites redirect until theirs comes back
        shown: set[tuple[str, tuple[bytes, ...]]] = set()
        while True:
            got = await self._get(url, near, cookies, wanted)
            if isinstance(got, Missing):
                return tuple(hops), got, url
            hop, location = got
            hops.append(self._with_new_certificates(hop, host_of(url), shown))
            if location is None:
                return tuple(hops), None, url
            if len(hops) > redirects:
                loop = Missing(MissingKind.REDIRECT_LOOP, f"{len(hops)} redirects")
                return tuple(hops), loop, url
            target = next_url(url, location)
            if isinstance(target, Missing):
                return tuple(hops), target, url
            if not away and not same_site(host, host_of(target)):
                return tuple(hops), None, url
            url = target

    async def _get(
        self, url: httpx.URL, near: str, cookies: httpx.Cookies | None, wanted: _Wanted
    ) -> tuple[Hop, str | None] | Missing:
        """Return the answer to one request and, unredacted, where it redirects to.

        Without ``cookies`` its body is not to be kept, and stays as it came.
        """
        try:
            route = await self._routes.find(host_of(url), port_of(url), near)
            headers = {**self._headers, **wanted.headers}
            request = httpx.Request(wanted.method, url, headers=headers, cookies=cookies)
            answered = await self._ask(request, route, wanted)
        except Exception as fault:  # whatever a hostile answer provokes is the answer's fault
            return missing_of(fault)
        self._secrets.learn(answered.head)  # before anything is kept: its own page may show them
        body = answered.body
        if cookies is not None:
            if isinstance(body, Body) and body.content:
                # In a thread: for a long page and many long values it takes tenths of a second.
                content = await asyncio.to_thread(self._without_secrets, body.content)
                body = kept(content, body.truncated)
            remember(cookies, answered.head)
        return self._hop(url, route, answered, body), answered.location

    def _without_secrets(self, content: bytes) -> bytes:
        return self._secrets.out_of_body(redact_body(content))

    def _hop(
        self, url: httpx.URL, route: Route, answered: Answered, body: Body | Missing | None
    ) -> Hop:
        head = answered.head
        lines = redact_headers([(_text(name), _text(value)) for name, value in head.headers.raw])
        return Hop(
            self._shown(url),
            route.address,
            head.status_code,
            tuple(Header(name, value) for name, value in self._secrets.out_of_lines(lines)),
            body,
            answered.protocol,
            answered.tls,
            answered.certificates,
        )

    def _shown(self, url: httpx.URL) -> str:
        return self._secrets.out_of_url(redact_url(str(url)))

    async def _ask(self, request: httpx.Request, route: Route, wanted: _Wanted) -> Answered:
        """Return the answer over what browsers speak, and where that fails over HTTP/1.1."""
        if route.endpoint not in self._older:
            try:
                return await self._once(request, route, wanted, self._context)
            except Http2Error:
                self._older.add(route.endpoint)
        return await self._once(request, route, wanted, legacy_context(_OLDER))

    async def _once(
        self, request: httpx.Request, route: Route, wanted: _Wanted, context: ssl.SSLContext
    ) -> Answered:
        share = wanted.share
        self._shares.take(route, share)
        most = self._limits.requests + share.granted
        async with self._connections.request(route, most, share.granted) as opened:
            return await send(
                request, opened, context, wanted.body_bytes, self._limits.read_timeout
            )

    def _with_new_certificates(
        self, hop: Hop, host: str, shown: set[tuple[str, tuple[bytes, ...]]]
    ) -> Hop:
        """Return a hop with its certificates where neither TLS probe nor chain has them yet."""
        found = (host, hop.certificates)
        known = host == self._enumerated or found in shown
        shown.add(found)
        return _bare(hop) if known else hop


def _bare(hop: Hop) -> Hop:
    return replace(hop, certificates=())


def _text(line: bytes) -> str:
    return line.decode("latin-1")
