"""Take secrets out of header lines before they are stored: length and hash stay."""

import hashlib
import re

_SECRET = re.compile(
    r"(?:^|-)(?:authorization|authentication-info|auth|api-?key|token|jwt|secret"
    r"|session|sess(?:id)?|phpsessid|cookie2?)(?:-|$)|csrf",
    re.IGNORECASE,
)
"""Names of header lines whose whole value is nobody's business."""

_URLS = frozenset({"location", "content-location", "refresh"})
_CHALLENGES = frozenset({"www-authenticate", "proxy-authenticate"})
_ATTRIBUTES = frozenset(
    {"path", "domain", "expires", "max-age", "secure", "httponly", "samesite", "partitioned"}
    | {"priority"}
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BLANK = " \t"  # RFC 9110 5.6.3; str.strip() knows more, and they are part of a value
_DONE = re.compile(r"<redacted length=\d+ sha256=[0-9a-f]{16}>")
# Each with what would be one as soon as it is gone: "//a@/b@" leaves "///".
_USERINFO = re.compile(r"(?<=//)[^/?#<>\"']*@(?:/++[^/?#<>\"']*@)*")
_USERINFO_IN_TEXT = re.compile(r"(?<=//)[^/?#<>\"'\s,;]*@(?:/++[^/?#<>\"'\s,;]*@)*")
_USERINFO_IN_BODY = re.compile(rb"(?<=//)[^/?#<>\"'\s,;]+@(?:/++[^/?#<>\"'\s,;]+@)*")
# What browsers read as an authority, or a slip of the pen put into the path.
_IN_PATH = re.compile(r"(?<=[\\/])[^\\/?#@:\s]++:[^\\/?#@\s]++@")
_NO_SLASHES = re.compile(r"^([a-z][a-z0-9+.-]*:)[\\/]*[^/\\?#]*@", re.IGNORECASE)
_QUERY = re.compile(
    r"([?&;][a-z_.-]{0,30}(?:token|session|sid|secret|password|passwd|pwd|auth|key|code|ticket|saml2?|jwt)"
    r"[a-z_.-]{0,30}=)"
    r"[^&#;\s\"'<>]+",
    re.IGNORECASE,
)


def redact_headers(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the lines with cookie values, credentials and userinfo replaced; again is the same."""
    return [(name, _redact_line(name.lower(), value)) for name, value in headers]


def redact_url(url: str) -> str:
    """Return a URL, or a text that holds some, without passwords and what opens a session."""
    bare = _USERINFO.sub("", _NO_SLASHES.sub(r"\1//", url))
    return _QUERY.sub(r"\1redacted", _IN_PATH.sub("redacted@", bare))


def redact_body(content: bytes) -> bytes:
    """Return a body without the user names and passwords that its addresses hold."""
    return _USERINFO_IN_BODY.sub(b"", content)


def _redact_line(name: str, value: str) -> str:
    if name == "set-cookie":
        return _cookie(value)
    if name in _CHALLENGES:
        scheme, space, rest = value.partition(" ")
        bare = "=" not in rest.rstrip("=")  # a token, and no realm="..."
        return f"{scheme}{space}{_redacted(rest)}" if bare else value
    if _SECRET.search(name):
        return _redacted(value)
    if name in _URLS:
        return redact_url(value)
    return _QUERY.sub(r"\1redacted", _USERINFO_IN_TEXT.sub("", value))


def _cookie(value: str) -> str:
    """Keep the name and the attributes that are known; all else may be part of a value.

    One control character stays, at the end: for it browsers drop the cookie (RFC 6265bis 5.6).
    """
    control = _CONTROL.search(value)
    pair, *attributes = _CONTROL.sub("", value).split(";")
    cookie, equals, secret = pair.partition("=")
    if not equals or _DONE.fullmatch(pair.strip(_BLANK)):
        kept = [_redacted(pair)]
    else:
        kept = [f"{cookie}={_redacted(secret)}"]
    for attribute in attributes:
        key, _, told = attribute.partition("=")
        known = key.strip(_BLANK).lower()
        if known in _ATTRIBUTES:
            folded = known != "expires" and "," in told
            kept.append(attribute.split(",", 1)[0] if folded else attribute)
        elif attribute.strip(_BLANK):
            kept.append(f" {_redacted(attribute)}")
    return ";".join(kept) + (control[0] if control else "")


def _redacted(secret: str) -> str:
    secret = secret.strip(_BLANK)
    if not secret or _DONE.fullmatch(secret):
        return secret
    raw = secret.encode("utf-8", errors="surrogatepass")
    return f"<redacted length={len(raw)} sha256={hashlib.sha256(raw).hexdigest()[:16]}>"
