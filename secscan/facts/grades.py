"""How good a version, suite, group or signature of TLS is: the table of tls.toml."""

import re
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import translate
from functools import cached_property
from typing import Any


class Grade(IntEnum):
    """How far something can be relied on; the larger, the worse."""

    GOOD = 0
    ACCEPTABLE = 1
    PHASE_OUT = 2
    INSUFFICIENT = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: what it is about, how that is graded, and after whom."""

    names: tuple[str, ...]
    grade: Grade
    source: str
    bits: int = 0


@dataclass(frozen=True)
class Table:
    """Rows by names, in which ``*`` stands for any characters; the first that fits decides."""

    rows: tuple[Row, ...]

    def row(self, name: str) -> Row | None:
        """Return the row that decides on a name, or None where none does."""
        found = self._names.match(name)
        return self.rows[found.lastindex - 1] if found and found.lastindex else None

    def grade(self, name: str) -> Grade:
        """Return the grade of a name; what nobody has graded is to be phased out."""
        row = self.row(name)
        return row.grade if row else Grade.PHASE_OUT

    @cached_property
    def _names(self) -> re.Pattern[str]:
        """Return one expression with a group for each row: names are many, and asked often."""
        parts = ("|".join(map(translate, row.names)) for row in self.rows)
        return re.compile("|".join(f"({part})" for part in parts))


@dataclass(frozen=True, slots=True)
class Grades:
    """The tables, and the groups that a quantum computer could not break."""

    versions: Table
    suites: Table
    groups: Table
    signatures: Table
    primes: tuple[Row, ...]
    post_quantum: tuple[str, ...]

    def prime(self, bits: int) -> Row:
        """Return the row that decides on a prime of DHE."""
        return next(row for row in self.primes if bits >= row.bits)


def read_grades(document: dict[str, Any]) -> Grades:
    """Return the tables of a document; it is ours, and tests prove it whole."""
    return Grades(
        versions=Table(_rows(document["version"])),
        suites=Table(_rows(document["suite"])),
        groups=Table(_rows(document["group"])),
        signatures=Table(_rows(document["signature"])),
        primes=_rows(document["prime"]),
        post_quantum=tuple(document["post_quantum"]),
    )


def _rows(rows: list[dict[str, Any]]) -> tuple[Row, ...]:
    return tuple(
        Row(
            names=tuple(row.get("names", ())),
            grade=Grade[row["grade"].replace("-", "_").upper()],
            source=row["source"],
            bits=row.get("bits", 0),
        )
        for row in rows
    )
