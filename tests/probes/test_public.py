"""A site that no register pins: its public address, in a network namespace of the test's own."""

import json
from typing import Any

import pytest
from namespace import in_namespace

ADDRESS = "45.33.32.1"
"""Globally routable by its number; in the namespace it is a second name of the loopback."""

LOOK = f"""
import asyncio
from servers import QUICK, Zone, answering, resolving, response
from secscan.evidence import Target, dump
from secscan.probes.prober import Prober

async def main() -> None:
    page = response(b"<html>public", "Content-Type: text/html")
    await asyncio.start_server(answering(page), "{ADDRESS}", 80)
    names = {{("site.example", "A"): ["{ADDRESS}"], ("site.example", "AAAA"): []}}
    async with resolving(Zone(names)) as zone:
        target = Target("site", "https://site.example/", {{}}, zone.dial)
        print(dump(await Prober(QUICK).collect(target))[0])

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(in_namespace([f"{ADDRESS}/32"], LOOK))
    return document


def test_a_public_address_is_dialled_on_both_ports(seen: dict[str, Any]) -> None:
    plain, secure = seen["evidence"]["endpoints"]
    assert (plain["address"], plain["port"]) == (ADDRESS, 80)
    assert plain["http"]["hops"][0]["status"] == 200
    assert (secure["tls"]["kind"], secure["tls"]["tries"]) == ("refused", 3)


def test_the_scanners_own_families_are_recorded(seen: dict[str, Any]) -> None:
    assert seen["evidence"]["scanner"]["families"] == ["IPv4"]
