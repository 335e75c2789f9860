"""The scripts and meta elements of a page as the MDN HTTP Observatory finds them.

It parses the page twice: for its scripts as a document without a URL in which no script runs, and
for its meta elements as a part of one in which script would. There is no check in this module.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from secscan.evidence.hops import content
from secscan.facts import Facts
from secscan.parsing.certificates import a_label
from secscan.parsing.tags import RAW, Tag, end_of_text, next_piece, normalised
from secscan.parsing.tree import Tree

from .observatory_requests import BLANKS, Session

_DEEPEST = 50
_MOST_PIECES = 40_000
"""Tags of both kinds and comments: as many as the longest pages have."""

_WITHOUT_SCRIPT = RAW - {"noscript"}

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_AUTHORITY = re.compile(
    r"(?>[/\\]*)(?>[^/\\?#]*@)?+(\[[^\]]*\]|[^:/\\?#]*+)(?::([0-9]*+))?+(?=[/\\?#]|$)"
)
"""No part gives back what it has taken: an address of a thousand @ is read once."""

_NO_HOST = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|%\x7f]")

_WORST_LAST = (
    "sri-implemented-and-all-scripts-loaded-securely",
    "sri-implemented-but-external-scripts-not-loaded-securely",
    "sri-not-implemented-but-external-scripts-loaded-securely",
    "sri-not-implemented-and-external-scripts-not-loaded-securely",
)


class _Way(StrEnum):
    """How a script's address is written."""

    RELATIVE = "relative"
    SAME_SCHEME = "//"
    HTTP = "http"
    HTTPS = "https"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Document:
    """What the tests ask of a page: all in the order of the page."""

    scripts: int
    sources: tuple[tuple[str, bool], ...]  # of scripts: address, and whether it has integrity
    base: str
    policies: tuple[str, ...]
    referrer: str | None


def read_document(session: Session) -> Document | None:
    """Return what MDN finds in the answer of a session; nothing where it does not say HTML.

    None is for a page that has more tags than are read.
    """
    if not session.is_html:
        return Document(0, (), "", (), None)
    html = _text(content(session.last))
    tags, scripted = _tags(html, _WITHOUT_SCRIPT), _tags(html, RAW)
    if tags is None or scripted is None:
        return None
    scripts = [tag for tag, _ in tags if tag.name == "script"]
    metas = [tag.attributes for tag, is_html in scripted if tag.name == "meta" and is_html]
    bases = [tag.attributes for tag, is_html in tags if tag.name == "base" and is_html]
    return Document(
        len(scripts),
        tuple(
            (tag.attributes["src"], bool(tag.attributes.get("integrity")))
            for tag, is_html in tags
            if tag.name == "script" and is_html and "src" in tag.attributes
        ),
        next((base["href"] for base in bases if "href" in base), ""),
        tuple(_policies(metas)),
        next(reversed(list(_referrers(metas))), None),
    )


def _text(body: bytes) -> str:
    """Return the page as axios gives it: UTF-8 always, and what is JSON as its value."""
    text = body.decode("utf-8", errors="replace").removeprefix("\ufeff")
    try:
        return _joined(json.loads(text, parse_constant=_refuse))
    except (ValueError, RecursionError):
        return text


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _joined(value: object, depth: int = 0) -> str:
    """Return what JavaScript makes of a value when it wants text; objects hold no tags for it."""
    if isinstance(value, list) and depth < _DEEPEST:
        return ",".join(_joined(one, depth + 1) for one in value)
    return value if isinstance(value, str) else ""


def _tags(html: str, raw: frozenset[str]) -> list[tuple[Tag, bool]] | None:
    """Return the start tags outside templates, and whether each is of HTML and not of SVG.

    None is for a page that has too many.
    """
    text, tree, position = normalised(html), Tree(), 0
    found: list[tuple[Tag, bool]] = []
    for _ in range(_MOST_PIECES):
        piece = next_piece(text, position, bool(tree.namespace))
        if piece is None:
            return found
        position, tag = piece.end, piece.tag
        if tag is None:
            continue
        if tag.is_end:
            tree.end(tag.name)
            continue
        is_inert = tree.is_inert
        is_html = tree.start(tag)
        if is_html and tag.name in raw:
            position = end_of_text(text, position, tag.name)
        if not is_inert:
            found.append((tag, is_html))
    return None


def _policies(metas: Iterable[Mapping[str, str]]) -> Iterable[str]:
    for meta in metas:
        named = meta.get("http-equiv", "").lower().strip(BLANKS) == "content-security-policy"
        if named and meta.get("content"):
            yield meta["content"]


def _referrers(metas: Iterable[Mapping[str, str]]) -> Iterable[str]:
    for meta in metas:
        named = meta.get("name", "").lower().strip(BLANKS) == "referrer"
        is_header = "http-equiv" in meta and "content" in meta
        if named and not is_header and meta.get("content"):
            yield meta["content"]


def judge_scripts(session: Session, document: Document, host: str, facts: Facts) -> str | None:
    """Return the outcome for Subresource Integrity, None where MDN's program breaks off."""
    if not session.is_html:
        return "sri-not-implemented-response-not-html"
    if not document.scripts:
        return "sri-not-implemented-but-no-scripts-loaded"
    base = _address(document.base, None)
    resolves = base[0] in (_Way.HTTP, _Way.HTTPS)
    found = [
        (*_address(source, base if resolves else None), integrity)
        for source, integrity in document.sources
        if source or resolves
    ]
    if any(way is _Way.BROKEN for way, _, _ in found):
        return None
    home = facts.suffixes.registered(host)
    result, has_foreign = "", False
    for way, there, integrity in found:
        far = way is _Way.SAME_SCHEME or (
            way is not _Way.RELATIVE and facts.suffixes.registered(there) != home
        )
        safe = way is _Way.HTTPS or (way is _Way.RELATIVE and session.is_secure)
        has_foreign = has_foreign or far
        outcome = _of_script(far, safe, integrity, bool(result))
        result = max(result, outcome, key=_rank)
    if result:
        return result
    if has_foreign:
        return "sri-implemented-and-external-scripts-loaded-securely"
    return "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"


def _rank(outcome: str) -> int:
    return _WORST_LAST.index(outcome) if outcome else -1


def _of_script(is_far: bool, is_safe: bool, has_integrity: bool, has_result: bool) -> str:
    """Return what one script adds, "" where nothing."""
    if not is_far:
        return _WORST_LAST[0] if has_integrity and is_safe and not has_result else ""
    if has_integrity:
        return "" if is_safe else _WORST_LAST[1]
    return _WORST_LAST[2] if is_safe else _WORST_LAST[3]


def _address(source: str, base: tuple[_Way, str] | None) -> tuple[_Way, str]:
    """Return how a script's address is written, and its host: as the URL Standard resolves it."""
    trimmed = source.strip("".join(map(chr, range(0x21))))
    trimmed = trimmed.translate({9: None, 10: None, 13: None})
    scheme = _SCHEME.match(trimmed)
    if scheme is not None:
        return _absolute(source, scheme[1].lower(), trimmed[scheme.end() :], base)
    if base is None:
        return _unresolved(source)
    if trimmed[:1] in ("/", "\\") and trimmed[1:2] in ("/", "\\"):
        host = _host(trimmed)
        return (base[0], host) if host else _unresolved(source)
    return base


def _absolute(
    source: str, scheme: str, rest: str, base: tuple[_Way, str] | None
) -> tuple[_Way, str]:
    if scheme not in ("http", "https"):
        return _Way.RELATIVE, ""
    way = _Way(scheme)
    slashes = rest[:1] in ("/", "\\") and rest[1:2] in ("/", "\\")
    if base is not None and base[0] is way and not slashes:
        return base
    host = _host(rest)
    return (way, host) if host else _unresolved(source)


def _host(rest: str) -> str:
    """Return the host that follows a scheme, "" where no URL can have it."""
    found = _AUTHORITY.match(rest)
    if found is None or int((found[2] or "0")[:6]) > 65_535:
        return ""
    host = found[1] if found[1].startswith("[") else a_label(unquote(found[1]))
    return host if host.startswith("[") or not _NO_HOST.search(host) else ""


def _unresolved(source: str) -> tuple[_Way, str]:
    """Return what MDN makes of an address that could not be resolved: it looks at the text."""
    if re.match("//[^/]", source):
        return _Way.SAME_SCHEME, ""
    return (_Way.BROKEN if re.match("https?://", source) else _Way.RELATIVE), ""
