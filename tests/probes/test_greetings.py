"""Services beside a site: what they send first is read, whatever it is, and nothing is asked."""

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import programs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_servers import SMTP, mail
from namespace import in_namespace
from patch_servers import speaking
from servers import QUICK, Handler, Listener, Zone, answering, listening, resolving, response

from secscan.evidence import (
    Missing,
    MissingKind,
    Service,
    SiteEvidence,
    Target,
    Usage,
    dump,
    load,
    views,
)
from secscan.evidence.readings import Banners
from secscan.parsing.greetings import is_last_line
from secscan.probes.limits import Limits
from secscan.probes.prober import Prober

PAGE = answering(response(b"<!doctype html><title>page</title>", "Content-Type: text/html"))


def closing(sent: bytes) -> Handler:
    """Return a handler that sends this and closes in good order."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        writer.write_eof()
        await reader.read()

    return handle


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send one line that never ends."""
    while True:
        writer.write(b"A" * 65536)
        await writer.drain()


async def look(
    services: Sequence[str], connect: Mapping[int, str], url: str, limits: Limits = QUICK
) -> SiteEvidence:
    async with resolving(Zone({})) as names:
        target = Target("site", url, dict(connect), names.dial, services=tuple(services))
        return await Prober(limits).collect(target)


def read(
    handler: Handler,
    url: str = "ssh://site.example",
    port: int = 22,
    limits: Limits = QUICK,
    tls: ssl.SSLContext | None = None,
) -> tuple[Service, Listener]:
    """Scan a site that has this service beside its page."""

    async def scenario() -> tuple[Service, Listener]:
        async with listening(PAGE) as page, listening(handler, tls) as server:
            pins = {80: page.dial, port: server.dial}
            evidence = await look([url], pins, "http://site.example/", limits)
            (service,) = load(*dump(evidence)).services  # whatever it said can be stored
            return service, server

    return asyncio.run(scenario())


SSH = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"


@pytest.mark.parametrize(
    ("scheme", "port", "sent", "goodbye"),
    [
        ("ssh", 22, SSH, b""),
        ("ssh", 22, b"Only for staff.\r\nTwo lines.\r\n" + SSH, b""),
        ("ssh", 22, b"SSH-1.99-no carriage return\n", b""),
        ("smtp", 25, b"220 mail ESMTP Exim 4.96\r\n", b"QUIT\r\n"),
        ("smtp", 25, b"220-mail\r\n220-two\r\n220 three\r\n", b"QUIT\r\n"),
        ("smtp", 25, b"220-mail\r\n220\r\n", b"QUIT\r\n"),
        ("smtp", 25, b"554 5.7.1 you are listed\r\n", b"QUIT\r\n"),
        ("ftp", 21, b"220-Hello\r\n 220 not yet\r\nfree text\r\n220 end\r\n", b"QUIT\r\n"),
        ("ftp", 21, b"220 (vsFTPd 3.0.3)\r\n", b"QUIT\r\n"),
        ("imap", 143, b"* OK [CAPABILITY IMAP4rev1] ready\r\n", b"a1 LOGOUT\r\n"),
        ("pop3", 110, b"+OK Dovecot ready.\r\n", b"QUIT\r\n"),
    ],
)
def test_a_whole_greeting(scheme: str, port: int, sent: bytes, goodbye: bytes) -> None:
    heard: list[bytes] = []
    service, server = read(speaking(sent + b"more", heard), f"{scheme}://site.example", port)
    assert (service.scheme, service.host, service.port) == (scheme, "site.example", port)
    assert service.address == "127.0.0.1"
    assert service.banner == sent.decode("latin-1")
    assert service.usage == Usage(other_connections=1)
    assert server.connections == 1
    assert b"".join(heard) == goodbye


@pytest.mark.parametrize(
    ("scheme", "port", "sent"),
    [
        ("smtps", 465, b"220 mail ESMTP\r\n"),
        ("imaps", 993, b"* OK ready\r\n"),
        ("pop3s", 995, b"+OK ready\r\n"),
    ],
)
def test_a_greeting_behind_tls(scheme: str, port: int, sent: bytes, tmp_path: Path) -> None:
    context = programs.server_context(programs.certificate(tmp_path, "site.example"))
    context.set_ciphers("AES128-SHA:@SECLEVEL=0")  # as very old servers have it
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    url = f"{scheme}://site.example"
    service, _ = read(speaking(sent), url, port, tls=context)
    assert service.banner == sent.decode("latin-1")
    plain, _ = read(speaking(sent), url, port)
    assert isinstance(plain.banner, Missing)
    assert plain.banner.kind is MissingKind.TLS_FAILURE


SHORT = replace(QUICK, read_timeout=0.2)


@pytest.mark.parametrize(
    ("handler", "banner"),
    [
        (closing(b"SSH-2.0-x"), "SSH-2.0-x"),
        (closing(b"HTTP/1.0 400 Bad Request\r\n\r\n"), "HTTP/1.0 400 Bad Request\r\n\r\n"),
        (closing(b"\x00\xff\r\n\x1b[2J"), "\x00\xff\r\n\x1b[2J"),
        (speaking(b"tarpit\r\nSSH-2.0-OpenSSH_9"), "tarpit\r\n"),
        (speaking(b"a\n" * 3000), "a\n" * 2048),
    ],
)
def test_what_is_no_greeting_is_kept_as_far_as_its_lines_are_whole(
    handler: Handler, banner: str
) -> None:
    service, _ = read(handler, limits=SHORT)
    assert service.banner == banner


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        (speaking(b""), MissingKind.TIMEOUT),
        (speaking(b"SSH-2.0-OpenSSH_9"), MissingKind.TIMEOUT),
        (closing(b""), MissingKind.RESET),
        (flood, MissingKind.MALFORMED),
        (speaking(b"\x00" * 5000), MissingKind.MALFORMED),
    ],
)
def test_what_is_not_even_a_line_is_missing(handler: Handler, kind: MissingKind) -> None:
    service, server = read(handler, limits=SHORT)
    assert isinstance(service.banner, Missing)
    assert service.banner.kind is kind
    assert (server.connections, service.usage.other_connections) == (1, 1)


def test_the_time_for_all_services_is_bounded() -> None:
    async def scenario() -> SiteEvidence:
        async with AsyncExitStack() as stack:
            silent = [await stack.enter_async_context(listening(speaking(b""))) for _ in range(3)]
            pins = {2200 + number: server.dial for number, server in enumerate(silent)}
            urls = [f"ssh://site.example:{port}" for port in pins]
            pins[80] = (await stack.enter_async_context(listening(PAGE))).dial
            limits = replace(QUICK, read_timeout=5.0, site_timeout=0.3)
            return await look(urls, pins, "http://site.example/", limits)

    evidence = asyncio.run(scenario())
    assert [service.banner for service in evidence.services] == [
        Missing(MissingKind.TIMEOUT, "the time for this site is used up")
    ] * 3


def test_a_closed_port_and_one_that_no_pin_names() -> None:
    async def scenario() -> SiteEvidence:
        async with listening(PAGE) as page:
            pins = {80: page.dial, 22: f"127.0.0.1:{programs.free_port()}"}
            urls = ["ssh://site.example", "ftp://site.example"]
            return await look(urls, pins, "http://site.example/")

    closed, unknown = sorted(asyncio.run(scenario()).services, key=lambda one: -one.port)
    assert isinstance(closed.banner, Missing)
    assert closed.banner.kind is MissingKind.REFUSED
    told = Missing(MissingKind.UNREACHABLE, "connect does not name port 21")
    assert (unknown.address, unknown.banner, unknown.usage) == ("127.0.0.1", told, Usage())


def test_pins_hold_for_the_sites_own_name_alone() -> None:
    async def scenario() -> tuple[SiteEvidence, Listener]:
        zone = Zone({("mail.example", "A"): ["127.0.0.1"], ("mail.example", "AAAA"): []})
        async with (
            listening(PAGE) as page,
            listening(speaking(b"220 mail\r\n")) as server,
            resolving(zone) as names,
        ):
            pins = {80: page.dial, 25: server.dial}
            services = ("smtp://mail.example", "smtp://nobody.example")
            target = Target("site", "http://site.example/", pins, names.dial, services=services)
            return await Prober(QUICK).collect(target), server

    evidence, server = asyncio.run(scenario())
    nobody, elsewhere = evidence.services
    assert isinstance(elsewhere.banner, Missing)
    assert elsewhere.banner.kind is MissingKind.ADDRESS_REFUSED
    assert nobody.banner == Missing(MissingKind.DNS_FAILURE, "A: NXDOMAIN")
    assert (nobody.address, server.connections) == ("", 0)


def test_a_mail_site_is_itself_a_service() -> None:
    async def scenario() -> tuple[SiteEvidence, Listener]:
        without_tls = {**SMTP, "EHLO": b"250 mail.example\r\n", "QUIT": b"221 bye\r\n"}
        async with listening(mail(without_tls)) as server:
            url = "smtp://site.example"
            return await look([url], {25: server.dial}, url), server

    evidence, server = asyncio.run(scenario())
    (service,) = evidence.services
    (endpoint,) = evidence.endpoints
    assert service.banner == SMTP[""].decode("ascii")
    assert (service.address, service.port) == (endpoint.address, endpoint.port)
    both = evidence.usage
    assert both.tls_connections + both.other_connections == server.connections
    (view,) = views(evidence)
    assert view.readings[Banners] == Banners(services=(service,))


def test_two_connections_at_most_at_one_address() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in range(5):
            writer.write(b"line %d\r\n" % number)
            await writer.drain()
            await asyncio.sleep(0)
        await speaking(SSH)(reader, writer)

    async def scenario() -> Listener:
        counted = Listener()
        async with AsyncExitStack() as stack:
            pins = {80: (await stack.enter_async_context(listening(PAGE, counted=counted))).dial}
            for port in range(2200, 2208):
                server = listening(slow, counted=counted)
                pins[port] = (await stack.enter_async_context(server)).dial
            urls = [f"ssh://site.example:{port}" for port in range(2200, 2208)]
            evidence = await look(urls, pins, "http://site.example/")
            assert [service.port for service in evidence.services] == [*range(2200, 2208)]
            assert all(SSH.decode() in str(service.banner) for service in evidence.services)
            return counted

    assert asyncio.run(scenario()).most_at_once == 2


def test_the_real_sshd() -> None:
    port = programs.free_port()

    async def scenario() -> SiteEvidence:
        async with listening(PAGE) as page:
            pins = {80: page.dial, 22: f"127.0.0.1:{port}"}
            return await look(["ssh://site.example"], pins, "http://site.example/")

    with programs.sshd(port):
        evidence = asyncio.run(scenario())
    (service,) = evidence.services
    assert str(service.banner).startswith("SSH-2.0-OpenSSH_")
    assert str(service.banner).endswith("\r\n")
    (view,) = views(evidence)
    banners = view.readings[Banners]
    assert isinstance(banners, Banners)
    assert banners.services == (service,)


ADDRESSES = ("45.33.32.1", "45.33.32.2")

PUBLIC = f"""
import asyncio
from servers import QUICK, Zone, answering, resolving, response
from secscan.evidence import Target, dump
from secscan.probes.prober import Prober

async def greet(reader, writer):
    writer.write(b"SSH-2.0-x\\r\\n")
    await reader.read()

async def main() -> None:
    page = response(b"<html>public", "Content-Type: text/html")
    await asyncio.start_server(answering(page), "{ADDRESSES[1]}", 80)
    for address in {ADDRESSES!r}:
        await asyncio.start_server(greet, address, 22)
    names = {{
        ("site.example", "A"): ["{ADDRESSES[1]}"],
        ("both.example", "A"): ["{ADDRESSES[0]}", "{ADDRESSES[1]}"],
        ("other.example", "A"): ["{ADDRESSES[0]}", "127.0.0.1"],
        ("other.example", "AAAA"): ["2001:4860:4860::8888"],
    }}
    services = ("ssh://site.example", "ssh://both.example", "ssh://other.example")
    async with resolving(Zone(names)) as zone:
        target = Target("site", "http://site.example/", {{}}, zone.dial, services=services)
        print(dump(await Prober(QUICK).collect(target))[0])

asyncio.run(main())
"""


def test_public_services_are_read_where_the_web_server_is_or_at_one_address_a_family() -> None:
    services = json.loads(in_namespace([f"{one}/32" for one in ADDRESSES], PUBLIC))["evidence"][
        "services"
    ]
    found = {(one["host"], one["address"]): one["banner"] for one in services}
    assert _told(found) == {
        ("site.example", ADDRESSES[1]): "SSH-2.0-x\r\n",
        ("both.example", ADDRESSES[1]): "SSH-2.0-x\r\n",
        ("other.example", ADDRESSES[0]): "SSH-2.0-x\r\n",
        ("other.example", "2001:4860:4860::8888"): "no-address-family",
    }


def _told(found: Mapping[tuple[str, str], Any]) -> dict[tuple[str, str], str]:
    return {key: one if isinstance(one, str) else one["kind"] for key, one in found.items()}


@given(st.sampled_from(["ssh", "smtp", "ftp", "imap", "pop3s"]), st.binary(), st.binary())
def test_every_line_is_the_last_or_not(scheme: str, first: bytes, line: bytes) -> None:
    assert is_last_line(scheme, first, line) in (True, False)


@settings(max_examples=30)
@given(st.binary(max_size=3000), st.sampled_from([closing, speaking]))
def test_whatever_is_sent_something_is_kept(sent: bytes, serve: Callable[[bytes], Handler]) -> None:
    service, _ = read(serve(sent), "smtp://site.example", 25, replace(QUICK, read_timeout=0.05))
    if isinstance(service.banner, str):
        assert sent.startswith(service.banner.encode("latin-1"))
    else:
        assert service.banner.kind in (MissingKind.TIMEOUT, MissingKind.RESET)
