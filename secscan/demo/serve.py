"""One process that is the whole city: every site on a loopback address of its own.

Ports are the kernel's choice, so that two cities can stand at once. A closed port is bound and
not listened on: it refuses, and nobody else can take it meanwhile.
"""

import asyncio
import json
import socket
import ssl
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from secscan.demo.city import SITES
from secscan.demo.dns import name_server
from secscan.demo.http import Connection, Greeting, Silence
from secscan.demo.model import DemoSite, Port
from secscan.demo.tls import Secured

LONGEST_LIFE = 3600
"""Seconds after which the city ends even if nobody asks it to."""

RESOLVER_ADDRESS = "127.77.0.53"


@dataclass(frozen=True, slots=True)
class House:
    """An address and the sites that answer there; the first also answers to unknown names."""

    address: str
    sites: tuple[DemoSite, ...]

    @property
    def first(self) -> DemoSite:
        """Return the site that the address belongs to."""
        return self.sites[0]


def houses(sites: Sequence[DemoSite]) -> list[House]:
    """Give each site that is nobody's neighbour or tenant an address; the others move in."""
    owners = [site for site in sites if site.landlord is None]
    return [
        House(
            f"127.77.{number}.1",
            (owner, *(site for site in sites if site.landlord == owner.id)),
        )
        for number, owner in enumerate(owners, start=1)
    ]


async def serve(certificates: Path) -> None:
    """Serve the city until stdin ends; say on stdout, in one line of JSON, where it is."""
    loop = asyncio.get_running_loop()
    now = datetime.now(UTC)
    connect: dict[str, dict[str, str]] = {}
    kept: list[socket.socket] = []
    addresses: dict[str, str] = {}
    for house in houses(SITES):
        plain, secure, shell = (_bind(house.address) for _ in range(3))
        kept += [plain, secure, shell]
        if house.first.ssh:
            greet = partial(Greeting, house.first.ssh)
            await loop.create_server(greet, sock=shell, backlog=256)
        await _open(house, house.first.port_80, plain, None, now)
        await _open(house, house.first.port_443, secure, certificates, now)
        for site in house.sites:
            connect[site.id] = {"80": _where(plain), "443": _where(secure)}
            if site.ssh:
                connect[site.id]["22"] = _where(shell)
            addresses[site.id] = house.address
    transport, _ = await loop.create_datagram_endpoint(
        lambda: name_server(SITES, addresses), (RESOLVER_ADDRESS, 0)
    )
    host, port = transport.get_extra_info("sockname")
    print(json.dumps({"resolver": f"{host}:{port}", "connect": connect}), flush=True)
    await _stdin_ends()


def main(certificates: Path) -> None:
    """Run the city; end with it, with whoever started it, or after an hour."""
    try:
        asyncio.run(asyncio.wait_for(serve(certificates), LONGEST_LIFE))
    except TimeoutError:
        pass
    except OSError as fault:
        print(json.dumps({"fault": str(fault)}), flush=True)


def _bind(address: str) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.bind((address, 0))
    return bound


def _where(bound: socket.socket) -> str:
    host, port = bound.getsockname()
    return f"{host}:{port}"


async def _open(
    house: House, port: Port, bound: socket.socket, certificates: Path | None, now: datetime
) -> None:
    """Listen on a port of a house; with a folder of certificates, in TLS where it speaks it."""
    if port is Port.CLOSED:
        return
    secure = certificates is not None and port is Port.SITE
    sites = {site.host: site for site in house.sites}

    def talk() -> asyncio.Protocol:
        return Connection(sites, house.first, secure=secure, now=now)

    protocol: Callable[[], asyncio.Protocol] = Silence if port is Port.SILENT else talk
    if certificates is not None and secure:
        context = _context_of_house(house, certificates)
        protocol = partial(Secured, context, talk)
    await asyncio.get_running_loop().create_server(protocol, sock=bound, backlog=256)


def _context_of_house(house: House, certificates: Path) -> ssl.SSLContext:
    """Return the TLS settings of the first site, with each site's certificate by SNI."""
    contexts = {site.host: _context(site, certificates) for site in house.sites}
    context = contexts[house.first.host]
    context.sni_callback = _by_name(contexts)
    return context


def _by_name(
    contexts: Mapping[str, ssl.SSLContext],
) -> Callable[[ssl.SSLObject, str | None, ssl.SSLContext], None]:
    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name is not None and name in contexts:
            connection.context = contexts[name]

    return choose


def _context(site: DemoSite, certificates: Path) -> ssl.SSLContext:
    lowest, highest, suites = site.protocols.value
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # Security level 0 is for loading weak keys; which suites are offered is said by name.
    context.set_ciphers(f"{suites or 'DEFAULT'}:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion[lowest]
    context.maximum_version = ssl.TLSVersion[highest]
    context.num_tickets = 0
    context.load_cert_chain(certificates / f"{site.id}.pem")
    return context


async def _stdin_ends() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while await reader.read(1024):
        pass
