"""A header line that is sent more than once: every line is kept, and read by its own standard."""

import pytest
from web_looks import outcomes, page, scan
from web_senders import SENDERS
from web_servers import Host, apache

YEAR = "max-age=31536000"
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'"
ANYTHING = "default-src * 'unsafe-inline' 'unsafe-eval'"
COOKIE = "PHPSESSID=one; Path=/; Secure; HttpOnly; SameSite=Lax"

ROUNDS: dict[str, list[tuple[str, tuple[str, ...], str, str]]] = {
    "the same twice": [
        ("Strict-Transport-Security", (YEAR, YEAR), "headers.hsts", "pass"),
        ("X-Frame-Options", ("SAMEORIGIN", "SAMEORIGIN"), "headers.framing", "pass"),
        ("X-Content-Type-Options", ("nosniff",) * 2, "headers.content_type_options", "pass"),
        ("Referrer-Policy", ("no-referrer", "no-referrer"), "headers.referrer_policy", "pass"),
        (
            "Content-Security-Policy",
            (NOTHING, NOTHING),
            "headers.content_security_policy",
            "pass",
        ),
    ],
    "the good one first": [
        # RFC 6797 8.1: the first one counts.
        ("Strict-Transport-Security", (YEAR, "max-age=0"), "headers.hsts", "pass"),
        # HTML 7.7: a known value beside another one blocks every frame.
        ("X-Frame-Options", ("DENY", "bogus"), "headers.framing", "pass"),
        # Fetch: the first value decides.
        ("X-Content-Type-Options", ("nosniff", "bogus"), "headers.content_type_options", "pass"),
        # Referrer Policy 8.1: the last one that is known counts.
        ("Referrer-Policy", ("no-referrer", "unsafe-url"), "headers.referrer_policy", "fail"),
        # CSP 3: every policy is enforced, so that the strict one holds.
        (
            "Content-Security-Policy",
            (NOTHING, ANYTHING),
            "headers.content_security_policy",
            "pass",
        ),
    ],
    "the bad one first": [
        ("Strict-Transport-Security", ("max-age=0", YEAR), "headers.hsts", "fail"),
        ("X-Frame-Options", ("bogus", "SAMEORIGIN"), "headers.framing", "pass"),
        ("X-Content-Type-Options", ("bogus", "nosniff"), "headers.content_type_options", "fail"),
        ("Referrer-Policy", ("unsafe-url", "no-referrer"), "headers.referrer_policy", "pass"),
        (
            "Content-Security-Policy",
            (ANYTHING, NOTHING),
            "headers.content_security_policy",
            "pass",
        ),
    ],
    "a second that differs": [
        ("X-Frame-Options", ("DENY", "SAMEORIGIN"), "headers.framing", "pass"),
        ("Referrer-Policy", ("no-referrer", "bogus"), "headers.referrer_policy", "pass"),
    ],
    "policies about frames": [
        (
            "Content-Security-Policy",
            ("frame-ancestors *", "frame-ancestors 'none'"),
            "headers.framing",
            "pass",
        ),
    ],
}


@pytest.mark.parametrize("name", ROUNDS)
@pytest.mark.parametrize("server", SENDERS)
def test_each_line_is_kept_and_all_are_judged_together(server: str, name: str) -> None:
    rows = ROUNDS[name]
    lines = [(header, value) for header, values, _, _ in rows for value in values]
    with SENDERS[server](*lines) as pins:
        evidence = scan(pins)
    for header, values, check_id, outcome in rows:
        assert page(evidence).all(header) == values
        assert outcomes(evidence, check_id) == [outcome], header


@pytest.mark.parametrize("server", SENDERS)
def test_each_cookie_is_kept_and_judged(server: str) -> None:
    lines = [("Set-Cookie", COOKIE), ("Set-Cookie", "lang=vi; Path=/; SameSite=Strict")]
    with SENDERS[server](*lines) as pins:
        evidence = scan(pins)
    kept = page(evidence).all("set-cookie")
    assert [line.split("=")[0] for line in kept] == ["PHPSESSID", "lang"]
    assert outcomes(evidence, "cookies.http_only", "cookies.same_site") == ["pass", "pass"]
    assert outcomes(evidence, "cookies.secure") == ["partial 1/4"]


BOTH_TABLES = """
Header onsuccess set X-Frame-Options SAMEORIGIN
Header always set X-Frame-Options {framing}
Header onsuccess set Strict-Transport-Security max-age=31536000
Header always set Strict-Transport-Security {hsts}
"""


def test_what_is_in_both_of_apaches_tables_is_sent_twice() -> None:
    """The line of `always` goes out first, and by itself with errors."""
    with apache(Host(BOTH_TABLES.format(framing="SAMEORIGIN", hsts=YEAR))) as pins:
        evidence = scan(pins)
    assert page(evidence).all("x-frame-options") == ("SAMEORIGIN", "SAMEORIGIN")
    assert page(evidence).all("strict-transport-security") == (YEAR, YEAR)
    assert outcomes(evidence, "headers.hsts", "headers.framing") == ["pass", "pass"]


def test_apaches_tables_may_differ() -> None:
    with apache(Host(BOTH_TABLES.format(framing="DENY", hsts="max-age=0"))) as pins:
        evidence = scan(pins)
    assert page(evidence).all("x-frame-options") == ("DENY", "SAMEORIGIN")
    assert page(evidence).all("strict-transport-security") == ("max-age=0", YEAR)
    assert outcomes(evidence, "headers.hsts", "headers.framing") == ["fail", "pass"]
