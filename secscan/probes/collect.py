"""The plan for one address of a site: what is asked, and in which order."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import TypeVar

import httpx

from secscan.evidence import Deep, Endpoint, Exchange, Hop, Missing, MissingKind, Tls
from secscan.evidence.schemes import STARTTLS, WEB
from secscan.probes.connect import Connections, Route, Routes
from secscan.probes.exposure import exposure_questions
from secscan.probes.faults import UnseenError, missing_of
from secscan.probes.http import Followed, Retriever
from secscan.probes.limits import Limits
from secscan.probes.request import port_of
from secscan.probes.resources import (
    Question,
    answers,
    blocked,
    hindrance_in,
    page_of,
    questions,
)
from secscan.probes.suggested import page_elements, suggested
from secscan.probes.tls import Look
from secscan.probes.witness import Witness, deep_look

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
    witness: Witness
    limits: Limits

    def endpoint(self, scheme: str, address: str, http: Exchange | Missing) -> Endpoint:
        """Return the endpoint of a scheme, with what its first URL answered."""
        return Endpoint(scheme, self.host, address, port_of(self.urls[scheme]), http)

    def unseen(self, scheme: str, address: str, why: Missing) -> Endpoint:
        """Return the endpoint of a scheme that could not be looked at."""
        if scheme not in WEB:
            return replace(self.without_pages(scheme, address), tls=why)
        endpoint = self.endpoint(scheme, address, why)
        deep = why if "deep" in self.grants else None
        return replace(endpoint, tls=why, deep=deep) if scheme == "https" else endpoint

    def without_pages(self, scheme: str, address: str) -> Endpoint:
        """Return the endpoint of a scheme at which there is only TLS to look at."""
        return self.endpoint(scheme, address, Missing(MissingKind.NOT_ASKED))


class Visit:
    """One visit to one address of a site; its clock starts now."""

    def __init__(self, site: Site, address: str) -> None:
        self._site = site
        self._address = address
        self._deadline = asyncio.get_running_loop().time() + site.limits.site_timeout
        self._followed: dict[str, Followed] = {}

    async def endpoints(self) -> tuple[Endpoint, ...]:
        """Look at HTTP and HTTPS side by side; what is asked besides goes where HTTPS answers."""
        found = await asyncio.gather(*(self._endpoint(scheme) for scheme in self._site.urls))
        if all(isinstance(end.http, Missing) for end in found if end.scheme == "https"):
            asked = [await self._with_resources(end) for end in found]
            found = [await self._with_exposure(end) for end in asked]
        return tuple(self._paid(end) for end in found)

    async def chains(self) -> tuple[Endpoint, ...]:
        """Follow the redirects from each first URL, and ask nothing besides."""
        found = await asyncio.gather(*(self._pages(scheme) for scheme in self._site.urls))
        return tuple(self._paid(end) for end in found)

    async def brief(self) -> tuple[Endpoint, ...]:
        """Send a few hellos, to see whether a further address of the name is as the others."""
        scheme = next(scheme for scheme in self._site.urls if scheme != "http")
        route = await self._route(scheme)
        found = route if isinstance(route, Missing) else await self._few_hellos(route, scheme)
        endpoint = self._site.without_pages(scheme, self._address)
        return (self._paid(replace(endpoint, tls=found, brief=True)),)

    async def _few_hellos(self, route: Route, scheme: str) -> Tls | Missing:
        return await self._in_time(self._look(route, scheme).brief())

    def _paid(self, endpoint: Endpoint) -> Endpoint:
        usage = self._site.connections.usage(endpoint.host, endpoint.address, endpoint.port)
        return replace(endpoint, usage=usage)

    async def _endpoint(self, scheme: str) -> Endpoint:
        if scheme not in WEB:
            return await self._service(scheme)
        return await (self._pages("http") if scheme == "http" else self._https())

    async def _pages(self, scheme: str) -> Endpoint:
        route = await self._route(scheme)
        exchange = route if isinstance(route, Missing) else await self._chain(scheme)
        return self._site.endpoint(scheme, self._address, exchange)

    async def _https(self) -> Endpoint:
        route = await self._route("https")
        if isinstance(route, Missing):
            return self._site.unseen("https", self._address, route)
        look = self._look(route, "https")
        shut = await self._in_time(look.knock())
        if shut is not None and shut.kind not in _TLS_ALONE:
            return self._site.unseen("https", self._address, shut)
        # Before the enumeration: a firewall that takes offence at it has shown its headers then.
        endpoint = self._site.endpoint("https", self._address, await self._chain("https"))
        endpoint = await self._with_resources(endpoint)
        tls = shut or await self._enumerate(look)
        endpoint = await self._with_exposure(replace(endpoint, tls=tls))
        return replace(endpoint, deep=await self._deep(route, tls))

    async def _service(self, scheme: str) -> Endpoint:
        """Look at a port without pages: TLS at once, or behind STARTTLS."""
        route = await self._route(scheme)
        if isinstance(route, Missing):
            return self._site.unseen(scheme, self._address, route)
        look = self._look(route, scheme)
        shut = await self._in_time(look.knock())
        endpoint = self._site.without_pages(scheme, self._address)
        return replace(endpoint, tls=shut or await self._enumerate(look))

    def _look(self, route: Route, scheme: str) -> Look:
        connections, limits = self._site.connections, self._site.limits
        if scheme in WEB:
            return Look(route, connections, limits)
        # Without ALPN: a server that knows other protocols has to refuse them (RFC 7301, 3.2).
        starttls = scheme if scheme in STARTTLS else ""
        return Look(route, connections, limits, starttls, protocols=())

    async def _deep(self, route: Route, tls: Tls | Missing) -> Deep | Missing | None:
        """Return what the ``deep`` grant lets us see; each part of it has a time of its own."""
        site = self._site
        if "deep" not in site.grants:
            return None
        if isinstance(tls, Missing):
            return tls
        asked = (site.connections, site.retriever, site.limits)
        try:
            return await deep_look(site.witness, route, *asked, tls.certificates)
        except OSError as fault:  # no socket or process is left for it
            return missing_of(fault)

    async def _enumerate(self, look: Look) -> Tls | Missing:
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
        url = self._site.urls[scheme]
        found = await self._in_time(self._site.retriever.follow(url, self._address))
        if isinstance(found, Missing):
            return found
        self._followed[scheme] = found
        return found.exchange

    async def _with_resources(self, endpoint: Endpoint) -> Endpoint:
        if isinstance(endpoint.http, Missing):
            return endpoint
        site, followed = self._site, self._followed[endpoint.scheme]
        page = page_of(site.host, followed)
        shown = await asyncio.to_thread(page_elements, followed)  # tenths of a second, if long
        besides = suggested(site.retriever, page, shown, site.limits)
        plan = questions(site.retriever, site.urls[endpoint.scheme], page, besides)
        found = await answers(plan, blocked(site.host, endpoint.http), self._ask)
        return replace(endpoint, resources=found)

    async def _with_exposure(self, endpoint: Endpoint) -> Endpoint:
        """Ask for what should not be there, last of all: a firewall may take offence at it.

        What is scored has been seen by then, so that a grant lowers no coverage.
        """
        site = self._site
        if isinstance(endpoint.http, Missing) or "exposure" not in site.grants:
            return endpoint
        followed = self._followed[endpoint.scheme]
        root, page = site.urls[endpoint.scheme], page_of(site.host, followed)
        shown = await asyncio.to_thread(page_elements, followed)
        plan = exposure_questions(site.retriever, root, page, shown, site.limits)
        hindrance = blocked(site.host, endpoint.http) or hindrance_in(endpoint.resources)
        found = await answers(plan, hindrance, self._ask)
        return replace(endpoint, resources=(*endpoint.resources, *found))

    async def _ask(self, question: Question, url: httpx.URL) -> Hop | Missing:
        return await self._in_time(question.ask(url, self._address))

    async def _in_time(self, asked: Awaitable[T]) -> T | Missing:
        try:
            async with asyncio.timeout_at(self._deadline):
                return await asked
        except TimeoutError:
            return Missing(MissingKind.TIMEOUT, "the time for this site is used up")
