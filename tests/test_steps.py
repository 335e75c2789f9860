"""The counting of steps can fail: what is quadratic is caught, and patterns find what re finds."""

import re
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import assert_linear, steps
from steps_regex import find

PARSERS = """
import re
from functools import lru_cache

TRAILING = re.compile(r"a*b")
PAIRS = re.compile(r"(?:a+)+b")
LINEAR = re.compile(r"[^b]*+b?")
BY_NAME = {"trailing": [TRAILING]}

def rest_cut_off_in_a_loop(text):
    while text:
        text = text[1:]

def rest_searched_in_a_loop(text):
    return [text.find("z", at) for at in range(0, len(text), 8)]

def joined_in_a_loop(text):
    made = ""
    for character in text:
        made = "".join((made, character))
    return made

def searched_by_a_pattern(text):
    return TRAILING.search(text)

def searched_by_a_pattern_in_a_table(text):
    return BY_NAME["trailing"][0].search(text)

def searched_by_re(text):
    return re.sub(r"a*b", "", text)

@lru_cache
def in_one_pass(text):
    return LINEAR.match(text)[0].lower().split("a"), text.partition("b"), text.count("c")
"""
QUADRATIC = """
rest_cut_off_in_a_loop rest_searched_in_a_loop joined_in_a_loop
searched_by_a_pattern searched_by_a_pattern_in_a_table searched_by_re
"""
MODULES = """
blocking cookies csp csp_sources editions headers hsts html libraries loads locations media opaque
packagers permissions redaction securitytxt software structured tags traces
"""


@pytest.fixture
def parsers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return a module of parsers whose costs are known."""
    module = ModuleType("secscan.parsing.known")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(PARSERS, vars(module))  # noqa: S102 - written above
    return module


@pytest.mark.parametrize("name", QUADRATIC.split())
def test_a_quadratic_parser_is_caught(parsers: ModuleType, name: str) -> None:
    with pytest.raises(AssertionError):
        assert_linear(getattr(parsers, name), "a")


def test_a_pattern_that_never_ends_is_caught(parsers: ModuleType) -> None:
    with pytest.raises(AssertionError, match="more than"):
        steps(lambda text: parsers.PAIRS.search(text), "a" * 24)


def test_a_linear_parser_passes(parsers: ModuleType) -> None:
    assert_linear(parsers.in_one_pass, "abc")


def test_counting_changes_nothing(parsers: ModuleType) -> None:
    before = {name: id(value) for name, value in vars(parsers).items()}
    first = steps(parsers.in_one_pass, "abc")
    assert first == steps(parsers.in_one_pass, "abc") > 3
    assert parsers.in_one_pass("abc") == (["", "bc"[:1]], ("a", "b", "c"), 1)
    assert {name: id(value) for name, value in vars(parsers).items()} == before


def patterns(value: Any) -> list[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        return [value]
    if isinstance(value, dict):
        return [found for one in value.values() for found in patterns(one)]
    return [found for one in value for found in patterns(one)] if type(value) is tuple else []


def of_parsers() -> list[re.Pattern[Any]]:
    modules = [import_module(f"secscan.parsing.{name}") for name in MODULES.split()]
    return [found for module in modules for one in vars(module).values() for found in patterns(one)]


OTHERS = [
    re.compile(pattern, re.MULTILINE | re.DOTALL)
    for pattern in (r"(a|ab)(c|bcd)(d*)", r"a{2,4}?b", r"\bx\b|^a|b$", r"(?i:(a)\1).", r"(?>ab|a)c")
]


LOOSE = st.text("abcdx@/ \n\"'=<>-;:,A9&#", max_size=20)


@given(st.data())
def test_patterns_find_what_re_finds(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from([*of_parsers(), *OTHERS]))
    is_bytes = isinstance(pattern.pattern, bytes)
    text: Any = data.draw(st.from_regex(pattern) | (LOOSE.map(str.encode) if is_bytes else LOOSE))
    for how in ("match", "fullmatch", "search"):
        found = getattr(pattern, how)(text)
        assert find(pattern, text, how)[0] == (found.span() if found else None)
