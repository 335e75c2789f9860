"""What servers answer to a ClientHello: messages of SSL 2 to TLS 1.3, read and not believed.

Every function takes any bytes and returns a value or raises ``MalformedError``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from secscan.parsing.parameters import GROUPS, SIGNATURES, named
from secscan.parsing.records import Cursor, MalformedError

SERVER_HELLO, ENCRYPTED_EXTENSIONS, CERTIFICATE = 2, 8, 11
SERVER_KEY_EXCHANGE, CERTIFICATE_REQUEST, SERVER_HELLO_DONE, CERTIFICATE_VERIFY = 12, 13, 14, 15
FINISHED, CERTIFICATE_STATUS = 20, 22

STATUS_REQUEST, SUPPORTED_GROUPS, HEARTBEAT, ALPN, TIMESTAMPS = 5, 10, 15, 16, 18
EXTENDED_MASTER_SECRET, SESSION_TICKET, SUPPORTED_VERSIONS, KEY_SHARE = 23, 35, 43, 51
RENEGOTIATION_INFO = 0xFF01

_RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""The random value that makes a ServerHello a HelloRetryRequest (RFC 8446, 4.1.3)."""

_MOST_CERTIFICATES = 40
_MOST_EXTENSIONS = 100  # IANA knows some sixty


@dataclass(frozen=True, slots=True)
class ServerHello:
    """A ServerHello, or the HelloRetryRequest that looks like one. Numbers are as on the wire."""

    version: int
    random: bytes
    suite: int
    compression: int
    extensions: Mapping[int, bytes]
    retry: bool
    group: int | None = None
    share: bytes = b""


@dataclass(frozen=True, slots=True)
class KeyExchange:
    """A ServerKeyExchange: the group, or the size of the prime or modulus, and who vouches."""

    group: str = ""
    bits: int = 0
    signature: str = ""


def server_hello(body: bytes) -> ServerHello:
    """Read a ServerHello (RFC 8446, 4.1.3; RFC 5246, 7.4.1.3)."""
    cursor = Cursor(body)
    version, random = cursor.number(2), cursor.take(32)
    cursor.vector(1)  # the session's id
    suite, compression = cursor.number(2), cursor.number(1)
    found = extensions(cursor.vector(2)) if cursor else {}
    if SUPPORTED_VERSIONS in found:
        version = Cursor(found[SUPPORTED_VERSIONS]).number(2)
    retry = random == _RETRY_RANDOM
    group, share = None, b""
    if KEY_SHARE in found:
        chosen = Cursor(found[KEY_SHARE])
        group = chosen.number(2)
        share = b"" if retry else chosen.vector(2)
    return ServerHello(version, random, suite, compression, found, retry, group, share)


def extensions(data: bytes) -> dict[int, bytes]:
    """Read a list of extensions; none may come twice (RFC 8446, 4.2)."""
    cursor = Cursor(data)
    found: dict[int, bytes] = {}
    while cursor:
        kind, value = cursor.number(2), cursor.vector(2)
        if kind in found or len(found) == _MOST_EXTENSIONS:
            raise MalformedError(f"has extension {kind} twice, or too many")
        found[kind] = value
    return found


def certificates(body: bytes) -> tuple[bytes, ...]:
    """Read the certificates of a Certificate message up to TLS 1.2 (RFC 5246, 7.4.2)."""
    cursor = Cursor(Cursor(body).vector(3))
    found: list[bytes] = []
    while cursor and len(found) < _MOST_CERTIFICATES:
        found.append(cursor.vector(3))
    return tuple(found)


def certificate_entries(body: bytes) -> tuple[tuple[bytes, Mapping[int, bytes]], ...]:
    """Read certificates and their extensions in TLS 1.3 (RFC 8446, 4.4.2)."""
    whole = Cursor(body)
    whole.vector(1)  # the request's context
    cursor = Cursor(whole.vector(3))
    found: list[tuple[bytes, Mapping[int, bytes]]] = []
    while cursor and len(found) < _MOST_CERTIFICATES:
        found.append((cursor.vector(3), extensions(cursor.vector(2))))
    return tuple(found)


def ocsp_response(body: bytes) -> bytes:
    """Read the response of a CertificateStatus (RFC 6066, 8); b"" where it is of another type."""
    cursor = Cursor(body)
    return cursor.vector(3) if cursor.number(1) == 1 else b""


def protocol(value: bytes) -> str:
    """Read the one protocol that ALPN chose (RFC 7301, 3.1)."""
    return Cursor(Cursor(value).vector(2)).vector(1).decode("latin-1")


def key_exchange(body: bytes, suite: str, version: int) -> KeyExchange:
    """Read a ServerKeyExchange by the suite it belongs to.

    RFC 5246, 7.4.3; RFC 8422, 5.4; RFC 4279 (a PSK's hint comes first); RFC 2246 (export RSA).
    """
    cursor = Cursor(body)
    method = suite.partition("_WITH_")[0]
    if "PSK" in method:
        cursor.vector(2)
    if "ECDHE" in method or "ECDH_anon" in method or "CECPQ1" in method:
        group, bits = _curve(cursor), 0
        if group in _WRITTEN_OUT:  # and so of any length: the signature is not looked for
            return KeyExchange(group)
    elif "DHE" in method or "DH_anon" in method:
        group, bits = "", _prime(cursor)
    elif "RSA_EXPORT" in method:
        group, bits = "", _modulus(cursor)
    else:
        return KeyExchange()
    return KeyExchange(group, bits, _signature(cursor, version))


_WRITTEN_OUT = (GROUPS[0xFF01], GROUPS[0xFF02])


def _curve(cursor: Cursor) -> str:
    kind = cursor.number(1)
    if kind != 3:  # RFC 8422 forbids curves that are written out
        return GROUPS[0xFF02 if kind == 2 else 0xFF01]
    group = named(GROUPS, cursor.number(2))
    cursor.vector(1)
    return group


def _prime(cursor: Cursor) -> int:
    prime = int.from_bytes(cursor.vector(2), "big")
    cursor.vector(2)
    cursor.vector(2)
    return prime.bit_length()


def _modulus(cursor: Cursor) -> int:
    modulus = int.from_bytes(cursor.vector(2), "big")
    cursor.vector(2)
    return modulus.bit_length()


def _signature(cursor: Cursor, version: int) -> str:
    """Read the scheme; before TLS 1.2 it is not told, and an anonymous exchange has none."""
    if version < 0x0303 or not cursor:
        return ""
    return named(SIGNATURES, cursor.number(2))


@dataclass(frozen=True, slots=True)
class OldServerHello:
    """The ServerHello of SSL 2: its cipher kinds and its certificate."""

    kinds: tuple[int, ...]
    certificate: bytes


def old_server_hello(data: bytes) -> OldServerHello | None:
    """Read an SSL 2 ServerHello; None where more bytes have to come first."""
    if len(data) < 2:
        return None
    if not data[0] & 0x80:
        raise MalformedError(f"is no SSL 2 record: {data[:20]!r}")
    if len(data) < 2 + (int.from_bytes(data[:2], "big") & 0x7FFF):
        return None
    cursor = Cursor(Cursor(data[2:]).take(int.from_bytes(data[:2], "big") & 0x7FFF))
    if cursor.number(1) != 4:
        raise MalformedError("is no SSL 2 ServerHello")
    cursor.take(2)  # session hit, type of the certificate
    version, *sizes = (cursor.number(2) for _ in range(4))
    if version != 0x0002:
        raise MalformedError(f"has version {version:#06x} in an SSL 2 ServerHello")
    certificate, kinds = cursor.take(sizes[0]), Cursor(cursor.take(sizes[1]))
    return OldServerHello(tuple(_triples(kinds)), certificate)


def _triples(cursor: Cursor) -> list[int]:
    found = []
    while cursor:
        found.append(cursor.number(3))
    return found
