import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.locations import location_of, refresh_of

URL = "http://a.example/b/c"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://a.example/", "https://a.example/"),
        ("HTTPS://A.example/", "https://A.example/"),
        ("/d", "http://a.example/d"),
        ("d", "http://a.example/b/d"),
        ("", "http://a.example/b/c"),
        ("?d", "http://a.example/b/c?d"),
        ("//d.example/", "http://d.example/"),
        ("\\\\d.example\\e", "http://d.example/e"),
        ("/\\d.example", "http://d.example"),
        ("https:\\\\d.example\\e?\\", "https://d.example/e?\\"),
        ("https:d.example/", "https://d.example/"),
        ("https:////d.example/", "https://d.example/"),
        ("http:d", "http://a.example/b/d"),
        ("http:/d", "http://a.example/d"),
        (" \x01https://d.example/ ", "https://d.example/"),
        ("ht\ttps://d.example/", "https://d.example/"),
        ("https://a.example@d.example/", "https://a.example@d.example/"),
        ("javascript:alert(1)", ""),
        ("JavaScript:https://a.example/", ""),
        ("data:text/html,https://a.example/", ""),
        ("ftp://a.example/", ""),
        ("https://", ""),
        ("https://[/", ""),
        ("https://[::1]/", "https://[::1]/"),
        ("/" + "a" * 9000, "http://a.example/" + "a" * 9000),
    ],
)
def test_where_a_location_leads(location: str, target: str) -> None:
    assert location_of(URL, (location,)) == target


def test_lines_that_differ_lead_nowhere() -> None:
    assert location_of(URL, ("https://a.example/", "https://b.example/")) == ""
    assert location_of(URL, ("https://a.example/",) * 2) == "https://a.example/"
    assert location_of(URL, ()) == ""


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=https://a.example/", "https://a.example/"),
        ("0;URL='https://a.example/'", "https://a.example/"),
        (' 5 , "https://a.example/" x', "https://a.example/"),
        ("0 https://a.example/", "https://a.example/"),
        ("1.5;url=/d", "http://a.example/d"),
        ("5", ""),
        ("5;", ""),
        ("", ""),
        ("https://a.example/", ""),
        ("0;url=javascript:alert(1)", ""),
    ],
)
def test_where_a_refresh_leads(content: str, target: str) -> None:
    assert refresh_of(URL, content) == target


@given(st.text(st.sampled_from("htps:/\\?#@[]. \t\0aurl=0;'")) | st.text())
def test_any_text_leads_to_http_or_nowhere(text: str) -> None:
    for target in (location_of(URL, (text,)), refresh_of(URL, text)):
        assert not target or target.startswith(("http://", "https://"))


@pytest.mark.parametrize("piece", [" ", "/", "\\", "../", "0", ".", ";", "@", "url=", "https:"])
def test_a_hostile_value_is_read_in_one_pass(piece: str) -> None:
    """A quadratic reader would need hours for these."""
    for start in ("", "0", "https:", "https://"):
        location_of(URL, (start + piece * 300_000,))
        refresh_of(URL, start + piece * 300_000)
