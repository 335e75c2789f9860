"""The plan for one address of a site: what is asked, and in which order."""

import asyncio
import secrets
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import httpx

from secscan.evidence import Endpoint, Exchange, Hop, Missing, MissingKind, Resource, Tls
from secscan.probes.connect import Connections, Route, Routes
from secscan.probes.faults import UnseenError
from secscan.probes.http import Retriever, port_of
from secscan.probes.limits import Limits

if TYPE_CHECKING:
    from secscan.probes.tls import Look

T = TypeVar("T")

_TLS_ALONE = (MissingKind.TLS_FAILURE, MissingKind.RESET)
"""What may ail our TLS probe alone: such a server may yet answer an ordinary request."""


@dataclass(frozen=True, slots=True)
class Site:
    """What all visits to one site share. ``urls`` has the URL to begin with for each scheme."""

    host: str
    urls: dict[str, httpx.URL]
    grants: frozenset[str]
    routes: Routes
    connections: Connections
    retriever: Retriever
    limits: Limits

    def endpoint(self, scheme: str, address: str, http: Exchange | Missing) -> Endpoint:
        """Return the endpoint of a scheme, with what its first URL answered."""
        return Endpoint(scheme, self.host, address, port_of(self.urls[scheme]), http)

    def unseen(self, scheme: str, address: str, why: Missing) -> Endpoint:
        """Return the endpoint of a scheme that could not be looked at."""
        endpoint = self.endpoint(scheme, address, why)
        return replace(endpoint, tls=why) if scheme == "https" else endpoint


class Visit:
    """One visit to one address of a site; its clock starts now."""

    def __init__(self, site: Site, address: str) -> None:
        self._site = site
        self._address = address
        self._deadline = asyncio.get_running_loop().time() + site.limits.site_timeout

    async def endpoints(self) -> tuple[Endpoint, ...]:
        """Look at HTTP and HTTPS side by side; what is asked besides goes where HTTPS answers."""
        parts = {"http": self._http, "https": self._https}
        found = await asyncio.gather(*(parts[scheme]() for scheme in self._site.urls))
        if all(isinstance(end.http, Missing) for end in found if end.scheme == "https"):
            found = [await self._with_resources(end) for end in found]
        usage = self._site.connections.usage
        return tuple(replace(end, usage=usage(end.host, end.address, end.port)) for end in found)

    async def _http(self) -> Endpoint:
        route = await self._route("http")
        exchange = route if isinstance(route, Missing) else await self._chain("http")
        return self._site.endpoint("http", self._address, exchange)

    async def _https(self) -> Endpoint:
        # Here, because its import takes 0.3 s that only a scan should pay.
        from secscan.probes.tls import Look

        route = await self._route("https")
        if isinstance(route, Missing):
            return self._site.unseen("https", self._address, route)
        look = Look(route, self._site.connections, self._site.limits)
        shut = await self._in_time(look.knock())
        if shut is not None and shut.kind not in _TLS_ALONE:
            return self._site.unseen("https", self._address, shut)
        # Before the enumeration: a firewall that takes offence at it has shown its headers then.
        endpoint = self._site.endpoint("https", self._address, await self._chain("https"))
        endpoint = await self._with_resources(endpoint)
        return replace(endpoint, tls=shut or await self._enumerate(look))

    async def _enumerate(self, look: "Look") -> Tls | Missing:
        try:
            async with asyncio.timeout_at(self._deadline):
                return await look.enumerate()
        except TimeoutError:
            return look.cut_short()

    async def _route(self, scheme: str) -> Route | Missing:
        """Return the route to the first URL of a scheme, where it leads to this address."""
        try:
            port = port_of(self._site.urls[scheme])
            route = await self._site.routes.find(self._site.host, port, self._address)
        except UnseenError as unseen:
            return unseen.missing
        if route.address != self._address:
            return Missing(MissingKind.NOT_ASKED, f"connect pins port {port} to another address")
        return route

    async def _chain(self, scheme: str) -> Exchange | Missing:
        chain = self._site.retriever.chain(self._site.urls[scheme], self._address)
        return await self._in_time(chain)

    async def _with_resources(self, endpoint: Endpoint) -> Endpoint:
        if isinstance(endpoint.http, Missing):
            return endpoint
        paths = {"security.txt": "/.well-known/security.txt"}
        if "exposure" in self._site.grants:
            # A path that cannot be there shows how the site answers for what is not there.
            paths["control"] = f"/.git-{secrets.token_hex(8)}/HEAD"
            paths["git-head"] = "/.git/HEAD"
        root = self._site.urls[endpoint.scheme]
        resources = []
        for purpose, path in paths.items():
            url = root.copy_with(raw_path=path.encode("ascii"))
            resources.append(Resource(purpose, await self._ask(purpose, url)))
        return replace(endpoint, resources=tuple(resources))

    async def _ask(self, purpose: str, url: httpx.URL) -> Hop | Missing:
        retriever = self._site.retriever
        ask = retriever.resource if purpose == "security.txt" else retriever.exposed
        return await self._in_time(ask(url, self._address))

    async def _in_time(self, asked: Awaitable[T]) -> T | Missing:
        try:
            async with asyncio.timeout_at(self._deadline):
                return await asked
        except TimeoutError:
            return Missing(MissingKind.TIMEOUT, "the time for this site is used up")
