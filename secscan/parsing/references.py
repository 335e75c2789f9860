"""Character references of HTML (HTML 13.2.5.72 to 80), of any length."""

import re
from html import unescape

_LONG = re.compile("&#([0-9]{9,}+)")
_MOST_DIGITS = 8
"""No character has a number of eight digits; Python refuses to read one of some thousand."""


def unescaped(text: str) -> str:
    """Return text with its character references resolved."""
    return unescape(_LONG.sub(_shortened, text))


def _shortened(reference: re.Match[str]) -> str:
    return f"&#{reference[1].lstrip('0')[:_MOST_DIGITS] or '0'}"
