"""The sheets of an XLSX workbook as rows of text, bounded before and while it is unpacked."""

import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from io import BytesIO
from itertools import islice
from typing import Any

import openpyxl

from secscan.errors import SecscanError
from secscan.register.fields import shown
from secscan.register.mistakes import Mistakes, Record
from secscan.register.tables import MOST_COLUMNS, MOST_ROWS, Line

_MOST_EXPANDED = 100_000_000
_MOST_PARTS = 1000
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that ISO/IEC 29500-2 allows


def xlsx_sheets(content: bytes, mistakes: Mistakes) -> list[tuple[str, list[Line]]]:
    """Return each sheet: its name and its rows. Formulas and error values are mistakes."""
    if not openpyxl.DEFUSEDXML:
        raise SecscanError("XLSX is read only with defusedxml; unset OPENPYXL_DEFUSEDXML")
    try:
        _refuse_bombs(content, mistakes.file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles that it does not keep
            return _sheets(content, mistakes)
    except SecscanError:
        raise
    except Exception as fault:  # openpyxl raises whatever the XML makes it stumble over
        raise SecscanError(
            f"{mistakes.file} cannot be read as XLSX; "
            "open it in Excel and save it again as .xlsx, without a password"
        ) from fault


def _refuse_bombs(content: bytes, file: str) -> None:
    """Unpack everything once, piece by piece, before any XML is parsed.

    zipfile never inflates beyond the size that the directory states, then compares the CRC:
    a directory that understates a size is found out here.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_EXPANDED:
            raise SecscanError(f"{file} unpacks to more than 100 MB; keep only the register in it")
        if any(part.compress_type not in _COMPRESSIONS for part in parts):
            raise zipfile.BadZipFile("a compression that XLSX does not have")
        if archive.testzip():
            raise zipfile.BadZipFile("a part is damaged")


def _sheets(content: bytes, mistakes: Mistakes) -> list[tuple[str, list[Line]]]:
    workbook = openpyxl.load_workbook(BytesIO(content), read_only=True)
    found: list[tuple[str, list[Line]]] = []
    seen = 0
    for sheet in workbook.worksheets:
        lines = list(islice(_lines(sheet, seen, mistakes), MOST_ROWS - seen + 1))
        seen += len(lines)
        if seen > MOST_ROWS:
            raise SecscanError(
                f"{mistakes.file} has more than {MOST_ROWS:,} rows; delete those that are empty"
            )
        found.append((sheet.title, lines))
    return found


def _lines(sheet: Any, before: int, mistakes: Mistakes) -> Iterator[Line]:
    sheet.reset_dimensions()  # stated by the file; the rows themselves decide
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        row = f"sheet {shown(sheet.title)}, row {number}"
        here = Record("file", row, before + number, {})
        yield Line(before + number, row, [_text(cell, here, mistakes) for cell in cells])


def _text(cell: Any, here: Record, mistakes: Mistakes) -> str:
    """Return the cell as CSV would have it."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        mistakes.note(here, f"cell {cell.coordinate} is a formula; write the value itself")
        return ""
    if cell.data_type == "e":
        mistakes.note(here, f"cell {cell.coordinate} holds an error of Excel; write the value")
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
