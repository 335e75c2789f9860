"""When a site may be scanned: by the days and hours of Vietnam."""

from datetime import UTC, date, datetime, time

import pytest

from secscan.evidence import Missing, MissingKind
from secscan.register import Agency, Authorisation, Owner, Register, Site, Window, authorised

SITE = Site("x", "https://x.example.vn/", (Owner("a"),))


def register(authorisation: Authorisation | None) -> Register:
    return Register("Thành phố mẫu", (), (Agency("a", "A", "so"),), (SITE,), authorisation)


DAYS = Authorisation("1", "A", date(2026, 7, 1), date(2026, 7, 31))
NIGHTS = Authorisation("1", "A", window=Window(time(22), time(5)))
NOON = Authorisation("1", "A", window=Window(time(12), time(13)))
BEGINS = Missing(MissingKind.NOT_AUTHORISED, "2026-07-01..")
ENDED = Missing(MissingKind.NOT_AUTHORISED, "..2026-07-31")
NIGHT_ONLY = Missing(MissingKind.OUTSIDE_WINDOW, "22:00-05:00, Asia/Ho_Chi_Minh")
NOON_ONLY = Missing(MissingKind.OUTSIDE_WINDOW, "12:00-13:00, Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("authorisation", "utc", "answer"),
    [
        (None, "2026-07-15 00:00", Missing(MissingKind.NOT_AUTHORISED, "")),
        (Authorisation("1", "A"), "2026-07-15 00:00", None),
        (DAYS, "2026-06-30 16:59", BEGINS),
        (DAYS, "2026-06-30 17:00", None),
        (DAYS, "2026-07-31 16:59", None),
        (DAYS, "2026-07-31 17:00", ENDED),
        (NIGHTS, "2026-07-15 14:59", NIGHT_ONLY),
        (NIGHTS, "2026-07-15 15:00", None),
        (NIGHTS, "2026-07-15 18:00", None),
        (NIGHTS, "2026-07-15 21:59", None),
        (NIGHTS, "2026-07-15 22:00", NIGHT_ONLY),
        (NOON, "2026-07-15 05:00", None),
        (NOON, "2026-07-15 06:00", NOON_ONLY),
    ],
)
def test_days_and_hours(
    authorisation: Authorisation | None, utc: str, answer: Missing | None
) -> None:
    now = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert authorised(register(authorisation), SITE, now) == answer


def test_the_site_goes_before_the_register() -> None:
    own = Site("x", "https://x.example.vn/", (Owner("a"),), authorisation=DAYS)
    now = datetime(2026, 8, 15, tzinfo=UTC)
    assert authorised(register(Authorisation("1", "A")), own, now) == ENDED


def test_ownership_changes_at_midnight_in_vietnam() -> None:
    owners = (Owner("a", None, date(2026, 6, 30)), Owner("b", date(2026, 7, 1), None))
    city = Register("Thành phố mẫu", (), (), (Site("x", "https://x.example.vn/", owners),))
    assert city.of_agency("a", datetime(2026, 6, 30, 16, 59, tzinfo=UTC)) == city.sites
    assert city.of_agency("b", datetime(2026, 6, 30, 17, 0, tzinfo=UTC)) == city.sites
