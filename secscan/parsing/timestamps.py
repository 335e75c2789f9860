"""Lists of signed certificate timestamps (RFC 6962, 3.3), as the TLS extension carries them."""

from collections.abc import Iterator

_VERSION_1 = 0
_LOG = 32
_SHORTEST = 1 + _LOG + 8 + 2 + 4  # version, log, time, no extensions, an empty signature


def logs_of(stamps: bytes) -> frozenset[bytes]:
    """Return the ids of the logs that a list has timestamps of; none where it is malformed."""
    listed, rest = _vector(stamps)
    if rest:
        return frozenset()
    return frozenset(stamp[1 : 1 + _LOG] for stamp in _members(listed) if _is_whole(stamp))


def _members(listed: bytes) -> Iterator[bytes]:
    while listed:
        member, listed = _vector(listed)
        yield member


def _is_whole(stamp: bytes) -> bool:
    """Say whether a timestamp is of version 1 and complete; others are to be ignored."""
    if len(stamp) < _SHORTEST or stamp[0] != _VERSION_1:
        return False
    _, signature = _vector(stamp[1 + _LOG + 8 :])
    size = int.from_bytes(signature[2:4], "big")
    return len(signature) == 4 + size and size > 0


def _vector(data: bytes) -> tuple[bytes, bytes]:
    """Return what a vector of up to 65535 bytes holds and what follows; all, where it is cut."""
    end = 2 + int.from_bytes(data[:2], "big")
    return data[2:end], data[end:]
