"""A site is judged the same over HTTP/1.1 and HTTP/2, with TLS of today or of 1999."""

from contextlib import AbstractContextManager

import pytest
from web_looks import findings, outcomes, page, scan
from web_senders import SENDERS, apache_lines, lighttpd_lines, nginx_lines
from web_servers import Host, Pins, apache, lighttpd, nginx
from web_servers_code import Answer, python

from secscan.evidence import SiteEvidence

LINES = (
    ("Strict-Transport-Security", "max-age=31536000"),
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "unsafe-url"),
    ("Set-Cookie", "PHPSESSID=abc; Path=/; Secure; SameSite=Lax"),
)
CHECKS = (
    "headers.hsts",
    "headers.content_security_policy",
    "headers.framing",
    "headers.content_type_options",
)


def _seen(server: str) -> SiteEvidence:
    if server.startswith("lighttpd"):
        enabled = "enable" if server.endswith("h2") else "disable"
        flags = f'server.feature-flags = ( "server.h2proto" => "{enabled}" )'
        served: AbstractContextManager[Pins] = lighttpd(Host(lighttpd_lines(*LINES)), top=flags)
    else:
        served = SENDERS[server](*LINES)
    with served as pins:
        return scan(pins)


@pytest.mark.parametrize("server", ["nginx", "apache", "lighttpd", "node"])
def test_the_same_is_found_over_both_versions(server: str) -> None:
    old, new = _seen(server), _seen(f"{server}-h2")
    assert (page(old).protocol, page(new).protocol) == ("HTTP/1.1", "HTTP/2")
    for name, value in LINES[:-1]:
        assert page(old).all(name) == page(new).all(name) == (value,)
    assert outcomes(new, *CHECKS) == ["pass"] * 4
    assert findings(old) == findings(new)


@pytest.mark.parametrize("server", ["nginx-h2", "apache-h2", "lighttpd-h2", "node-h2"])
def test_names_are_in_lower_case_over_http_2(server: str) -> None:
    """RFC 9113 8.2; they are kept as they came."""
    names = [line.name for line in page(_seen(server)).headers]
    assert "strict-transport-security" in names
    assert names == [name.lower() for name in names]


def test_names_are_kept_as_sent_over_http_1() -> None:
    shouted = tuple((name.upper(), value) for name, value in LINES)
    with python({"/": Answer((("CONTENT-TYPE", "text/html"), *shouted))}) as pins:
        evidence = scan(pins)
    names = [line.name for line in page(evidence).headers]
    assert "STRICT-TRANSPORT-SECURITY" in names
    assert outcomes(evidence, *CHECKS) == ["pass"] * 4


def test_the_version_of_tls_is_noted() -> None:
    with nginx(Host("ssl_protocols TLSv1.2;")) as pins:
        assert page(scan(pins)).tls == "TLSv1.2"
    with nginx(Host("ssl_protocols TLSv1.3;"), http2=True) as pins:
        assert page(scan(pins)).tls == "TLSv1.3"


@pytest.mark.parametrize("server", ["nginx", "apache"])
def test_a_server_of_tls_1_0_is_judged_by_its_headers_too(server: str) -> None:
    if server == "nginx":
        old = "ssl_protocols TLSv1; ssl_ciphers ALL:@SECLEVEL=0;"
        served = nginx(Host(f"{old} {nginx_lines(*LINES)}"))
    else:
        old = "SSLProtocol TLSv1\nSSLCipherSuite ALL:@SECLEVEL=0\n"
        served = apache(Host(f"{old}{apache_lines(*LINES)}"))
    with served as pins:
        evidence = scan(pins)
    assert (page(evidence).tls, page(evidence).status) == ("TLSv1", 200)
    assert outcomes(evidence, *CHECKS) == ["pass"] * 4
    assert outcomes(evidence, "transport.protocols") == ["fail"]
