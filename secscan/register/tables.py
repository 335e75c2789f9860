"""A register in rows, as CSV and XLSX hold it: a line of column names, then a record a row."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from secscan.errors import SecscanError
from secscan.register.build import AUTHORISATION
from secscan.register.fields import shown
from secscan.register.mistakes import Mistakes, Record

KINDS = ("register", "group", "agency", "site")

_ONE_OF = "register, group, agency or site"

COLUMNS = (
    "record",
    "id",
    "name",
    "english_name",
    "group",
    "parent",
    "valid_from",
    "valid_to",
    "successor",
    "url",
    "owner",
    "kind",
    "importance",
    "system_level",
    "platform",
    "connect",
    "resolver",
    "services",
    "grants",
    *AUTHORISATION,
    "tags",
    "extract_of",
)
"""The columns; any order, and any may be left out but ``record``."""

MOST_ROWS = 100_000
MOST_COLUMNS = 100


class Line(NamedTuple):
    """A row: its place in the whole file, what the file calls it, and its cells as text."""

    position: int
    row: str
    cells: Sequence[str]


def csv_lines(text: str, file: str) -> Iterator[Line]:
    """Return the rows of a CSV file; comma or semicolon, as its first line has it."""
    first, _, _ = text.partition("\n")
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MOST_ROWS:
                raise SecscanError(
                    f"{file} has more than {MOST_ROWS:,} rows; delete the empty ones"
                )
            if len(cells) > MOST_COLUMNS:
                raise SecscanError(
                    f"{file} has more than {MOST_COLUMNS} cells in row {number}; delete the others"
                )
            yield Line(number, f"row {number}", cells)
    except csv.Error as fault:
        where = f"line {reader.line_num}"
        raise SecscanError(f"{file} is not CSV at {where}: {fault}; correct it there") from fault


def table_records(lines: Iterable[Line], mistakes: Mistakes, kind: str = "") -> list[Record]:
    """Return the records of one table; ``kind`` is what a row is that does not say ``record``."""
    filled = (line for line in lines if any(cell.strip() for cell in line.cells))
    first = next(filled, None)
    if first is None:
        return []
    header = _header(first, mistakes)
    if "record" not in header and not kind:
        mistakes.note(_here(first), 'no column is named "record"; add it, with ' + _ONE_OF)
        return []
    found = []
    for line in filled:
        fields = _fields(header, line, mistakes)
        own = fields.pop("record", "").strip().lower() or kind
        if own in KINDS:
            found.append(Record(own, line.row, line.position, fields))
        else:
            mistakes.note(_here(line), f"record is {shown(own)}; write " + _ONE_OF)
    return found


def _header(line: Line, mistakes: Mistakes) -> list[str]:
    names = [cell.strip().lower() for cell in line.cells]
    for name, count in Counter(names).items():
        if name and name not in COLUMNS:
            told = "delete it, or write one of " + ", ".join(COLUMNS)
            mistakes.note(_here(line), f"the column {shown(name)} is not known; {told}")
        elif name and count > 1:
            mistakes.note(_here(line), f"two columns are named {shown(name)}; delete one")
    return names


def _fields(header: list[str], line: Line, mistakes: Mistakes) -> dict[str, str]:
    fields = {}
    for name, cell in zip_longest(header, line.cells, fillvalue=""):
        if name in COLUMNS:
            fields[name] = cell
        elif not name and cell.strip():
            told = "move it or delete it"
            mistakes.note(_here(line), f"{shown(cell)} stands under no column name; {told}")
    return fields


def _here(line: Line) -> Record:
    return Record("file", line.row, line.position, {})
