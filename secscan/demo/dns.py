"""The name server of the demo city: one zone, over UDP, on a loopback address."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from secscan.demo.model import DemoSite

TTL = 300


class NameServer(asyncio.DatagramProtocol):
    """Answer for the names of the city; all others do not exist."""

    def __init__(self, zone: Mapping[str, tuple[dns.rrset.RRset, ...]], signed: frozenset[str]):
        self._zone = zone
        self._signed = signed
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to answer with."""
        # Before Python 3.12 asyncio's own datagram transport is no DatagramTransport by class.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one query; what is no query gets no answer."""
        try:
            query = dns.message.from_wire(data)
            response = dns.message.make_response(query)
        except dns.exception.DNSException:
            return
        self._fill(response)
        if self._transport is not None:
            self._transport.sendto(response.to_wire(), addr)

    def _fill(self, response: dns.message.Message) -> None:
        response.flags |= dns.flags.RA
        if not response.question:
            response.set_rcode(dns.rcode.FORMERR)
            return
        question = response.question[0]
        if question.name == dns.name.root:
            response.flags |= dns.flags.AD  # it validates: what has no AD below is not signed
            return
        name = question.name.to_text(omit_final_dot=True).lower()
        if name in self._signed:
            response.flags |= dns.flags.AD
        if name in self._zone:
            records = self._zone[name]
            response.answer = [row for row in records if row.rdtype == question.rdtype]
        elif not any(known.endswith(f".{name}") for known in self._zone):
            response.set_rcode(dns.rcode.NXDOMAIN)


def name_server(sites: Iterable[DemoSite], addresses: Mapping[str, str]) -> NameServer:
    """Return the name server for the sites that resolve; ``addresses`` is by site id."""
    named = [site for site in sites if site.resolves]
    zone = {site.host: _records(site, addresses[site.id]) for site in named}
    zone |= {_twin(site): _twin_records(site, addresses[site.id]) for site in named if site.www}
    return NameServer(zone, frozenset(site.host for site in named if site.dnssec))


def _records(site: DemoSite, address: str) -> tuple[dns.rrset.RRset, ...]:
    records = [_record(site.host, "A", address)]
    if site.ipv6:
        records.append(_record(site.host, "AAAA", "::1"))  # the register's pin is dialled instead
    if site.caa:
        records.append(_record(site.host, "CAA", *site.caa))
    return tuple(records)


def _twin(site: DemoSite) -> str:
    """Return the name with www added or dropped."""
    bare = site.host.removeprefix("www.")
    return bare if bare != site.host else f"www.{site.host}"


def _twin_records(site: DemoSite, address: str) -> tuple[dns.rrset.RRset, ...]:
    return (_record(_twin(site), "A", address),)


def _record(host: str, kind: str, *texts: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(dns.name.from_text(host), TTL, "IN", kind, *texts)
