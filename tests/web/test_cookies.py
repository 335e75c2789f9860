"""Cookies on the way to the page: on redirects, deleted again, and overwritten."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from servers import chain
from web_looks import findings, outcomes, page, scan
from web_senders import Line, apache_lines, nginx_lines
from web_servers import FILES, NAME, PAGE, Host, Pins, apache, nginx
from web_servers_code import HTML, Answer, node

CHECKS = ("cookies.secure", "cookies.http_only", "cookies.same_site")
GOOD = ("Set-Cookie", "PHPSESSID=abc; Path=/; Secure; HttpOnly; SameSite=Lax")
BARE = ("Set-Cookie", "PHPSESSID=abc; Path=/")
GONE = ("Set-Cookie", "PHPSESSID=deleted; Path=/; Max-Age=0")
EXPIRED = ("Set-Cookie", "PHPSESSID=deleted; Path=/; expires=Thu, 01-Jan-1970 00:00:01 GMT")

Served = AbstractContextManager[Pins]
Start = Callable[[tuple[Line, ...], tuple[Line, ...]], Served]


def by_nginx(first: tuple[Line, ...], last: tuple[Line, ...]) -> Served:
    """Redirect from / to /home.html, each with its lines."""
    to_page = f"location = / {{ {nginx_lines(*first)} return 302 /home.html; }}"
    return nginx(
        Host(f"{to_page} location / {{ {nginx_lines(*last)} }}"), files={**FILES, "home.html": PAGE}
    )


def by_apache(first: tuple[Line, ...], last: tuple[Line, ...]) -> Served:
    to_page = f'<LocationMatch "^/$">\n{apache_lines(*first)}Redirect 302 "/home.html"\n'
    of_page = f'<LocationMatch "^/home">\n{apache_lines(*last)}'
    both = f"{to_page}</LocationMatch>\n{of_page}</LocationMatch>"
    return apache(Host(both), files={**FILES, "home.html": PAGE})


def by_node(first: tuple[Line, ...], last: tuple[Line, ...]) -> Served:
    to_page = Answer((("Location", "/home.html"), *first), b"", 302)
    return node({"/": to_page, "/home.html": Answer((HTML, *last))}, http2=True)


STARTS = pytest.mark.parametrize("start", [by_nginx, by_apache, by_node])
WAYS: list[tuple[str, tuple[Line, ...], tuple[Line, ...], list[str]]] = [
    ("on the redirect, bare", (BARE,), (), ["fail", "fail", "fail"]),
    ("on the redirect, guarded", (GOOD,), (), ["pass", "pass", "pass"]),
    ("guarded there, bare on the page", (GOOD,), (BARE,), ["fail", "fail", "fail"]),
    ("bare there, overwritten by the page", (BARE,), (GOOD,), ["pass", "pass", "pass"]),
    ("bare there, deleted by the page", (BARE,), (GONE,), ["not-applicable"] * 3),
    ("deleted there, set again by the page", (GONE,), (GOOD,), ["pass", "pass", "pass"]),
    ("deleted by its date", (), (EXPIRED,), ["not-applicable"] * 3),
    ("set and deleted by one answer", (), (BARE, GONE), ["not-applicable"] * 3),
    ("deleted and set by one answer", (), (GONE, BARE), ["fail", "fail", "fail"]),
]


@STARTS
@pytest.mark.parametrize(("what", "first", "last", "expected"), WAYS, ids=[way[0] for way in WAYS])
def test_what_browsers_are_left_with_is_judged(
    start: Start,
    what: str,
    first: tuple[Line, ...],
    last: tuple[Line, ...],
    expected: list[str],
) -> None:
    with start(first, last) as pins:
        evidence = scan(pins)
    kept = [len(hop.all("set-cookie")) for hop in chain(evidence, "https").hops]
    assert kept == [len(first), len(last)]
    assert outcomes(evidence, *CHECKS) == expected


@STARTS
def test_no_value_of_a_cookie_is_kept(start: Start) -> None:
    secret = ("Set-Cookie", "PHPSESSID=verysecretvalue; Path=/")
    with start((secret,), (secret,)) as pins:
        evidence = scan(pins)
    assert "verysecretvalue" not in repr(evidence)


def _over_http(server: str, first: Line, *last: Line) -> Served:
    """Set a cookie on the redirect from plain HTTP, and these on the page."""
    if server == "nginx":
        plain = f"{nginx_lines(first)} return 301 https://$host/;"
        return nginx(Host(nginx_lines(*last), plain))
    plain = f"{apache_lines(first)}Redirect 301 / https://{NAME}/\n"
    return apache(Host(apache_lines(*last), plain))


@pytest.mark.parametrize("server", ["nginx", "apache"])
def test_a_cookie_on_the_redirect_from_plain_http_is_judged(server: str) -> None:
    """Browsers keep it, and send it over plain HTTP again."""
    with _over_http(server, BARE) as pins:
        evidence = scan(pins)
    (kept,) = chain(evidence, "http").hops[0].all("set-cookie")
    assert kept.startswith("PHPSESSID=<redacted")
    assert page(evidence).all("set-cookie") == ()
    assert outcomes(evidence, *CHECKS) == ["fail", "fail", "fail"]


@pytest.mark.parametrize("server", ["nginx", "apache"])
def test_a_cookie_that_https_sets_anew_is_judged_as_that(server: str) -> None:
    with _over_http(server, BARE, GOOD) as pins:
        evidence = scan(pins)
    assert chain(evidence, "http").hops[0].all("set-cookie")
    assert outcomes(evidence, *CHECKS) == ["pass", "pass", "pass"]


def test_cookies_of_another_path_are_others() -> None:
    """RFC 6265 5.3: name, domain and path make a cookie."""
    bare_here = ("Set-Cookie", "PHPSESSID=abc; Path=/home")
    with by_node((bare_here,), (GOOD,)) as pins:
        evidence = scan(pins)
    finding = findings(evidence)["cookies.http_only"]
    assert (str(finding.outcome), len(finding.items)) == ("fail", 1)
