"""The names in a file of environment variables; what they are set to is never returned.

A value may go on over several lines, and a line of it may look like a name: a name is believed only
where it cannot be a part of a value.
"""

import re
from collections.abc import Iterator

from secscan.parsing.media import is_html, marked_encoding

_LINE = re.compile(rb"[ \t]*+(?:export[ \t]++)?([A-Za-z_][A-Za-z0-9_.-]{0,63})[ \t]*+([=:])")
_NAME = re.compile(
    rb"_?[A-Z][A-Z0-9]{0,15}+(?:_[A-Z0-9]{0,15}+){0,8}+"
    rb"|_?[a-z][a-z0-9]{0,15}+(?:[_.][a-z0-9]{0,15}+){0,8}+"
)
"""Words as people name things; keys and hashes are longer, or mix their letters."""

_SHORTEST = 3

_QUOTES = (b'"""', b"'''", b'"', b"'", b"`")


def variable_names(content: bytes) -> bytes:
    r"""Return the names that a file sets, each as ``NAME=`` on a line; of a page none."""
    text = _ascii(content)
    if is_html(None, text) or text.lstrip()[:1] in (b"<", b"{", b"["):
        return b""
    names = dict.fromkeys(_names(text))
    return b"".join(name + b"=\n" for name in names)


def _ascii(content: bytes) -> bytes:
    """Return a text by its byte order mark, or by the zeros of UTF-16, in ASCII as names are."""
    unmarked = "utf-16-be" if content[:1] == b"\0" else "utf-16-le" if b"\0" in content[:4] else ""
    encoding = marked_encoding(content) or unmarked or "utf-8"
    return content.decode(encoding, "replace").lstrip("\ufeff").encode("ascii", "replace")


def _names(text: bytes) -> Iterator[bytes]:
    """Yield the names, with none behind a line that is not understood, up to the next gap."""
    quote, trusted = b"", True
    for line in text.splitlines():
        if quote:
            quote = b"" if quote in _unescaped(line) else quote
            continue
        if not line.strip() or line.lstrip().startswith(b"#"):
            trusted = True
            continue
        found = _LINE.match(line)
        if found is None:
            trusted = False
            continue
        value = line[found.end() :].strip()
        quote = _left_open(value)
        if trusted and found[2] == b"=" and _is_name(found[1], value):
            yield found[1]
        # A backslash carries the value over, and a key in PEM goes on without quotes.
        trusted = trusted and not value.endswith(b"\\") and not value.startswith(b"-----BEGIN")


def _is_name(name: bytes, value: bytes) -> bool:
    """Say whether a name is no end of a text in Base64, such as ``AQAB=``."""
    is_word = len(name) >= _SHORTEST and _NAME.fullmatch(name) is not None
    return is_word and (b"_" in name or value.strip(b"=") != b"")


def _left_open(value: bytes) -> bytes:
    """Return the quote that a value begins with and does not end, b"" where there is none."""
    quote = next((one for one in _QUOTES if value.startswith(one)), b"")
    return quote if quote and quote not in _unescaped(value[len(quote) :]) else b""


def _unescaped(text: bytes) -> bytes:
    r"""Return a text without ``\"`` and the like."""
    return re.sub(rb"\\.", b"", text)
