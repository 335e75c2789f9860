"""A server that sends anything at any stage: a look ends, in a named state, and in its time."""

import asyncio
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from responder import AGED, AT_ONCE, GCM, Fate, Policy, Server, look_at, responding
from servers import listening
from tls_messages import (
    DONE,
    TLS_1_3,
    ClientHello,
    alert,
    certificate,
    curve,
    encrypted_flight,
    key_exchange,
    message,
    old_server_hello,
    record,
    server_hello,
)

from secscan.evidence import Answer, Closed, Missing, MissingKind, Refused, Tls
from secscan.parsing.parameters import CODES, KINDS

FEW = replace(AT_ONCE, tls_connections=12, tries=1)
SHORT = replace(AT_ONCE, tls_connections=12, tries=1, read_timeout=0.05)
NAMED = Answer | Refused | Closed | Missing


def look(policy: Policy) -> Tls | Missing:
    async def scenario() -> Tls | Missing:
        async with responding(policy) as server:
            found = await look_at(server, FEW)
            assert server.connections <= FEW.tls_connections
            return found

    return asyncio.run(scenario())


def assert_named(found: Tls | Missing) -> None:
    """Assert that it ended in a state that has a name, and tells no fault of ours."""
    replies = [h.answer for h in found.hellos] if isinstance(found, Tls) else [found]
    for reply in replies:
        assert isinstance(reply, NAMED)
        if isinstance(reply, Missing):
            assert reply.kind in (
                MissingKind.NOT_TLS,
                MissingKind.OVER_BUDGET,
                MissingKind.RESET,
                MissingKind.TIMEOUT,
                MissingKind.TLS_FAILURE,
            )


def flight(hello: ClientHello) -> bytes:
    """Return a whole flight for a hello, as its server would send it."""
    if hello.newest == "SSLv2":
        return old_server_hello(tuple(KINDS))
    if TLS_1_3 in hello.versions and 29 in hello.shares:
        return encrypted_flight(hello, 0x1301, 29, bytes([8, 0, 0, 2, 0, 0]))
    exchange = key_exchange(0x0303, curve(29), 0x0401)
    return server_hello(0x0303, CODES[GCM]) + certificate(b"leaf") + exchange + DONE


@settings(max_examples=60)
@given(st.floats(0, 1), st.binary(max_size=300), st.booleans())
def test_garbage_after_any_part_of_a_flight(part: float, garbage: bytes, whole: bool) -> None:
    def policy(hello: ClientHello) -> bytes:
        good = flight(hello)
        return good[: int(part * len(good))] + (record(22, garbage) if whole else garbage)

    assert_named(look(policy))


@settings(max_examples=40)
@given(st.integers(0))
def test_any_byte_of_a_flight_may_be_another(seed: int) -> None:
    random = Random(seed)  # noqa: S311 (no secret)

    def policy(hello: ClientHello) -> bytes:
        good = bytearray(flight(hello))
        for _ in range(random.randrange(4)):
            good[random.randrange(len(good))] = random.randrange(256)
        return bytes(good)

    assert_named(look(policy))


@settings(max_examples=40)
@given(st.binary(max_size=200))
def test_anything_may_come_encrypted(content: bytes) -> None:
    def policy(hello: ClientHello) -> bytes | Fate:
        if 29 not in hello.shares:
            return Fate.CLOSE
        return encrypted_flight(hello, 0x1301, 29, content)

    assert_named(look(policy))


@pytest.mark.parametrize(
    "answer",
    [
        b"\x16\x03\x03\xff\xff" + b"\x02" * 70_000,
        b"\x16\x03\x03\x00\x04\x02\x00\x00\x00",
        b"\x16\x03\x01\x40\x00" + b"\x0b\xff\xff\xff" + b"\x00" * 16_380,
        b"\x80\x2e\x04\x00\x01\x00\x02" + b"\x00" * 40,
        b"\x16",
        b"\xff\xff",
        bytes(range(256)) * 300,
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        record(22, b"") * 5_000,
        record(20, b"\1") * 5_000,
        record(23, b"x" * 16_384) * 20,
        alert("unrecognized_name", 1) * 5_000,
        server_hello(0x0303, CODES[GCM]) * 2,
        server_hello(0x0303, CODES[GCM]) + alert("handshake_failure") + server_hello(0x0303, 1),
        certificate(b"leaf") + server_hello(0x0303, CODES[GCM]) + DONE,
        server_hello(0x0303, CODES[GCM]) + certificate(*[b""] * 5_000) + DONE,
        server_hello(0x0303, CODES[GCM], {16: b""}),
        server_hello(0x0303, CODES[GCM], {43: b""}),
        server_hello(0x0303, CODES[GCM], {51: b""}),
        message(2, b""),
        message(14, b""),
        b"",
    ],
    ids=lambda sent: f"{len(sent)} bytes",
)
def test_hostile_bytes_in_answer_to_a_hello(answer: bytes) -> None:
    assert_named(look(lambda hello: answer))


HELLO = server_hello(0x0303, CODES[GCM]) + certificate(b"leaf")


@pytest.mark.parametrize(
    ("first", "ever"),
    [
        (b"", b"\0"),
        (b"", b"x" * 16_384),
        (b"", alert("unrecognized_name", 1) * 1_000),
        (b"", record(22, b"")),
        (b"\x16\x03\x03\x40\x00", b"\0" * 1_000),
        (HELLO, record(22, bytes([11, 0, 0, 3, 0, 0, 0]))),
        (HELLO, record(20, b"\1") * 1_000),
        (b"\x84\x00\x04", b"\0"),
    ],
    ids=lambda sent: f"{len(sent)} bytes",
)
def test_a_server_that_never_ends_is_ended(first: bytes, ever: bytes) -> None:
    """It goes on sending for as long as anybody reads: bytes and time have their bounds."""

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        writer.write(first)
        while not reader.at_eof():
            writer.write(ever)
            await writer.drain()
            await asyncio.sleep(0)

    async def scenario() -> Tls | Missing:
        async with listening(flood) as server:
            found = await look_at(server, SHORT)
            assert server.connections <= SHORT.tls_connections
            return found

    assert_named(asyncio.run(scenario()))


@pytest.mark.parametrize("after", [0, 1, 5, 40, 100])
def test_a_server_that_stops_in_the_middle_costs_one_timeout_each(after: int) -> None:
    async def stop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        writer.write((HELLO + DONE)[:after])
        await reader.read()

    async def scenario() -> Tls | Missing:
        async with listening(stop) as server:
            found = await look_at(server, SHORT)
            assert server.connections <= SHORT.tls_connections
            return found

    assert_named(asyncio.run(scenario()))


def test_a_trickle_of_single_bytes_is_read_as_if_it_came_at_once() -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        for byte in HELLO + DONE:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)
        await reader.read()

    async def scenario() -> Tls | Missing:
        async with listening(trickle) as server:
            return await look_at(server, FEW)

    tls = asyncio.run(scenario())
    assert isinstance(tls, Tls)
    assert tls.accepted() == {"TLS 1.2": (GCM,)}
    assert tls.certificates == (b"leaf",)


def test_a_hello_that_hangs_is_unknown_and_the_others_are_not() -> None:
    server = Server({"TLS 1.2": AGED.suites["TLS 1.2"]})

    def policy(hello: ClientHello) -> bytes | Fate:
        return Fate.HANG if hello.newest == "TLS 1.1" else server(hello)

    async def scenario() -> Tls | Missing:
        async with responding(policy) as listener:
            return await look_at(listener, replace(AT_ONCE, read_timeout=0.3))

    tls = asyncio.run(scenario())
    assert isinstance(tls, Tls)
    assert set(tls.accepted()["TLS 1.2"]) == set(server.suites["TLS 1.2"])
    silences = [h.answer for h in tls.hellos if h.version == "TLS 1.1"]
    assert {answer.kind for answer in silences if isinstance(answer, Missing)} == {
        MissingKind.TIMEOUT
    }
