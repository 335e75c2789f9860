"""The prober of a run: it takes a target and gives back evidence, whatever happens."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import zip_longest
from urllib.parse import quote

import httpx

from secscan import __version__
from secscan.evidence import (
    Endpoint,
    Missing,
    MissingKind,
    Scanner,
    SiteEvidence,
    Target,
)
from secscan.evidence.schemes import PORTS, WEB
from secscan.parsing.addresses import refusal
from secscan.probes.collect import Site, Visit
from secscan.probes.connect import Connections, Routes, best, split_address
from secscan.probes.dns import Addresses, Names
from secscan.probes.faults import UnseenError, missing_of
from secscan.probes.gate import Gate
from secscan.probes.http import Retriever, host_of, legacy_context, port_of
from secscan.probes.limits import Limits
from secscan.probes.local import source_addresses
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
            names = self._names_of(target)
            dns, endpoints = await asyncio.gather(
                names.evidence(site.host), self._endpoints(site, target, names)
            )
        except Exception as fault:  # a fault of ours costs neither the run nor other sites
            log.exception("the probes failed on %s", target.site_id)
            return self.unseen(target, at, Missing(MissingKind.SCANNER_FAULT, repr(fault)))
        return replace(self.unseen(target, at, None), dns=dns, endpoints=endpoints)

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

    def _site(self, target: Target) -> Site:
        urls = _urls(target.url)
        host = host_of(httpx.URL(target.url))
        routes = Routes(host, target.connect, self._names_of(target).addresses)
        connections = Connections(self._gate, self._limits)
        retriever = Retriever(routes, connections, self._context, self.user_agent, self._limits)
        return Site(
            host,
            urls,
            target.grants,
            routes,
            connections,
            retriever,
            self._witness,
            self._limits,
        )

    def _names_of(self, target: Target) -> Names:
        if target.resolver not in self._names:
            server = split_address(target.resolver) if target.resolver else None
            self._names[target.resolver] = Names(server, self._limits)
        return self._names[target.resolver]

    async def _endpoints(self, site: Site, target: Target, names: Names) -> tuple[Endpoint, ...]:
        if target.connect:
            ports = [port_of(url) for url in site.urls.values()]
            pins = [target.connect[port] for port in ports if port in target.connect]
            addresses = list(dict.fromkeys(split_address(pin)[0] for pin in pins))
            further: list[str] = []
        else:
            found = await names.addresses(site.host)
            addresses = [best(family) for family in (found.ipv4, found.ipv6) if family]
            further = self._further(found, addresses)
        visits = [self._visit(site, address, bool(target.connect)) for address in addresses]
        visits += [self._brief_visit(site, address) for address in further]
        return tuple(end for ends in await asyncio.gather(*visits) for end in ends)

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


def user_agent(contact: str) -> str:
    """Return who we say we are; a contact that is not ASCII is percent-encoded (RFC 9110, 5.5)."""
    told = quote(contact, safe=" @:/+.,;-_~?=&", errors="replace")
    return f"secscan/{__version__} (+{told})" if told else f"secscan/{__version__}"


def _urls(text: str) -> dict[str, httpx.URL]:
    """Return the URL to begin with for each scheme.

    A port of its own belongs to the scheme it stands with: behind http:// it takes the place of
    80, and an https:// URL with one has no plain twin. What is no web site has no twin at all.
    """
    url = httpx.URL(text).copy_with(userinfo=b"", fragment=None)
    if url.scheme not in PORTS or not host_of(url) or not port_of(url):
        raise ValueError(f"not a URL to scan: {text[:100]}")
    if url.scheme == "http":
        return {"http": url, "https": url.copy_with(scheme="https", port=None)}
    if url.port is not None or url.scheme not in WEB:
        return {url.scheme: url}
    return {"http": url.copy_with(scheme="http"), "https": url}
