"""Set-Cookie as browsers read and keep it (RFC 6265bis sections 5.6 and 5.7)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from secscan.parsing.cookie_dates import read_cookie_date

_LONGEST_COOKIE = 4096  # octets of name and value together
_LONGEST_ATTRIBUTE = 1024  # octets of an attribute's value
_MOST_ATTRIBUTES = 100

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BLANK = " \t"
_REDACTED = re.compile(r"<redacted length=([0-9]{1,9}) sha256=[0-9a-f]{16}>")
"""What is stored in place of a value: nobody has to know it, but it has a length."""

_SESSION = re.compile(
    r"""(?:^|[-_.])(?:
        sess(?:ion)?(?:[-_]?id)? | sid | token | auth | jwt | remember[-_]me  # by their last word
    )$
    | ^(?:php|j|cf|asp\.net_|nv\w*_)?sess(?:ion)?_?id   # PHP, Java, ASP.NET, NukeViet
    | ^aspsessionid | ^\.aspxauth$ | ^\.dotnetnuke$ | ^fedauth$ | ^rtfa$
    | ^\.aspnet(?:core)?\.(?:session|cookies|identity|applicationcookie|externalcookie)
    | ^wordpress_(?:logged_in|sec)_ | ^s?sess[0-9a-f]{32}$ | ^[0-9a-f]{32}$   # WP, Drupal, Joomla
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Names under which known software keeps a session; ``obsession`` is none of them."""

_FOR_SCRIPTS = re.compile(r"csrf|xsrf|antiforgery|requestverification", re.IGNORECASE)
"""Tokens against forged requests: many are for scripts to read, and none opens a session."""


class CookieFault(StrEnum):
    """Why browsers drop a cookie that a site sends: it is as if it had not been sent."""

    CONTROL_CHARACTER = "control-character"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    FOREIGN_DOMAIN = "foreign-domain"
    SECURE_OVER_HTTP = "secure-over-http"
    SECURE_PREFIX = "secure-prefix"  # __Secure- without Secure
    HOST_PREFIX = "host-prefix"  # __Host- without Secure and Path=/, or with Domain
    NONE_WITHOUT_SECURE = "none-without-secure"
    PARTITIONED_WITHOUT_SECURE = "partitioned-without-secure"


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie's name and its attributes; the value is nobody's business here.

    ``name`` is "" where the line has a value alone. ``domain`` and ``path`` are "" where they are
    those of the answer that set it; ``domain`` is in lower case and without a dot before it.
    """

    name: str
    domain: str
    path: str
    secure: bool
    http_only: bool
    same_site: str | None
    partitioned: bool
    max_age: int | None
    expires: datetime | None

    @property
    def prefix(self) -> str:
        """Return the prefix that promises something of the cookie, in lower case, or ""."""
        start, dash, _ = self.name.lower().partition("-")
        return f"{start}-" if dash and start in ("__host", "__secure") else ""

    @property
    def is_session(self) -> bool:
        """Say whether the name is one under which software keeps a session or a login."""
        name = self.name[len(self.prefix) :]
        return bool(_SESSION.search(name)) and not _FOR_SCRIPTS.search(name)

    def identity(self, url: str) -> tuple[str, str, str]:
        """Return what browsers know a cookie by that this URL sets; a dot is before a Domain's."""
        parts = urlsplit(url)
        folder = parts.path.rpartition("/")[0] or "/"  # RFC 6265bis 5.1.4
        domain = f".{self.domain}" if self.domain else parts.hostname or ""
        return self.name, domain, self.path or folder

    def is_deleted(self, at: datetime) -> bool:
        """Say whether the line only removes the cookie; Max-Age outranks Expires."""
        if self.max_age is not None:
            return self.max_age <= 0
        return self.expires is not None and self.expires <= at

    def fault(self) -> CookieFault | None:
        """Return what the cookie's own attributes break, of the rules that they call upon."""
        if self.prefix == "__secure-" and not self.secure:
            return CookieFault.SECURE_PREFIX
        if self.prefix == "__host-" and (not self.secure or self.domain or self.path != "/"):
            return CookieFault.HOST_PREFIX
        if self.same_site == "None" and not self.secure:
            return CookieFault.NONE_WITHOUT_SECURE
        if self.partitioned and not self.secure:
            return CookieFault.PARTITIONED_WITHOUT_SECURE
        return None

    def refusal(self, url: str) -> CookieFault | None:
        """Return why browsers do not take the cookie from this URL, or None."""
        parts = urlsplit(url)
        if self.domain and not _covers(self.domain, parts.hostname or ""):
            return CookieFault.FOREIGN_DOMAIN
        if self.secure and parts.scheme == "http":
            return CookieFault.SECURE_OVER_HTTP
        return None


def read_cookie(line: str) -> Cookie | CookieFault:
    """Return the cookie of one Set-Cookie value, or why no browser keeps one of it."""
    if _CONTROL.search(line):
        return CookieFault.CONTROL_CHARACTER
    pair, *attributes = line.split(";", _MOST_ATTRIBUTES)
    name, size = _name_and_size(pair.strip(_BLANK))
    if size == 0:
        return CookieFault.EMPTY
    if size > _LONGEST_COOKIE:
        return CookieFault.TOO_LONG
    found = _attributes(attributes)
    return Cookie(
        name=name,
        domain=found.get("domain", "").removeprefix(".").lower(),
        path=path if (path := found.get("path", "")).startswith("/") else "",
        secure="secure" in found,
        http_only="httponly" in found,
        same_site=_same_site(found.get("samesite")),
        partitioned="partitioned" in found,
        max_age=_seconds(found.get("max-age", "")),
        expires=read_cookie_date(found.get("expires", "")),
    )


def _name_and_size(pair: str) -> tuple[str, int]:
    """Return the name, and the octets of name and value; a pair without "=" is all value."""
    name, equals, value = pair.partition("=")
    if not equals or _REDACTED.fullmatch(pair):
        name, value = "", pair
    name, value = name.strip(_BLANK), value.strip(_BLANK)
    redacted = _REDACTED.fullmatch(value)
    return name, len(name) + (int(redacted[1]) if redacted else len(value))


def _attributes(lines: list[str]) -> Mapping[str, str]:
    """Return the attributes by name, in lower case: the last of a name counts."""
    found = {}
    for line in lines:
        key, _, value = line.partition("=")
        key, value = key.strip(_BLANK).lower(), value.strip(_BLANK)
        if len(value) <= _LONGEST_ATTRIBUTE and not _is_ignored(key, value):
            found[key] = value
    return found


def _is_ignored(key: str, value: str) -> bool:
    """Say whether an attribute with this value is as if it were not there (5.6.1 and 5.6.2)."""
    if key == "max-age":
        return _seconds(value) is None
    return key == "expires" and read_cookie_date(value) is None


def _covers(domain: str, host: str) -> bool:
    """Say whether a host lies in a domain (RFC 6265bis 5.1.3); an address is only itself."""
    return host == domain or (host.endswith(f".{domain}") and not _is_address(host))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _same_site(value: str | None) -> str | None:
    known = {"strict": "Strict", "lax": "Lax", "none": "None"}
    return known.get(value.lower()) if value is not None else None


def _seconds(value: str) -> int | None:
    match = re.fullmatch(r"(-?)([0-9]*)", value)
    if match is None or not value:
        return None
    digits = match[2].lstrip("0")[:12] or "0"  # far beyond any life already
    return int(match[1] + digits)
