"""X.509 certificates as sent: what is in them, and the names they stand for."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import TypeVar

import idna
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

_CURVES = (ec.SECP192R1, ec.SECP224R1, ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
"""The NIST curves: browsers know no other, and which of these are too small is the policy's."""

_MD2_MD4 = {"1.2.840.113549.1.1.2": "md2", "1.2.840.113549.1.1.3": "md4"}
"""Signatures that cryptography does not know any more."""

_MOST_RSA_BITS, _MOST_E_BITS = 8192, 33
"""Of a key whose signatures are verified: BoringSSL's bounds, which Chrome keeps to."""

T = TypeVar("T")
X = TypeVar("X", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What judging needs of a certificate. ``key`` is ``RSA``, ``EC``, ``EdDSA`` or ``other``."""

    parsed: x509.Certificate
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    key: str
    key_bits: int
    signature_hash: str
    self_signed: bool
    serial: int
    authority: bool  # is itself a CA's (RFC 5280 4.2.1.9)
    signs: bool  # may sign the key exchange (RFC 5280 4.2.1.3)
    logs: frozenset[bytes]  # certificate transparency logs whose timestamps are in it (RFC 6962)
    issuer_url: bool  # says where its issuer's certificate is (RFC 5280 4.2.2.1)
    must_staple: bool  # RFC 7633
    policies: frozenset[str]

    @property
    def subject(self) -> str:
        """Return the subject as text."""
        return _name(self.parsed.subject)

    @property
    def issuer(self) -> str:
        """Return the issuer as text."""
        return _name(self.parsed.issuer)

    @property
    def organisation(self) -> str:
        """Return the organisation that the certificate names, "" where it names none."""
        found = self.parsed.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        return str(found[0].value) if found else ""

    @property
    def logged(self) -> bool:
        """Say whether a log has it: logs take the certificates of public CAs alone."""
        return bool(self.logs)


@lru_cache(maxsize=512)  # many checks read the same chain, and reading verifies signatures
def read_certificate(der: bytes) -> Certificate | None:
    """Return what a DER certificate says, or None where it cannot be read."""
    try:
        with warnings.catch_warnings():  # of serial numbers, which a check judges
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            parsed = x509.load_der_x509_certificate(der)
            serial = parsed.serial_number
        _ = parsed.version, parsed.subject, parsed.issuer  # lazily parsed: may raise only now
        not_before, not_after = parsed.not_valid_before_utc, parsed.not_valid_after_utc
    except Exception:  # as in quietly
        return None
    key, bits = _key(parsed)
    basic, usage = extension(parsed, x509.BasicConstraints), extension(parsed, x509.KeyUsage)
    stamps = extension(parsed, x509.PrecertificateSignedCertificateTimestamps)
    access = extension(parsed, x509.AuthorityInformationAccess)
    return Certificate(
        parsed=parsed,
        names=_alternative_names(parsed, x509.DNSName),
        addresses=_alternative_names(parsed, x509.IPAddress),
        not_before=not_before,
        not_after=not_after,
        key=key,
        key_bits=bits,
        signature_hash=quietly(lambda: _hash(parsed), ""),
        self_signed=is_issued_by(parsed, parsed),
        serial=serial,
        authority=basic is not None and basic.ca,
        signs=usage is None or usage.digital_signature,
        logs=quietly(lambda: frozenset(stamp.log_id for stamp in stamps or ()), frozenset()),
        issuer_url=access is not None
        and any(d.access_method == AuthorityInformationAccessOID.CA_ISSUERS for d in access),
        must_staple=any(
            feature in (x509.TLSFeatureType.status_request, x509.TLSFeatureType.status_request_v2)
            for feature in extension(parsed, x509.TLSFeature) or ()
        ),
        policies=frozenset(
            policy.policy_identifier.dotted_string
            for policy in extension(parsed, x509.CertificatePolicies) or ()
        ),
    )


@lru_cache(maxsize=4096)  # the same pairs are tried for every check
def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether the issuer's name and key made this certificate.

    Not by cryptography's own check, which is stricter than browsers: it refuses MD5 and SHA-1,
    which another check judges, and names that differ in nothing but the kind of their string.
    """
    if certificate.issuer != issuer.subject:
        return False
    return quietly(lambda: _is_made_by(certificate, issuer.public_key()), False)


def _is_made_by(certificate: x509.Certificate, key: CertificatePublicKeyTypes) -> bool:
    parameters = certificate.signature_algorithm_parameters
    return is_signed(
        certificate.tbs_certificate_bytes,
        certificate.signature,
        key,
        certificate.signature_hash_algorithm,
        parameters if isinstance(parameters, padding.PSS) else padding.PKCS1v15(),
    )


def is_signed(
    signed: bytes,
    signature: bytes,
    key: CertificatePublicKeyTypes,
    digest: hashes.HashAlgorithm | None,
    rsa_padding: padding.AsymmetricPadding,
) -> bool:
    """Say whether a signature holds; where it does not, this may raise (see ``quietly``)."""
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(signature, signed)
        return True
    if digest is None:
        return False
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(digest))
        return True
    if isinstance(key, rsa.RSAPublicKey) and not _is_slow(key):
        key.verify(signature, signed, rsa_padding, digest)
        return True
    return False


def _is_slow(key: rsa.RSAPublicKey) -> bool:
    """Say whether verifying takes far longer than it should; browsers refuse such keys too."""
    return key.key_size > _MOST_RSA_BITS or key.public_numbers().e.bit_length() > _MOST_E_BITS


def matches(certificate: Certificate, host: str) -> bool:
    """Say whether a certificate stands for a host (RFC 9525): never by its common name."""
    try:
        return str(ip_address(host)) in certificate.addresses
    except ValueError:
        wanted = a_label(host)
    return any(_matches_name(name.lower().rstrip("."), wanted) for name in certificate.names)


def a_label(host: str) -> str:
    """Return a host name in the form that certificates carry: A-labels, lower case, no root dot."""
    host = host.rstrip(".").lower()
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except UnicodeError:
        return host


def _matches_name(presented: str, wanted: str) -> bool:
    """Compare by RFC 9525 6.3: a wildcard is the whole left-most label and stands for one."""
    label, _, rest = presented.partition(".")
    if "*" not in presented:
        return presented == wanted
    if label != "*" or "*" in rest or "." not in rest:
        return False
    first, _, parent = wanted.partition(".")
    return bool(first) and parent == rest


def _key(parsed: x509.Certificate) -> tuple[str, int]:
    key = quietly(parsed.public_key, None)
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES):
        return "EC", key.key_size
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return "EdDSA", 0
    return "other", 0


def _hash(parsed: x509.Certificate) -> str:
    """Return the hash of the signature by name, "" where it has none of its own (EdDSA)."""
    old = _MD2_MD4.get(parsed.signature_algorithm_oid.dotted_string)
    if old is not None:
        return old
    algorithm = parsed.signature_hash_algorithm
    return algorithm.name if algorithm is not None else ""


def _alternative_names(
    parsed: x509.Certificate, kind: type[x509.DNSName] | type[x509.IPAddress]
) -> tuple[str, ...]:
    names = extension(parsed, x509.SubjectAlternativeName)
    return tuple(str(name.value) for name in names or () if isinstance(name, kind))


def extension(parsed: x509.Certificate, kind: type[X]) -> X | None:
    """Return an extension's value, or None where it is not there or cannot be read."""
    return quietly(lambda: parsed.extensions.get_extension_for_class(kind).value, None)


def _name(name: x509.Name) -> str:
    return quietly(name.rfc4514_string, "")


def quietly(read: Callable[[], T], otherwise: T) -> T:
    """Return what can be read, or the other value: hostile parts must not hide the good ones.

    What cryptography raises on damaged bytes is no closed list: a KeyError has been seen.
    """
    try:
        return read()
    except Exception:
        return otherwise
