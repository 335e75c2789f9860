"""Take secrets out of header lines before they are stored: length and hash stay."""

import hashlib
import re

_SECRET = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "authentication-info",
        "x-api-key",
        "x-auth-token",
        "x-csrf-token",
    }
)
_URLS = frozenset({"location", "content-location", "refresh", "link"})
_DONE = re.compile(r"<redacted length=\d+ sha256=[0-9a-f]{16}>")
_USERINFO = re.compile(r"(?<=//)[^/?#\s<>]*@")


def redact_headers(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the lines with cookie values, credentials and userinfo replaced; again is the same."""
    return [(name, _redact_line(name.lower(), value)) for name, value in headers]


def redact_url(url: str) -> str:
    """Return a URL, or a text that holds some, without user names and passwords."""
    return _USERINFO.sub("", url)


def _redact_line(name: str, value: str) -> str:
    if name == "set-cookie":
        pair, separator, attributes = value.partition(";")
        cookie, equals, secret = pair.partition("=")
        if not equals or _DONE.fullmatch(pair.strip()):
            return _redacted(pair) + separator + attributes
        return f"{cookie}={_redacted(secret)}{separator}{attributes}"
    if name in _SECRET:
        return _redacted(value)
    if name in _URLS:
        return redact_url(value)
    return value


def _redacted(secret: str) -> str:
    secret = secret.strip()
    if not secret or _DONE.fullmatch(secret):
        return secret
    raw = secret.encode("utf-8", errors="surrogatepass")
    return f"<redacted length={len(raw)} sha256={hashlib.sha256(raw).hexdigest()[:16]}>"
