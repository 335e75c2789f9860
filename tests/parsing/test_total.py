"""Any bytes give a value or a named fault, the same every time, and no more than was sent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web_parsers import BYTES, PARSERS

LARGEST = 400
"""Characters of an answer's representation, for each character that was sent, and beside."""


def soup(pieces: list[bytes]) -> st.SearchStrategy[bytes]:
    """Return bytes of any kind, and what has the grammar's own pieces in it."""
    return st.binary() | st.lists(st.sampled_from(pieces) | st.binary(max_size=3)).map(b"".join)


@pytest.mark.parametrize("name", PARSERS)
def test_any_text_is_read(name: str) -> None:
    parser, pieces = PARSERS[name]

    @settings(deadline=None, database=None)
    @given(soup([piece.encode() for piece in pieces.split("|")]))
    def holds(sent: bytes) -> None:
        for text in (sent.decode("latin-1"), sent.decode("utf-8", errors="replace")):
            found = parser(text)
            assert found == parser(text)
            assert len(repr(found)) <= LARGEST * (len(text) + 10)

    holds()


@pytest.mark.parametrize("name", BYTES)
def test_any_bytes_are_read(name: str) -> None:
    parser, pieces = BYTES[name]

    @settings(deadline=None, database=None)
    @given(soup(pieces))
    def holds(sent: bytes) -> None:
        found = parser(sent)
        assert found == parser(sent)
        assert len(repr(found)) <= LARGEST * (len(sent) + 10)

    holds()
