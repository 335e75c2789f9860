"""Script libraries in what a site sends: which, which version, and how that was told.

A library's signs are patterns that come as data: ours, or those of retire.js's repository.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from secscan.parsing.patterns import Pattern

_MOST_BYTES = 1 << 20
_MOST_MATCHES = 16
"""Matches of one pattern in one file; a bundle holds some copies of a library, not dozens."""

_LONGEST_URL = 2_048
_LONGEST_VERSION = 40
_VERSION = re.compile(r"[0-9][0-9A-Za-z._+-]*")


class Sign(IntEnum):
    """How a version was told, as Greenbone's quality of detection has it."""

    CONTENT = 90
    HASH = 91
    PATH = 70
    HINT = 30


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells a library: the first group of a pattern is the version.

    ``joined`` are patterns of content whose groups make the version together, with a dot between.
    ``path`` is sought in a whole address, ``file`` is all of a file's name, and so is ``name``,
    which has no version: that is then sought where it is only a hint. ``hashes`` maps the SHA-1 of
    a whole file to its version.
    """

    library: str
    content: tuple[Pattern, ...] = ()
    joined: tuple[Pattern, ...] = ()
    path: tuple[Pattern, ...] = ()
    file: tuple[Pattern, ...] = ()
    name: tuple[Pattern, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A library that was found; ``version`` is "" where only its name shows."""

    library: str
    version: str
    sign: Sign


def is_version(text: str) -> bool:
    """Say whether a text could be a version: a number first, and no character of markup."""
    return len(text) <= _LONGEST_VERSION and _VERSION.fullmatch(text) is not None


def identify(signs: Sequence[Signs], url: str, content: bytes | None) -> tuple[Found, ...]:
    """Return the libraries of a script, each version once: content, hash, path, then a hint.

    A library that its content tells is not sought in the address, which may be out of date.
    """
    found = list(_in_content(signs, content[:_MOST_BYTES])) if content else []
    address = _Address.of(url)
    for one in signs:
        if all(known.library != one.library for known in found):
            found += _in_address(one, address)
    return tuple(dict.fromkeys(found))


def _in_content(signs: Sequence[Signs], content: bytes) -> Iterator[Found]:
    """Read the content as retire.js does: what has no pattern is sought by its hash."""
    text = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found = [
        Found(one.library, version, Sign.CONTENT)
        for one in signs
        for version in _versions(_texts(one, text))
    ]
    if found:
        yield from found
        return
    digest = hashlib.sha1(text, usedforsecurity=False).hexdigest()
    for one in signs:
        if digest in one.hashes:
            yield Found(one.library, one.hashes[digest], Sign.HASH)


def _texts(signs: Signs, content: bytes) -> Iterator[str]:
    for pattern in signs.content:
        for groups in pattern.all(content, _MOST_MATCHES):
            yield groups[0]
    for pattern in signs.joined:
        for groups in pattern.all(content, _MOST_MATCHES):
            yield ".".join(groups)


def _versions(texts: Iterable[str]) -> list[str]:
    """Return each version once, without the name of a build; it has a dot: a hash is none."""
    bare = (_BUILD.sub("", text).rstrip("._-") for text in texts if is_version(text))
    return [text for text in dict.fromkeys(bare) if _STARTS_AS_VERSION.match(text)]


_BUILD = re.compile(r"(?:[.-](?:min|slim|bundle|custom|pack|full))+\Z")
_STARTS_AS_VERSION = re.compile(r"[0-9]+\.[0-9]")
_EXACT = re.compile(r"v?([0-9]{1,4}(?:\.[0-9]{1,4}){2,3})")
_HINT = re.compile(r"(?:^|[&;])(?:v|ver|version)=([0-9]{1,3}(?:\.[0-9]{1,4}){1,3})(?=[&;]|$)")
_BETWEEN = frozenset({"js", "dist", "min", "build", "src", "umd"})


@dataclass(frozen=True, slots=True)
class _Address:
    """An address without its query, as bytes; its last segment; the version it hints at."""

    whole: bytes
    file: bytes
    hint: str

    @classmethod
    def of(cls, url: str) -> "_Address":
        address, _, query = url[:_LONGEST_URL].partition("#")[0].partition("?")
        *folders, file = address.replace("\\", "/").split("/")
        match = _HINT.search(query)
        return cls(_plain(address), _plain(file), match[1] if match else _folder(folders))


def _folder(folders: list[str]) -> str:
    """Return the version that the file's folder is: the library's, or that of all the site's."""
    for folder in reversed(folders):
        if folder.lower() not in _BETWEEN:
            match = _EXACT.fullmatch(folder)
            return match[1] if match else ""
    return ""


def _plain(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _in_address(signs: Signs, address: _Address) -> list[Found]:
    """Return what the address tells of a library: the name of its file counts before its folder."""
    rules = [(pattern, address.file) for pattern in signs.file]
    rules += [(pattern, address.whole) for pattern in signs.path]
    told = _versions(groups[0] for pattern, text in rules if (groups := pattern.first(text)))
    if told:
        return [Found(signs.library, told[0], Sign.PATH)]
    if any(pattern.first(address.file) is not None for pattern in signs.name):
        return [Found(signs.library, address.hint, Sign.HINT)]
    return []
