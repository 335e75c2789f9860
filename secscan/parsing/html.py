"""Start tags of an HTML page, in one pass that only moves forward.

Not on html.parser: before Python 3.11.14 some malformed pages cost it quadratic time
(CVE-2025-6069), and a scanned page is hostile input.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import takewhile
from urllib.parse import urljoin, urlsplit

_MOST_TAGS = 20_000
_MOST_ATTRIBUTES = 100
_LONGEST_VALUE = 4_096
_LONGEST_PATH = 256

_COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>)", re.DOTALL)
_TITLE = re.compile("<title", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_ATTRIBUTE = re.compile(
    r"""[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?"""
)
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
}
"""Elements whose content is text up to their end tag (HTML 13.2.5)."""

_HEAD = frozenset(
    {"html", "head", "base", "basefont", "bgsound", "link", "meta", "noframes", "noscript"}
    | {"script", "style", "template", "title"}
)
"""Elements that can stand in the head; any other one begins the body (HTML 13.2.6.4.4)."""


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag: name and attribute names in lower case, values without references."""

    name: str
    attributes: Mapping[str, str]

    def get(self, name: str) -> str:
        """Return an attribute's value without blanks around it, "" where there is none."""
        return self.attributes.get(name, "").strip()


def elements(html: str) -> tuple[Element, ...]:
    """Return the start tags of a page, comments and script text left out; bounded."""
    found = []
    for element in _scan(html):
        found.append(element)
        if len(found) == _MOST_TAGS:
            break
    return tuple(found)


def _scan(html: str) -> Iterator[Element]:
    position = 0
    while (start := html.find("<", position)) >= 0:
        if html.startswith("<!--", start):
            comment = _COMMENT.match(html, start)
            if comment is None:
                return
            position = comment.end()
            continue
        name = _NAME.match(html, start + 1)
        if name is None:
            position = start + 1
            continue
        attributes, position = _attributes(html, name.end())
        if position < 0:
            return
        element = Element(name[0].lower(), attributes)
        yield element
        if element.name in _RAW:
            close = _RAW[element.name].search(html, position)
            if close is None:
                return
            position = close.end()


def _attributes(html: str, position: int) -> tuple[dict[str, str], int]:
    """Return the attributes from here and where the tag ends, -1 where the page ends first."""
    found: dict[str, str] = {}
    while len(found) < _MOST_ATTRIBUTES:
        match = _ATTRIBUTE.match(html, position)
        if match is None:
            break
        value = next((group for group in match.groups()[1:] if group is not None), "")
        found.setdefault(match[1].lower(), unescape(value[:_LONGEST_VALUE]))
        position = match.end()
    end = html.find(">", position)
    return found, end + 1 if end >= 0 else -1


def head(found: Iterable[Element]) -> Iterator[Element]:
    """Return the elements before the body."""
    return takewhile(lambda element: element.name in _HEAD, found)


def metas(found: Iterable[Element], attribute: str, value: str) -> list[str]:
    """Return the content of the meta elements that have this attribute with this value."""
    return [
        element.get("content")
        for element in found
        if element.name == "meta" and element.get(attribute).lower() == value
    ]


def title(html: str) -> str:
    """Return the text of the page's title on one line, "" where it has none; bounded."""
    start = _TITLE.search(html)
    begin = html.find(">", start.end()) if start else -1
    if begin < 0:
        return ""
    end = html.find("<", begin)
    text = html[begin + 1 : end if end >= 0 else None][:_LONGEST_VALUE]
    return " ".join(unescape(text).split())


def base_url(url: str, found: tuple[Element, ...]) -> str:
    """Return what relative URLs of the page are relative to: its first base element, or itself.

    Its path is cut: it is walked for every reference, and only scheme and host are asked for.
    """
    for element in found:
        if element.name == "base" and "href" in element.attributes:
            return _cut(resolve(_cut(url), element.get("href")) or url)
    return _cut(url)


def _cut(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path[:_LONGEST_PATH].rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{path}/"


def resolve(base: str, reference: str) -> str:
    """Return the absolute URL of a reference, "" where it is none."""
    try:
        absolute = urljoin(base, reference.strip())
        return absolute if urlsplit(absolute).hostname else ""
    except ValueError:
        return ""
