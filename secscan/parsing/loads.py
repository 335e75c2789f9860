"""What the elements of a page load by themselves, as HTML and Fetch have it, and how it is pinned.

What style sheets and scripts load is not seen, nor what waits in data attributes for a script.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from secscan.parsing.html import Element

_BLOCKABLE = {
    "iframe": ("src",),
    "frame": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "track": ("src",),
}
_UPGRADEABLE = {
    "audio": ("src",),
    "video": ("src", "poster"),
    "image": ("href", "xlink:href"),
    "body": ("background",),
}
_LINKS = frozenset({"stylesheet", "modulepreload", "preload", "manifest"})
_ICONS = frozenset({"icon", "apple-touch-icon"})
_MEDIA = ("image", "audio", "video")

_SCRIPT_TYPES = re.compile(r"|module|(?:text|application)/(?:x-)?(?:java|ecma)script(?:1\.[0-5])?")
_CANDIDATE = re.compile(r"([^\s,]\S*+)(?:(?<=,)|[^,]*+)")
_HASH = re.compile(
    r"sha(?:256-[A-Za-z0-9+/_-]{43}=?|384-[A-Za-z0-9+/_-]{64}|512-[A-Za-z0-9+/_-]{86}={0,2})"
    r"(?:\?[!-~]*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Load:
    """A reference that browsers follow; those that are not ``upgradeable`` they block over http.

    W3C Mixed Content, 3: only pictures, audio and video are upgraded, and no set of pictures.
    """

    reference: str
    upgradeable: bool


class Pin(StrEnum):
    """What an integrity attribute is worth to a file of another origin."""

    HASH = "hash"
    REFUSED = "refused"
    INVALID = "invalid"
    NONE = "none"


def loads(found: Iterable[Element]) -> Iterator[Load]:
    """Yield what the elements load."""
    in_picture = False
    for element in found:
        yield from _of_element(element, in_picture)
        in_picture = element.name == "picture" or (in_picture and element.name == "source")


def code_of(element: Element) -> str:
    """Return the reference to a script that an element brings in, else ""."""
    if element.name == "script":
        return element.get("src") if _SCRIPT_TYPES.fullmatch(_type(element)) else ""
    is_module = element.name == "link" and "modulepreload" in _relations(element)
    return element.get("href") if is_module else ""


def pin_of(element: Element) -> Pin:
    """Return how a script of another origin is pinned (W3C Subresource Integrity).

    Without CORS a browser may not look at it, and so refuses the file; modules always have it.
    """
    if "integrity" not in element.attributes:
        return Pin.NONE
    if not any(_HASH.fullmatch(one) for one in element.get("integrity").split()):
        return Pin.INVALID
    is_module = _type(element) == "module" or "modulepreload" in _relations(element)
    return Pin.HASH if is_module or "crossorigin" in element.attributes else Pin.REFUSED


def _of_element(element: Element, in_picture: bool) -> Iterator[Load]:
    name = element.name
    if name == "link":
        yield from _of_link(element)
    elif name in ("img", "source"):
        is_set = in_picture or "srcset" in element.attributes
        yield from _set(element.get("srcset"))
        yield from _one(element.get("src"), upgradeable=not is_set)
    elif name == "input" and _type(element) == "image":
        yield from _one(element.get("src"), upgradeable=True)
    yield from _one(code_of(element) if name == "script" else "", upgradeable=False)
    for attribute in _BLOCKABLE.get(name, ()):
        yield from _one(element.get(attribute), upgradeable=False)
    for attribute in _UPGRADEABLE.get(name, ()):
        yield from _one(element.get(attribute), upgradeable=True)


def _of_link(element: Element) -> Iterator[Load]:
    relations = _relations(element)
    if relations & _LINKS:
        is_media = "preload" in relations and element.get("as").lower() in _MEDIA
        yield from _one(element.get("href"), upgradeable=is_media)
        yield from _set(element.get("imagesrcset"))
    elif relations & _ICONS:
        yield from _one(element.get("href"), upgradeable=True)


def _one(reference: str, upgradeable: bool) -> Iterator[Load]:
    if reference:
        yield Load(reference, upgradeable)


def _set(srcset: str) -> Iterator[Load]:
    for candidate in _CANDIDATE.finditer(srcset):
        yield from _one(candidate[1].rstrip(","), upgradeable=False)


def _relations(element: Element) -> set[str]:
    return set(element.get("rel").lower().split())


def _type(element: Element) -> str:
    return element.get("type").lower()
