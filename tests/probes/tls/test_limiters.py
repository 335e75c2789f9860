"""Behind a limiter what is told of a server is right or unknown, and never wrong.

A limiter does not look at a hello: it closes when its budget is used up. What closes each time on
one offer, and never on another, cannot be told from a server that refuses it so.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from responder import (
    AGED,
    AT_ONCE,
    CBC,
    DHE,
    GCM,
    GCM256,
    MODERN,
    RC4,
    STATIC,
    TRIPLE,
    Fate,
    Policy,
    Server,
    by,
    look_at,
    look_of,
    responding,
)
from servers import Listener
from tls_messages import ClientHello, alert

from secscan.evidence import Missing, Tls
from secscan.evidence.proofs import doubtful_groups, doubtful_suites, is_refused, is_unknown
from secscan.parsing.parameters import NUMBERS
from secscan.probes.gate import Gate

VERSIONS = tuple(NUMBERS)


def assert_never_wrong(tls: Tls | Missing, server: Server) -> None:
    """Assert that whatever is told of a server is so; what is unknown is told as that."""
    if isinstance(tls, Missing):
        return
    accepted = tls.accepted()
    for version in VERSIONS:
        own, found = set(server.suites.get(version, ())), set(accepted.get(version, ()))
        assert found <= own
        assert own <= found | doubtful_suites(tls, version)
        assert not (own and is_refused(tls, version))
    groups = {*tls.groups("TLS 1.3"), *doubtful_groups(tls, "TLS 1.3")}
    assert "TLS 1.3" not in accepted or groups >= set(server.groups)


@dataclass
class Limited:
    """A server behind a limiter; ``admits`` is asked for each connection, by its number."""

    server: Server
    admits: Callable[[int], bool]
    oddity: bytes | Fate = Fate.CLOSE
    connections: int = 0
    closed: int = 0

    def __call__(self, hello: ClientHello) -> bytes | Fate:
        """Answer, or close on the hello."""
        self.connections += 1
        if self.admits(self.connections - 1):
            return self.server(hello)
        self.closed += 1
        return self.oddity


@dataclass
class Bucket:
    """A token bucket that gets a token with every so many connections."""

    size: int
    every: int
    tokens: int = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.size

    def __call__(self, number: int) -> bool:
        """Take a token, where there is one."""
        if number % self.every == 0:
            self.tokens = min(self.size, self.tokens + 1)
        admitted = self.tokens > 0
        self.tokens -= admitted
        return admitted


def window(opened: int, closed: int, phase: int = 0) -> Callable[[int], bool]:
    """Return a limiter that admits so many connections, then closes on so many."""
    return lambda number: (number + phase) % (opened + closed) < opened


def ban(after: int, length: int) -> Callable[[int], bool]:
    """Return a limiter that takes offence once."""
    return lambda number: not after <= number < after + length


def look(policy: Policy) -> Tls | Missing:
    async def scenario() -> Tls | Missing:
        async with responding(policy) as server:
            return await look_at(server)

    return asyncio.run(scenario())


LIMITERS = st.one_of(
    st.builds(window, st.integers(1, 40), st.integers(1, 40), st.integers(0, 80)),
    st.builds(Bucket, st.integers(1, 20), st.integers(1, 5)),
    st.builds(ban, st.integers(0, 60), st.integers(1, 60)),
)
SUITES = st.lists(st.sampled_from([GCM, GCM256, CBC, DHE, STATIC]), min_size=1, unique=True)
OLD_SUITES = st.lists(st.sampled_from([CBC, DHE, STATIC, TRIPLE, RC4]), min_size=1, unique=True)
SERVERS = st.builds(
    lambda new, middle, old: Server({**new, **middle, **old}),
    st.sampled_from([{}, dict(MODERN.suites)]),
    st.fixed_dictionaries({"TLS 1.2": SUITES}),
    st.fixed_dictionaries({}, optional={"TLS 1.1": OLD_SUITES, "TLS 1.0": OLD_SUITES}),
)
ODDITIES = st.sampled_from([Fate.CLOSE, Fate.RESET, alert("internal_error")])


@settings(max_examples=80)
@given(SERVERS, LIMITERS, ODDITIES)
def test_behind_any_limiter(
    server: Server, admits: Callable[[int], bool], oddity: bytes | Fate
) -> None:
    assert_never_wrong(look(Limited(server, admits, oddity)), server)


@settings(max_examples=40)
@given(st.integers(0), st.floats(0.02, 0.7))
def test_on_a_network_that_loses_connections(seed: int, lost: float) -> None:
    random = Random(seed)  # noqa: S311 (no secret)
    limited = Limited(AGED, lambda number: random.random() >= lost)
    assert_never_wrong(look(limited), AGED)


@pytest.mark.parametrize("server", [MODERN, AGED])
@pytest.mark.parametrize("first", [0, 1])
def test_where_every_second_connection_is_closed(server: Server, first: int) -> None:
    limited = Limited(server, window(1, 1, first))
    tls = look(limited)
    assert_never_wrong(tls, server)
    assert limited.closed > 3


@pytest.mark.parametrize("server", [MODERN, AGED])
@pytest.mark.parametrize("apart", range(9, 30, 3))
def test_where_a_few_are_closed_and_the_second_try_as_well(server: Server, apart: int) -> None:
    """One close in the enumeration and one on what is asked again: this looks like a refusal."""
    for phase in range(0, apart, 2):
        limited = Limited(server, window(apart - 1, 1, phase))
        assert_never_wrong(look(limited), server)


def test_a_budget_that_is_used_up_leaves_the_rest_unknown() -> None:
    tls = look(Limited(AGED, ban(12, 1000)))
    assert isinstance(tls, Tls)
    assert tls.blocked
    assert_never_wrong(tls, AGED)
    assert any(is_unknown(tls, version) for version in VERSIONS)


def test_five_names_at_one_address_share_its_limiter() -> None:
    """Twenty in a window of thirty connections, whichever name they ask for."""
    limited = Limited(AGED, window(20, 10))

    async def scenario() -> list[Tls | Missing]:
        gate = Gate()
        async with responding(limited) as server:
            names = [f"www{number}.example" for number in range(5)]
            looks = (look_at(server, host=name, gate=gate) for name in names)
            found = await asyncio.gather(*looks)
            assert server.connections == limited.connections
            assert server.most_at_once <= 2
            return found

    for tls in asyncio.run(scenario()):
        assert_never_wrong(tls, AGED)
    assert limited.closed > 10


def test_a_limiter_by_the_clock_that_is_sat_out() -> None:
    """Ten in a tenth of a second; what was closed on is asked again when that has passed."""

    class Clocked:
        used, since = 0, float("-inf")

        def __call__(self, number: int) -> bool:
            now = asyncio.get_running_loop().time()
            if now - self.since > 0.1:
                self.used, self.since = 0, now
            self.used += 1
            return self.used <= 10

    async def scenario() -> Tls | Missing:
        async with responding(Limited(AGED, Clocked())) as server:
            return await look_at(server, replace(AT_ONCE, try_spacing=0.12))

    tls = asyncio.run(scenario())
    assert_never_wrong(tls, AGED)
    assert isinstance(tls, Tls)


@pytest.mark.parametrize("answered", [3, 10])
def test_a_firewall_that_drops_what_comes_after(answered: int) -> None:
    """A full queue of connections drops the next SYN as a firewall does."""
    limits = replace(AT_ONCE, connect_timeout=0.4, read_timeout=0.4)

    async def scenario(queue: socket.socket) -> Tls | Missing:
        serving = asyncio.create_task(_serve(queue, answered))
        look = look_of(Listener(queue.getsockname()[1]), limits)
        tls = await look.knock() or await look.enumerate()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        return tls

    with socket.create_server(("127.0.0.1", 0), backlog=0) as queue:
        queue.setblocking(False)
        tls = asyncio.run(scenario(queue))
    assert isinstance(tls, Tls)
    assert tls.certificates
    assert tls.blocked
    assert_never_wrong(tls, AGED)
    assert any(is_unknown(tls, version) for version in VERSIONS)


async def _serve(queue: socket.socket, answered: int) -> None:
    """Answer so many connections, and accept no other."""
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        for _ in range(answered):
            opened, _ = await loop.sock_accept(queue)
            group.create_task(_answer(opened))


async def _answer(opened: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=opened)
    try:
        await by(AGED)(reader, writer)
    finally:
        writer.transport.abort()
