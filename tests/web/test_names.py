"""Several names at one address: each with its own certificate and headers, www and bare host."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from servers import Zone, endpoint
from web_looks import found, outcomes, page, reason, scan
from web_senders import Line, apache_lines, lighttpd_lines, nginx_lines
from web_servers import Host, Pins, apache, lighttpd, nginx

from secscan.evidence import Endpoint, Exchange, Hop, Missing, MissingKind, SiteEvidence, Tls

BARE, WWW, OTHER = "site.example", "www.site.example", "other.example"
HSTS = ("Strict-Transport-Security", "max-age=31536000")
FRAMES = ("X-Frame-Options", "DENY")

Lines = tuple[Line, ...]
Served = AbstractContextManager[Pins]
"""A server of the names that it is given, with the lines of each; the first is the default."""


def by_nginx(hosts: Mapping[str, Lines]) -> Served:
    return nginx(*(Host(nginx_lines(*lines), name=name) for name, lines in hosts.items()))


def by_apache(hosts: Mapping[str, Lines]) -> Served:
    return apache(*(Host(apache_lines(*lines), name=name) for name, lines in hosts.items()))


def by_lighttpd(hosts: Mapping[str, Lines]) -> Served:
    return lighttpd(
        *(Host(lighttpd_lines(*lines) if lines else "", name=name) for name, lines in hosts.items())
    )


Serve = Callable[[Mapping[str, Lines]], Served]
SERVERS = pytest.mark.parametrize("serve", [by_nginx, by_apache, by_lighttpd])


def _names(certificate: bytes) -> list[str]:
    extensions = x509.load_der_x509_certificate(certificate).extensions
    names = extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return names.value.get_values_for_type(x509.DNSName)


def _leaf_names(seen: Endpoint) -> list[str]:
    assert isinstance(seen.tls, Tls), seen.tls
    return _names(seen.tls.chains()[0].certificates[0])


@SERVERS
def test_two_hosts_at_one_pin_are_kept_apart(serve: Serve) -> None:
    """SNI, Host and the certificate's name are the site's own, wherever the pin leads."""
    with serve({OTHER: (FRAMES,), BARE: (HSTS,)}) as pins:
        first = scan(pins, f"https://{OTHER}/")
        second = scan(pins, f"https://{BARE}/")
    for name, evidence in ((OTHER, first), (BARE, second)):
        assert page(evidence).url == f"https://{name}/"
        assert _leaf_names(endpoint(evidence, "https")) == [name]
        assert outcomes(evidence, "certificate.name_matches") == ["pass"]
    assert outcomes(first, "headers.hsts", "headers.framing") == ["fail", "pass"]
    assert outcomes(second, "headers.hsts", "headers.framing") == ["pass", "fail"]


@pytest.mark.parametrize("serve", [by_nginx, by_apache])
def test_a_name_that_the_server_does_not_know_gets_another_ones_certificate(serve: Serve) -> None:
    with serve({OTHER: (FRAMES,)}) as pins:
        evidence = scan(pins, f"https://{BARE}/")
    assert _leaf_names(endpoint(evidence, "https")) == [OTHER]
    assert outcomes(evidence, "certificate.name_matches", "headers.framing") == ["fail", "pass"]


def both(pins: Pins, url: str = f"https://{BARE}/") -> SiteEvidence:
    """Look at a site of which DNS says that both its names are at one address."""
    records = {(name, "A"): ["127.0.0.1"] for name in (BARE, WWW)}
    return scan(pins, url, Zone(records))


def twin(evidence: SiteEvidence, scheme: str = "https") -> Endpoint:
    """Return what the other name has under a scheme."""
    (found,) = [end for end in evidence.twin if end.scheme == scheme]
    return found


def parts(evidence: SiteEvidence) -> dict[str, str]:
    """Return what is said of each part of what the other name answers."""
    host = urlsplit(evidence.url).hostname
    items = found(evidence, "hygiene.www").items
    return {item.subject.removeprefix(f"{host} "): str(item.outcome) for item in items}


def answer_of(seen: Endpoint) -> Hop:
    """Return the first answer of an endpoint."""
    assert isinstance(seen.http, Exchange), seen.http
    return seen.http.hops[0]


@SERVERS
@pytest.mark.parametrize("asked", [BARE, WWW])
def test_www_and_bare_host_with_other_headers(serve: Serve, asked: str) -> None:
    """Each name is read by itself; what one of them sends protects only that one."""
    other = {BARE: WWW, WWW: BARE}[asked]
    with serve({asked: (HSTS, FRAMES), other: ()}) as pins:
        evidence = both(pins, f"https://{asked}/")
    assert outcomes(evidence, "headers.hsts", "headers.framing") == ["pass", "pass"]
    assert {end.host for end in evidence.twin} == {other}
    secure, plain = answer_of(twin(evidence)), answer_of(twin(evidence, "http"))
    assert (secure.url, secure.status) == (f"https://{other}/", 200)
    assert (secure.all("strict-transport-security"), secure.all("x-frame-options")) == ((), ())
    assert [_names(one) for one in secure.certificates[:1]] == [[other]]
    assert (plain.status, plain.first("location")) == (301, f"https://{other}/")
    assert twin(evidence).usage.requests <= 2
    assert twin(evidence).usage.tls_connections == 0
    assert outcomes(evidence, "hygiene.www") == ["partial 1/2"]
    assert parts(evidence) == {
        f"http://{other}": "pass",
        f"https://{other}": "pass",
        f"Strict-Transport-Security {other}": "fail",
        other: "fail",
    }


@pytest.mark.parametrize("serve", [nginx, apache])
def test_a_certificate_that_names_only_one_of_them(serve: Callable[..., Served]) -> None:
    with serve(Host(), Host(name=WWW, certified=(BARE,))) as pins:
        evidence = both(pins)
    secure = answer_of(twin(evidence))
    assert (secure.url, secure.status) == (f"https://{WWW}/", 200)
    assert _names(secure.certificates[0]) == [BARE]
    assert outcomes(evidence, "certificate.name_matches") == ["pass"]
    assert parts(evidence) == {
        f"http://{WWW}": "pass",
        f"https://{WWW}": "fail",
        f"Strict-Transport-Security {WWW}": "fail",
        WWW: "fail",
    }


@pytest.mark.parametrize("serve", [nginx, apache])
def test_a_certificate_that_names_both(serve: Callable[..., Served]) -> None:
    with serve(Host(certified=(BARE, WWW)), Host(name=WWW, certified=(BARE, WWW))) as pins:
        evidence = both(pins)
    assert _names(answer_of(twin(evidence)).certificates[0]) == [BARE, WWW]
    assert parts(evidence)[f"https://{WWW}"] == "pass"


def test_no_https_under_www() -> None:
    """The name has its pages over plain HTTP, and its handshakes are turned away."""
    with nginx(Host(), Host("ssl_reject_handshake on;", "index index.html;", name=WWW)) as pins:
        evidence = both(pins)
    assert answer_of(twin(evidence, "http")).status == 200
    shut = twin(evidence).http
    assert isinstance(shut, Missing)
    assert shut.kind is MissingKind.TLS_FAILURE
    assert outcomes(evidence, "transport.https", "hygiene.www") == ["pass", "partial 1/2"]
    assert parts(evidence)[f"http://{WWW}"] == "fail"


BACK: dict[str, tuple[Callable[..., Served], str, str]] = {
    "nginx": (nginx, "return 302 http://{}/;", "index index.html;"),
    "apache": (apache, "Redirect 302 / http://{}/", "DirectoryIndex index.html"),
}


@pytest.mark.parametrize("server", BACK)
def test_https_under_www_that_leads_back_to_plain_http(server: str) -> None:
    serve, to_plain, page_itself = BACK[server]
    with serve(Host(), Host(to_plain.format(WWW), page_itself, name=WWW)) as pins:
        evidence = both(pins)
    chain = twin(evidence).http
    assert isinstance(chain, Exchange)
    assert [hop.url for hop in chain.hops] == [f"https://{WWW}/", f"http://{WWW}/"]
    assert parts(evidence)[f"http://{WWW}"] == "fail"


REDIRECTS: dict[str, tuple[Callable[..., Served], str, Callable[..., str]]] = {
    "nginx": (nginx, "return 301 https://{}$request_uri;", nginx_lines),
    "apache": (apache, "Redirect permanent / https://{}/", apache_lines),
    "lighttpd": (lighttpd, 'url.redirect = ( "" => "https://{}${{url.path}}" )', lighttpd_lines),
}


@pytest.mark.parametrize("server", REDIRECTS)
@pytest.mark.parametrize("asked", [BARE, WWW])
def test_one_name_redirects_to_the_other(server: str, asked: str) -> None:
    """The other name leads to the site at once, and sends HSTS of its own."""
    serve, line, lines = REDIRECTS[server]
    other, to_site = {BARE: WWW, WWW: BARE}[asked], line.format(asked) + "\n"
    with serve(Host(name=asked), Host(to_site + lines(HSTS), to_site, name=other)) as pins:
        evidence = both(pins, f"https://{asked}/")
    for scheme in ("http", "https"):
        chain = twin(evidence, scheme).http
        assert isinstance(chain, Exchange)
        assert [hop.url for hop in chain.hops] == [f"{scheme}://{other}/", f"https://{asked}/"]
        assert chain.end is None
    assert _names(answer_of(twin(evidence)).certificates[0]) == [other]
    assert page(evidence).status == 200
    assert outcomes(evidence, "hygiene.www") == ["pass"]


def test_the_asked_name_is_judged_by_its_own_hsts() -> None:
    """It redirects to www, which sends the header; who types the asked name gets none."""
    to_www = f"return 301 https://{WWW}$request_uri;"
    with nginx(Host(to_www), Host(nginx_lines(HSTS), name=WWW)) as pins:
        evidence = both(pins)
    assert answer_of(twin(evidence)).all("strict-transport-security") == (HSTS[1],)
    assert outcomes(evidence, "headers.hsts") == ["fail"]
    assert reason(evidence, "headers.hsts") == "there is no Strict-Transport-Security header"


@pytest.mark.parametrize("elsewhere", [[], ["127.0.0.2"], ["127.0.0.1", "127.0.0.2"]])
def test_a_pin_does_not_speak_for_a_name_that_is_elsewhere(elsewhere: list[str]) -> None:
    records = {(BARE, "A"): ["127.0.0.1"], **({(WWW, "A"): elsewhere} if elsewhere else {})}
    with nginx(Host(), Host(name=WWW)) as pins:
        evidence = scan(pins, f"https://{BARE}/", Zone(records))
    assert evidence.twin == ()
    assert outcomes(evidence, "hygiene.www") == ["not-applicable"]
    assert page(evidence).status == 200
