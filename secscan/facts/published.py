"""The files that others publish and an operator loads: told apart, read, held to be plausible."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from pydantic import ValidationError
from pydantic_core import from_json

from secscan.errors import SecscanError
from secscan.facts.endoflife import EndOfLife
from secscan.facts.kev import KnownExploited
from secscan.facts.retire import Repository, read_repository

LEAST_SHARE = 0.8
"""Of what was there, and of what secscan knows: a file with less is cut, or another one."""


class Set(StrEnum):
    """The published files that secscan reads."""

    END_OF_LIFE = "endoflife"
    KNOWN_EXPLOITED = "kev"
    LIBRARIES = "retire"


class Content(Protocol):
    """What the three have in common. ``names`` are those that secscan may know."""

    @property
    def as_of(self) -> date | None:
        """Return the day it was made, where it says so."""

    @property
    def announced(self) -> int:
        """Return how many rows it says that it has."""

    @property
    def rows(self) -> int:
        """Return how many rows it has."""

    @property
    def names(self) -> frozenset[str]:
        """Return the names of its rows."""


@dataclass(frozen=True, slots=True)
class Libraries:
    """retire.js's repository. It tells no day of its own, and how many rows it has nowhere else."""

    repository: Repository
    as_of: date | None = None

    @classmethod
    def read(cls, raw: bytes) -> "Libraries":
        """Read the published file."""
        return cls(read_repository(raw))

    @property
    def announced(self) -> int:
        """Return how many rows it has."""
        return self.rows

    @property
    def rows(self) -> int:
        """Return how many libraries and ranges of versions it has."""
        libraries = self.repository.libraries.values()
        return sum(1 + len(one.ranges) for one in libraries)

    @property
    def names(self) -> frozenset[str]:
        """Return its names of the libraries."""
        return frozenset(self.repository.libraries)


SOURCES: Mapping[Set, str] = {
    Set.END_OF_LIFE: "https://endoflife.date/api/v1/products/full",
    Set.KNOWN_EXPLOITED: "https://www.cisa.gov/sites/default/files/feeds/"
    "known_exploited_vulnerabilities.json",
    Set.LIBRARIES: "https://raw.githubusercontent.com/RetireJS/retire.js/master/repository/"
    "jsrepository-v5.json",
}
"""Where they are published."""

_READERS: Mapping[Set, Callable[[bytes], Content]] = {
    Set.END_OF_LIFE: EndOfLife.model_validate_json,
    Set.KNOWN_EXPLOITED: KnownExploited.model_validate_json,
    Set.LIBRARIES: Libraries.read,
}


def recognised(raw: bytes) -> Set | None:
    """Say which of the published files this is, by its content; None where it is none."""
    try:
        document = from_json(raw)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    if {"catalogVersion", "vulnerabilities"} <= document.keys():
        return Set.KNOWN_EXPLOITED
    if {"schema_version", "result"} <= document.keys():
        return Set.END_OF_LIFE
    return Set.LIBRARIES if any(map(_is_library, document.values())) else None


def _is_library(row: Any) -> bool:
    return isinstance(row, dict) and "extractors" in row


def read(which: Set, raw: bytes) -> Content:
    """Return what a file says; raise SecscanError where it is not of the published shape."""
    try:
        return _READERS[which](raw)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise SecscanError(f"it has another shape than {which} ({place}: {first['msg']})") from None


def implausible(
    content: Content, before: Content | None, known: frozenset[str], today: date
) -> str:
    """Say why a file that can be read is not believed, or "". ``known`` are names of our own."""
    if content.announced != content.rows:
        return f"it announces {content.announced} rows and has {content.rows}: it is cut short"
    if content.as_of and content.as_of > today:
        return f"it is of {content.as_of}, which is in the future"
    there = known & content.names
    if len(there) < LEAST_SHARE * len(known):
        return f"it has only {len(there)} of the {len(known)} names that secscan knows in it"
    return _worse(content, before, known) if before else ""


def _worse(content: Content, before: Content, known: frozenset[str]) -> str:
    """Say in what a file is worse than the one of its kind that is there, or ""."""
    if content.rows < LEAST_SHARE * before.rows:
        return f"it has {content.rows} rows, and what is there has {before.rows}"
    gone = sorted(known & before.names - content.names)
    return f"it no longer has {', '.join(gone[:5])}" if gone else ""
