"""Structured fields (RFC 9651): items, lists and dictionaries, each with parameters.

One fault of grammar voids a whole field, so a reader returns its value or the fault's name.
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import unquote_to_bytes

T = TypeVar("T")

_LONGEST = 262_144
"""Characters of a field that are read; browsers take no response head of that size."""

_KEY = re.compile(r"[a-z*][a-z0-9_.*-]*")
_SPACES = re.compile(r" *")
_BLANKS = re.compile(r"[ \t]*")


class StructuredFault(StrEnum):
    """Why a field is no structured field of the kind asked for."""

    NOT_ASCII = "not ASCII"
    TOO_LONG = "too long"
    KEY = "a key is missing"
    VALUE = "a value is missing or malformed"
    INNER_LIST = "an inner list is not closed"
    COMMA = "a comma ends the field"
    TRAILING = "something follows the value"


class Kind(StrEnum):
    """The types of bare items (RFC 9651, 3.3)."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    STRING = "string"
    TOKEN = "token"  # noqa: S105 - a type, not a password
    BYTES = "byte sequence"
    BOOLEAN = "boolean"
    DATE = "date"
    DISPLAY = "display string"


@dataclass(frozen=True, slots=True)
class Bare:
    """A bare item: its type, and its text without quotes and escapes; bytes as Latin-1."""

    kind: Kind
    text: str


TRUE = Bare(Kind.BOOLEAN, "1")
"""What a key without a value stands for."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item and its parameters."""

    value: Bare
    parameters: Mapping[str, Bare]

    @property
    def token(self) -> str:
        """Return the token that the item is, "" where it is of another type."""
        return self.value.text if self.value.kind is Kind.TOKEN else ""


@dataclass(frozen=True, slots=True)
class InnerList:
    """Items in parentheses, and the parameters of the list."""

    items: tuple[Item, ...]
    parameters: Mapping[str, Bare]


Member = Item | InnerList

_BARE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.TOKEN, re.compile(r"([A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*)")),
    (Kind.STRING, re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*+)"')),
    (Kind.DECIMAL, re.compile(r"(-?[0-9]{1,12}\.[0-9]{1,3})(?![0-9])")),
    (Kind.INTEGER, re.compile(r"(-?[0-9]{1,15})(?![0-9.])")),
    (Kind.BOOLEAN, re.compile(r"\?([01])")),
    (Kind.BYTES, re.compile(r":([A-Za-z0-9+/]*={0,2}):")),
    (Kind.DATE, re.compile(r"@(-?[0-9]{1,15})(?![0-9.])")),
    (Kind.DISPLAY, re.compile(r'%"((?:[ !#$&-~]|%[0-9a-f]{2})*+)"')),
)


def read_item(lines: Iterable[str]) -> Item | StructuredFault:
    """Return the item of a field; a field sent twice is none, for its lines are one list."""
    return _read(lines, _item)


def read_list(lines: Iterable[str]) -> tuple[Member, ...] | StructuredFault:
    """Return the members of a list, over all lines of the field."""
    return _read(lines, _list)


def read_dictionary(lines: Iterable[str]) -> Mapping[str, Member] | StructuredFault:
    """Return the members of a dictionary, over all lines of the field; the last of a key counts."""
    return _read(lines, _dictionary)


class _SyntaxError(Exception):
    """The field is malformed here; it never leaves the module."""

    def __init__(self, fault: StructuredFault) -> None:
        self.fault = fault


@dataclass(slots=True)
class _Text:
    """A text and how far it is read; every step goes forward."""

    whole: str
    at: int = 0

    @property
    def next(self) -> str:
        """Return the next character, "" at the end."""
        return self.whole[self.at : self.at + 1]

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Step over what matches here."""
        found = pattern.match(self.whole, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def take(self, character: str) -> bool:
        """Step over this character if it is the next one."""
        found = self.next == character
        self.at += found
        return found


def _read(lines: Iterable[str], parse: Callable[[_Text], T]) -> T | StructuredFault:
    text = _Text(", ".join(line.strip(" \t") for line in lines))
    if len(text.whole) > _LONGEST:
        return StructuredFault.TOO_LONG
    if not text.whole.isascii():
        return StructuredFault.NOT_ASCII
    try:
        text.match(_SPACES)
        value = parse(text)
        text.match(_SPACES)
    except _SyntaxError as error:
        return error.fault
    return value if not text.next else StructuredFault.TRAILING


def _list(text: _Text) -> tuple[Member, ...]:
    found = []
    while text.next:
        found.append(_member(text))
        if not _comma(text):
            break
    return tuple(found)


def _dictionary(text: _Text) -> Mapping[str, Member]:
    found: dict[str, Member] = {}
    while text.next:
        key = _key(text)
        found[key] = _member(text) if text.take("=") else Item(TRUE, _parameters(text))
        if not _comma(text):
            break
    return found


def _comma(text: _Text) -> bool:
    """Say whether another member follows; a comma that nothing follows is a fault."""
    text.match(_BLANKS)
    if not text.take(","):
        return False
    text.match(_BLANKS)
    if not text.next:
        raise _SyntaxError(StructuredFault.COMMA)
    return True


def _member(text: _Text) -> Member:
    return _inner_list(text) if text.take("(") else _item(text)


def _inner_list(text: _Text) -> InnerList:
    found: list[Item] = []
    while True:
        start = text.at
        text.match(_SPACES)
        if text.take(")"):
            return InnerList(tuple(found), _parameters(text))
        if not text.next or (found and text.at == start):  # a blank keeps items apart
            raise _SyntaxError(StructuredFault.INNER_LIST)
        found.append(_item(text))


def _item(text: _Text) -> Item:
    return Item(_bare(text), _parameters(text))


def _parameters(text: _Text) -> Mapping[str, Bare]:
    found: dict[str, Bare] = {}
    while text.take(";"):
        text.match(_SPACES)
        key = _key(text)
        found[key] = _bare(text) if text.take("=") else TRUE
    return found


def _key(text: _Text) -> str:
    found = text.match(_KEY)
    if found is None:
        raise _SyntaxError(StructuredFault.KEY)
    return found[0]


def _bare(text: _Text) -> Bare:
    for kind, pattern in _BARE:
        found = text.match(pattern)
        if found is not None:
            return Bare(kind, _plain(kind, found[1]))
    raise _SyntaxError(StructuredFault.VALUE)


def _plain(kind: Kind, sent: str) -> str:
    """Return the text that a bare item's characters stand for."""
    try:
        if kind is Kind.STRING:
            return re.sub(r"\\(.)", r"\1", sent)
        if kind is Kind.BYTES:  # RFC 9651, 4.2.7: padding may be left out
            bare = sent.rstrip("=")
            return b64decode(bare + "=" * (-len(bare) % 4)).decode("latin-1")
        if kind is Kind.DISPLAY:
            return unquote_to_bytes(sent).decode("utf-8")
    except (Error, UnicodeDecodeError):
        raise _SyntaxError(StructuredFault.VALUE) from None
    return sent
