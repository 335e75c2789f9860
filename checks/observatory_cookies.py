"""The cookies that the MDN HTTP Observatory would hold after its look, and what it says of them.

It keeps what the tough-cookie library accepts over the whole redirect chain, and names of its own
tell sessions from others. There is no check in this module.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from secscan.evidence import Hop
from secscan.facts import Facts
from secscan.parsing.certificates import a_label

from .observatory_requests import BLANKS, Session

_SPECIAL = ("local", "example", "invalid", "localhost", "test")
_SINGLE = ("localhost", "invalid")
_KEPT_VALUES = ("lax", "strict", "none")
_LEFT_OUT = "heroku-session-affinity"

_WORST_LAST = (
    "cookies-without-secure-flag-but-protected-by-hsts",
    "cookies-without-secure-flag",
    "cookies-session-without-secure-flag-but-protected-by-hsts",
    "cookies-samesite-flag-invalid",
    "cookies-anticsrf-without-samesite-flag",
    "cookies-session-without-httponly-flag",
    "cookies-session-without-secure-flag",
)
"""Not by what they cost: each hides those before it."""

_REDACTED = re.compile(r"<redacted length=\d+ sha256=[0-9a-f]{16}>")
_AGE = re.compile("-?[0-9]+")
_DELIMITER = re.compile(r"[\t -/;-@\[-`{-~]+")
_TIME = re.compile("([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])[^:]*$")
_DAY = re.compile("([0-9]{1,2})(?![0-9])")
_YEAR = re.compile("([0-9]{2,4})(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class _Cookie:
    name: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    http_only: bool
    same_site: str
    until: datetime | None

    @property
    def is_session(self) -> bool:
        return any(word in self.name.lower() for word in ("login", "sess"))

    @property
    def is_token(self) -> bool:
        return "csrf" in self.name.lower()


def judge_cookies(session: Session, is_strict: bool, facts: Facts, at: datetime) -> str:
    """Return the outcome for cookies; ``is_strict`` where the HSTS of the site is long enough."""
    cookies = [c for c in _jar(session, facts, at) if c.name != _LEFT_OUT]
    if not cookies:
        return "cookies-not-found"
    found = [fault for cookie in cookies for fault in _faults(cookie, is_strict)]
    if any(_has_invalid_same_site(line) for line in _lines(session.last)):
        found.append("cookies-samesite-flag-invalid")
    if found:
        return max(found, key=_WORST_LAST.index)
    everywhere = "-and-samesite" if all(cookie.same_site for cookie in cookies) else ""
    return f"cookies-secure-with-httponly-sessions{everywhere}"


def _faults(cookie: _Cookie, is_strict: bool) -> Iterable[str]:
    protected = "-but-protected-by-hsts" if is_strict else ""
    if not cookie.secure:
        yield f"cookies-without-secure-flag{protected}"
        if cookie.same_site == "none":
            yield "cookies-samesite-flag-invalid"
    if cookie.is_token and not cookie.same_site:
        yield "cookies-anticsrf-without-samesite-flag"
    if cookie.is_session and not cookie.secure:
        yield f"cookies-session-without-secure-flag{protected}"
    if cookie.is_session and not cookie.http_only:
        yield "cookies-session-without-httponly-flag"


def _has_invalid_same_site(line: str) -> bool:
    for part in line.split(";"):
        name, *values = (one.strip(BLANKS).lower() for one in part.split("="))
        if name == "samesite" and (not values or values[0] not in _KEPT_VALUES):
            return True
    return False


def _lines(hop: Hop) -> list[str]:
    return [h.value.strip(" \t") for h in hop.headers if h.name.lower() == "set-cookie"]


def _jar(session: Session, facts: Facts, at: datetime) -> list[_Cookie]:
    """Return what is kept after the last answer: the expired stay until a request would send them.

    The same name, domain and path make the same cookie (RFC 6265, 5.3).
    """
    held: dict[tuple[str, str, str], _Cookie] = {}
    for hop in session.hops:
        held = {key: one for key, one in held.items() if not _is_dropped(one, hop.url, at)}
        for line in _lines(hop):
            cookie = _read(line, hop.url, facts, at)
            if cookie is not None:
                held[cookie.domain, cookie.path, cookie.name] = cookie
    # Only where a certificate failed do the further requests share the cookies.
    robots = urljoin(session.hops[0].url, "/robots.txt")
    further = () if session.verified else (robots, session.last.url)
    return [one for one in held.values() if not any(_is_dropped(one, u, at) for u in further)]


def _is_dropped(cookie: _Cookie, url: str, at: datetime) -> bool:
    """Say whether a cookie is found to have expired when a request is made."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    fits = host == cookie.domain if cookie.host_only else _is_below(host, cookie.domain)
    sent = fits and _is_in(_path(url), cookie.path)
    if not sent or (cookie.secure and parts.scheme != "https"):
        return False
    return cookie.until is not None and cookie.until <= at


def _path(url: str) -> str:
    """Return the path of a request, to which the query belongs here: it comes escaped."""
    parts = urlsplit(url)
    query = f"%3F{parts.query}" if parts.query else ""
    return f"{parts.path or '/'}{query}"


def _is_in(path: str, folder: str) -> bool:
    """Say whether a path is the cookie's or below it (RFC 6265, 5.1.4)."""
    if not path.startswith(folder):
        return False
    return path == folder or folder.endswith("/") or path[len(folder)] == "/"


def _is_below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _read(line: str, url: str, facts: Facts, at: datetime) -> _Cookie | None:
    """Return the cookie that a line sets, None where the library refuses it."""
    pair, *attributes = line.strip(BLANKS).split(";")
    name, equals, _ = pair.partition("=")
    # What had no "=" is stored as its length and hash.
    if not name or not equals or _REDACTED.fullmatch(pair.strip()):
        return None
    told = _attributes(attributes)
    host, path = urlsplit(url).hostname or "", _path(url)
    domain = _domain(told)
    if domain and (not _may_be_set(domain, facts) or not _is_below(host, domain)):
        return None
    cookie = _Cookie(
        name=name.strip(BLANKS),
        domain=domain or host,
        host_only=not domain,
        path=folder if (folder := told.get("path", "")).startswith("/") else _folder(path),
        secure="secure" in told,
        http_only="httponly" in told,
        same_site=site if (site := told.get("samesite", "").lower()) in _KEPT_VALUES else "",
        until=_until(told, at),
    )
    return cookie if _keeps_prefix(cookie) else None


def _attributes(parts: list[str]) -> dict[str, str]:
    """Return the attributes by name, the last of each that says something."""
    told: dict[str, str] = {}
    for part in parts:
        name, _, value = part.partition("=")
        key, text = name.strip(BLANKS).lower(), value.strip(BLANKS)
        says = {
            "domain": bool(text.removeprefix(".")),
            "expires": _moment(text) is not None,
            "max-age": _AGE.fullmatch(text) is not None,
        }
        if says.get(key, True):
            told[key] = text
    return told


def _domain(told: dict[str, str]) -> str:
    return a_label(told.get("domain", "").removeprefix(".").removeprefix("."))


def _may_be_set(domain: str, facts: Facts) -> bool:
    """Say whether a domain is somebody's own and no public suffix; names for tests are."""
    *above, top = domain.split(".")
    if top in _SPECIAL and (above or top in _SINGLE):
        return True
    return bool(facts.suffixes.registrable(domain))


def _folder(path: str) -> str:
    """Return the path that a cookie has by default (RFC 6265, 5.1.4)."""
    return path.rpartition("/")[0] or "/" if path.startswith("/") else "/"


def _keeps_prefix(cookie: _Cookie) -> bool:
    if cookie.name.startswith("__Secure-"):
        return cookie.secure
    if cookie.name.startswith("__Host-"):
        return cookie.secure and cookie.host_only and cookie.path == "/"
    return True


def _until(told: dict[str, str], at: datetime) -> datetime | None:
    """Return when a cookie expires; Max-Age comes before Expires."""
    if "max-age" in told:
        return at if told["max-age"].startswith("-") or not told["max-age"].strip("0") else None
    return _moment(told.get("expires", ""))


def _moment(text: str) -> datetime | None:
    """Return the time of an Expires attribute, by RFC 6265 5.1.1."""
    found: dict[str, list[int]] = {}
    for token in _DELIMITER.split(text[:256]):
        _take(token, found)
    if found.keys() != {"time", "day", "month", "year"}:
        return None
    hour, minute, second = found["time"]
    (day,), (month,), (year,) = found["day"], found["month"], found["year"]
    year += 1900 if 70 <= year <= 99 else 2000 if year <= 69 else 0
    if not 1 <= day <= 31 or year < 1601 or hour > 23 or minute > 59 or second > 59:
        return None
    # 31 February is 3 March.
    first = datetime(year, month, 1, hour, minute, second, tzinfo=UTC)
    return first + timedelta(days=day - 1) if year < 9999 else first


def _take(token: str, found: dict[str, list[int]]) -> None:
    """Take a word of a date for the first thing that it can be and that is not there yet."""
    for what, pattern in (("time", _TIME), ("day", _DAY)):
        if what not in found and (match := pattern.match(token)) is not None:
            found[what] = [int(number) for number in match.groups()]
            return
    if "month" not in found and token[:3].lower() in _MONTHS:
        found["month"] = [_MONTHS.index(token[:3].lower()) + 1]
    elif "year" not in found and (match := _YEAR.match(token)) is not None:
        found["year"] = [int(match[1])]
