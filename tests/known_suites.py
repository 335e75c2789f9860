"""Which suites a configuration of the installed OpenSSL or GnuTLS means, by their IANA names."""

import re
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from programs import binary

Suites = Mapping[str, frozenset[str]]

_OPENSSL = re.compile(r"0x(\w\w),0x(\w\w) - (\S+) +- (\S+) +(\S+) +Kx=(\S+) +Au=(\S+)")
_ALL = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
_GNUTLS = re.compile(r"^(TLS_\S+)\s+0x\w\w, 0x\w\w\s+TLS(1\.\d)$", re.MULTILINE)
_GNUTLS_NAME = re.compile(r"TLS_(.+?)_((?:NULL|RC4|3DES|AES|CAMELLIA|CHACHA20)_.*)")

TLS_1_3 = frozenset(
    {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}
)


@dataclass(frozen=True)
class Listed:
    """A line of `openssl ciphers -V -stdname`."""

    code: int
    name: str
    openssl: str
    since: str
    exchange: str
    auth: str


@lru_cache
def _listed(ciphers: str) -> tuple[Listed, ...]:
    command = [binary("openssl"), "ciphers", "-V", "-stdname", ciphers]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return tuple(
        Listed(int(match[1] + match[2], 16), *match.groups()[2:])
        for match in _OPENSSL.finditer(text)
    )


def names(openssl: str) -> frozenset[str]:
    """Translate OpenSSL's names, separated by colons, to the registry's."""
    known = {suite.openssl: suite.name for suite in _listed(_ALL)}
    return frozenset(known[theirs] for theirs in openssl.split(":"))


def by_code(code: int) -> str | None:
    """Return the registry's name of a suite that OpenSSL knows."""
    return next((suite.name for suite in _listed(_ALL) if suite.code == code), None)


def openssl_name(name: str) -> str | None:
    """Return OpenSSL's name of a suite that it knows."""
    special = {"TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"}  # known, and off
    if name in special:
        return name
    return next((suite.openssl for suite in _listed(_ALL) if suite.name == name), None)


def openssl_suites(
    ciphers: str,
    *versions: str,
    auth: Collection[str] = ("RSA",),
    exchange: Collection[str] = ("ECDH", "RSA"),
) -> Suites:
    """Return what ``ciphers`` means in these versions for a server that has these kinds of key.

    ``auth`` and ``exchange`` are spelt as `openssl ciphers -V` does. TLS 1.3 has suites of its own.
    """
    fit = [
        suite
        for suite in _listed(ciphers)
        if suite.auth in auth and suite.exchange in exchange and suite.since != "TLSv1.3"
    ]
    old = frozenset(suite.name for suite in fit if suite.since in ("SSLv3", "TLSv1"))
    meant = {"TLS 1.3": TLS_1_3, "TLS 1.2": frozenset(suite.name for suite in fit)}
    return {version: meant.get(version, old) for version in versions}


def gnutls_suites(priority: str, *versions: str, exchange: Collection[str] = ()) -> Suites:
    """Return what a GnuTLS priority string means; ``exchange`` keeps only these of TLS 1.2."""
    command = [binary("gnutls-cli"), "--list", "--priority", priority]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    listed = [(_registered(name), f"TLS {since}") for name, since in _GNUTLS.findall(text)]
    return {
        version: frozenset(
            name
            for name, since in listed
            if (since == "TLS 1.3") == (version == "TLS 1.3")
            and since <= version
            and (since == "TLS 1.3" or name.split("_WITH_")[0].removeprefix("TLS_") in exchange)
        )
        for version in versions
    }


def _registered(name: str) -> str:
    """Spell GnuTLS's name of a suite as the registry does."""
    name = name.replace("ARCFOUR", "RC4").replace("_ANON", "_anon").replace("SHA1", "SHA")
    if re.match(r"TLS_(AES|CHACHA20)_", name):
        return name
    return _GNUTLS_NAME.sub(r"TLS_\1_WITH_\2", name).replace("POLY1305", "POLY1305_SHA256")
