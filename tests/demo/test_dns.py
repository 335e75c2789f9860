"""The name server of the demo city."""

import socket
import tomllib
from ipaddress import ip_address

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from secscan.demo import City
from secscan.demo.city import SITES
from secscan.demo.model import DemoSite

TIMEOUT = 5.0


def rows(city: City) -> dict[str, dict[str, str]]:
    document = tomllib.loads(city.register_path.read_text("utf-8"))
    return {row["id"]: row for row in document["site"]}


def resolver(city: City) -> tuple[str, int]:
    host, _, port = rows(city)["cong-thong-tin"]["resolver"].rpartition(":")
    return host, int(port)


def ask(city: City, name: str, kind: str) -> dns.message.Message:
    host, port = resolver(city)
    return dns.query.udp(dns.message.make_query(name, kind), host, TIMEOUT, port)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_names_are_answered(city: City, site: DemoSite) -> None:
    answer = ask(city, site.host, "A")
    if not site.resolves:
        assert answer.rcode() == dns.rcode.NXDOMAIN
        return
    addresses = [record.to_text() for found in answer.answer for record in found]
    assert [ip_address(address).is_loopback for address in addresses] == [True]
    assert bool(answer.flags & dns.flags.AD) == site.dnssec
    assert bool(ask(city, site.host, "AAAA").answer) == site.ipv6
    policies = ask(city, site.host, "CAA").answer
    assert {record.to_text() for found in policies for record in found} == set(site.caa)


def test_a_name_above_exists_without_records_and_a_strange_one_does_not(
    city: City,
) -> None:
    above = ask(city, "thanhphomau.example", "CAA")
    assert (above.rcode(), above.answer) == (dns.rcode.NOERROR, [])
    assert ask(city, "khong-co.example", "A").rcode() == dns.rcode.NXDOMAIN


def test_the_name_server_survives_what_is_no_query(city: City) -> None:
    host, port = resolver(city)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for junk in (b"", b"\x00", b"\xff" * 500, b"\x00" * 12):
            sender.sendto(junk, (host, port))
    assert ask(city, "www.thanhphomau.example", "A").answer
