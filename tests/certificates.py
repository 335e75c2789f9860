"""Certificates with one thing out of the ordinary, OCSP responses, and sites that send them."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from builders import site, tls
from certificate_builders import (
    AT,
    HOST,
    certificate,
    der,
    intermediate,
    key,
    octets,
    root,
    stamp_list,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from secscan.evidence import Answer, Presented, SiteEvidence

SERVER = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
OCSP_SIGNING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
MAIL = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
MUST_STAPLE = x509.TLSFeature([x509.TLSFeatureType.status_request])
A_CA = x509.BasicConstraints(ca=True, path_length=None)


def ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    own = key("P-256", name)
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    return own


CA_KEY = ec_key("Intermediate")


def issued(
    *extensions: x509.ExtensionType,
    subject: str = HOST,
    issuer: str = "Intermediate",
    owner: str = "",
    logs: Sequence[bytes] = (b"A", b"B"),
    serial: int = 7 << 64,
    days: int = 90,
    left: int = 60,
) -> x509.Certificate:
    """Return a certificate with these extensions; a leaf for the host without any."""
    until = AT + timedelta(days=left)
    name = [x509.NameAttribute(NameOID.COMMON_NAME, subject)]
    if owner:
        name.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, owner))
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(name))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key("P-256", "" if subject == HOST else subject).public_key())
        .serial_number(serial)
        .not_valid_before(until - timedelta(days=days))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), False)
    )
    if not any(isinstance(one, x509.ExtendedKeyUsage) for one in extensions):
        builder = builder.add_extension(SERVER, False)
    if logs:
        stamps = octets(stamp_list(*logs))
        oid = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
        builder = builder.add_extension(x509.UnrecognizedExtension(oid, stamps), False)
    for extension in extensions:
        builder = builder.add_extension(extension, False)
    return builder.sign(ec_key(issuer), hashes.SHA256())


def staple(
    leaf: x509.Certificate,
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    *,
    since: datetime = AT - timedelta(days=2),
    until: datetime | None = AT + timedelta(days=2),
    signer: ec.EllipticCurvePrivateKey = CA_KEY,
    responder: x509.Certificate | None = None,
) -> bytes:
    """Return the intermediate's OCSP response, or that of a responder, in DER."""
    revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=leaf,
            issuer=intermediate(),
            algorithm=hashes.SHA1(),  # noqa: S303 - what CAs use for it (RFC 5019)
            cert_status=status,
            this_update=since,
            next_update=until,
            revocation_time=since if revoked else None,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder or intermediate())
    )
    if responder is not None:
        builder = builder.certificates([responder])
    response = builder.sign(signer, hashes.SHA256())
    return response.public_bytes(serialization.Encoding.DER)


def serving(*shown: Presented) -> SiteEvidence:
    """Return a good site that presents these, one after the other, to clients that name it."""
    spoken = tls()
    first = spoken.hellos[0]
    assert isinstance(first.answer, Answer)
    more = [
        replace(first, answer=replace(first.answer, presented=at)) for at in range(1, len(shown))
    ]
    return site(spoken=replace(spoken, hellos=(*spoken.hellos, *more), presented=shown))


def sending(leaf: x509.Certificate, ocsp: bytes = b"", timestamps: bytes = b"") -> SiteEvidence:
    """Return a good site with another leaf, and what comes with it."""
    return serving(presented(leaf, ocsp, timestamps))


def presented(leaf: x509.Certificate, ocsp: bytes = b"", timestamps: bytes = b"") -> Presented:
    return Presented((der(leaf), der(intermediate())), ocsp, timestamps)


def beside(**changes: Any) -> SiteEvidence:
    """Return a good site that has another certificate for RSA, with these changes."""
    other = certificate(**{"kind": "RSA 3072", **changes})
    good = Presented((certificate(), der(intermediate())))
    return serving(good, Presented((other, der(intermediate()))))


def cross_signed(left: int) -> x509.Certificate:
    """Return the tests' root, signed by an older one of which so many days are left."""
    older = ec_key("Older Root")
    return (
        x509.CertificateBuilder()
        .subject_name(root().subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Older Root")]))
        .public_key(root().public_key())
        .serial_number(3)
        .not_valid_before(AT - timedelta(days=5000))
        .not_valid_after(AT + timedelta(days=left))
        .add_extension(A_CA, True)
        .sign(older, hashes.SHA256())
    )


def tlv(tag: int, *contents: bytes) -> bytes:
    """Return a DER value; of up to 511 bytes, which is enough here."""
    content = b"".join(contents)
    size = len(content).to_bytes(1 + len(content) // 256, "big")
    long = bytes([0x80 + len(size)]) if len(content) > 127 else b""
    return bytes([tag]) + long + size + content


def with_serial(number: bytes) -> x509.Certificate:
    """Return a leaf with a serial number of these octets, which cryptography would not write."""
    signed = issued(serial=7).tbs_certificate_bytes[4:]  # without its tag and length
    version, rest = signed[:5], signed[8:]
    again = tlv(0x30, version, tlv(0x02, number), rest)
    signature = CA_KEY.sign(again, ec.ECDSA(hashes.SHA256()))
    ecdsa_with_sha256 = bytes.fromhex("300a06082a8648ce3d040302")
    encoded = tlv(0x30, again, ecdsa_with_sha256, tlv(0x03, b"\0", signature))
    with warnings.catch_warnings(action="ignore"):
        return x509.load_der_x509_certificate(encoded)
