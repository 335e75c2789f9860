"""Signs that a response is a firewall's or a challenge's and not the site's own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import normalize

from secscan.parsing.block_signs import HEADERS, MARKUP, SENTENCES, STATUSES, TITLES, Block
from secscan.parsing.html import Element, elements, title
from secscan.parsing.media import is_html
from secscan.parsing.references import unescaped

_LOOKED_AT = 32_768
"""Bytes of the body that are looked at: a block page says at once what it is."""

_LARGEST = 131_072
"""Bytes of a body: no block page is longer, and many a portal is."""

_MOST_TEXT = 1_500
"""Characters to read: who writes more on being blocked writes an article."""

_EMPTY = 300
"""Characters to read of a page that is there only to be loaded again, or of a title."""

_TITLE_ENDS = re.compile(r"[|!.…:?]|\s[–—-]\s")
_UNFILLED = ("hidden", "submit", "button", "image", "reset", "checkbox", "radio")
_SILENT = ("script", "style", "title", "textarea", "svg")
_RELOADS = (
    "location.reload(",
    "location.href=location.href",
    "location.href=window.location.href",
    "location.replace(location",
    "location.replace(window.location",
)


def block_kind(status: int, headers: Iterable[tuple[str, str]], content: bytes) -> Block | None:
    """Return who answered in the site's place, or None where it is the site's own answer.

    A page that is only served through such a product, that holds the captcha of a form, or that
    writes about being blocked is the site's own.
    """
    present = [(name.lower(), value.lower()) for name, value in headers]
    # RFC 9110 15.5.2: this is a login, and many tell in its body that access is denied.
    login = status == 401 and any(name == "www-authenticate" for name, _ in present)
    body = None if login else _of_body(present, content)
    return _of_headers(present) or body or STATUSES.get(status)


def _of_headers(present: list[tuple[str, str]]) -> Block | None:
    for name, sign, kind in HEADERS:
        if any(name == sent and sign in value for sent, value in present):
            return kind
    return None


@dataclass(frozen=True, slots=True)
class _Sight:
    """A page as it is looked at: its source, what there is to read, and to fill in; lower case."""

    source: str
    title: str
    text: str
    elements: tuple[Element, ...]

    @property
    def fields(self) -> int:
        """Return how many fields wait to be filled in."""
        return sum(map(_is_field, self.elements))


def _of_body(present: list[tuple[str, str]], content: bytes) -> Block | None:
    media = ", ".join(value for name, value in present if name == "content-type")
    if len(content) > _LARGEST or not is_html(media, content):
        return None
    source = content[:_LOOKED_AT].decode("utf-8", errors="replace").lower()
    text = _text(source)
    if len(text) > _MOST_TEXT:
        return None
    sight = _Sight(source, title(source), text, elements(source))
    return _of_source(sight) or _of_words(sight) or _of_reload(sight)


def _of_source(sight: _Sight) -> Block | None:
    for signs, kind in MARKUP:
        if all(sign in sight.source for sign in signs):
            return kind
    return None


def _of_words(sight: _Sight) -> Block | None:
    """Return what title and text tell; a page with a form is there to be filled in."""
    fields = sight.fields
    if fields > 1:
        return None
    # Vietnamese is written with letters of one character, or of several: NFC has one.
    text = normalize("NFC", sight.text)
    begin = normalize("NFC", sight.title[:_EMPTY]).replace("’", "'")
    told = TITLES.get(_TITLE_ENDS.split(begin)[0].strip())
    if told is not None:
        return told
    for sentence, kind in SENTENCES:
        # One field beside a captcha is a search or a subscription as often as a block page.
        if sentence in text and not (kind is Block.CAPTCHA and fields):
            return kind
    return None


def _of_reload(sight: _Sight) -> Block | None:
    """Return CHALLENGE where a page shows nothing, and has itself loaded again by a script.

    It brings its script along: a page that loads one from elsewhere builds itself with it.
    """
    scripts = [element for element in sight.elements if element.name == "script"]
    loads = any(element.get("src") for element in scripts)
    if not scripts or loads or sight.fields or len(sight.text) > _EMPTY:
        return None
    compact = "".join(sight.source.split())
    sets_cookie = "document.cookie=" in compact
    if sets_cookie and any(sign in compact for sign in _RELOADS):
        return Block.CHALLENGE
    return Block.CHALLENGE if any(map(_refreshes_itself, sight.elements)) else None


def _refreshes_itself(element: Element) -> bool:
    """Say whether a meta element loads this page again, and no other one."""
    refreshes = element.name == "meta" and element.get("http-equiv") == "refresh"
    return refreshes and "url" not in element.get("content")


def _is_field(element: Element) -> bool:
    if element.name == "input":
        return element.get("type") not in _UNFILLED
    # A captcha puts its answer into a textarea that nobody sees.
    return element.name == "select" or (
        element.name == "textarea" and "-response" not in element.get("name")
    )


def _text(source: str) -> str:
    """Return what there is to read, blanks made one; one pass that only moves forward."""
    words, silent = [], ""
    for piece in source.split("<"):
        tag, _, text = piece.partition(">")
        name = tag[:16].split(maxsplit=1)[0] if tag[:16].strip() else ""
        if silent:
            silent = "" if name == f"/{silent}" else silent
        elif name in _SILENT:
            silent = name
        if not silent:
            words.append(text)
    return " ".join(unescaped(" ".join(words)).split())
