from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.cookies import read_cookie
from secscan.parsing.redaction import redact_body, redact_headers, redact_url

NAMES = st.sampled_from(["Set-Cookie", "Location", "Authorization", "X-Api-Key", "Server"])


def test_a_cookie_keeps_name_and_attributes() -> None:
    hashed = sha256(b"secret=1").hexdigest()[:16]
    assert redact_headers([("set-cookie", "sid=secret=1; Path=/; HttpOnly")]) == [
        ("set-cookie", f"sid=<redacted length=8 sha256={hashed}>; Path=/; HttpOnly")
    ]


def test_a_cookie_without_a_name_is_a_secret() -> None:
    ((_, value),) = redact_headers([("Set-Cookie", "secret; Secure")])
    assert "secret;" not in value


def test_a_cookie_that_browsers_drop_stays_one() -> None:
    """A control character in it (RFC 6265bis 5.6), and a blank that is none in HTTP."""
    for line in ("sid=a\x03b; Secure", "sid\x03", "\x85"):
        ((_, value),) = redact_headers([("Set-Cookie", line)])
        after, before = read_cookie(value), read_cookie(line)
        assert after == before
        assert redact_headers([("Set-Cookie", value)]) == [("Set-Cookie", value)]


def test_a_long_user_name_is_one() -> None:
    assert redact_body(b"//" + b"a" * 999 + b":@b") == b"//b"
    assert "aa" not in redact_url("https://b.example/x/" + "a" * 999 + ":" + "a" * 999 + "@c")


def test_userinfo_leaves_an_address() -> None:
    assert redact_url("https://name:word@a.example/?q=x@y") == "https://a.example/?q=x@y"
    assert redact_url("//a@b@c.example/") == "//c.example/"
    assert redact_headers([("Location", "//name@a.example/")]) == [("Location", "//a.example/")]


def test_other_lines_stay() -> None:
    assert redact_headers([("Server", "nginx"), ("Server", "x")]) == [
        ("Server", "nginx"),
        ("Server", "x"),
    ]


@given(st.lists(st.tuples(NAMES, st.text() | st.text("/@:=; a"))))
def test_again_is_the_same(lines: list[tuple[str, str]]) -> None:
    once = redact_headers(lines)
    assert redact_headers(once) == once
    assert [name for name, _ in once] == [name for name, _ in lines]


@pytest.mark.parametrize("address", ["//a@/b@/c", "///@/@/", "//a@//b@/@c@//d@"])
def test_what_is_userinfo_once_another_is_gone_goes_as_well(address: str) -> None:
    assert "@" not in redact_url(address)
    assert "b@" not in redact_headers([("Link", address)])[0][1]
    body = redact_body(address.encode())
    assert redact_body(body) == body


@given(st.text("abcdefgh", min_size=12), st.sampled_from(["sid", ""]), st.booleans())
def test_no_secret_stays(secret: str, name: str, attributes: bool) -> None:
    line = (f"{name}=" if name else "") + secret + ("; Secure" if attributes else "")
    ((_, value),) = redact_headers([("Set-Cookie", line)])
    assert secret not in value


@given(st.text(), st.booleans())
def test_a_cookie_reads_the_same_afterwards(value: str, secure: bool) -> None:
    line = "sid=" + value.replace(";", "") + ("; Secure" if secure else "")
    ((_, redacted),) = redact_headers([("Set-Cookie", line)])
    assert read_cookie(redacted) == read_cookie(line)


@pytest.mark.parametrize("piece", ["/", "//", "//a", "@", "//@", "a", "//a@"])
def test_a_hostile_address_is_read_in_one_pass(piece: str) -> None:
    """A quadratic reader would need hours for these."""
    assert "@" not in redact_url("//" + piece * 300_000)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Set-Cookie", "a=1; path=/, sid=SECRETS; path=/"),
        ("Set-Cookie", 'sid="abc;SECRETS"; path=/'),
        ("Location", "http://us er:SECRETS@h.example/"),
        ("Location", "http:\\\\user:SECRETS@h.example/"),
        ("Location", "http:user:SECRETS@h.example/"),
        ("Location", "/?jsessionid=SECRETS&access_token=SECRETS"),
        ("Location", "http://h.example/\\\\user:SECRETS@host/"),
        ("Location", "http://h.example/user:SECRETS@host/"),
        ("Location", "/?ticket=SECRETS&SAMLResponse=SECRETS&id_jwt=SECRETS"),
        ("X-Access-Token", "SECRETS"),
        ("X-Auth", "SECRETS"),
        ("X-JWT", "SECRETS"),
        ("X-Sess-Id", "SECRETS"),
        ("X-SessId", "SECRETS"),
        ("PHPSESSID", "SECRETS"),
        ("Set-Cookie2", "sid=SECRETS"),
        ("WWW-Authenticate", "Negotiate SECRETS=="),
        ("Report-To", '{"url": "https://user:SECRETS@h.example/"}'),
        ("Content-Security-Policy", "report-uri https://user:SECRETS@h.example/"),
    ],
)
def test_no_line_of_these_keeps_its_secret(name: str, value: str) -> None:
    ((_, redacted),) = redact_headers([(name, value)])
    assert "SECRETS" not in redacted


def test_what_is_judged_stays() -> None:
    policy = "script-src https://a.example 'nonce-x'; report-to a@b; img-src https://c.example"
    lines = [
        ("Content-Security-Policy", policy),
        ("WWW-Authenticate", 'Basic realm="Nội bộ"'),
        ("Location", "https://a.example/?q=x"),
        ("Set-Cookie", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Lax"),
    ]
    assert redact_headers(lines) == lines


def test_a_body_keeps_no_password_of_an_address() -> None:
    body = (
        b"<script src='http://user:SECRETS@h.example/x.js'></script> //a@b <a href='//c.example'>"
    )
    assert redact_body(body) == (
        b"<script src='http://h.example/x.js'></script> //b <a href='//c.example'>"
    )
