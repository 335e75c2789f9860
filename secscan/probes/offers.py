"""What a TLS hello offers: versions and suites, from the tables of sslyze.

sslyze brings two OpenSSLs. The modern one has TLS 1.3 and 1.2; the legacy one all that came
before, and the suites of TLS 1.2 that the modern one has dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from nassl.legacy_ssl_client import LegacySslClient
from nassl.ssl_client import BaseSslClient, OpenSslVerifyEnum, OpenSslVersionEnum, SslClient
from sslyze.plugins.openssl_cipher_suites.cipher_suites import (
    _TLS_1_3_CIPHER_SUITES,
    _TLS_OPENSSL_TO_RFC_NAMES_MAPPING,
)
from sslyze.server_connectivity import TlsVersionEnum

from secscan.probes.dns import literal

VERSIONS: Mapping[str, TlsVersionEnum] = {
    "TLS 1.3": TlsVersionEnum.TLS_1_3,
    "TLS 1.2": TlsVersionEnum.TLS_1_2,
    "TLS 1.1": TlsVersionEnum.TLS_1_1,
    "TLS 1.0": TlsVersionEnum.TLS_1_0,
    "SSLv3": TlsVersionEnum.SSL_3_0,
}
"""The versions that are looked for, newest first."""

_ANY = "TLS 1.0 to TLS 1.3"
_ALL = "ALL:COMPLEMENTOFALL:-PSK:-SRP"

IANA: Mapping[str, str] = {
    **_TLS_OPENSSL_TO_RFC_NAMES_MAPPING,
    **{name: name for name in _TLS_1_3_CIPHER_SUITES},
}
"""The IANA name of each suite by OpenSSL's."""

# Asked first, so that a budget which runs out has cut good suites and not bad ones.
_WEAK = ("NULL", "EXPORT", "anon", "RC2", "RC4", "DES", "IDEA", "SEED", "MD5")


@dataclass(frozen=True)
class Offer:
    """What one hello offers: a version, suites by OpenSSL's names, and which OpenSSL sends it."""

    version: str
    suites: tuple[str, ...]
    legacy: bool = False

    def client(self, host: str) -> BaseSslClient:
        """Return a client that makes this offer to a host."""
        client = _client(self.version, self.legacy)
        names = ":".join(self.suites)
        if self.version == "TLS 1.3" and isinstance(client, SslClient):
            client.set_ciphersuites(names)
        else:
            client.set_cipher_list(names if self.legacy else f"{names}:@SECLEVEL=0")
        if literal(host) is None:  # RFC 6066, section 3: no addresses in server_name
            client.set_tlsext_host_name(host)
        return client

    def without(self, found: set[str]) -> "Offer":
        """Return what is left of it when these suites, by their IANA names, are known."""
        left = (suite for suite in self.suites if IANA[suite] not in found)
        return replace(self, suites=tuple(left))

    def part(self, weak: bool) -> "Offer":
        """Return its weak suites, or the others."""
        chosen = (
            suite for suite in self.suites if weak == any(word in IANA[suite] for word in _WEAK)
        )
        return replace(self, suites=tuple(chosen))


def _client(version: str, legacy: bool) -> BaseSslClient:
    kind = LegacySslClient if legacy else SslClient
    known = VERSIONS.get(version)
    return kind(
        ssl_version=OpenSslVersionEnum(known.value if known else 0),
        ssl_verify=OpenSslVerifyEnum.NONE,
        ignore_client_authentication_requests=True,
    )


@cache
def ordinary(legacy: bool) -> Offer:
    """Return what any client offers or, for servers which want none of that, all we have."""
    client = _client(_ANY, legacy)
    client.set_cipher_list(_ALL if legacy else "DEFAULT:@SECLEVEL=0")
    return Offer(_ANY, tuple(client.get_cipher_list()), legacy)


@cache
def offers(version: str) -> tuple[Offer, ...]:
    """Return the offers that together hold every suite of a version, the first one the widest."""
    if version == "TLS 1.3":
        return (Offer(version, tuple(_TLS_1_3_CIPHER_SUITES)),)
    old = _suites(version, legacy=True)
    if version != "TLS 1.2":
        return (Offer(version, old, legacy=True),)
    new = _suites(version, legacy=False)
    known = {IANA[suite] for suite in new}
    return Offer(version, new), Offer(version, old, legacy=True).without(known)


def _suites(version: str, legacy: bool) -> tuple[str, ...]:
    client = _client(version, legacy)
    client.set_cipher_list(_ALL if legacy else f"{_ALL}:@SECLEVEL=0")
    names = client.get_cipher_list()
    return tuple(name for name in names if name not in _TLS_1_3_CIPHER_SUITES)
