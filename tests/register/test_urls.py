"""A site's URL has one form, and a bad one a sentence."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.register.model import Kind
from secscan.register.urls import kind_of, normal_url, service_url, site_id_of

CHARACTERS = st.characters(exclude_categories=["Cs"])


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://a.example.vn", "https://a.example.vn/"),
        ("HTTPS://A.Example.VN:443/", "https://a.example.vn/"),
        ("http://a.example.vn:80", "http://a.example.vn/"),
        ("http://a.example.vn:", "http://a.example.vn/"),
        ("http://a.example.vn:443/", "http://a.example.vn:443/"),
        ("https://a.example.vn:8443/A/b%20c", "https://a.example.vn:8443/A/b%20c"),
        ("https://a.example.vn/tin-tức", "https://a.example.vn/tin-t%E1%BB%A9c"),
        ("https://sở.example.vn/", "https://xn--s-lym.example.vn/"),
        ("https://SO\u031b\u0309.example.vn/", "https://xn--s-lym.example.vn/"),
        ("smtp://mail.example.vn", "smtp://mail.example.vn"),
        ("SMTP://Mail.Example.VN:25/", "smtp://mail.example.vn"),
        ("smtp://mail.example.vn:587", "smtp://mail.example.vn:587"),
        ("smtps://mail.example.vn:465", "smtps://mail.example.vn"),
        ("imap://thư.example.vn:143/", "imap://xn--th-e0a.example.vn"),
        ("imaps://mail.example.vn:1993", "imaps://mail.example.vn:1993"),
        ("tls://a.example.vn:636", "tls://a.example.vn:636"),
    ],
)
def test_one_form(text: str, url: str) -> None:
    assert normal_url(text) == url


PARTS = (
    "write http:// or https://, a host and a path, or smtp://, smtps://, imap://, imaps:// or "
    "tls:// and a host"
)
ADDRESS = 'write the name of the host; "connect" pins its address'
HOST = "write a host name of letters, digits and hyphens"
PORT = "write a port from 1 to 65535"
SPACES = "write it without spaces, control characters and backslashes"
QUERY = 'write it without "?" and "#": a site is scheme, host, port and path'
WITHOUT_PATH = "write it without a path: only http:// and https:// have one"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", PARTS),
        ("a.example.vn", PARTS),
        ("ftp://a.example.vn", PARTS),
        ("javascript:alert(1)", PARTS),
        ("https:///path", PARTS),
        ("https://:443/", PARTS),
        ("https://u:p@a.example.vn", "write it without user name and password"),
        ("https://a.example.vn/?q=1", QUERY),
        ("https://a.example.vn/#top", QUERY),
        ("https://a.example.vn:0", PORT),
        ("https://a.example.vn:65536", PORT + " and a host without brackets"),
        ("https://a.example.vn:x", PORT + " and a host without brackets"),
        ("https://[::1", PORT + " and a host without brackets"),
        ("https://127.0.0.1/", ADDRESS),
        ("https://127.1/", ADDRESS),
        ("https://0x7f.0x1/", ADDRESS),
        ("https://2130706433/", ADDRESS),
        ("https://[::1]/", HOST),
        ("https://a_b.example.vn/", HOST),
        ("https://a..vn/", HOST),
        ("https://-a.vn/", HOST),
        ("https://a.example.vn./", "write the host without the dot at its end"),
        ("https://intranet/", "write the full name of the host, with its domain"),
        ("https://a.exam ple.vn/", SPACES),
        ("https://a.example.vn/\n", SPACES),
        ("https://a.example.vn/\x00", SPACES),
        ("https://a.example.vn\\@b.vn/", SPACES),
        ("smtp://mail.example.vn/box", WITHOUT_PATH),
        ("smtp://u@mail.example.vn", "write it without user name and password"),
        ("tls://a.example.vn", "write its port: tls:// is for any"),
        ("tls://a.example.vn:0", PORT),
        ("https://a.example.vn/" + "a" * 2000, "write a URL of at most 2000 characters"),
    ],
)
def test_a_bad_one(text: str, message: str) -> None:
    with pytest.raises(ValueError, match="write ") as raised:
        normal_url(text)
    assert str(raised.value) == message


@given(
    st.text(CHARACTERS)
    | st.text(CHARACTERS).map("https://a.vn".__add__)
    | st.text(CHARACTERS).map("smtp://a.vn".__add__)
)
def test_any_text_is_a_url_or_a_mistake(text: str) -> None:
    with suppress(ValueError):
        url = normal_url(text)
        assert normal_url(url) == url
        assert url.isascii()


@pytest.mark.parametrize(
    ("url", "site_id"),
    [
        ("https://a.example.vn/", "a.example.vn"),
        ("http://a.example.vn/", "a.example.vn"),
        ("https://a.example.vn:8443/", "a.example.vn_8443"),
        ("https://a.example.vn/Cong/Tin/", "a.example.vn_cong-tin"),
        ("https://a.example.vn:8443/p.aspx", "a.example.vn_8443_p.aspx"),
        ("smtp://a.example.vn", "a.example.vn_25"),
        ("smtp://a.example.vn:587", "a.example.vn_587"),
        ("imaps://a.example.vn", "a.example.vn_993"),
        ("tls://a.example.vn:636", "a.example.vn_636"),
    ],
)
def test_the_id_by_default(url: str, site_id: str) -> None:
    assert site_id_of(url) == site_id


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://a.example.vn/", Kind.PORTAL),
        ("smtp://a.example.vn:587", Kind.MAIL),
        ("imaps://a.example.vn", Kind.MAIL),
        ("tls://a.example.vn:636", Kind.PORTAL),
    ],
)
def test_the_kind_by_default(url: str, kind: Kind) -> None:
    assert kind_of(url) is kind


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("ssh://a.example.vn", "ssh://a.example.vn"),
        ("SSH://A.Example.VN:22/", "ssh://a.example.vn"),
        ("ssh://a.example.vn:2222", "ssh://a.example.vn:2222"),
        ("ftp://sở.example.vn", "ftp://xn--s-lym.example.vn"),
        ("pop3s://a.example.vn:995", "pop3s://a.example.vn"),
    ],
)
def test_one_form_of_a_service(text: str, url: str) -> None:
    assert service_url(text) == url


@given(st.text(CHARACTERS) | st.text("sh:/a.vn0@?#[]", max_size=30).map("ssh://".__add__))
def test_whatever_is_written_for_a_service_has_one_form_or_a_sentence(text: str) -> None:
    with suppress(ValueError):
        url = service_url(text)
        assert service_url(url) == url
