"""What should not be public, on real servers: what is found, and that no secret is kept of it."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import programs
import pytest
from asked_site import Site, page, scanned
from builders import index_of
from programs import binary, free_port, running
from servers import QUICK, endpoint, listening, look, relay, response

from secscan.evidence import Body, Endpoint, Hop, SiteEvidence, dump
from secscan.evidence.readings import Exposure
from secscan.evidence.resources import exposure_reading
from secscan.parsing import exposed
from secscan.parsing.environment import variable_names

EXPOSURE = frozenset({"exposure"})
URL = "http://site.example/"
SECRET = "geheim-Wert-4711"  # noqa: S105 - what must not be kept
ENV = f"""# settings
APP_NAME="Cong thong tin"
APP_KEY=base64:{SECRET}AAAA=
export DB_PASSWORD='{SECRET}'
PRIVATE_KEY="-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEA{SECRET}=
AQAB=
-----END RSA PRIVATE KEY-----"
MAIL_PASSWORD = {SECRET}
""".encode()

FILES = {
    "index.html": b"<!doctype html><title>The site</title><script src=/js/app.js></script>",
    "js/app.js": b"start()",
    "js/secret-draft.sql": b"insert",
    ".git/HEAD": b"ref: refs/heads/main\n",
    ".env": ENV,
}


@dataclass(frozen=True)
class Looked:
    """What a scan saw of a server, and what it asked."""

    evidence: SiteEvidence
    asked: tuple[str, ...]

    @property
    def endpoint(self) -> Endpoint:
        """Return the endpoint that was asked."""
        return endpoint(self.evidence, "http")

    def content(self, purpose: str) -> bytes:
        """Return what was kept of an answer."""
        (answer,) = [one.answer for one in self.endpoint.resources if one.purpose == purpose]
        assert isinstance(answer, Hop), answer
        return (answer.body.content or b"") if isinstance(answer.body, Body) else b""

    def stored(self) -> bytes:
        """Return all that is stored."""
        document, bodies = dump(self.evidence)
        return document.encode() + b"".join(bodies.values())


def looked(port: int, grants: frozenset[str] = EXPOSURE) -> Looked:
    asked = []

    async def note(number: int, first: bytes) -> None:
        asked.append(first.split(b" HTTP/")[0].decode())

    async def scenario() -> SiteEvidence:
        async with relay(port, note) as server:
            return await look({80: server.dial}, URL, QUICK, grants=grants)

    return Looked(asyncio.run(scenario()), tuple(asked))


def write(root: Path, files: Mapping[str, bytes]) -> None:
    """Write the documents of a site where a server may read them as any user."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    root.chmod(0o755)


@contextmanager
def nginx(root: Path, lines: str) -> Iterator[int]:
    port = free_port()
    types = "include /etc/nginx/mime.types; default_type application/octet-stream;"
    server = f"server {{ listen 127.0.0.1:{port}; root {root}; {lines} }}"
    with programs.nginx(f"{types} {server}", port):
        yield port


@contextmanager
def apache(lines: str) -> Iterator[tuple[int, Path]]:
    """Run Apache with its status and autoindex modules; give its port and its documents."""
    port = free_port()
    modules = "".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
        for name in ("status", "autoindex")
    )
    with programs.apache(f"Listen 127.0.0.1:{port}\n{modules}{lines}", port) as root:
        write(root, FILES)
        yield port, root


@contextmanager
def lighttpd(root: Path) -> Iterator[int]:
    port = free_port()
    config = root / "lighttpd.conf"
    config.write_text(
        f'server.document-root = "{root}"\nserver.bind = "127.0.0.1"\nserver.port = {port}\n'
        'server.modules = ( "mod_status", "mod_dirlisting" )\n'
        'index-file.names = ( "index.html" )\nmimetype.assign = ( ".html" => "text/html" )\n'
        'dir-listing.activate = "enable"\nstatus.status-url = "/server-status"\n'
    )
    with running(binary("lighttpd"), "-D", "-f", str(config), port=port, directory=root):
        yield port


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Give a folder with documents, which nginx may read as any user."""
    folder = tmp_path / "www"
    folder.mkdir()
    for above in (folder, *folder.parents):
        if above.is_relative_to("/tmp") and above != Path("/tmp"):  # noqa: S108
            above.chmod(0o755)
    write(folder, FILES)
    yield folder


def test_nginx_with_everything_in_its_root(root: Path) -> None:
    with nginx(root, "autoindex on;") as port:
        seen = looked(port)
    assert seen.content("git-head") == b"ref: refs/heads/main"
    names = b"APP_NAME=\nAPP_KEY=\nDB_PASSWORD=\nPRIVATE_KEY=\n"
    assert seen.content("env") == names
    assert seen.content("listing") == b"<title>Index of /js/</title>"
    assert seen.content("control") == seen.content("listing-control") == b""
    assert SECRET.encode() not in seen.stored()
    assert b"MIIE" not in seen.stored()
    assert b"secret-draft" not in seen.stored()


def test_nginx_that_keeps_everything_to_itself(root: Path) -> None:
    with nginx(root, r"location ~ /\. { deny all; }") as port:
        seen = looked(port)
    asked = [one.answer for one in seen.endpoint.resources[6:]]
    assert {one.status for one in asked if isinstance(one, Hop)} == {403, 404}
    assert not any(seen.content(one) for one in ("git-head", "env", "listing", "phpinfo"))
    reading = exposure_reading(seen.endpoint)
    assert isinstance(reading, Exposure)
    assert len(reading.answers) == 8


def test_apache_with_its_status_and_listing() -> None:
    lines = '<Location "/server-status">\nSetHandler server-status\n</Location>\n'
    lines += "ExtendedStatus On\n<Location />\nOptions +Indexes\n</Location>"
    with apache(lines) as (port, _):
        looked(port)  # so that the page has a visitor to show
        seen = looked(port)
    status = seen.content("server-status")
    assert exposed.server_of(status).startswith("Apache/2.4")
    assert exposed.built_on(status) is not None
    assert seen.content("listing") == b"<title>Index of /js</title>"
    stored = seen.stored()
    for visitor in (b"Current Time", b"GET /.env", b"Server uptime", b"127.0.0.1:", b"via"):
        assert visitor not in stored, visitor


def test_lighttpd_with_its_status_and_listing(root: Path) -> None:
    with lighttpd(root) as port:
        seen = looked(port)
    assert exposed.server_of(seen.content("server-status")).startswith("lighttpd/1.")
    assert seen.content("listing") == b"<title>Index of /js/</title>"
    assert b"Hostname" not in seen.stored()


@pytest.mark.parametrize("name", ["phpinfo.php", "info.php"])
def test_phpinfo_keeps_no_variable(root: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (root / name).write_text("<?php phpinfo();")
    # PHP's own server has a page for whatever is asked: as many an application.
    (root / "router.php").write_text(
        f"<?php if ($_SERVER['SCRIPT_NAME'] === '/{name}') return false;"
        "if ($_SERVER['SCRIPT_NAME'] === '/') return false; http_response_code(404);"
    )
    monkeypatch.setenv("DATABASE_PASSWORD", SECRET)
    port = free_port()
    command = (binary("php"), "-S", f"127.0.0.1:{port}", "-t", str(root), "router.php")
    with running(*command, port=port, directory=root):
        seen = looked(port)
    info = seen.content("phpinfo")
    assert exposed.php_of(info)[0].isdigit()
    assert exposed.built_on(info) is not None
    assert b">System" not in info
    assert seen.content("php-control") == b""
    stored = seen.stored()
    for kept in (SECRET.encode(), b"DATABASE_PASSWORD", b"_SERVER", b"HTTP_USER_AGENT"):
        assert kept not in stored, kept


def test_a_site_that_answers_everything_with_its_page(root: Path) -> None:
    with nginx(root, "try_files /index.html =404;") as port:
        seen = looked(port)
    for purpose in ("control", "git-head", "env", "server-status", "listing", "phpinfo"):
        assert seen.content(purpose) == b""


@pytest.mark.parametrize("sent", [ENV, FILES[".git/HEAD"]], ids=["env", "git"])
def test_a_site_that_answers_everything_with_a_secret_file(sent: bytes) -> None:
    """The control shows the same, and of it too nothing is kept but the names."""
    site = Site({"/": page("")}, response(sent))
    found = scanned(site, EXPOSURE)
    seen = Looked(found, ())
    assert seen.content("control") == (seen.content("env") or seen.content("git-head"))
    exposures = [
        one for one in endpoint(found, "http").resources if one.purpose in exposure_names()
    ]
    kept = b"".join(
        one.answer.body.content or b""
        for one in exposures
        if isinstance(one.answer, Hop) and isinstance(one.answer.body, Body)
    )
    assert SECRET.encode() not in kept


def exposure_names() -> set[str]:
    return {"control", "git-head", "env", "server-status", "listing", "php-control", "phpinfo"}


@pytest.mark.parametrize("grants", [frozenset(), EXPOSURE], ids=["no-grant", "exposure"])
def test_what_it_costs(root: Path, grants: frozenset[str]) -> None:
    with nginx(root, "autoindex on;") as port:
        seen = looked(port, grants)
    usage = seen.endpoint.usage
    assert usage.requests == usage.other_connections == len(seen.asked)
    assert len(seen.asked) == 7 + (8 if grants else 0)
    methods = [line.partition(" ")[0] for line in seen.asked]
    assert set(methods) == {"GET", "OPTIONS"}
    assert any(".env" in line for line in seen.asked) is bool(grants)


def test_the_file_of_settings_is_asked_for_in_part() -> None:
    site = Site({"/": page("")})
    scanned(site, EXPOSURE)
    (head,) = [one for one in site.heads if one.startswith(b"GET /.env ")]
    assert b"\r\nrange: bytes=0-1023\r\n" in head.lower()


def test_a_long_file_of_settings_is_cut() -> None:
    lines = b"".join(b"KEY_%d=%s\n" % (number, b"x" * 50) for number in range(1000))
    site = Site({"/": page(""), "/.env": response(lines)})
    seen = Looked(scanned(site, EXPOSURE), ())
    assert seen.content("env") == variable_names(lines[:1024])
    assert len(seen.content("env")) < 200


@pytest.mark.parametrize("word", [b"/.git-", b"/.env"])
def test_a_firewall_that_takes_offence_costs_neither_index_nor_coverage(
    tmp_path: Path, word: bytes
) -> None:
    """All that is scored has been seen by then, TLS too."""
    context = programs.server_context(programs.certificate(tmp_path, "site.example"))
    first = page("<script src=/js/app.js></script>")

    async def scenario(grants: frozenset[str]) -> SiteEvidence:
        offended: list[bytes] = []

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            offended.extend([head] if word in head else [])
            if not offended:
                writer.write(first)
                await writer.drain()

        async def hinder(number: int, hello: bytes) -> None:
            if offended:
                raise OSError

        async with listening(answer, context) as server, relay(server.port, hinder) as firewall:
            pins = {443: firewall.dial}
            return await look(pins, "https://site.example/", QUICK, grants=grants)

    without, granted = (asyncio.run(scenario(grants)) for grants in (frozenset(), EXPOSURE))
    assert "exposure" in granted.grants
    assert len(granted.endpoints[-1].resources) > len(without.endpoints[-1].resources)
    assert (index_of(granted).value, index_of(granted).coverage) == (
        index_of(without).value,
        index_of(without).coverage,
    )
