"""Strict-Transport-Security as RFC 6797 section 6.1 writes it."""

import re
from dataclasses import dataclass
from enum import StrEnum

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - the grammar's token
_DIRECTIVE = re.compile(
    rf'[ \t]*(?:({_TOKEN})[ \t]*(?:=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({_TOKEN}))[ \t]*)?)?(?:;|$)'
)
_FOREVER = 10**12
"""More seconds than anybody waits; longer numbers are cut to it."""


class HstsFault(StrEnum):
    """Why a value is none that browsers keep: they ignore all of it."""

    NOT_DIRECTIVES = "not-directives"  # such as a comma, or a quoted string without its end
    REPEATED_DIRECTIVE = "repeated-directive"
    NO_MAX_AGE = "no-max-age"
    MAX_AGE_NOT_SECONDS = "max-age-not-seconds"
    INCLUDE_SUBDOMAINS_VALUE = "include-subdomains-value"


@dataclass(frozen=True, slots=True)
class Hsts:
    """A policy that a browser would keep; ``preload`` asks for the preload list."""

    max_age: int
    include_subdomains: bool
    preload: bool = False


def read_hsts(value: str) -> Hsts | HstsFault:
    """Return the policy, or by what the value breaks the grammar."""
    found = _directives(value)
    if isinstance(found, HstsFault):
        return found
    if "max-age" not in found:
        return HstsFault.NO_MAX_AGE
    max_age = found["max-age"]
    if max_age is None or not re.fullmatch(r"[0-9]+", max_age):
        return HstsFault.MAX_AGE_NOT_SECONDS
    if found.get("includesubdomains") is not None:  # RFC 6797 6.1.2: the directive has no value
        return HstsFault.INCLUDE_SUBDOMAINS_VALUE
    return Hsts(_seconds(max_age), "includesubdomains" in found, "preload" in found)


def _directives(value: str) -> dict[str, str | None] | HstsFault:
    """Return the directives by name, in lower case, with their values or None."""
    found: dict[str, str | None] = {}
    position = 0
    while position < len(value):
        match = _DIRECTIVE.match(value, position)
        if match is None or match.end() == position:
            return HstsFault.NOT_DIRECTIVES
        position = match.end()
        if match[1] is None:
            continue
        name = match[1].lower()
        if name in found:  # RFC 6797 6.1: a directive must not appear more than once
            return HstsFault.REPEATED_DIRECTIVE
        found[name] = match[2] if match[2] is not None else match[3]
    return found


def _seconds(digits: str) -> int:
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) < len(str(_FOREVER)) else _FOREVER
