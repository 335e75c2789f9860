"""What is an HTML page: its type says so, or without a type its first bytes."""

import pytest

from secscan.parsing.media import is_html, media_type


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
    ],
)
def test_the_type_decides_and_else_the_first_bytes(
    content_type: str | None, content: bytes, html: bool
) -> None:
    assert is_html(content_type, content) is html


def test_a_media_type_is_without_parameters() -> None:
    assert media_type(' text/HTML;charset="a"') == "text/html"
    assert media_type(None) == ""
