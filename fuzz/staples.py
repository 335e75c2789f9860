"""Fuzz what comes with certificates: stapled OCSP responses and lists of timestamps."""

from datetime import UTC, datetime, timedelta

import harness
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp

with harness.instrumented():
    from secscan.parsing.ocsp import Fault, Status, read_staple, staple_logs
    from secscan.parsing.timestamps import logs_of

AT = datetime(2026, 1, 1, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "site.example")])
CERTIFICATE = (
    x509.CertificateBuilder()
    .subject_name(NAME)
    .issuer_name(NAME)
    .public_key(KEY.public_key())
    .serial_number(7)
    .not_valid_before(AT - timedelta(days=1))
    .not_valid_after(AT + timedelta(days=1))
    .sign(KEY, hashes.SHA256())
)


def once(data: bytes) -> None:
    """Read bytes as each of the two."""
    if not isinstance(read_staple(data, CERTIFICATE, CERTIFICATE, AT), Fault | Status):
        raise AssertionError("neither a status nor a fault")
    staple_logs(data)
    logs_of(data)


def _response() -> bytes:
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=CERTIFICATE,
        issuer=CERTIFICATE,
        algorithm=hashes.SHA1(),  # noqa: S303 (as responders use it, RFC 6960)
        cert_status=ocsp.OCSPCertStatus.GOOD,
        this_update=AT,
        next_update=AT + timedelta(days=1),
        revocation_time=None,
        revocation_reason=None,
    )
    own = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, CERTIFICATE)
    return own.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


if __name__ == "__main__":
    stamp = bytes(33) + bytes(8) + b"\0\0" + b"\4\3\0\1s"
    listed = len(stamp).to_bytes(2, "big") + stamp
    harness.fuzz(once, [_response(), len(listed).to_bytes(2, "big") + listed])
