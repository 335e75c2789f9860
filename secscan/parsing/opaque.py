"""Which cookie values open a session, and how else a site may write them."""

import re
from urllib.parse import quote, unquote

from secscan.parsing.cookies import Cookie, read_cookie

SHORTEST_SECRET = 8
"""Characters; anything shorter is no secret, and stands in every page."""

LONGEST_SECRET = 4096
"""Characters; browsers keep no cookie that is longer (RFC 6265bis 5.6)."""

_BLANK = " \t"
_IN_ONE_PIECE = re.compile(r"[^\x00-\x20\x7f<>\"']+")
"""No blank, and nothing that ends a tag or an attribute of the page that shows it."""

_CHANGE = re.compile(r"(?<=[0-9])(?=[A-Za-z])|(?<=[A-Za-z])(?=[0-9])")
"""Between a letter and a digit: chance makes many, and who chooses words hardly one."""

_LONG_RUN = re.compile(r"[A-Za-z0-9]{16}")
_URL = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*+:)?//")
_HOST = re.compile(r"(?:[a-z0-9-]++\.)++[a-z]{2,}+(?:[:/]|$)")

_AS_IN_A_PATH = "!$&()*+,/:;=@~"
"""What a URL may hold as it is (RFC 3986, 3.3), and "/"."""


def secret_of(set_cookie: str) -> str | None:
    """Return the value of a cookie that is a secret, None where it may be a word or an address.

    A value that stands in the page for another reason must stay there: a language, a theme, a
    host, ``unsafe-inline``. What browsers would refuse is read as well.
    """
    name, equals, value = set_cookie.partition(";")[0].partition("=")
    value = (value if equals else name).strip(_BLANK).strip('"')
    plain = unquote(value) if _can_be_told(value) else ""
    if not _can_be_told(plain):
        return None
    random = len(_CHANGE.findall(plain)) > 1
    if _is_session(name):
        meant = random or bool(_LONG_RUN.search(plain))
    else:
        meant = random and not _HOST.match(plain)
    return value if meant and not _URL.match(plain) else None


def spellings(secret: str) -> set[str]:
    """Return a secret as it is, percent-decoded, and encoded for a query or for a path."""
    return {secret, unquote(secret), quote(secret, safe=""), quote(secret, safe=_AS_IN_A_PATH)}


def _can_be_told(value: str) -> bool:
    """Say whether a value can be told from the text around it."""
    return SHORTEST_SECRET <= len(value) <= LONGEST_SECRET and bool(_IN_ONE_PIECE.fullmatch(value))


def _is_session(name: str) -> bool:
    cookie = read_cookie(f"{name.strip(_BLANK)}=x")
    return isinstance(cookie, Cookie) and cookie.is_session
