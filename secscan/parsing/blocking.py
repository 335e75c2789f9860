"""Signs that a response is a firewall's or a challenge's and not the site's own."""

from collections.abc import Iterable

from secscan.parsing.html import title

_STATUSES = (200, 406, 418, 451, 503)
_TITLES = (
    "access denied",
    "attention required",
    "checking your browser",
    "ddos protection",
    "just a moment",
    "request rejected",
    "you have been blocked",
)
_HEADERS = (("cf-mitigated", "challenge"), ("x-amzn-waf-action", ""), ("x-sucuri-block", ""))
_LOOKED_AT = 16_384
"""Bytes of the body that are searched for a title: a challenge says so at once."""


def is_block_page(status: int, headers: Iterable[tuple[str, str]], content: bytes) -> bool:
    """Say whether a response looks like a block page; a refusal status always counts as one.

    403 and 429 are answers to the scanner, not about the site: never judged on it.
    503 counts only with a challenge's sign: else it is the site's own fault.
    """
    if status in (403, 429):
        return True
    present = [(name.lower(), value.lower()) for name, value in headers]
    for name, sign in _HEADERS:
        if any(name == sent and sign in value for sent, value in present):
            return True
    told = title(content[:_LOOKED_AT].decode("latin-1")).lower()
    return status in _STATUSES and any(sign in told for sign in _TITLES)
