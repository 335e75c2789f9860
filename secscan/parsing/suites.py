"""Cipher suites by their IANA names: how strong, and whether the key exchange is ephemeral.

After NCSC-NL's TLS guidelines (2025-05) and Mozilla's server-side TLS: what is broken, and what
is to be phased out (CBC with SHA-1; a key exchange without forward secrecy).
"""

from enum import StrEnum

_BROKEN = frozenset(
    {"NULL", "ANON", "EXPORT", "EXPORT40", "EXPORT1024", "RC2", "RC4", "DES", "DES40", "3DES"}
    | {"IDEA", "MD5"}
)
_TLS_1_3 = ("TLS_AES_", "TLS_CHACHA20_", "TLS_SM4_")
_EPHEMERAL = ("TLS_ECDHE_", "TLS_DHE_", *_TLS_1_3)
_INTEGRITY_ONLY = ("TLS_SHA256_SHA256", "TLS_SHA384_SHA384")  # RFC 9150: no encryption


class Strength(StrEnum):
    """How far a suite can be relied on."""

    STRONG = "strong"
    PHASE_OUT = "phase-out"
    BROKEN = "broken"


def strength(suite: str) -> Strength:
    """Return the strength of a suite; what is not known to be strong is to be phased out."""
    words = suite.upper().split("_")
    if _BROKEN & set(words) or suite in _INTEGRITY_ONLY:
        return Strength.BROKEN
    old_cbc = "CBC" in words and words[-1] == "SHA"
    return Strength.STRONG if is_ephemeral(suite) and not old_cbc else Strength.PHASE_OUT


def is_ephemeral(suite: str) -> bool:
    """Say whether the key exchange gives forward secrecy (every TLS 1.3 suite's does)."""
    return suite.startswith(_EPHEMERAL) and "_anon_" not in suite
