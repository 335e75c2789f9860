"""A server that refuses the scanner: a state, never a verdict, and nothing more is asked."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from programs import free_port
from servers import endpoint
from web_looks import findings, index, of_answers, outcomes, page, reason, resource, scan
from web_senders import Line, apache_lines, lighttpd_lines, nginx_lines
from web_servers import Host, Pins, apache, lighttpd, nginx
from web_servers_code import HTML, Answer, node

from secscan.evidence import Missing, MissingKind, SiteEvidence

GOOD: tuple[Line, ...] = (
    ("Strict-Transport-Security", "max-age=31536000"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
)
CHALLENGE = "<!doctype html><title>Just a moment...</title><p>Checking your browser"

Served = AbstractContextManager[Pins]
Start = Callable[[tuple[Line, ...]], Served]


def forbidding_nginx(lines: tuple[Line, ...]) -> Served:
    """403 for our User-Agent alone."""
    ours = "if ($http_user_agent ~ secscan) { return 403; }"
    return nginx(Host(f"{ours} {nginx_lines(*lines)}"))


def forbidding_apache(lines: tuple[Line, ...]) -> Served:
    ours = "RewriteEngine on\nRewriteCond %{HTTP_USER_AGENT} secscan\nRewriteRule . - [F]\n"
    return apache(Host(f"{ours}{apache_lines(*lines)}"))


def forbidding_lighttpd(lines: tuple[Line, ...]) -> Served:
    ours = '$HTTP["useragent"] =~ "secscan" { url.access-deny = ( "" ) }\n'
    return lighttpd(Host(f"{ours}{lighttpd_lines(*lines) if lines else ''}"))


def limiting_nginx(lines: tuple[Line, ...]) -> Served:
    """429 from the first request on, for somebody else has used the rate up."""
    return nginx(Host(f"{nginx_lines(('Retry-After', '120'), *lines)} return 429 'slow down';"))


def limiting_apache(lines: tuple[Line, ...]) -> Served:
    limit = "RewriteEngine on\nRewriteRule . - [R=429,L]\n"
    return apache(Host(f"{limit}{apache_lines(('Retry-After', '120'), *lines)}"))


def challenging_nginx(lines: tuple[Line, ...]) -> Served:
    """503 with a page that runs a script to see whether a browser came."""
    page = f"default_type text/html; return 503 '{CHALLENGE}';"
    return nginx(Host(f"{nginx_lines(*lines)} {page}"))


def challenging_node(lines: tuple[Line, ...]) -> Served:
    page = Answer((HTML, *lines), CHALLENGE.encode(), 503)
    return node({"/": page}, http2=True)


STARTS = {
    403: [forbidding_nginx, forbidding_apache, forbidding_lighttpd],
    429: [limiting_nginx, limiting_apache],
    503: [challenging_nginx, challenging_node],
}
ROWS = [(status, start) for status, starts in STARTS.items() for start in starts]


@pytest.mark.parametrize("lines", [(), GOOD], ids=["bare", "with-headers"])
@pytest.mark.parametrize(("status", "start"), ROWS, ids=[start.__name__ for _, start in ROWS])
def test_a_refusal_is_a_state(status: int, start: Start, lines: tuple[Line, ...]) -> None:
    """Whatever headers it has are the firewall's, and so is what it lacks."""
    with start(lines) as pins:
        evidence = scan(pins)
    assert page(evidence).status == status
    assert [page(evidence).first(name) for name, _ in lines] == [value for _, value in lines]
    judged = of_answers(evidence)
    assert {str(one.outcome) for one in judged.values()} == {"not-tested"}
    assert {one.cause for one in judged.values()} == {MissingKind.BLOCKED}
    assert f"status {status}" in reason(evidence, "headers.hsts")
    assert (index(evidence).value, index(evidence).state) == (None, "blocked")
    assert outcomes(evidence, "transport.https", "transport.protocols") == ["pass", "pass"]


@pytest.mark.parametrize(("status", "start"), ROWS, ids=[start.__name__ for _, start in ROWS])
def test_nothing_more_is_asked_of_who_refuses(status: int, start: Start) -> None:
    with start(()) as pins:
        evidence = scan(pins)
    assert page(evidence).status == status
    # Its own first URL, and the one that plain HTTP leads to.
    assert endpoint(evidence, "https").usage.requests <= 2
    for purpose in ("security.txt", "not-found", "preflight", "cross-origin"):
        answer = resource(evidence, purpose)
        assert isinstance(answer, Missing)
        assert answer.kind is MissingKind.BLOCKED
    assert findings(evidence)["hygiene.security_txt"].cause is MissingKind.BLOCKED


@pytest.mark.parametrize("start", [limiting_nginx, limiting_apache])
def test_how_long_to_wait_is_told(start: Start) -> None:
    with start(()) as pins:
        evidence = scan(pins)
    assert page(evidence).first("retry-after") == "120"
    assert "120" in reason(evidence, "headers.hsts")


def _limited(allowed: int) -> SiteEvidence:
    """Return a look at a site that answers so many requests and then none for a minute."""
    burst = f"burst={allowed - 1} nodelay" if allowed > 1 else "nodelay"
    zone = (
        "limit_req_zone $server_name zone=one:1m rate=1r/m; limit_req_status 429; "
        f"limit_req zone=one {burst};"
    )
    lines = nginx_lines(*GOOD, ("Retry-After", "60"))
    with nginx(Host(lines), top=zone) as pins:
        # Port 80 stays shut: its redirects would take part of what is allowed.
        return scan({**pins, 80: f"127.0.0.1:{free_port()}"})


def test_who_is_limited_after_the_page_was_answered_has_shown_it() -> None:
    evidence = _limited(1)
    assert page(evidence).status == 200
    assert outcomes(evidence, "headers.hsts", "headers.framing") == ["pass", "pass"]
    assert outcomes(evidence, "headers.content_security_policy") == ["fail"]
    assert findings(evidence)["hygiene.security_txt"].cause is MissingKind.BLOCKED
    assert endpoint(evidence, "https").usage.requests == 2


def test_a_limit_in_the_middle_ends_the_questions() -> None:
    evidence = _limited(3)
    kept = endpoint(evidence, "https").resources
    seen = [one for one in kept if not isinstance(one.answer, Missing)]
    assert [getattr(one.answer, "status", None) for one in seen] == [404, 200, 429]
    assert endpoint(evidence, "https").usage.requests == 4
    unseen = [one.answer for one in kept if one not in seen]
    assert unseen
    assert all(isinstance(one, Missing) and one.kind is MissingKind.BLOCKED for one in unseen)


def test_a_site_that_refuses_the_scanner_at_both_ports_has_no_index() -> None:
    refusing = "if ($http_user_agent ~ secscan) { return 403; }"
    with nginx(Host(refusing, f"{refusing} return 301 https://$host/;")) as pins:
        evidence = scan(pins)
    assert endpoint(evidence, "http").usage.requests == 1
    assert endpoint(evidence, "https").usage.requests == 1
    assert findings(evidence)["transport.https_enforced"].cause is MissingKind.BLOCKED
    assert (index(evidence).value, index(evidence).state) == (None, "blocked")


def test_a_maintenance_page_is_no_refusal() -> None:
    """503 without a sign of a challenge is the site's own fault, and no verdict on headers."""
    lines = f"{nginx_lines(*GOOD)} default_type text/html;"
    with nginx(Host(f"{lines} return 503 '<title>Back soon</title>';")) as pins:
        evidence = scan(pins)
    judged = of_answers(evidence)
    assert {one.cause for one in judged.values()} == {MissingKind.HTTP_ERROR}
    assert {str(one.outcome) for one in judged.values()} == {"not-tested"}
