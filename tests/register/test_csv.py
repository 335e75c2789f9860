"""A register in CSV: what departments keep, as Excel writes it."""

from datetime import date, time
from pathlib import Path

import pytest

from secscan.errors import SecscanError
from secscan.register import (
    Agency,
    Authorisation,
    Group,
    Kind,
    Owner,
    Register,
    RegisterError,
    Site,
    Window,
    read_register,
)

ROWS = """\
record,id,name,english_name,group,valid_from,valid_to,successor,url,owner,kind,importance,\
system_level,connect,resolver,services,grants,authorisation.document,authorisation.contact,\
authorisation.window,tags
register,,Thành phố mẫu,,,,,,,,,,,,,,,12/KH,"ông A, 028",22:00-05:00,
group,so,Sở,Departments,,,,,,,,,,,,,,,,

agency,so-tttt,Sở TTTT,,so,,2025-02-28,so-khcn,,,,,,,,,,,,
agency,so-khcn,=Sở KHCN,,so,2025-03-01,,,,,,,,,,,,,,
site,dvc,,,,,,,https://dvc.example.vn,so-tttt:..2025-02-28; so-khcn:2025-03-01..,TTHC,4,\
3,22=127.0.1.1:2222; 80=127.0.1.1:8080; 443=[::1]:8443,127.0.0.53:53,\
SSH://dvc.example.vn; smtp://thư.example.vn:25,exposure; deep,13/KH,bà B,,một; hai
site,,,,,,,,https://x.example.vn,so-khcn,,,,,,,,,,
"""

REGISTER = Register(
    name="Thành phố mẫu",
    groups=(Group("so", "Sở", "Departments"),),
    agencies=(
        Agency("so-tttt", "Sở TTTT", "so", valid_to=date(2025, 2, 28), successor="so-khcn"),
        Agency("so-khcn", "=Sở KHCN", "so", valid_from=date(2025, 3, 1)),
    ),
    sites=(
        Site(
            id="dvc",
            url="https://dvc.example.vn/",
            owners=(
                Owner("so-tttt", None, date(2025, 2, 28)),
                Owner("so-khcn", date(2025, 3, 1), None),
            ),
            kind=Kind.TTHC,
            importance=4,
            system_level=3,
            connect={22: "127.0.1.1:2222", 80: "127.0.1.1:8080", 443: "[::1]:8443"},
            resolver="127.0.0.53:53",
            grants=frozenset({"exposure", "deep"}),
            authorisation=Authorisation("13/KH", "bà B"),
            tags=("một", "hai"),
            services=("ssh://dvc.example.vn", "smtp://xn--th-e0a.example.vn"),
        ),
        Site("x.example.vn", "https://x.example.vn/", (Owner("so-khcn"),)),
    ),
    authorisation=Authorisation("12/KH", "ông A, 028", window=Window(time(22), time(5))),
)


def write(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "city.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def semicolons(rows: str) -> str:
    """Write the rows as Excel does where the comma is the decimal mark."""
    quoted = rows.replace('"ông A, 028"', "ông A§ 028")
    for cell in ("so-tttt:..2025-02-28; so-khcn:2025-03-01..", "exposure; deep", "một; hai",
                 "22=127.0.1.1:2222; 80=127.0.1.1:8080; 443=[::1]:8443",
                 "SSH://dvc.example.vn; smtp://thư.example.vn:25"):  # fmt: skip
        quoted = quoted.replace(cell, f'"{cell}"')
    return quoted.replace(",", ";").replace("§", ",")


@pytest.mark.parametrize(
    "content",
    [
        ROWS.encode(),
        b"\xef\xbb\xbf" + ROWS.encode(),
        ROWS.replace("\n", "\r\n").encode(),
        semicolons(ROWS).encode(),
    ],
    ids=["plain", "BOM", "CRLF", "semicolon"],
)
def test_a_whole_register(tmp_path: Path, content: bytes) -> None:
    assert read_register(write(tmp_path, content)) == REGISTER


def test_names_are_nfc(tmp_path: Path) -> None:
    register = read_register(write(tmp_path, ROWS.replace("Sở TTTT", "So\u031b\u0309 TTTT")))
    assert register.agencies[0].name == "Sở TTTT"


def mistakes(tmp_path: Path, content: str) -> list[str]:
    with pytest.raises(RegisterError) as raised:
        read_register(write(tmp_path, content))
    return list(map(str, raised.value.mistakes))


def test_rows_are_counted_as_excel_counts_them(tmp_path: Path) -> None:
    assert mistakes(tmp_path, ROWS.replace("TTHC,4", "TTHC,5")) == [
        'city.csv, row 7: importance is "5"; write a number from 1 to 4'
    ]


def test_a_cell_that_does_not_belong_to_the_record(tmp_path: Path) -> None:
    rows = ROWS.replace("group,so,Sở,Departments,,", "group,so,Sở,Departments,so,")
    assert mistakes(tmp_path, rows) == [
        'city.csv, row 3: "group" is not known for group; '
        "leave it out, or use id, name, english_name"
    ]


def test_the_columns(tmp_path: Path) -> None:
    header = "record,name,name,colour,,authorisation.document\n"
    found = mistakes(tmp_path, header + "register,,C,red,stray,,,far\nthing,,,,,\n")
    assert found[0] == 'city.csv, row 1: two columns are named "name"; delete one'
    assert found[1].startswith(
        'city.csv, row 1: the column "colour" is not known; delete it, or write one of record, id,'
    )
    assert found[2:] == [
        'city.csv, row 2: "stray" stands under no column name; move it or delete it',
        'city.csv, row 2: "far" stands under no column name; move it or delete it',
        'city.csv, row 3: record is "thing"; write register, group, agency or site',
    ]


def test_no_column_for_the_record(tmp_path: Path) -> None:
    nameless = 'city.csv, the whole file: no row names the register; add one with record "register"'
    told = 'no column is named "record"; add it, with register, group, agency or site'
    assert mistakes(tmp_path, "id,name\n1,2\n") == [nameless, f"city.csv, row 1: {told}"]
    assert mistakes(tmp_path, "") == [nameless]


def test_two_names_for_the_register(tmp_path: Path) -> None:
    assert mistakes(tmp_path, ROWS + "register,,Khác\n") == [
        "city.csv, row 9: the register is named in row 2 already; delete this row"
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (ROWS.encode("utf-16"), 'city.csv is not UTF-8 at line 1; save it as UTF-8 (in Excel: '
         '"CSV UTF-8")'),
        ("record\nSở\n".encode() + "Sở".encode("cp1258", "ignore") + b"\xf5\n",
         'city.csv is not UTF-8 at line 3; save it as UTF-8 (in Excel: "CSV UTF-8")'),
        (b'record\n"a"b\n', "city.csv is not CSV at line 2: ',' expected after '\"'; "
         "correct it there"),
        (b"record\n" + b"a" * 200_000, "city.csv is not CSV at line 2: field larger than field "
         "limit (131072); correct it there"),
        (b"\n" * 100_001, "city.csv has more than 100,000 rows; delete the empty ones"),
        (b"a" * 10_000_001, "city.csv is larger than 10 MB; keep only the register in it"),
    ],
    ids=["UTF-16", "cp1258", "quotes", "field", "rows", "size"],
)  # fmt: skip
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(SecscanError) as raised:
        read_register(write(tmp_path, content))
    assert message in str(raised.value)
    assert not isinstance(raised.value, RegisterError)
