"""A TLS server by script: it reads a hello and answers what a test wants, right or wrong."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum

from servers import Handler, Listener, listening
from tls_messages import (
    DONE,
    FALLBACK,
    GROUP,
    SCHEME,
    TLS_1_3,
    ClientHello,
    alert,
    certificate,
    certificate_1_3,
    curve,
    encrypted_flight,
    key_exchange,
    old_server_hello,
    prime,
    read_hello,
    read_old_hello,
    retry,
    server_hello,
    status,
    vector,
)

from secscan.evidence import Missing, Tls
from secscan.parsing.parameters import (
    CODES,
    KINDS,
    NUMBERS,
    SUITES,
    VERSIONS,
)
from secscan.probes.connect import Connections, Route
from secscan.probes.gate import Gate
from secscan.probes.limits import Limits
from secscan.probes.tls import Look


class Fate(Enum):
    """What may become of a connection in place of an answer."""

    CLOSE = "close"
    RESET = "reset"
    HANG = "hang"


Policy = Callable[[ClientHello], bytes | Fate]


@dataclass(frozen=True)
class Server:
    """A server that does as the RFCs want it to.

    ``suites`` are by version, its best first; ``extensions`` are answered where they are offered.
    """

    suites: Mapping[str, Sequence[str]]
    groups: Sequence[str] = ("x25519", "secp256r1")
    schemes: Sequence[str] = ("rsa_pkcs1_sha256",)
    chain: Sequence[bytes] = (b"leaf", b"intermediate")
    staple: bytes = b""
    extensions: Mapping[int, bytes] = field(default_factory=dict)
    compresses: bool = False
    follows_client: bool = False
    knows_fallback: bool = True

    def __call__(self, hello: ClientHello) -> bytes | Fate:
        """Answer a hello."""
        if hello.newest == "SSLv2":
            kinds = [CODES[name] for name in self.suites.get("SSLv2", ())]
            return old_server_hello(kinds) if kinds else Fate.CLOSE
        own = {NUMBERS[version] for version in self.suites if version != "SSLv2"}
        common = own & hello.versions
        if not common:
            return alert("protocol_version")
        version = max(common)
        if self.knows_fallback and FALLBACK in hello.suites and version < max(own):
            return alert("inappropriate_fallback")
        suite = self._suite(hello, version)
        if suite is None:
            return alert("handshake_failure")
        return self._new(hello, suite) if version == TLS_1_3 else self._old(hello, version, suite)

    def _suite(self, hello: ClientHello, version: int) -> int | None:
        ours = [CODES[name] for name in self.suites[VERSIONS[version]]]
        fit = [code for code in ours if code in hello.suites and self._fits(hello, version, code)]
        if self.follows_client:
            fit.sort(key=hello.suites.index)
        return next(iter(fit), None)

    def _fits(self, hello: ClientHello, version: int, suite: int) -> bool:
        method = SUITES[suite].partition("_WITH_")[0]
        curves = version == TLS_1_3 or "ECDH" in method
        if curves and self._group(hello) is None:
            return False
        signs = version >= 0x0303 and "DHE" in method
        return not signs or self._scheme(hello) is not None

    def _group(self, hello: ClientHello) -> int | None:
        own = (GROUP[name] for name in self.groups)
        return next((code for code in own if not hello.groups or code in hello.groups), None)

    def _scheme(self, hello: ClientHello) -> int | None:
        own = (SCHEME[name] for name in self.schemes)
        fit = (code for code in own if not hello.signatures or code in hello.signatures)
        return next(fit, None)

    def _new(self, hello: ClientHello, suite: int) -> bytes:
        group = self._group(hello)
        assert group is not None
        if group not in hello.shares:
            return retry(suite, group)
        stapled = {5: b"\1" + vector(self.staple, 3)} if self.staple else {}
        return encrypted_flight(hello, suite, group, certificate_1_3(self.chain[0], stapled))

    def _old(self, hello: ClientHello, version: int, suite: int) -> bytes:
        given = {k: v for k, v in self.extensions.items() if k in hello.extensions}
        pressed = int(self.compresses and 1 in hello.compressions)
        found = server_hello(version, suite, given, pressed)
        method = SUITES[suite].partition("_WITH_")[0]
        if "anon" not in method:
            found += certificate(*self.chain)
        if self.staple and 5 in hello.extensions:
            found += status(self.staple)
        scheme = self._scheme(hello) or 0
        if "ECDHE" in method:
            found += key_exchange(version, curve(self._group(hello) or 0), scheme)
        elif "DHE" in method:
            found += key_exchange(version, prime(1024), scheme)
        return found + DONE


@asynccontextmanager
async def responding(policy: Policy) -> AsyncIterator[Listener]:
    """Serve hellos by a policy, which is asked once for each connection."""
    async with listening(by(policy)) as server:
        yield server


def by(policy: Policy) -> Handler:
    """Return a handler that answers one hello by a policy."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError):  # streams of Python 3.11 would print it
            await _react(policy(await _receive(reader)), reader, writer)

    return handle


async def _receive(reader: asyncio.StreamReader) -> ClientHello:
    head = await reader.readexactly(2)
    if head[0] & 0x80:
        size = int.from_bytes(head, "big") & 0x7FFF
        return read_old_hello(await reader.readexactly(size))
    size = int.from_bytes((await reader.readexactly(3))[1:], "big")
    return read_hello(await reader.readexactly(size))


async def _react(
    reaction: bytes | Fate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    if reaction is Fate.HANG:
        await asyncio.Event().wait()
    if reaction is Fate.RESET:
        opened = writer.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return
    if isinstance(reaction, bytes):
        writer.write(reaction)
        await writer.drain()
    writer.write_eof()
    await reader.read()


AT_ONCE = Limits(connect_timeout=5.0, read_timeout=5.0, tries=3, try_spacing=0.0)
"""Nothing waits: a server by script is there, and has no window to sit out."""


async def look_at(
    server: Listener,
    limits: Limits = AT_ONCE,
    host: str = "site.example",
    gate: Gate | None = None,
) -> Tls | Missing:
    """Knock, and enumerate where that is answered."""
    look = look_of(server, limits, host, gate)
    return await look.knock() or await look.enumerate()


def look_of(
    server: Listener,
    limits: Limits = AT_ONCE,
    host: str = "site.example",
    gate: Gate | None = None,
) -> Look:
    """Return a look at a server of the test."""
    route = Route(host, "127.0.0.1", 443, server.port, pinned=True)
    return Look(route, Connections(gate or Gate(), limits), limits)


def seen(policy: Policy, limits: Limits = AT_ONCE) -> Tls:
    """Return what a look at a server by script learns."""

    async def scenario() -> Tls | Missing:
        async with responding(policy) as server:
            return await look_at(server, limits)

    tls = asyncio.run(scenario())
    assert isinstance(tls, Tls), tls
    return tls


def unseen(policy: Policy, limits: Limits = AT_ONCE) -> Missing:
    """Return why there is nothing to learn."""

    async def scenario() -> Tls | Missing:
        async with responding(policy) as server:
            return await look_at(server, limits)

    missing = asyncio.run(scenario())
    assert isinstance(missing, Missing), missing
    return missing


GCM = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
GCM256 = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
DHE = "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"
STATIC = "TLS_RSA_WITH_AES_128_CBC_SHA"
TRIPLE = "TLS_RSA_WITH_3DES_EDE_CBC_SHA"
RC4 = "TLS_RSA_WITH_RC4_128_MD5"
EXPORT = "TLS_RSA_EXPORT_WITH_RC4_40_MD5"

MODERN = Server({"TLS 1.3": ("TLS_AES_128_GCM_SHA256",), "TLS 1.2": (GCM, GCM256)})
AGED = Server(
    {
        "TLS 1.2": (GCM, CBC, DHE, STATIC),
        "TLS 1.1": (CBC, STATIC, TRIPLE),
        "TLS 1.0": (CBC, STATIC, TRIPLE),
    }
)
ANCIENT = Server({"SSLv3": (TRIPLE, RC4, EXPORT), "SSLv2": tuple(KINDS.values())[:3]})
