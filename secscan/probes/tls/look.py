"""The plan of one look at one TLS endpoint.

An ordinary greeting comes first and last: where the last one fails, the server has taken offence,
and what was not learnt until then stays unknown.
"""

import asyncio
from dataclasses import replace

from secscan.evidence import Answer, Missing, MissingKind, Purpose, Tls
from secscan.evidence.tls import Reply
from secscan.parsing.parameters import GROUPS
from secscan.probes.connect import Connections, Route
from secscan.probes.limits import Limits
from secscan.probes.tls.elimination import Elimination
from secscan.probes.tls.extras import Extras
from secscan.probes.tls.log import Log, unspoken
from secscan.probes.tls.offer import Offer
from secscan.probes.tls.offers import WEAK, chunks, ordinary
from secscan.probes.tls.secrets import SHARED

_AGAIN = (MissingKind.REFUSED, MissingKind.NOT_TLS)
"""What is proof of absence when it comes at every one of several spaced tries."""

_INTOLERANT = (MissingKind.TLS_FAILURE, MissingKind.RESET)
"""What an older or odder greeting may yet get past."""

_EXTRAS = 16
"""Hellos that are kept back for what verdicts depend on when every suite is known."""


class Look:
    """One look: ``knock`` first, then ``enumerate``; or ``brief``, for a further address.

    ``starttls`` is the protocol in which TLS is asked for (``smtp``, ``imap``), or "" where it
    begins at once; ``protocols`` are offered by ALPN.
    """

    def __init__(
        self,
        route: Route,
        connections: Connections,
        limits: Limits,
        starttls: str = "",
        protocols: tuple[str, ...] = ("h2", "http/1.1"),
    ) -> None:
        self._limits = limits
        self._log = Log(route, connections, limits, starttls)
        self._greetings = ordinary(protocols)
        self._greeting = self._greetings[0]

    async def knock(self) -> Missing | None:
        """Greet as any client would; return why there is nothing to enumerate, or None."""
        missing = None
        for attempt in range(self._limits.tries):
            if attempt:
                await asyncio.sleep(self._limits.try_spacing)
            missing = await self._greet_somehow()
            if missing is None or missing.kind not in _AGAIN:
                return missing
        return missing and replace(missing, tries=self._limits.tries)

    async def enumerate(self) -> Tls:
        """Find everything out, then see whether an ordinary client still gets in."""
        most = self._limits.tls_connections - 1  # the last greeting is kept back
        elimination = Elimination(self._log, most - _EXTRAS, self._greeting)
        await elimination.run()
        extras = Extras(self._log, most, self._greeting, elimination.note)
        await asyncio.gather(elimination.more(most), extras.run(), self._nameless())
        await elimination.settle(self._limits.try_spacing, self._greet)
        await elimination.fields(self._limits.tls_details)
        await self._greet()
        return self._log.tls()

    async def brief(self) -> Tls | Missing:
        """Send three hellos, which show whether this address differs from the others."""
        missing = unspoken(await self._greet())
        if missing is not None:
            return missing
        for offer in (chunks("TLS 1.1")[0], WEAK):
            await self._send(Purpose.SUITES, offer)
        return self._log.tls()

    def cut_short(self) -> Tls:
        """Return what was learnt until the time for the site was used up."""
        return self._log.tls()

    async def _greet_somehow(self) -> Missing | None:
        """Greet in one way after the other until one is answered; keep to that one then."""
        first: Missing | None = None
        for greeting in self._greetings:
            self._greeting = greeting
            reply = await self._greet()
            missing = unspoken(reply)
            if missing is None:
                await self._meet(reply)
                return None
            first = first or missing
            if missing.kind not in _INTOLERANT:
                break
        self._greeting = self._greetings[0]
        return first

    async def _meet(self, reply: Reply) -> None:
        """Greet once more with the group that the server asked for, to see its certificates."""
        if isinstance(reply, Answer) and reply.retried:
            wanted = [code for code in SHARED if GROUPS[code] == reply.group]
            if wanted and self._greeting.share not in wanted:
                self._greeting = replace(self._greeting, share=wanted[0])
                await self._greet()

    async def _nameless(self) -> None:
        if self._greeting.named:
            offer = replace(self._greeting, named=False)
            await self._log.send(Purpose.NAMELESS, offer, self._limits.tls_connections - 1)

    async def _greet(self) -> Reply:
        return await self._send(Purpose.ORDINARY, self._greeting)

    async def _send(self, purpose: Purpose, offer: Offer) -> Reply:
        return await self._log.send(purpose, offer, self._limits.tls_connections)
