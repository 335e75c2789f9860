"""A CA that revokes: a leaf that names its list, and lists of every kind."""

from collections.abc import Sequence
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from tls_certificates import HOST, LIFETIME, SOON, TODAY, Made, intermediate, key_of

DER = serialization.Encoding.DER
URL = f"http://{HOST}/ca.crl"


def leaf(*urls: str, reasons: frozenset[x509.ReasonFlags] | None = None) -> Made:
    """Issue a leaf for site.example that says where its lists are."""
    key, issuer = key_of("rsa2048"), intermediate()
    points = [
        x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, reasons, None)
        for url in urls
    ]
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SOON - LIFETIME)
        .not_valid_after(SOON)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=True)
    )
    if points:
        builder = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
    return Made(builder.sign(issuer.key, hashes.SHA256()), key)


def chain(made: Made) -> tuple[bytes, ...]:
    """Return a leaf with its issuer, as a server presents them."""
    return tuple(one.certificate.public_bytes(DER) for one in (made, intermediate()))


def revocation_list(
    *revoked: int,
    issuer: Made | None = None,
    key: Made | None = None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    encoding: serialization.Encoding = DER,
) -> bytes:
    """Return a list of these serial numbers, signed by the issuer, or with another's key."""
    issuer = issuer or intermediate()
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(TODAY - timedelta(hours=1))
        .next_update(TODAY + timedelta(days=7))
    )
    for serial in revoked:
        entry = x509.RevokedCertificateBuilder(serial, TODAY - timedelta(days=1)).build()
        builder = builder.add_revoked_certificate(entry)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    signer = (key or issuer).key
    return builder.sign(signer, hashes.SHA256()).public_bytes(encoding)


def scope(url: str = "", **only: bool) -> tuple[x509.ExtensionType, bool]:
    """Return the extension that says which certificates a list covers."""
    names = [x509.UniformResourceIdentifier(url)] if url else None
    flags = {
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
        **only,
    }
    return x509.IssuingDistributionPoint(names, None, only_some_reasons=None, **flags), True
