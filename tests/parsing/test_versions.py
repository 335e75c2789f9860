from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.versions import is_bare, numbers, precedence

IN_ORDER = [
    ["1.2.9", "1.2.10", "1.3.0", "1.10", "2"],
    ["9.0.0.M1", "9.0.0.M10", "9.0.0.M27", "9.0.0", "9.0.1"],
    ["2.0.0-dev", "2.0.0-alpha.2", "2.0.0-beta.1", "2.0.0-rc.1", "2.0.0-rc.2", "2.0.0"],
    ["1.9.0b1", "1.9.0b2", "1.9.0rc1", "1.9.0"],
    ["0.9.8", "0.9.8a", "0.9.8z", "0.9.8za", "0.9.8zh", "1.0.0"],
    ["1.3.9rc1", "1.3.9", "1.3.9a", "1.3.9d"],
    ["9.2p1-2", "9.2p1-2+deb12u1", "9.2p1-2+deb12u2", "9.2p1-2+deb12u10", "9.3p1-1"],
]
SAME = [
    ("1.2", "1.2.0"),
    ("v4.5", "4.5"),
    ("9.4.58", "9.4.58.v20250814"),
    ("5.0.1", "5.0.1.Final"),
    ("1.2.3-RC1", "1.2.3-rc1"),
    ("01.002", "1.2"),
]


@pytest.mark.parametrize("versions", IN_ORDER, ids=lambda versions: versions[0])
def test_versions_come_in_the_order_they_came_out(versions: list[str]) -> None:
    keys = [precedence(version) for version in versions]
    assert all(one < two for one, two in pairwise(keys))


@pytest.mark.parametrize(("one", "two"), SAME)
def test_ways_to_write_one_version(one: str, two: str) -> None:
    assert precedence(one) == precedence(two)


def test_what_is_numbers_alone_is_bare() -> None:
    assert is_bare("8.4")
    assert is_bare("8.0")
    assert not is_bare("1.1.1w")
    assert not is_bare("9.0.0.M1")


@pytest.mark.parametrize(
    ("version", "found"),
    [
        ("8.4.24", (8, 4, 24)),
        ("9.6p1", (9, 6)),
        ("2012-r2", (2012,)),
        ("subscription", ()),
        ("", ()),
    ],
)
def test_the_numbers_a_version_begins_with(version: str, found: tuple[int, ...]) -> None:
    assert numbers(version) == found


@given(st.text(), st.text())
def test_any_two_texts_have_an_order(one: str, two: str) -> None:
    assert (precedence(one) < precedence(two)) == (precedence(two) > precedence(one))
    is_bare(one)


@pytest.mark.parametrize("piece", ["9", "9.", "a", "rc1", "a1.", "+", "\0", "İ"])
def test_a_long_text_is_cut(piece: str) -> None:
    assert precedence(piece * 100_000) == precedence((piece * 100)[:100])
    assert len(precedence(piece * 100_000)[1]) <= 101


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5))
def test_a_suffix_of_what_is_not_yet_comes_before_and_another_after(parts: list[int]) -> None:
    version = ".".join(map(str, parts))
    assert precedence(f"{version}-rc1") < precedence(version) < precedence(f"{version}p1")
    assert precedence(version) < precedence(f"{version}.1")
