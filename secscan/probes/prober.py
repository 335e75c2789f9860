"""The prober of a run: it takes a target and gives back evidence, whatever happens."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import zip_longest
from urllib.parse import quote

import httpx

from secscan import __version__
from secscan.evidence import (
    Dns,
    Endpoint,
    Missing,
    MissingKind,
    Scanner,
    Service,
    SiteEvidence,
    Target,
)
from secscan.evidence.schemes import PORTS, WEB, service_place
from secscan.parsing.addresses import refusal
from secscan.probes.collect import Site, Visit
from secscan.probes.connect import Connections, Routes, best, split_address
from secscan.probes.dns import Addresses, Names
from secscan.probes.faults import UnseenError, missing_of
from secscan.probes.gate import Gate
from secscan.probes.greetings import Call, calls, greetings, service_urls
from secscan.probes.http import Retriever, legacy_context
from secscan.probes.limits import Limits
from secscan.probes.local import source_addresses
from secscan.probes.request import host_of, port_of
from secscan.probes.twin import Twin, find_twin
from secscan.probes.witness import Opinion, Witness, ask_opinion

_FURTHER = 4
"""Addresses of a name that are sent a few hellos, besides one IPv4 and one IPv6 address."""

log = logging.getLogger(__name__)


class Prober:
    """Looks at sites for one run, on one event loop, gently.

    What a run must share is here: who may connect to which address, and each DNS answer.
    """

    def __init__(self, limits: Limits | None = None, contact: str = "") -> None:
        self._limits = limits or Limits()
        self._sources = source_addresses()
        self._gate = Gate()
        self._context = legacy_context()
        self._without_alpn = legacy_context(())
        self._names: dict[str | None, Names] = {}
        self.families: tuple[str, ...] = tuple(self._sources)
        """The address families with which the scanner reaches the public internet."""
        self.user_agent = user_agent(contact)
        """Who we say we are, and whom to call about it."""
        self._witness = Witness(self.user_agent)

    @property
    def scanner(self) -> Scanner:
        """Return who looks, as each site's evidence keeps it."""
        return Scanner(__version__, self.user_agent, self.families)

    def addresses(self) -> tuple[str, ...]:
        """Return the scanner's own addresses."""
        return tuple(self._sources.values())

    def description(self) -> str:
        """Return who looks and from which addresses, as the run keeps it."""
        return f"{self.user_agent}, {', '.join(self.addresses()) or 'loopback only'}"

    async def collect(self, target: Target) -> SiteEvidence:
        """Return all that one look at a site received. Only cancellation is ever raised."""
        at = datetime.now(UTC)
        try:
            site = self._site(target)
        except (httpx.InvalidURL, ValueError) as fault:
            return self.unseen(target, at, missing_of(fault))
        try:
            seen = await self._look(site, target)
        except Exception as fault:  # a fault of ours costs neither the run nor other sites
            log.exception("the probes failed on %s", target.site_id)
            return self.unseen(target, at, Missing(MissingKind.SCANNER_FAULT, repr(fault)))
        return replace(
            self.unseen(target, at, None),
            dns=seen.dns,
            endpoints=seen.endpoints,
            twin=seen.twin,
            services=seen.services,
        )

    async def second_opinion(self, target: Target, endpoint: Endpoint) -> Opinion | Missing:
        """Return what sslyze says of an endpoint of a target, over hundreds of connections."""
        site = self._site(target)
        try:
            route = await site.routes.find(endpoint.host, endpoint.port, endpoint.address)
            return await ask_opinion(self._witness, route, site.connections, self._limits)
        except (UnseenError, OSError) as fault:
            return missing_of(fault)

    async def close(self) -> None:
        """End what was started for looking: the run is over."""
        await self._witness.close()

    def unseen(self, target: Target, at: datetime, why: Missing | None) -> SiteEvidence:
        """Return the evidence of a site that was not looked at, for this reason."""
        return SiteEvidence(
            site_id=target.site_id,
            url=target.url,
            observed_at=at,
            scanner=self.scanner,
            grants=tuple(sorted(target.grants)),
            dns=why or Missing(MissingKind.NOT_ASKED),
            endpoints=(),
            state=why,
        )

    def _site(self, target: Target, twin: str = "", served_with: str = "") -> Site:
        """Return what the visits to a site share, or those to its twin.

        A pin holds for the site's name, and for the other one that is served with it.
        """
        asked = host_of(httpx.URL(target.url))
        # What the twin answers is told by its heads; its page is the site's, or nobody's.
        kept = self._limits.resource_bytes if twin else self._limits.body_bytes
        limits = replace(self._limits, body_bytes=kept)
        host, other = (twin, asked) if twin else (asked, served_with)
        routes = Routes(host, target.connect, self._names_of(target).addresses, other)
        connections = Connections(self._gate, limits)
        retriever = Retriever(routes, connections, self._context, self.user_agent, limits, asked)
        return Site(
            host,
            _urls(target.url, host),
            target.grants,
            routes,
            connections,
            retriever,
            self._witness,
            limits,
        )

    def _names_of(self, target: Target) -> Names:
        if target.resolver not in self._names:
            server = split_address(target.resolver) if target.resolver else None
            self._names[target.resolver] = Names(server, self._limits)
        return self._names[target.resolver]

    async def _look(self, site: Site, target: Target) -> "_Seen":
        """Return what DNS says, what the site answers, and its twin and services beside it."""
        names = self._names_of(target)
        full, further = await self._addresses(site, target, names)
        pinned = bool(target.connect)
        if pinned and (found := await self._find_twin(site, target, full)):
            site = self._site(target, served_with=found.host)
        visits = [self._visit(site, address, pinned) for address in full]
        visits += [self._brief_visit(site, address) for address in further]
        dns, (twin, paid), services, ends = await asyncio.gather(
            names.evidence(site.host),
            self._twin(site, target, full),
            self._services(site, target, full),
            asyncio.gather(*visits),
        )
        return _Seen(dns, tuple(_with(paid, end) for part in ends for end in part), twin, services)

    async def _addresses(
        self, site: Site, target: Target, names: Names
    ) -> tuple[list[str], list[str]]:
        """Return the addresses that are looked at in full, and those in brief."""
        if target.connect:
            ports = [port_of(url) for url in site.urls.values()]
            pins = [target.connect[port] for port in ports if port in target.connect]
            return list(dict.fromkeys(split_address(pin)[0] for pin in pins)), []
        found = await names.addresses(site.host)
        addresses = [best(family) for family in (found.ipv4, found.ipv6) if family]
        return addresses, self._further(found, addresses)

    async def _twin(
        self, site: Site, target: Target, seen: Sequence[str]
    ) -> tuple[tuple[Endpoint, ...], Connections]:
        """Return what the twin answers at one address, and what that took."""
        found = await self._find_twin(site, target, seen)
        if found is None:
            return (), Connections(self._gate, self._limits)
        twin = self._site(target, found.host)
        why = found.fault or (None if target.connect else self._hindrance(found.address))
        if why is not None:
            ends = tuple(twin.endpoint(scheme, found.address, why) for scheme in twin.urls)
        else:
            async with self._gate.turn(found.address):
                ends = await Visit(twin, found.address).chains()
        return ends, twin.connections

    async def _find_twin(self, site: Site, target: Target, seen: Sequence[str]) -> Twin | None:
        """Return the twin of a site with pages, and where it may be asked."""
        pinned = bool(target.connect)
        near = next((one for one in seen if pinned or self._hindrance(one) is None), "")
        if not near or site.urls.keys().isdisjoint(WEB):
            return None
        return await find_twin(site.host, self._names_of(target), near, pinned)

    async def _services(
        self, site: Site, target: Target, seen: Sequence[str]
    ) -> tuple[Service, ...]:
        """Return how the services that the register names greet, address by address."""
        unknown: list[Service] = []
        by_address: defaultdict[tuple[str, bool], list[Call]] = defaultdict(list)
        for url in service_urls(target):
            pinned = bool(target.connect) and service_place(url)[1] == site.host
            names = self._names_of(target)
            found = await calls(url, site.routes if pinned else None, names, seen)
            if isinstance(found, Service):
                unknown.append(found)
                continue
            for call in found:
                by_address[call.route.address, call.route.pinned].append(call)
        read = await asyncio.gather(*(self._greetings(each) for each in by_address.values()))
        return (*unknown, *(service for part in read for service in part))

    async def _greetings(self, called: Sequence[Call]) -> tuple[Service, ...]:
        """Return how services at one address greet."""
        route = called[0].route
        why = None if route.pinned else self._hindrance(route.address)
        if why is not None:
            return tuple(call.service(why) for call in called)
        # Counted apart from the site's own: a mail server's port is looked at for its TLS as well.
        connections = Connections(self._gate, self._limits)
        async with self._gate.turn(route.address):
            return await greetings(called, connections, self._without_alpn, self._limits)

    def _further(self, found: Addresses, seen: Sequence[str]) -> list[str]:
        """Return what else may be dialled of a name's addresses, families in turn."""
        pairs = zip_longest(found.ipv4, found.ipv6)
        others = (address for pair in pairs for address in pair if address and address not in seen)
        return [one for one in others if self._hindrance(one) is None][:_FURTHER]

    async def _visit(self, site: Site, address: str, pinned: bool) -> tuple[Endpoint, ...]:
        why = None if pinned else self._hindrance(address)
        if why is not None:
            return tuple(site.unseen(scheme, address, why) for scheme in site.urls)
        async with self._gate.turn(address):
            return await Visit(site, address).endpoints()

    async def _brief_visit(self, site: Site, address: str) -> tuple[Endpoint, ...]:
        async with self._gate.turn(address):
            return await Visit(site, address).brief()

    def _hindrance(self, address: str) -> Missing | None:
        refused = refusal(address)
        if refused is not None:
            return Missing(MissingKind.ADDRESS_REFUSED, f"{address}: {refused}")
        family = "IPv6" if ":" in address else "IPv4"
        if family not in self.families:
            return Missing(MissingKind.NO_ADDRESS_FAMILY, f"the scanner has no {family}")
        return None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one look at a site brought."""

    dns: Dns | Missing
    endpoints: tuple[Endpoint, ...]
    twin: tuple[Endpoint, ...]
    services: tuple[Service, ...]


def user_agent(contact: str) -> str:
    """Return who we say we are; a contact that is not ASCII is percent-encoded (RFC 9110, 5.5)."""
    told = quote(contact, safe=" @:/+.,;-_~?=&", errors="replace")
    return f"secscan/{__version__} (+{told})" if told else f"secscan/{__version__}"


def _with(paid: Connections, end: Endpoint) -> Endpoint:
    """Return an endpoint with what was paid for it besides."""
    return replace(end, usage=end.usage + paid.usage(end.host, end.address, end.port))


def _urls(text: str, host: str) -> dict[str, httpx.URL]:
    """Return the URL to begin with for each scheme, at this host.

    A port of its own belongs to the scheme it stands with: behind http:// it takes the place of
    80, and an https:// URL with one has no plain twin. What is no web site has no twin at all.
    """
    url = httpx.URL(text).copy_with(userinfo=b"", fragment=None)
    if url.scheme not in PORTS or not host_of(url) or not port_of(url):
        raise ValueError(f"not a URL to scan: {text[:100]}")
    url = url.copy_with(host=host)
    if url.scheme == "http":
        return {"http": url, "https": url.copy_with(scheme="https", port=None)}
    if url.port is not None or url.scheme not in WEB:
        return {url.scheme: url}
    return {"http": url.copy_with(scheme="http"), "https": url}
