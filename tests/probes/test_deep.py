"""The deep look at real servers, and at such as hang up on it."""

import asyncio
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import servers
from programs import free_port
from revocation_lists import URL, leaf, revocation_list
from servers import QUICK, answering, endpoint, listening, response
from tls_certificates import HOST, intermediate, ordinary, write
from tls_servers import nginx, s_server

from secscan.evidence import Deep, Missing, MissingKind, Renegotiation, RevocationList, Target
from secscan.probes.connect import Connections, Route, Routes
from secscan.probes.dns import Addresses
from secscan.probes.gate import Gate
from secscan.probes.http import Retriever, legacy_context
from secscan.probes.limits import Limits
from secscan.probes.prober import Prober
from secscan.probes.witness import Witness, deep_look
from secscan.probes.witness.process import COMMAND

LIMITS = Limits(connect_timeout=5.0)


async def no_address(name: str) -> Addresses:
    return Addresses((), ())


async def look(port: int, limits: Limits = LIMITS, command: Sequence[str] = COMMAND) -> Deep:
    route = Route(HOST, "127.0.0.1", 443, port, pinned=True)
    connections = Connections(Gate(), limits)
    routes = Routes(HOST, {}, no_address)
    retriever = Retriever(routes, connections, legacy_context(), "secscan", limits)
    witness = Witness("secscan", command)
    try:
        return await deep_look(witness, route, connections, retriever, limits, ())
    finally:
        await witness.close()


def kinds(deep: Deep) -> set[Any]:
    """Return of what kind every part of a look is missing."""
    parts = (getattr(deep, name) for name in Deep.__dataclass_fields__ if name != "revocation")
    return {part.kind if isinstance(part, Missing) else part for part in parts}


def test_a_whole_scan_with_the_grant(tmp_path: Path) -> None:
    made = leaf(URL)
    chain = write(tmp_path, made, intermediate())
    # The other number looks like a password in an address, which is taken out of pages.
    other = int.from_bytes(b"//user@host", "big")
    revoked = response(revocation_list(made.certificate.serial_number, other))
    port = free_port()

    async def scenario() -> Deep:
        prober = Prober(QUICK)
        async with listening(answering(revoked)) as plain:
            pins = {80: plain.dial, 443: f"127.0.0.1:{port}"}
            target = Target("site", f"https://{HOST}/", pins, None, frozenset({"deep"}))
            try:
                found = endpoint(await prober.collect(target), "https")
            finally:
                await prober.close()
        assert isinstance(found.deep, Deep)
        assert 60 < found.usage.tls_connections < 140
        return found.deep

    lines = "ssl_protocols TLSv1.2; ssl_ciphers AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256;"
    with nginx(port, [chain], f"{lines} ssl_session_cache shared:x:1m;"):
        deep = asyncio.run(scenario())
    assert (deep.heartbleed, deep.ccs_injection, deep.early_data) == (False, False, False)
    assert deep.robot == "NOT_VULNERABLE_NO_ORACLE"
    assert deep.renegotiation == Renegotiation(secure=True, client=False)
    assert getattr(deep.resumption, "identifiers", "") == "FULLY_SUPPORTED"
    (listed,) = deep.revocation if isinstance(deep.revocation, tuple) else ()
    assert isinstance(listed, RevocationList)
    assert listed.verified
    assert listed.revoked_at is not None


def test_early_data_is_seen(tmp_path: Path) -> None:
    port = free_port()
    chain = ordinary(tmp_path)
    with nginx(port, [chain], "ssl_protocols TLSv1.3; ssl_early_data on;"):
        deep = asyncio.run(look(port))
    assert deep.early_data is True
    assert deep.robot == "NOT_VULNERABLE_RSA_NOT_SUPPORTED"
    assert deep.revocation == Missing(MissingKind.TLS_FAILURE, "no certificate was seen")


def test_a_server_that_renegotiates_is_seen(tmp_path: Path) -> None:
    made = ordinary(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.chain, made.key)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.options |= 1 << 8  # SSL_OP_ALLOW_CLIENT_RENEGOTIATION, which Python does not name

    async def scenario() -> Deep:
        async with listening(answering(response(b"page")), context) as server:
            return await look(server.port)

    deep = asyncio.run(scenario())
    assert deep.renegotiation == Renegotiation(secure=True, client=True)


def test_a_server_that_hands_out_its_memory_is_seen(tmp_path: Path) -> None:
    hello_done = bytes.fromhex("160303 0004 0e000000")
    heartbeat = bytes.fromhex("180303 0013 02 0010") + b"\x01" * 16

    async def scenario() -> Deep:
        async def bleeding(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            first = await reader.read(65536)
            if HOST.encode() not in first:  # the probes alone do without the name
                writer.write(hello_done + heartbeat)
                await reader.read()
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            far_writer.write(first)
            ways = (servers._pump(reader, far_writer), servers._pump(far_reader, writer))
            tasks = [asyncio.create_task(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            far_writer.transport.abort()

        async with listening(bleeding) as server:
            return await look(server.port)

    port = free_port()
    with s_server(tmp_path, port, ordinary(tmp_path), "-tls1_2"):
        deep = asyncio.run(scenario())
    assert deep.heartbleed is True


def test_who_hangs_up_on_a_probe_is_unknown_and_not_safe(tmp_path: Path) -> None:
    async def scenario() -> Deep:
        async def hang_up(_: int, first: bytes) -> None:
            if HOST.encode() not in first:
                raise OSError

        async with servers.relay(port, hang_up) as server:
            return await look(server.port)

    port = free_port()
    with s_server(tmp_path, port, ordinary(tmp_path), "-tls1_2"):
        deep = asyncio.run(scenario())
    for unknown in (deep.heartbleed, deep.ccs_injection):
        assert isinstance(unknown, Missing)
        assert unknown.kind is MissingKind.RESET
    assert deep.early_data is False


def test_a_budget_that_is_used_up_ends_the_look(tmp_path: Path) -> None:
    port = free_port()
    with s_server(tmp_path, port, ordinary(tmp_path)):
        deep = asyncio.run(look(port, Limits(deep_connections=3)))
    assert deep.heartbleed is False
    assert isinstance(deep.robot, Missing)
    assert deep.robot.kind is MissingKind.OVER_BUDGET
    assert deep.early_data == deep.robot


def test_a_port_that_refuses_is_told_as_such() -> None:
    assert kinds(asyncio.run(look(free_port()))) == {MissingKind.REFUSED}


def test_a_server_without_tls_is_a_value() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(response(b"plain", status="400 Bad Request"))
        await writer.drain()

    async def scenario() -> Deep:
        async with listening(plain) as server:
            return await look(server.port)

    assert kinds(asyncio.run(scenario())) == {MissingKind.TLS_FAILURE}


def test_a_child_that_hangs_or_crashes_costs_the_deep_look_alone() -> None:
    async def scenario(script: str) -> Deep:
        async with listening(answering(b"")) as server:
            limits = Limits(deep_timeout=0.5)
            return await look(server.port, limits, (sys.executable, "-c", script))

    assert kinds(asyncio.run(scenario("import time; time.sleep(60)"))) == {MissingKind.TIMEOUT}
    assert kinds(asyncio.run(scenario("1 / 0"))) <= {MissingKind.SCANNER_FAULT, MissingKind.TIMEOUT}
