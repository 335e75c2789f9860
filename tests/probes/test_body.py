"""What one layer of encoding hides, and that it cannot hide more than we take."""

import gzip
import struct
import sys
import zlib
from functools import partial

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.evidence import Body, Missing, MissingKind
from secscan.probes.body import keep

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

gzipped = partial(gzip.compress, mtime=0)
"""Without the time: tests of two workers are to have the same names."""

MOST = 1000
BOMB = bytes(20_000_000)
EMPTY_ZSTD = zstd.compress(b"")
SKIPPABLE = struct.pack("<II", 0x184D2A50, 4) + b"note"
RAW = zlib.compress(b"page", wbits=-15)


def wide(content: bytes, window_log: int) -> bytes:
    """Return a zstd frame that asks its reader for a window of this size."""
    parameter = zstd.CompressionParameter
    options: dict[int, int] = {parameter.window_log: window_log, parameter.content_size_flag: 0}
    compressor = zstd.ZstdCompressor(options=options)
    return compressor.compress(content) + compressor.flush()


def decoded(encoding: str, sent: bytes, most: int = MOST, cut: bool = False) -> Body:
    body = keep(sent, encoding, most, cut)
    assert isinstance(body, Body), body
    return body


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("", b"page"),
        ("identity", b"page"),
        ("gzip", gzipped(b"page")),
        ("X-GZip", gzipped(b"page")),
        ("gzip", gzipped(b"pa") + gzipped(b"") + gzipped(b"ge")),
        ("deflate", zlib.compress(b"page")),
        ("deflate", RAW),
        ("br", brotli.compress(b"page")),
        (" zstd ", zstd.compress(b"page")),
        ("zstd", SKIPPABLE + zstd.compress(b"pa") + EMPTY_ZSTD + SKIPPABLE + zstd.compress(b"ge")),
        ("zstd", wide(b"page", 23)),
    ],
)
def test_one_layer_is_taken_off(encoding: str, sent: bytes) -> None:
    body = decoded(encoding, sent)
    assert (body.content, body.truncated) == (b"page", False)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "nobody-knows"])
def test_no_body_is_an_empty_one(encoding: str) -> None:
    body = decoded(encoding, b"")
    assert (body.content, body.truncated) == (b"", False)


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("gzip", b"not gzip at all"),
        ("gzip", RAW),
        ("deflate", b"\xff" * 20),
        ("br", b"not br at all"),
        ("zstd", b"not zstd"),
        ("zstd", wide(b"page", 24)),  # RFC 9659: at most 8 MB
        ("gzip, gzip", gzipped(gzipped(b"page"))),
        ("gzip, br", brotli.compress(gzipped(b"page"))),
        ("compress", b"\x1f\x9d\x90"),
        ("dcb", b"\xff\x44\x43\x42"),
    ],
)
def test_what_cannot_be_read_is_missing(encoding: str, sent: bytes) -> None:
    body = keep(sent, encoding, MOST, False)
    assert isinstance(body, Missing)
    assert body.kind is MissingKind.MALFORMED
    assert len(body.detail) < 200


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("", b"page"),
        ("gzip", gzipped(b"page" * 100)),
        ("br", brotli.compress(b"page" * 100)),
        ("zstd", zstd.compress(b"page" * 100)),
    ],
)
def test_a_body_of_just_the_limit_is_whole_and_one_byte_more_is_not(
    encoding: str, sent: bytes
) -> None:
    size = 4 if encoding == "" else 400
    assert decoded(encoding, sent, size).truncated is False
    assert decoded(encoding, sent, size, cut=True).truncated is True
    assert (decoded(encoding, sent, size - 1).size, True) == (
        size - 1,
        decoded(encoding, sent, size - 1).truncated,
    )


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("gzip", gzipped(bytes(50_000))[:-9]),
        ("deflate", zlib.compress(b"page" * 50)[:-5]),
        ("br", brotli.compress(b"page")[:-1]),
        ("zstd", zstd.compress(b"page" * 50)[:-5]),
        ("gzip", gzipped(b"page") + b"garbage"),
        ("zstd", zstd.compress(b"page") + b"garbage"),
    ],
)
def test_a_stream_that_does_not_end_well_is_not_whole(encoding: str, sent: bytes) -> None:
    assert decoded(encoding, sent, 100_000).truncated is True


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzipped(BOMB)),
        ("deflate", zlib.compress(BOMB)),
        ("br", brotli.compress(BOMB)),
        ("zstd", zstd.compress(BOMB)),
        ("zstd", b"".join(zstd.compress(bytes(100_000)) for _ in range(300))),
    ],
)
def test_a_bomb_gives_no_more_than_the_limit(encoding: str, bomb: bytes) -> None:
    body = decoded(encoding, bomb)
    assert (body.size, body.truncated) == (MOST, True)


@pytest.mark.parametrize(
    ("encoding", "member"),
    [("gzip", gzipped(b"")), ("zstd", EMPTY_ZSTD), ("zstd", SKIPPABLE)],
)
def test_members_without_content_are_not_followed_for_ever(encoding: str, member: bytes) -> None:
    body = decoded(encoding, member * 20_000 + member)
    assert (body.size, body.truncated) == (0, True)


@given(
    st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br"]),
    st.binary(max_size=300),
    st.integers(0, 20),
    st.sampled_from([gzipped(b"page" * 9), brotli.compress(b"page"), zstd.compress(b"pag")]),
)
def test_any_bytes_give_a_body_or_a_named_fault(
    encoding: str, noise: bytes, at: int, start: bytes
) -> None:
    for sent in (noise, start[:at] + noise):
        body = keep(sent, encoding, 50, False)
        assert isinstance(body, Body | Missing)
        assert not isinstance(body, Body) or body.size <= 50
