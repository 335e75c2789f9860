"""What elements load, whether browsers upgrade or block it, and what an integrity is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import assert_linear

from secscan.parsing.html import Element, elements
from secscan.parsing.loads import Load, Pin, code_of, loads, pin_of

SHA256 = "sha256-" + "A" * 43 + "="
SHA512 = "sha512-" + "A" * 86 + "=="


def loaded(html: str) -> tuple[list[str], list[str]]:
    """Return what is blocked over plain HTTP, and what is upgraded."""
    found = list(loads(elements(html)))
    blocked = [load.reference for load in found if not load.upgradeable]
    return blocked, [load.reference for load in found if load.upgradeable]


@pytest.mark.parametrize(
    "html",
    [
        "<script src=a>",
        "<script src=a type=module>",
        "<script src=a type='text/JavaScript'>",
        "<iframe src=a>",
        "<object data=a>",
        "<embed src=a>",
        "<video><track src=a>",
        "<link rel='alternate stylesheet' href=a>",
        "<link rel=modulepreload href=a>",
        "<link rel=preload as=font href=a>",
        "<link rel=manifest href=a>",
        "<img srcset='a'>",
        "<picture><source srcset='a 2x'></picture>",
        "<picture><img src=a></picture>",
        "<picture><source><source><img src=a></picture>",
        "<link rel=preload as=image imagesrcset='a 1x'>",
    ],
)
def test_blocked(html: str) -> None:
    assert loaded(html) == (["a"], [])


@pytest.mark.parametrize(
    "html",
    [
        "<img src=a>",
        "<picture><img></picture><img src=a>",
        "<audio src=a>",
        "<video poster=a>",
        "<video><source src=a>",
        "<input type=IMAGE src=a>",
        "<body background=a>",
        "<svg><image href=a></svg>",
        "<link rel='shortcut icon' href=a>",
        "<link rel=preload as=video href=a>",
    ],
)
def test_upgraded(html: str) -> None:
    assert loaded(html) == ([], ["a"])


@pytest.mark.parametrize(
    "html",
    [
        "<a href=a>",
        "<script type='text/template' src=a>",
        "<img data-src=a>",
        "<input src=a>",
        "<link rel=canonical href=a>",
        "<link rel=preconnect href=a>",
        "<script>",
    ],
)
def test_not_loaded(html: str) -> None:
    assert loaded(html) == ([], [])


@pytest.mark.parametrize(
    ("srcset", "urls"),
    [
        ("a 1x, b 2x", ["a", "b"]),
        ("a,b 2x", ["a,b"]),
        ("a, b", ["a", "b"]),
        (" , a 100w,,", ["a"]),
        ("", []),
    ],
)
def test_sets_of_pictures(srcset: str, urls: list[str]) -> None:
    assert loaded(f"<img srcset='{srcset}'>") == (urls, [])


@pytest.mark.parametrize(
    ("attributes", "pin"),
    [
        (f"integrity='{SHA256}' crossorigin", Pin.HASH),
        (f"integrity=' {SHA512}?a=b {SHA256} ' crossorigin=anonymous", Pin.HASH),
        (f"integrity='sha1-abc {SHA256[:-1]}' crossorigin", Pin.HASH),
        (f"integrity='{SHA256}' type=module", Pin.HASH),
        (f"integrity='{SHA256}'", Pin.REFUSED),
        ("integrity='sha256-abc' crossorigin", Pin.INVALID),
        ("integrity='md5-abc' crossorigin", Pin.INVALID),
        ("integrity crossorigin", Pin.INVALID),
        ("crossorigin", Pin.NONE),
    ],
)
def test_integrity(attributes: str, pin: Pin) -> None:
    assert pin_of(elements(f"<script src=a {attributes}>")[0]) is pin


def test_code_is_scripts_and_no_styles() -> None:
    html = "<script src=a></script><link rel=stylesheet href=b><img src=d>"
    html += "<link rel=modulepreload href=c>"
    assert [code_of(element) for element in elements(html)] == ["a", "", "", "c"]


PIECES = st.sampled_from(
    ["<img srcset='", "<picture>", "<source src=a>", "a 1x", ",", "'", ">", "<script "]
)


@given(st.text() | st.lists(PIECES).map("".join))
def test_any_page_is_read(html: str) -> None:
    found = elements(html)
    list(loads(found))
    for element in found:
        code_of(element)
        pin_of(element)


@pytest.mark.parametrize("piece", [",", " ", "a", "a,", "a 1x,", "(", ", "])
def test_a_set_of_twice_the_length_takes_twice_the_steps(piece: str) -> None:
    def read(value: str) -> list[Load]:
        return list(loads([Element("img", {"srcset": value, "src": value})]))

    assert_linear(read, piece)
    assert_linear(lambda value: pin_of(Element("script", {"integrity": value})), piece)
