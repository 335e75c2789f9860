"""What is asked when versions and suites are known: order, signatures, fallback, certificates."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from secscan.evidence import Answer, Purpose
from secscan.evidence.tls import Reply
from secscan.parsing.parameters import CODES, SIGNATURES, SUITES
from secscan.parsing.suites import is_ephemeral
from secscan.probes.tls.log import Log
from secscan.probes.tls.offer import Offer
from secscan.probes.tls.offers import AT_ONCE, KINDS_OF_KEY, WEAK_SIGNATURES, strongest_first

_VERSIONS = ("TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0", "SSLv3")


class Extras:
    """Asks what a server does with what it accepts; one hello for each question."""

    def __init__(
        self,
        log: Log,
        most: int,
        greeting: Offer,
        note: Callable[[Purpose, Offer, Reply], None],
    ) -> None:
        self._log = log
        self._most = most
        self._greeting = greeting
        self._note = note
        self._accepted = log.tls().accepted()

    async def run(self) -> None:
        """Ask what applies, side by side."""
        await asyncio.gather(
            self._order(), self._signatures(), self._fallback(), self._certificates()
        )

    async def _order(self) -> None:
        """Offer what is accepted, weakest first: who then chooses otherwise has an order."""
        version = next((v for v in _VERSIONS[1:] if v in self._accepted), None)
        if version is None:
            return
        known = strongest_first(CODES[name] for name in self._accepted[version])
        weakest = tuple(reversed(known))
        reply = await self._send(Purpose.ORDER, Offer(version, weakest[:AT_ONCE], compression=True))
        chosen = CODES.get(reply.suite) if isinstance(reply, Answer) else None
        chacha20 = tuple(code for code in known if "CHACHA20" in SUITES[code])
        if chacha20 and len(known) > len(chacha20) and chosen not in (weakest[0], *chacha20):
            others = tuple(code for code in known if code not in chacha20)
            await self._send(Purpose.CHACHA20, Offer(version, (chacha20 + others)[:AT_ONCE]))

    async def _signatures(self) -> None:
        """Offer only weak schemes: who has none of them must refuse (RFC 5246, 7.4.1.4.1)."""
        suites = tuple(
            CODES[name]
            for name in self._accepted.get("TLS 1.2", ())
            if is_ephemeral(name) and "PSK" not in name
        )
        schemes: tuple[int, ...] = WEAK_SIGNATURES
        while suites and schemes:
            offer = Offer("TLS 1.2", suites[:AT_ONCE], signatures=schemes)
            reply = await self._send(Purpose.SIGNATURES, offer)
            self._note(Purpose.SIGNATURES, offer, reply)
            signature = reply.signature if isinstance(reply, Answer) else ""
            used = {code & 0xFF00 for code in schemes if SIGNATURES[code] == signature}
            if not used:
                return
            # A server that takes SHA-224 may hide behind it that it takes SHA-1 too.
            schemes = tuple(code for code in schemes if code & 0xFF00 not in used)

    async def _fallback(self) -> None:
        """Pretend to have fallen back by one version (RFC 7507), where the server has an older."""
        older = [version for version in _VERSIONS if version in self._accepted][1:]
        if older:
            suites = tuple(CODES[name] for name in self._accepted[older[0]])
            await self._send(
                Purpose.FALLBACK, Offer(older[0], suites[: AT_ONCE - 1], fallback=True)
            )

    async def _certificates(self) -> None:
        """Ask a server that shows its certificates only encrypted for the other kind of key."""
        if "TLS 1.3" not in self._accepted or len(self._accepted) > 1:
            return
        seen = {_kind(answer.signature) for answer in self._log.tls().answers("TLS 1.3")}
        for kind, schemes in KINDS_OF_KEY.items():
            if kind not in seen:
                offer = replace(self._greeting, signatures=schemes)
                await self._log.send(Purpose.CERTIFICATES, offer, self._most)

    async def _send(self, purpose: Purpose, offer: Offer) -> Reply:
        style = replace(offer, plain=self._greeting.plain, named=self._greeting.named)
        return await self._log.send(purpose, style, self._most)


def _kind(scheme: str) -> str:
    return "RSA" if scheme.startswith("rsa") else "ECDSA" if scheme else ""
