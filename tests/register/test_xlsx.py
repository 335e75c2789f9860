"""A register in XLSX, and workbooks that mean harm."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from defusedxml import EntitiesForbidden

from secscan.errors import SecscanError
from secscan.register import Owner, RegisterError, read_register

SHEET = "xl/worksheets/sheet1.xml"

SHEETS: dict[str, list[list[object]]] = {
    "register": [["name", "authorisation.document", "authorisation.contact"],
                 ["Thành phố mẫu", "12/KH", "ông A"]],
    "groups": [["id", "name"], ["so", "Sở"]],
    "Agencies": [["id", "name", "group", "valid_from"],
                 ["a", "Sở A", "so", datetime(2025, 3, 1)], [7, "Sở B", "so", None]],
    "sites": [["url", "owner", "importance", "system_level"],
              ["https://x.example.vn", "a", 4, 3.0]],
    "Sheet5": [],
}  # fmt: skip


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def rezipped(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return the archive with each part changed."""
    stream = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return stream.getvalue()


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "city.xlsx"
    path.write_bytes(content)
    return path


def refused(tmp_path: Path, content: bytes) -> str:
    return str(refusal(tmp_path, content)).removeprefix(f"{tmp_path}/")


def refusal(tmp_path: Path, content: bytes) -> SecscanError:
    with pytest.raises(SecscanError) as raised:
        read_register(write(tmp_path, content))
    assert not isinstance(raised.value, RegisterError)
    return raised.value


def reasons(fault: BaseException | None) -> list[type[BaseException]]:
    """Return what led to the exception, the exception itself first."""
    found = []
    while fault:
        found.append(type(fault))
        fault = fault.__cause__
    return found


def mistakes(tmp_path: Path, sheets: dict[str, list[list[object]]]) -> list[str]:
    with pytest.raises(RegisterError) as raised:
        read_register(write(tmp_path, workbook(sheets)))
    return list(map(str, raised.value.mistakes))


UNREADABLE = (
    "city.xlsx cannot be read as XLSX; "
    "open it in Excel and save it again as .xlsx, without a password"
)


def test_a_sheet_a_record(tmp_path: Path) -> None:
    register = read_register(write(tmp_path, workbook(SHEETS)))
    assert register.name == "Thành phố mẫu"
    assert [agency.id for agency in register.agencies] == ["a", "7"]
    assert register.agencies[0].valid_from == date(2025, 3, 1)
    [site] = register.sites
    assert (site.importance, site.system_level, site.owners) == (4, 3, (Owner("a"),))


def test_one_sheet_with_the_columns_of_csv(tmp_path: Path) -> None:
    rows: list[list[object]] = [["record", *SHEETS["register"][0]]]
    rows.append(["register", *SHEETS["register"][1]])
    assert read_register(write(tmp_path, workbook({"Sổ": rows}))).name == "Thành phố mẫu"


def test_a_sheet_that_says_nothing_of_its_rows(tmp_path: Path) -> None:
    notes: list[list[object]] = [["việc", "ai"], ["gọi", "A"]]
    assert mistakes(tmp_path, {**SHEETS, "Ghi chú": notes})[-1] == (
        'city.xlsx, sheet "Ghi chú", row 1: no column is named "record"; '
        "add it, with register, group, agency or site"
    )


def test_formulas_and_errors_are_mistakes(tmp_path: Path) -> None:
    rows: list[list[object]] = [*SHEETS["sites"]]
    rows.append(["https://y.example.vn", "a", "=1+1", "#REF!"])
    rows.append(["https://z.example.vn", "a", 5, None])
    assert mistakes(tmp_path, {**SHEETS, "sites": rows}) == [
        'city.xlsx, sheet "sites", row 3: cell C3 is a formula; write the value itself',
        'city.xlsx, sheet "sites", row 3: cell D3 holds an error of Excel; write the value',
        'city.xlsx, sheet "sites", row 4: importance is "5"; write a number from 1 to 4',
    ]


def test_a_day_with_hours_is_no_date(tmp_path: Path) -> None:
    rows: list[list[object]] = [*SHEETS["Agencies"], ["c", "Sở C", "so", datetime(2025, 3, 1, 12)]]
    assert mistakes(tmp_path, {**SHEETS, "Agencies": rows}) == [
        'city.xlsx, sheet "Agencies", row 4: valid_from is "2025-03-01 12:00:00"; '
        "write a date as year-month-day, as in 2026-07-01"
    ]


def test_a_bomb(tmp_path: Path) -> None:
    stream = BytesIO(workbook(SHEETS))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", b" " * 100_000_001)
    assert len(stream.getvalue()) < 200_000
    told = "city.xlsx unpacks to more than 100 MB; keep only the register in it"
    assert refused(tmp_path, stream.getvalue()) == told


def test_a_directory_that_lies_about_sizes(tmp_path: Path) -> None:
    content = bytearray(workbook(SHEETS))
    start = content.rindex(b"PK\x01\x02")  # the last central directory header, APPNOTE 4.3.12
    struct.pack_into("<I", content, start + 24, 1)
    assert refused(tmp_path, bytes(content)) == UNREADABLE


def test_a_compression_that_xlsx_does_not_have(tmp_path: Path) -> None:
    stream = BytesIO(workbook(SHEETS))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/extra.xml", b" ")
    assert refused(tmp_path, stream.getvalue()) == UNREADABLE


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaa"><!ENTITY e "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
    ids=["external", "expanding"],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "[Content_Types].xml"])
def test_entities(tmp_path: Path, part: str, declaration: str) -> None:
    def change(name: str, content: bytes) -> bytes:
        root = content.partition(b"?>")[2] if content.startswith(b"<?xml") else content
        return declaration.encode() + root if name == part else content

    fault = refusal(tmp_path, rezipped(workbook(SHEETS), change))
    assert str(fault) == UNREADABLE
    assert EntitiesForbidden in reasons(fault)


def test_a_row_far_down(tmp_path: Path) -> None:
    def change(name: str, content: bytes) -> bytes:
        return content.replace(b'r="2"', b'r="999999999"') if name == SHEET else content

    told = "city.xlsx has more than 100,000 rows; delete those that are empty"
    assert refused(tmp_path, rezipped(workbook(SHEETS), change)) == told


def test_a_dimension_that_lies(tmp_path: Path) -> None:
    def change(name: str, content: bytes) -> bytes:
        return content.replace(b'ref="A1:C2"', b'ref="A1:XFD1048576"')

    content = rezipped(workbook(SHEETS), change)
    assert read_register(write(tmp_path, content)).name == "Thành phố mẫu"


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0 a workbook with a password"])
def test_what_is_no_archive(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path, content) == UNREADABLE


def test_an_archive_that_is_no_workbook(tmp_path: Path) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "a")
    assert refused(tmp_path, stream.getvalue()) == UNREADABLE


def test_size_on_disk(tmp_path: Path) -> None:
    told = "city.xlsx is larger than 10 MB; keep only the register in it"
    assert refused(tmp_path, b"a" * 10_000_001) == told


def test_nothing_is_read_without_defusedxml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openpyxl, "DEFUSEDXML", False)
    told = "XLSX is read only with defusedxml; unset OPENPYXL_DEFUSEDXML"
    assert refused(tmp_path, workbook(SHEETS)) == told
