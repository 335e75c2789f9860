"""kill -9 at any instant: every site is there once, and none that was finished is asked again."""

import asyncio
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from secscan.demo.dns import NameServer
from secscan.store import Store

SITES = 200
KILLS = 5
ADDRESSES = tuple(f"127.88.0.{number}" for number in range(1, 26))


class Town:
    """A web server of many names and a name server of none; it can kill its scanner."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.scanner: subprocess.Popen[bytes] | None = None
        self.fuse: int | None = None
        self.signal = signal.SIGKILL
        self.port = self.name_server_port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        self.asked.append(head.split("\r\nhost: ", 1)[1].split("\r\n", 1)[0].split(":")[0])
        if self.fuse is not None and len(self.asked) >= self.fuse and self.scanner is not None:
            self.fuse = None
            self.scanner.send_signal(self.signal)
        body = b"<!doctype html><title>x</title>"
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body
        )
        writer.close()

    async def open(self) -> None:
        web = await asyncio.start_server(self.answer, ADDRESSES[0], 0)
        self.port = web.sockets[0].getsockname()[1]
        await asyncio.start_server(self.answer, ADDRESSES[1:], self.port)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: NameServer({}, frozenset()), ("127.0.0.1", 0)
        )
        self.name_server_port = transport.get_extra_info("sockname")[1]


@pytest.fixture
def town() -> Iterator[Town]:
    found = Town()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(found.open())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield found
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


def register(town: Town, path: Path) -> Path:
    sites = "".join(
        f'[[site]]\nid = "s{number}"\nurl = "http://s{number}.example/"\nowner = "a"\n'
        f'connect = {{ 80 = "{ADDRESSES[number % len(ADDRESSES)]}:{town.port}" }}\n'
        f'resolver = "127.0.0.1:{town.name_server_port}"\n'
        for number in range(SITES)
    )
    path.write_text(
        '[register]\nname = "town"\n[register.authorisation]\ndocument = "test"\ncontact = "test"\n'
        '[[group]]\nid = "g"\nname = "G"\n[[agency]]\nid = "a"\nname = "A"\ngroup = "g"\n' + sites,
        "utf-8",
    )
    return path


@contextmanager
def scanning(town: Town, path: Path, database: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-P", "-m", "secscan", "scan"]
    command += ["--register", str(path), "--db", str(database)]
    # A test run that was itself started in the background has Ctrl-C switched off.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, stderr=subprocess.PIPE, preexec_fn=heed) as process:
        town.scanner = process
        yield process


def finished(database: Path) -> dict[str, str]:
    with Store(database) as store:
        (run,) = store.runs()
        return {
            site: store.evidence(run, site).observed_at.isoformat() for site in store.sites_of(run)
        }


def test_ctrl_c_stops_in_good_order_and_the_same_command_goes_on(
    town: Town, tmp_path: Path
) -> None:
    path, database = register(town, tmp_path / "register.toml"), tmp_path / "secscan.db"
    town.signal, town.fuse = signal.SIGINT, 160
    with scanning(town, path, database) as process:
        _, told = process.communicate()
    assert process.returncode == 130
    assert b"what was finished is kept" in told
    assert b"Traceback" not in told
    known = finished(database)
    assert known
    before = len(town.asked)
    with scanning(town, path, database) as process:
        _, told = process.communicate()
    assert process.returncode == 0
    assert "Tiếp tục đợt quét 1" in told.decode()
    assert not known.keys() & set(town.asked[before:])
    assert len(finished(database)) == SITES


def test_five_kills_lose_only_what_was_in_flight(town: Town, tmp_path: Path) -> None:
    path, database = register(town, tmp_path / "register.toml"), tmp_path / "secscan.db"
    instants = random.Random(20261123)  # noqa: S311 - any instants will do, but the same ones
    known: dict[str, str] = {}
    for _ in range(KILLS):
        before = len(town.asked)
        town.fuse = before + instants.randint(40, 90)
        with scanning(town, path, database) as process:
            assert process.wait() == -9
        assert not known.keys() & set(town.asked[before:])
        now = finished(database)
        assert known.items() <= now.items()
        known = now
    before = len(town.asked)
    with scanning(town, path, database) as process:
        assert process.wait() == 0
    assert not known.keys() & set(town.asked[before:])
    last = finished(database)
    assert known.items() <= last.items()
    assert last.keys() == {f"s{number}" for number in range(SITES)}
    with Store(database) as store:
        (run,) = store.runs()
        assert run.finished_at is not None and run.fingerprint is not None
        assert store.indexes(run, run.fingerprint).keys() == last.keys()
