"""Signs that a response is a firewall's or a challenge's and not the site's own."""

from collections.abc import Iterable

_STATUSES = (403, 406, 418, 429, 451, 503)
_TITLES = (
    b"access denied",
    b"attention required",
    b"checking your browser",
    b"ddos protection",
    b"just a moment",
    b"request rejected",
    b"you have been blocked",
)
_HEADERS = (("cf-mitigated", "challenge"), ("x-amzn-waf-action", ""), ("x-sucuri-block", ""))
_LOOKED_AT = 16_384
"""Bytes of the body that are searched for a title: a challenge says so at once."""


def is_block_page(status: int, headers: Iterable[tuple[str, str]], content: bytes) -> bool:
    """Say whether a response looks like a block page; a refusal status always counts as one.

    403 and 429 are answers to the scanner, not about the site (issue: never judged on it).
    503 counts only with a challenge's sign: else it is the site's own fault.
    """
    if status in (403, 429):
        return True
    present = [(name.lower(), value.lower()) for name, value in headers]
    for name, sign in _HEADERS:
        if any(name == sent and sign in value for sent, value in present):
            return True
    title = _title(content[:_LOOKED_AT].lower())
    return (status in _STATUSES or status == 200) and any(sign in title for sign in _TITLES)


def _title(content: bytes) -> bytes:
    start = content.find(b"<title")
    if start < 0:
        return b""
    end = content.find(b"</title", start)
    return content[start : end if end > 0 else start + 256]
