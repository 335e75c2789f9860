"""Strict-Transport-Security: which rule of its grammar a value breaks, and the preload list."""

from dataclasses import replace

import pytest
from builders import Cases, changed, flat, found, hop, outcome_of, redirect, site
from certificate_builders import HOST
from hypothesis import given
from hypothesis import strategies as st

from secscan.check import Outcome
from secscan.evidence import Exchange, Missing, MissingKind, SiteEvidence

HSTS = "Strict-Transport-Security"
APEX = "portal.example"
YEAR = "max-age=31536000"
COVERING = f"{YEAR}; includeSubDomains"


def sending(*values: str, host: str = HOST) -> SiteEvidence:
    lines: list[tuple[str, str | None]] = [(HSTS, value) for value in values] or [(HSTS, None)]
    return site(host=host, headers=changed(*lines))


def lines(value: str | None) -> tuple[tuple[str, str], ...]:
    return () if value is None else ((HSTS, value),)


def visited(first: str | None, last: str | None, status: int = 200) -> SiteEvidence:
    """Return a site that redirects to a page of the same host."""
    return moved(first, last, HOST, HOST, status)


def moved(
    first: str | None,
    last: str | None,
    host: str = APEX,
    landing: str = HOST,
    status: int = 200,
) -> SiteEvidence:
    """Return a site that redirects to a page, with what each of the two sends."""
    page = f"https://{landing}/home"
    sent = (("Content-Type", "text/html"), *lines(last))
    to_page = redirect(f"https://{host}/", page, 301, *lines(first))
    return site(host=host, hops=(to_page, hop(page, status, sent, b"<html>")))


def silent(first: str) -> SiteEvidence:
    """Return a site that redirects to www, which does not answer."""
    to_page = redirect(f"https://{APEX}/", f"https://{HOST}/", 301, *lines(first))
    timeout = Missing(MissingKind.TIMEOUT)
    to_https = redirect(f"http://{APEX}/", f"https://{APEX}/")
    return site(host=APEX, https=Exchange((to_page,), timeout), plain=(to_https,))


CASES: Cases = {
    "headers.hsts": [
        ("two policies in one line", sending("max-age=31536000, max-age=31536000"), "fail"),
        ("only the first line is read", sending("max-age", "max-age=31536000"), "fail"),
        ("a quoted string without end", sending('max-age="31536000'), "fail"),
        ("a minus", sending("max-age=-31536000"), "fail"),
        ("includeSubDomains with a value", sending("max-age=1; includeSubDomains=true"), "fail"),
        ("empty", sending(""), "fail"),
        ("longer than anybody lives", sending(f"max-age={'9' * 100}"), "pass"),
        ("an address", sending(host="203.0.113.7"), "not-applicable"),
        ("switched off by the page", visited(YEAR, "max-age=0"), "fail"),
        ("shortened by the page", visited(YEAR, "max-age=60"), "partial 1/4"),
        ("only on the redirect", visited(YEAR, None), "pass"),
        ("only on the page", visited(None, YEAR), "partial 3/4"),
        ("for a short time, only on the page", visited(None, "max-age=60"), "partial 1/4"),
        ("ignored on the redirect", visited("max-age", YEAR), "partial 3/4"),
        ("ignored on the page", visited(YEAR, "max-age"), "pass"),
        ("off, and on again", visited("max-age=0", YEAR), "partial 3/4"),
        ("nowhere", visited(None, None), "fail"),
        ("the page is blocked", visited(YEAR, "max-age=0", status=429), "pass"),
        ("on www too", moved(YEAR, YEAR), "pass"),
        ("for subdomains", moved(COVERING, None), "pass"),
        ("not on www", moved(YEAR, None), "fail"),
        ("for a short time on www", moved(YEAR, "max-age=60"), "partial 1/4"),
        ("on www only", moved(None, YEAR), "fail"),
        ("the bare name is not below www", moved(COVERING, None, HOST, APEX), "fail"),
        ("www blocks", moved(YEAR, None, status=429), "not-tested"),
        ("www blocks, and no header", moved(None, None, status=429), "fail"),
        ("www blocks, and is covered", moved(COVERING, None, status=429), "pass"),
        ("www is broken", moved(YEAR, None, status=503), "not-tested"),
        ("www does not answer", silent(YEAR), "not-tested"),
        ("www does not answer, and a minute", silent("max-age=60"), "partial 1/4"),
        ("another site", moved(YEAR, None, HOST, "other.example"), "pass"),
        ("preloaded by its parent", sending("max-age=31536000", host="portal.dev"), "pass"),
        ("preloaded, and no header", sending(host="portal.dev"), "fail"),
        ("preloaded, and a short one", sending("max-age=60", host="portal.dev"), "partial 1/4"),
    ]
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("max-age=1, max-age=1", "no list of directives"),
        ("max-age=1; max-age=1", "twice"),
        ("includeSubDomains", "no max-age"),
        ("max-age=abc", "no number of seconds"),
        ("max-age=1; includeSubDomains=1", "takes no value"),
    ],
)
def test_the_broken_rule_is_named(value: str, told: str) -> None:
    reason = found("headers.hsts", sending(value)).reason
    assert told in reason.template
    assert dict(reason.data)["value"] == value


def test_a_preloaded_parent_is_named_beside_the_verdict() -> None:
    missing = found("headers.hsts", sending(host="portal.dev"))
    assert [(item.subject, str(item.outcome)) for item in missing.items] == [
        (f"portal.dev {HSTS}", "fail"),
        ("portal.dev preload list", "pass"),
    ]
    assert dict(missing.items[1].reason.data) == {"name": "dev"}
    assert len(found("headers.hsts", sending()).items) == 1


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(["portal.dev", HOST]))
def test_a_longer_age_never_ranks_lower(one: int, other: int, host: str) -> None:
    short, long = sorted((one, other))
    absent, weak, strong = (
        found("headers.hsts", evidence).credit
        for evidence in (
            sending(host=host),
            sending(f"max-age={short}", host=host),
            sending(f"max-age={long}; includeSubDomains; preload", host=host),
        )
    )
    assert absent <= weak <= strong


def test_the_host_that_is_not_covered_is_named() -> None:
    told = found("headers.hsts", moved(YEAR, None))
    assert told.reason.template == "HSTS does not hold at {host}, where the page is"
    assert [(item.subject, str(item.outcome)) for item in told.items] == [
        (f"{APEX} {HSTS}", "pass"),
        (f"{APEX} {HSTS} {HOST}", "fail"),
    ]
    late = found("headers.hsts", visited(None, YEAR))
    assert "only a later answer" in late.reason.template


VALUES = st.sampled_from([None, "max-age", "max-age=0", "max-age=60", YEAR, COVERING])


@given(VALUES, VALUES, st.sampled_from([APEX, HOST]), st.sampled_from([200, 404, 429, 503]))
def test_no_header_at_all_is_never_better(
    first: str | None, last: str | None, landing: str, status: int
) -> None:
    some, none = moved(first, last, APEX, landing), moved(None, None, APEX, landing)
    assert found("headers.hsts", none).credit <= found("headers.hsts", some).credit
    hidden = found("headers.hsts", moved(first, None, APEX, landing, status))
    assert hidden.outcome is not Outcome.ERROR
    if first is None:
        assert hidden.outcome is Outcome.FAIL


def test_a_name_in_letters_of_its_own_is_the_host_that_answers_in_ascii() -> None:
    evidence = replace(site(host="xn--vit-jz4b.example"), url="https://việt.example/")
    assert outcome_of("headers.hsts", evidence) == "pass"
