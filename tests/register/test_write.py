"""What is written is read back as it was; extracts are valid registers."""

import unicodedata
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.errors import SecscanError
from secscan.register import (
    Agency,
    Authorisation,
    Group,
    Kind,
    Owner,
    Register,
    Site,
    Window,
    extract,
    parse_register,
    to_toml,
)

IDS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
VISIBLE = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])
TEXTS = st.text(VISIBLE, max_size=30).map(
    lambda text: unicodedata.normalize("NFC", text).strip() or "Sở"
)
BLANK_OR_TEXT = st.just("") | TEXTS
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
HOURS = st.times().map(lambda moment: time(moment.hour, moment.minute))
ADDRESSES = st.builds(
    lambda address, port: f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}",
    st.ip_addresses(),
    st.integers(1, 65535),
)
PERIODS = st.tuples(st.none() | DAYS, st.none() | DAYS).filter(
    lambda period: not (period[0] and period[1]) or period[0] <= period[1]
)
WINDOWS = st.tuples(HOURS, HOURS).filter(lambda hours: hours[0] != hours[1])
AUTHORISATIONS = st.builds(
    lambda document, contact, period, window: Authorisation(
        document, contact, period[0], period[1], window
    ),
    TEXTS,
    TEXTS,
    PERIODS,
    st.none() | WINDOWS.map(lambda hours: Window(*hours)),
)


@st.composite
def owners(draw: st.DrawFn, agencies: list[str]) -> tuple[Owner, ...]:
    """Return owners one after the other."""
    days = sorted(draw(st.sets(DAYS, max_size=4)))
    starts = [None, *days]
    ends = [day - timedelta(days=1) for day in days]
    return tuple(
        Owner(draw(st.sampled_from(agencies)), start, end)
        for start, end in zip(starts, [*ends, None], strict=True)
    )


@st.composite
def agency_rows(draw: st.DrawFn, groups: list[str]) -> tuple[Agency, ...]:
    """Return agencies, each with parent and successor further down."""
    names = draw(st.lists(IDS, unique=True, min_size=1, max_size=4))
    rows = []
    for number, name in enumerate(names):
        later = st.none() if number + 1 == len(names) else st.sampled_from(names[number + 1 :])
        valid_from, valid_to = draw(PERIODS)
        rows.append(
            Agency(
                id=name,
                name=draw(TEXTS),
                group=draw(st.sampled_from(groups)),
                english_name=draw(BLANK_OR_TEXT),
                parent=draw(st.none() | later),
                valid_from=valid_from,
                valid_to=valid_to,
                successor=draw(st.none() | later),
            )
        )
    return tuple(rows)


SERVICES = ["ssh://a.example.vn", "smtp://a.example.vn:587", "pop3s://b.example.vn"]
URLS = ["https://x{number}.example.vn/", "smtp://x{number}.example.vn:587"]


@st.composite
def site_rows(draw: st.DrawFn, agencies: list[str]) -> tuple[Site, ...]:
    """Return sites; the first is scanned, others may live on it."""
    names = draw(st.lists(IDS, unique=True, max_size=4))
    return tuple(
        Site(
            id=name,
            url=draw(st.sampled_from(URLS)).format(number=number),
            owners=draw(owners(agencies)),
            kind=draw(st.sampled_from(Kind)),
            importance=draw(st.integers(1, 4)),
            system_level=draw(st.none() | st.integers(1, 5)),
            platform=draw(st.sampled_from([None, names[0]])) if number else None,
            connect=draw(st.dictionaries(st.integers(1, 65535), ADDRESSES, max_size=3)),
            resolver=draw(st.none() | ADDRESSES),
            grants=draw(st.frozensets(st.sampled_from(["exposure", "deep"]))),
            authorisation=draw(st.none() | AUTHORISATIONS),
            tags=draw(
                st.lists(
                    TEXTS.map(lambda text: text.replace(";", "_")), max_size=3, unique=True
                ).map(tuple)
            ),
            services=draw(st.lists(st.sampled_from(SERVICES), max_size=3, unique=True).map(tuple)),
        )
        for number, name in enumerate(names)
    )


@st.composite
def registers(draw: st.DrawFn) -> Register:
    groups = draw(st.lists(IDS, unique=True, min_size=1, max_size=3))
    agencies = draw(agency_rows(groups))
    return Register(
        name=draw(TEXTS),
        extract_of=draw(st.none() | st.sampled_from([agency.id for agency in agencies])),
        groups=tuple(Group(name, draw(TEXTS), draw(BLANK_OR_TEXT)) for name in groups),
        agencies=agencies,
        sites=draw(site_rows([agency.id for agency in agencies])),
        authorisation=draw(AUTHORISATIONS),
    )


@given(registers())
def test_what_is_written_is_read_back(register: Register) -> None:
    assert parse_register(to_toml(register)) == register


@given(registers())
def test_an_extract_is_a_register_with_all_that_the_agency_needs(register: Register) -> None:
    for agency in register.agencies:
        part = extract(register, agency.id)
        assert parse_register(to_toml(part)) == part
        assert part.authorisation == register.authorisation
        assert part.extract_of == agency.id
        assert agency in part.agencies
        own = [site for site in register.sites if agency.id in {o.agency for o in site.owners}]
        assert set(own_ids := {site.id for site in own}) <= {site.id for site in part.sites}
        platforms = {site.platform for site in own}
        assert {site.id for site in part.sites} <= own_ids | platforms


def test_the_words_are_always_the_same() -> None:
    register = Register(
        name='Thành phố "mẫu" \\ \x7f\n',
        groups=(Group("so", "Sở"),),
        agencies=(Agency("a", "Sở A", "so", "Department A", valid_from=date(2025, 7, 1)),),
        sites=(
            Site(
                id="x",
                url="https://x.example.vn/",
                owners=(Owner("a"),),
                connect={443: "127.0.1.1:8443", 80: "127.0.1.1:8080"},
                grants=frozenset({"exposure", "deep"}),
            ),
            Site(
                id="y",
                url="https://y.example.vn/",
                owners=(Owner("a", date(2025, 7, 1)),),
                authorisation=Authorisation("1", "A", window=Window(time(22), time(5))),
                tags=("một", "hai"),
                services=("ssh://y.example.vn", "ftp://y.example.vn:2121"),
            ),
        ),
    )
    assert (
        to_toml(register)
        == """\
[register]
name = "Thành phố \\"mẫu\\" \\\\ \\u007f\\n"

[[group]]
id = "so"
name = "Sở"

[[agency]]
id = "a"
name = "Sở A"
english_name = "Department A"
group = "so"
valid_from = 2025-07-01

[[site]]
id = "x"
url = "https://x.example.vn/"
owner = "a"
kind = "portal"
importance = 2
connect = { 80 = "127.0.1.1:8080", 443 = "127.0.1.1:8443" }
grants = ["deep", "exposure"]

[[site]]
id = "y"
url = "https://y.example.vn/"
owners = [{ agency = "a", valid_from = 2025-07-01 }]
kind = "portal"
importance = 2
services = ["ssh://y.example.vn", "ftp://y.example.vn:2121"]
authorisation = { document = "1", contact = "A", window = "22:00-05:00" }
tags = ["một", "hai"]
"""
    )


CITY = Register(
    name="Thành phố mẫu",
    groups=(Group("so", "Sở"), Group("xa", "Xã"), Group("khac", "Khác")),
    agencies=(
        Agency("old", "Cũ", "khac", successor="a"),
        Agency("a", "Sở A", "so"),
        Agency("host", "Sở Hạ tầng", "so"),
        Agency("b", "Xã B", "xa"),
    ),
    sites=(
        Site("platform", "https://p.example.vn/", (Owner("host"),)),
        Site("a", "https://a.example.vn/", (Owner("a"),)),
        Site("b", "https://p.example.vn/b", (Owner("b"),), platform="platform"),
        Site("b2", "https://b.example.vn/", (Owner("b"),)),
    ),
)


def test_an_extract_holds_the_platform_and_its_owner() -> None:
    part = extract(CITY, "b")
    assert [site.id for site in part.sites] == ["platform", "b", "b2"]
    assert [agency.id for agency in part.agencies] == ["host", "b"]
    assert [group.id for group in part.groups] == ["so", "xa"]


def test_an_extract_holds_nobody_else() -> None:
    part = extract(CITY, "a")
    assert [site.id for site in part.sites] == ["a"]
    assert [agency.id for agency in part.agencies] == ["a"]


def test_an_extract_follows_successors() -> None:
    part = extract(CITY, "old")
    assert [agency.id for agency in part.agencies] == ["old", "a"]


def test_an_extract_for_nobody() -> None:
    told = 'no agency of the register "Thành phố mẫu" has the id "z"; write one of its agencies'
    with pytest.raises(SecscanError, match=told):
        extract(CITY, "z")


def test_the_strategy_of_owners_has_no_overlap() -> None:
    @given(owners(["a", "b"]))
    def check(found: tuple[Owner, ...]) -> None:
        for earlier, later in pairwise(found):
            assert earlier.valid_to and later.valid_from
            assert earlier.valid_to < later.valid_from

    check()
