from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.cookies import Cookie, CookieFault, read_cookie

AT = datetime(2026, 11, 23, tzinfo=UTC)
URL = "https://b.example/c/d"


def cookie_of(line: str) -> Cookie:
    cookie = read_cookie(line)
    assert isinstance(cookie, Cookie)
    return cookie


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
        (".AspNet.ApplicationCookie", True),
        (".AspNet.Cookies", True),
        (".AspNetCore.Session", True),
        (".AspNetCore.CookiesC1", True),
        (".AspNetCore.Identity.Application", True),
        (".AspNetCore.Culture", False),
        (".AspNet.Consent", False),
        (".AspNetCore.Mvc.CookieTempDataProvider", False),
        (".AspNetCore.Antiforgery.9TtSrW0hzOs", False),
        ("antiforgery_token", False),
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
    assert cookie_of(f"{name}=1").is_session is session


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("a=1", "a"),
        (" a\t=\t1 ", "a"),
        ("a=b=c", "a"),
        ("a=", "a"),
        ("=1", ""),
        ("1", ""),
        ("<redacted length=6 sha256=0123456789abcdef>", ""),
        ("a=<redacted length=6 sha256=0123456789abcdef>", "a"),
        ("\xa0a=1", "\xa0a"),
        ("", CookieFault.EMPTY),
        ("=", CookieFault.EMPTY),
        (" = ; Secure", CookieFault.EMPTY),
        ("; Secure", CookieFault.EMPTY),
        ("a=1\0", CookieFault.CONTROL_CHARACTER),
        ("a=1; Path=/\x7f", CookieFault.CONTROL_CHARACTER),
        ("a=1\nb", CookieFault.CONTROL_CHARACTER),
        ("a=" + "1" * 4095, "a"),
        ("a=" + "1" * 4096, CookieFault.TOO_LONG),
        ("a" * 4097, CookieFault.TOO_LONG),
        ("a=<redacted length=4095 sha256=0123456789abcdef>", "a"),
        ("a=<redacted length=4096 sha256=0123456789abcdef>", CookieFault.TOO_LONG),
    ],
)
def test_names_and_what_no_browser_keeps(line: str, name: str | CookieFault) -> None:
    cookie = read_cookie(line)
    assert (cookie.name if isinstance(cookie, Cookie) else cookie) == name


def test_attributes() -> None:
    cookie = cookie_of(
        "a=1; SECURE=no; httponly ;\tSameSite = strict; Domain=.B.Example; path=/c; Partitioned"
    )
    assert (cookie.secure, cookie.http_only, cookie.partitioned) == (True, True, True)
    assert (cookie.same_site, cookie.domain, cookie.path) == ("Strict", "b.example", "/c")


@pytest.mark.parametrize(
    ("attributes", "path"),
    [
        ("Path=/c", "/c"),
        ("Path=/c; Path=/d", "/d"),
        ("Path=c", ""),
        ("Path", ""),
        ("Path=/" + "c" * 1023, "/" + "c" * 1023),
        ("Path=/" + "c" * 1024, ""),
        ("Path=/c; Path=/" + "c" * 1024, "/c"),
    ],
)
def test_the_last_attribute_that_is_not_too_long_counts(attributes: str, path: str) -> None:
    assert cookie_of(f"a=1; {attributes}").path == path


@pytest.mark.parametrize(
    ("line", "deleted"),
    [
        ("a=1", False),
        ("a=; Max-Age=0", True),
        ("a=; max-age=-1", True),
        ("a=1; Max-Age=9999999999999999999999", False),
        ("a=1; Max-Age=+0", False),
        ("a=1; Max-Age=0x", False),
        ("a=1; Max-Age=³", False),
        ("a=1; Max-Age", False),
        ("a=1; Max-Age=0; Max-Age=soon", True),
        ("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", True),
        ("a=; expires=Thursday, 01-Jan-70 00:00:00 GMT", True),
        ("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=never", True),
        ("a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT", False),
        ("a=1; Expires=never", False),
    ],
)
def test_deletion(line: str, deleted: bool) -> None:
    assert cookie_of(line).is_deleted(AT) is deleted


@pytest.mark.parametrize(
    ("line", "url", "identity"),
    [
        ("a=1", "https://b.example", ("a", "b.example", "/")),
        ("a=1", "https://b.example/c/d?/e", ("a", "b.example", "/c")),
        ("a=1; Path=/", URL, ("a", "b.example", "/")),
        ("a=1; Path=c; Domain=.B.example", "https://d.b.example/", ("a", ".b.example", "/")),
        ("a=1; Domain=", "https://b.example/", ("a", "b.example", "/")),
    ],
)
def test_name_domain_and_path_are_what_a_cookie_is_known_by(
    line: str, url: str, identity: tuple[str, str, str]
) -> None:
    assert cookie_of(line).identity(url) == identity


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("__Secure-a=1; Secure", None),
        ("__Secure-a=1", CookieFault.SECURE_PREFIX),
        ("__SECURE-a=1; Path=/", CookieFault.SECURE_PREFIX),
        ("__Secure-a=1; Secure; Domain=b.example; Path=/c", None),
        ("__Host-a=1; Secure; Path=/", None),
        ("__Host-a=1; Path=/", CookieFault.HOST_PREFIX),
        ("__Host-a=1; Secure", CookieFault.HOST_PREFIX),
        ("__Host-a=1; Secure; Path=/c", CookieFault.HOST_PREFIX),
        ("__hOST-a=1; Secure; Path=/; Domain=b.example", CookieFault.HOST_PREFIX),
        ("__Host-a=1; Secure; Path=/; Domain=", None),
        ("__Host_a=1", None),
        ("a__Host-=1", None),
        ("a=1; SameSite=None; Secure", None),
        ("a=1; SameSite=none", CookieFault.NONE_WITHOUT_SECURE),
        ("a=1; SameSite=None; SameSite=Lax", None),
        ("a=1; Partitioned; Secure", None),
        ("a=1; Partitioned", CookieFault.PARTITIONED_WITHOUT_SECURE),
        ("a=1", None),
    ],
)
def test_rules_that_a_cookie_calls_upon(line: str, fault: CookieFault | None) -> None:
    assert cookie_of(line).fault() is fault


@pytest.mark.parametrize(
    ("line", "url", "fault"),
    [
        ("a=1", URL, None),
        ("a=1; Domain=b.example", URL, None),
        ("a=1; Domain=b.example", "https://c.b.example/", None),
        ("a=1; Domain=c.b.example", URL, CookieFault.FOREIGN_DOMAIN),
        ("a=1; Domain=example", "https://bexample/", CookieFault.FOREIGN_DOMAIN),
        ("a=1; Domain=0.0.1", "https://127.0.0.1/", CookieFault.FOREIGN_DOMAIN),
        ("a=1; Domain=127.0.0.1", "https://127.0.0.1/", None),
        ("a=1; Secure", "http://b.example/", CookieFault.SECURE_OVER_HTTP),
        ("a=1", "http://b.example/", None),
    ],
)
def test_who_may_set_a_cookie(line: str, url: str, fault: CookieFault | None) -> None:
    assert cookie_of(line).refusal(url) is fault


@given(st.text())
def test_any_text_is_read(line: str) -> None:
    cookie = read_cookie(line)
    assert isinstance(cookie, CookieFault) or cookie.is_deleted(AT) in (True, False)


@given(st.text(), st.text())
def test_any_attribute_is_read(key: str, value: str) -> None:
    for name in (key, "Expires", "Max-Age", "SameSite", "Domain"):
        cookie = read_cookie(f"a=1; {name}={value}")
        if isinstance(cookie, Cookie):
            assert cookie.is_deleted(AT) in (True, False)
            assert cookie.refusal(URL) in (None, *CookieFault)
            assert cookie.fault() in (None, *CookieFault)


@given(st.permutations(["Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=60", "x=y"]))
def test_the_order_of_attributes_changes_nothing(attributes: list[str]) -> None:
    first = "a=1; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=60"
    assert cookie_of("; ".join(["a=1", *attributes])) == cookie_of(first)
    assert cookie_of(";".join(["a=1", *map(str.swapcase, attributes)])) == cookie_of(first)


@pytest.mark.parametrize("piece", [" ", "0", "-", "_", "nv_", "sess", "=", ";", "a=", "0:", ":0"])
def test_a_hostile_line_is_read_in_one_pass(piece: str) -> None:
    """A quadratic reader would need hours for these."""
    for start in ("", "a=1; Max-Age=", "a=1; Expires=", "__Host-"):
        cookie = read_cookie(f"{start}{piece * 300_000}x=1")
        assert isinstance(cookie, CookieFault) or cookie.is_session in (True, False)
