from datetime import timedelta

import pytest
from builders import Cases, flat, found, outcome_of, site
from certificate_builders import AT, der
from certificates import (
    MUST_STAPLE,
    OCSP_SIGNING,
    ec_key,
    issued,
    presented,
    sending,
    serving,
    staple,
)
from cryptography.x509.ocsp import OCSPCertStatus

from secscan.evidence import Presented, SiteEvidence

LEAF, PROMISING = issued(), issued(MUST_STAPLE)
BROKEN = site(certificates=(b"\x30\x03\x02\x01\x01",))
REVOKED = staple(LEAF, OCSPCertStatus.REVOKED)
STALE = staple(LEAF, since=AT - timedelta(days=9), until=AT - timedelta(days=2))
STALE_OF_PROMISING = staple(PROMISING, since=AT - timedelta(days=9), until=AT - timedelta(days=2))
LONG_REVOKED = staple(
    LEAF, OCSPCertStatus.REVOKED, since=AT - timedelta(days=9), until=AT - timedelta(days=2)
)
UNKNOWN = staple(LEAF, OCSPCertStatus.UNKNOWN)
LONELY = serving(Presented((der(LEAF),), staple(LEAF)))

CASES: Cases = {
    "ocsp.not_revoked": [
        ("good", sending(LEAF, staple(LEAF)), "not-applicable"),
        ("revoked", sending(LEAF, REVOKED), "fail"),
        (
            "revoked for one kind of key",
            serving(presented(issued(serial=9)), presented(LEAF, REVOKED)),
            "fail",
        ),
        ("no response", site(), "not-applicable"),
        ("revoked, and the response is old", sending(LEAF, LONG_REVOKED), "fail"),
        ("out of date", sending(LEAF, STALE), "not-applicable"),
        ("of another certificate", sending(issued(serial=9), REVOKED), "not-applicable"),
        ("the issuer is not sent", LONELY, "not-tested"),
        ("a broken certificate", BROKEN, "fail"),
    ],
    "ocsp.stapled": [
        ("valid", sending(LEAF, staple(LEAF)), "not-applicable"),
        ("as promised", sending(PROMISING, staple(PROMISING)), "not-applicable"),
        ("revoked: its own check says so", sending(LEAF, REVOKED), "not-applicable"),
        ("none, and none is promised", site(), "not-applicable"),
        ("none, and one is promised", sending(PROMISING), "fail"),
        ("out of date", sending(LEAF, STALE), "fail"),
        ("out of date, and one is promised", sending(PROMISING, STALE_OF_PROMISING), "fail"),
        ("garbage", sending(LEAF, b"\x30\x03\x0a\x01\x00"), "fail"),
        ("the CA's answer is no", sending(LEAF, b"\x30\x03\x0a\x01\x03"), "fail"),
        ("the CA knows nothing", sending(LEAF, UNKNOWN), "fail"),
        ("the issuer is not sent", LONELY, "not-tested"),
        ("a broken certificate", BROKEN, "fail"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_the_day_of_revocation_is_told() -> None:
    reason = found("ocsp.not_revoked", sending(LEAF, REVOKED)).reason
    assert dict(reason.data) == {"day": "2026-11-21"}


def test_what_is_wrong_with_a_response_is_told() -> None:
    stranger = issued(OCSP_SIGNING, subject="Stranger", issuer="Older Root")
    forged = sending(LEAF, staple(LEAF, responder=stranger, signer=ec_key("Stranger")))
    assert found("ocsp.stapled", forged).reason.template.endswith("is not signed by the CA")
