"""The MDN HTTP Observatory's grade: what it is on evidence of all kinds, and its quirks."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from builders import (
    GOOD_HTML,
    Cases,
    body,
    changed,
    flat,
    found,
    hop,
    outcome_of,
    redirect,
    site,
    without_https,
)
from certificate_builders import HOST, unknown_chain
from hypothesis import given
from hypothesis import strategies as st
from secscan.checks.observatory_policy import PolicyFault, judge_policies, read_directives

from secscan.evidence import Exchange, Missing, MissingKind, SiteEvidence

URL = f"https://{HOST}/"
AWAY = "https://other.example/"


def page(*headers: tuple[str, str | None], html: str = GOOD_HTML) -> SiteEvidence:
    return site(headers=changed(*headers), html=html)


def cookie(*lines: str) -> SiteEvidence:
    headers = (*changed(("Set-Cookie", None)), *(("Set-Cookie", line) for line in lines))
    return site(headers=headers)


def of_body(**changes: Any) -> SiteEvidence:
    """Return a good site with something changed in how its page was kept."""
    good = hop(URL, 200, changed(), GOOD_HTML.encode())
    return site(hops=(replace(good, **changes),))


def shown_away(certificates: Sequence[bytes]) -> SiteEvidence:
    """Return a good site whose http:// leads to another host."""
    there = replace(hop(AWAY, 200, changed(), b"x"), certificates=tuple(certificates))
    return site(plain=(redirect(f"http://{HOST}/", AWAY), there))


def ending(kind: MissingKind, detail: str = "") -> SiteEvidence:
    """Return a good site whose http:// redirect came to no answer."""
    lost = Exchange((redirect(f"http://{HOST}/", AWAY),), Missing(kind, detail))
    return site(plain=lost)


def status(code: int) -> SiteEvidence:
    return site(hops=(hop(URL, code, changed(), GOOD_HTML.encode()),))


CASES: Cases = {
    "observatory.grade": [
        ("good", site(), "pass"),
        (
            "no policy, and nothing to make up for it",
            page(("Content-Security-Policy", None)),
            "fail",
        ),
        ("no HTTPS", without_https(), "fail"),
        ("an answer that MDN does not grade", status(500), "not-tested"),
        ("a login", status(401), "pass"),
        ("a refusal", status(403), "not-tested"),
        ("a redirect that names no target", status(302), "not-tested"),
        ("too many redirects", ending(MissingKind.REDIRECT_LOOP), "not-tested"),
        ("a redirect to nobody is no answer for MDN", ending(MissingKind.DNS_FAILURE), "pass"),
        ("a redirect to who is slow", ending(MissingKind.TIMEOUT), "not-tested"),
        ("another host without its certificate", shown_away(()), "not-tested"),
        ("another host", shown_away(unknown_chain()), "fail"),
        ("the page was pruned", of_body(body=None), "not-tested"),
        (
            "the page was cut off",
            of_body(body=replace(body(b"<p>"), truncated=True)),
            "not-tested",
        ),
        (
            "an address on which MDN's program fails",
            page(html="<script src='https://'></script>"),
            "not-tested",
        ),
        (
            "only http, and that leads nowhere",
            site(
                plain=Exchange((redirect(f"http://{HOST}/", AWAY),), Missing(MissingKind.RESET)),
                https=Missing(MissingKind.REFUSED),
            ),
            "not-tested",
        ),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def said(evidence: SiteEvidence, test: str) -> object:
    """Return MDN's word in one test."""
    items = found("observatory.grade", evidence).items
    by_test = {item.subject.split(" ", 1)[-1]: dict(item.reason.data) for item in items}
    return by_test[test].get("outcome")


@pytest.mark.parametrize(
    ("evidence", "test", "outcome"),
    [
        (
            page(("Strict-Transport-Security", "max-age=none")),
            "strict-transport-security",
            "hsts-implemented-max-age-at-least-six-months",
        ),
        (
            page(("X-Frame-Options", "DENY, DENY"), ("Content-Security-Policy", None)),
            "x-frame-options",
            "x-frame-options-header-invalid",
        ),
        (
            page(("Content-Type", "Text/HTML")),
            "subresource-integrity",
            "sri-not-implemented-response-not-html",
        ),
        (
            page(html='["<script src=//a.example/b.js></script>"]'),
            "subresource-integrity",
            "sri-not-implemented-and-external-scripts-not-loaded-securely",
        ),
        (
            page(html=f"{'[' * 100_000}<script>"),
            "subresource-integrity",
            "sri-not-implemented-but-all-scripts-loaded-from-secure-origin",
        ),
        (cookie("sess=1; Max-Age=0"), "cookies", "cookies-session-without-httponly-flag"),
        (
            cookie("a=1; Secure; Expires=Sat, 31 Feb 2001 25:00:00 GMT"),
            "cookies",
            "cookies-secure-with-httponly-sessions",
        ),
        (cookie("a=1; Domain=example"), "cookies", "cookies-not-found"),
    ],
)
def test_mdns_faults_are_kept(evidence: SiteEvidence, test: str, outcome: str) -> None:
    assert said(evidence, test) == outcome


def test_an_expired_cookie_goes_with_the_next_request() -> None:
    first = redirect(URL, f"{URL}in", 301, ("Set-Cookie", "sess=1; Max-Age=0"))
    second = hop(f"{URL}in", 200, changed(("Set-Cookie", None)), b"")
    assert said(site(hops=(first, second)), "cookies") == "cookies-not-found"


def test_what_was_not_asked_of_other_origins_costs_nothing() -> None:
    evidence = site(preflight=Missing(MissingKind.OVER_BUDGET))
    assert said(evidence, "cross-origin-resource-sharing") is None
    assert outcome_of("observatory.grade", evidence) == "pass"


@pytest.mark.parametrize(
    ("policies", "directives"),
    [
        (["default-src"], {"default-src": ["'none'"]}),
        (["img-src a ab abc ac"], {"img-src": ["a", "ac"]}),
        (["img-src a_b a-b a.b a/b ab"], {"img-src": ["a_b", "a-b", "a.b", "a/b", "ab"]}),
        (["img-src a/b", "img-src a/%62"], {"img-src": ["a/b"]}),
        (["img-src a/", "img-src a/b"], {"img-src": ["a/b"]}),
        (["img-src a", "img-src b"], {"img-src": ["'none'"]}),
        (["img-src a", "font-src b"], {"img-src": ["a"], "font-src": ["'none'"]}),
        (["img-src %", "img-src %zz"], PolicyFault.ESCAPE),
        (["img-src a", "img-src"], {"img-src": ["'none'"]}),
        (["a", "img-src a"], PolicyFault.SHORT),
        (["img-src a; IMG-SRC b"], PolicyFault.REPEATED),
    ],
)
def test_how_mdn_puts_policies_together(
    policies: list[str], directives: dict[str, list[str]] | PolicyFault
) -> None:
    read = read_directives(policies)
    shown = read if isinstance(read, PolicyFault) else {n: list(s) for n, s in read.items()}
    assert shown == directives


@given(st.none() | st.text(), st.lists(st.text(), max_size=4), st.none() | st.text())
def test_any_policy_has_an_outcome(
    sent: str | None, metas: list[str], report_only: str | None
) -> None:
    verdict = judge_policies(sent, metas, report_only, is_secure=True)
    assert verdict is not None
    assert verdict.outcome.startswith("csp-")


@given(st.text(), st.text(), st.text())
def test_any_page_has_a_grade_or_none(html: str, source: str, line: str) -> None:
    markup = f"<base href='{line}'><script src='{source}'></script>{html}"
    evidence = site(headers=changed(("Set-Cookie", line), ("Referrer-Policy", line)), html=markup)
    assert outcome_of("observatory.grade", evidence) in ("pass", "fail", "not-tested")
