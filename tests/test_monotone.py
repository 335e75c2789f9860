"""What the index owes those who are ranked by it: nothing that is worse ever ranks higher."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from builders import answer, catalog, facts, mail_site, policy, site, tls, without_https
from certificate_builders import certificate, chain, der, intermediate, sha1_chain
from certificates import A_CA, MUST_STAPLE, issued, sending, staple
from cryptography.x509.ocsp import OCSPCertStatus
from hypothesis import given, settings
from hypothesis import strategies as st

from secscan.check import Outcome, Severity
from secscan.evidence import Hello, Purpose, SiteEvidence, Tls
from secscan.finding import Finding, judge
from secscan.index import site_index
from secscan.parsing.suites import is_ephemeral, suites_of

NEW = "TLS_AES_128_GCM_SHA256"
ECDHE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
DHE = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
RSA = "TLS_RSA_WITH_AES_128_GCM_SHA256"
RSA_CBC = "TLS_RSA_WITH_AES_128_CBC_SHA"
RC4 = "TLS_ECDHE_RSA_WITH_RC4_128_SHA"
EXPORT = "TLS_RSA_EXPORT_WITH_RC4_40_MD5"
NULL = "TLS_RSA_WITH_NULL_SHA"

STRONGEST_FIRST = (ECDHE, DHE, CBC, RSA, RSA_CBC, RC4, NULL, EXPORT)
VERSIONS = ("TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0", "SSLv3", "SSLv2")
OWN = [c for c in catalog() if c.family == "transport" and c.severity is not Severity.INFO]
"""The checks that move the index of the family."""

GRADE = facts().grades.suites.grade

Suites = Mapping[str, Sequence[str]]


def index(findings: Sequence[Finding]) -> Fraction:
    found = site_index(findings, policy()).value
    assert found is not None
    return found


def judged(evidence: SiteEvidence) -> tuple[Finding, ...]:
    return judge(OWN, evidence, policy(), facts())


def served(suites: Suites, *more: Hello) -> SiteEvidence:
    """Return a site of these suites, with more answered hellos."""
    spoken = tls({version: suites[version] for version in VERSIONS if version in suites})
    hellos = (*spoken.hellos[:-1], *more, *spoken.hellos[-1:])
    return site(spoken=replace(spoken, hellos=hellos))


def rank(suites: Suites, *more: Hello) -> Fraction:
    return index(judged(served(suites, *more)))


def ordered(suites: set[str]) -> tuple[str, ...]:
    return tuple(suite for suite in STRONGEST_FIRST if suite in suites)


@st.composite
def servers(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Draw a server: versions without a gap, and of each some suites."""
    newest = draw(st.integers(0, 3))
    oldest = draw(st.integers(max(newest, 1), 4))
    found = {}
    for version in VERSIONS[newest : oldest + 1]:
        known = [suite for suite in STRONGEST_FIRST if suite in suites_of(version)]
        chosen = draw(st.sets(st.sampled_from(known), min_size=1)) if known else set()
        found[version] = ordered(chosen) or (NEW,)
    return found


def is_no_gain(suite: str, suites: Suites, version: str) -> bool:
    """Say whether a suite is weak, and in nothing better than what the server has already.

    The first one with fresh keys in a version is a gain, and so is one better than the others.
    """
    seen = [suite for accepted in suites.values() for suite in accepted]
    own = suites.get(version, ())
    return (
        suite in suites_of(version)
        and GRADE(suite) >= max(map(GRADE, own or seen))
        and GRADE(suite) > GRADE(ECDHE)
        and (not is_ephemeral(suite) or any(map(is_ephemeral, own or seen)))
    )


@settings(max_examples=60, deadline=None)
@given(servers(), st.sampled_from(STRONGEST_FIRST), st.data())
def test_one_more_weak_suite_never_ranks_above(
    suites: dict[str, tuple[str, ...]], weak: str, data: st.DataObject
) -> None:
    version = data.draw(st.sampled_from(sorted(suites)))
    if is_no_gain(weak, suites, version):
        assert rank(suites | {version: ordered({*suites[version], weak})}) <= rank(suites)


@settings(max_examples=60, deadline=None)
@given(servers(), st.sampled_from(STRONGEST_FIRST))
def test_one_more_old_version_never_ranks_above(
    suites: dict[str, tuple[str, ...]], weak: str
) -> None:
    older = VERSIONS[1 + max(map(VERSIONS.index, suites))]
    added = ("SSL_CK_RC4_128_WITH_MD5",) if older == "SSLv2" else (weak,)
    if older == "SSLv2" or (older != "TLS 1.2" and is_no_gain(weak, suites, older)):
        assert rank(suites | {older: added}) <= rank(suites)


@settings(max_examples=50, deadline=None)
@given(servers(), st.sampled_from(["secp224r1", "sect163k1", "ffdhe2048", "secp256k1"]))
def test_one_more_weak_group_never_ranks_above(
    suites: dict[str, tuple[str, ...]], weak: str
) -> None:
    for version, own in suites.items():
        curves = [suite for suite in own if "ECDHE" in suite or suite == NEW]
        if curves:
            shown = answer(version, curves[0], group=weak)
            assert rank(suites, Hello(Purpose.GROUPS, version, "", shown)) <= rank(suites)


@settings(max_examples=50, deadline=None)
@given(servers())
def test_a_bad_order_of_suites_never_ranks_above_a_good_one(
    suites: dict[str, tuple[str, ...]],
) -> None:
    backwards = {version: tuple(reversed(own)) for version, own in suites.items()}
    assert rank(backwards) <= rank(suites)


def test_old_suites_alone_rank_no_higher_than_beside_strong_ones_in_a_bad_order() -> None:
    new = {"TLS 1.3": (NEW,)}
    for beside in ({}, new):
        assert rank(beside | {"TLS 1.2": (CBC,)}) <= rank(beside | {"TLS 1.2": (CBC, ECDHE)})
        assert rank(beside | {"TLS 1.2": (CBC, ECDHE)}) < rank(beside | {"TLS 1.2": (ECDHE, CBC)})
        assert rank(beside | {"TLS 1.2": (ECDHE, CBC)}) < rank(beside | {"TLS 1.2": (ECDHE,)})


def test_weak_fresh_keys_rank_no_lower_than_none_at_all() -> None:
    """Why tls.key_exchange fails beside transport.forward_secrecy where no keys are fresh."""
    small = Hello(Purpose.SUITES, "TLS 1.2", "", answer("TLS 1.2", DHE, bits=1024))
    assert rank({"TLS 1.2": (RSA,)}) <= rank({"TLS 1.2": (RSA,)}, small)
    assert rank({"TLS 1.2": (RSA,)}, small) <= rank({"TLS 1.2": (DHE, RSA)})


SITES = {
    "good": site(),
    "old": served({"TLS 1.2": (ECDHE, CBC, RSA), "TLS 1.1": (CBC,)}),
    "broken": served({"TLS 1.0": (RC4, EXPORT), "SSLv3": (RSA_CBC,)}),
    "in plain": without_https(),
    "self-signed": site(certificates=(certificate(issuer="self", logged=False),)),
    "mail": mail_site(),
}


@pytest.mark.parametrize("evidence", SITES.values(), ids=SITES)
def test_no_pass_that_becomes_a_fail_raises_the_index(evidence: SiteEvidence) -> None:
    findings = judge(catalog(), evidence, policy(), facts())
    for at, finding in enumerate(findings):
        if finding.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE):
            failed = replace(finding, outcome=Outcome.FAIL, credit=Fraction(0))
            worse = (*findings[:at], failed, *findings[at + 1 :])
            assert index(worse) <= index(findings), finding.check_id


LEAF = issued()
MERIT_OF_NONE = {
    "certificate.signature_hash": site(certificates=sha1_chain()),
    "certificate.lifetime": site(certificates=(certificate(days=900), der(intermediate()))),
    "issuance.transparency": sending(issued(logs=())),
    "issuance.profile": sending(issued(A_CA)),
    "ocsp.not_revoked": sending(LEAF, staple(LEAF, OCSPCertStatus.REVOKED)),
    "ocsp.stapled": sending(LEAF, b"\x30\x03\x0a\x01\x03"),
}


@pytest.mark.parametrize("check_id", MERIT_OF_NONE)
@pytest.mark.parametrize("spoken", [tls(), tls({"TLS 1.0": (RSA_CBC,)})], ids=["good", "old"])
def test_what_is_no_merit_lowers_the_index_where_it_is_a_fault(check_id: str, spoken: Tls) -> None:
    """Even a site that earns less than half ranks no higher for a fault, as it would for a half."""
    faulty = MERIT_OF_NONE[check_id].endpoints[1].tls
    assert isinstance(faulty, Tls)
    good = judged(site(spoken=spoken))
    bad = judged(site(spoken=replace(spoken, presented=faulty.presented[:1])))
    of_one = {finding.check_id: finding for finding in bad}
    assert of_one[check_id].outcome is Outcome.FAIL
    only = [of_one[check_id] if one.check_id == check_id else one for one in good]
    assert next(f for f in good if f.check_id == check_id).outcome is Outcome.NOT_APPLICABLE
    assert index(only) < index(good)
    assert index(bad) < index(good)


def test_no_staple_ranks_above_a_faulty_one_and_a_broken_promise_below() -> None:
    promising = issued(MUST_STAPLE)
    kept, broken = sending(promising, staple(promising)), sending(promising)
    assert index(judged(broken)) < index(judged(kept))
    assert index(judged(MERIT_OF_NONE["ocsp.stapled"])) < index(judged(sending(LEAF)))


@given(st.integers(-400, 197), st.integers(1, 100), st.booleans())
@settings(max_examples=50, deadline=None)
def test_fewer_days_left_never_rank_higher(left: int, fewer: int, modern: bool) -> None:
    spoken = tls() if modern else tls({"TLS 1.0": (RC4,)})

    def days(count: int) -> Fraction:
        shown = replace(spoken.presented[0], certificates=(certificate(left=count), chain()[1]))
        return index(judged(site(spoken=replace(spoken, presented=(shown,)))))

    assert days(left - fewer) <= days(left)
