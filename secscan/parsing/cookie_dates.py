"""The date of a cookie's Expires, as RFC 6265bis section 5.1.1 has browsers read it."""

import re
from datetime import UTC, datetime

_DELIMITERS = re.compile(r"[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])")
_DAY = re.compile(r"([0-9]{1,2})(?![0-9])")
_YEAR = re.compile(r"([0-9]{2,4})(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_cookie_date(text: str) -> datetime | None:
    """Return the moment, in UTC whatever zone it names, or None where browsers find none."""
    time = day = year = None
    month = 0
    for token in _DELIMITERS.split(text):
        # Each token is the first of these that was not found yet (5.1.1, step 2).
        if time is None and (match := _TIME.match(token)):
            time = int(match[1]), int(match[2]), int(match[3])
        elif day is None and (match := _DAY.match(token)):
            day = int(match[1])
        elif not month and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (match := _YEAR.match(token)):
            year = _full(match[1])
    if time is None or day is None or year is None or not month or year < 1601:
        return None
    try:
        hour, minute, second = time
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:  # no such day or time
        return None


def _full(digits: str) -> int:
    """Return the year that two, three or four digits stand for."""
    year = int(digits)
    if year >= 100:
        return year
    return year + (1900 if year >= 70 else 2000)
