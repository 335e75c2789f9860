"""The elements of an HTML page, as a browser that runs scripts sees them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from urllib.parse import urljoin, urlsplit

from secscan.parsing.references import unescaped
from secscan.parsing.tags import RAW, Tag, end_of_text, next_piece, normalised
from secscan.parsing.tree import Tree

_MOST_TAGS = 20_000
_MOST_PIECES = 100_000
"""Tags of both kinds and comments; all of a page of 1 MiB would take seconds."""

_LONGEST_TITLE = 4_096
_LONGEST_PATH = 256
_LONGEST_AUTHORITY = 300
"""A name has 253 characters (RFC 1035, 2.3.4), and a port follows."""

_WORD = re.compile(r"[^ \t\n\f]")


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag: name and attribute names in lower case, values without references."""

    name: str
    attributes: Mapping[str, str]
    in_head: bool = True

    def get(self, name: str) -> str:
        """Return an attribute's value without blanks around it, "" where there is none."""
        return self.attributes.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class _Document:
    elements: tuple[Element, ...]
    title: str
    cut: bool


def elements(html: str) -> tuple[Element, ...]:
    """Return the start tags of a page, without those in comments, text and templates; bounded."""
    return _read(html).elements


def is_cut(html: str) -> bool:
    """Say whether a page has more tags, or one of them more attributes, than are read."""
    return _read(html).cut


def title(html: str) -> str:
    """Return the text of the page's title on one line, "" where it has none; bounded."""
    return " ".join(unescaped(_read(html).title).split())


@lru_cache(maxsize=2)  # every check of a page asks for the same text
def _read(html: str) -> _Document:
    return _Reader(normalised(html)).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = Tree()
        self.found: list[Element] = []
        self.titles: list[str] = []
        self.seen = 0
        self.cut = False

    def read(self) -> _Document:
        """Read to the end of the page, or to the last tag that is read."""
        position = pieces = 0
        while self.seen <= _MOST_TAGS and pieces <= _MOST_PIECES:
            pieces += 1
            piece = next_piece(self.text, position, bool(self.tree.namespace))
            if piece is None:
                break
            if self.tree.in_head and _WORD.search(self.text, position, piece.start):
                self.tree.text()
            position = self._take(piece.tag, piece.end)
        cut = self.cut or self.tree.cut or self.seen > _MOST_TAGS or pieces > _MOST_PIECES
        return _Document(tuple(self.found), next(iter(self.titles), ""), cut)

    def _take(self, tag: Tag | None, position: int) -> int:
        """Take a tag that ends here, or a comment; return where to read on."""
        if tag is None:
            return position
        if tag.is_end:
            self.tree.end(tag.name)
            return position
        self.seen += 1
        self.cut = self.cut or tag.cut
        inert = self.tree.is_inert
        is_html = self.tree.start(tag)
        if not inert and self.seen <= _MOST_TAGS:
            self.found.append(Element(tag.name, tag.attributes, self.tree.in_head))
        return self._after_text(tag.name, position, inert) if is_html else position

    def _after_text(self, name: str, position: int, inert: bool) -> int:
        """Return where an element ends whose content is text; any other's is read on at once."""
        if name not in RAW:
            return position
        end = end_of_text(self.text, position, name)
        if name == "title" and not inert:
            self.titles.append(self.text[position:end][:_LONGEST_TITLE])
        closing = next_piece(self.text, end, foreign=False)
        return closing.end if closing else len(self.text)


def head(found: Iterable[Element]) -> Iterator[Element]:
    """Return the elements before the body."""
    return takewhile(lambda element: element.in_head, found)


def metas(found: Iterable[Element], attribute: str, value: str) -> list[str]:
    """Return the content of the meta elements that have this attribute with this value."""
    return [
        element.get("content")
        for element in found
        if element.name == "meta" and element.get(attribute).lower() == value
    ]


def base_url(url: str, found: tuple[Element, ...]) -> str:
    """Return what relative URLs of the page are relative to: its first base element, or itself.

    Its path is cut: it is walked for every reference, and only scheme and host are asked for. One
    with a host that cannot be is none.
    """
    page = _cut(url)
    for element in found:
        if element.name == "base" and "href" in element.attributes:
            base = resolve(page, element.get("href"))
            usable = base and len(urlsplit(base).netloc) <= _LONGEST_AUTHORITY
            return _cut(base) if usable else page
    return page


def _cut(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path[:_LONGEST_PATH].rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{path}/"


def resolve(base: str, reference: str) -> str:
    """Return the absolute URL of a reference, "" where it is none."""
    try:
        absolute = urljoin(base, reference.strip().replace("\\", "/"))  # as browsers read both
        return absolute if urlsplit(absolute).hostname else ""
    except ValueError:
        return ""
