"""Character references: what each stands for, and that none is too long."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import assert_linear

from secscan.parsing.blocking import block_kind
from secscan.parsing.html import elements, title
from secscan.parsing.references import unescaped
from secscan.parsing.traces import traces

LONG = f"&#{'9' * 5_000};"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("&lt;&#60;&#x3c;&#60", "<<<<"),
        (f"a{LONG}b", "a\ufffdb"),
        (f"&#{'0' * 5_000}65;", "A"),
        (f"&#{'0' * 5_000};", "\ufffd"),
        (f"&#x{'9' * 5_000};", "\ufffd"),
        ("&#123456789&#", "\ufffd&#"),
    ],
)
def test_references_of_any_length_are_read(text: str, read: str) -> None:
    assert unescaped(text) == read


@given(st.text("&#x;0189aflt "))
def test_short_references_are_the_librarys(text: str) -> None:
    assert unescaped(text) == unescape(text)


@pytest.mark.parametrize("html", [f"<p>{LONG}", f"<title>{LONG}", f"<a b='{LONG}'>", LONG])
def test_a_page_of_long_references_is_read(html: str) -> None:
    assert block_kind(404, [("Content-Type", "text/html")], f"<html>{html}".encode()) is None
    assert traces(html, quotes=True) == ()
    assert title(html).strip("\ufffd") == ""
    assert all(set(one.get("b")) <= {"\ufffd"} for one in elements(html))


@pytest.mark.parametrize("piece", ["&#", "9", "0", "&#9", "&#999999999;", "&", "&#x"])
def test_twice_the_references_are_twice_the_steps(piece: str) -> None:
    assert_linear(unescaped, piece, "&#")
