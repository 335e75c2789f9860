from dataclasses import replace

import pytest
from builders import Cases, catalog, facts, flat, found, outcome_of, policy, site
from certificate_builders import certificate, der, root, stamp_list
from certificates import A_CA, beside, issued, presented, sending, serving, with_serial
from cryptography import x509

from secscan.check import Outcome
from secscan.evidence import SiteEvidence
from secscan.finding import judge

BROKEN = site(certificates=(b"\x30\x03\x02\x01\x01",))
SELF_SIGNED = site(certificates=(certificate(issuer="self", logged=False),))
PRIVATE = site(certificates=(certificate(issuer="Somebody", logged=False),))
UNLOGGED = issued(logs=())
COUNTED = issued(serial=7, issuer="Somebody", logs=())


def usage(*, signs: bool) -> x509.KeyUsage:
    names = ("content_commitment", "data_encipherment", "key_agreement", "key_cert_sign")
    others = ("crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(
        digital_signature=signs, key_encipherment=True, **dict.fromkeys((*names, *others), False)
    )


def policies(*oids: str) -> x509.CertificatePolicies:
    return x509.CertificatePolicies(
        [x509.PolicyInformation(x509.ObjectIdentifier(oid), None) for oid in oids]
    )


CASES: Cases = {
    "issuance.transparency": [
        ("three logs for 198 days", site(), "not-applicable"),
        ("two logs for 90 days", sending(issued()), "not-applicable"),
        ("two logs for 198 days", sending(issued(days=198)), "fail"),
        ("one log", sending(issued(logs=(b"A",))), "fail"),
        ("one log twice", sending(issued(logs=(b"A", b"A"))), "fail"),
        ("none", sending(UNLOGGED), "fail"),
        (
            "by TLS extension",
            sending(UNLOGGED, timestamps=stamp_list(b"A", b"B")),
            "not-applicable",
        ),
        ("one by TLS extension", sending(UNLOGGED, timestamps=stamp_list(b"A")), "fail"),
        ("garbage by TLS extension", sending(UNLOGGED, timestamps=b"\0\xff"), "fail"),
        ("one each way", sending(issued(logs=(b"A",)), timestamps=stamp_list(b"B")), "fail"),
        ("RSA without, EC with", beside(logged=False), "fail"),
        ("its intermediate not sent", site(certificates=(certificate(),)), "not-applicable"),
        ("a private CA", PRIVATE, "not-applicable"),
        ("self-signed", SELF_SIGNED, "not-applicable"),
        ("a broken certificate", BROKEN, "fail"),
    ],
    "issuance.profile": [
        ("as usual", site(), "not-applicable"),
        ("a usage that signs", sending(issued(usage(signs=True))), "not-applicable"),
        ("a usage that does not sign", sending(issued(usage(signs=False))), "fail"),
        ("a CA", sending(issued(A_CA)), "fail"),
        ("no CA", sending(issued(x509.BasicConstraints(False, None))), "not-applicable"),
        ("counted numbers", sending(issued(serial=7)), "fail"),
        (
            "counted numbers for one kind of key",
            serving(presented(issued()), presented(issued(serial=7))),
            "fail",
        ),
        ("a private CA may count", site(certificates=(der(COUNTED),)), "not-applicable"),
        ("zero", sending(with_serial(b"\0")), "fail"),
        ("a negative number", sending(with_serial(b"\xff")), "fail"),
        ("too long a number", sending(with_serial(b"\1" * 21)), "fail"),
        ("the longest number", sending(issued(serial=2**159 - 1)), "not-applicable"),
        ("self-signed", SELF_SIGNED, "not-applicable"),
        ("a broken certificate", BROKEN, "fail"),
    ],
    "issuance.kind": [
        ("as usual", site(), "pass"),
        ("a broken certificate", BROKEN, "fail"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_each_broken_rule_is_named() -> None:
    finding = found("issuance.profile", sending(issued(A_CA, usage(signs=False))))
    assert dict(finding.reason.data) == {"faults": "basicConstraints, keyUsage"}
    assert [item.outcome for item in finding.items] == [Outcome.FAIL, Outcome.FAIL]


def test_a_state_ca_need_not_log() -> None:
    check = catalog().get("issuance.transparency")
    state = replace(facts(), added_anchors=(root(),))
    assert judge([check], sending(UNLOGGED), policy(), state)[0].outcome == "not-applicable"


def kind(evidence: SiteEvidence, state: bool = False) -> dict[str, str]:
    known = replace(facts(), added_anchors=(root(),)) if state else facts()
    finding = judge([catalog().get("issuance.kind")], evidence, policy(), known)[0]
    items = {item.subject.split()[-1]: item.reason.template for item in finding.items}
    assert items["issuer"] == finding.reason.template
    return items


@pytest.mark.parametrize(
    ("evidence", "state", "words"),
    [
        (site(), False, "a public CA"),
        (site(certificates=(certificate(),)), False, "a public CA"),
        (sending(UNLOGGED), True, "a CA that was given"),
        (PRIVATE, False, "a private CA"),
        (SELF_SIGNED, False, "nobody else"),
    ],
)
def test_the_kind_of_ca_is_told(evidence: SiteEvidence, state: bool, words: str) -> None:
    assert words in kind(evidence, state)["issuer"]


@pytest.mark.parametrize(
    ("oids", "start"),
    [
        (("2.23.140.1.1", "2.23.140.1.2.2"), "EV"),
        (("1.3.6.1.4.1.1", "2.23.140.1.2.2"), "OV"),
        (("2.23.140.1.2.3",), "IV"),
        (("2.23.140.1.2.1",), "DV"),
        (("1.3.6.1.4.1.1",), "it does not say"),
    ],
)
def test_what_was_verified_is_told(oids: tuple[str, ...], start: str) -> None:
    assert kind(sending(issued(policies(*oids))))["certificatePolicies"].startswith(start)


def test_an_organisation_is_named() -> None:
    evidence = sending(issued(policies("2.23.140.1.2.2"), owner="Sở Tư pháp"))
    reason = found("issuance.kind", evidence).items[1].reason
    assert dict(reason.data) == {"who": "Sở Tư pháp"}
