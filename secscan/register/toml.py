"""A register in TOML: [register], [[group]], [[agency]] and [[site]], read to raw records."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from secscan.errors import SecscanError
from secscan.register.fields import shown
from secscan.register.mistakes import Mistakes, Record

_LONGEST_LINE = 10_000  # tomllib takes quadratic time for a key of a million dots
_LISTS = ("group", "agency", "site")
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*(group|agency|site)[ \t]*\]\]", re.MULTILINE)


def toml_records(text: str, mistakes: Mistakes) -> list[Record]:
    """Return the records of a document, the register's own first."""
    document = _document(text, mistakes.file)
    register = document.pop("register", None)
    whole = Record("register", "[register]", 0, {})
    if isinstance(register, Mapping):
        whole = Record("register", "[register]", 0, _flat(register))
    elif register is not None:
        mistakes.note(whole, "register is not a table; write name under [register]")
    for name in sorted(document.keys() - _LISTS):
        told = "write only [register], [[group]], [[agency]] and [[site]]"
        mistakes.note(whole, f"{shown(name)} is not known at the top level; {told}")
    found = [whole]
    for kind in _LISTS:
        tables = document.get(kind, [])
        if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
            mistakes.note(whole, f"{kind} is not a list of tables; write each under [[{kind}]]")
            continue
        lines = _lines(text, kind)
        for number, table in enumerate(tables, start=1):
            line = f"line {lines[number - 1]}, " if len(lines) == len(tables) else ""
            named = f" (id {shown(table['id'])})" if "id" in table else ""
            row = f"{line}[[{kind}]] {number}{named}"
            found.append(Record(kind, row, len(found), _flat(table)))
    return found


def _document(text: str, file: str) -> dict[str, Any]:
    if max(map(len, text.splitlines()), default=0) > _LONGEST_LINE:
        raise SecscanError(
            f"{file} has a line of more than {_LONGEST_LINE:,} characters; break it up"
        )
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # a number of 5,000 digits is a ValueError too
        raise SecscanError(f"{file} is not TOML: {fault}; correct it there") from fault


def _flat(table: Mapping[str, object]) -> dict[str, object]:
    """Spell fields as the columns of a sheet are: authorisation.document; owner for owners."""
    flat: dict[str, object] = {}
    for name, value in table.items():
        if name == "authorisation" and isinstance(value, Mapping):
            flat.update((f"authorisation.{part}", detail) for part, detail in value.items())
        elif name == "owners" and "owner" not in table:
            flat["owner"] = value
        else:
            flat[name] = value
    return flat


def _lines(text: str, kind: str) -> list[int]:
    """Return the lines of the headers; tomllib tells none.

    They are shown only where there are as many as tables: a text may hold a look-alike, and
    tables may be written inline.
    """
    lines = []
    line, seen = 1, 0
    for match in _HEADER.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        if match[1] == kind:
            lines.append(line)
    return lines
