"""Who may connect when, and how often: shared platforms make many names one machine."""

import asyncio
from collections import defaultdict
from ipaddress import IPv6Address, ip_address

AT_ONCE = 2
"""Connections to one address at once, across all names on it."""


class Gate:
    """Keeps a whole run gentle to each address; one run, and so one event loop, shares it."""

    def __init__(self) -> None:
        self._turns: defaultdict[str, asyncio.Semaphore] = defaultdict(_semaphore)
        self._connections: defaultdict[str, asyncio.Semaphore] = defaultdict(_semaphore)

    def turn(self, address: str) -> asyncio.Semaphore:
        """Return what to hold while a site at this address is looked at.

        A site's clock starts with its turn: no site may run out of time because a hundred
        others on the same platform wait for the same two connections.
        """
        return self._turns[_machine(address)]

    def connection(self, address: str) -> asyncio.Semaphore:
        """Return what to hold while one connection to this address is open."""
        return self._connections[_machine(address)]


def _machine(address: str) -> str:
    """Return an address in its one form: an IPv4-mapped one is the IPv4 address itself."""
    found = ip_address(address)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


def _semaphore() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)
