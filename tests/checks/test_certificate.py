from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from builders import Cases, catalog, facts, flat, found, outcome_of, policy, site, without_https
from certificate_builders import (
    AT,
    HOST,
    certificate,
    chain,
    der,
    intermediate,
    root,
    sha1_chain,
    unknown_chain,
)
from certificates import A_CA, MAIL, beside, cross_signed, issued, sending, serving
from cryptography import x509

from secscan.check import Outcome
from secscan.evidence import Presented, SiteEvidence
from secscan.finding import judge

CA = der(intermediate())
A_LABELS = "xn--cng-qmz.portal.example"


def leaf(*, host: str = HOST, **changes: Any) -> SiteEvidence:
    return site(host=host, certificates=(certificate(**changes), CA))


SELF_SIGNED = site(certificates=(certificate(issuer="self", logged=False, days=90, left=60),))
PRIVATE = site(certificates=(certificate(issuer="Somebody", logged=False),))
HALF_COMPLETE = serving(Presented(chain()), Presented((certificate(kind="RSA 3072"),)))
INCOMPLETE = site(certificates=(certificate(),))
ROOT_INSTEAD = site(certificates=(certificate(), der(root())))
UNKNOWN = site(certificates=unknown_chain())
BROKEN = site(certificates=(b"\x30\x03\x02\x01\x01",))
EXPIRED_ROOTWARD = site(
    certificates=(certificate(), CA, certificate(issuer="Somebody", left=-900), der(root()))
)


LONG = certificate(days=900)
STRANGER = der(issued(A_CA, subject="Stranger", issuer="Older Root"))
MAIL_CA = der(issued(A_CA, MAIL, subject="Mail", issuer="Root"))
OLD_CA = der(issued(A_CA, subject="Old", issuer="Root", days=900, left=-5))


def bought(on: datetime, days: int) -> SiteEvidence:
    return leaf(start=on, days=days)


CASES: Cases = {
    "certificate.trusted": [
        ("a path to a root", site(), "pass"),
        ("the root is sent too", site(certificates=(*chain(), der(root()))), "pass"),
        ("in any order, with useless others", EXPIRED_ROOTWARD, "pass"),
        ("expired: its own check says so", leaf(left=-10), "pass"),
        ("another name: its own check says so", leaf(names=("a.example",)), "pass"),
        ("a key of 1024 bits: its own check says so", leaf(kind="RSA 1024"), "pass"),
        ("a missing intermediate, which browsers fetch", INCOMPLETE, "partial 1/2"),
        ("signed with SHA-1: its own check says so", site(certificates=sha1_chain()), "pass"),
        ("RSA and EC", beside(), "pass"),
        ("RSA self-signed, EC trusted", beside(issuer="self"), "fail"),
        ("a stranger in its place", site(certificates=(certificate(), STRANGER)), "partial 1/2"),
        (
            "a root that is also cross-signed, and that has expired",
            site(certificates=(certificate(), CA, der(cross_signed(-900)))),
            "pass",
        ),
        ("the root first", site(certificates=(certificate(), der(root()), CA)), "pass"),
        ("not for servers", sending(issued(MAIL)), "fail"),
        (
            "its CA is for mail alone",
            site(certificates=(der(issued(issuer="Mail", logs=())), MAIL_CA)),
            "fail",
        ),
        (
            "its CA has expired",
            site(certificates=(der(issued(issuer="Old", logs=())), OLD_CA)),
            "fail",
        ),
        ("self-signed", SELF_SIGNED, "fail"),
        ("the root in place of the intermediate", ROOT_INSTEAD, "partial 1/2"),
        ("an intermediate of an unknown root", UNKNOWN, "fail"),
        ("a private CA", PRIVATE, "fail"),
        ("a broken certificate", BROKEN, "fail"),
        ("no HTTPS", without_https(), "fail"),
    ],
    "certificate.name_matches": [
        ("the name", site(), "pass"),
        ("a wildcard for one label", leaf(names=("*.portal.example",)), "pass"),
        ("upper case", leaf(names=("WWW.Portal.Example",)), "pass"),
        ("RSA for another name", beside(names=("a.example",)), "fail"),
        ("a root dot in the certificate", leaf(names=(f"{HOST}.",)), "pass"),
        ("a root dot in the address", leaf(host=f"{HOST}."), "pass"),
        ("a wildcard for two labels", leaf(host=f"a.{HOST}", names=("*.portal.example",)), "fail"),
        ("a wildcard for none", leaf(host="portal.example", names=("*.portal.example",)), "fail"),
        ("a wildcard before a label", leaf(names=("*w.portal.example",)), "fail"),
        ("a wildcard after a label", leaf(names=("w*.portal.example",)), "fail"),
        ("a wildcard within a label", leaf(names=("w*w.portal.example",)), "fail"),
        ("a second wildcard", leaf(host=f"a.{HOST}", names=("*.*.portal.example",)), "fail"),
        ("a wildcard further on", leaf(names=("www.*.example",)), "fail"),
        ("a wildcard alone", leaf(host="example", names=("*",)), "fail"),
        ("a wildcard within A-labels", leaf(host=A_LABELS, names=("xn--*.example",)), "fail"),
        ("a wildcard for A-labels", leaf(host=A_LABELS, names=("*.portal.example",)), "pass"),
        (
            "a wildcard for a whole domain",
            leaf(host="portal.example", names=("*.example",)),
            "fail",
        ),
        ("another name", leaf(names=("www.other.example",)), "fail"),
        ("the common name alone", leaf(names=()), "fail"),
        ("self-signed for the name", SELF_SIGNED, "pass"),
        ("A-labels", leaf(host="cổng.example", names=("xn--cng-tpa04f.example",)), "fail"),
        (
            "A-labels of the name",
            leaf(host="cổng.example", names=("cổng.example".encode("idna").decode(),)),
            "pass",
        ),
        ("A-labels in upper case", leaf(host=A_LABELS, names=(A_LABELS.upper(),)), "pass"),
        ("an IDNA 2008 name", leaf(host="faß.example", names=("xn--fa-hia.example",)), "pass"),
        ("its IDNA 2003 form", leaf(host="faß.example", names=("fass.example",)), "fail"),
        (
            "an IPv6 address",
            leaf(host="[2001:db8:0::7]", names=(x509.IPAddress(ip_address("2001:db8::7")),)),
            "pass",
        ),
        ("a wildcard for an address", leaf(host="192.0.2.7", names=("*.0.2.7",)), "fail"),
        (
            "an address",
            leaf(host="192.0.2.7", names=(x509.IPAddress(ip_address("192.0.2.7")),)),
            "pass",
        ),
        ("an address as a name", leaf(host="192.0.2.7", names=("192.0.2.7",)), "fail"),
        ("a broken certificate", BROKEN, "fail"),
    ],
    "certificate.not_expired": [
        ("valid", site(), "pass"),
        ("expired yesterday", leaf(left=-1), "fail"),
        ("RSA expired, EC valid", beside(left=-1), "fail"),
        ("not yet valid", leaf(start=AT + timedelta(days=1)), "fail"),
        ("a broken certificate", BROKEN, "fail"),
    ],
    "certificate.days_left": [
        ("a hundred days", site(), "pass"),
        ("30 days", leaf(left=31), "pass"),
        ("a third of a short life", leaf(days=47, left=17), "pass"),
        ("RSA has eight of them, EC a hundred", beside(days=47, left=8), "partial 8/17"),
        ("less than a third of a short life", leaf(days=47, left=8), "partial 8/17"),
        ("one second", leaf(start=AT - timedelta(days=198) + timedelta(seconds=1)), "partial 1/31"),
        ("expired: its own check says so", leaf(left=-1), "not-applicable"),
        ("RSA expired, EC in its last days", beside(left=-1), "pass"),
        ("a broken certificate", BROKEN, "fail"),
    ],
    "certificate.lifetime": [
        ("200 days", bought(datetime(2026, 3, 15, tzinfo=UTC), 200), "not-applicable"),
        ("RSA lives too long", beside(days=900), "fail"),
        ("201 days", bought(datetime(2026, 3, 15, tzinfo=UTC), 201), "fail"),
        (
            "398 days, issued before",
            bought(datetime(2026, 3, 14, tzinfo=UTC), 398),
            "not-applicable",
        ),
        ("399 days, issued before", bought(datetime(2026, 3, 14, tzinfo=UTC), 399), "fail"),
        ("825 days in 2020", bought(datetime(2020, 8, 31, tzinfo=UTC), 825), "not-applicable"),
        ("101 days in 2027", bought(datetime(2027, 3, 15, tzinfo=UTC), 101), "fail"),
        ("48 days in 2029", bought(datetime(2029, 3, 15, tzinfo=UTC), 48), "fail"),
        ("a public CA, its intermediate not sent", site(certificates=(LONG,)), "fail"),
        (
            "a private CA, for ten years",
            site(certificates=(certificate(issuer="Somebody", logged=False, days=3650),)),
            "not-applicable",
        ),
        ("a broken certificate", BROKEN, "fail"),
    ],
    "certificate.key_strength": [
        ("P-256", site(), "pass"),
        ("RSA 3072", leaf(kind="RSA 3072"), "pass"),
        ("EdDSA", leaf(kind="Ed25519"), "pass"),
        ("RSA 2048", leaf(kind="RSA 2048"), "partial 3/4"),
        ("RSA 1024", leaf(kind="RSA 1024"), "fail"),
        ("RSA 1024 beside P-256", beside(kind="RSA 1024"), "fail"),
        ("RSA 2048 beside P-256", beside(kind="RSA 2048"), "partial 3/4"),
        ("P-192", leaf(kind="P-192"), "fail"),
        ("a curve that no browser knows", leaf(kind="secp256k1"), "fail"),
        ("a broken certificate", BROKEN, "fail"),
    ],
    "certificate.signature_hash": [
        ("SHA-256", site(), "not-applicable"),
        ("SHA-1", site(certificates=sha1_chain()), "fail"),
        ("SHA-1 beside SHA-256", serving(Presented(chain()), Presented(sha1_chain())), "fail"),
        ("self-signed", SELF_SIGNED, "not-applicable"),
        ("a broken certificate", BROKEN, "fail"),
    ],
    "certificate.chain_complete": [
        ("complete", site(), "pass"),
        (
            "a private CA that sends its root",
            site(certificates=(certificate(issuer="Private"), der(root()))),
            "fail",
        ),
        ("a missing intermediate", INCOMPLETE, "fail"),
        ("a missing intermediate of one kind", HALF_COMPLETE, "fail"),
        (
            "an intermediate that has expired",
            site(certificates=(der(issued(issuer="Old")), OLD_CA)),
            "fail",
        ),
        ("the root in its place", ROOT_INSTEAD, "fail"),
        ("an unknown root is left out", UNKNOWN, "not-applicable"),
        ("self-signed", SELF_SIGNED, "not-applicable"),
        ("a private CA", PRIVATE, "not-applicable"),
        ("a broken certificate", BROKEN, "fail"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_self_signed_is_punished_once_for_being_self_signed() -> None:
    failed = [check for check in CASES if outcome_of(check, SELF_SIGNED) == "fail"]
    assert failed == ["certificate.trusted"]


def test_the_name_that_is_asked_for_is_told() -> None:
    reason = found("certificate.name_matches", leaf(names=("www.other.example",))).reason
    assert dict(reason.data) == {"host": HOST, "names": "www.other.example"}


def test_the_worst_kind_of_key_counts_and_each_is_told() -> None:
    finding = found("certificate.not_expired", beside(left=-1))
    assert finding.reason.template == "the certificate expired on {day}"
    assert [(item.subject, item.outcome) for item in finding.items] == [
        (f"{HOST} EC", Outcome.PASS),
        (f"{HOST} RSA", Outcome.FAIL),
    ]


def test_chains_of_one_kind_are_told_apart() -> None:
    shown = [Presented((certificate(left=left), CA)) for left in (100, 90, 80)]
    items = found("certificate.not_expired", serving(*shown, Presented((b"0",)))).items
    assert [item.subject for item in items] == [
        f"{HOST} {kind}" for kind in ("EC", "EC 2", "EC 3", "?")
    ]


def test_a_chain_that_cannot_be_judged_does_not_hide_a_bad_one() -> None:
    private = Presented((certificate(issuer="Somebody", logged=False),))
    incomplete = Presented((certificate(),))
    seen = serving(private, incomplete)
    assert outcome_of("certificate.chain_complete", seen) == "fail"
    assert outcome_of("certificate.chain_complete", serving(private, Presented(chain()))) == "pass"


@pytest.mark.parametrize(
    ("certificates", "words"),
    [
        (chain(), "by Mozilla's list of {day}"),
        ((der(issued(MAIL)), CA), "not made for web servers"),
        ((der(issued(issuer="Old", logs=())), OLD_CA), "the issuer's certificate expired on {day}"),
    ],
)
def test_the_cause_of_trust_or_distrust_is_told(certificates: Any, words: str) -> None:
    reason = found("certificate.trusted", site(certificates=certificates)).reason
    assert words in reason.template


def test_a_ca_that_was_given_may_issue_for_as_long_as_it_likes() -> None:
    check = catalog().get("certificate.lifetime")
    state = replace(facts(), added_anchors=(root(),))
    long = site(certificates=(LONG, CA))
    assert judge([check], long, policy(), facts())[0].outcome == "fail"
    assert judge([check], long, policy(), state)[0].outcome == "not-applicable"


def test_a_ca_that_was_given_is_told() -> None:
    state = replace(facts(), added_anchors=(root(),))
    finding = judge([catalog().get("certificate.trusted")], site(), policy(), state)[0]
    assert finding.outcome == "pass"
    assert finding.reason.template.endswith("by a CA that was given")
