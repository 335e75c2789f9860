"""The whole of a visit: what is asked of a site, of which ports, and how gently."""

import asyncio
from dataclasses import replace
from pathlib import Path

import programs
import pytest
import servers
from servers import QUICK, Listener, Zone, answering, endpoint, listening, look, resolving, response

from secscan.evidence import (
    Missing,
    MissingKind,
    SiteEvidence,
    Target,
    Tls,
    dump,
    load,
    views,
)
from secscan.probes.prober import Prober

PAGE = response(b"<!doctype html><title>page</title>", "Content-Type: text/html")


def only_http(url: str, grants: frozenset[str] = frozenset()) -> tuple[SiteEvidence, list[str]]:
    seen: list[bytes] = []

    async def scenario() -> SiteEvidence:
        async with listening(answering(PAGE, seen)) as server:
            return await look({80: server.dial}, url=url, grants=grants)

    evidence = asyncio.run(scenario())
    return evidence, [head.split()[1].decode() for head in seen]


def test_apache_is_seen_over_both_schemes_and_survives_storage(tmp_path: Path) -> None:
    made = programs.certificate(tmp_path, "site.example")
    plain, secure = programs.free_port(), programs.free_port()
    lines = (
        f"Listen 127.0.0.1:{plain}\nListen 127.0.0.1:{secure}\n"
        f"<VirtualHost *:{secure}>\nSSLEngine on\nSSLCertificateFile {made.chain}\n"
        f"SSLCertificateKeyFile {made.key}\n"
        "Header always set Strict-Transport-Security max-age=31536000\n</VirtualHost>"
    )

    with programs.apache(lines, secure):
        pins = {80: f"127.0.0.1:{plain}", 443: f"127.0.0.1:{secure}"}
        evidence = asyncio.run(look(pins, url="https://site.example/"))
    assert [(end.scheme, end.port) for end in evidence.endpoints] == [("http", 80), ("https", 443)]
    assert {end.address for end in evidence.endpoints} == {"127.0.0.1"}
    hop = servers.chain(evidence, "https").hops[0]
    assert hop.first("strict-transport-security") == "max-age=31536000"
    assert (hop.first("server") or "").startswith("Apache")
    tls = endpoint(evidence, "https").tls
    assert isinstance(tls, Tls)
    assert tls.certificates == (made.der,)
    text, bodies = dump(evidence)
    assert load(text, bodies) == evidence
    (view,) = views(evidence)
    assert view.subject == "site.example"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://site.example/", [("http", 80), ("https", 443)]),
        ("https://site.example/", [("http", 80), ("https", 443)]),
        ("http://site.example:8080/", [("http", 8080), ("https", 443)]),
        ("https://site.example:8443/", [("https", 8443)]),
    ],
)
def test_the_url_says_which_ports_are_asked(url: str, expected: list[tuple[str, int]]) -> None:
    refused = f"127.0.0.1:{programs.free_port()}"
    evidence = asyncio.run(look(dict.fromkeys((80, 443, 8080, 8443), refused), url=url))
    assert [(end.scheme, end.port) for end in evidence.endpoints] == expected


def test_a_port_without_a_pin_is_unknown() -> None:
    evidence, _ = only_http("http://site.example/")
    https = endpoint(evidence, "https")
    assert isinstance(https.http, Missing)
    assert isinstance(https.tls, Missing)
    assert https.http.kind is https.tls.kind is MissingKind.UNREACHABLE


def test_the_path_of_the_url_is_what_is_asked() -> None:
    evidence, paths = only_http("http://site.example/portal?lang=vi")
    assert paths[0] == "/portal?lang=vi"
    assert endpoint(evidence, "http").usage.requests == len(paths)


def test_a_family_that_the_scanner_lacks_is_its_own_lack_and_no_view() -> None:
    async def scenario() -> SiteEvidence:
        zone = Zone(
            {("site.example", "A"): ["127.0.0.1"], ("site.example", "AAAA"): ["2606:4700::1111"]}
        )
        prober = Prober(QUICK)
        prober.families = ("IPv4",)
        async with resolving(zone) as names:
            target = Target("site", "https://site.example/", {}, names.dial)
            return await prober.collect(target)

    evidence = asyncio.run(scenario())
    lacking = [end for end in evidence.endpoints if end.family == "IPv6"]
    assert len(lacking) == 2
    for end in lacking:
        assert getattr(end.http, "kind", None) is MissingKind.NO_ADDRESS_FAMILY
    assert [view.address for view in views(evidence)] == ["127.0.0.1"]


def test_ipv6_can_be_pinned() -> None:
    async def scenario() -> SiteEvidence:
        async with listening(answering(PAGE), address="::1") as server:
            return await look({80: f"[::1]:{server.port}"})

    try:
        programs.free_port("::1")
    except OSError:
        pytest.skip("loopback has no IPv6 here")
    evidence = asyncio.run(scenario())
    assert servers.chain(evidence).hops[0].address == "::1"
    assert endpoint(evidence, "http").family == "IPv6"


def test_a_name_that_does_not_exist_has_no_endpoints() -> None:
    async def scenario() -> SiteEvidence:
        async with resolving(Zone({})) as names:
            target = Target("site", "https://site.example/", {}, names.dial)
            return await Prober(QUICK).collect(target)

    evidence = asyncio.run(scenario())
    assert evidence.endpoints == ()
    assert evidence.dns == Missing(MissingKind.DNS_FAILURE, "A: NXDOMAIN")


@pytest.mark.parametrize(
    "url", ["", "site.example", "ftp://site.example/", "http://[::1", "http://"]
)
def test_a_url_that_is_none_is_a_missing_and_no_crash(url: str) -> None:
    evidence = asyncio.run(Prober(QUICK).collect(Target("site", url)))
    assert isinstance(evidence.dns, Missing)
    assert evidence.dns.kind is MissingKind.MALFORMED


def test_many_names_on_one_address_share_two_connections() -> None:
    counted = Listener()

    async def scenario() -> None:
        async with (
            listening(answering(PAGE), counted=counted) as one,
            listening(answering(PAGE), counted=counted) as other,
            resolving(Zone({})) as names,
        ):
            prober = Prober(QUICK)
            targets = [
                Target(f"site{n}", f"http://site{n}.example/", {80: server.dial}, names.dial)
                for n, server in enumerate((one, other) * 10)
            ]
            found = await asyncio.gather(*(prober.collect(target) for target in targets))
            for evidence in found:
                assert servers.chain(evidence).hops[0].status == 200

    asyncio.run(scenario())
    assert counted.connections == 20 * 6
    assert counted.most_at_once == 2


def test_waiting_for_others_does_not_use_up_the_time_of_a_site() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.wait([asyncio.create_task(reader.read())], timeout=0.1)
        writer.write(PAGE)
        await writer.drain()

    async def scenario() -> None:
        async with listening(slow) as server, resolving(Zone({})) as names:
            prober = Prober(replace(QUICK, site_timeout=0.8))
            targets = [
                Target(f"site{n}", f"http://site{n}.example/", {80: server.dial}, names.dial)
                for n in range(12)
            ]
            found = await asyncio.gather(*(prober.collect(target) for target in targets))
            for evidence in found:
                assert servers.chain(evidence).hops[0].status == 200

    asyncio.run(scenario())


def test_cancelling_a_scan_closes_its_connections() -> None:
    async def scenario() -> None:
        begun, gone = asyncio.Event(), asyncio.Event()

        async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            begun.set()
            await reader.read()
            gone.set()

        async with listening(wait) as server, asyncio.timeout(3):
            scan = asyncio.create_task(look({80: server.dial}))
            await begun.wait()
            scan.cancel()
            with pytest.raises(asyncio.CancelledError):
                await scan
            await gone.wait()

    asyncio.run(scenario())


def test_the_scanner_says_who_it_is() -> None:
    prober = Prober(contact="https://ict.example/scan")
    assert prober.user_agent.startswith("secscan/")
    assert prober.user_agent.endswith("(+https://ict.example/scan)")
    assert len(prober.addresses()) == len(prober.families)
    assert prober.description().startswith(f"{prober.user_agent}, ")
