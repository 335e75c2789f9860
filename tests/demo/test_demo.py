"""The sites of the demo city: each one answers as its row says."""

import http.client
import socket
import ssl
import tomllib
import zlib
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from secscan.demo import City
from secscan.demo.city import SITES
from secscan.demo.contents import GIT_HEAD
from secscan.demo.model import Answer, DemoSite, Port, Protocols, SecurityTxt
from secscan.demo.pages import BOMB_SIZE

pytestmark = pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")

TIMEOUT = 5.0
NAMED = {site.id: site for site in SITES}
SCANNED = [site for site in SITES if site.platform is None]
IN_TLS = [site for site in SCANNED if site.port_443 is Port.SITE]


@dataclass
class Standing:
    """A city that stands, with its register as TOML."""

    city: City
    document: dict[str, Any]

    def row(self, site_id: str) -> dict[str, Any]:
        return next(row for row in self.document["site"] if row["id"] == site_id)

    def address(self, site: DemoSite, port: int) -> tuple[str, int]:
        host, _, number = self.row(site.landlord or site.id)["connect"][str(port)].rpartition(":")
        return host, int(number)


@dataclass
class Seen:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@pytest.fixture(scope="module")
def standing(city: City) -> Standing:
    return Standing(city, tomllib.loads(city.register_path.read_text("utf-8")))


def lenient() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def handshake(
    standing: Standing, site: DemoSite, context: ssl.SSLContext
) -> tuple[str | None, str, bytes]:
    """Return the version, the suite and the leaf of one handshake."""
    with (
        socket.create_connection(standing.address(site, 443), TIMEOUT) as raw,
        context.wrap_socket(raw, server_hostname=site.host) as secure,
    ):
        suite = secure.cipher()
        return secure.version(), suite[0] if suite else "", secure.getpeercert(True) or b""


def get(
    standing: Standing, site: DemoSite, path: str = "/", port: int = 443, method: str = "GET"
) -> Seen:
    with ExitStack() as stack:
        connection = stack.enter_context(
            socket.create_connection(standing.address(site, port), TIMEOUT)
        )
        if port == 443:
            connection = stack.enter_context(
                lenient().wrap_socket(connection, server_hostname=site.host)
            )
        connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: {site.host}\r\n\r\n".encode())
        response = http.client.HTTPResponse(connection, method=method)
        response.begin()
        return Seen(response.status, response.msg, response.read())


def sent_certificates(standing: Standing, site: DemoSite) -> list[x509.Certificate]:
    path = standing.city.ca_path.with_name(f"{site.id}.pem")
    return x509.load_pem_x509_certificates(path.read_bytes())


def test_what_is_to_be_seen_is_there() -> None:
    wanted = {
        "TLS 1.0 and RSA key exchange": lambda s: s.protocols is Protocols.FROM_1_0,
        "expired": lambda s: s.certificate.left < 0,
        "self-signed": lambda s: s.certificate.self_signed,
        "wrong host": lambda s: s.certificate.for_other_host,
        "soon expiring": lambda s: s.certificate.left == 5,
        "incomplete chain": lambda s: not s.certificate.intermediate_sent,
        "no HTTPS": lambda s: s.scheme == "http" and s.port_443 is Port.CLOSED,
        "HTTPS not enforced": lambda s: s.scheme == "https" and s.port_80 is Port.SITE,
        "no headers": lambda s: not s.headers.hsts and not s.headers.frame,
        "weak CSP": lambda s: "unsafe-eval" in s.headers.csp,
        "old jQuery": lambda s: any("jQuery v1" in script.text for script in s.scripts),
        "EOL PHP": lambda s: s.headers.powered_by.startswith("PHP/7"),
        "/.git/HEAD": lambda s: GIT_HEAD in s.files and "exposure" in s.grants,
        "SharePoint 2016": lambda s: any("16.0.0." in value for _, value in s.headers.others),
        "SSH": lambda s: "deb12u" in s.ssh,
        "firewall": lambda s: s.answer is Answer.FORBIDDEN,
        "refuses": lambda s: s.port_80 is Port.CLOSED and s.port_443 is Port.CLOSED,
        "never answers": lambda s: s.port_80 is Port.SILENT and s.port_443 is Port.SILENT,
        "does not resolve": lambda s: not s.resolves,
        "login": lambda s: s.answer is Answer.LOGIN,
        "JSON API": lambda s: s.answer is Answer.JSON,
        "hostile": lambda s: s.answer is Answer.HOSTILE,
        "by SNI": lambda s: s.beside is not None,
        "not authorised": lambda s: not s.authorised,
    }
    assert [name for name, is_there in wanted.items() if not any(map(is_there, SITES))] == []


# Answers, site by site


@pytest.mark.parametrize("site", IN_TLS, ids=lambda site: site.id)
def test_a_site_speaks_the_versions_and_sends_the_certificate_of_its_row(
    standing: Standing, site: DemoSite
) -> None:
    served = NAMED[site.landlord] if site.landlord else site
    lowest, highest, _ = served.protocols.value
    context = lenient()
    version, _, leaf = handshake(standing, site, context)
    assert version == highest.replace("_", ".")
    assert leaf == sent_certificates(standing, site)[0].public_bytes(Encoding.DER)
    context.maximum_version = ssl.TLSVersion[lowest]
    assert handshake(standing, site, context)[0] == lowest.replace("_", ".")
    if ssl.TLSVersion[lowest] > ssl.TLSVersion.TLSv1:
        context.maximum_version = ssl.TLSVersion(ssl.TLSVersion[lowest] - 1)
        with pytest.raises((ssl.SSLError, ConnectionError)):
            handshake(standing, site, context)


@pytest.mark.parametrize("suites", ["kRSA+AES:@SECLEVEL=0", "ECDHE+AES:@SECLEVEL=0"])
def test_rsa_key_exchange_is_on_in_tls_1_0(standing: Standing, suites: str) -> None:
    context = lenient()
    context.set_ciphers(suites)
    context.maximum_version = ssl.TLSVersion.TLSv1
    version, suite, _ = handshake(standing, NAMED["so-tc"], context)
    assert version == "TLSv1"
    assert suite.startswith("ECDHE") == suites.startswith("ECDHE")


def status_of(site: DemoSite, *, secure: bool) -> int:
    if site.answer is Answer.FORBIDDEN:
        return 403
    if not secure and site.port_80 is Port.REDIRECT:
        return site.redirect_status
    if site.answer is Answer.LOGIN:
        return 401
    return 302 if site.home != "/" else 200


@pytest.mark.parametrize("site", IN_TLS, ids=lambda site: site.id)
def test_the_home_page_is_answered_with_the_headers_of_its_row(
    standing: Standing, site: DemoSite
) -> None:
    seen = get(standing, site)
    assert seen.status == status_of(site, secure=True)
    if site.answer is not Answer.HOSTILE:
        assert seen.headers.get("Strict-Transport-Security", "") == site.headers.hsts
        assert seen.headers.get("Content-Security-Policy", "") == site.headers.csp
        assert seen.headers.get("X-Frame-Options", "") == site.headers.frame
        assert seen.headers.get("Server", "") == site.headers.server
    if seen.status == 302:
        seen = get(standing, site, site.home)
        assert seen.status == 200
    if site.answer is Answer.PAGE:
        assert seen.headers.get_all("Set-Cookie", []) == list(site.cookies)
        for script in site.scripts:
            assert script.path.encode() in seen.body
            assert get(standing, site, script.path).body == script.text.encode()


@pytest.mark.parametrize(
    "site", [s for s in SCANNED if s.port_80 in (Port.SITE, Port.REDIRECT)], ids=lambda s: s.id
)
def test_plain_http_answers_as_its_row_says(standing: Standing, site: DemoSite) -> None:
    seen = get(standing, site, "/", port=80)
    assert seen.status == status_of(site, secure=False)
    assert "Strict-Transport-Security" not in seen.headers
    if seen.status in (301, 302):
        assert seen.headers["Location"] == f"https://{site.host}/"


@pytest.mark.parametrize("tenant", [s for s in SITES if s.platform], ids=lambda s: s.id)
def test_a_tenant_answers_at_its_platform(standing: Standing, tenant: DemoSite) -> None:
    assert get(standing, tenant).status == 200


@pytest.mark.parametrize("port", [80, 443])
def test_the_closed_site_refuses(standing: Standing, port: int) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(standing.address(NAMED["quan-trac"], port), TIMEOUT)


def test_https_is_refused_where_there_is_none(standing: Standing) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(standing.address(NAMED["thanh-tra"], 443), TIMEOUT)


@pytest.mark.parametrize("port", [80, 443])
def test_the_silent_site_accepts_and_says_nothing(standing: Standing, port: int) -> None:
    with socket.create_connection(standing.address(NAMED["ben-sao"], port), TIMEOUT) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: bensao\r\n\r\n")
        connection.settimeout(0.1)
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_the_speechless_443_answers_a_hello_in_plain_http(standing: Standing) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(standing, NAMED["cho-que"], lenient())


@pytest.mark.parametrize("path", ["/", "/.git/HEAD", "/does-not-exist"])
@pytest.mark.parametrize("port", [80, 443])
def test_the_firewall_answers_403_to_everything(standing: Standing, path: str, port: int) -> None:
    assert get(standing, NAMED["so-yt"], path, port).status == 403


def test_git_head_is_exposed_by_one_site_alone(standing: Standing) -> None:
    assert get(standing, NAMED["quy-hoach"], "/.git/HEAD").body.startswith(b"ref: refs/heads/")
    assert get(standing, NAMED["quy-hoach"], "/a-random-path").status == 404
    assert get(standing, NAMED["so-xd"], "/.git/HEAD").status == 404
    assert standing.row("quy-hoach")["grants"] == ["exposure"]


def test_the_login_asks_for_a_password_whatever_was_asked(standing: Standing) -> None:
    for path in ("/", "/.well-known/security.txt"):
        seen = get(standing, NAMED["ngan-sach"], path)
        assert (seen.status, seen.headers["WWW-Authenticate"][:5]) == (401, "Basic")


def test_the_api_answers_json(standing: Standing) -> None:
    seen = get(standing, NAMED["du-lieu-mo"])
    assert seen.headers["Content-Type"] == "application/json"


def test_the_application_answers_200_to_every_path(standing: Standing) -> None:
    assert get(standing, NAMED["san-pham"], "/.well-known/security.txt").status == 200


@pytest.mark.parametrize("site", IN_TLS, ids=lambda site: site.id)
def test_security_txt_is_there_where_its_row_says(standing: Standing, site: DemoSite) -> None:
    seen = get(standing, site, "/.well-known/security.txt")
    if site.security_txt is not SecurityTxt.ABSENT:
        assert seen.status == 200
        assert (b"Expires:" in seen.body) == (site.security_txt is not SecurityTxt.INCOMPLETE)
    elif site.answer is Answer.PAGE:
        assert seen.status == 404


def test_the_hostile_site_sends_a_bomb_and_codes(standing: Standing) -> None:
    site = NAMED["cau-vong"]
    with (
        socket.create_connection(standing.address(site, 443), TIMEOUT) as raw,
        lenient().wrap_socket(raw, server_hostname=site.host) as connection,
    ):
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    for sign in (b"<script>", b"\x1b[31m", b"\x1b]0;", "\u202e".encode()):
        assert sign in head
    assert len(body) < BOMB_SIZE / 500
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert b"\x1b]0;hacked" in inflater.decompress(body, 4096)
    assert len(inflater.decompress(inflater.unconsumed_tail)) + 4096 == BOMB_SIZE


def test_head_and_options_and_keep_alive(standing: Standing) -> None:
    site = NAMED["cong-thong-tin"]
    assert get(standing, site, method="HEAD").body == b""
    assert get(standing, site, method="OPTIONS").headers["Allow"] == "GET, HEAD, OPTIONS"
    assert get(standing, site, method="DELETE").status == 405
    with socket.create_connection(standing.address(site, 80), TIMEOUT) as connection:
        for _ in range(2):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            response = http.client.HTTPResponse(connection)
            response.begin()
            assert response.status == 301
            response.read()


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01\xff\xff", b"\x00" * 64, b"GET\r\n\r\n", b"\x80\x2e\x01\x00\x02"]
)
def test_garbage_harms_nobody(standing: Standing, garbage: bytes) -> None:
    site = NAMED["cong-thong-tin"]
    for port in (80, 443):
        with socket.create_connection(standing.address(site, port), TIMEOUT) as connection:
            connection.sendall(garbage)
    assert get(standing, site).status == 200
