"""TLS by elimination: offer all, strike what was chosen, repeat until the offer is refused.

One handshake a suite would cost its owner hundreds of connections, and rate limiters answer that
with silence. This drives nassl, the OpenSSL binding of sslyze.
"""

import asyncio
import socket
import ssl
from dataclasses import replace

from nassl._nassl import OpenSSLError, WantReadError
from nassl.ephemeral_key_info import DhEphemeralKeyInfo, EcDhEphemeralKeyInfo
from nassl.ssl_client import BaseSslClient

from secscan.evidence import Answer, Closed, Hello, Missing, MissingKind, Refused, Tls
from secscan.probes.connect import Connections, Route
from secscan.probes.faults import missing_of
from secscan.probes.limits import Limits
from secscan.probes.offers import IANA, VERSIONS, Offer, offers, ordinary

# What OpenSSL says when the other side answers with something that was not offered.
_REFUSALS = ("alert", "unsupported protocol", "wrong version number", "wrong ssl version")

_WIRE_VERSIONS = {b"\3\0": "SSLv3", b"\3\1": "TLS 1.0", b"\3\2": "TLS 1.1", b"\3\3": "TLS 1.2"}

_Reply = Answer | Refused | Closed | Missing

_CHUNK = 4096  # what nassl itself gives a BIO at once
_MOST_BYTES = 262_144  # of a handshake: OpenSSL itself takes a chain of 100 kB at most
_HEAD = 512  # of the server's first bytes: enough for a warning alert and a ServerHello


class Look:
    """One look at one TLS endpoint: ``knock`` first, then ``enumerate``."""

    def __init__(self, route: Route, connections: Connections, limits: Limits) -> None:
        self._route = route
        self._connections = connections
        self._limits = limits
        self._ordinary = ordinary(legacy=False)
        self._hellos: list[Hello] = []
        self._certificates: tuple[bytes, ...] = ()

    async def knock(self) -> Missing | None:
        """Shake hands as any client would; return why there is nothing to enumerate, or None."""
        missing = None
        for attempt in range(self._limits.tries):
            if attempt:
                await asyncio.sleep(self._limits.try_spacing)
            missing = _unspoken(await self._first())
            if missing is None or missing.kind not in (MissingKind.REFUSED, MissingKind.NOT_TLS):
                return missing
        return missing and replace(missing, tries=self._limits.tries)

    async def enumerate(self) -> Tls | Missing:
        """Find every version and suite, then see that an ordinary client still gets in."""
        accepted = [
            offer
            for version in VERSIONS
            for offer in offers(version)
            if isinstance(await self._hello("version", offer), Answer)
        ]
        for offer in accepted:
            await self._eliminate("weak suites", offer.part(weak=True))
        for offer in accepted:
            await self._eliminate("other suites", offer.part(weak=False))
        if not isinstance(await self._hello("ordinary", self._ordinary), Answer):
            return Missing(MissingKind.RESET, "blocked part-way")
        return Tls(tuple(self._hellos), self._certificates)

    def cut_short(self) -> Tls:
        """Return what was learnt until the time for the site was used up, and say so."""
        cut = Missing(MissingKind.TIMEOUT, "the time for this site is used up")
        return Tls((*self._hellos, Hello("other suites", "", 0, cut)), self._certificates)

    async def _first(self) -> _Reply:
        answer = await self._hello("ordinary", self._ordinary)
        if isinstance(answer, Refused | Closed) and not self._ordinary.legacy:
            self._ordinary = ordinary(legacy=True)
            answer = await self._hello("ordinary", self._ordinary)
        return answer

    async def _eliminate(self, purpose: str, offer: Offer) -> None:
        while (offer := offer.without(self._found(offer.version))).suites:
            if not isinstance(await self._hello(purpose, offer), Answer):
                return

    def _found(self, version: str) -> set[str]:
        answers = [hello.answer for hello in self._hellos]
        return {
            answer.suite
            for answer in answers
            if isinstance(answer, Answer) and answer.version == version
        }

    async def _hello(self, purpose: str, offer: Offer) -> _Reply:
        """Shake hands once and record it. Silence is no refusal: it stays a Missing."""
        # One connection is kept back for the last handshake, which tells blocked from refused.
        most = self._limits.tls_connections - (purpose != "ordinary")
        answer: _Reply
        try:
            async with self._connections.tls(self._route, most) as opened:
                async with asyncio.timeout(self._limits.read_timeout):
                    answer = await self._handshake(offer, opened)
        except Exception as fault:  # whatever a hostile answer provokes is the answer's fault
            answer = missing_of(fault)
        self._hellos.append(Hello(purpose, offer.version, len(offer.suites), answer))
        return answer

    async def _handshake(self, offer: Offer, opened: socket.socket) -> _Reply:
        client = offer.client(self._route.host)
        head = bytearray()
        try:
            await _drive(client, opened, head)
        except OpenSSLError as fault:
            return _rejection(str(fault).rpartition(":")[2].strip(), head)
        except ConnectionError as fault:
            return _not_tls(head) or Closed(str(fault))
        self._certificates = self._certificates or _certificates(client)
        suite = client.get_current_cipher_name()
        version = offer.version if offer.version in VERSIONS else _version(suite, head)
        return Answer(version, IANA.get(suite, suite), _key_exchange(client))


async def _drive(client: BaseSslClient, opened: socket.socket, head: bytearray) -> None:
    """Shake hands as nassl does itself, but without holding a thread, and so cancellable."""
    loop = asyncio.get_running_loop()
    engine, wire = client._ssl, client._network_bio

    async def flush() -> None:
        while pending := wire.pending():
            await loop.sock_sendall(opened, wire.read(pending))

    total = 0
    while True:
        try:
            engine.do_handshake()
        except WantReadError:
            await flush()
        else:
            return await flush()
        # sock_recv does not yield while bytes are waiting: a flood would stop every other site.
        await asyncio.sleep(0)
        received = await loop.sock_recv(opened, _CHUNK)
        if not received:
            raise ConnectionResetError("closed during the handshake")
        total += len(received)
        if total > _MOST_BYTES:
            raise ConnectionResetError(f"more than {_MOST_BYTES} bytes in a handshake")
        head += received[: _HEAD - len(head)]
        wire.write(received)


def _certificates(client: BaseSslClient) -> tuple[bytes, ...]:
    try:
        received = client.get_received_chain()
    except ValueError:  # an anonymous suite has none
        return ()
    return tuple(ssl.PEM_cert_to_DER_cert(pem) for pem in received)


def _unspoken(answer: _Reply) -> Missing | None:
    if isinstance(answer, Refused):
        return Missing(MissingKind.TLS_FAILURE, answer.alert)
    if isinstance(answer, Closed):
        return Missing(MissingKind.RESET, answer.detail)
    return answer if isinstance(answer, Missing) else None


def _rejection(text: str, head: bytearray) -> Refused | Missing:
    foreign = _not_tls(head)
    if foreign is None and any(word in text.lower() for word in _REFUSALS):
        return Refused(text)
    return foreign or Missing(MissingKind.TLS_FAILURE, text)  # our OpenSSL could not go on


def _not_tls(head: bytearray) -> Missing | None:
    """Say so where the first byte starts neither a TLS record nor an SSLv2 one."""
    if not head or head[0] in (21, 22) or head[0] & 0x80:
        return None
    return Missing(MissingKind.NOT_TLS, f"answers {bytes(head[:20])!r}")


def _version(suite: str, head: bytearray) -> str:
    """Read the version from the ServerHello, behind warning alerts (RFC 5246, 7.4.1.3)."""
    if suite.startswith("TLS_"):
        return "TLS 1.3"
    start = 0
    while head[start : start + 1] == b"\x15":
        start += 5 + int.from_bytes(head[start + 3 : start + 5], "big")
    return _WIRE_VERSIONS.get(bytes(head[start + 9 : start + 11]), "")


def _key_exchange(client: BaseSslClient) -> str:
    key = client.get_ephemeral_key()
    if isinstance(key, EcDhEphemeralKeyInfo):
        return key.curve_name
    return f"DH {key.size}" if isinstance(key, DhEphemeralKeyInfo) else ""
