"""Certificates of every kind for test servers: a small CA, its chains, and what can be wrong."""

import ipaddress
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID
from programs import binary

HOST = "site.example"
TODAY = datetime.now(UTC).replace(microsecond=0)
LIFETIME = timedelta(days=90)
SOON = TODAY + timedelta(days=60)

Key = CertificateIssuerPrivateKeyTypes


@dataclass(frozen=True)
class Chain:
    """A chain as a server sends it and the key of its leaf, as files and as DER.

    ``rest`` is the chain without its leaf, for servers that want it apart.
    """

    chain: Path
    rest: Path
    key: Path
    sent: tuple[bytes, ...]


@dataclass(frozen=True)
class Made:
    """A certificate that can issue others."""

    certificate: x509.Certificate
    key: Key


@lru_cache
def key_of(kind: str, owner: str = "leaf") -> Key:
    """Return the key of a kind, made once for each owner: keys cost time."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))
    if kind.startswith("dsa"):
        return dsa.generate_private_key(int(kind.removeprefix("dsa")))
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP384R1() if kind == "p384" else ec.SECP256R1())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def issue(
    subject: str,
    key: Key,
    issuer: Made | None = None,
    hosts: Sequence[str] = (),
    until: datetime = SOON,
) -> Made:
    """Issue a certificate for the 90 days before ``until``, by its issuer or by itself."""
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer.certificate.subject if issuer else _name(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - LIFETIME)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
    )
    if hosts:
        names = x509.SubjectAlternativeName([_alternative(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Made(builder.sign(signer, digest), key)


@lru_cache
def root() -> Made:
    """Return the certificate of our own root CA."""
    return issue("Test Root", key_of("p256", "root"))


@lru_cache
def intermediate() -> Made:
    """Return the certificate of the CA that issues leaves."""
    return issue("Test Intermediate", key_of("p256", "intermediate"), root())


@lru_cache
def leaf(kind: str = "rsa2048", *hosts: str, until: datetime = SOON) -> Made:
    """Issue a leaf below the intermediate, for site.example unless told otherwise."""
    names = hosts or (HOST,)
    return issue(names[0], key_of(kind), intermediate(), names, until)


def write(directory: Path, *sent: Made, name: str = "leaf") -> Chain:
    """Write a chain in the order given, and the key of its first certificate."""
    chain, rest, key = (directory / f"{name}.{part}" for part in ("pem", "rest", "key"))
    certificates = [made.certificate for made in sent]
    pem, der = serialization.Encoding.PEM, serialization.Encoding.DER
    texts = [one.public_bytes(pem) for one in certificates]
    chain.write_bytes(b"".join(texts))
    rest.write_bytes(b"".join(texts[1:]))
    key.write_bytes(
        sent[0].key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return Chain(chain, rest, key, tuple(one.public_bytes(der) for one in certificates))


def ordinary(directory: Path, kind: str = "rsa2048") -> Chain:
    """Write a leaf of a kind with its intermediate, named after the kind."""
    if kind == "rsa512":
        return small(directory)
    return write(directory, leaf(kind), intermediate(), name=kind)


@lru_cache
def sha1_leaf() -> Made:
    """Issue a leaf that is signed with SHA-1, which only the command line still does."""
    key = key_of("rsa2048")
    request = x509.CertificateSigningRequestBuilder().subject_name(_name(HOST))
    pem = serialization.Encoding.PEM
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        issuer = write(directory, intermediate())
        asked, names = directory / "request.pem", directory / "names"
        asked.write_bytes(request.sign(key, hashes.SHA256()).public_bytes(pem))
        names.write_text(f"subjectAltName = DNS:{HOST}\n")
        command = [
            *(binary("openssl"), "x509", "-req", "-in", str(asked), "-days", "60", "-sha1"),
            *("-CA", str(issuer.chain), "-CAkey", str(issuer.key), "-extfile", str(names)),
        ]
        signed = subprocess.run(command, check=True, capture_output=True).stdout
    return Made(x509.load_pem_x509_certificate(signed), key)


def small(directory: Path) -> Chain:
    """Write a certificate of RSA with 512 bits, by itself: export suites need no second key."""
    chain, rest, key = (directory / f"rsa512.{part}" for part in ("pem", "rest", "key"))
    command = [
        *(binary("openssl"), "req", "-x509", "-newkey", "rsa:512", "-nodes", "-days", "60"),
        *("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
        *("-out", str(chain), "-keyout", str(key)),
    ]
    subprocess.run(command, check=True, capture_output=True)
    made = x509.load_pem_x509_certificate(chain.read_bytes())
    rest.touch()
    return Chain(chain, rest, key, (made.public_bytes(serialization.Encoding.DER),))


def staple(path: Path, subject: Made, issuer: Made) -> None:
    """Write the issuer's OCSP answer that a certificate is good (RFC 6960)."""
    answer = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            subject.certificate,
            issuer.certificate,
            hashes.SHA256(),
            ocsp.OCSPCertStatus.GOOD,
            TODAY - timedelta(days=1),
            TODAY + timedelta(days=5),
            None,
            None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.NAME, issuer.certificate)
        .sign(issuer.key, hashes.SHA256())
    )
    path.write_bytes(answer.public_bytes(serialization.Encoding.DER))
