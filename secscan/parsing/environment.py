"""The names in a file of environment variables; what they are set to is never returned.

A value may go on over several lines, and a line of it may look like a name. How it goes on, every
reader of such files says differently: names are believed up to the first line that has no name, or
a value that does not for all of them end where the line does.
"""

import re
from collections.abc import Iterator

from secscan.parsing.media import is_html, marked_encoding

_LINE = re.compile(
    rb"[ \t]*+(?:export[ \t]++)?(?P<name>[A-Za-z_][A-Za-z0-9_.-]{0,63})[ \t]*+=[ \t]*+(?P<value>.*)"
)
_NAME = re.compile(
    rb"_?[A-Z][A-Z0-9]{0,15}+(?:_[A-Z0-9]{0,15}+){0,8}+"
    rb"|_?[a-z][a-z0-9]{0,15}+(?:[_.][a-z0-9]{0,15}+){0,8}+"
)
"""Words as people name things; keys and hashes are longer, or mix their letters."""

_SHORTEST = 3

_WHOLE = re.compile(
    rb"(?:"
    rb"\"(?:[^\"`\\\r]|\\[^\"'`\r])*+\"(?:[ \t]++#[^\"'`\r]*+)?"
    rb"|'(?:[^'`\\\r]|\\[^\"'`\r])*+'(?:[ \t]++#[^\"'`\r]*+)?"
    rb"|(?![{\[(<|>])(?:[^\"'`\\\r]|\\[^\"'`\r])*+"
    rb")"
)
"""A value between two quotes, or one without any and with no bracket in front."""

_GOES_ON = re.compile(rb"\A-----BEGIN|\$\(|\\\Z")
"""A key in PEM; what a shell runs; a backslash at the end, which some take for one character."""


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
    for line in text.split(b"\n" if b"\n" in text else b"\r"):
        if not line.strip() or line.lstrip().startswith(b"#"):
            continue
        found = _LINE.fullmatch(line.rstrip())
        if found is None:
            return
        if _is_name(found["name"], found["value"]):
            yield found["name"]
        elif not found["value"].strip(b"="):
            return  # the end of a text in Base64, such as ``AQAB==``
        if not _ends(found["value"]):
            return


def _ends(value: bytes) -> bool:
    """Say whether a value ends where its line does, whoever reads it."""
    return _WHOLE.fullmatch(value) is not None and _GOES_ON.search(value) is None


def _is_name(name: bytes, value: bytes) -> bool:
    """Say whether a name is one, and no end of a text in Base64."""
    is_word = len(name) >= _SHORTEST and _NAME.fullmatch(name) is not None
    return is_word and (b"_" in name or value.strip(b"=") != b"")
