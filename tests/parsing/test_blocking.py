"""What is a firewall's answer, and what is the site's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.blocking import is_block_page

CHALLENGE = b"<html><head><TITLE >\n Just a moment...</title></head>"
PAGE = b"<html><title>Trang ch\xe1\xbb\xa7</title>just a moment"


@pytest.mark.parametrize(
    ("status", "headers", "content", "blocked"),
    [
        (403, [], b"", True),
        (429, [("Retry-After", "60")], b"", True),
        (200, [], CHALLENGE, True),
        (503, [], CHALLENGE, True),
        (200, [("CF-Mitigated", "Challenge")], PAGE, True),
        (202, [("x-amzn-waf-action", "challenge")], b"", True),
        (200, [], PAGE, False),
        (503, [], PAGE, False),
        (404, [], b"<title>Not Found</title>", False),
        (401, [], b"", False),
    ],
)
def test_a_block_page_is_known_by_status_header_or_title(
    status: int, headers: list[tuple[str, str]], content: bytes, blocked: bool
) -> None:
    assert is_block_page(status, headers, content) is blocked


@given(st.integers(100, 599), st.lists(st.tuples(st.text(), st.text()), max_size=3), st.binary())
def test_any_answer_gets_a_word(
    status: int, headers: list[tuple[str, str]], content: bytes
) -> None:
    assert is_block_page(status, headers, content) in (True, False)
