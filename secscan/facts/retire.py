"""The repository that retire.js publishes, read into libraries of our own model.

Its shape is that of jsrepository-v5.json; that of the master file, where a vulnerability has
several ranges, is read too. Patterns that need backtracking, or that are so large that a hostile
script could make them take long, are left out and named.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from secscan.errors import SecscanError
from secscan.facts.libraries import Library, Range, with_exploited
from secscan.parsing.libraries import Signs, is_version
from secscan.parsing.patterns import Pattern, PatternError

SOURCE = "https://github.com/RetireJS/retire.js"

_MOST_BYTES = 16 << 20
_MOST_PATTERNS = 2000
_LONGEST_PATTERN = 1000
"""The one that is published has a fifth of both."""

_VERSION = "[0-9][0-9.a-z_\\-]+"
_PLACEHOLDER = "§§version§§"
_SEVERITIES = ("critical", "high", "medium", "low")
_UNKEPT = "CWE-1104"
"""Use of components that nobody keeps."""


class _FormatError(Exception):
    """What is not as the format has it."""


@dataclass(frozen=True, slots=True)
class Repository:
    """The libraries of a repository by its names, and the patterns that are not used."""

    libraries: Mapping[str, Library]
    left_out: tuple[str, ...] = field(default=())


def read_repository(content: bytes) -> Repository:
    """Return what a repository holds; raise SecscanError where it is none."""
    try:
        if len(content) > _MOST_BYTES:
            raise _FormatError("it is too large")
        left_out: list[str] = []
        document = _typed(json.loads(content), dict, "the whole")
        if _patterns_in(document) > _MOST_PATTERNS:
            raise _FormatError(f"it has more than {_MOST_PATTERNS} patterns")
        libraries = {
            name: _library(name, _typed(entry, dict, name), left_out)
            for name, entry in document.items()
            if "extractors" in _typed(entry, dict, name)
        }
        if not libraries:
            raise _FormatError("it names no library")
    except (_FormatError, ValueError, RecursionError) as fault:
        reason = str(fault)[:200].splitlines()[0] if str(fault) else "it cannot be read"
        raise SecscanError(f"this is no repository of retire.js: {reason}") from fault
    return Repository(libraries, tuple(left_out))


def with_repository(
    libraries: Mapping[str, Library], repository: Repository
) -> Mapping[str, Library]:
    """Return libraries with a repository's patterns, hashes and ranges in place of theirs.

    What an address says of a library that was known stays ours: the repository takes every folder
    for a version. Days of exploitation are kept: it has none.
    """
    days = {
        id: row.exploited
        for one in libraries.values()
        for row in one.ranges
        for id in row.ids
        if row.exploited
    }
    ours = {one.retire: one for one in libraries.values()}
    found = dict(libraries)
    for name, published in repository.libraries.items():
        known = ours.get(name)
        if known is None:
            found.setdefault(name, published)
        else:
            found[known.id] = _updated(known, published)
    return with_exploited(found, days)


def _updated(known: Library, published: Library) -> Library:
    signs = replace(
        known.signs,
        content=(*known.signs.content, *published.signs.content),
        joined=(*known.signs.joined, *published.signs.joined),
        hashes=published.signs.hashes,
    )
    return replace(known, source=published.source, signs=signs, ranges=published.ranges)


def _patterns_in(document: dict[str, Any]) -> int:
    """Return how many patterns there are, before any is compiled."""
    entries = [one["extractors"] for one in document.values() if _is_library(one)]
    return sum(len(rows) for one in entries for rows in one.values() if isinstance(rows, list))


def _is_library(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("extractors"), dict)


def _typed(value: Any, kind: type, where: str) -> Any:
    if not isinstance(value, kind):
        raise _FormatError(f"{where[:60]!r} is no {kind.__name__}")
    return value


def _texts(entry: dict[str, Any], key: str) -> list[str]:
    return [_typed(one, str, key) for one in _typed(entry.get(key, []), list, key)]


def _library(name: str, entry: dict[str, Any], left_out: list[str]) -> Library:
    extractors = _typed(entry["extractors"], dict, name)
    hashes = _typed(extractors.get("hashes", {}), dict, name)
    rows = _typed(entry.get("vulnerabilities", []), list, name)
    return Library(
        id=name,
        name=name,
        source=SOURCE,
        signs=Signs(
            name,
            content=_patterns(name, _texts(extractors, "filecontent"), left_out),
            joined=_joined(name, _texts(extractors, "filecontentreplace"), left_out),
            path=_patterns(name, _texts(extractors, "uri"), left_out),
            file=_patterns(name, [f"^{it}$" for it in _texts(extractors, "filename")], left_out),
            hashes={
                digest: version
                for digest, version in hashes.items()
                if is_version(_typed(version, str, name))
            },
        ),
        ranges=tuple(range for row in rows for range in _ranges(name, _typed(row, dict, name))),
        retire=name,
    )


def _patterns(name: str, sources: list[str], left_out: list[str]) -> tuple[Pattern, ...]:
    """Return the patterns that are quickly matched and that have a group for the version."""
    found = []
    for source in sources:
        pattern = _compiled(source)
        if pattern is not None and pattern.groups:
            found.append(pattern)
        else:
            left_out.append(f"{name}: {source[:_LONGEST_PATTERN]}")
    return tuple(found)


def _compiled(source: str) -> Pattern | None:
    if len(source) > _LONGEST_PATTERN:
        return None
    try:
        pattern = Pattern(source.replace(_PLACEHOLDER, _VERSION))
    except PatternError:
        return None
    return pattern if pattern.is_quick else None


def _joined(name: str, rules: list[str], left_out: list[str]) -> tuple[Pattern, ...]:
    """Return the patterns of rules that join all groups by dots: /pattern/$1.$2/."""
    found: list[Pattern] = []
    for rule in rules:
        parts = re.fullmatch(r"/(.*[^\\])/([^/]+)/", rule, re.DOTALL)
        patterns = _patterns(name, [parts[1]], []) if parts else ()
        if any(_joins_all(pattern, parts[2]) for pattern in patterns if parts):
            found += patterns
        else:
            left_out.append(f"{name}: {rule}")
    return tuple(found)


def _joins_all(pattern: Pattern, template: str) -> bool:
    return template == ".".join(f"${group + 1}" for group in range(pattern.groups))


def _ranges(name: str, row: dict[str, Any]) -> Iterator[Range]:
    """Return the ranges of a vulnerability: its own, or (in the master file) those of its list."""
    identifiers = _typed(row.get("identifiers", {}), dict, name)
    cves = _texts(identifiers, "CVE")
    severity = row.get("severity")
    for one in _typed(row.get("ranges", [row]), list, name):
        bounds = _typed(one, dict, name)
        since, below = (_typed(bounds.get(key, ""), str, key) for key in ("atOrAbove", "below"))
        yield Range(
            at_or_above=since,
            below=below,
            severity=severity if severity in _SEVERITIES else "medium",
            ids=(*cves, *_others(name, identifiers)) or (f"{name} {since}-{below}",),
            excludes=tuple(_texts(bounds, "excludes")),
            end_of_life=not cves and _UNKEPT in _texts(row, "cwe"),
        )


def _others(name: str, identifiers: dict[str, Any]) -> list[str]:
    """Return the ids beside CVEs; the last ones only where there are no others."""
    labels = {"githubID": "", "bug": f"{name} bug ", "issue": f"{name} issue "}
    found = [label + str(identifiers[key]) for key, label in labels.items() if key in identifiers]
    if found or identifiers.get("CVE"):
        return found
    labels = {"PR": f"{name} pull ", "retid": "retire.js ", "osvdb": "OSVDB "}
    return [label + str(identifiers[key]) for key, label in labels.items() if key in identifiers]
