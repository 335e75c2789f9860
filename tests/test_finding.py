"""Absence becomes an outcome in one place; the worst address counts; a fault is ours."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from builders import facts, hop, policy, redirect, site
from certificate_builders import HOST
from hypothesis import given
from hypothesis import strategies as st

from secscan.check import Check, Outcome, Severity, Verdict, check, failed, partial, passed
from secscan.evidence import (
    Asked,
    Dns,
    Endpoint,
    Exchange,
    Exposure,
    Heads,
    Missing,
    MissingKind,
    Page,
    Plain,
    SiteEvidence,
    Tls,
    views,
)
from secscan.finding import ABSENCE, BLOCKED_BY, EXPLANATIONS, Finding, judge
from secscan.parsing.block_signs import Block


def judged(one: Check[Any], evidence: SiteEvidence) -> Finding:
    (finding,) = judge([one], evidence, policy(), facts())
    return finding


@check("TLS is there", Severity.HIGH)
def needs_tls(tls: Tls) -> Verdict:
    """Judge.

    Why: because
    Fix: so
    See: there
    """
    return passed("there are {count} versions", count=len(tls.accepted()))


@check("The address is even", Severity.LOW)
def by_address(plain: Plain) -> Verdict:
    """Judge an address by its last digit: 0 passes, 1 is half way, 2 fails.

    Why: because
    Fix: so
    See: there
    """
    digit = plain.hops[0].address[-1]
    if digit == "1":
        return partial(Fraction(1, 2), "half")
    return passed("even") if digit == "0" else failed("odd")


@check("Nothing goes wrong", Severity.LOW)
def broken(asked: Asked) -> Verdict:
    """Judge wrongly.

    Why: because
    Fix: so
    See: there
    """
    raise RuntimeError(asked.host)


@check("The name is known", Severity.LOW)
def of_the_name(dns: Dns) -> Verdict:
    """Judge the name alone.

    Why: because
    Fix: so
    See: there
    """
    return passed(dns.name)


@check("Nothing lies about", Severity.CRITICAL)
def granted(exposure: Exposure) -> Verdict:
    """Judge what a grant lets us see.

    Why: because
    Fix: so
    See: there
    """
    return failed("it lies about")


def at_addresses(*addresses: str, without: tuple[str, ...] = ()) -> SiteEvidence:
    """Return a good site at several addresses; port 80 was silent at those ``without``."""
    good = site()
    endpoints: list[Endpoint] = []
    for address in addresses:
        for endpoint in good.endpoints:
            moved = replace(endpoint, address=address)
            if address in without and endpoint.scheme == "http":
                moved = replace(moved, http=Missing(MissingKind.TIMEOUT))
            elif not isinstance(moved.http, Missing):
                hops = tuple(replace(hop, address=address) for hop in moved.http.hops)
                moved = replace(moved, http=replace(moved.http, hops=hops))
            endpoints.append(moved)
    return replace(good, endpoints=tuple(endpoints))


def test_every_kind_of_absence_has_words() -> None:
    assert set(EXPLANATIONS) == set(MissingKind)


@pytest.mark.parametrize("kind", list(MissingKind))
def test_what_is_missing_becomes_its_outcome(kind: MissingKind) -> None:
    if kind is MissingKind.NO_ADDRESS_FAMILY:
        return  # such a view is left out, which has its own test
    finding = judged(needs_tls, site(spoken=Missing(kind)))
    assert finding.outcome is ABSENCE.get(kind, Outcome.NOT_TESTED)
    assert finding.outcome is not Outcome.PASS
    assert finding.cause is kind


def test_the_worst_address_counts_and_each_is_told() -> None:
    finding = judged(by_address, at_addresses("192.0.2.10", "2001:db8::2", "192.0.2.11"))
    assert finding.outcome is Outcome.FAIL
    assert finding.credit == 0
    assert [item.outcome for item in finding.items] == [
        Outcome.PASS, Outcome.FAIL, Outcome.PARTIAL,
    ]  # fmt: skip
    assert finding.items[1].subject.endswith(" [IPv6]")


def test_a_pass_elsewhere_never_hides_what_was_not_seen() -> None:
    hidden = at_addresses("192.0.2.10", "2001:db8::2", without=("2001:db8::2",))
    assert judged(by_address, hidden).outcome is Outcome.NOT_TESTED
    worse = at_addresses("192.0.2.12", "2001:db8::2", without=("2001:db8::2",))
    assert judged(by_address, worse).outcome is Outcome.FAIL


def test_what_was_not_seen_elsewhere_never_hides_a_weakness() -> None:
    weak = at_addresses("192.0.2.11", "2001:db8::2", without=("2001:db8::2",))
    assert judged(by_address, weak).outcome is Outcome.PARTIAL


def test_evidence_that_breaks_its_reading_is_our_fault_and_ends_no_run() -> None:
    evidence = replace(site(), url="https://[")  # no register holds such a name
    findings = judge([needs_tls, of_the_name], evidence, policy(), facts())
    assert [finding.outcome for finding in findings] == [Outcome.ERROR, Outcome.ERROR]
    assert findings[0].cause is MissingKind.SCANNER_FAULT


def test_a_family_that_the_scanner_lacks_neither_counts_nor_hides() -> None:
    evidence = at_addresses("192.0.2.10", "2001:db8::2")
    lacking = Missing(MissingKind.NO_ADDRESS_FAMILY)
    endpoints = tuple(
        replace(end, http=lacking, tls=lacking) if ":" in end.address else end
        for end in evidence.endpoints
    )
    finding = judged(by_address, replace(evidence, endpoints=endpoints))
    assert (finding.outcome, len(finding.items)) == (Outcome.PASS, 1)


def test_a_check_of_the_name_is_judged_once() -> None:
    assert len(judged(of_the_name, at_addresses("192.0.2.10", "2001:db8::2")).items) == 1


def test_a_check_that_breaks_is_our_fault_and_stops_nothing() -> None:
    first, second = judge([broken, needs_tls], site(), policy(), facts())
    assert (first.outcome, second.outcome) == (Outcome.ERROR, Outcome.PASS)


def test_a_site_that_was_not_looked_at_says_so_everywhere() -> None:
    state = Missing(MissingKind.OUTSIDE_WINDOW, "22:00-05:00")
    evidence = replace(site(), endpoints=(), dns=state, state=state)
    for one in (needs_tls, by_address, of_the_name):
        assert judged(one, evidence).cause is MissingKind.OUTSIDE_WINDOW


def test_what_needs_a_grant_is_not_scored() -> None:
    finding = judged(granted, site())
    assert (finding.outcome, finding.scored) == (Outcome.NOT_APPLICABLE, False)


@given(st.permutations([needs_tls, by_address, of_the_name, granted]))
def test_the_order_of_checks_does_not_matter(checks: list[Check[Any]]) -> None:
    assert judge(checks, site(), policy(), facts()) == judge(
        [needs_tls, by_address, of_the_name, granted], site(), policy(), facts()
    )


def test_ids_are_stable_for_ever() -> None:
    """These values stand in exports of the past: they never change."""
    finding = replace(judged(needs_tls, site()), site_id="portal", check_id="headers.hsts")
    assert finding.id == "a4336317-272f-5468-81ba-2ad40f858692"
    assert finding.item_id("portal.example") != finding.id


def test_an_address_that_answers_nobody_is_left_out_and_named() -> None:
    dead = Missing(MissingKind.REFUSED)
    evidence = at_addresses("192.0.2.10", "2001:db8::2")
    endpoints = tuple(
        replace(end, http=dead, tls=dead if end.tls is not None else None)
        if ":" in end.address
        else end
        for end in evidence.endpoints
    )
    evidence = replace(evidence, endpoints=endpoints)
    assert judged(by_address, evidence).outcome is Outcome.PASS
    (view,) = views(evidence)
    asked = view.readings[Asked]
    assert isinstance(asked, Asked)
    assert asked.silent == ("2001:db8::2",)


def test_https_that_leads_back_to_http_is_no_https() -> None:
    back = site(hops=(redirect(f"https://{HOST}/", f"http://{HOST}/"), hop(f"http://{HOST}/")))
    finding = judged(needs_tls, back)
    assert (finding.outcome, finding.cause) == (Outcome.FAIL, MissingKind.ABSENT)


def test_another_sites_outage_is_not_this_sites() -> None:
    good = site()
    away = (redirect(f"https://{HOST}/", "https://elsewhere.example/"),)
    endpoints = tuple(
        replace(end, http=Exchange(away, Missing(MissingKind.TIMEOUT)))
        if end.scheme == "https"
        else end
        for end in good.endpoints
    )
    (view,) = views(replace(good, endpoints=endpoints))
    assert view.readings[Page] == Missing(MissingKind.REDIRECTED_AWAY, "elsewhere.example")


def test_heads_are_the_sites_own_whatever_their_status() -> None:
    login = site(hops=(hop(f"https://{HOST}/", 401),))
    blocked = site(hops=(hop(f"https://{HOST}/", 403),), plain=Missing(MissingKind.TIMEOUT))
    heads = views(login)[0].readings[Heads]
    assert isinstance(heads, Heads)
    assert heads.hops[0].status == 401
    assert views(blocked)[0].readings[Heads] == Missing(MissingKind.BLOCKED, "refusal: 403")


def test_each_kind_of_block_has_words() -> None:
    assert BLOCKED_BY.keys() == {block.value for block in Block}
