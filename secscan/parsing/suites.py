"""Which suites and groups belong to which version, and what a suite's name says."""

from functools import cache

from secscan.parsing.parameters import GROUPS, KINDS, SUITES

_NEW = ("TLS_AES_", "TLS_CHACHA20_", "TLS_SM4_", "TLS_AEGIS_", "TLS_SHA256_", "TLS_SHA384_")
_NEW_GOST = ("_MGM_L", "_MGM_S")  # RFC 9367
_SINCE_1_2 = {"GCM", "CCM", "POLY1305", "SHA256", "SHA384", "SM3"}  # RFC 5246, 1.2; RFC 5288, 4
_OLD = (26, 27, 28)  # the Brainpool curves have other numbers in TLS 1.3 (RFC 8734)
_EPHEMERAL = ("TLS_ECDHE_", "TLS_DHE_", "TLS_CECPQ1_", "TLS_PSK_DHE_")


@cache
def suites_of(version: str) -> tuple[str, ...]:
    """Return the names of every suite that a version can have."""
    if version == "SSLv2":
        return tuple(KINDS.values())
    return tuple(name for name in SUITES.values() if _is_of(name, version))


def _is_of(suite: str, version: str) -> bool:
    if is_new(suite) or version == "TLS 1.3":
        return is_new(suite) and version == "TLS 1.3"
    words = set(suite.split("_"))
    if "PSK" in words and words & {"CBC", "NULL"}:
        return True  # RFC 5487, 3.1: whatever the hash, older versions may have them
    return version == "TLS 1.2" or not _SINCE_1_2 & words


def is_new(suite: str) -> bool:
    """Say whether a suite is one of TLS 1.3, which names no key exchange."""
    return suite.startswith(_NEW) or suite.endswith(_NEW_GOST)


def is_ephemeral(suite: str) -> bool:
    """Say whether the key exchange gives forward secrecy (every TLS 1.3 suite's does)."""
    return is_new(suite) or suite.startswith(_EPHEMERAL)


@cache
def groups_of(version: str) -> tuple[str, ...]:
    """Return the names of every group that a version can have.

    Below TLS 1.3 those of RFC 7919 are left out: a server that is offered none of them shows the
    prime it has itself, and that may be a weak one.
    """
    if version == "TLS 1.3":
        return tuple(n for code, n in GROUPS.items() if 23 <= code < 0xFF01 and code not in _OLD)
    return tuple(name for code, name in GROUPS.items() if code <= 30)
