"""How often an address is met: by arithmetic alone, without a clock."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.probes.gate import AT_ONCE, BURST, RATE, Gate, Pace

TOLERANCE = 1e-6  # seconds that sums of floats may be off


def starts(pace: Pace, gaps: list[float]) -> list[float]:
    """Return when connections begin; each is asked for a gap after the one before has begun."""
    now, found = 0.0, []
    for gap in gaps:
        now += gap
        now += pace.wait(now)
        found.append(now)
    return found


@given(st.lists(st.floats(0, 30), max_size=200), st.floats(0.5, 30))
def test_no_span_of_time_holds_more_than_burst_and_rate(gaps: list[float], span: float) -> None:
    found = starts(Pace(), gaps)
    for at, first in enumerate(found):
        within = [start for start in found[at:] if start < first + span - TOLERANCE]
        assert len(within) <= BURST + RATE * span + 1


def test_no_ten_seconds_hold_more_than_a_hundred() -> None:
    found = starts(Pace(), [0.0] * 1_000)
    for at, first in enumerate(found):
        assert sum(start < first + 10 - TOLERANCE for start in found[at:]) <= 100


@given(st.integers(1, 60), st.floats(0.5, 20))
def test_a_burst_need_not_wait_and_the_next_one_must(burst: int, rate: float) -> None:
    pace = Pace(burst, rate)
    waits = [pace.wait(100.0) for _ in range(burst + 1)]
    assert max(waits[:burst]) <= TOLERANCE
    assert waits[burst] == pytest.approx(1 / rate)


@given(st.lists(st.floats(0, 5), max_size=60))
def test_what_is_slower_than_the_rate_never_waits(gaps: list[float]) -> None:
    pace, now = Pace(), 0.0
    for gap in gaps:
        now += 1 / RATE + gap
        assert pace.wait(now) <= TOLERANCE


def test_a_rest_gives_the_burst_back() -> None:
    pace = Pace(burst=5, rate=1.0)
    assert starts(pace, [0.0] * 6)[-1] == pytest.approx(1.0)
    assert starts(pace, [100.0, *[0.0] * 4])[-1] == pytest.approx(100.0)


async def _enters(gate: Gate, address: str) -> bool:
    """Say whether a connection may begin at once."""

    async def enter() -> None:
        async with gate.connection(address):
            pass

    task = asyncio.create_task(enter())
    for _ in range(5):
        await asyncio.sleep(0)
    entered = task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return entered


def test_connections_to_an_address_are_paced_whoever_asks_for_them() -> None:
    async def scenario() -> None:
        gate = Gate()
        for number in range(BURST):
            assert await _enters(gate, "192.0.2.7" if number % 2 else "::ffff:192.0.2.7")
        for alike in ("192.0.2.7", "::ffff:192.0.2.7"):
            assert not all([await _enters(gate, alike) for _ in range(BURST)])
        assert await _enters(gate, "192.0.2.8")

    asyncio.run(scenario())


@pytest.mark.parametrize("address", ["127.0.0.1", "127.7.7.7", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_nobody_elses(address: str) -> None:
    async def scenario() -> None:
        gate = Gate()
        for _ in range(3 * BURST):
            assert await _enters(gate, address)

    asyncio.run(scenario())


def test_no_more_than_two_at_once() -> None:
    async def scenario() -> None:
        gate = Gate()
        first, second = gate.connection("192.0.2.7"), gate.connection("::ffff:192.0.2.7")
        async with first, second:
            assert not await _enters(gate, "192.0.2.7")
        assert await _enters(gate, "192.0.2.7")

    assert AT_ONCE == 2
    asyncio.run(scenario())
