"""The cookies of a site: what goes back to it, and the values that must not be kept of it."""

import re
from collections.abc import Sequence
from contextlib import suppress

import httpx

from secscan.parsing.opaque import secret_of, spellings

_MOST_COOKIES = 50
"""Of one chain; browsers keep as many of a site at least (RFC 6265bis 6.1)."""

_LONGEST_LINE = 8192
"""Of a Set-Cookie; name and value are 4096 at most in browsers (RFC 6265bis 5.6)."""

_LONGEST_SENT = 16_384
"""Characters of all cookies together: no ordinary server reads a longer line."""

_MOST_SECRETS = 50
_GONE = "redacted"
_ORIGIN = re.compile(r"[a-z]+://[^/?#]*")


def remember(cookies: httpx.Cookies, head: httpx.Response) -> None:
    """Take over the cookies that an answer sets, and forget the oldest ones beyond the bounds."""
    lines = [line for line in _set_cookies(head) if len(line) <= _LONGEST_LINE]
    few = [(b"Set-Cookie", line) for line in lines[-_MOST_COOKIES:]]
    with suppress(Exception):  # a cookie that cannot be read is not kept
        cookies.extract_cookies(httpx.Response(200, headers=few, request=head.request))
    length = 0
    for at, cookie in enumerate(reversed(list(cookies.jar))):
        length += len(cookie.name) + len(cookie.value or "") + len("=; ")
        if at >= _MOST_COOKIES or length > _LONGEST_SENT:
            cookies.jar.clear(cookie.domain, cookie.path, cookie.name)


class Secrets:
    """The latest cookie values of a site that open a session; nothing kept may show them.

    How many there are is bounded, and so is the time that it takes to look for them.
    """

    def __init__(self) -> None:
        self._found: dict[str, set[str]] = {}

    def learn(self, head: httpx.Response) -> None:
        """Note the values that an answer sets; a part of the host's own name is none."""
        for line in _set_cookies(head)[-_MOST_SECRETS:]:
            secret = secret_of(line.decode("latin-1"))
            if secret is not None and secret not in head.request.url.host:
                self._found.pop(secret, None)
                self._found[secret] = spellings(secret)
        for oldest in list(self._found)[:-_MOST_SECRETS]:
            del self._found[oldest]

    def out_of_body(self, content: bytes) -> bytes:
        """Return a body without the values."""
        for spelling in self._longest_first():
            content = content.replace(spelling.encode("latin-1", "replace"), _GONE.encode())
        return content

    def out_of_lines(self, lines: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return header lines without the values; those that set them have none any more."""
        every = "\n".join(value for _, value in lines)
        shown = [spelling for spelling in self._longest_first() if spelling in every]
        return [
            (name, value if name.lower() == "set-cookie" else _without(value, shown))
            for name, value in lines
        ]

    def out_of_url(self, url: str) -> str:
        """Return an absolute URL without the values in its path and query."""
        origin = _ORIGIN.match(url)
        end = origin.end() if origin else 0
        return url[:end] + _without(url[end:], self._longest_first())

    def _longest_first(self) -> list[str]:
        """Return all spellings; one that is a part of another must not spoil that one."""
        every = {spelling for spellings in self._found.values() for spelling in spellings}
        return sorted(every, key=lambda spelling: (-len(spelling), spelling))


def _without(text: str, spellings: Sequence[str]) -> str:
    for spelling in spellings:
        text = text.replace(spelling, _GONE)
    return text


def _set_cookies(head: httpx.Response) -> list[bytes]:
    return [line for name, line in head.headers.raw if name.lower() == b"set-cookie"]
