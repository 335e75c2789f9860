"""Script libraries in what a site sends: which, which version, and how that was told.

A library's signs are patterns that come as data: ours, or those of retire.js's repository.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from secscan.parsing.patterns import Pattern


class Sign(IntEnum):
    """How a version was told, as Greenbone's quality of detection has it."""

    CONTENT = 90
    HASH = 91
    PATH = 70
    HINT = 30


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells a library: the first group of each pattern is the version.

    ``hashes`` maps the SHA-1 of a whole file to its version.
    """

    library: str
    content: tuple[Pattern, ...] = ()
    path: tuple[Pattern, ...] = ()
    file: tuple[Pattern, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A library that was found; ``version`` is "" where only its name shows."""

    library: str
    version: str
    sign: Sign
