"""Nothing but public addresses is ever dialled, however a name or a redirect dresses them up."""

import asyncio

import pytest
import servers
from servers import QUICK, Zone, answering, chain, listening, resolving, response

from secscan.evidence import Endpoint, MissingKind, SiteEvidence, Target
from secscan.probes.prober import Prober

LOOPBACK_6 = ["::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1"]


async def scan(zone: Zone, url: str, prober: Prober | None = None) -> SiteEvidence:
    async with resolving(zone) as names:
        target = Target("site", url, {}, names.dial)
        return await (prober or Prober(QUICK)).collect(target)


def refused(ends: tuple[Endpoint, ...]) -> bool:
    kinds = {getattr(end.http, "kind", None) for end in ends}
    return kinds == {MissingKind.ADDRESS_REFUSED}


def test_a_name_with_a_private_address_is_refused() -> None:
    async def scenario() -> None:
        async with listening(answering(response(b"inside"))) as inside:
            zone = Zone({("site.example", "A"): ["127.0.0.1"], ("site.example", "AAAA"): []})
            evidence = await scan(zone, f"http://site.example:{inside.port}/")
            assert len(evidence.endpoints) == 2
            assert refused(evidence.endpoints)
            assert inside.connections == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("address", LOOPBACK_6)
def test_loopback_in_the_dress_of_ipv6_is_refused(address: str) -> None:
    async def scenario() -> None:
        async with listening(answering(response(b"inside"))) as inside:
            zone = Zone({("site.example", "A"): [], ("site.example", "AAAA"): [address]})
            prober = Prober(QUICK)
            prober.families = ("IPv4", "IPv6")
            evidence = await scan(zone, f"http://site.example:{inside.port}/", prober)
            assert refused(evidence.endpoints)
            assert inside.connections == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]"])
def test_an_address_in_the_url_itself_is_checked_too(host: str) -> None:
    async def scenario() -> None:
        async with listening(answering(response(b"inside"))) as inside:
            evidence = await scan(Zone({}), f"http://{host}:{inside.port}/")
            assert refused(evidence.endpoints)
            assert inside.connections == 0

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "host", ["inner.example", "127.0.0.1", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"]
)
def test_a_redirect_to_a_private_address_is_refused(host: str) -> None:
    async def scenario() -> None:
        async with listening(answering(response(b"inside"))) as inside:
            moved = response(b"", f"Location: http://{host}:{inside.port}/", status="302 Found")
            zone = Zone({("inner.example", "A"): ["127.0.0.1"], ("inner.example", "AAAA"): []})
            async with listening(answering(moved)) as server:
                exchange = chain(await servers.look({80: server.dial}, zone=zone))
            assert len(exchange.hops) == 1
            assert exchange.end is not None
            assert exchange.end.kind is MissingKind.ADDRESS_REFUSED
            assert inside.connections == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "localhost"])
def test_other_spellings_of_loopback_are_only_names(host: str) -> None:
    async def scenario() -> None:
        async with listening(answering(response(b"inside"))) as inside:
            moved = response(b"", f"Location: http://{host}:{inside.port}/", status="302 Found")
            async with listening(answering(moved)) as server:
                exchange = chain(await servers.look({80: server.dial}))
            assert exchange.end is not None
            assert exchange.end.kind is MissingKind.DNS_FAILURE
            assert inside.connections == 0

    asyncio.run(scenario())


def test_a_pin_holds_for_its_own_host_only() -> None:
    async def scenario() -> None:
        moved = response(b"", "Location: http://other.example/", status="302 Found")
        zone = Zone({("other.example", "A"): ["127.0.0.1"], ("other.example", "AAAA"): []})
        seen: list[bytes] = []
        async with listening(answering(moved, seen)) as server:
            exchange = chain(await servers.look({80: server.dial}, zone=zone))
        assert all(b"host: site.example" in head.lower() for head in seen)
        assert exchange.end is not None
        assert exchange.end.kind is MissingKind.ADDRESS_REFUSED

    asyncio.run(scenario())


def test_a_redirect_to_a_port_without_a_pin_is_not_followed() -> None:
    async def scenario() -> None:
        moved = response(b"", "Location: http://site.example:81/", status="302 Found")
        async with listening(answering(moved)) as server:
            exchange = chain(await servers.look({80: server.dial}))
        assert exchange.end is not None
        assert exchange.end.kind is MissingKind.UNREACHABLE

    asyncio.run(scenario())


def test_a_rebinding_name_is_asked_once_and_never_leads_inside() -> None:
    answers = iter([["1.1.1.1"], ["127.0.0.1"], ["127.0.0.1"]])

    async def scenario() -> None:
        async with listening(answering(response(b"inside"))) as inside:
            zone = Zone(
                {("site.example", "A"): lambda: next(answers), ("site.example", "AAAA"): []}
            )
            prober = Prober(QUICK)
            prober.families = ()  # so that the public address is not dialled either
            async with resolving(zone) as names:
                url = f"http://site.example:{inside.port}/"
                target = Target("site", url, {}, names.dial)
                for _ in range(2):
                    evidence = await prober.collect(target)
                    for end in evidence.endpoints:
                        assert end.address == "1.1.1.1"
                        assert getattr(end.http, "kind", None) is MissingKind.NO_ADDRESS_FAMILY
            assert zone.asked.count(("site.example", "A")) == 1
            assert inside.connections == 0

    asyncio.run(scenario())
