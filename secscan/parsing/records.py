"""The two lower layers of TLS as bytes come in: records, and messages that span them.

RFC 8446, 5.1 and 4; RFC 5246, 6.2.1 and 7.4. Whatever comes in, each step gives what is whole so
far or raises ``MalformedError``; nothing is held beyond the bounds below.
"""

from collections.abc import Iterator

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23

_LARGEST_RECORD = 16_384 + 2_048  # RFC 5246, 6.2.3
_LARGEST_MESSAGE = 131_072  # a certificate chain; OpenSSL's own bound is 100 kB


class MalformedError(ValueError):
    """What came in is not the TLS that was expected; the text says why, in English."""


class Cursor:
    """Takes numbers and vectors off the front of bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def take(self, size: int) -> bytes:
        """Return the next bytes, exactly so many."""
        taken = self._data[self._at : self._at + size]
        if len(taken) < size:
            raise MalformedError(f"ends after {len(self._data)} bytes")
        self._at += size
        return taken

    def number(self, size: int) -> int:
        """Return the next number of so many bytes."""
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> bytes:
        """Return the next vector, whose length stands before it in so many bytes."""
        return self.take(self.number(size))


class Records:
    """Cuts what comes in into records."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the records that are whole now, content type and fragment, up to a bad one."""
        self._held += data
        while len(self._held) >= 5:
            kind, major = self._held[:2]
            end = 5 + int.from_bytes(self._held[3:5], "big")
            if not CHANGE_CIPHER_SPEC <= kind <= APPLICATION_DATA or major != 3:
                raise MalformedError(f"is no TLS record: {bytes(self._held[:20])!r}")
            if end > 5 + _LARGEST_RECORD:
                raise MalformedError(f"has a record of {end - 5} bytes")
            if len(self._held) < end:
                return
            fragment = bytes(self._held[5:end])
            del self._held[:end]
            yield kind, fragment


class Messages:
    """Puts fragments of handshake records together into messages."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, fragment: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the messages that are whole now, type and body, up to a bad one."""
        self._held += fragment
        while len(self._held) >= 4:
            kind, end = self._held[0], 4 + int.from_bytes(self._held[1:4], "big")
            if end > 4 + _LARGEST_MESSAGE:
                raise MalformedError(f"has a message of {end - 4} bytes")
            if len(self._held) < end:
                return
            body = bytes(self._held[4:end])
            del self._held[:end]
            yield kind, body
