"""The examples are valid registers from which nothing is scanned; the worked pages are right."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from secscan.evidence import MissingKind
from secscan.register import Register, authorised, parse_register, read_register, to_toml
from secscan.register.tables import COLUMNS

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("hcmc-*.toml"))
PAGE = (ROOT / "docs" / "register.md").read_text("utf-8")


def example(year: int) -> Register:
    return read_register(ROOT / "examples" / f"hcmc-{year}.toml")


def sizes(register: Register) -> Counter[str]:
    return Counter(agency.group for agency in register.agencies)


def test_the_city_of_2022() -> None:
    assert sizes(example(2022)) == {"so-ban-nganh": 28, "thanh-pho-quan-huyen": 22}


def test_the_city_of_2026() -> None:
    register = example(2026)
    assert sizes(register) == {"so-ban-nganh": 19, "phuong-xa": 168}
    kinds = Counter(
        agency.name.removeprefix("Ủy ban nhân dân ").split()[0]
        for agency in register.agencies
        if agency.group == "phuong-xa"
    )
    assert kinds == {"phường": 113, "xã": 54, "đặc": 1}
    assert len({agency.name for agency in register.agencies}) == len(register.agencies)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_nothing_is_scanned_from_an_example(path: Path) -> None:
    register = read_register(path)
    now = datetime(2098, 12, 31, tzinfo=UTC)
    for site in register.sites:
        assert site.tags == ("to-be-confirmed",)
        missing = authorised(register, site, now)
        assert missing is not None
        assert missing.kind is MissingKind.NOT_AUTHORISED


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_agency_has_a_site(path: Path) -> None:
    register = read_register(path)
    owners = {owner.agency for site in register.sites for owner in site.owners}
    assert owners == {agency.id for agency in register.agencies}
    assert parse_register(to_toml(register)) == register


def block(language: str) -> str:
    [found] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def test_the_worked_examples_are_one_register(tmp_path: Path) -> None:
    path = tmp_path / "city.csv"
    path.write_text(block("csv"), "utf-8")
    assert read_register(path) == parse_register(block("toml"))


def test_the_page_explains_every_column() -> None:
    assert set(re.findall(r"^\| `([a-z_.]+)`", PAGE, re.MULTILINE)) == set(COLUMNS)
