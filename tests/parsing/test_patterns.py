"""Patterns from tables: what they find, what they refuse, and what wide gaps cost."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.patterns import Pattern, PatternError

MILLION = 1 << 20


def test_the_first_match_gives_its_groups() -> None:
    pattern = Pattern(r"a([0-9]+)(b)?")
    assert pattern.first(b"-a12-a3b") == ("12", "")
    assert pattern.first(b"a") is None
    assert pattern.groups == 2


def test_matches_are_bounded() -> None:
    assert Pattern(r"([0-9])").all(b"12345", 3) == [("1",), ("2",), ("3",)]


def test_named_groups_are_given_by_name() -> None:
    pattern = Pattern(r"(?P<name>[a-z]+)/(?P<version>[0-9]+)?", ignore_case=True)
    assert pattern.named(b"-Apache/-") == {"name": "Apache", "version": ""}
    assert pattern.named(b"-") is None


@pytest.mark.parametrize("source", [r"(a)\1", r"(?<=a)b", r"(?=a)b", "(", "€", "a{1001}"])
def test_what_needs_backtracking_or_is_none_is_refused(source: str) -> None:
    with pytest.raises(PatternError):
        Pattern(source)


@pytest.mark.parametrize(
    ("source", "text", "groups"),
    [
        (r'"([0-9.]+)".{60,100}end', b'"1.0"' + b"-" * 60 + b"end", ("1.0",)),
        (r'"([0-9.]+)".{60,100}end', b'"1.0"' + b"-" * 59 + b"end", None),
        (r'"([0-9.]+)".{60,100}end', b'"1.0"' + b"-" * 101 + b"end", None),
        (r'"([0-9.]+)".{60,100}end', b'"1.0"' * 40 + b"-" * 60 + b"end", ("1.0",)),
        (r'start[^;]{0,90}"([0-9.]+)"', b'start"1.0"--"2.0"', ("2.0",)),
        (r'start[^;]{0,90}?"([0-9.]+)"', b'start"1.0"--"2.0"', ("1.0",)),
        (r'a[\]x]{0,90}"([0-9.]+)"', b'ax]"1.0"', ("1.0",)),
        (r'a[]x]{0,90}"([0-9.]+)"', b'ax]"1.0"', ("1.0",)),
        (r"(a).{0,90}b|c", b"c", ("",)),
        (r'"(1)"[\s\S]{0,8000}end', b'"1"' + b"\n" * 7000 + b"end", ("1",)),
        (r'"(1)"[\s\S]{0,8000}end', b'"1"' + b"\n" * 9000 + b"end", None),
    ],
)
def test_a_wide_gap_changes_nothing(source: str, text: bytes, groups: object) -> None:
    assert Pattern(source).first(text) == groups


GAPS = r'="([0-9.]+)"[^;]{50,60}(?:end|stop)([ab])?'


@given(st.lists(st.sampled_from(['="1.0"', "-" * 25, "-" * 13, "end", "stop", "a", ";"])))
def test_a_wide_gap_finds_what_re_finds(pieces: list[str]) -> None:
    text = "".join(pieces)
    expected = [tuple(group or "" for group in found) for found in re.findall(GAPS, text)]
    assert Pattern(GAPS).all(text.encode(), 1000) == expected


CHAIN = r"([0-9]\.[0-9])(?:" + r"[a1].{0,900}" * 3 + "~)"


@pytest.mark.parametrize(
    "source",
    [
        CHAIN,
        r"([0-9.]+)(?:a.{0,900}b)",
        r"([0-9.]+).{900}",
        r"(1)a|.{0,900}b",
        r"([0-9.]+)(?:a.{0,9}){60}b",
        r"([0-9.]+)" + r"a.{0,49}" * 20,
        r"([0-9.]+)" + r"[a1].{0,900}" * 20,
        r"([0-9.]+)" + r"a.{0,49}" * 20 + r".{0,900}end",
    ],
)
def test_a_pattern_that_takes_many_steps_is_not_quick(source: str) -> None:
    assert not Pattern(source).is_quick


@pytest.mark.parametrize(
    "source",
    [
        r'="([0-9.]+)".{300,1000}years.{60,80}end',
        r"'([0-9.]+)'[^\n]{0,8000}end",
        r"a([0-9.]+)(.*\n){10,15}(?:one|two)",
    ],
)
def test_a_pattern_as_people_write_them_is_quick(source: str) -> None:
    assert Pattern(source).is_quick


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        (r'="([0-9.]+)".{300,1000}years.{60,80}end', b'="1.0"x="1"="1.1"years'),
        (r"one.{1,5}?two.{0,500}three.{0,700}\"([0-9.]+)\"", b"onextwothreethreexthree"),
        (r"'([0-9.]+)'[^\n]{0,8000}end", b"'1.0'x'1'"),
    ],
)
def test_a_hostile_file_holds_nobody(source: str, pieces: bytes) -> None:
    pattern = Pattern(source)
    begin = time.process_time()
    pattern.all(pieces * (MILLION // len(pieces)), 16)
    assert time.process_time() - begin < 2  # as it stands RE2 takes some seconds
