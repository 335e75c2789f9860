"""Pages that are not for everybody, and answers that are no pages: states with their reason."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from servers import endpoint
from tls_certificates import root
from web_looks import outcomes, page, reason, scan
from web_senders import Line, apache_lines, lighttpd_lines, nginx_lines
from web_servers import FILES, Host, Pins, apache, lighttpd, nginx
from web_servers_code import Answer, node, python

from secscan.evidence import SiteEvidence, Tls

PAGE_CHECKS = (
    "headers.content_security_policy",
    "headers.framing",
    "headers.referrer_policy",
    "headers.permissions_policy",
    "content.insecure_forms",
    "cookies.secure",
)
TLS_CHECKS = ("transport.https", "transport.protocols", "certificate.name_matches")
HSTS = ("Strict-Transport-Security", "max-age=31536000")

Served = AbstractContextManager[Pins]


def _with_authority() -> dict[str, bytes]:
    return {**FILES, "ca.pem": root().certificate.public_bytes(Encoding.PEM)}


def asking_nginx(verify: str, version: str) -> Served:
    """Ask for a certificate of the client: nginx answers 400 where it is required."""
    asked = f"ssl_verify_client {verify}; ssl_client_certificate DIRECTORY/ca.pem;"
    versions = f"ssl_protocols TLSv{version};"
    return nginx(Host(f"{versions} {asked} {nginx_lines(HSTS)}"), files=_with_authority())


def asking_apache(verify: str, version: str) -> Served:
    """Ask for one: Apache ends the handshake, or in TLS 1.3 the connection behind it."""
    asked = f"SSLVerifyClient {verify}\nSSLCACertificateFile DIRECTORY/ca.pem\n"
    versions = f"SSLProtocol TLSv{version}\n"
    return apache(Host(f"{versions}{asked}{apache_lines(HSTS)}"), files=_with_authority())


def asking_lighttpd(verify: str, version: str) -> Served:
    enforce = {"on": "enable", "optional": "disable"}[verify]
    least = {"1.2": "TLSv1.2", "1.3": "TLSv1.3"}[version]
    asked = f"""ssl.verifyclient.activate = "enable"
    ssl.verifyclient.enforce = "{enforce}"
    ssl.verifyclient.ca-file = "DIRECTORY/ca.pem"
    ssl.openssl.ssl-conf-cmd = ( "MinProtocol" => "{least}", "MaxProtocol" => "{least}" )
    {lighttpd_lines(HSTS)}"""
    return lighttpd(Host(asked), files=_with_authority())


ASKING = [
    (asking_nginx, "on"),
    (asking_apache, "require"),
    (asking_lighttpd, "on"),
]


def _asks(evidence: SiteEvidence) -> bool:
    tls = endpoint(evidence, "https").tls
    assert isinstance(tls, Tls), tls
    return any(answer.asks_certificate for answer in tls.answers())


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize(("start", "verify"), ASKING, ids=[start.__name__ for start, _ in ASKING])
def test_pages_for_clients_with_a_certificate(
    start: Callable[[str, str], Served], verify: str, version: str
) -> None:
    """Nothing of the pages is judged; the handshake is open to everybody, and is."""
    with start(verify, version) as pins:
        evidence = scan(pins)
    assert _asks(evidence)
    for check_id in (*PAGE_CHECKS, "headers.hsts", "headers.content_type_options"):
        assert outcomes(evidence, check_id) == ["not-applicable"], check_id
        told = reason(evidence, check_id)
        assert told == "the pages are for clients with a certificate of their own"
    assert outcomes(evidence, *TLS_CHECKS) == ["pass"] * 3


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("start", [asking_nginx, asking_apache, asking_lighttpd])
def test_a_certificate_that_may_be_left_out_changes_nothing(
    start: Callable[[str, str], Served], version: str
) -> None:
    with start("optional", version) as pins:
        evidence = scan(pins)
    assert _asks(evidence)
    assert page(evidence).status == 200
    assert outcomes(evidence, "headers.hsts", "headers.framing") == ["pass", "fail"]
    assert outcomes(evidence, *TLS_CHECKS) == ["pass"] * 3


def login_nginx() -> Served:
    lines = 'auth_basic "inner"; auth_basic_user_file DIRECTORY/users;'
    return nginx(Host(f"{lines} {nginx_lines(HSTS)}"), files={**FILES, "users": b"a:{PLAIN}b\n"})


def login_apache() -> Served:
    lines = """<Location "/">
    AuthType Basic
    AuthName inner
    AuthUserFile DIRECTORY/users
    Require valid-user
    </Location>\n"""
    return apache(Host(f"{lines}{apache_lines(HSTS)}"), files={**FILES, "users": b"a:b\n"})


def login_lighttpd() -> Served:
    lines = """auth.backend = "plain"
    auth.backend.plain.userfile = "DIRECTORY/users"
    auth.require = ( "" => ( "method" => "basic", "realm" => "inner", "require" => "valid-user" ) )
    """
    return lighttpd(Host(f"{lines}{lighttpd_lines(HSTS)}"), files={**FILES, "users": b"a:b\n"})


@pytest.mark.parametrize("start", [login_nginx, login_apache, login_lighttpd])
def test_pages_behind_a_login(start: Callable[[], Served]) -> None:
    with start() as pins:
        evidence = scan(pins)
    assert page(evidence).status == 401
    assert (page(evidence).first("www-authenticate") or "").startswith("Basic")
    for check_id in PAGE_CHECKS:
        assert outcomes(evidence, check_id) == ["not-applicable"], check_id
        assert reason(evidence, check_id) == "the page asks for a login (status 401)"
    assert outcomes(evidence, *TLS_CHECKS) == ["pass"] * 3


KINDS = {
    "application/json": ("api.json", b'{"status": "ok"}'),
    "application/pdf": ("report.pdf", b"%PDF-1.7\n"),
    "text/plain": ("notes.txt", b"Plain words, and <html> among them"),
}
LINES: tuple[Line, ...] = (HSTS, ("X-Content-Type-Options", "nosniff"))


def answer_nginx(media: str, lines: tuple[Line, ...]) -> Served:
    name, sent = KINDS[media]
    return nginx(Host(f"index {name}; {nginx_lines(*lines)}"), files={name: sent})


def answer_apache(media: str, lines: tuple[Line, ...]) -> Served:
    name, sent = KINDS[media]
    return apache(Host(f"DirectoryIndex {name}\n{apache_lines(*lines)}"), files={name: sent})


def answer_lighttpd(media: str, lines: tuple[Line, ...]) -> Served:
    name, sent = KINDS[media]
    index = f'index-file.names = ( "{name}" )\n'
    sending = lighttpd_lines(*lines) if lines else ""
    return lighttpd(Host(f"{index}{sending}"), files={name: sent})


def answer_node(media: str, lines: tuple[Line, ...]) -> Served:
    return node({"/": Answer((("Content-Type", media), *lines), KINDS[media][1])}, http2=True)


def answer_python(media: str, lines: tuple[Line, ...]) -> Served:
    return python({"/": Answer((("Content-Type", media), *lines), KINDS[media][1])})


@pytest.mark.parametrize("media", KINDS)
@pytest.mark.parametrize(
    "start", [answer_nginx, answer_apache, answer_lighttpd, answer_node, answer_python]
)
def test_answers_that_are_no_pages(
    start: Callable[[str, tuple[Line, ...]], Served], media: str
) -> None:
    """What guards a page is no fault of theirs; HSTS and nosniff are for every answer."""
    with start(media, LINES) as pins:
        evidence = scan(pins)
    assert (page(evidence).first("content-type") or "").split(";")[0] == media
    for check_id in PAGE_CHECKS[:-1]:
        assert outcomes(evidence, check_id) == ["not-applicable"], check_id
        assert reason(evidence, check_id).startswith("the answer is not a web page")
    assert outcomes(evidence, "headers.hsts", "headers.content_type_options") == ["pass", "pass"]
    with start(media, ()) as pins:
        bare = scan(pins)
    assert outcomes(bare, "headers.hsts", "headers.content_type_options") == ["fail", "fail"]
    assert outcomes(bare, *PAGE_CHECKS[:-1]) == ["not-applicable"] * 5
