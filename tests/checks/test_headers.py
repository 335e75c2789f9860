import pytest
from builders import (
    GOOD_HEADERS,
    Cases,
    changed,
    flat,
    found,
    hop,
    outcome_of,
    redirect,
    site,
    without_https,
)
from certificate_builders import HOST
from hypothesis import given
from hypothesis import strategies as st

from secscan.evidence import Missing, MissingKind, SiteEvidence

HSTS = "Strict-Transport-Security"
CSP = "Content-Security-Policy"
XFO = "X-Frame-Options"
APEX = "portal.example"
STRICT = "default-src 'self'; object-src 'none'; base-uri 'self'"


def sent(name: str, *values: str, html: str = "<html><head></head></html>") -> SiteEvidence:
    """Return the good site with just these lines of a header; none takes the header away."""
    lines: list[tuple[str, str | None]] = [(name, value) for value in values] or [(name, None)]
    return site(headers=changed(*lines), html=html)


def meta(value: str, equivalent: str = CSP) -> str:
    return f'<html><head><meta http-equiv="{equivalent}" content="{value}"></head></html>'


def referrer(keyword: str) -> str:
    return f'<html><head><meta name="referrer" content="{keyword}"></head></html>'


def framed(*csp: str, xfo: tuple[str, ...] = (), html: str = "<html>") -> SiteEvidence:
    policies: list[tuple[str, str | None]] = [(CSP, value) for value in csp] or [(CSP, None)]
    return site(headers=changed(*policies, *((XFO, value) for value in xfo)), html=html)


CASES: Cases = {
    "headers.hsts": [
        ("a year", site(), "pass"),
        ("a year without subdomains", sent(HSTS, "max-age=31536000"), "pass"),
        ("quoted, in any case", sent(HSTS, 'MAX-AGE="31536000" ; IncludeSubDomains'), "pass"),
        ("an unknown directive", sent(HSTS, "max-age=63072000; preload; foo=bar"), "pass"),
        ("sent twice: the first counts", sent(HSTS, "max-age=31536000", "max-age=0"), "pass"),
        ("half a year", sent(HSTS, "max-age=15552000"), "partial 1/2"),
        ("five minutes, quoted", sent(HSTS, 'max-age="300"'), "partial 1/4"),
        ("switched off", sent(HSTS, "max-age=0; includeSubDomains"), "fail"),
        ("no number", sent(HSTS, "max-age=abc"), "fail"),
        ("a directive twice", sent(HSTS, "max-age=31536000; max-age=31536000"), "fail"),
        ("no max-age", sent(HSTS, "includeSubDomains"), "fail"),
        ("absent", sent(HSTS), "fail"),
        (
            "only on the last hop, which has another name",
            site(
                host=APEX,
                hops=(redirect(f"https://{APEX}/", f"https://{HOST}/"), hop(headers=GOOD_HEADERS)),
            ),
            "fail",
        ),
        (
            "on the redirect of the asked name",
            site(
                host=APEX,
                hops=(
                    redirect(
                        f"https://{APEX}/", f"https://{HOST}/", 301, (HSTS, "max-age=31536000")
                    ),
                    hop(),
                ),
            ),
            "pass",
        ),
        ("over plain HTTP only", without_https(), "fail"),
        ("a firewall's answer", site(hops=(hop(status=403),)), "not-tested"),
        ("a login", site(hops=(hop(status=401),)), "not-applicable"),
    ],
    "headers.content_security_policy": [
        ("strict", site(), "pass"),
        (
            "nonce",
            sent(CSP, "script-src 'nonce-a' 'unsafe-inline'; object-src 'none'; base-uri 'none'"),
            "pass",
        ),
        (
            "strict-dynamic makes fall-backs harmless",
            sent(
                CSP,
                "script-src 'strict-dynamic' 'nonce-a' https: 'unsafe-inline'; "
                "object-src 'none'; base-uri 'none'",
            ),
            "pass",
        ),
        ("in a meta element", sent(CSP, html=meta(STRICT)), "pass"),
        ("strict beside loose: both are enforced", sent(CSP, STRICT, "script-src *"), "pass"),
        ("two in one line", sent(CSP, f"script-src * 'unsafe-inline', {STRICT}"), "pass"),
        (
            "unsafe-inline for styles only",
            sent(CSP, f"{STRICT}; style-src 'unsafe-inline'"),
            "pass",
        ),
        ("the first of a name counts", sent(CSP, f"{STRICT}; default-src *"), "pass"),
        ("no base-uri", sent(CSP, "default-src 'self'"), "partial 3/4"),
        ("no object-src", sent(CSP, "script-src 'self'; base-uri 'self'"), "partial 3/4"),
        ("unsafe-eval", sent(CSP, f"{STRICT}; script-src 'unsafe-eval'"), "partial 3/4"),
        ("unsafe-inline", sent(CSP, f"{STRICT}; script-src 'unsafe-inline'"), "partial 1/2"),
        ("any https source", sent(CSP, f"{STRICT}; script-src https:"), "partial 1/2"),
        ("both", sent(CSP, "script-src * 'unsafe-inline'"), "partial 1/4"),
        ("nothing about scripts", sent(CSP, "upgrade-insecure-requests"), "partial 1/4"),
        ("report-only", sent("Content-Security-Policy-Report-Only", STRICT), "pass"),
        (
            "report-only alone",
            site(headers=changed((CSP, None), (f"{CSP}-Report-Only", STRICT)), html="<html>"),
            "fail",
        ),
        (
            "nothing about scripts beside a loose one",
            sent(CSP, "upgrade-insecure-requests", "script-src * 'unsafe-inline'"),
            "partial 1/4",
        ),
        (
            "what one leaves open another closes",
            sent(CSP, "frame-ancestors 'self'", STRICT),
            "pass",
        ),
        (
            "handlers in attributes",
            sent(CSP, f"{STRICT}; script-src-attr 'unsafe-inline'"),
            "partial 1/2",
        ),
        ("handlers alone", sent(CSP, "script-src-attr 'none'"), "partial 1/4"),
        ("any host at a port", sent(CSP, f"{STRICT}; script-src https://*:443"), "partial 1/2"),
        ("in a meta element of the body", sent(CSP, html=f"<p>{meta(STRICT)}"), "fail"),
        ("empty", sent(CSP, ""), "fail"),
        ("no directive that exists", sent(CSP, "allow 'self'"), "fail"),
        ("absent", sent(CSP), "fail"),
        ("JSON", site(headers=changed(("Content-Type", "application/json"))), "not-applicable"),
    ],
    "headers.framing": [
        ("frame-ancestors", site(), "pass"),
        ("DENY", framed(xfo=("DENY",)), "pass"),
        ("SAMEORIGIN, in any case", framed(xfo=("sameorigin",)), "pass"),
        ("SAMEORIGIN twice", framed(xfo=("SAMEORIGIN, SAMEORIGIN",)), "pass"),
        ("SAMEORIGIN in two lines", framed(xfo=("SAMEORIGIN", "SAMEORIGIN")), "pass"),
        ("contradiction blocks every frame", framed(xfo=("DENY", "SAMEORIGIN")), "pass"),
        ("a policy without frame-ancestors", framed("default-src 'self'", xfo=("DENY",)), "pass"),
        ("one of two policies", framed("frame-ancestors *", "frame-ancestors 'self'"), "pass"),
        ("ALLOW-FROM", framed(xfo=("ALLOW-FROM https://a.example",)), "fail"),
        ("ALLOWALL", framed(xfo=("ALLOWALL",)), "fail"),
        ("frame-ancestors *", framed("frame-ancestors *"), "fail"),
        ("frame-ancestors with any port", framed("frame-ancestors *:443"), "fail"),
        ("frame-ancestors * outranks DENY", framed("frame-ancestors *", xfo=("DENY",)), "fail"),
        ("frame-ancestors in meta", framed(html=meta("frame-ancestors 'none'")), "fail"),
        ("X-Frame-Options in meta", framed(html=meta("DENY", XFO)), "fail"),
        ("absent", framed(), "fail"),
    ],
    "headers.content_type_options": [
        ("nosniff", site(), "pass"),
        ("in any case", sent("X-Content-Type-Options", "NoSniff"), "pass"),
        ("twice", sent("X-Content-Type-Options", "nosniff, nosniff"), "pass"),
        ("the first decides", sent("X-Content-Type-Options", "nosniff", "none"), "pass"),
        ("the first decides against it", sent("X-Content-Type-Options", "none, nosniff"), "fail"),
        ("absent", sent("X-Content-Type-Options"), "fail"),
        (
            "missing on a redirect",
            site(
                hops=(
                    redirect(f"https://{HOST}/", "/home"),
                    hop(f"https://{HOST}/home", headers=GOOD_HEADERS),
                )
            ),
            "pass",
        ),
    ],
    "headers.referrer_policy": [
        ("strict", site(), "pass"),
        ("the last valid token", sent("Referrer-Policy", "unsafe-url, no-referrer, later"), "pass"),
        ("the last line", sent("Referrer-Policy", "unsafe-url", "same-origin"), "pass"),
        (
            "in a meta element",
            sent("Referrer-Policy", html='<meta name="referrer" content="no-referrer">'),
            "pass",
        ),
        ("origin", sent("Referrer-Policy", "origin"), "partial 1/2"),
        ("unsafe-url", sent("Referrer-Policy", "no-referrer, unsafe-url"), "fail"),
        ("invalid", sent("Referrer-Policy", "never"), "fail"),
        ("an old keyword in meta", sent("Referrer-Policy", html=referrer("Never")), "pass"),
        ("the default in meta", sent("Referrer-Policy", html=referrer("default")), "pass"),
        ("always in meta", sent("Referrer-Policy", html=referrer("always")), "fail"),
        ("absent", sent("Referrer-Policy"), "fail"),
    ],
    "headers.permissions_policy": [
        ("features taken away", site(), "pass"),
        (
            "given to others",
            sent("Permissions-Policy", 'camera=(self "https://a.example"), usb=*'),
            "partial 1/2",
        ),
        ("what is so without it", sent("Permissions-Policy", "camera=(self)"), "partial 1/2"),
        ("what nobody knows", sent("Permissions-Policy", "interest-cohort=()"), "partial 1/2"),
        ("from other sites", sent("Permissions-Policy", "sync-xhr=(self)"), "pass"),
        ("a member of another kind", sent("Permissions-Policy", "a=?0, b, camera=()"), "pass"),
        ("in two lines", sent("Permissions-Policy", "usb=*", "camera=()"), "pass"),
        ("nothing taken away", sent("Permissions-Policy", "camera=*"), "partial 1/2"),
        ("one bad member voids all", sent("Permissions-Policy", "camera=(), usb 'none'"), "fail"),
        ("the old syntax", sent("Permissions-Policy", "geolocation 'none'"), "fail"),
        ("absent", sent("Permissions-Policy"), "fail"),
    ],
    "headers.opener_policy": [
        ("same-origin", site(), "pass"),
        (
            "with a parameter",
            sent("Cross-Origin-Opener-Policy", 'same-origin; report-to="a"'),
            "pass",
        ),
        (
            "pop-ups",
            sent("Cross-Origin-Opener-Policy", "same-origin-allow-popups"),
            "partial 1/2",
        ),
        ("unsafe-none", sent("Cross-Origin-Opener-Policy", "unsafe-none"), "fail"),
        (
            "twice is no item",
            sent("Cross-Origin-Opener-Policy", "same-origin", "same-origin"),
            "fail",
        ),
        ("absent", sent("Cross-Origin-Opener-Policy"), "fail"),
    ],
    "headers.cross_origin_sharing": [
        ("not shared", site(), "pass"),
        ("public, without credentials", sent("Access-Control-Allow-Origin", "*"), "pass"),
        ("one site", sent("Access-Control-Allow-Origin", "https://a.example"), "pass"),
        ("null", sent("Access-Control-Allow-Origin", "null"), "partial 1/2"),
        (
            "everybody with credentials, which browsers refuse",
            site(
                headers=changed(
                    ("Access-Control-Allow-Origin", "*"),
                    ("Access-Control-Allow-Credentials", "true"),
                )
            ),
            "pass",
        ),
        (
            "null with credentials",
            site(
                headers=changed(
                    ("Access-Control-Allow-Origin", "null"),
                    ("Access-Control-Allow-Credentials", "true"),
                )
            ),
            "fail",
        ),
    ],
    "headers.version_disclosure": [
        ("none", site(), "pass"),
        ("the server's", sent("Server", "nginx/1.30.4"), "fail"),
        ("the runtime's", sent("X-AspNet-Version", "4.0.30319"), "fail"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_version_disclosure_weighs_nothing() -> None:
    assert found("headers.version_disclosure", site()).severity == "info"


def test_the_faults_of_a_policy_are_items() -> None:
    items = found(
        "headers.content_security_policy", sent(CSP, "script-src * 'unsafe-inline'")
    ).items
    assert [item.subject for item in items] == [
        f"{HOST} base-uri",
        f"{HOST} object-src",
        f"{HOST} script-src 'unsafe-inline'",
        f"{HOST} script-src *",
    ]


@given(st.integers(0, 10**14), st.integers(0, 10**14), st.booleans())
def test_hsts_is_worth_more_the_longer_it_holds(one: int, other: int, subdomains: bool) -> None:
    rest = "; includeSubDomains" if subdomains else ""
    credits = [
        found("headers.hsts", sent(HSTS, f"max-age={age}{rest}")).credit
        for age in sorted((one, other))
    ]
    assert found("headers.hsts", sent(HSTS)).credit <= credits[0] <= credits[1]


WORSE = (
    ("frame-ancestors 'self'", "frame-ancestors *"),
    ("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
    ("script-src 'self'", "script-src 'self' https:"),
    ("object-src 'none'", "object-src *"),
    ("base-uri 'none'", "base-uri *"),
)


@pytest.mark.parametrize("check_id", ["headers.content_security_policy", "headers.framing"])
@given(strong=st.sets(st.sampled_from(WORSE)), weakened=st.sets(st.sampled_from(WORSE)))
def test_absent_is_not_above_weak_and_weak_not_above_strong(
    check_id: str, strong: set[tuple[str, str]], weakened: set[tuple[str, str]]
) -> None:
    directives = {good.split()[0]: good for good, _ in strong}
    weak = directives | {bad.split()[0]: bad for _, bad in strong & weakened}
    absent, middle, best = (
        found(check_id, sent(CSP, *policy)).credit
        for policy in ((), ("; ".join(weak.values()),), ("; ".join(directives.values()),))
    )
    assert absent <= middle <= best


@given(
    st.sampled_from([HSTS, CSP, XFO, "Permissions-Policy", "Referrer-Policy", "Set-Cookie"]),
    st.lists(st.text(st.characters(max_codepoint=255)), min_size=1, max_size=3),
)
def test_no_header_makes_a_check_fall_over(name: str, values: list[str]) -> None:
    evidence = sent(name, *values)
    for check_id in CASES:
        assert outcome_of(check_id, evidence) != "error"


def test_a_page_that_was_not_kept_is_unknown() -> None:
    evidence = site(https=Missing(MissingKind.TIMEOUT))
    assert outcome_of("headers.framing", evidence) == "not-tested"
