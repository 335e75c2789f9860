"""The messages of TLS as a server of a test reads and writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from secscan.parsing.hellos import extensions as read_extensions
from secscan.parsing.parameters import (
    ALERTS,
    GROUPS,
    NUMBERS,
    SIGNATURES,
    SUITES,
    VERSIONS,
)
from secscan.parsing.records import ALERT, APPLICATION_DATA, HANDSHAKE, Cursor
from secscan.probes.tls.secrets import KeyShare, sealed

GROUP = {name: code for code, name in GROUPS.items()}
SCHEME = {name: code for code, name in SIGNATURES.items()}
ALERT_NUMBER = {name: code for code, name in ALERTS.items()}
FALLBACK = 0x5600
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
TLS_1_3 = NUMBERS["TLS 1.3"]


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
