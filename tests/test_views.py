"""A mail server is judged by its TLS and its DNS; a further address of a name can only lower."""

from dataclasses import replace

import pytest
from builders import ADDRESS, catalog, dns, facts, found, further, mail_site, policy, site, tls
from certificate_builders import HOST, certificate, chain, der, intermediate

from secscan.check import Outcome
from secscan.evidence import (
    Answer,
    Asked,
    Banners,
    Chain,
    Dns,
    Documents,
    Endpoint,
    Hello,
    Missing,
    MissingKind,
    Purpose,
    Refused,
    SiteEvidence,
    Tls,
    View,
    dump,
    load,
    views,
)
from secscan.finding import judge
from secscan.index import SiteIndex, site_index

OLD = Answer("TLS 1.0", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", group="x25519", presented=0)
GOOD = Answer("TLS 1.3", "TLS_AES_256_GCM_SHA384", presented=0)
ELSEWHERE = "203.0.113.9"
NO_STARTTLS = Missing(MissingKind.NOT_TLS, "the server does not offer STARTTLS", 3)


def only(evidence: SiteEvidence) -> View:
    (view,) = views(evidence)
    return view


def index_of(evidence: SiteEvidence) -> SiteIndex:
    return site_index(judge(catalog(), evidence, policy(), facts()), policy())


def beside(*endpoints: Endpoint, spoken: Tls | Missing | None = None) -> SiteEvidence:
    """Return a good site with these further addresses."""
    good = site(spoken=spoken)
    return replace(good, endpoints=(*good.endpoints, *endpoints))


@pytest.mark.parametrize("url", [f"smtp://{HOST}", f"imaps://{HOST}", f"tls://{HOST}:636"])
def test_a_service_without_pages_has_tls_and_no_more(url: str) -> None:
    view = only(mail_site(url))
    there = {kind for kind, reading in view.readings.items() if not isinstance(reading, Missing)}
    assert there == {Asked, Dns, Tls, Chain, Banners, Documents}
    assert view.subject == HOST


def test_a_mail_server_has_an_index_of_what_applies_to_it() -> None:
    index = index_of(mail_site())
    assert index.value is not None
    assert set(index.families) == {"transport", "hygiene"}
    assert index.coverage == 100


def test_a_mail_server_that_nobody_reaches_has_a_state() -> None:
    index = index_of(mail_site(spoken=Missing(MissingKind.TIMEOUT)))
    assert (index.value, index.state) == (None, "timeout")
    assert set(index.families) == {"transport", "hygiene"}


def test_a_mail_server_without_a_name_in_dns_has_a_state() -> None:
    nowhere = Missing(MissingKind.DNS_FAILURE, "A: NXDOMAIN")
    index = index_of(replace(mail_site(), dns=nowhere, endpoints=()))
    assert (index.value, index.state) == (None, "dns-failure")
    assert set(index.families) == {"transport", "hygiene"}


def test_a_mail_server_without_starttls_is_judged_to_have_no_tls() -> None:
    finding = found("transport.https", mail_site(spoken=NO_STARTTLS))
    assert (finding.outcome, finding.cause) == (Outcome.FAIL, MissingKind.ABSENT)
    assert finding.reason.data == (("detail", "the server does not offer STARTTLS"),)


@pytest.mark.parametrize(
    "missing",
    [
        replace(NO_STARTTLS, tries=1),
        Missing(MissingKind.REFUSED, tries=3),  # nothing answers: nothing is proven of its TLS
        Missing(MissingKind.BLOCKED, "554 listed", 3),
        Missing(MissingKind.TIMEOUT),
    ],
)
def test_what_proves_nothing_of_a_mail_server_is_not_tested(missing: Missing) -> None:
    finding = found("transport.https", mail_site(spoken=missing))
    assert finding.outcome is Outcome.NOT_TESTED


def test_a_silent_address_of_a_mail_server_is_left_out_and_named() -> None:
    good = mail_site()
    (four,) = good.endpoints
    six = replace(four, address="2001:db8::7", tls=Missing(MissingKind.TIMEOUT))
    lacking = replace(six, tls=Missing(MissingKind.NO_ADDRESS_FAMILY))
    view = only(replace(good, endpoints=(four, six)))
    asked = view.readings[Asked]
    assert isinstance(asked, Asked)
    assert (view.address, asked.silent) == (ADDRESS, ("2001:db8::7",))
    assert only(replace(good, endpoints=(lacking, four))).address == ADDRESS


def test_brief_evidence_survives_storage() -> None:
    evidence = beside(further(ELSEWHERE, GOOD, Refused("protocol_version")))
    text, bodies = dump(evidence)
    assert load(text, bodies) == evidence


def test_an_address_that_is_as_the_others_changes_nothing() -> None:
    plain, more = site(), beside(further(ELSEWHERE, GOOD, Refused("protocol_version")))
    assert [view.brief for view in views(more)] == [False, True]
    judged = [judge(catalog(), one, policy(), facts()) for one in (plain, more)]
    assert judged[0] == judged[1]


def test_a_worse_address_lowers_and_is_named() -> None:
    finding = found("transport.protocols", beside(further(ELSEWHERE, GOOD, OLD)))
    assert finding.outcome is Outcome.PARTIAL
    told = [item for item in finding.items if item.outcome is not Outcome.PASS]
    assert [item.subject for item in told] == [f"{HOST} [{ELSEWHERE}] TLS 1.0"]
    assert sum(ELSEWHERE in item.subject for item in finding.items) == 1


def test_a_few_hellos_are_no_sample_of_the_suites() -> None:
    """Full: two of three suites with forward secrecy; alone, the brief look would say a half."""
    static = Answer("TLS 1.2", "TLS_RSA_WITH_AES_128_GCM_SHA256")
    full = tls(
        {
            "TLS 1.3": ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"),
            "TLS 1.2": ("TLS_RSA_WITH_AES_128_GCM_SHA256",),
        }
    )
    alone = found("transport.forward_secrecy", site(spoken=full))
    both = found("transport.forward_secrecy", beside(further(ELSEWHERE, GOOD, static), spoken=full))
    assert both == alone


def test_another_certificate_at_a_further_address_lowers() -> None:
    expired = (certificate(left=-3), der(intermediate()))
    evidence = beside(further(ELSEWHERE, GOOD, certificates=expired))
    worse = [
        finding
        for finding in judge(catalog(), evidence, policy(), facts())
        if any(ELSEWHERE in item.subject for item in finding.items)
    ]
    assert worse
    assert {finding.family for finding in worse} == {"transport"}
    assert all(finding.outcome is not Outcome.PASS for finding in worse)


@pytest.mark.parametrize("missing", [Missing(MissingKind.TIMEOUT), Missing(MissingKind.NOT_TLS)])
def test_a_further_address_never_adds_what_is_not_tested(missing: Missing) -> None:
    silent = replace(further(ELSEWHERE), tls=missing)
    plain, more = site(), beside(silent, further("203.0.113.10", missing))
    judged = [judge(catalog(), one, policy(), facts()) for one in (plain, more)]
    assert judged[0] == judged[1]


def test_a_good_further_address_does_not_hide_what_was_not_seen() -> None:
    evidence = beside(further(ELSEWHERE, GOOD, OLD), spoken=Missing(MissingKind.TIMEOUT))
    finding = found("transport.protocols", evidence)
    assert finding.outcome is Outcome.NOT_TESTED
    assert [item.subject for item in finding.items] == [HOST]


def test_what_fails_at_a_further_address_fails_whatever_was_not_seen_elsewhere() -> None:
    broken = Answer("SSLv3", "TLS_RSA_WITH_3DES_EDE_CBC_SHA")
    silent = tls(answers={"SSLv2": Missing(MissingKind.TIMEOUT)})
    assert found("transport.protocols", site(spoken=silent)).outcome is Outcome.NOT_TESTED
    finding = found("transport.protocols", beside(further(ELSEWHERE, GOOD, broken), spoken=silent))
    assert finding.outcome is Outcome.FAIL
    assert any(ELSEWHERE in item.subject for item in finding.items)


def test_what_another_site_of_the_server_has_is_not_this_site_s() -> None:
    good = tls()
    other = Answer("TLS 1.0", "TLS_RSA_WITH_AES_128_CBC_SHA", bits=1024)
    nameless = Hello(Purpose.NAMELESS, "TLS 1.3", "", other, named=False)
    evidence = site(spoken=replace(good, hellos=(*good.hellos, nameless)))
    assert judge(catalog(), evidence, policy(), facts()) == judge(
        catalog(), site(), policy(), facts()
    )


def test_further_addresses_are_read_beside_the_look_of_their_family() -> None:
    good = site()
    at6 = tuple(replace(end, address="2001:db8::7") for end in good.endpoints)
    six = replace(at6[1], tls=tls({"TLS 1.2": ("TLS_RSA_WITH_AES_128_GCM_SHA256",)}))
    endpoints = (*good.endpoints, at6[0], six, further("2001:db8::9", OLD))
    *_, brief = views(replace(good, endpoints=endpoints))
    reading = brief.readings[Tls]
    assert isinstance(reading, Tls)
    assert set(reading.accepted()) == {"TLS 1.2", "TLS 1.0"}
    assert [shown.certificates for shown in reading.chains()] == [chain(), chain()]
    assert brief.readings[Chain] == Missing(MissingKind.NOT_ASKED)  # it was judged in full


def test_a_name_with_further_addresses_only_is_one_that_was_not_seen() -> None:
    evidence = replace(site(), endpoints=(further(ELSEWHERE, GOOD),), dns=dns())
    assert isinstance(only(evidence).readings[Tls], Missing)
