"""What a page suggests to ask for, and nothing that is not its own."""

import pytest

from secscan.parsing.html import elements
from secscan.parsing.suggestions import (
    is_joomla,
    is_wordpress,
    own_feed,
    own_folder,
    own_scripts,
)

URL = "https://site.example/vi/home?x=1"


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("a.js", "https://site.example/vi/a.js"),
        ("/a.js?v=1", "https://site.example/a.js?v=1"),
        ("//site.example/a.js", "https://site.example/a.js"),
        ("https://site.example:443/a.js", "https://site.example:443/a.js"),
        ("/a.js#top", "https://site.example/a.js"),
        ("http://site.example/a.js", ""),
        ("https://site.example:8443/a.js", ""),
        ("https://www.site.example/a.js", ""),
        ("https://site.example:99999/a.js", ""),
        ("data:text/javascript,1", ""),
        ("/" + "a" * 3000, ""),
        ("", ""),
    ],
)
def test_a_script_is_own_where_it_has_the_origin_of_the_page(reference: str, address: str) -> None:
    found = elements(f"<script src='{reference}'></script>")
    assert own_scripts(URL, found) == ((address,) if address else ())


def test_the_base_of_the_page_counts() -> None:
    found = elements("<base href=/portal/><script src=a.js></script>")
    assert own_scripts(URL, found) == ("https://site.example/portal/a.js",)


def test_what_is_no_script_is_left_out() -> None:
    markup = "<script type=application/json src=/a.js></script><link rel=modulepreload href=/b.js>"
    assert own_scripts(URL, elements(markup)) == ()


@pytest.mark.parametrize(
    ("markup", "folder"),
    [
        ("<img src=/uploads/2024/a.png>", "https://site.example/uploads/2024/"),
        ("<link rel=stylesheet href=/css/a.css?v=2>", "https://site.example/css/"),
        ("<script src=/a.js></script><script src=/js/b.js></script>", "https://site.example/js/"),
        ("<script src=b.js></script>", ""),
        ("<iframe src=/map/></iframe>", ""),
        ("<img src=/image.php>", ""),
        ("<img src=https://other.example/js/a.png>", ""),
    ],
)
def test_the_folder_is_that_of_an_own_file(markup: str, folder: str) -> None:
    assert own_folder(URL, elements(markup)) == folder


@pytest.mark.parametrize(
    ("markup", "feed"),
    [
        ("<link rel=alternate type=application/rss+xml href=/rss>", "https://site.example/rss"),
        ("<link rel='Alternate x' type=application/atom+xml href=a>", "https://site.example/vi/a"),
        ("<link rel=alternate type=application/rss+xml href=//b.example/rss>", ""),
        ("<link rel=alternate hreflang=en href=/en>", ""),
        ("<a rel=alternate type=application/rss+xml href=/rss>", ""),
    ],
)
def test_the_feed_is_the_one_that_is_named(markup: str, feed: str) -> None:
    assert own_feed(URL, elements(markup)) == feed


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<link href=/wp-includes/a.css>", True),
        ("<link rel=https://api.w.org/ href=https://site.example/wp-json/>", True),
        ("<img src=/wp-content/a.png>", True),
        ("<img src=https://other.example/wp-content/a.png>", False),
        ("<a href=/wp-content/a.pdf>", False),
        ("/wp-content/", False),
    ],
)
def test_wordpress(markup: str, expected: bool) -> None:
    assert is_wordpress(URL, elements(markup)) is expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<meta name=generator content='Joomla! - Open Source'>", True),
        (
            "<script src=/media/system/js/a.js></script><script src=/media/jui/js/b.js></script>",
            True,
        ),
        ("<script src=/media/system/js/a.js></script>", False),
        ("<a href='/index.php?option=com_content&view=article'>", True),
        ("<a href='https://other.example/?option=com_content'>", False),
        ("<meta name=generator content=WordPress>", False),
    ],
)
def test_joomla(markup: str, expected: bool) -> None:
    assert is_joomla(URL, elements(markup)) is expected
