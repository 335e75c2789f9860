"""Certificates of a made-up CA, for the evidence of tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

HOST = "www.portal.example"
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@cache
def key(kind: str = "P-256", name: str = "") -> Key:
    """Return a private key; each (kind, name) is made once in a run."""
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind.startswith("RSA"):
        return rsa.generate_private_key(65537, int(kind.split()[1]))
    curves = {"P-256": ec.SECP256R1(), "P-192": ec.SECP192R1(), "secp256k1": ec.SECP256K1()}
    return ec.generate_private_key(curves[kind])


@cache
def root() -> x509.Certificate:
    return _authority("Root", None)


@cache
def intermediate() -> x509.Certificate:
    return _authority("Intermediate", root())


def certificate(
    *,
    names: Sequence[x509.GeneralName | str] = (HOST,),
    days: int = 198,
    left: int = 100,
    start: datetime | None = None,
    kind: str = "P-256",
    issuer: str = "Intermediate",
    logged: bool = True,
) -> bytes:
    """Return a leaf in DER: ``days`` long with ``left`` to go, by an authority or by itself."""
    first = start or AT + timedelta(days=left) - timedelta(days=days)
    own, name = key(kind), _name(HOST)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if issuer == "self" else _name(issuer))
        .public_key(own.public_key())
        .serial_number(7 << 64)
        .not_valid_before(first)
        .not_valid_after(first + timedelta(days=days) - timedelta(seconds=1))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
    )
    if names:
        general = [x509.DNSName(one) if isinstance(one, str) else one for one in names]
        builder = builder.add_extension(x509.SubjectAlternativeName(general), False)
    if logged:
        builder = _as_public(builder)
    signer = own if issuer == "self" else _authority_key(issuer)
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return der(builder.sign(signer, algorithm))


@cache
def chain() -> tuple[bytes, ...]:
    """Return the good chain: leaf and intermediate."""
    return certificate(), der(intermediate())


@cache
def unknown_chain() -> tuple[bytes, ...]:
    """Return a chain that leads to a root that nobody knows, and leaves it out."""
    unknown = _authority("Unknown Root", None)
    return certificate(issuer="Unknown"), der(_authority("Unknown", unknown))


@cache
def sha1_chain() -> tuple[bytes, ...]:
    """Return a chain whose leaf is signed with SHA-1, which cryptography refuses to write.

    The names of the two algorithms are of one length, so they can be swapped before signing.
    """
    leaf = certificate(issuer="RSA 2048")
    sha256, sha1 = (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01" + end for end in (b"\x0b", b"\x05"))
    signed = x509.load_der_x509_certificate(leaf).tbs_certificate_bytes.replace(sha256, sha1)
    signer = key("RSA 2048", "RSA 2048")
    assert isinstance(signer, rsa.RSAPrivateKey)
    signature = signer.sign(signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - to be found
    swapped = leaf.replace(sha256, sha1)[: -len(signature)] + signature
    return swapped, der(_authority("RSA 2048", root()))


def der(parsed: x509.Certificate) -> bytes:
    return parsed.public_bytes(serialization.Encoding.DER)


def stamp_list(*logs: bytes) -> bytes:
    """Return a list of timestamps (RFC 6962, 3.3) of logs with these names; no log signed them."""
    signature = b"\x04\x03" + _vector(bytes(8))
    stamps = (b"\0" + log.ljust(32) + bytes(8) + _vector(b"") + signature for log in logs)
    return _vector(b"".join(map(_vector, stamps)))


def octets(content: bytes) -> bytes:
    """Return bytes as a DER octet string, as extensions hold them; up to 255 bytes."""
    return b"\x04" + (b"\x81" if len(content) > 127 else b"") + bytes([len(content)]) + content


def _vector(content: bytes) -> bytes:
    return len(content).to_bytes(2, "big") + content


def _as_public(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    """Add what a public CA's certificate carries: log timestamps, and where its issuer's is."""
    fetch = x509.AccessDescription(
        AuthorityInformationAccessOID.CA_ISSUERS,
        x509.UniformResourceIdentifier("http://ca.example/intermediate.cer"),
    )
    stamps = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2"), octets(stamp_list(b"A", b"B", b"C"))
    )
    return builder.add_extension(x509.AuthorityInformationAccess([fetch]), False).add_extension(
        stamps, False
    )


def _authority_key(name: str) -> Key:
    return key(name if name.startswith("RSA") else "P-256", name)


def _authority(name: str, issuer: x509.Certificate | None) -> x509.Certificate:
    own = _authority_key(name)
    signer = own if issuer is None else _authority_key("Root")
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(name) if issuer is None else issuer.subject)
        .public_key(own.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2010, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(signer, hashes.SHA256())
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
