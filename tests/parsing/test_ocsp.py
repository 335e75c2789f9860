from datetime import datetime, timedelta

import pytest
from certificate_builders import AT, intermediate, octets, stamp_list
from certificates import OCSP_SIGNING, SERVER, ec_key, issued, staple, tlv
from cryptography import x509
from cryptography.x509.ocsp import OCSPCertStatus
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.ocsp import Fault, Status, read_staple, staple_logs

LEAF = issued()
GOOD = staple(LEAF)
DAY = timedelta(days=1)


def read(response: bytes, at: datetime = AT) -> Status | Fault:
    return read_staple(response, LEAF, intermediate(), at)


def test_what_the_ca_says() -> None:
    since = AT - 2 * DAY
    assert read(GOOD) == Status(False, since)
    assert read(staple(LEAF, OCSPCertStatus.REVOKED)) == Status(True, since)
    assert read(staple(LEAF, OCSPCertStatus.UNKNOWN)) is Fault.UNKNOWN


@pytest.mark.parametrize(
    ("passed", "outcome"),
    [
        (-4 * DAY, Fault.EARLY),
        (-2 * DAY, Status(False, AT - 2 * DAY)),
        (3 * DAY, Status(False, AT - 2 * DAY)),
        (3 * DAY + timedelta(seconds=1), Fault.STALE),
    ],
)
def test_a_response_holds_for_a_time_give_or_take_a_day(
    passed: timedelta, outcome: Status | Fault
) -> None:
    assert read(GOOD, AT + passed) == outcome


def test_a_response_without_an_end_holds_for_a_day() -> None:
    response = staple(LEAF, until=None)
    assert isinstance(read(response, AT), Status)
    assert read(response, AT + timedelta(hours=1)) is Fault.STALE


def test_a_revocation_has_no_end() -> None:
    assert isinstance(read(staple(LEAF, OCSPCertStatus.REVOKED), AT + 900 * DAY), Status)


def responder(*extensions: x509.ExtensionType, issuer: str = "Intermediate") -> x509.Certificate:
    return issued(*extensions, subject="Responder", issuer=issuer)


@pytest.mark.parametrize(
    ("certificate", "believed"),
    [
        (responder(OCSP_SIGNING), True),
        (responder(SERVER), False),
        (responder(OCSP_SIGNING, issuer="Root"), False),
        (issued(OCSP_SIGNING, subject="Responder", left=-1), False),
    ],
)
def test_only_responders_of_the_ca_may_sign(certificate: x509.Certificate, believed: bool) -> None:
    response = staple(LEAF, responder=certificate, signer=ec_key("Responder"))
    assert isinstance(read(response), Status) == believed
    assert believed or read(response) is Fault.FORGED


def test_a_damaged_signature_is_not_believed() -> None:
    assert read(GOOD[:-1] + bytes([GOOD[-1] ^ 1])) is Fault.FORGED


def test_another_certificate_is_not_meant() -> None:
    assert read(staple(issued(serial=9))) is Fault.FOREIGN


def test_a_ca_that_does_not_answer() -> None:
    assert read(b"\x30\x03\x0a\x01\x03") is Fault.UNSUCCESSFUL


def with_logs(*logs: bytes) -> bytes:
    """Return a response whose single status carries timestamps (RFC 6962, 3.3), unsigned."""
    time = tlv(0x18, b"20261121090000Z")
    sha1 = tlv(0x30, bytes.fromhex("06052b0e03021a"), b"\x05\0")
    identity = tlv(0x30, sha1, octets(bytes(20)), octets(bytes(20)), b"\x02\x01\x07")
    oid = bytes.fromhex("060a2b06010401d679020405")
    stamps = tlv(0x30, oid, octets(octets(stamp_list(*logs))))
    single = tlv(0x30, identity, b"\x80\0", time, tlv(0xA1, tlv(0x30, stamps)))
    data = tlv(0x30, tlv(0xA2, octets(bytes(20))), time, tlv(0x30, single))
    ecdsa = bytes.fromhex("300a06082a8648ce3d040302")
    basic = tlv(0x30, data, ecdsa, tlv(0x03, b"\0\0"))
    kind = bytes.fromhex("06092b0601050507300101")
    wrapped = tlv(0x30, kind, tlv(0x04, basic))
    return tlv(0x30, b"\x0a\x01\0", tlv(0xA0, wrapped))


def test_logs_may_vouch_in_the_response() -> None:
    assert staple_logs(with_logs(b"A", b"B")) == {b"A".ljust(32), b"B".ljust(32)}
    assert staple_logs(GOOD) == frozenset()


@given(st.binary())
def test_any_bytes_are_read(response: bytes) -> None:
    assert isinstance(read(response), Fault)
    assert staple_logs(response) == frozenset()


@given(st.integers(0, 500), st.binary(min_size=1, max_size=8))
def test_a_damaged_response_is_read(position: int, damage: bytes) -> None:
    start = position % len(GOOD)
    damaged = GOOD[:start] + damage + GOOD[start + len(damage) :]
    assert isinstance(read(damaged), Status | Fault)
    staple_logs(with_logs(b"A")[:position] + damage)
