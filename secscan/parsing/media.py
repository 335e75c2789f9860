"""Media types, as far as judging needs them."""

import re
from codecs import BOM_UTF8

_HTML = ("text/html", "application/xhtml+xml")
_SNIFFED = (b"<!doctype html", b"<html", b"<head", b"<body")


_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+")


def media_type(content_type: str | None) -> str:
    """Return the type/subtype of a Content-Type value in lower case, "" where there is none."""
    return (content_type or "").split(";", 1)[0].strip().lower()


def is_html(content_type: str | None, content: bytes) -> bool:
    """Say whether a response is an HTML page; without a valid type, its first bytes decide."""
    media = media_type(content_type)
    if _TYPE.fullmatch(media):
        return media in _HTML
    return content.removeprefix(BOM_UTF8).lstrip()[:64].lower().startswith(_SNIFFED)
