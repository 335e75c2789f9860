from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.cookie_dates import read_cookie_date

MOMENT = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "6 november 1994 8:49:37",
        "08:49:37 6th Nov 1994",
        "Nov-6-1994-08:49:37",
        "06/Nov/94 08:49:37 +0700",  # browsers read no zone
        "1994 06 Nov 08:49:37",
    ],
)
def test_forms_that_browsers_read(text: str) -> None:
    assert read_cookie_date(text) == MOMENT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "never",
        "0",
        "Sun, 06 Nov 1994",
        "Sun, 06 Nov 08:49:37",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1600 08:49:37 GMT",
        "Sun, 006 Nov 1994 08:49:37 GMT",
        "1994-11-06T08:49:37Z",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert read_cookie_date(text) is None


@pytest.mark.parametrize(("digits", "year"), [("70", 1970), ("99", 1999), ("00", 2000)])
def test_two_digits_of_a_year(digits: str, year: int) -> None:
    read = read_cookie_date(f"1 Jan {digits} 00:00:00")
    assert read is not None
    assert read.year == year


@given(st.datetimes(datetime(1601, 1, 1), datetime(9999, 12, 31)))
def test_every_date_that_is_written_is_read(moment: datetime) -> None:
    written = moment.replace(microsecond=0, tzinfo=UTC)
    assert read_cookie_date(f"{written:%a, %d %b} {written.year:04} {written:%H:%M:%S}") == written


@given(st.text(st.sampled_from("0123456789: -jJanN/;")))
def test_any_text_is_read(text: str) -> None:
    read_cookie_date(text)
