"""Which suites go into one hello, and how an ordinary client greets.

At most 64 suites at once: some servers do not look past the 64th, others refuse long hellos.
The strongest stand first, so that a server which follows its client shows its best.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from secscan.parsing.parameters import CODES, KINDS, SUITES
from secscan.parsing.suites import is_new, suites_of
from secscan.probes.tls.offer import Offer
from secscan.probes.tls.secrets import SHARED

AT_ONCE = 64
"""Suites in one hello."""

_LIKELY = ("ECDHE_ECDSA", "ECDHE_RSA", "others")

_WEAK = ("NULL", "EXPORT", "EXPORT40", "EXPORT1024", "anon", "RC2", "RC4", "DES", "DES40", "3DES")
_RARE_METHODS = ("PSK", "SRP", "KRB5", "ECCPWD", "GOST", "CECPQ1", "_DSS", "_DH_", "_ECDH_", "SM4")
_RARE_CIPHERS = ("IDEA", "SEED", "MD5", "ARIA", "CAMELLIA", "OLD", "28147")

ORDINARY = tuple(
    CODES[name]
    for name in (
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_256_CBC_SHA",
    )
)
"""What browsers offer, and those that they offered until lately."""


@cache
def chunks(version: str) -> tuple[Offer, ...]:
    """Return the offers that together hold every suite of a version."""
    if version == "SSLv2":
        return (Offer(version, tuple(KINDS)),)
    known = set(suites_of(version))
    suites = [code for code, name in SUITES.items() if name in known]
    if version == "TLS 1.3":
        return (Offer(version, tuple(sorted(suites, key=_rank))),)
    suites.sort(key=_rank)
    parts = _lanes(suites) if version == "TLS 1.2" else _cut(suites)
    return tuple(Offer(version, tuple(part)) for part in parts)


def _cut(suites: list[int]) -> list[list[int]]:
    return [suites[at : at + AT_ONCE] for at in range(0, len(suites), AT_ONCE)]


def _lanes(suites: list[int]) -> list[list[int]]:
    """Put the suites that servers are likely to have into parts, to be asked side by side."""
    lanes: dict[str, list[int]] = {name: [] for name in (*_LIKELY, "rare", "weak")}
    for code in suites:
        lanes[_lane(SUITES[code])].append(code)
    rest = lanes["rare"]
    parts = []
    for name in _LIKELY:
        space = AT_ONCE - len(lanes[name])
        parts.append(lanes[name] + rest[:space])
        rest = rest[space:]
    return parts + _cut(lanes["weak"] + rest)


def _lane(suite: str) -> str:
    words = suite.split("_")
    if any(word in words for word in _WEAK):
        return "weak"
    if any(method in suite for method in _RARE_METHODS) or suite.endswith("OLD"):
        return "rare"
    return "_".join(words[1:3]) if words[1] == "ECDHE" else "others"


def strongest_first(suites: Iterable[int]) -> tuple[int, ...]:
    """Return suites in the order in which they are offered."""
    return tuple(sorted(suites, key=_rank))


def _rank(code: int) -> tuple[bool, ...]:
    """Sort by what matters most; suites that are equal in it keep their numbers' order."""
    name = SUITES[code]
    words = name.split("_")
    return (
        any(word in words for word in _WEAK),
        any(method in name for method in _RARE_METHODS),
        any(cipher in words for cipher in _RARE_CIPHERS),
        not is_new(name) and "DHE" not in name,
        not any(word in words for word in ("GCM", "CCM", "POLY1305")),
        "CHACHA20" in words,  # first, it would hide a server that prefers it for phones alone
        words[-1] == "SHA",
        words[1] == "DHE",
    )


def ordinary(protocols: tuple[str, ...]) -> tuple[Offer, ...]:
    """Return the greetings to try, one after the other, until a server answers.

    What browsers send; the same with every group and many more suites; without the server's
    name; what is rare, for servers that have nothing else; as twenty years ago.
    """
    modern = Offer("TLS 1.3", ORDINARY, exact=False, share=_X25519, groups=SHARED)
    modern = replace(modern, protocols=protocols)
    rare = (*chunks("TLS 1.3")[0].suites, *chunks("TLS 1.2")[_LIKELY.index("others")].suites)
    many = tuple(dict.fromkeys((*ORDINARY, *rare)))[:AT_ONCE]
    wide = Offer("TLS 1.3", many, exact=False)
    rare_first = tuple(reversed(chunks("TLS 1.2")))
    old = [replace(offer, plain=True) for v in ("TLS 1.0", "SSLv3") for offer in chunks(v)[:2]]
    return (modern, wide, replace(modern, named=False), *rare_first, *old, *chunks("SSLv2"))


_X25519 = 29

KINDS_OF_KEY: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "ECDSA": (0x0403, 0x0503, 0x0603, 0x0807, 0x0808),
        "RSA": (0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B),
    }
)
"""The signature schemes that make a TLS 1.3 server show its certificate of that kind of key."""

WEAK_SIGNATURES = (0x0201, 0x0203, 0x0202, 0x0301, 0x0303, 0x0101, 0x0103)
"""SHA-1, SHA-224 and MD5."""

WEAK = chunks("TLS 1.2")[3]
"""The offer that holds the weakest suites."""
