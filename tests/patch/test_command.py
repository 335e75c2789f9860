"""`secscan check --service`: the greeting of another service of the site, asked for by hand."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE

import pytest
from patch_servers import speaking
from servers import Zone, answering, listening, resolving, response

PAGE = response(b"<!doctype html><p>page", "Server: nginx/1.22.1", "Content-Type: text/html")
OLD_SSH = b"SSH-2.0-OpenSSH_8.4p1 Debian-5+deb11u1\r\n"


async def checked(*services: str) -> tuple[str, int]:
    """Run the command beside a site and its SSH; return what it tells and connections to SSH."""
    async with (
        resolving(Zone({})) as names,
        listening(answering(PAGE)) as web,
        listening(speaking(OLD_SSH)) as ssh,
    ):
        pins = [f"--connect-to=80={web.dial}", f"--connect-to=22={ssh.dial}"]
        options = [f"--service={service}" for service in services]
        command = ["check", "http://site.example/", *pins, "--resolver", names.dial, *options]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "secscan", *command, "--json"), stdout=PIPE, stderr=PIPE
        )
        out, told = await process.communicate()
        return (out or told).decode(), ssh.connections


@pytest.mark.parametrize(("services", "costs"), [(["ssh://site.example"], True), ([], False)])
def test_a_service_is_read_where_it_is_named(services: list[str], costs: bool) -> None:
    out, connections = asyncio.run(checked(*services))
    assert connections == len(services)
    (site,) = json.loads(out)["sites"]
    (found,) = [one for one in site["findings"] if one["check"] == "patch.services_supported"]
    assert (found["outcome"] in ("fail", "partial")) is costs


def test_a_service_that_cannot_be_read_is_a_users_mistake() -> None:
    out, connections = asyncio.run(checked("telnet://site.example"))
    assert '--service "telnet://site.example" is wrong: write ssh://, ' in out
    assert connections == 0
