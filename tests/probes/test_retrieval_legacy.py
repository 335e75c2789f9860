"""Servers whose TLS is old, weak or for others: read all the same, and told apart."""

import asyncio
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

import programs
import pytest
import servers
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from servers import answering, chain, listening, look, response
from tlslite import tlsconnection
from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
from tlslite.errors import BaseTLSException
from tlslite.messages import ClientHello

from secscan.evidence import Hop, Missing, MissingKind, SiteEvidence, Tls

URL = "https://site.example:443/"
PAGE = response(b"old", "Server: old")
RENEGOTIATION_INFO = 0xFF01


def read(context: ssl.SSLContext) -> SiteEvidence:
    async def scenario() -> SiteEvidence:
        async with listening(answering(PAGE), context) as server:
            return await look({443: server.dial}, URL)

    return asyncio.run(scenario())


def hop_of(evidence: SiteEvidence) -> Hop:
    (hop,) = chain(evidence, "https").hops
    assert hop.first("server") == "old"
    return hop


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (ssl.TLSVersion.TLSv1, "TLSv1"),
        (ssl.TLSVersion.TLSv1_1, "TLSv1.1"),
        (ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
        (ssl.TLSVersion.TLSv1_3, "TLSv1.3"),
    ],
)
def test_a_server_of_one_version_alone_is_read(
    tmp_path: Path, version: ssl.TLSVersion, told: str
) -> None:
    context = programs.server_context(programs.certificate(tmp_path, "site.example"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    assert hop_of(read(context)).tls == told


def weak_certificate(directory: Path) -> programs.Certificate:
    """Write a certificate of a key of 1024 bits; OpenSSL takes it at security level 0 only."""
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "elsewhere.example")])
    past = datetime(2001, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(past)
        .not_valid_after(past + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    chain_file, secret = directory / "weak.pem", directory / "weak.key"
    chain_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return programs.Certificate(chain_file, secret, b"")


def test_a_small_key_long_expired_and_of_another_name_is_read(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")  # before its certificate, which is too weak for others
    made = weak_certificate(tmp_path)
    context.load_cert_chain(made.chain, made.key)
    assert hop_of(read(context)).tls == "TLSv1.3"


@contextmanager
def without_secure_renegotiation(
    made: programs.Certificate, patch: pytest.MonkeyPatch
) -> Iterator[int]:
    """Serve a page over TLS 1.2 that knows nothing of RFC 5746; give the port."""
    known = ClientHello.getExtension
    patch.setattr(
        ClientHello,
        "getExtension",
        lambda hello, kind: None if kind == RENEGOTIATION_INFO else known(hello, kind),
    )
    # A number that no client offers: so the signal among the suites is not understood either.
    patch.setattr(tlsconnection.CipherSuite, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV", 0xFFFE)
    settings = HandshakeSettings()
    settings.maxVersion, settings.versions = (3, 3), [(3, 3)]
    certificates = X509CertChain()
    certificates.parsePemList(made.chain.read_text())
    secret = parsePEMKey(made.key.read_text(), private=True)

    class Serve(BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(5)
            connection = TLSConnection(self.request)
            with suppress(OSError, BaseTLSException, ValueError):
                connection.handshakeServer(
                    certChain=certificates, privateKey=secret, settings=settings
                )
                connection.read(max=65536)
                connection.write(PAGE)
                connection.close()

    with ThreadingTCPServer(("127.0.0.1", 0), Serve) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def test_a_server_without_secure_renegotiation_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = programs.certificate(tmp_path, "site.example")
    with without_secure_renegotiation(made, monkeypatch) as port:
        evidence = asyncio.run(look({443: f"127.0.0.1:{port}"}, URL))
    assert hop_of(evidence).tls == "TLSv1.2"
    tls = servers.endpoint(evidence, "https").tls
    assert isinstance(tls, Tls)
    answers = [answer for answer in tls.answers() if answer.version == "TLS 1.2"]
    assert answers
    assert all(RENEGOTIATION_INFO not in (answer.extensions or ()) for answer in answers)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_wants_a_certificate_of_us_refuses_pages_and_shows_its_tls(
    tmp_path: Path, version: ssl.TLSVersion
) -> None:
    made = programs.certificate(tmp_path, "site.example")
    context = programs.server_context(made)
    context.minimum_version = context.maximum_version = version
    context.load_verify_locations(made.chain)
    context.verify_mode = ssl.CERT_REQUIRED
    end = servers.endpoint(read(context), "https")
    assert isinstance(end.http, Missing)
    # With an alert, or by hanging up: that is up to the server's library.
    assert end.http.kind in (MissingKind.TLS_FAILURE, MissingKind.RESET)
    assert isinstance(end.tls, Tls)
    assert any(answer.asks_certificate for answer in end.tls.answers())
