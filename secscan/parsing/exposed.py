"""The parts of files that should not be public which may be kept: what proves them, and no more.

Each function returns a part of what was sent, b"" where that is not what was looked for. Read
again, it is the same: checks read what was kept as it was read when it came.
"""

import re
from datetime import date

_GIT_HEAD = re.compile(
    rb"\A(?:ref: refs/[^\x00-\x20\x7f]{1,200}|[0-9a-f]{64}|[0-9a-f]{40})(?=[ \t\r\n]{0,8}\Z)"
)

_STATUS = (
    re.compile(rb"<title>(?:Apache Status|Status)</title>"),
    re.compile(rb"<h1>Server-Status \([^<\r\n)]{1,60}\)</h1>"),
    re.compile(rb"<dt>Server Version: [A-Za-z0-9./()_+ -]{1,100}"),
    re.compile(rb"<dt>Server Built: [^<\r\n]{1,60}"),
)
"""Apache's page says whose it is, and with it its host and version; lighttpd's says both at once.

Behind these stand the addresses of visitors, and what they asked for.
"""

_PHPINFO = (
    re.compile(rb"<title>(?:PHP [0-9][^<\r\n]{0,60} - )?phpinfo\(\)</title>"),
    re.compile(rb'<h1 class="p">PHP Version [0-9][^<\r\n]{0,60}</h1>'),
    re.compile(rb'<td class="e">Build Date ?</td><td class="v">[^<\r\n]{1,60}'),
    re.compile(rb'<td class="e">Build Provider ?</td><td class="v">[^<\r\n]{1,60}'),
)
"""Beside these stands the host's own name; behind them, its passwords and visitors' cookies."""

_LISTING = (
    re.compile(rb"<title>Index of /[^<\r\n]{0,500}</title>", re.IGNORECASE),
    re.compile(rb">\[To Parent Directory\]</a>", re.IGNORECASE),
)
"""How nginx, Apache and lighttpd call it; IIS's title is a host and a folder."""

_SERVER = re.compile(rb"Server Version: ([^<\r\n]{1,300})|Server-Status \(([^<\r\n)]{1,60})\)")
_PHP = re.compile(rb"PHP Version ([^<\r\n]{1,60})")
_ISO_DAY = re.compile(rb"Server Built: ([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY = re.compile(
    rb"(?:Server Built: |Build Date ?</td><td class=\"v\">)"
    rb"([A-Z][a-z]{2}) {1,2}([0-9]{1,2}),? ([0-9]{4})"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def git_head(content: bytes) -> bytes:
    """Return what .git/HEAD names: a branch, or a commit as SHA-1 or SHA-256."""
    found = _GIT_HEAD.match(content)
    return found[0] if found else b""


def server_status(content: bytes) -> bytes:
    """Return title, version and build date of Apache's or lighttpd's status page."""
    title, *rest = _parts(content.partition(b"<tr>")[0], _STATUS)
    # "Status" alone is the title of many a page.
    return _joined(title, *rest) if title and any(rest[:2]) else b""


def phpinfo(content: bytes) -> bytes:
    """Return title, version, build date and packager of PHP's information page."""
    title, *rest = _parts(content.partition(b"<h2")[0], _PHPINFO)
    return _joined(title, *rest) if title else b""


def listing(content: bytes) -> bytes:
    """Return the sign of a folder that a web server lists, without a name of what is in it."""
    return next((part for part in _parts(content, _LISTING) if part), b"")


def server_of(kept: bytes) -> str:
    """Return the server as a status page names it, as it could stand in a Server header."""
    return _first(_SERVER, kept)


def php_of(kept: bytes) -> str:
    """Return the version as phpinfo() names it, with what a distribution adds to it."""
    return _first(_PHP, kept)


def built_on(kept: bytes) -> date | None:
    """Return the day of the build: 2026-01-31T…, as Apache has it, or Jan 31 2026, as PHP has."""
    iso, written = _ISO_DAY.search(kept), _DAY.search(kept)
    try:
        if iso is not None:
            return date(*(int(part) for part in iso.groups()))
        if written is not None:
            month = _MONTHS.index(written[1].decode("ascii")) + 1
            return date(int(written[3]), month, int(written[2]))
    except ValueError:
        return None
    return None


def _parts(content: bytes, patterns: tuple[re.Pattern[bytes], ...]) -> list[bytes]:
    found = (pattern.search(content) for pattern in patterns)
    return [one[0] if one else b"" for one in found]


def _joined(*parts: bytes) -> bytes:
    return b"\n".join(part for part in parts if part)


def _first(pattern: re.Pattern[bytes], kept: bytes) -> str:
    found = pattern.search(kept)
    value = next(filter(None, found.groups()), b"") if found else b""
    return value.decode("utf-8", errors="replace").strip()
