"""sslyze in a process of its own: whatever becomes of it, the scan goes on."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from programs import free_port
from servers import listening
from tls_certificates import HOST, ordinary
from tls_servers import s_server

from secscan.evidence import Missing, MissingKind
from secscan.probes.connect import Connections, Route
from secscan.probes.gate import Gate
from secscan.probes.limits import Limits
from secscan.probes.witness import Witness
from secscan.probes.witness.process import COMMAND
from secscan.probes.witness.relay import Relay

LIMITS = Limits(connect_timeout=2.0)
PID = """
import json, os, sys
for line in sys.stdin:
    print(json.dumps({"said": os.getpid()}), flush=True)
"""
CHILD = "from secscan.probes.witness import __main__ as child\nchild.ITEMS = {%s}\nchild.main()"


def python(script: str) -> tuple[str, ...]:
    return (sys.executable, "-c", script)


def ask(script: str, seconds: float = 20.0, item: str = "x") -> Any:
    async def scenario() -> Any:
        witness = Witness("secscan", python(script))
        try:
            return await witness.ask({"item": item}, seconds)
        finally:
            await witness.close()

    return asyncio.run(scenario())


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("import time; time.sleep(60)", MissingKind.TIMEOUT),
        ("input(); import os; os.abort()", MissingKind.SCANNER_FAULT),
        ("raise SystemExit(3)", MissingKind.SCANNER_FAULT),
        ("print('nothing to see')", MissingKind.SCANNER_FAULT),
        ("print('[]')", MissingKind.SCANNER_FAULT),
        ("print('[' * 100000)", MissingKind.SCANNER_FAULT),
        ("print('x' * 3000000)", MissingKind.SCANNER_FAULT),
        ("while True: print('x' * 4096, end='')", MissingKind.SCANNER_FAULT),
        ("import sys; sys.stdout.buffer.write(bytes([255, 10]))", MissingKind.SCANNER_FAULT),
        ('print(\'{"unsaid": "why"}\')', MissingKind.TLS_FAILURE),
    ],
)
def test_whatever_the_child_does_is_a_value(script: str, kind: MissingKind) -> None:
    found = ask(script, 1.0 if kind is MissingKind.TIMEOUT else 20.0)
    assert isinstance(found, Missing)
    assert found.kind is kind, found


def test_a_program_that_is_not_there_is_a_value() -> None:
    found = asyncio.run(Witness("secscan", ("/nowhere/python",)).ask({}, 5.0))
    assert isinstance(found, Missing)
    assert found.kind is MissingKind.SCANNER_FAULT


def test_the_child_is_replaced_after_so_many_uses_and_ended_with_the_run() -> None:
    async def scenario() -> list[Any]:
        witness = Witness("secscan", python(PID), uses=2)
        pids: list[Any] = [await witness.ask({}, 20.0) for _ in range(3)]
        assert [is_alive(pid) for pid in pids] == [False, False, True]
        await witness.close()
        return pids

    first, second, third = asyncio.run(scenario())
    assert first == second != third
    assert not is_alive(third)


def test_after_a_crash_the_next_job_finds_a_new_child(tmp_path: Path) -> None:
    mark = tmp_path / "crashed"
    script = (
        f"import os, pathlib; mark = pathlib.Path({str(mark)!r}); input()\n"
        "if not mark.exists(): mark.touch(); os.abort()\n"
        "print('{\"said\": 1}')"
    )

    async def scenario() -> list[Any]:
        witness = Witness("secscan", python(script), uses=1)
        return [await witness.ask({}, 20.0) for _ in range(2)]

    crashed, said = asyncio.run(scenario())
    assert isinstance(crashed, Missing)
    assert said == 1


def test_who_is_cancelled_leaves_no_orphan_and_nobody_waits(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    script = f"import os, time; open({str(place)!r}, 'w').write(str(os.getpid())); time.sleep(60)"

    async def scenario() -> None:
        asked = asyncio.create_task(Witness("secscan", python(script)).ask({}, 60.0))
        while not (place.exists() and place.read_text()):
            await asyncio.sleep(0.01)  # the loop is free while the child hangs
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    asyncio.run(scenario())
    assert not is_alive(int(place.read_text()))


def test_one_job_at_a_time() -> None:
    async def scenario() -> list[Any]:
        witness = Witness("secscan", python(PID))
        pids = await asyncio.gather(*(witness.ask({}, 20.0) for _ in range(5)))
        await witness.close()
        return pids

    assert len(set(asyncio.run(scenario()))) == 1


def test_the_child_has_so_much_memory_and_no_more() -> None:
    found = ask(CHILD % "'x': lambda job: len(bytearray(1 << 32))")
    assert isinstance(found, Missing)
    assert "MemoryError" in found.detail


def test_what_a_library_prints_is_no_answer() -> None:
    assert ask(CHILD % "'x': lambda job: print('noise') or 5") == 5


def test_nobody_left_to_ask_ends_the_child() -> None:
    done = subprocess.run(COMMAND, input=b"", timeout=30, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"")


def test_a_child_that_nobody_can_kill_ends_by_its_own_alarm() -> None:
    job = json.dumps({"item": "x", "seconds": 1}).encode() + b"\n"
    script = CHILD % "'x': lambda job: __import__('time').sleep(60)"
    with subprocess.Popen(python(script), stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(job)
        process.stdin.flush()
        assert process.wait(30) == -14


# The relay


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(100):
        writer.write(part)


async def said_back(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"hello")
        return await reader.read(100)
    except ConnectionError:
        return b"reset"
    finally:
        writer.close()


def test_the_relay_counts_connections_and_opens_none_beyond_its_own() -> None:
    async def scenario() -> None:
        connections = Connections(Gate(), LIMITS)
        async with listening(echo) as server:
            route = Route(HOST, "127.0.0.1", 443, server.port, pinned=True)
            async with connections.tls(route, 40):
                pass
            async with Relay(route, connections, 3) as relay:
                answers = [await said_back(relay.port) for _ in range(5)]
                faults = [call.fault and call.fault.kind for call in relay.calls]
            assert answers == [b"hello"] * 3 + [b"reset"] * 2
            assert faults == [None] * 3 + [MissingKind.OVER_BUDGET] * 2
            assert server.connections == 4
            assert connections.usage(*route.endpoint).tls_connections == 4

    asyncio.run(scenario())


def test_the_relay_keeps_to_two_at_once() -> None:
    async def scenario() -> int:
        async with listening(echo) as server:
            route = Route(HOST, "127.0.0.1", 443, server.port, pinned=True)
            async with Relay(route, Connections(Gate(), LIMITS), 20) as relay:
                answers = await asyncio.gather(*(said_back(relay.port) for _ in range(8)))
                assert set(answers) == {b"hello"}
            return server.most_at_once

    assert asyncio.run(scenario()) <= 2


def test_the_relay_leads_to_no_address_that_is_not_public() -> None:
    async def scenario() -> Missing | None:
        async with listening(echo) as server:
            route = Route(HOST, "127.0.0.1", 443, server.port)
            async with Relay(route, Connections(Gate(), LIMITS), 20) as relay:
                assert await said_back(relay.port) == b"reset"
                assert server.connections == 0
                return relay.fault

    fault = asyncio.run(scenario())
    assert fault is not None
    assert fault.kind is MissingKind.ADDRESS_REFUSED


def test_the_relay_ends_with_its_block() -> None:
    async def scenario() -> None:
        async with listening(echo) as server:
            route = Route(HOST, "127.0.0.1", 443, server.port, pinned=True)
            async with Relay(route, Connections(Gate(), LIMITS), 20) as relay:
                port = relay.port
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"x")
                assert await reader.read(1) == b"x"
            assert await reader.read() == b""
            writer.close()
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", port)

    asyncio.run(scenario())


def test_neither_starting_nor_scanning_imports_sslyze(tmp_path: Path) -> None:
    port = free_port()
    script = (
        "import sys; from secscan.cli import run\n"
        "def loaded(): return {name.split('.')[0] for name in sys.modules} & {'sslyze', 'nassl'}\n"
        "assert not loaded(), 'by starting'\n"
        f"run(['check', 'https://{HOST}/', '--connect-to', '443=127.0.0.1:{port}', '--json'])\n"
        "assert not loaded(), 'by scanning'\n"
    )
    with s_server(tmp_path, port, ordinary(tmp_path)):
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
