import pytest
from certificate_builders import stamp_list
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.timestamps import logs_of

TWO = stamp_list(b"A", b"B")
A, B = b"A".ljust(32), b"B".ljust(32)


def test_each_log_counts_once() -> None:
    assert logs_of(TWO) == {A, B}
    assert logs_of(stamp_list(b"A", b"A")) == {A}


@pytest.mark.parametrize("stamps", [b"", b"\0", b"\0\0", TWO + b"\0", b"\xff" * 9])
def test_what_is_malformed_holds_none(stamps: bytes) -> None:
    assert logs_of(stamps) == frozenset()


def test_a_timestamp_that_is_cut_or_of_another_version_is_left_out() -> None:
    assert logs_of(TWO[:-1]) == {A}
    assert logs_of(TWO[:4] + b"\1" + TWO[5:]) == {B}


@given(st.lists(st.binary(min_size=1, max_size=32), max_size=40))
def test_every_list_is_read(names: list[bytes]) -> None:
    assert logs_of(stamp_list(*names)) == {name.ljust(32) for name in names}


@given(st.binary())
def test_any_bytes_are_read(stamps: bytes) -> None:
    assert all(len(log) == 32 for log in logs_of(stamps))


@given(st.integers(0, 200), st.binary(min_size=1, max_size=4))
def test_a_damaged_list_is_read(position: int, damage: bytes) -> None:
    logs_of(TWO[:position] + damage + TWO[position + len(damage) :])
