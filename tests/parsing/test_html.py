import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.html import base_url, elements, head, is_cut, resolve, title

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
        ("<a href='never closed>", []),
        ("<a href", []),
        ("<a\0 b\0=\0>", [("a\ufffd", {"b\ufffd": "\ufffd"})]),
        ("<a\r\nb='\r'>", [("a", {"b": "\n"})]),
        ("<lin\u212a hr\xc9f>", [("lin\u212a", {"hr\xc9f": ""})]),
        ("<a\xa0b\x0bc>", [("a\xa0b\x0bc", {})]),
        ("<a b='c'd==e =f>", [("a", {"b": "c", "d": "=e", "=f": ""})]),
        ("<a b=>", [("a", {"b": ""})]),
        ("<a b=?c&copy=1&copy&notin;&notit;&amp;>", [("a", {"b": "?c&copy=1\xa9\u2209&notit;&"})]),
        ("<a b=&#x41;&#65&#0;>", [("a", {"b": "AA\ufffd"})]),
        (f"<a b=&#{'9' * 9999};>", [("a", {"b": "\ufffd"})]),
        ("<!x <a>><b>", [("b", {})]),
        ("<?x <a>?><b>", [("b", {})]),
        ("</ <a>><b>", [("b", {})]),
        ("</x y='<a>'><b>", [("b", {})]),
        ("<![CDATA[<a>]]><b>", [("b", {})]),
        ("<svg><![CDATA[<a>]]><b>", [("svg", {}), ("b", {})]),
        ("<plaintext><a></plaintext><b>", [("plaintext", {})]),
        ("<noscript><a></noscript><b>", [("noscript", {}), ("b", {})]),
        ("<script/><a></script><b>", [("script", {}), ("b", {})]),
        ("<script><!--</script><b>", [("script", {}), ("b", {})]),
        ("<script><!--><script></script><b>", [("script", {}), ("b", {})]),
        ("<script><!-- <script> </script> <a> </script><b>", [("script", {}), ("b", {})]),
        ("<script><!-- <script> --> </script><b>", [("script", {}), ("b", {})]),
        ("<script></script x='<a>'><b>", [("script", {}), ("b", {})]),
        ("<svg><title/><style/></svg><b>", [(name, {}) for name in ("svg", "title", "style", "b")]),
        ("<svg><script><a></svg>", [("svg", {}), ("script", {}), ("a", {})]),
        ("<svg><p><title><a></title>", [("svg", {}), ("p", {}), ("title", {})]),
        ("<svg><desc><title><a></title>", [("svg", {}), ("desc", {}), ("title", {})]),
        ("<math><mi><title><a></title>", [("math", {}), ("mi", {}), ("title", {})]),
        ("<template><a></template><b>", [("template", {}), ("b", {})]),
        ("<template><svg></template><title><a>", [("template", {}), ("title", {})]),
        (
            "<template shadowrootmode=open><a>",
            [("template", {"shadowrootmode": "open"}), ("a", {})],
        ),
    ],
)
def test_start_tags(html: str, read: list[tuple[str, dict[str, str]]]) -> None:
    assert tags(html) == read


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("<title>Trang\n chủ &amp; tin</title>", "Trang chủ & tin"),
        ("<TITLE lang=vi>x", "x"),
        ("<title>a <b> c</title>", "a <b> c"),
        ("<!--<title>x</title>--><svg><title>y</title></svg><title>z</title>", "z"),
        ("<template><title>x</title></template>", ""),
        ("<title>x</title><title>y</title>", "x"),
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
        (f"<base href='https://{'a' * 250}:8443/'>", f"https://{'a' * 250}:8443/"),
        (f"<base href='https://{'a' * 301}/'>", "https://a.example/b/"),
    ],
)
def test_base(html: str, base: str) -> None:
    assert base_url("https://a.example/b/c", elements(html)) == base


@pytest.mark.parametrize(
    ("html", "names"),
    [
        (
            "<!doctype html><html><head><meta a><title></title></head><p><meta b>",
            "html head meta title",
        ),
        ("\ufeff <!-- x --> <meta a>", "meta"),
        ("x<meta a>", ""),
        ("<meta a>x<meta b>", "meta"),
        ("<title>x</title><template>x</template><meta a>", "title template meta"),
        ("<meta a></head><meta b></x><meta c></body><meta d>", "meta meta meta"),
        ("<noscript></noscript></head><noscript></noscript><meta a>", "noscript"),
        ("<svg><meta a>", ""),
    ],
)
def test_the_head_ends_where_the_body_begins(html: str, names: str) -> None:
    assert [element.name for element in head(elements(html))] == names.split()


def test_a_page_is_cut_where_it_has_more_tags_than_are_read() -> None:
    assert not is_cut("<a>" * 20_000)
    assert is_cut("<a>" * 20_001)
    assert len(elements("<a>" * 20_001)) == 20_000
    assert is_cut("</a>" * 100_001)
    assert is_cut("<a" + "".join(f" b{at}" for at in range(101)) + ">")
    assert is_cut("<svg>" * 33)


def test_checks_of_a_page_share_its_elements() -> None:
    page = "<a b=c>"
    assert elements(page) is elements(page)


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("d", "https://a.example/b/d"),
        ("//e.example", "https://e.example"),
        (r"\\e.example\f", "https://e.example/f"),
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
