from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.cookies import read_cookie

AT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "session"),
    [
        ("PHPSESSID", True),
        ("JSESSIONID", True),
        ("ASP.NET_SessionId", True),
        ("ASPSESSIONIDQQBCDDRT", True),
        (".ASPXAUTH", True),
        ("connect.sid", True),
        ("ci_session", True),
        ("__Secure-session_id", True),
        ("access_token", True),
        ("FedAuth", True),
        ("nv4c_sess", True),
        ("wordpress_logged_in_0123", True),
        ("obsession", False),
        ("possession_id", False),
        ("side", False),
        ("inside", False),
        ("csrftoken", False),
        ("csrf_token", False),
        ("__RequestVerificationToken", False),
        ("lang", False),
    ],
)
def test_session_names(name: str, session: bool) -> None:
    cookie = read_cookie(f"{name}=1")
    assert cookie is not None
    assert cookie.is_session is session


@pytest.mark.parametrize(
    ("line", "deleted"),
    [
        ("a=1", False),
        ("a=; Max-Age=0", True),
        ("a=; max-age=-1", True),
        ("a=1; Max-Age=9999999999999999999999", False),
        ("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", True),
        ("a=; expires=Thursday, 01-Jan-70 00:00:00 GMT", True),
        ("a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT", False),
        ("a=1; Expires=never", False),
    ],
)
def test_deletion(line: str, deleted: bool) -> None:
    cookie = read_cookie(line)
    assert cookie is not None
    assert cookie.is_deleted(AT) is deleted


@pytest.mark.parametrize(
    ("line", "url", "identity"),
    [
        ("a=1", "https://b.example", ("a", "b.example", "/")),
        ("a=1", "https://b.example/c/d?/e", ("a", "b.example", "/c")),
        ("a=1; Path=/", "https://b.example/c/d", ("a", "b.example", "/")),
        ("a=1; Path=c; Domain=.B.example", "https://d.b.example/", ("a", "b.example", "/")),
    ],
)
def test_name_domain_and_path_are_what_a_cookie_is_known_by(
    line: str, url: str, identity: tuple[str, str, str]
) -> None:
    cookie = read_cookie(line)
    assert cookie is not None
    assert cookie.identity(url) == identity


@given(st.text())
def test_any_text_is_read(line: str) -> None:
    cookie = read_cookie(line)
    assert cookie is None or cookie.is_deleted(AT) in (True, False)


@given(st.text(), st.text())
def test_any_attribute_is_read(key: str, value: str) -> None:
    for name in (key, "Expires", "Max-Age", "SameSite"):
        cookie = read_cookie(f"a=1; {name}={value}")
        assert cookie is not None
        assert cookie.is_deleted(AT) in (True, False)


@pytest.mark.parametrize("piece", [" ", "0", "-", "_", "nv_", "sess", "=", ";", "a="])
def test_a_hostile_line_is_read_in_one_pass(piece: str) -> None:
    """A quadratic reader would need hours for these."""
    for line in (f"{piece * 300_000}x=1", f"a=1; Max-Age={piece * 300_000}x"):
        cookie = read_cookie(line)
        assert cookie is None or cookie.is_session in (True, False)
