"""Set-Cookie as browsers read it (RFC 6265 section 5.2, with SameSite of 6265bis)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

_SESSION = re.compile(
    r"""(?:^|[-_.])(?:
        sess(?:ion)?(?:[-_]?id)? | sid | token | auth | jwt | remember[-_]me  # by their last word
    )$
    | ^(?:php|j|cf|asp\.net_|nv\w*_)?sess(?:ion)?_?id   # PHP, Java, ASP.NET, NukeViet
    | ^aspsessionid | ^\.aspxauth$ | ^\.aspnet | ^\.dotnetnuke$ | ^fedauth$ | ^rtfa$
    | ^wordpress_(?:logged_in|sec)_ | ^s?sess[0-9a-f]{32}$ | ^[0-9a-f]{32}$   # WP, Drupal, Joomla
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Names under which known software keeps a session; ``obsession`` is none of them."""

_FOR_SCRIPTS = re.compile(r"csrf|xsrf|requestverification", re.IGNORECASE)
"""Double-submit tokens: script has to read them, and they open no session."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie's name and its attributes; the value is nobody's business here.

    ``domain`` and ``path`` are "" where they are those of the answer that set it.
    """

    name: str
    domain: str
    path: str
    secure: bool
    http_only: bool
    same_site: str | None
    max_age: int | None
    expires: datetime | None

    @property
    def is_session(self) -> bool:
        """Say whether the name is one under which software keeps a session or a login."""
        name = re.sub(r"^__(?:Host|Secure)-", "", self.name, flags=re.IGNORECASE)
        return bool(_SESSION.search(name)) and not _FOR_SCRIPTS.search(name)

    def identity(self, url: str) -> tuple[str, str, str]:
        """Return what browsers know a cookie by that this URL sets: RFC 6265 5.3 and 5.1.4."""
        parts = urlsplit(url)
        folder = parts.path.rpartition("/")[0] or "/"
        return self.name, self.domain or parts.hostname or "", self.path or folder

    def is_deleted(self, at: datetime) -> bool:
        """Say whether the line only removes the cookie; Max-Age outranks Expires."""
        if self.max_age is not None:
            return self.max_age <= 0
        return self.expires is not None and self.expires <= at


def read_cookie(line: str) -> Cookie | None:
    """Return the cookie of one Set-Cookie value, or None where it names none."""
    pair, *attributes = line.split(";")
    name, equals, _ = pair.partition("=")
    name = name.strip()
    if not equals or not name:
        return None
    found: dict[str, str] = {}
    for attribute in attributes:
        key, _, value = attribute.partition("=")
        found[key.strip().lower()] = value.strip()  # RFC 6265 5.3: the last of a name counts
    return Cookie(
        name=name,
        domain=found.get("domain", "").removeprefix(".").lower(),
        path=path if (path := found.get("path", "")).startswith("/") else "",
        secure="secure" in found,
        http_only="httponly" in found,
        same_site=_same_site(found.get("samesite")),
        max_age=_seconds(found.get("max-age", "")),
        expires=_moment(found.get("expires", "")),
    )


def _same_site(value: str | None) -> str | None:
    known = {"strict": "Strict", "lax": "Lax", "none": "None"}
    return known.get(value.lower()) if value is not None else None


def _seconds(value: str) -> int | None:
    match = re.fullmatch(r"(-?)([0-9]+)", value)
    if match is None:
        return None
    digits = match[2].lstrip("0")[:12] or "0"  # far beyond any life already
    return int(match[1] + digits)


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value[:64])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
