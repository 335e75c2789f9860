from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from builders import (
    AT,
    HOST,
    Cases,
    certificate,
    chain,
    der,
    flat,
    found,
    intermediate,
    outcome_of,
    root,
    sha1_chain,
    site,
    unknown_chain,
    without_https,
)
from cryptography import x509

from secscan.evidence import SiteEvidence

CA = der(intermediate())


def leaf(*, host: str = HOST, **changes: Any) -> SiteEvidence:
    return site(host=host, certificates=(certificate(**changes), CA))


SELF_SIGNED = site(certificates=(certificate(issuer="self", logged=False, days=90, left=60),))
PRIVATE = site(certificates=(certificate(issuer="Somebody", logged=False),))
INCOMPLETE = site(certificates=(certificate(),))
ROOT_INSTEAD = site(certificates=(certificate(), der(root())))
UNKNOWN = site(certificates=unknown_chain())
BROKEN = site(certificates=(b"\x30\x03\x02\x01\x01",))
EXPIRED_ROOTWARD = site(
    certificates=(certificate(), CA, certificate(issuer="Somebody", left=-900), der(root()))
)


LONG = certificate(days=900)


def issued(on: datetime, days: int) -> SiteEvidence:
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
        ("a wildcard for two labels", leaf(host=f"a.{HOST}", names=("*.portal.example",)), "fail"),
        ("a wildcard for none", leaf(host="portal.example", names=("*.portal.example",)), "fail"),
        ("a wildcard inside a label", leaf(names=("w*.portal.example",)), "fail"),
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
        ("not yet valid", leaf(start=AT + timedelta(days=1)), "fail"),
        ("a broken certificate", BROKEN, "fail"),
    ],
    "certificate.days_left": [
        ("a hundred days", site(), "pass"),
        ("30 days", leaf(left=31), "pass"),
        ("a third of a short life", leaf(days=47, left=17), "pass"),
        ("less than a third of a short life", leaf(days=47, left=8), "partial 8/17"),
        ("none", leaf(left=-1), "fail"),
        ("a broken certificate", BROKEN, "fail"),
    ],
    "certificate.lifetime": [
        ("200 days", issued(datetime(2026, 3, 15, tzinfo=UTC), 200), "pass"),
        ("201 days", issued(datetime(2026, 3, 15, tzinfo=UTC), 201), "fail"),
        ("398 days, issued before", issued(datetime(2026, 3, 14, tzinfo=UTC), 398), "pass"),
        ("399 days, issued before", issued(datetime(2026, 3, 14, tzinfo=UTC), 399), "fail"),
        ("825 days in 2020", issued(datetime(2020, 8, 31, tzinfo=UTC), 825), "pass"),
        ("101 days in 2027", issued(datetime(2027, 3, 15, tzinfo=UTC), 101), "fail"),
        ("48 days in 2029", issued(datetime(2029, 3, 15, tzinfo=UTC), 48), "fail"),
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
        ("P-192", leaf(kind="P-192"), "fail"),
        ("a curve that no browser knows", leaf(kind="secp256k1"), "fail"),
        ("a broken certificate", BROKEN, "fail"),
    ],
    "certificate.signature_hash": [
        ("SHA-256", site(), "pass"),
        ("SHA-1", site(certificates=sha1_chain()), "fail"),
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
