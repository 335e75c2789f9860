"""What is an HTML page, which type and which encoding an answer declares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import assert_linear

from secscan.parsing.media import (
    MediaType,
    declared_type,
    encoding,
    is_html,
    marked_encoding,
    media_type,
    meta_charset,
)


@pytest.mark.parametrize(
    ("content_type", "content", "html"),
    [
        ("text/html", b"", True),
        ("Text/HTML ; charset=utf-8", b"{}", True),
        ("application/xhtml+xml", b"", True),
        ("application/json", b"<html>", False),
        ("text/plain", b"<html>", False),
        (None, b"\n <!DOCTYPE HTML><p>", True),
        (None, b'{"a": 1}', False),
        ("", b"<HTML>", True),
        (None, b"\xef\xbb\xbf<html>", True),
        ("html", b"<html>", True),
        ("text/html, text/html", b"<html>", True),
        ("json", b"{}", False),
        ("*/*", b"<html>", True),
        ("*/*", b"{}", False),
        ("text/plain, text/html", b"", True),
        ("text/html; charset=utf-8, application/json", b"<html>", False),
        ("text/html, */*", b"", True),
        (None, b"\t<Title>x", True),
        (None, b"<!-- a -->", True),
        (None, b"<table>", True),
        (None, b"<tables>", False),
        (None, b"\xa0<html>", False),
    ],
)
def test_the_type_decides_and_else_the_first_bytes(
    content_type: str | None, content: bytes, html: bool
) -> None:
    assert is_html(content_type, content) is html


def test_a_media_type_is_without_parameters() -> None:
    assert media_type(' text/HTML;charset="a"') == "text/html"
    assert media_type(None) == ""


@pytest.mark.parametrize(
    ("lines", "declared"),
    [
        (["Text/HTML; Charset=UTF-8"], MediaType("text/html", "UTF-8")),
        (['text/html;a="b;charset=x";charset="utf-8"'], MediaType("text/html", "utf-8")),
        (["text/html;charset=a;charset=b"], MediaType("text/html", "a")),
        (["text/html;charset"], MediaType("text/html", "")),
        (["text/html;charset=gbk", "text/html"], MediaType("text/html", "gbk")),
        (["text/html;charset=gbk", "text/plain"], MediaType("text/plain", "")),
        (["text/html, nonsense"], MediaType("text/html", "")),
        (['text/html;a="x, text/plain'], MediaType("text/html", "")),
        (["*/*"], None),
        (["html"], None),
        ([""], None),
        ([], None),
    ],
)
def test_all_lines_together_declare_one_type(lines: list[str], declared: MediaType | None) -> None:
    assert declared_type(lines) == declared


@pytest.mark.parametrize(
    ("label", "name"),
    [
        (" UTF8 ", "utf-8"),
        ("windows-1258", "windows-1258"),
        ("ISO-8859-1", "windows-1252"),
        ("utf-7", ""),
        ("", ""),
        ("{{charset}}", ""),
    ],
)
def test_encodings_have_one_name(label: str, name: str) -> None:
    assert encoding(label) == name


def test_marks_and_meta_elements_declare_encodings() -> None:
    assert marked_encoding(b"\xef\xbb\xbfa") == "utf-8"
    assert marked_encoding(b"\xfe\xff\0a") == marked_encoding(b"\xff\xfea\0") == "utf-16"
    assert marked_encoding(b"a") == ""
    assert meta_charset("text/html; Charset = 'utf-8'") == "utf-8"
    assert meta_charset("text/html") == ""


@given(st.lists(st.text() | st.text('text/html;, charset="\\ab')))
def test_any_text_is_read(lines: list[str]) -> None:
    declared_type(lines)
    meta_charset("".join(lines))
    encoding("".join(lines))


HOSTILE = ['"', ";", ",", "\\", " ", ";a", '="', "charset", "=", '\\"']


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_type_of_twice_the_length_takes_twice_the_steps(piece: str) -> None:
    assert_linear(lambda text: declared_type([text]), piece)
    assert_linear(lambda text: declared_type([text]), piece, 'a/b;c="')
    assert_linear(meta_charset, piece)
