"""A body as sent, decoded by our own bounded step."""

import hashlib
import sys
import zlib
from collections.abc import Callable
from typing import Protocol

import brotli

from secscan.evidence import Body, Missing, MissingKind

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_ANY_FORMAT = 47  # zlib: gzip or zlib, told apart by their header
_RAW_FORMAT = -15  # some servers send "deflate" without the zlib header (RFC 9110, 8.4.1.2)
_ZSTD_WINDOW: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}
"""8 MB, the most that RFC 9659 lets a server ask for."""

_MEMBERS = 256
"""Of one body; gzip (RFC 1952, 2.2) and zstd (RFC 8878, 3) allow any number, empty ones too."""

_STEP = 65_536  # bytes that brotli gives at once, and at times half as much again
_FAULTS = (zlib.error, zstd.ZstdError, brotli.error)

Decoded = tuple[bytes, bool]
"""What one layer gave, and whether that was all of it."""


class _Decoder(Protocol):
    """What zlib and zstd have in common: one member, and what follows it."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def keep(sent: bytes, encoding: str, most: int, cut: bool) -> Body | Missing:
    """Return at most ``most`` bytes of a body; ``cut`` says that more was sent than was read."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity") or not sent:
        return kept(sent[:most], cut or len(sent) > most)
    decode = _DECODERS.get(encoding)
    if decode is None:  # one that we do not know, or two of them
        return Missing(MissingKind.MALFORMED, f"Content-Encoding {encoding[:50]}")
    try:
        content, whole = decode(sent, most + 1)
    except _FAULTS as fault:
        return Missing(MissingKind.MALFORMED, f"Content-Encoding {encoding}: {fault}")
    return kept(content[:most], cut or not whole or len(content) > most)


def kept(content: bytes, truncated: bool) -> Body:
    """Return content as a body, under its SHA-256."""
    return Body(hashlib.sha256(content).hexdigest(), len(content), truncated, content)


def _gzip(sent: bytes, most: int) -> Decoded:
    return _members(sent, most, lambda: zlib.decompressobj(_ANY_FORMAT))


def _deflate(sent: bytes, most: int) -> Decoded:
    try:
        return _gzip(sent, most)
    except zlib.error:
        return _members(sent, most, lambda: zlib.decompressobj(_RAW_FORMAT))


def _zstd(sent: bytes, most: int) -> Decoded:
    return _members(sent, most, lambda: zstd.ZstdDecompressor(options=_ZSTD_WINDOW))


def _members(sent: bytes, most: int, begin: Callable[[], _Decoder]) -> Decoded:
    """Decode member after member; what follows and is none is left where it is."""
    content, left = b"", sent
    for number in range(_MEMBERS):
        decoder = begin()
        try:
            content += decoder.decompress(left, most - len(content))
        except _FAULTS:
            if number == 0:
                raise
            return content, False
        left = decoder.unused_data
        if not left or len(content) >= most:
            return content, decoder.eof and not left
    return content, False


def _brotli(sent: bytes, most: int) -> Decoded:
    decoder = brotli.Decompressor()
    part = decoder.process(sent, output_buffer_limit=_STEP)
    content = bytearray(part)
    # Not can_accept_more_data(): it says so while output is still to come.
    while part and len(content) < most and not decoder.is_finished():
        part = decoder.process(b"", output_buffer_limit=_STEP)
        content += part
    return bytes(content), decoder.is_finished()


_DECODERS: dict[str, Callable[[bytes, int], Decoded]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
