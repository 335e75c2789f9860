"""Headers that only some answers carry: pages alone, errors alone, or a page that is an error."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from web_looks import answered, outcomes, page, reason, scan
from web_senders import Line, apache_lines, lighttpd_lines, nginx_lines
from web_servers import Host, Pins, apache, lighttpd, nginx
from web_servers_code import HTML, Answer, node

LINES: tuple[Line, ...] = (
    ("Strict-Transport-Security", "max-age=31536000"),
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
CHECKS = (
    "headers.hsts",
    "headers.content_security_policy",
    "headers.framing",
    "headers.content_type_options",
    "headers.referrer_policy",
)

Served = AbstractContextManager[Pins]


def nginx_pages() -> Served:
    """Nginx without ``always``: errors go out bare."""
    return nginx(Host(nginx_lines(*LINES, always=False)))


def apache_pages() -> Served:
    """Apache's table ``onsuccess``: errors go out bare."""
    return apache(Host(apache_lines(*LINES, table="onsuccess")))


def lighttpd_pages() -> Served:
    return lighttpd(Host(f'$HTTP["url"] == "/" {{ {lighttpd_lines(*LINES)} }}'))


def node_pages() -> Served:
    return node({"/": Answer((HTML, *LINES))})


@pytest.mark.parametrize("start", [nginx_pages, apache_pages, lighttpd_pages, node_pages])
def test_headers_on_pages_only(start: Callable[[], Served]) -> None:
    with start() as pins:
        evidence = scan(pins)
    assert outcomes(evidence, *CHECKS) == ["pass"] * 5
    missing = answered(evidence, "not-found")
    assert missing.status == 404
    for name, value in LINES:
        assert page(evidence).all(name) == (value,)
        assert missing.all(name) == ()


def nginx_errors() -> Served:
    lines = nginx_lines(*LINES)
    return nginx(Host(f"error_page 404 @missing; location @missing {{ {lines} return 404 'no'; }}"))


def apache_errors() -> Served:
    lines = "".join(
        f'Header always set {name} "{value}" "expr=%{{REQUEST_STATUS}} >= 400"\n'
        for name, value in LINES
    )
    return apache(Host(lines))


def lighttpd_errors() -> Served:
    return lighttpd(Host(f'$HTTP["url"] != "/" {{ {lighttpd_lines(*LINES)} }}'))


@pytest.mark.parametrize("start", [nginx_errors, apache_errors, lighttpd_errors])
def test_headers_on_errors_only(start: Callable[[], Served]) -> None:
    """They protect no page, whatever an error says."""
    with start() as pins:
        evidence = scan(pins)
    assert outcomes(evidence, *CHECKS) == ["fail"] * 5
    missing = answered(evidence, "not-found")
    assert missing.status == 404
    for name, value in LINES:
        assert page(evidence).all(name) == ()
        assert missing.all(name) == (value,)


@pytest.mark.parametrize("status", [404, 500, 502, 503])
@pytest.mark.parametrize("lines", [(), LINES], ids=["bare", "with-headers"])
def test_an_error_in_place_of_the_page_is_judged_on_nothing(
    status: int, lines: tuple[Line, ...]
) -> None:
    """Neither for what it sends nor for what it lacks."""
    with nginx(Host(f"{nginx_lines(*lines)} return {status} 'broken';")) as pins:
        evidence = scan(pins)
    assert page(evidence).status == status
    assert outcomes(evidence, *CHECKS) == ["not-tested"] * 5
    assert reason(evidence, "headers.hsts") == f"the server answered with status {status}"
    assert outcomes(evidence, "transport.https") == ["pass"]


def test_apache_sends_an_error_in_place_of_the_page() -> None:
    with apache(Host(f"{apache_lines(*LINES)}Redirect 500 /")) as pins:
        evidence = scan(pins)
    assert (page(evidence).status, page(evidence).all("x-frame-options")) == (500, ("DENY",))
    assert outcomes(evidence, *CHECKS) == ["not-tested"] * 5


def test_a_page_for_what_is_not_there() -> None:
    """Many programs answer 200 under every path; the page is judged all the same."""
    lines = nginx_lines(*LINES)
    with nginx(Host(f"{lines} location / {{ try_files $uri $uri/ /index.html; }}")) as pins:
        evidence = scan(pins)
    assert answered(evidence, "not-found").status == 200
    assert outcomes(evidence, *CHECKS) == ["pass"] * 5
