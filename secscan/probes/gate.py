"""Who may connect when, and how often: shared platforms make many names one machine."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv6Address, ip_address

AT_ONCE = 2
"""Connections to one address at once, across all names on it."""

BURST = 40
"""Connections to one address that need not wait for each other: a site of its own."""

RATE = 6.0
"""Connections to one address in a second beyond the burst; so 100 in any ten seconds."""


class Pace:
    """A token bucket: says how long the next connection has to wait. Times are in seconds."""

    def __init__(self, burst: int = BURST, rate: float = RATE) -> None:
        self._rate = rate
        self._span = (burst - 1) / rate
        self._ready = float("-inf")

    def wait(self, now: float) -> float:
        """Take the next turn; return how long it is until then."""
        self._ready = max(self._ready, now - self._span) + 1 / self._rate
        return max(0.0, self._ready - 1 / self._rate - now)


class Gate:
    """Keeps a whole run gentle to each address; one run, and so one event loop, shares it."""

    def __init__(self) -> None:
        self._turns: defaultdict[str, asyncio.Semaphore] = defaultdict(_semaphore)
        self._connections: defaultdict[str, asyncio.Semaphore] = defaultdict(_semaphore)
        self._paces: defaultdict[str, Pace] = defaultdict(Pace)

    def turn(self, address: str) -> asyncio.Semaphore:
        """Return what to hold while a site at this address is looked at.

        A site's clock starts with its turn: no site may run out of time because a hundred
        others on the same platform wait for the same two connections.
        """
        return self._turns[_machine(address)]

    @asynccontextmanager
    async def connection(self, address: str) -> AsyncIterator[None]:
        """Hold one of the connections to this address, when its turn has come."""
        machine = _machine(address)
        async with self._connections[machine]:
            if not ip_address(machine).is_loopback:  # which is nobody else's
                await asyncio.sleep(self._paces[machine].wait(asyncio.get_running_loop().time()))
            yield


def _machine(address: str) -> str:
    """Return an address in its one form: an IPv4-mapped one is the IPv4 address itself."""
    found = ip_address(address)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


def _semaphore() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)
