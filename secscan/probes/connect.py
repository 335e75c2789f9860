"""Where to connect, whether we may, and the one place that does it."""

import asyncio
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from secscan.evidence import Missing, MissingKind, Usage
from secscan.parsing.addresses import refusal
from secscan.probes.dns import Addresses
from secscan.probes.faults import UnseenError
from secscan.probes.gate import Gate
from secscan.probes.limits import Limits


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint and the port that is dialled for it; ``pinned`` by the register, or public."""

    host: str
    address: str
    port: int
    dial_port: int
    pinned: bool = False

    @property
    def endpoint(self) -> tuple[str, str, int]:
        """Return who pays for a connection: host name, address and nominal port."""
        return self.host, self.address, self.port


def split_address(text: str) -> tuple[str, int]:
    """Split "address:port", where an IPv6 address may stand in brackets."""
    address, _, port = text.rpartition(":")
    return address.strip("[]"), int(port)


class Routes:
    """Finds the route to each URL of one site's scan, from its pins or from the DNS answers.

    The pins hold for its host, and for an ``other`` one that is known to be served with it.
    """

    def __init__(
        self,
        host: str,
        pins: Mapping[int, str],
        resolve: Callable[[str], Awaitable[Addresses]],
        other: str = "",
    ) -> None:
        self._host = host
        self._pins = pins
        self._pinned_hosts = (host, other) if pins else ()
        self._resolve = resolve

    async def find(self, host: str, port: int, near: str) -> Route:
        """Return the route to a host and port, at the address ``near`` or of its family."""
        if host in self._pinned_hosts:
            return self._pinned(host, port)
        address = near if host == self._host else await self._address(host, near)
        return Route(host, address, port, port)

    def _pinned(self, host: str, port: int) -> Route:
        if port not in self._pins:
            unknown = Missing(MissingKind.UNREACHABLE, f"connect does not name port {port}")
            raise UnseenError(unknown)
        address, dial_port = split_address(self._pins[port])
        return Route(host, address, port, dial_port, pinned=True)

    async def _address(self, host: str, near: str) -> str:
        found = await self._resolve(host)
        address = nearest(found, near)
        if address is None:
            nothing = Missing(MissingKind.DNS_FAILURE, f"{host} has no address")
            raise UnseenError(found.fault or nothing)
        return address


def nearest(found: Addresses, near: str) -> str | None:
    """Return the address of a name to dial, of the family of ``near`` where it has one."""
    families = (found.ipv6, found.ipv4) if ":" in near else (found.ipv4, found.ipv6)
    candidates = [*families[0], *families[1]]
    return best(candidates) if candidates else None


def best(addresses: Sequence[str]) -> str:
    """Return the first address that may be dialled, or the first, which then is refused."""
    return next((address for address in addresses if refusal(address) is None), addresses[0])


class Connections:
    """Opens every connection of one site's scan, and counts what each endpoint's owner paid."""

    def __init__(self, gate: Gate, limits: Limits) -> None:
        self._gate = gate
        self._limits = limits
        self._usage: defaultdict[tuple[str, str, int], Usage] = defaultdict(Usage)
        self._silent: dict[tuple[str, int], Missing] = {}

    def usage(self, host: str, address: str, port: int) -> Usage:
        """Return what looking at this endpoint has cost so far."""
        return self._usage[host, address, port]

    @asynccontextmanager
    async def tls(self, route: Route, most: int) -> AsyncIterator[socket.socket]:
        """Open a connection to look at TLS, while the endpoint has had fewer than ``most``."""
        used = self._usage[route.endpoint]
        _within(used.tls_connections, most, "TLS connections")
        used = replace(used, tls_connections=used.tls_connections + 1)
        self._usage[route.endpoint] = used
        async with self._open(route) as opened:
            yield opened

    @asynccontextmanager
    async def request(
        self, route: Route, most: int, granted: int = 0
    ) -> AsyncIterator[socket.socket]:
        """Open a connection for one request, while the endpoint has had fewer than ``most``.

        A grant allows so many connections more.
        """
        used = self._usage[route.endpoint]
        _within(used.requests, most, "requests")
        _within(used.other_connections, self._limits.other_connections + granted, "connections")
        self._usage[route.endpoint] = replace(
            used, requests=used.requests + 1, other_connections=used.other_connections + 1
        )
        async with self._open(route) as opened:
            yield opened

    @asynccontextmanager
    async def _open(self, route: Route) -> AsyncIterator[socket.socket]:
        address = route.address
        # Checked here, on the literal address, so that no name can change after the check.
        why = None if route.pinned else refusal(address)
        if why is not None:
            raise UnseenError(Missing(MissingKind.ADDRESS_REFUSED, f"{address}: {why}"))
        async with self._gate.connection(address):
            opened = await self._dial(address, route.dial_port)
            try:
                yield opened
            finally:
                opened.close()

    async def _dial(self, address: str, port: int) -> socket.socket:
        if (address, port) in self._silent:
            raise UnseenError(self._silent[address, port])
        dialled = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        try:
            dialled.setblocking(False)
            async with asyncio.timeout(self._limits.connect_timeout):
                await asyncio.get_running_loop().sock_connect(dialled, (address, port))
        except TimeoutError:
            dialled.close()
            silent = Missing(MissingKind.TIMEOUT, "no answer to the connection")
            self._silent[address, port] = silent
            raise UnseenError(silent) from None
        except BaseException:
            dialled.close()
            raise
        return dialled


def _within(used: int, most: int, what: str) -> None:
    if used >= most:
        raise UnseenError(Missing(MissingKind.OVER_BUDGET, f"{used} {what}"))
