"""A site that no register pins: its public address, in a network namespace of the test's own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ADDRESS = "45.33.32.1"
"""Globally routable by its number; in the namespace it is a second name of the loopback."""

LOOK = f"""
import asyncio, sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from servers import QUICK, Zone, answering, resolving, response
from secscan.evidence import Target, dump
from secscan.probes import Prober

async def main() -> None:
    page = response(b"<html>public", "Content-Type: text/html")
    await asyncio.start_server(answering(page), "{ADDRESS}", 80)
    names = {{("site.example", "A"): ["{ADDRESS}"], ("site.example", "AAAA"): []}}
    async with resolving(Zone(names)) as zone:
        target = Target("site", "https://site.example/", {{}}, zone.dial)
        print(dump(await Prober(QUICK).collect(target))[0])

asyncio.run(main())
"""

NAMESPACE = (
    f"ip link set lo up && ip address add {ADDRESS}/32 dev lo && ip route add default dev lo && "
    'exec "$0" -P -c "$1"'
)


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    for program in ("unshare", "ip"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    command = ["unshare", "--map-root-user", "--net", "sh", "-c", NAMESPACE, sys.executable, LOOK]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if "unshare failed" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip(f"no network namespace may be made here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_a_public_address_is_dialled_on_both_ports(seen: dict[str, Any]) -> None:
    plain, secure = seen["evidence"]["endpoints"]
    assert (plain["address"], plain["port"]) == (ADDRESS, 80)
    assert plain["http"]["hops"][0]["status"] == 200
    assert (secure["tls"]["kind"], secure["tls"]["tries"]) == ("refused", 3)


def test_the_scanners_own_families_are_recorded(seen: dict[str, Any]) -> None:
    assert seen["evidence"]["scanner"]["families"] == ["IPv4"]
