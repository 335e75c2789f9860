"""The site's name with www added or dropped: whether it is asked, where, and what is kept."""

import asyncio
import ssl
from pathlib import Path

import programs
import pytest
import servers
from namespace import in_namespace
from servers import Zone, answering, listening, look, response

from secscan.evidence import Endpoint, Exchange, Missing, MissingKind, SiteEvidence, load
from secscan.probes.twin import twin_of

PAGE = response(b"<!doctype html><title>page</title>", "Content-Type: text/html")
ADDRESSES = {
    ("site.example", "A"): ["192.0.2.1"],
    ("site.example", "AAAA"): ["2001:db8::1"],
    ("www.site.example", "A"): ["192.0.2.1"],
    ("www.site.example", "AAAA"): ["2001:db8::1"],
}


@pytest.mark.parametrize(
    ("host", "twin"),
    [
        ("site.example", "www.site.example"),
        ("www.site.example", "site.example"),
        ("a.b.site.example", "www.a.b.site.example"),
        ("www.www.example", "www.example"),
        ("xn--bcher-kva.example", "www.xn--bcher-kva.example"),
        ("site.example.", "www.site.example."),
        ("wwwsite.example", "www.wwwsite.example"),
        (f"{'a.' * 123}org", f"www.{'a.' * 123}org"),
        (f"{'a.' * 124}org", None),
        ("localhost", None),
        ("www.localhost", None),
        ("www", None),
        ("192.0.2.1", None),
        ("2001:db8::1", None),
    ],
)
def test_a_name_and_its_twin(host: str, twin: str | None) -> None:
    assert twin_of(host) == twin


def scanned(
    zone: Zone, url: str = "http://site.example/", answer: bytes = PAGE
) -> tuple[SiteEvidence, list[str]]:
    """Scan a pinned site; return its evidence and the name of each request."""
    seen: list[bytes] = []

    async def scenario() -> SiteEvidence:
        async with listening(answering(answer, seen)) as server:
            return await look({80: server.dial}, url, zone=zone)

    evidence = asyncio.run(scenario())
    lines = [line for head in seen for line in head.decode().lower().split("\r\n")]
    return evidence, [line.removeprefix("host: ") for line in lines if line.startswith("host:")]


def exchange(end: Endpoint) -> Exchange:
    assert isinstance(end.http, Exchange), end.http
    return end.http


@pytest.mark.parametrize(
    ("url", "twin"),
    [
        ("http://site.example/portal", "www.site.example"),
        ("http://www.site.example/portal", "site.example"),
    ],
)
def test_a_pin_speaks_for_both_names_where_dns_has_them_together(url: str, twin: str) -> None:
    evidence, hosts = scanned(Zone(ADDRESSES), url)
    http, https = evidence.twin
    assert [(end.scheme, end.host, end.address, end.port) for end in (http, https)] == [
        ("http", twin, "127.0.0.1", 80),
        ("https", twin, "127.0.0.1", 443),
    ]
    (hop,) = exchange(http).hops
    assert (hop.url, hop.status) == (f"http://{twin}/portal", 200)
    assert isinstance(https.http, Missing)
    assert https.http.kind is MissingKind.UNREACHABLE
    assert (http.tls, http.resources, https.tls) == (None, (), None)
    assert http.usage.requests == hosts.count(twin) == 1
    assert evidence.usage.requests == len(hosts)


@pytest.mark.parametrize(
    "zone",
    [
        {},
        {key: texts for key, texts in ADDRESSES.items() if key[0] == "site.example"},
        {key: texts for key, texts in ADDRESSES.items() if key[0] != "site.example"},
        {**ADDRESSES, ("www.site.example", "A"): ["192.0.2.2"]},
        {**ADDRESSES, ("www.site.example", "AAAA"): []},
        {key: [] for key in ADDRESSES},
    ],
)
def test_a_pin_speaks_for_no_other_name(zone: dict[tuple[str, str], list[str]]) -> None:
    evidence, hosts = scanned(Zone(zone))
    assert evidence.twin == ()
    assert set(hosts) == {"site.example"}


@pytest.mark.parametrize("url", ["http://localhost/", "http://127.0.0.1/"])
def test_what_has_no_twin_is_asked_for_none(url: str) -> None:
    zone = Zone({})
    evidence, _ = scanned(zone, url)
    assert evidence.twin == ()
    assert not any(name.startswith("www.") for name, _ in zone.asked)


def test_a_twin_that_leads_to_the_site_is_followed_and_what_that_took_is_told() -> None:
    seen: list[bytes] = []

    def answer(head: bytes) -> bytes:
        if b"host: www.site.example\r\n" in head.lower():
            return response(b"", "Location: http://site.example/", status="301 Moved Permanently")
        return PAGE

    async def scenario() -> tuple[SiteEvidence, int]:
        async with listening(answering(answer, seen)) as server:
            found = await look({80: server.dial}, zone=Zone(ADDRESSES))
            assert server.most_at_once <= 2
            return found, server.connections

    evidence, connections = asyncio.run(scenario())
    hops = exchange(evidence.twin[0]).hops
    assert [(hop.url, hop.status) for hop in hops] == [
        ("http://www.site.example/", 301),
        ("http://site.example/", 200),
    ]
    # The page and five further requests, and the page once more for the twin.
    assert servers.endpoint(evidence, "http").usage.requests == 7
    assert evidence.usage.requests == connections == 8


def test_names_are_those_of_the_url_whatever_is_dialled(tmp_path: Path) -> None:
    context = programs.server_context(programs.certificate(tmp_path, "www.site.example"))
    indications: list[str | None] = []
    heads: list[bytes] = []

    def note(_: object, name: str | None, __: object) -> None:
        indications.append(name)

    context.set_servername_callback(note)

    async def scenario() -> SiteEvidence:
        async with listening(answering(PAGE, heads), context) as server:
            url = "https://site.example:443/"
            return await look({443: server.dial}, url, zone=Zone(ADDRESSES))

    evidence = asyncio.run(scenario())
    assert {*indications} - {None} == {"site.example", "www.site.example"}
    assert b"host: site.example\r\n" in b"".join(heads).lower()
    assert servers.chain(evidence, "https").hops[0].certificates == ()
    (twin,) = [end for end in evidence.twin if end.scheme == "https"]
    (hop,) = exchange(twin).hops
    # Nobody enumerates the twin, so its certificate is kept here, as sent.
    assert hop.certificates == (
        ssl.PEM_cert_to_DER_cert((tmp_path / "www.site.example.pem").read_text()),
    )


LOOK = """
import asyncio
from dataclasses import replace
from pathlib import Path
import programs
from servers import QUICK, Zone, answering, listening, resolving, response
from secscan.evidence import Target, dump
from secscan.probes.prober import Prober

SITE, WWW, AWAY = "45.33.32.1", "45.33.32.2", "45.33.32.3"

def moved(location):
    return response(b"", f"Location: {location}", status="301 Moved Permanently")

async def main(url, names, chain, key):
    tls = programs.server_context(programs.Certificate(Path(chain), Path(key), b""))
    await asyncio.gather(*(serve(*one) for one in (
        (SITE, 80, None, moved("https://site.example/")),
        (SITE, 443, tls, moved("https://away.example/")),
        (WWW, 80, None, moved("https://www.site.example/")),
        (WWW, 443, tls, moved("https://site.example/")),
        (AWAY, 443, tls, lambda head: response(b"in") if b" /in " in head else moved("/in")),
    )))
    limits = replace(QUICK, tls_connections=3)
    async with resolving(Zone(names)) as zone:
        print(dump(await Prober(limits).collect(Target("site", url, {}, zone.dial)))[0])

async def serve(address, port, tls, answer):
    await asyncio.start_server(answering(answer), address, port, ssl=tls)
"""

PUBLIC = {
    ("site.example", "A"): ["45.33.32.1"],
    ("site.example", "AAAA"): [],
    ("www.site.example", "A"): ["45.33.32.2"],
    ("www.site.example", "AAAA"): [],
    ("away.example", "A"): ["45.33.32.3"],
    ("away.example", "AAAA"): [],
}


def looked_at(names: dict[tuple[str, str], list[str]], directory: Path) -> SiteEvidence:
    made = programs.certificate(directory, "site.example")
    given = ("https://site.example/", names, str(made.chain), str(made.key))
    own = [f"45.33.32.{number}/32" for number in (1, 2, 3)]
    return load(in_namespace(own, f"{LOOK}\nasyncio.run(main(*{given!r}))"), {})


def test_a_twin_at_an_address_of_its_own(tmp_path: Path) -> None:
    evidence = looked_at(PUBLIC, tmp_path)
    http, https = evidence.twin
    assert (http.address, https.address) == ("45.33.32.2", "45.33.32.2")
    assert [(hop.url, hop.address) for hop in exchange(http).hops] == [
        ("http://www.site.example/", "45.33.32.2"),
        ("https://www.site.example/", "45.33.32.2"),
        ("https://site.example/", "45.33.32.1"),
        ("https://away.example/", "45.33.32.3"),
        ("https://away.example/in", "45.33.32.3"),
    ]
    # The TLS probe has the site's own; of every other host the chain is kept once.
    assert [len(hop.certificates) for hop in exchange(http).hops] == [0, 1, 0, 1, 0]
    own = servers.chain(evidence, "https")
    assert [len(hop.certificates) for hop in own.hops] == [0, 1, 0]


def test_a_twin_that_is_not_public_is_not_dialled(tmp_path: Path) -> None:
    inside = {**PUBLIC, ("www.site.example", "A"): ["10.0.0.1"]}
    for end in looked_at(inside, tmp_path).twin:
        assert getattr(end.http, "kind", None) is MissingKind.ADDRESS_REFUSED
        assert end.address == "10.0.0.1"
