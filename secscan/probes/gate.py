"""Who may connect when, and how often: shared platforms make many names one machine."""

import asyncio
from collections import defaultdict

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
        return self._turns[address]

    def connection(self, address: str) -> asyncio.Semaphore:
        """Return what to hold while one connection to this address is open."""
        return self._connections[address]


def _semaphore() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)
