import pytest
from builders import (
    GOOD_HEADERS,
    Cases,
    changed,
    cut_off,
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

from secscan.evidence import SiteEvidence

HSTS = "Strict-Transport-Security"
CSP = "Content-Security-Policy"
APEX = "portal.example"
NO_REFERRER = ("Referrer-Policy", None)
LONG = f"<html><body>{'<p>' * 200_000}"
LONG_HEAD = f"<html><head>{'<link>' * 200_000}"


def sent(name: str, *values: str, html: str = "<html><head></head></html>") -> SiteEvidence:
    """Return the good site with just these lines of a header; none takes the header away."""
    lines: list[tuple[str, str | None]] = [(name, value) for value in values] or [(name, None)]
    return site(headers=changed(*lines), html=html)


def referrer(keyword: str) -> str:
    return f'<html><head><meta name="referrer" content="{keyword}"></head></html>'


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
        ("over plain HTTP only", without_https(), "fail"),
        ("a firewall's answer", site(hops=(hop(status=403),)), "not-tested"),
        ("a login", site(hops=(hop(status=401),)), "not-applicable"),
    ],
    "headers.content_security_policy": [
        ("absent", sent(CSP), "fail"),
        ("absent, and the head was cut off", cut_off("<html><head>", (CSP, None)), "not-tested"),
        ("absent of what is read", sent(CSP, html=LONG_HEAD), "not-tested"),
        (
            "absent, and only the body was cut off",
            cut_off("<html><head></head><body>", (CSP, None)),
            "fail",
        ),
        ("a header, and cut off", cut_off("<html><head>"), "pass"),
    ],
    "headers.content_type_options": [
        ("nosniff", site(), "pass"),
        ("in any case", sent("X-Content-Type-Options", "NoSniff"), "pass"),
        ("twice", sent("X-Content-Type-Options", "nosniff, nosniff"), "pass"),
        ("the first decides", sent("X-Content-Type-Options", "nosniff", "none"), "pass"),
        ("the first decides against it", sent("X-Content-Type-Options", "none, nosniff"), "fail"),
        ("absent", sent("X-Content-Type-Options"), "fail"),
        (
            "JSON without it",
            site(
                headers=changed(
                    ("Content-Type", "application/json"), ("X-Content-Type-Options", None)
                )
            ),
            "fail",
        ),
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
        ("no list in meta", sent("Referrer-Policy", html=referrer("a, no-referrer")), "fail"),
        ("absent", sent("Referrer-Policy"), "fail"),
        ("absent, but cut off", cut_off("<html><p>", NO_REFERRER), "not-tested"),
        ("absent of what is read", sent("Referrer-Policy", html=LONG), "not-tested"),
        ("a header, and cut off", cut_off("<html>", ("Referrer-Policy", "origin")), "partial 1/2"),
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
        ("empty", sent("Permissions-Policy", ""), "fail"),
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
            "partial 3/4",
        ),
        ("unsafe-none", sent("Cross-Origin-Opener-Policy", "unsafe-none"), "fail"),
        (
            "twice is no item",
            sent("Cross-Origin-Opener-Policy", "same-origin", "same-origin"),
            "fail",
        ),
        ("a string", sent("Cross-Origin-Opener-Policy", '"same-origin"'), "fail"),
        ("over plain HTTP", without_https(), "fail"),
        ("absent", sent("Cross-Origin-Opener-Policy"), "fail"),
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


@given(st.integers(0, 10**14), st.integers(0, 10**14), st.booleans())
def test_hsts_is_worth_more_the_longer_it_holds(one: int, other: int, subdomains: bool) -> None:
    rest = "; includeSubDomains" if subdomains else ""
    credits = [
        found("headers.hsts", sent(HSTS, f"max-age={age}{rest}")).credit
        for age in sorted((one, other))
    ]
    assert found("headers.hsts", sent(HSTS)).credit <= credits[0] <= credits[1]


@given(
    st.sampled_from([HSTS, "Permissions-Policy", "Referrer-Policy", "Set-Cookie"]),
    st.lists(st.text(st.characters(max_codepoint=255)), min_size=1, max_size=3),
)
def test_no_header_makes_a_check_fall_over(name: str, values: list[str]) -> None:
    evidence = sent(name, *values)
    for check_id in CASES:
        assert outcome_of(check_id, evidence) != "error"
