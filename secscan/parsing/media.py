"""Media types and character encodings, as far as judging needs them."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable
from dataclasses import dataclass

_HTML = ("text/html", "application/xhtml+xml")
_SNIFFED = re.compile(
    rb"(?:\xef\xbb\xbf)?[\t\n\f\r ]*+<(?:!--|(?:!doctype[ ]html|html|head|script|iframe|h1|div|font"
    rb"|table|a|style|title|b|body|br|p)[\t\n\f\r />])",
    re.IGNORECASE,
)
"""How pages begin (WHATWG MIME Sniffing, 7.1)."""

_UNKNOWN = ("*/*", "application/unknown", "unknown/unknown")
"""Types that say nothing: browsers go by the content (WHATWG MIME Sniffing, 7)."""

_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+")
_VALUE = re.compile(r'((?:[^,"]|"(?:[^"\\]|\\.)*+"?)*+)(?:,|\Z)', re.DOTALL)
_PARAMETER = re.compile(r';\s*([^;="]*)(?:=(?:"((?:[^"\\]|\\.)*+)"?[^;]*|([^;]*)))?', re.DOTALL)
_IN_META = re.compile(r"""charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}")
_MARKS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16"))
_SAME = {
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "utf-16le": "utf-16",
    "utf-16be": "utf-16",
    "ascii": "windows-1252",
    "us-ascii": "windows-1252",
    "latin1": "windows-1252",
    "iso-8859-1": "windows-1252",
    "iso8859-1": "windows-1252",
    "cp1252": "windows-1252",
    "cp1258": "windows-1258",
}
"""Labels that mean another one (WHATWG Encoding, 4.2): those that Vietnamese pages have."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type in lower case, and the charset parameter, "" where there is none."""

    essence: str
    charset: str


def media_type(content_type: str | None) -> str:
    """Return the type/subtype of a Content-Type value in lower case, "" where there is none."""
    return (content_type or "").split(";", 1)[0].strip().lower()


def declared_type(values: Iterable[str]) -> MediaType | None:
    """Return the type that all Content-Type lines together declare, None where browsers must guess.

    The last valid one counts, and keeps the charset of one before it (Fetch, 3.5.1).
    """
    found: MediaType | None = None
    for match in _VALUE.finditer(", ".join(values)):
        essence = media_type(match[1])
        if _TYPE.fullmatch(essence) and essence not in _UNKNOWN:
            kept = found.charset if found is not None and found.essence == essence else ""
            found = MediaType(essence, _charset(match[1]) or kept)
    return found


def meta_charset(content: str) -> str:
    """Return the charset that a meta element's content declares, "" where it declares none."""
    found = _IN_META.search(content)
    return found[1] if found else ""


def encoding(label: str) -> str:
    """Return an encoding by one name, "" where the label cannot be one that browsers know."""
    name = label.strip().lower()
    if not _LABEL.fullmatch(name) or name.startswith("utf-7"):
        return ""
    return _SAME.get(name, name)


def marked_encoding(content: bytes) -> str:
    """Return the encoding that a byte order mark declares, "" where there is none."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), "")


def is_html(content_type: str | None, content: bytes) -> bool:
    """Say whether a response is an HTML page; without a valid type, its first bytes decide.

    Several Content-Type lines are given as one, joined by commas.
    """
    declared = declared_type([content_type or ""])
    if declared is not None:
        return declared.essence in _HTML
    return _SNIFFED.match(content) is not None


def _charset(value: str) -> str:
    for match in _PARAMETER.finditer(value):
        if match[1].strip().lower() == "charset":
            return (match[2] if match[2] is not None else match[3] or "").strip()
    return ""
