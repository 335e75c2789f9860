"""The fields of one record, read one by one; what cannot be read is noted, and reading goes on."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from secscan.register.mistakes import Mistakes, PartError, Record

T = TypeVar("T")
D = TypeVar("D")

_SHOWN = 60


class Fields:
    """Reads a record field by field; ``done`` names the fields that nobody asked for."""

    def __init__(self, record: Record, mistakes: Mistakes, part: str = "") -> None:
        self._record = record
        self._mistakes = mistakes
        self._part = part
        self._asked: dict[str, None] = {}  # a set that keeps its order

    def note(self, message: str) -> None:
        """Keep a mistake of this record."""
        self._mistakes.note(self._record, self._part + message)

    def has(self, name: str) -> bool:
        """Ask for a field: say whether it is there and not blank."""
        self._asked[name] = None
        return not _is_blank(self._record.fields.get(name))

    def optional(self, name: str, parse: Callable[[object], T], default: D) -> T | D:
        """Return the field, or the default where it is blank or a mistake."""
        if not self.has(name):
            return default
        value = self._record.fields[name]
        try:
            return parse(value)
        except ValueError as fault:
            wrong = fault.part if isinstance(fault, PartError) else value
            self.note(f"{name} is {shown(wrong)}; {fault}")
            return default

    def required(self, name: str, parse: Callable[[object], T], default: D, what: str) -> T | D:
        """Return the field as ``optional`` does; a blank one is a mistake."""
        if not self.has(name):
            self.note(f"{name} is missing; write {what}")
        return self.optional(name, parse, default)

    def part(self, kind: str, number: int, fields: Mapping[str, object]) -> "Fields":
        """Return the fields of a table within this record."""
        record = Record(kind, self._record.row, self._record.position, fields)
        return Fields(record, self._mistakes, f"{kind} {number}: ")

    def done(self) -> None:
        """Note every field that is filled and was never asked for."""
        known = ", ".join(self._asked)
        for name, value in self._record.fields.items():
            if name not in self._asked and not _is_blank(value):
                kind = self._record.kind
                self.note(f"{shown(name)} is not known for {kind}; leave it out, or use {known}")


def shown(value: object) -> str:
    """Return what was written, in quotes, cut where it is long, with nothing invisible in it."""
    try:
        told = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    except (RecursionError, ValueError):  # tables in tables; a number of 5,000 digits
        told = "…"
    marks = told[: _SHOWN + 1]
    visible = "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in marks)
    return f'"{visible}"' if len(visible) <= _SHOWN else f'"{visible[:_SHOWN]}…"'


def _is_blank(value: object) -> bool:
    return not value.strip() if isinstance(value, str) else value in (None, [], {})
