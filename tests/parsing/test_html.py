import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.html import base_url, elements, head, resolve, title

PIECES = st.sampled_from(
    ["<", ">", "<!--", "-->", "</", "/", "=", '"', "'", "a", " ", "<script", "</script>", "<img "]
)


def tags(html: str) -> list[tuple[str, dict[str, str]]]:
    return [(element.name, dict(element.attributes)) for element in elements(html)]


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("<P CLASS=a>", [("p", {"class": "a"})]),
        ("<a href='x>y' b>", [("a", {"href": "x>y", "b": ""})]),
        ('<a href = "1" href=2>', [("a", {"href": "1"})]),
        ("<a href=a&amp;b/>", [("a", {"href": "a&b/"})]),
        ("<img/src=x/>", [("img", {"src": "x/"})]),
        ("<!-- <a> --><b>", [("b", {})]),
        ("<!--><b>", [("b", {})]),
        ("<!---><b>", [("b", {})]),
        ("<!-- <a> --!><b>", [("b", {})]),
        ("<!--!><a>--><b>", [("b", {})]),
        ("<!-- <a>", []),
        ("<script><a></script ><b>", [("script", {}), ("b", {})]),
        ("<title><a></title><b>", [("title", {}), ("b", {})]),
        ("<script>never closed <a>", [("script", {})]),
        ("1 < 2 <b> </b>", [("b", {})]),
        ("<a href='never closed>", [("a", {"href": "", "='never": "", "closed": ""})]),
        ("<a href", []),
    ],
)
def test_start_tags(html: str, read: list[tuple[str, dict[str, str]]]) -> None:
    assert tags(html) == read


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("<title>Trang\n chủ &amp; tin</title>", "Trang chủ & tin"),
        ("<TITLE lang=vi>x", "x"),
        ("<title", ""),
        ("<title>", ""),
        ("no title", ""),
        ("<title" * 9999, ""),
    ],
)
def test_the_title_is_one_line(html: str, read: str) -> None:
    assert title(html) == read


@pytest.mark.parametrize(
    ("html", "base"),
    [
        ("<a>", "https://a.example/b/"),
        ("<base href='/d/'><base href='/e/'>", "https://a.example/d/"),
        ("<base target=_blank><base href=//f.example/>", "https://f.example/"),
        ("<base href='https://['>", "https://a.example/b/"),
    ],
)
def test_base(html: str, base: str) -> None:
    assert base_url("https://a.example/b/c", elements(html)) == base


def test_the_head_ends_where_the_body_begins() -> None:
    page = elements("<!doctype html><html><head><meta a><title></title></head><p><meta b>")
    assert [element.name for element in head(page)] == ["html", "head", "meta", "title"]


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("d", "https://a.example/b/d"),
        ("//e.example", "https://e.example"),
        ("data:text/html,x", ""),
        ("javascript:x", ""),
        ("https://[::1", ""),
    ],
)
def test_resolve(reference: str, url: str) -> None:
    assert resolve("https://a.example/b/c", reference) == url


@given(st.text() | st.lists(PIECES).map("".join))
def test_any_text_is_read(html: str) -> None:
    for element in elements(html):
        resolve("https://a.example/", element.get("src"))


HOSTILE = [
    "<",
    "<a",
    "<a ",
    "<!--",
    "<!---",
    "<a b='",
    '<a b="',
    "<a/",
    "</",
    "<![CDATA[",
    "<script>",
    "a=",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_page_is_read_in_one_pass(piece: str) -> None:
    """256 kB is what is kept of a page: a quadratic reader would need hours for it."""
    assert len(elements(piece * (262_144 // len(piece)))) <= 20_000
    assert len(elements("<x " + piece * (262_144 // len(piece)))) <= 20_000
