"""Script libraries with their signs and their published vulnerabilities, each row dated."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from secscan.facts.holes import Hole
from secscan.parsing.libraries import Signs
from secscan.parsing.patterns import Pattern

_LONGEST_VERSION = 100


@dataclass(frozen=True, slots=True)
class Range:
    """Versions that a vulnerability is in: from (included) to below (excluded); "" is open.

    ``excludes`` are versions that somebody has patched. ``ids`` has CVEs first. What is
    ``end_of_life`` says only that nobody keeps these versions any more.
    """

    at_or_above: str
    below: str
    severity: str
    ids: tuple[str, ...]
    excludes: tuple[str, ...] = ()
    exploited: date | None = None
    end_of_life: bool = False

    def holds(self, version: str) -> bool:
        """Say whether a version is in the range."""
        if self.below and is_at_or_above(version, self.below):
            return False
        if self.at_or_above and not is_at_or_above(version, self.at_or_above):
            return False
        return version not in self.excludes


@dataclass(frozen=True, slots=True)
class Library:
    """A script library: what tells it, which of its versions have holes, and who says so.

    ``retire`` is its name in retire.js's repository.
    """

    id: str
    name: str
    source: str
    signs: Signs
    ranges: tuple[Range, ...]
    retire: str = ""


def holes_of(library: Library, version: str) -> tuple[Hole, ...]:
    """Return the published vulnerabilities of a version; two rows that share an id are one."""
    seen: set[str] = set()
    found = []
    for one in library.ranges:
        if one.end_of_life or not version or not one.holds(version):
            continue
        if seen.isdisjoint(one.ids):
            found.append(Hole(one.ids[0], one.severity, one.exploited))
            seen.update(one.ids)
    return tuple(found)


def is_end_of_life(library: Library, version: str) -> bool:
    """Say whether the publisher of the ranges says that nobody keeps this version any more."""
    return bool(version) and any(one.end_of_life and one.holds(version) for one in library.ranges)


def is_at_or_above(version: str, other: str) -> bool:
    """Compare two versions part by part, as the ranges of retire.js are meant.

    A part that is missing is 0; a number is above a word (3.0.0 above 3.0.0-rc.1); words are
    compared as text.
    """
    parts, others = _parts(version), _parts(other)
    longest = max(len(parts), len(others))
    padding: list[int | str] = [0] * longest
    for one, two in zip((parts + padding)[:longest], (others + padding)[:longest], strict=True):
        if isinstance(one, str) != isinstance(two, str):
            return isinstance(one, int)
        if one != two:
            return str(one) > str(two) if isinstance(one, str) else one > int(two)
    return True


def _parts(version: str) -> list[int | str]:
    parts = re.split(r"[.-]", version[:_LONGEST_VERSION])
    return [int(part) if re.fullmatch(r"[0-9]+", part) else part for part in parts]


def with_exploited(
    libraries: Mapping[str, Library], days: Mapping[str, date]
) -> Mapping[str, Library]:
    """Return the libraries with the days on which their vulnerabilities were listed as exploited.

    A day that is known already stays where ``days`` says nothing of it.
    """
    return {
        id: replace(one, ranges=tuple(_listed(row, days) for row in one.ranges))
        for id, one in libraries.items()
    }


def _listed(row: Range, days: Mapping[str, date]) -> Range:
    known = [days[id] for id in row.ids if id in days]
    return replace(row, exploited=min(known)) if known else row


def read_libraries(rows: Iterable[dict[str, Any]]) -> Mapping[str, Library]:
    """Return the libraries of a table by id."""
    return {row["id"]: _library(row) for row in rows}


def _library(row: dict[str, Any]) -> Library:
    content = tuple(Pattern(it.replace("<version>", _IN_CONTENT)) for it in row.get("content", []))
    joined = tuple(map(Pattern, row.get("joined", [])))
    signs = Signs(row["id"], content=content, joined=joined)
    return Library(
        id=row["id"],
        name=row["name"],
        source=f"{row['source']} ({row['as_of']})",
        signs=_in_addresses(signs, row["files"], row["packages"]),
        ranges=tuple(_range(one) for one in row["ranges"]),
        retire=row["retire"],
    )


def _range(row: dict[str, Any]) -> Range:
    return Range(
        at_or_above=row.get("from", ""),
        below=row.get("below", ""),
        severity=row["severity"],
        ids=tuple(row["ids"]),
        excludes=tuple(row.get("excludes", [])),
        exploited=row.get("exploited"),
        end_of_life=row.get("end_of_life", False),
    )


_IN_CONTENT = r"([0-9][0-9.a-z_-]+)"
_VERSION = (
    r"([0-9]{1,4}(?:\.[0-9]{1,5}){1,3}(?:[.-]?(?:alpha|beta|rc|pre|b)[.-]?[0-9.]*)?(?:-aem)?)"
)
_EXACT = _VERSION.replace("{1,3}", "{2,3}", 1)
_BUILDS = (
    r"(?:[.-](?:min|slim|bundle|custom|pack|packed|full|prod|production|dev|development|debug|all"
    r"|umd|esm|global|runtime|core|compat|browser|common|latest|legacy|standalone|prerelease))*"
)


def _in_addresses(signs: Signs, files: list[str], packages: list[str]) -> Signs:
    """Return the signs with those in an address: names of files, of packages and of folders.

    A folder's version is the library's only where the folder above bears its name: that of
    /app/2.1.0/jquery.js is the site's. A package needs all of its version: @3.4 is the newest 3.4.
    """
    file, package = _any(files), _any(packages)
    inside = rf"(?:[.-](?:dist|custom))?/(?:[a-z]+/){{0,2}}{file}{_BUILDS}\.m?js$"
    path = (
        rf"(?i:[/,]{package}@{_EXACT}(?:[/,+]|$))",
        rf"(?i:/{package}[-/.]v?{_VERSION}{inside})",
        rf"(?i:/ajax/libs/{package}/{_EXACT}/)",
    )
    return replace(
        signs,
        path=tuple(map(Pattern, path)),
        file=(Pattern(rf"^(?i:{file}[.-]v?{_VERSION}{_BUILDS}\.m?js)$"),),
        name=(Pattern(rf"^(?i:{file}{_BUILDS}\.m?js)$"),),
    )


def _any(names: list[str]) -> str:
    return "(?:" + "|".join(re.escape(name).replace("\\-", "-") for name in names) + ")"
