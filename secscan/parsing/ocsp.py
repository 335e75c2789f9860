"""Stapled OCSP responses (RFC 6960): what a CA says of a certificate, and whether it did say so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from secscan.parsing.certificates import extension, is_issued_by, is_signed, quietly

_LONGEST = 65_536
"""Bytes of a response that are read; a real one has one or two thousand."""

_MOST = 10
"""Statuses and responders' certificates that are looked at; a real response has one of each."""

_SLACK = timedelta(days=1)
"""How wrong clocks may be and how late a server may renew, as in Mozilla's certificate library."""


class Fault(StrEnum):
    """Why a response says nothing."""

    UNREADABLE = "unreadable"
    UNSUCCESSFUL = "unsuccessful"
    FOREIGN = "of another certificate"
    FORGED = "not signed by the CA"
    EARLY = "not yet valid"
    STALE = "out of date"
    UNKNOWN = "the CA does not know the certificate"


@dataclass(frozen=True, slots=True)
class Status:
    """What the CA says: ``since`` is when the certificate was revoked, or when it was good."""

    revoked: bool
    since: datetime


def read_staple(
    response: bytes, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> Status | Fault:
    """Return what a response says of a certificate at a time, or why it says nothing."""
    found = quietly(lambda: _read(response, certificate, issuer, at), None)
    return Fault.UNREADABLE if found is None else found


def staple_logs(response: bytes) -> frozenset[bytes]:
    """Return the ids of the logs whose timestamps a response carries (RFC 6962, 3.3)."""
    return quietly(lambda: _logs(response), frozenset())


def _logs(response: bytes) -> frozenset[bytes]:
    parsed = ocsp.load_der_ocsp_response(response[:_LONGEST])
    stamps = parsed.single_extensions.get_extension_for_class(x509.SignedCertificateTimestamps)
    return frozenset(stamp.log_id for stamp in stamps.value)


def _read(
    response: bytes, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> Status | Fault:
    parsed = ocsp.load_der_ocsp_response(response[:_LONGEST])
    if parsed.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return Fault.UNSUCCESSFUL
    own = (one for one in islice(parsed.responses, _MOST) if _is_about(one, certificate, issuer))
    status = next(own, None)
    if status is None:
        return Fault.FOREIGN
    if not any(_signs(key, parsed) for key in _responders(parsed, issuer, at)):
        return Fault.FORGED
    return _judged(status, at)


def _is_about(
    status: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> bool:
    """Say whether a status is of this certificate: of this serial number by this issuer's key."""
    builder = ocsp.OCSPRequestBuilder()
    asked = builder.add_certificate(certificate, issuer, status.hash_algorithm).build()
    return (status.serial_number, status.issuer_name_hash, status.issuer_key_hash) == (
        asked.serial_number,
        asked.issuer_name_hash,
        asked.issuer_key_hash,
    )


def _responders(
    parsed: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime
) -> Iterator[x509.Certificate]:
    """Yield who may sign: the issuer, and those whom it made responders (RFC 6960, 4.2.2.2)."""
    yield issuer
    for sent in parsed.certificates[:_MOST]:
        usage = extension(sent, x509.ExtendedKeyUsage) or ()
        valid = sent.not_valid_before_utc <= at <= sent.not_valid_after_utc
        if ExtendedKeyUsageOID.OCSP_SIGNING in usage and valid and is_issued_by(sent, issuer):
            yield sent


def _signs(responder: x509.Certificate, parsed: ocsp.OCSPResponse) -> bool:
    return quietly(
        lambda: is_signed(
            parsed.tbs_response_bytes,
            parsed.signature,
            responder.public_key(),
            parsed.signature_hash_algorithm,
            padding.PKCS1v15(),
        ),
        False,
    )


def _judged(status: ocsp.OCSPSingleResponse, at: datetime) -> Status | Fault:
    if status.certificate_status is ocsp.OCSPCertStatus.REVOKED and status.revocation_time_utc:
        return Status(True, status.revocation_time_utc)  # for ever, however old the response is
    if status.certificate_status is not ocsp.OCSPCertStatus.GOOD:
        return Fault.UNKNOWN
    until = status.next_update_utc or status.this_update_utc + _SLACK
    if at < status.this_update_utc - _SLACK:
        return Fault.EARLY
    if at > until + _SLACK:
        return Fault.STALE
    return Status(False, status.this_update_utc)
