"""Strict-Transport-Security as RFC 6797 section 6.1 writes it."""

import re
from dataclasses import dataclass

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - the grammar's token
_DIRECTIVE = re.compile(
    rf'[ \t]*(?:({_TOKEN})[ \t]*(?:=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({_TOKEN}))[ \t]*)?)?(?:;|$)'
)
_FOREVER = 10**12
"""More seconds than anybody waits; longer numbers are cut to it."""


@dataclass(frozen=True, slots=True)
class Hsts:
    """A policy that a browser would keep."""

    max_age: int
    include_subdomains: bool


def read_hsts(value: str) -> Hsts | None:
    """Return the policy, or None where the value breaks the grammar: browsers then ignore it."""
    found: dict[str, str | None] = {}
    position = 0
    while position < len(value):
        match = _DIRECTIVE.match(value, position)
        if match is None or match.end() == position:
            return None
        position = match.end()
        if match[1] is None:
            continue
        name = match[1].lower()
        if name in found:  # RFC 6797 6.1: a directive must not appear more than once
            return None
        found[name] = match[2] if match[2] is not None else match[3]
    max_age = found.get("max-age")
    if max_age is None or not re.fullmatch(r"[0-9]+", max_age):
        return None
    if found.get("includesubdomains") is not None:  # the directive has no value
        return None
    return Hsts(_seconds(max_age), "includesubdomains" in found)


def _seconds(digits: str) -> int:
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) < len(str(_FOREVER)) else _FOREVER
