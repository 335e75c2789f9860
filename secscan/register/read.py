"""Reading a register: TOML, CSV or XLSX, to a valid ``Register`` or to all of its mistakes."""

from collections.abc import Callable
from pathlib import Path

from secscan.errors import SecscanError
from secscan.register.build import build
from secscan.register.mistakes import Mistakes, Record
from secscan.register.model import Register
from secscan.register.tables import csv_lines, table_records
from secscan.register.toml import toml_records
from secscan.register.validate import validate
from secscan.register.xlsx import xlsx_sheets

_LARGEST = 10_000_000

_SHEETS = {"register": "register", "groups": "group", "agencies": "agency", "sites": "site"}
"""What the rows of a sheet of this name are, where they do not say so themselves."""


def read_register(path: Path) -> Register:
    """Return the register of a file; raise RegisterError with every mistake it has.

    A file that cannot be read at all raises a plain SecscanError.
    """
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise SecscanError(f"{path} is no register; give a file that ends in .toml, .csv or .xlsx")
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as fault:
        raise SecscanError(f"the register {path} cannot be read: {fault.strerror}") from fault
    if len(content) > _LARGEST:
        raise SecscanError(f"{path} is larger than 10 MB; keep only the register in it")
    mistakes = Mistakes(path.name)
    return _valid(read(content, mistakes), mistakes)


def parse_register(text: str) -> Register:
    """Return the register of a TOML document, as ``to_toml`` writes it."""
    mistakes = Mistakes("register.toml")
    return _valid(toml_records(text, mistakes), mistakes)


def _valid(records: list[Record], mistakes: Mistakes) -> Register:
    draft = build(records, mistakes)
    validate(draft, mistakes)
    mistakes.raise_any()
    return draft.register()


def _toml(content: bytes, mistakes: Mistakes) -> list[Record]:
    return toml_records(_utf8(content, mistakes.file), mistakes)


def _csv(content: bytes, mistakes: Mistakes) -> list[Record]:
    lines = csv_lines(_utf8(content, mistakes.file), mistakes.file)
    return table_records(lines, mistakes)


def _xlsx(content: bytes, mistakes: Mistakes) -> list[Record]:
    found = []
    for title, lines in xlsx_sheets(content, mistakes):
        found += table_records(lines, mistakes, _SHEETS.get(title.strip().lower(), ""))
    return found


def _utf8(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        told = 'save it as UTF-8 (in Excel: "CSV UTF-8")'
        raise SecscanError(f"{file} is not UTF-8 at line {line}; {told}") from fault


_READERS: dict[str, Callable[[bytes, Mistakes], list[Record]]] = {
    ".toml": _toml,
    ".csv": _csv,
    ".xlsx": _xlsx,
}
