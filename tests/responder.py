"""A TLS server by script: it reads a hello and answers what a test wants, right or wrong."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum

from servers import Handler, Listener, listening

from secscan.evidence import Missing, Tls
from secscan.parsing.hellos import extensions as read_extensions
from secscan.parsing.parameters import (
    ALERTS,
    CODES,
    GROUPS,
    KINDS,
    NUMBERS,
    SIGNATURES,
    SUITES,
    VERSIONS,
)
from secscan.parsing.records import ALERT, APPLICATION_DATA, HANDSHAKE, Cursor
from secscan.probes.connect import Connections, Route
from secscan.probes.gate import Gate
from secscan.probes.limits import Limits
from secscan.probes.tls import Look
from secscan.probes.tls.secrets import KeyShare, sealed

GROUP = {name: code for code, name in GROUPS.items()}
SCHEME = {name: code for code, name in SIGNATURES.items()}
ALERT_NUMBER = {name: code for code, name in ALERTS.items()}
FALLBACK = 0x5600
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
TLS_1_3 = NUMBERS["TLS 1.3"]


class Fate(Enum):
    """What may become of a connection in place of an answer."""

    CLOSE = "close"
    RESET = "reset"
    HANG = "hang"


@dataclass(frozen=True)
class ClientHello:
    """A hello as a server reads it: numbers as on the wire, ``versions`` are all it allows."""

    message: bytes
    versions: frozenset[int]
    suites: tuple[int, ...]
    extensions: Mapping[int, bytes] = field(default_factory=dict)
    compressions: bytes = b"\0"

    @property
    def newest(self) -> str:
        """Return the newest version that it offers."""
        return VERSIONS[max(self.versions)]

    @property
    def name(self) -> str:
        """Return the server's name, "" where it is not told."""
        return self.extensions.get(0, b"")[5:].decode("ascii")

    @property
    def groups(self) -> tuple[int, ...]:
        """Return the groups; () where none are told."""
        return numbers(self.extensions.get(10, b"")[2:])

    @property
    def signatures(self) -> tuple[int, ...]:
        """Return the signature schemes; () where none are told."""
        return numbers(self.extensions.get(13, b"")[2:])

    @property
    def shares(self) -> Mapping[int, bytes]:
        """Return the key shares by their group."""
        cursor, found = Cursor(self.extensions.get(51, b"\0\0")[2:]), {}
        while cursor:
            group = cursor.number(2)
            found[group] = cursor.vector(2)
        return found


Policy = Callable[[ClientHello], bytes | Fate]


def numbers(data: bytes) -> tuple[int, ...]:
    """Return a list of numbers of two bytes each."""
    return tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))


def vector(data: bytes, size: int) -> bytes:
    """Return bytes with their length before them."""
    return len(data).to_bytes(size, "big") + data


def read_hello(message: bytes) -> ClientHello:
    """Read a ClientHello message of SSL 3 to TLS 1.3."""
    cursor = Cursor(message[4:])
    version = cursor.number(2)
    cursor.take(32)
    cursor.vector(1)
    suites, compressions = numbers(cursor.vector(2)), cursor.vector(1)
    found = read_extensions(cursor.vector(2)) if cursor else {}
    named = numbers(found[43][1:]) if 43 in found else range(0x0300, version + 1)
    return ClientHello(message, frozenset(named), suites, found, compressions)


def read_old_hello(body: bytes) -> ClientHello:
    """Read a CLIENT-HELLO of SSL 2."""
    cursor = Cursor(body)
    cursor.take(3)
    size = cursor.number(2)
    cursor.take(4)
    kinds = cursor.take(size)
    codes = (int.from_bytes(kinds[at : at + 3], "big") for at in range(0, size, 3))
    return ClientHello(body, frozenset({NUMBERS["SSLv2"]}), tuple(codes))


def record(kind: int, fragment: bytes, version: bytes = b"\3\3") -> bytes:
    """Return one record."""
    return bytes([kind]) + version + vector(fragment, 2)


def message(kind: int, body: bytes) -> bytes:
    """Return one handshake message in a record of its own."""
    return record(HANDSHAKE, bytes([kind]) + vector(body, 3))


def alert(name: str, level: int = 2) -> bytes:
    """Return an alert, fatal unless told otherwise."""
    return record(ALERT, bytes([level, ALERT_NUMBER[name]]))


def extensions(found: Mapping[int, bytes]) -> bytes:
    """Return a list of extensions with its length; b"" where there are none."""
    listed = b"".join(kind.to_bytes(2, "big") + vector(body, 2) for kind, body in found.items())
    return vector(listed, 2) if found else b""


def server_hello(
    version: int,
    suite: int,
    found: Mapping[int, bytes] | None = None,
    compression: int = 0,
    random: bytes = bytes(32),
) -> bytes:
    """Return a ServerHello message."""
    found = dict(found or {})
    if version >= TLS_1_3:
        found[43] = version.to_bytes(2, "big")
    body = min(version, 0x0303).to_bytes(2, "big") + random + vector(b"", 1)
    body += suite.to_bytes(2, "big") + bytes([compression]) + extensions(found)
    return message(2, body)


def retry(suite: int, group: int) -> bytes:
    """Return a HelloRetryRequest, which wants a key share of a group."""
    return server_hello(TLS_1_3, suite, {51: group.to_bytes(2, "big")}, random=RETRY)


def certificate(*certificates: bytes) -> bytes:
    """Return the Certificate message up to TLS 1.2."""
    return message(11, vector(b"".join(vector(one, 3) for one in certificates), 3))


def status(response: bytes) -> bytes:
    """Return the CertificateStatus message: a stapled OCSP response."""
    return message(22, b"\1" + vector(response, 3))


def key_exchange(version: int, exchange: bytes, scheme: int) -> bytes:
    """Return a ServerKeyExchange with a made-up signature, of this scheme since TLS 1.2."""
    signed = scheme.to_bytes(2, "big") if version >= 0x0303 else b""
    return message(12, exchange + signed + vector(b"signature", 2))


def curve(group: int) -> bytes:
    """Return the exchange over a named curve."""
    return b"\3" + group.to_bytes(2, "big") + vector(b"\4point", 1)


def prime(bits: int) -> bytes:
    """Return the exchange over a prime field."""
    size = bits // 8
    return vector(b"\xff" * size, 2) + vector(b"\2", 2) + vector(b"\1" * size, 2)


DONE = message(14, b"")


def old_server_hello(kinds: Sequence[int], leaf: bytes = b"leaf") -> bytes:
    """Return the SERVER-HELLO of SSL 2."""
    listed = b"".join(kind.to_bytes(3, "big") for kind in kinds)
    sizes = b"".join(len(part).to_bytes(2, "big") for part in (leaf, listed, bytes(16)))
    body = b"\4\0\1\0\2" + sizes + leaf + listed + bytes(16)
    return (0x8000 | len(body)).to_bytes(2, "big") + body


def encrypted_flight(hello: ClientHello, suite: int, group: int, content: bytes) -> bytes:
    """Return a TLS 1.3 ServerHello and behind it handshake bytes, encrypted for this client."""
    own = KeyShare(group)
    share = group.to_bytes(2, "big") + vector(own.public(), 2)
    greeting = server_hello(TLS_1_3, suite, {51: share})
    keys = sealed(suite, own.agree(hello.shares[group]), hello.message + greeting[5:])
    assert keys is not None
    inner = content + bytes([HANDSHAKE])
    size = len(inner) + (8 if SUITES[suite].endswith("CCM_8_SHA256") else 16)
    header = bytes([APPLICATION_DATA, 3, 3]) + size.to_bytes(2, "big")
    return greeting + header + keys.cipher.encrypt(keys.nonce, inner, header)


def certificate_1_3(leaf: bytes, found: Mapping[int, bytes] | None = None) -> bytes:
    """Return EncryptedExtensions, Certificate, CertificateVerify and Finished, no records yet."""
    entry = vector(leaf, 3) + (extensions(found or {}) or b"\0\0")
    parts = (
        (8, b"\0\0"),
        (11, b"\0" + vector(entry, 3)),
        (15, SCHEME["ecdsa_secp256r1_sha256"].to_bytes(2, "big") + vector(b"signature", 2)),
        (20, bytes(32)),
    )
    return b"".join(bytes([kind]) + vector(body, 3) for kind, body in parts)


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
