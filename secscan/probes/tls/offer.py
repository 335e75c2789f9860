"""What a ClientHello offers, and its bytes.

RFC 8446, 4.1.2; RFC 5246, 7.4.1.2; RFC 6101 for SSL 3; the SSL 2 draft for its own form.
"""

from dataclasses import dataclass, field, replace
from os import urandom

from secscan.evidence import Hello, Purpose
from secscan.evidence.tls import Reply
from secscan.parsing.hellos import (
    ALPN,
    EXTENDED_MASTER_SECRET,
    HEARTBEAT,
    KEY_SHARE,
    RENEGOTIATION_INFO,
    SESSION_TICKET,
    STATUS_REQUEST,
    SUPPORTED_GROUPS,
    SUPPORTED_VERSIONS,
    TIMESTAMPS,
)
from secscan.parsing.parameters import GROUPS, NUMBERS, SIGNATURES
from secscan.parsing.suites import groups_of

_SERVER_NAME, _POINT_FORMATS, _SIGNATURE_ALGORITHMS, _PADDING, _PSK_MODES = 0, 11, 13, 21, 45
_EMPTY_RENEGOTIATION_INFO, FALLBACK = 0x00FF, 0x5600  # RFC 5746, 3.3; RFC 7507

_ALL_GROUPS = {
    version: tuple(code for code, name in GROUPS.items() if name in groups_of(version))
    for version in NUMBERS
}

_WEAK_SIGNATURES = tuple(code for code in SIGNATURES if code < 0x0400)
"""MD5, SHA-1 and SHA-224. They stand last: a server that takes one of them had the choice."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one hello offers. Groups and signatures are () where all are offered.

    ``exact`` leaves out the versions that a TLS 1.3 hello may name besides. ``share`` is the group
    of a key share: with one a TLS 1.3 server goes on to its certificates, without one it says
    which group it would take (RFC 8446, 4.2.8). ``plain`` leaves every extension out, for servers
    older than those. ``last`` are signatures that stand behind the others of their strength.
    """

    version: str
    suites: tuple[int, ...]
    groups: tuple[int, ...] = ()
    signatures: tuple[int, ...] = ()
    exact: bool = True
    share: int = 0
    named: bool = True
    plain: bool = False
    compression: bool = False
    fallback: bool = False
    last: tuple[int, ...] = ()
    protocols: tuple[str, ...] = field(default=())

    def without(self, suites: set[int]) -> "Offer":
        """Return what is left of it without these suites."""
        return replace(self, suites=tuple(code for code in self.suites if code not in suites))

    @property
    def groups_offered(self) -> tuple[int, ...]:
        """Return the groups as they are sent."""
        if self.groups or self.exact:
            return self.groups or _ALL_GROUPS[self.version]
        return tuple(dict.fromkeys(_ALL_GROUPS["TLS 1.3"] + _ALL_GROUPS["TLS 1.2"]))

    @property
    def tells_name(self) -> bool:
        """Say whether the server's name is in it: it needs an extension."""
        return self.named and not self.plain and self.version not in ("SSLv2", "SSLv3")

    def hello(self, purpose: Purpose, answer: Reply) -> Hello:
        """Return the record of this offer and of what came back."""
        digits = 6 if self.version == "SSLv2" else 4
        return Hello(
            purpose=purpose,
            version=self.version,
            suites="".join(f"{code:0{digits}X}" for code in self.suites),
            answer=answer,
            groups=_hexadecimal(self.groups),
            signatures=_hexadecimal(self.signatures),
            named=self.tells_name,
            exact=self.exact,
            plain=self.plain,
        )

    def allows(self, version: int) -> bool:
        """Say whether a server may choose this version."""
        newest = NUMBERS[self.version]
        oldest = newest if self.exact and newest >= NUMBERS["TLS 1.3"] else NUMBERS["SSLv3"]
        return oldest <= version <= newest


def _hexadecimal(codes: tuple[int, ...]) -> str:
    return "".join(f"{code:04X}" for code in codes)


def message(offer: Offer, host: str, share: bytes) -> bytes:
    """Return the ClientHello message to a host, "" for one that has no name; no record yet."""
    version = min(NUMBERS[offer.version], NUMBERS["TLS 1.2"])
    suites = list(offer.suites)
    bare = offer.plain or offer.version == "SSLv3"
    if bare:
        suites.append(_EMPTY_RENEGOTIATION_INFO)
    if offer.fallback:
        suites.append(FALLBACK)
    body = (
        version.to_bytes(2, "big")
        + urandom(32)
        # A session id makes TLS 1.3 look like a resumption to middle boxes (RFC 8446, D.4).
        + _vector(urandom(32) if offer.version == "TLS 1.3" else b"", 1)
        + _vector(_numbers(suites), 2)
        + _vector(b"\1\0" if offer.compression else b"\0", 1)
    )
    if not bare:
        body += _padded(len(body) + 4, _extensions(offer, host, share))
    return b"\1" + _vector(body, 3)


def record(message: bytes, version: str) -> bytes:
    """Return a message as one record: TLS 1.0 to all, as old servers want it (RFC 8446, 5.1)."""
    return b"\x16\3" + (b"\0" if version == "SSLv3" else b"\1") + _vector(message, 2)


def old_message(offer: Offer) -> bytes:
    """Return the record of an SSL 2 CLIENT-HELLO."""
    kinds = b"".join(code.to_bytes(3, "big") for code in offer.suites)
    sizes = _numbers([len(kinds), 0, 16])
    body = b"\1\0\2" + sizes + kinds + urandom(16)
    return (0x8000 | len(body)).to_bytes(2, "big") + body


def _padded(before: int, found: list[tuple[int, bytes]]) -> bytes:
    """Pad a hello of 256 to 511 bytes to 512: some balancers choke on that size (RFC 7685)."""
    size = before + 2 + sum(4 + len(value) for _, value in found)
    if 255 < size < 512:
        found = [*found, (_PADDING, bytes(max(0, 512 - size - 4)))]
    return _vector(b"".join(_numbers([kind]) + _vector(value, 2) for kind, value in found), 2)


def _extensions(offer: Offer, host: str, share: bytes) -> list[tuple[int, bytes]]:
    found = []
    if host and offer.tells_name:
        found.append((_SERVER_NAME, _vector(b"\0" + _vector(host.encode("ascii"), 2), 2)))
    found.append((SUPPORTED_GROUPS, _vector(_numbers(offer.groups_offered), 2)))
    found.append((STATUS_REQUEST, b"\1\0\0\0\0"))
    found.append((TIMESTAMPS, b""))
    if NUMBERS[offer.version] >= NUMBERS["TLS 1.2"]:
        schemes = _numbers(offer.signatures or _signatures(offer))
        found.append((_SIGNATURE_ALGORITHMS, _vector(schemes, 2)))
    if offer.protocols:
        names = b"".join(_vector(name.encode("ascii"), 1) for name in offer.protocols)
        found.append((ALPN, _vector(names, 2)))
    if offer.version != "TLS 1.3" or not offer.exact:
        found.append((_POINT_FORMATS, b"\1\0"))
        found.append((EXTENDED_MASTER_SECRET, b""))
        found.append((RENEGOTIATION_INFO, b"\0"))
        found.append((SESSION_TICKET, b""))
        found.append((HEARTBEAT, b"\2"))  # we ask whether it is there, and allow none
    if offer.version == "TLS 1.3":
        found += _of_tls_1_3(offer, share)
    return found


def _signatures(offer: Offer) -> tuple[int, ...]:
    late = (offer.last, _WEAK_SIGNATURES)
    return tuple(sorted(SIGNATURES, key=lambda code: [code in part for part in reversed(late)]))


def _of_tls_1_3(offer: Offer, share: bytes) -> list[tuple[int, bytes]]:
    versions = [0x0304] if offer.exact else [0x0304, 0x0303, 0x0302, 0x0301]
    shares = _numbers([offer.share]) + _vector(share, 2) if offer.share else b""
    return [
        (SUPPORTED_VERSIONS, _vector(_numbers(versions), 1)),
        (_PSK_MODES, b"\1\1"),
        (KEY_SHARE, _vector(shares, 2)),
    ]


def _numbers(codes: list[int] | tuple[int, ...]) -> bytes:
    return b"".join(code.to_bytes(2, "big") for code in codes)


def _vector(data: bytes, size: int) -> bytes:
    return len(data).to_bytes(size, "big") + data
