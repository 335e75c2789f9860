"""DNS against a server of the test's own."""

import asyncio

import dns.rcode
import pytest
from servers import QUICK, Zone, resolving

from secscan.evidence import Dns, Missing, MissingKind, Record
from secscan.probes.dns import Names
from secscan.probes.limits import Limits

ADDRESSES = {
    ("www.site.example", "A"): ["192.0.2.2", "192.0.2.1"],
    ("www.site.example", "AAAA"): ["2001:db8::1"],
}


ROOT, SOA = ("", "SOA"), "a.example. b.example. 1 2 3 4 5"


async def ask(zone: Zone, name: str = "www.site.example") -> Dns | Missing:
    async with resolving(zone):
        return await Names(("127.0.0.1", zone.port), QUICK).evidence(name)


def answered(zone: Zone) -> Dns:
    found = asyncio.run(ask(zone))
    assert isinstance(found, Dns), found
    return found


def test_addresses_of_both_families_are_kept_in_an_order_of_their_own() -> None:
    zone = Zone(ADDRESSES)
    found = answered(zone)
    assert found.ipv4 == ("192.0.2.1", "192.0.2.2")
    assert found.ipv6 == ("2001:db8::1",)
    assert found.resolver == f"127.0.0.1:{zone.port}"
    assert found.authenticated is False


def test_the_resolver_that_validates_is_believed() -> None:
    found = answered(Zone({**ADDRESSES, ROOT: [SOA]}, authenticated=True))
    assert (found.authenticated, found.validates) == (True, True)


def test_a_resolver_that_does_not_validate_the_root_validates_nothing() -> None:
    assert answered(Zone({**ADDRESSES, ROOT: [SOA]})).validates is False
    assert answered(Zone(ADDRESSES)).validates is False


@pytest.mark.parametrize("owner", ["www.site.example", "site.example", "example"])
def test_caa_records_are_looked_for_up_the_tree(owner: str) -> None:
    zone = Zone({**ADDRESSES, (owner, "CAA"): ['0 issue "ca.example"']})
    assert answered(zone).caa == (Record("CAA", '0 issue "ca.example"'),)


def test_the_nearest_caa_records_are_the_ones_that_count() -> None:
    zone = Zone(
        {
            **ADDRESSES,
            ("site.example", "CAA"): ['0 issue "near.example"'],
            ("example", "CAA"): ['0 issue "far.example"'],
        }
    )
    assert answered(zone).caa == (Record("CAA", '0 issue "near.example"'),)
    assert ("example", "CAA") not in zone.asked


def test_no_caa_record_anywhere_is_known_to_be_none() -> None:
    assert answered(Zone(ADDRESSES)).caa == ()


def test_a_caa_question_that_fails_is_unknown_and_not_none() -> None:
    caa = answered(Zone({**ADDRESSES, ("site.example", "CAA"): dns.rcode.SERVFAIL})).caa
    assert isinstance(caa, Missing)
    assert caa.kind is MissingKind.DNS_FAILURE


@pytest.mark.parametrize(
    ("rcode", "detail"),
    [(dns.rcode.NXDOMAIN, "A: NXDOMAIN"), (dns.rcode.SERVFAIL, "A: SERVFAIL or refused")],
)
def test_a_name_that_fails_says_how(rcode: dns.rcode.Rcode, detail: str) -> None:
    zone = Zone({("www.site.example", "A"): rcode, ("www.site.example", "AAAA"): []})
    assert asyncio.run(ask(zone)) == Missing(MissingKind.DNS_FAILURE, detail)


def test_one_family_that_fails_leaves_the_other_usable() -> None:
    found = answered(Zone({**ADDRESSES, ("www.site.example", "AAAA"): dns.rcode.SERVFAIL}))
    assert found.ipv6 == Missing(MissingKind.DNS_FAILURE, "AAAA: SERVFAIL or refused")
    assert found.ipv4


def test_a_name_is_asked_once_in_a_run() -> None:
    async def scenario() -> None:
        zone = Zone(ADDRESSES)
        async with resolving(zone):
            names = Names(("127.0.0.1", zone.port), QUICK)
            asked = ["www.site.example", "WWW.site.example", "www.site.example."]
            await asyncio.gather(*(names.addresses(name) for name in asked))
            await names.evidence("www.site.example")
        assert zone.asked.count(("www.site.example", "A")) == 1

    asyncio.run(scenario())


def test_a_resolver_that_does_not_answer_is_a_timeout() -> None:
    async def scenario() -> Missing | Dns:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
        )
        server = ("127.0.0.1", transport.get_extra_info("sockname")[1])
        try:
            return await Names(server, Limits(connect_timeout=0.3)).evidence("site.example")
        finally:
            transport.close()

    assert asyncio.run(scenario()) == Missing(MissingKind.DNS_FAILURE, "A: timeout")


@pytest.mark.parametrize("name", ["a" * 64 + ".example", ".".join(["a"] * 200), "a..b"])
def test_a_name_that_cannot_be_is_a_failure_and_no_crash(name: str) -> None:
    found = asyncio.run(ask(Zone({}), name))
    assert isinstance(found, Missing)
    assert found.kind is MissingKind.DNS_FAILURE


def test_an_address_is_its_own_answer() -> None:
    found = asyncio.run(ask(Zone({}), "192.0.2.1"))
    assert isinstance(found, Dns)
    assert (found.ipv4, found.ipv6) == (("192.0.2.1",), ())
    assert isinstance(found.caa, Missing)
