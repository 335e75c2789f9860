"""What is a firewall's answer, and what is the site's own."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import assert_linear

from secscan.parsing.block_signs import Block
from secscan.parsing.blocking import block_kind

CORPUS = Path(__file__).parents[1] / "blocked"
ANSWERS = sorted(CORPUS.glob("*/*.http"))
PAGE = ("Content-Type", "text/html")


def read(path: Path) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return status, headers and body of a file of the corpus."""
    head, _, body = path.read_bytes().partition(b"\n\n")
    status, *lines = head.decode("latin-1").split("\n")
    pairs = [line.partition(": ") for line in lines]
    return int(status.split()[1]), [(name, value) for name, _, value in pairs], body


def kind_of(html: str, status: int = 200) -> Block | None:
    return block_kind(status, [PAGE], html.encode())


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_answer_of_the_corpus_is_told_apart(path: Path) -> None:
    found = block_kind(*read(path))
    assert (found or "own").replace(" ", "-") == path.parent.name


def test_the_corpus_holds_every_kind_and_enough_of_both() -> None:
    folders = [path.parent.name for path in ANSWERS]
    assert set(folders) == {kind.replace(" ", "-") for kind in Block} | {"own"}
    assert folders.count("own") >= 25
    assert len(folders) - folders.count("own") >= 25


def test_an_article_is_no_block_page_however_it_begins() -> None:
    page = "<title>Access denied</title><p>Your support ID is 1.</p>"
    assert kind_of(page) is Block.FIREWALL
    assert kind_of(page + "<p>word " * 400) is None


def test_a_page_is_only_looked_at_in_its_first_part() -> None:
    page = "<html><title>Just a moment...</title>"
    assert kind_of(page + "<!--" + " " * 100_000) is Block.CHALLENGE
    assert kind_of(page + "<!--" + " " * 200_000) is None
    assert kind_of("<html><!--" + " " * 100_000 + "--><title>Just a moment...</title>") is None


def test_a_sign_in_a_header_needs_no_body_and_a_status_needs_neither() -> None:
    assert block_kind(202, [("X-Amzn-Waf-Action", "challenge")], b"") is Block.CHALLENGE
    assert block_kind(403, [], b"\xff\x00") is Block.REFUSAL
    assert block_kind(503, [("Retry-After", "60")], b"") is None


def test_a_sign_says_more_than_the_status() -> None:
    page = b"<html><title>Attention Required! | Cloudflare</title>"
    assert block_kind(403, [], page) is Block.FIREWALL


def test_a_form_is_there_to_be_filled_in() -> None:
    wall = "<html><p>Verify you are human</p>"
    assert kind_of(wall) is Block.CAPTCHA
    assert kind_of(wall + "<input type=hidden><input type=submit>") is Block.CAPTCHA
    assert kind_of(wall + "<input type=search>") is None
    assert kind_of(wall + "<select></select>") is None


def test_a_page_that_loads_its_script_builds_itself() -> None:
    bare = "<html><script>document.cookie='a=1';location.reload()</script>"
    assert kind_of(bare) is Block.CHALLENGE
    assert kind_of(bare + "<script src=/app.js></script>") is None
    assert kind_of(bare + "<p>" + "word " * 100) is None


@given(
    st.integers(100, 599),
    st.lists(st.tuples(st.text(), st.text()), max_size=3),
    st.one_of(st.binary(), st.text().map(str.encode)),
)
def test_any_answer_gets_a_word(
    status: int, headers: list[tuple[str, str]], content: bytes
) -> None:
    assert block_kind(status, [PAGE, *headers], content) in (None, *Block)


@given(st.lists(st.sampled_from(["<", ">", "<script", "</script>", "<title>", "&#", " ", "a"])))
def test_any_page_gets_a_word(parts: list[str]) -> None:
    assert kind_of("<html>" + "".join(parts)) in (None, Block.CHALLENGE)


@pytest.mark.parametrize("unit", ["<", "<a ", "<script>", "<input>", "<title>", "<p>&amp;", "</a>"])
def test_twice_the_page_is_at_most_twice_the_work(unit: str) -> None:
    assert_linear(lambda html: block_kind(200, [PAGE], html), unit.encode(), b"<html>")
