"""The certificate authority of the demo city: a root, an intermediate, and what they issue."""

import functools
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from secscan.demo.model import Certificate, DemoSite, Key

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

OTHER_HOST = "khac.thanhphomau.example"
"""The name in a certificate that was issued for another host."""


class Authority:
    """A demo authority, fresh at each start; ``root`` is what a scan is told to trust."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._root_key = ec.generate_private_key(ec.SECP256R1())
        self._key = ec.generate_private_key(ec.SECP256R1())
        root_name = _name("Cơ quan chứng thực gốc (mẫu)")
        self._name = _name("Cơ quan chứng thực trung gian (mẫu)")
        ten_years = timedelta(days=3650)
        self.root = (
            _builder(root_name, root_name, self._root_key, now - ten_years, now + ten_years)
            .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
            .add_extension(_key_usage(authority=True), critical=True)
            .sign(self._root_key, hashes.SHA256())
        )
        self.intermediate = (
            _builder(self._name, root_name, self._key, now - ten_years / 2, now + ten_years / 2)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(authority=True), critical=True)
            .add_extension(_issued_by(self._root_key), critical=False)
            .sign(self._root_key, hashes.SHA256())
        )

    def issue(self, site: DemoSite) -> tuple[PrivateKey, list[x509.Certificate]]:
        """Return the key of a site and the certificates that it sends, leaf first."""
        wanted = site.certificate
        key = _key(wanted.key)
        hosts = (OTHER_HOST,) if wanted.for_other_host else (site.host, *site.other_names)
        subject = _name(hosts[0], wanted.organisation)
        issuer, issuer_key = (subject, key) if wanted.self_signed else (self._name, self._key)
        leaf = (
            _builder(subject, issuer, key, *self._validity(wanted))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False
            )
            .add_extension(_issued_by(issuer_key), critical=False)
            .sign(issuer_key, hashes.SHA256())
        )
        alone = wanted.self_signed or not wanted.intermediate_sent
        return key, [leaf] if alone else [leaf, self.intermediate]

    def _validity(self, wanted: Certificate) -> tuple[datetime, datetime]:
        return self.now - timedelta(days=wanted.age), self.now + timedelta(days=wanted.left)


def write_certificates(folder: Path, sites: Iterable[DemoSite], now: datetime) -> None:
    """Write ``ca.pem`` and, for each site, ``<id>.pem``: its key and the chain that it sends."""
    authority = Authority(now)
    (folder / "ca.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    for site in sites:
        key, chain = authority.issue(site)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path = folder / f"{site.id}.pem"
        path.touch(mode=0o600)
        path.write_bytes(private + b"".join(one.public_bytes(Encoding.PEM) for one in chain))


def _key(kind: Key) -> PrivateKey:
    if kind is Key.P256:
        return ec.generate_private_key(ec.SECP256R1())
    if kind is Key.P384:
        return ec.generate_private_key(ec.SECP384R1())
    return _rsa_key(int(kind.value.removeprefix("RSA ")))


@functools.cache
def _rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def _name(common_name: str, organisation: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _issued_by(key: PrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _key_usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_encipherment=not authority,  # what RSA key exchange needs (RFC 5280, 4.2.1.3)
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
