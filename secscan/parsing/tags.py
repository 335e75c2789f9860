"""Tags in the text of an HTML page, as HTML's tokenizer finds them (HTML 13.2.5).

Every step goes forward; a tag, a comment or a quote that never ends takes the rest of the page.
Not on html.parser: before Python 3.11.14 some malformed pages cost it quadratic time
(CVE-2025-6069), and a scanned page is hostile input.
"""

import re
from collections.abc import Mapping
from html.entities import html5
from types import MappingProxyType
from typing import NamedTuple

from secscan.parsing.references import unescaped

_MOST_ATTRIBUTES = 100

_MARKUP = re.compile(
    r"<(?:(?P<comment>!--)|(?P<cdata>!\[CDATA\[)|(?P<bogus>[!?]|/(?![A-Za-z]))"
    r"|(?P<slash>/?)(?P<name>[A-Za-z][^ \t\n\f/>]*+))"
)
_COMMENT_END = re.compile("--!?>")
_ATTRIBUTE = re.compile(
    r"""[ \t\n\f/]*+ ([^ \t\n\f/>][^ \t\n\f/>=]*+)
    (?: [ \t\n\f]*+ = [ \t\n\f]*+
        (?: "([^"]*+)" | '([^']*+)' | ([^ \t\n\f>"'][^ \t\n\f>]*+) | (?=>) | (?P<endless>) ))?""",
    re.VERBOSE,
)
_TAG_END = re.compile(r"[ \t\n\f/]*+>")
_REFERENCE = re.compile(
    r"&(?: \#[0-9]++;? | \#[xX][0-9a-fA-F]++;? | ([A-Za-z][A-Za-z0-9]{0,40}+) (?:;|(?!=)) )",
    re.VERBOSE,
)
_RAW = {
    name: re.compile(rf"</{name}(?=[ \t\n\f/>])", re.IGNORECASE | re.ASCII)
    for name in ("style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript")
}
_SCRIPT = re.compile(r"<!--|-->|<(/?)script(?=[ \t\n\f/>])", re.IGNORECASE | re.ASCII)
RAW = frozenset({*_RAW, "script", "plaintext"})
"""Elements whose content is text up to their end tag; noscript is one where script runs."""

_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class Tag(NamedTuple):
    """A start tag or an end tag; names in lower case, values without references."""

    name: str
    attributes: Mapping[str, str]
    is_end: bool
    self_closing: bool
    cut: bool  # it has more attributes than are read


class Piece(NamedTuple):
    """A comment (tag is None) or a tag, and where it stands."""

    start: int
    end: int
    tag: Tag | None


def normalised(html: str) -> str:
    """Return the text as the tokenizer is given it (HTML 13.2.3.5), without a byte order mark."""
    unmarked = html.removeprefix("\ufeff").replace("\0", "\ufffd")
    return unmarked.replace("\r\n", "\n").replace("\r", "\n")


def next_piece(html: str, position: int, foreign: bool) -> Piece | None:
    """Return the next tag or comment, None where no more come; only foreign content has CDATA."""
    found = _MARKUP.search(html, position)
    if found is None:
        return None
    if found["name"] is not None:
        return _tag(html, found)
    end = _end_of_comment(html, found, foreign)
    return None if end < 0 else Piece(found.start(), end, None)


def _end_of_comment(html: str, found: re.Match[str], foreign: bool) -> int:
    """Return where a comment ends, -1 where it does not."""
    begin = found.end()
    if found["comment"] is not None:
        for short in (">", "->"):
            if html.startswith(short, begin):
                return begin + len(short)
        close = _COMMENT_END.search(html, begin)
        return close.end() if close else -1
    sign = "]]>" if found["cdata"] is not None and foreign else ">"
    at = html.find(sign, begin)
    return -1 if at < 0 else at + len(sign)


def _tag(html: str, found: re.Match[str]) -> Piece | None:
    attributes: dict[str, str] = {}
    cut = False
    position = found.end()
    while (match := _ATTRIBUTE.match(html, position)) is not None:
        if match["endless"] is not None:
            return None
        position = match.end()
        if len(attributes) < _MOST_ATTRIBUTES:
            value = match[2] or match[3] or match[4] or ""
            attributes.setdefault(_lower(match[1]), _resolved(value))  # the first of a name counts
        else:
            cut = True
    end = _TAG_END.match(html, position)
    if end is None:
        return None
    closing = html.startswith("/>", end.end() - 2) and end.end() - 2 >= position
    tag = Tag(
        _lower(found["name"]), MappingProxyType(attributes), bool(found["slash"]), closing, cut
    )
    return Piece(found.start(), end.end(), tag)


def _lower(name: str) -> str:
    """Return a name in lower case: of ASCII only, or a Kelvin sign would become a k."""
    return name.lower() if name.isascii() else name.translate(_LOWER)


def _resolved(value: str) -> str:
    """Return an attribute's value with its references resolved (HTML 13.2.5.72 to 80)."""
    return _REFERENCE.sub(_character, value) if "&" in value else value


def _character(match: re.Match[str]) -> str:
    if match[1] is None:
        return unescaped(match[0])
    return html5.get(match[0][1:], match[0])  # "&copy=2" is no reference here, nor is "&copyright"


def end_of_text(html: str, position: int, name: str) -> int:
    """Return where the text of an element ends: at its end tag, or where the page ends."""
    if name == "script":
        return _end_of_script(html, position)
    close = _RAW[name].search(html, position) if name in _RAW else None
    return close.start() if close else len(html)


def _end_of_script(html: str, position: int) -> int:
    """Return where a script ends: not at an end tag that stands in a comment after "<script".

    HTML 13.2.5.18 to 31: the script data escaped and double escaped states.
    """
    escaped = doubly = False
    while (sign := _SCRIPT.search(html, position)) is not None:
        position = sign.end()
        if sign[0] == "<!--":
            if not escaped:
                position -= 2  # "<!-->" opens and closes
            escaped = True
        elif sign[0] == "-->":
            escaped = doubly = False
        elif not sign[1]:
            doubly = escaped
        elif doubly:
            doubly = False
        else:
            return sign.start()
    return len(html)
