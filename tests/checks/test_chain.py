import pytest
from builders import Cases, flat, found, outcome_of, site
from certificate_builders import certificate, der, intermediate, root
from certificates import A_CA, beside, cross_signed, issued

from secscan.check import Outcome
from secscan.evidence import SiteEvidence

LEAF, CA, ROOT = certificate(), der(intermediate()), der(root())
STRANGER = der(issued(A_CA, subject="Stranger", issuer="Older Root"))


def sent(*certificates: bytes) -> SiteEvidence:
    return site(certificates=certificates)


CASES: Cases = {
    "chain.order": [
        ("in order", site(), "pass"),
        ("the root is sent too", sent(LEAF, CA, ROOT), "pass"),
        ("a cross-signed root that has expired", sent(LEAF, CA, der(cross_signed(-5))), "pass"),
        ("one of no use", sent(LEAF, CA, STRANGER), "partial 1/2"),
        ("one of no use between", sent(LEAF, STRANGER, CA), "partial 1/2"),
        ("twice", sent(LEAF, CA, CA), "partial 1/2"),
        ("the leaf again", sent(LEAF, LEAF, CA), "partial 1/2"),
        ("the root first", sent(LEAF, ROOT, CA), "fail"),
        ("both kinds of key in order", beside(), "pass"),
        ("the leaf alone", sent(LEAF), "not-applicable"),
        ("a broken certificate", sent(b"\x30\x03\x02\x01\x01"), "fail"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def told(*certificates: bytes) -> list[tuple[str, str, str]]:
    items = found("chain.order", sent(*certificates)).items
    return [(one.subject.split()[-1], one.outcome, one.reason.template) for one in items]


def test_what_is_not_in_its_place_is_named() -> None:
    assert told(LEAF, ROOT, CA, STRANGER) == [
        ("#2", Outcome.FAIL, "comes before the certificate that it issued: {subject}"),
        ("#3", Outcome.PASS, "in its place: {subject}"),
        ("#4", Outcome.PARTIAL, "leads nowhere: {subject}"),
    ]


def test_roots_and_expired_cross_signed_ones_are_only_told() -> None:
    assert told(LEAF, CA, ROOT, der(cross_signed(-5))) == [
        ("#2", Outcome.PASS, "in its place: {subject}"),
        ("#3", Outcome.PASS, "a root, which need not be sent: {subject}"),
        ("#4", Outcome.PASS, "in its place, but expired on {day}: {subject}"),
    ]
