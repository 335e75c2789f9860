"""A body as sent, inflated by our own bounded step."""

import hashlib
import zlib

from secscan.evidence import Body, Missing, MissingKind

_ANY_FORMAT = 47  # zlib: gzip or zlib, told apart by their header
_RAW_FORMAT = -15  # some servers send "deflate" without the zlib header (RFC 9110, 8.4.1.2)


def keep(sent: bytes, encoding: str, most: int, cut: bool) -> Body | Missing:
    """Return at most ``most`` bytes of a body; ``cut`` says that more was sent than was read."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        content, whole = sent, True
    elif encoding in ("gzip", "x-gzip", "deflate"):
        try:
            content, whole = _inflate(sent, most + 1)
        except zlib.error as fault:
            return Missing(MissingKind.MALFORMED, f"Content-Encoding {encoding}: {fault}")
    else:
        return Missing(MissingKind.MALFORMED, f"Content-Encoding {encoding[:50]}")
    truncated = cut or not whole or len(content) > most
    return kept(content[:most], truncated)


def kept(content: bytes, truncated: bool) -> Body:
    """Return content as a body, under its SHA-256."""
    return Body(hashlib.sha256(content).hexdigest(), len(content), truncated, content)


def _inflate(sent: bytes, most: int) -> tuple[bytes, bool]:
    """Inflate one layer to at most ``most`` bytes; say whether that was all of it."""
    if not sent:
        return b"", True
    try:
        inflater = zlib.decompressobj(_ANY_FORMAT)
        content = inflater.decompress(sent, most)
    except zlib.error:
        inflater = zlib.decompressobj(_RAW_FORMAT)
        content = inflater.decompress(sent, most)
    return content, inflater.eof and not inflater.unused_data
