"""Headers on a redirect: HSTS belongs there, what guards a page belongs on the page."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from programs import free_port
from servers import chain
from web_looks import outcomes, page, scan
from web_senders import Line, apache_lines, lighttpd_lines, nginx_lines
from web_servers import FILES, PAGE, Host, Pins, apache, lighttpd, nginx
from web_servers_code import HTML, Answer, node

FIRST: tuple[Line, ...] = (
    ("Strict-Transport-Security", "max-age=31536000"),
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
)
CHECKS = (
    "headers.hsts",
    "headers.content_security_policy",
    "headers.framing",
    "headers.content_type_options",
)
WITH_HOME = {**FILES, "home.html": PAGE}

Served = AbstractContextManager[Pins]
Start = Callable[[tuple[Line, ...], tuple[Line, ...]], Served]


def by_nginx(first: tuple[Line, ...], last: tuple[Line, ...]) -> Served:
    """Redirect from / to /home.html, each with its lines."""
    to_page = f"location = / {{ {nginx_lines(*first)} return 301 /home.html; }}"
    return nginx(Host(f"{to_page} location / {{ {nginx_lines(*last)} }}"), files=WITH_HOME)


def by_apache(first: tuple[Line, ...], last: tuple[Line, ...]) -> Served:
    to_page = f'<LocationMatch "^/$">\n{apache_lines(*first)}Redirect 301 "/home.html"\n'
    of_page = f'<LocationMatch "^/home">\n{apache_lines(*last)}'
    both = f"{to_page}</LocationMatch>\n{of_page}</LocationMatch>"
    return apache(Host(both), files=WITH_HOME)


def by_lighttpd(first: tuple[Line, ...], last: tuple[Line, ...]) -> Served:
    to_page = f'url.redirect = ( "" => "/home.html" ) {lighttpd_lines(*first)}'
    lines = f'$HTTP["url"] == "/" {{ {to_page} }} else {{ {lighttpd_lines(*last)} }}'
    return lighttpd(Host(lines), files=WITH_HOME)


def by_node(first: tuple[Line, ...], last: tuple[Line, ...]) -> Served:
    to_page = Answer((("Location", "/home.html"), *first), b"", 301)
    return node({"/": to_page, "/home.html": Answer((HTML, *last))}, http2=True)


STARTS = pytest.mark.parametrize("start", [by_nginx, by_apache, by_lighttpd, by_node])


@STARTS
def test_headers_on_the_redirect_only(start: Start) -> None:
    with start(FIRST, ()) as pins:
        evidence = scan(pins)
    first, last = chain(evidence, "https").hops
    assert (first.status, last.status, last.url) == (301, 200, "https://site.example/home.html")
    assert [first.all(name) for name, _ in FIRST] == [(value,) for _, value in FIRST]
    assert [last.all(name) for name, _ in FIRST] == [(), (), (), ()]
    assert outcomes(evidence, *CHECKS) == ["pass", "fail", "fail", "fail"]


@STARTS
def test_headers_on_the_page_only(start: Start) -> None:
    """Who comes to the name gets the redirect first, and HSTS with the page behind it only."""
    with start((), FIRST) as pins:
        evidence = scan(pins)
    first, last = chain(evidence, "https").hops
    assert [first.all(name) for name, _ in FIRST] == [(), (), (), ()]
    assert [last.all(name) for name, _ in FIRST] == [(value,) for _, value in FIRST]
    assert outcomes(evidence, *CHECKS) == ["partial 3/4", "pass", "pass", "pass"]


def _over_http(server: str) -> Served:
    line = FIRST[:1]
    if server == "nginx":
        return nginx(Host(http=f"{nginx_lines(*line)} return 301 https://$host/;"))
    if server == "apache":
        to_https = "Redirect 301 / https://site.example/\n"
        return apache(Host(http=f"{apache_lines(*line)}{to_https}"))
    to_https = 'url.redirect = ( "" => "https://site.example/" )\n'
    return lighttpd(Host(http=f"{lighttpd_lines(*line)}{to_https}"))


@pytest.mark.parametrize("server", ["nginx", "apache", "lighttpd"])
def test_hsts_on_the_redirect_from_plain_http_is_ignored(server: str) -> None:
    """RFC 6797 8.1: over plain HTTP it could be anybody's."""
    with _over_http(server) as pins:
        evidence = scan(pins)
    plain = chain(evidence, "http").hops[0]
    assert plain.all("strict-transport-security") == ("max-age=31536000",)
    assert outcomes(evidence, "headers.hsts", "transport.https_enforced") == ["fail", "pass"]


def _pages_over_http(server: str) -> Served:
    line = FIRST[:1]
    if server == "nginx":
        return nginx(Host(http=nginx_lines(*line)))
    if server == "apache":
        return apache(Host(http=apache_lines(*line)))
    return lighttpd(Host(http=lighttpd_lines(*line)))


@pytest.mark.parametrize("server", ["nginx", "apache", "lighttpd"])
def test_hsts_on_a_page_over_plain_http_is_ignored(server: str) -> None:
    with _pages_over_http(server) as pins:
        evidence = scan(pins)
    plain = chain(evidence, "http").hops[0]
    assert (plain.status, plain.all("strict-transport-security")) == (200, ("max-age=31536000",))
    assert page(evidence).all("strict-transport-security") == ()
    assert outcomes(evidence, "headers.hsts", "transport.https_enforced") == ["fail", "fail"]


def test_hsts_of_a_site_without_https_is_ignored() -> None:
    with nginx(Host(http=nginx_lines(*FIRST[:1]))) as pins:
        evidence = scan({80: pins[80], 443: f"127.0.0.1:{free_port()}"})
    assert chain(evidence, "http").hops[0].all("strict-transport-security")
    assert outcomes(evidence, "headers.hsts", "transport.https") == ["fail", "fail"]
