"""A machine of Debian packages that is patched loses no point, whatever it tells of itself."""

import asyncio
from collections.abc import Sequence

import patch_servers as servers
import programs
import pytest
from patch_looks import Judged, look, seen
from patch_servers import speaking
from programs import free_port
from servers import answering, listening, response

SERVER, SERVICES, SYSTEM = (f"patch.{name}_supported" for name in ("server", "services", "system"))

MACHINES: dict[str, servers.Start] = {
    "nginx": servers.nginx_with_php,
    "Apache": servers.apache_with_php,
}


@pytest.mark.parametrize("start", MACHINES.values(), ids=MACHINES)
@pytest.mark.parametrize("services", [[], ["ssh://site.example"]], ids=["web alone", "with SSH"])
def test_nothing_of_a_patched_machine_costs_a_point(
    start: servers.Start, services: list[str]
) -> None:
    web, ssh = free_port(), free_port()
    with start(web), programs.sshd(ssh):
        judged = look({80: web, 22: ssh}, services)
    assert judged.faults() == []
    assert judged.costly() == []
    assert len(judged.evidence.services) == len(services)
    expected = "pass" if services else "not-applicable"
    assert judged.outcome(SERVICES) == expected


SSH = "ssh://site.example"
OLD_SSH = b"SSH-2.0-OpenSSH_8.4p1 Debian-5+deb11u1\r\n"
PATCHED_SSH = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"


def scripted(
    banner: str, greeting: bytes, services: Sequence[str] = (SSH,), at: str = "127.0.0.1"
) -> Judged:
    """Look at a page with this Server header, and at an SSH greeting at an address."""
    page = response(b"<!doctype html><p>page", f"Server: {banner}", "Content-Type: text/html")

    async def scenario() -> Judged:
        async with (
            listening(answering(page)) as web,
            listening(speaking(greeting), address=at) as ssh,
        ):
            return await seen({80: web.dial, 22: f"{at}:{ssh.port}"}, services)

    return asyncio.run(scenario())


def test_a_machine_that_was_not_patched_for_years_loses_points() -> None:
    judged = scripted("nginx/1.18.0", OLD_SSH)
    assert SERVICES in judged.costly()
    assert judged.outcome(SERVER) == "not-applicable"  # what its packages carry does not show
    assert SERVICES not in scripted("nginx/1.18.0", OLD_SSH, services=()).costly()


def test_a_patched_ssh_at_the_same_address_speaks_for_the_web_server() -> None:
    old = "Apache/2.4.49"  # no release of Debian or Ubuntu has it
    alone, beside = scripted(old, PATCHED_SSH, services=()), scripted(old, PATCHED_SSH)
    assert SERVER in alone.costly()
    assert [one.state for one in beside.components(SERVER)] == ["unknown-backport"]
    assert beside.costly() == []


def test_ssh_at_another_address_says_nothing_of_the_web_server() -> None:
    judged = scripted("Apache/2.4.49", PATCHED_SSH, at="127.0.0.2")
    assert [one.address for one in judged.evidence.services] == ["127.0.0.2"]
    assert [one.state for one in judged.components(SERVER)] == ["outdated"]
    assert judged.outcome(SERVICES) == "not-applicable"


def test_two_hosts_at_one_address_are_judged_alike() -> None:
    page = response(b"<!doctype html><p>page", "Server: Apache/2.4.49", "Content-Type: text/html")

    async def scenario() -> list[Judged]:
        async with listening(answering(page)) as web, listening(speaking(PATCHED_SSH)) as ssh:
            pins = {80: web.dial, 22: ssh.dial}
            return await asyncio.gather(
                *(
                    seen(pins, [f"ssh://{host}.example"], f"http://{host}.example/")
                    for host in ("one", "two")
                )
            )

    one, two = asyncio.run(scenario())
    for judged in (one, two):
        assert [found.state for found in judged.components(SERVER)] == ["unknown-backport"]
        assert judged.outcome(SERVICES) == "pass"
        assert judged.costly() == []
