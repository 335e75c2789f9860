"""Versions as software writes them, and which of two came out first.

Numbers compare as numbers, and a missing one is 0. A suffix that says "not yet" (9.0.0.M1, 1.9.0b1,
2.0.0-rc.1) comes before the release, any other (1.1.1w, 9.6p1, 9.2p1-2+deb12u10) after it.
"""

import re

_LONGEST = 100
_NUMBERS = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)")
_PARTS = re.compile(r"([a-z]+)([0-9]*)|([0-9]+)")

_EARLY = {
    "dev": 0,
    "nightly": 0,
    "snapshot": 0,
    "alpha": 1,
    "beta": 2,
    "milestone": 3,
    "pre": 3,
    "preview": 3,
    "cr": 4,
    "rc": 4,
}
_EARLY_WITH_NUMBER = {"a": 1, "b": 2, "m": 3}
"""1.9.0b1 is a beta, but 0.9.8b the second fix of 0.9.8."""

_SILENT = frozenset({"final", "release", "v"})
"""Words that change nothing: 5.0.1.Final; 9.4.58.v20250814, which banners also call 9.4.58."""

_Part = tuple[int, int, str, int]
Precedence = tuple[tuple[int, ...], tuple[_Part, ...]]

_END: _Part = (1, 0, "", 0)


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers that a version begins with, none where it begins with a word."""
    found = _NUMBERS.match(version[:_LONGEST].lower())
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def precedence(version: str) -> Precedence:
    """Return what versions are compared by: of two, the lower one came out first."""
    text = version[:_LONGEST].lower()
    found = _NUMBERS.match(text)
    counted = list(numbers(version))
    while counted and not counted[-1]:
        counted.pop()
    suffix = text[found.end() :] if found else text
    read = (_part(*groups) for groups in _PARTS.findall(suffix))
    return tuple(counted), (*(part for part in read if part is not None), _END)


def is_bare(version: str) -> bool:
    """Say whether a version is numbers alone, so that it may be short for a later one."""
    return precedence(version)[1] == (_END,)


def _part(word: str, number: str, alone: str) -> _Part | None:
    if word in _SILENT:
        return None
    rank = _EARLY.get(word)
    if rank is None and number:
        rank = _EARLY_WITH_NUMBER.get(word)
    count = int(number or alone or 0)
    return (2, 0, word, count) if rank is None else (0, rank, word, count)
