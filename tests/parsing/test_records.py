from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.records import Cursor, MalformedError, Messages, Records


def record(kind: int, fragment: bytes) -> bytes:
    return bytes([kind, 3, 1]) + len(fragment).to_bytes(2, "big") + fragment


def handshake(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def read(
    reader: Records | Messages, pieces: Sequence[bytes]
) -> tuple[list[tuple[int, bytes]], str]:
    """Return what came out of these pieces, and the fault that ended it."""
    found: list[tuple[int, bytes]] = []
    try:
        for piece in pieces:
            found.extend(reader.feed(piece))
    except MalformedError as fault:
        return found, str(fault)
    return found, ""


def test_cursor() -> None:
    cursor = Cursor(b"\1\0\2\3abc")
    assert (cursor.number(1), cursor.number(2), cursor.vector(1)) == (1, 2, b"abc")
    assert not cursor
    with pytest.raises(MalformedError):
        cursor.take(1)
    with pytest.raises(MalformedError):
        Cursor(b"\4abc").vector(1)


@given(st.lists(st.tuples(st.integers(20, 23), st.binary(max_size=50)), max_size=8))
def test_records_come_out_as_they_went_in(sent: list[tuple[int, bytes]]) -> None:
    data = b"".join(record(kind, fragment) for kind, fragment in sent)
    assert read(Records(), [data]) == (sent, "")


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=50)), max_size=8))
def test_messages_come_out_as_they_went_in(sent: list[tuple[int, bytes]]) -> None:
    data = b"".join(handshake(kind, body) for kind, body in sent)
    assert read(Messages(), [data]) == (sent, "")


PARTS = st.lists(
    st.binary(max_size=30)
    | st.builds(record, st.integers(18, 25), st.binary(max_size=30))
    | st.builds(handshake, st.integers(0, 255), st.binary(max_size=30)),
    max_size=6,
).map(b"".join)


@given(PARTS, st.integers(1, 20), st.sampled_from([Records, Messages]))
def test_it_does_not_matter_how_the_bytes_are_cut(
    data: bytes, size: int, kind: type[Records | Messages]
) -> None:
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    whole, fault = read(kind(), [data])
    found, other = read(kind(), pieces)
    assert found == whole
    assert bool(fault) == bool(other)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"HTTP/1.1 400 Bad Request", "is no TLS record: b'HTTP/1.1 400 Bad Req'"),
        (b"\x16\2\0\0\0", "is no TLS record"),
        (b"\x18\3\1\0\0", "is no TLS record"),
        (b"\x16\3\1\xff\xff", "has a record of 65535 bytes"),
        (record(22, b"")[:3] + b"\x48\x01", "has a record of 18433 bytes"),
    ],
)
def test_what_is_no_record_is_told(data: bytes, words: str) -> None:
    found, fault = read(Records(), [record(21, b"before") + data])
    assert found == [(21, b"before")]
    assert words in fault


def test_a_record_may_have_2048_bytes_more_than_its_plain_text() -> None:
    assert read(Records(), [record(23, bytes(18_432))]) == ([(23, bytes(18_432))], "")


def test_a_message_has_its_bound() -> None:
    whole = handshake(11, bytes(131_072))
    assert read(Messages(), [whole]) == ([(11, bytes(131_072))], "")
    assert read(Messages(), [b"\x0b\2\0\1"]) == ([], "has a message of 131073 bytes")


def test_nothing_is_held_that_was_read() -> None:
    records, messages = Records(), Messages()
    read(records, [record(22, b"x") * 1_000 + b"\x16\3"])
    read(messages, [handshake(1, b"x") * 1_000 + b"\1"])
    assert (len(records._held), len(messages._held)) == (2, 1)
