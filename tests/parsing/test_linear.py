"""Doubling what a site sends at most doubles the steps of every parser: counted, not timed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from steps import assert_linear
from web_parsers import BYTES, PARSERS

CASES = [(name, piece) for name, (_, pieces) in PARSERS.items() for piece in pieces.split("|")]
BYTE_CASES = [(name, piece) for name, (_, pieces) in BYTES.items() for piece in pieces]


@pytest.mark.parametrize(("name", "piece"), CASES)
def test_twice_the_text_is_twice_the_work(name: str, piece: str) -> None:
    assert_linear(PARSERS[name][0], piece)


@pytest.mark.parametrize(("name", "piece"), BYTE_CASES)
def test_twice_the_bytes_are_twice_the_work(name: str, piece: bytes) -> None:
    assert_linear(BYTES[name][0], piece)


@pytest.mark.parametrize("name", PARSERS)
def test_pieces_in_any_order_are_no_more_work(name: str) -> None:
    parser, pieces = PARSERS[name]
    some = st.lists(st.sampled_from(pieces.split("|")), min_size=1, max_size=4).map("".join)

    @settings(max_examples=3, deadline=None, database=None)
    @given(piece=some, before=some)
    def holds(piece: str, before: str) -> None:
        assert_linear(parser, piece, before)

    holds()
