"""Where a redirect leads browsers: Location as Fetch and the WHATWG URL Standard read it."""

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

_LONGEST_REFRESH = 8192
_AROUND = "".join(map(chr, range(0x21)))  # C0 controls and the blank
_DROPPED = str.maketrans("", "", "\t\r\n")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_REFRESH = re.compile(r"\s*[0-9.]+\s*[;,\s]\s*(?:url\s*=\s*)?", re.IGNORECASE)


def location_of(url: str, values: Sequence[str]) -> str:
    """Return the absolute URL that the Location lines of an answer lead to.

    It is "" where browsers go nowhere: a scheme that is not HTTP's, no host, several lines that
    differ (Fetch 2.2.6 allows one value).
    """
    return _resolved(url, values[0]) if len(set(values)) == 1 else ""


def refresh_of(url: str, content: str) -> str:
    """Return the absolute URL that a Refresh leads to (HTML, shared declarative refresh), or ""."""
    start = _REFRESH.match(content[:_LONGEST_REFRESH])
    if start is None:
        return ""
    target = content[start.end() : _LONGEST_REFRESH]
    if target[:1] in ("'", '"'):
        target = target[1:].partition(target[0])[0]
    return _resolved(url, target) if target else ""


def _resolved(url: str, reference: str) -> str:
    """Return the absolute URL of a reference, "" where it is none of HTTP's."""
    text = _slashes(reference.strip(_AROUND).translate(_DROPPED))
    scheme = _SCHEME.match(text)
    if scheme is not None:
        if scheme[1].lower() not in ("http", "https"):
            return ""
        rest = text[scheme.end() :]
        # Behind another scheme than the page's own, slashes may be missing, or be too many.
        if rest.startswith("//") or scheme[1].lower() != url.partition(":")[0]:
            text = f"{scheme[1].lower()}://{rest.lstrip('/')}"
        else:
            text = rest
    elif text.startswith("//"):
        text = f"//{text.lstrip('/')}"
    try:
        absolute = urljoin(url, text)
        return absolute if urlsplit(absolute).hostname else ""
    except ValueError:
        return ""


def _slashes(text: str) -> str:
    """Return the reference with backslashes read as slashes, before a query or fragment."""
    end = min((at for at in (text.find("?"), text.find("#")) if at >= 0), default=len(text))
    return text[:end].replace("\\", "/") + text[end:]
