from dataclasses import replace

import pytest
from builders import (
    GOOD_HEADERS,
    Cases,
    changed,
    flat,
    found,
    hop,
    outcome_of,
    redirect,
    site,
    without_https,
)
from certificate_builders import HOST
from hypothesis import given
from hypothesis import strategies as st

from secscan.evidence import Exchange, Missing, MissingKind, SiteEvidence

HTTP, HTTPS, HOME = f"http://{HOST}/", f"https://{HOST}/", f"https://{HOST}/home"
TIMEOUT = Missing(MissingKind.TIMEOUT)
SESSION = "PHPSESSID=<redacted length=26 sha256=0123456789abcdef>"


def setting(*cookies: str) -> SiteEvidence:
    return site(headers=changed(*(("Set-Cookie", cookie) for cookie in cookies or (None,))))


def of_json(*cookies: str) -> SiteEvidence:
    lines = [("Content-Type", "application/json"), *(("Set-Cookie", one) for one in cookies)]
    return site(headers=lines)


def on_redirect(cookie: str, url: str = HTTPS) -> SiteEvidence:
    first = redirect(url, HOME, 302, ("Set-Cookie", cookie))
    page = hop(HOME, 200, changed(("Set-Cookie", None)), b"<html>")
    return site(hops=(first, page))


def over_http(*cookies: str, secure: tuple[str, ...] = (), url: str = HTTP) -> SiteEvidence:
    """Return a site whose redirect from http:// sets these cookies, and whose page sets others."""
    first = redirect(url, HTTPS, 301, *(("Set-Cookie", cookie) for cookie in cookies))
    seen = setting(*secure)
    return replace(
        seen, endpoints=(replace(seen.endpoints[0], http=Exchange((first,))), seen.endpoints[1])
    )


def cached(*values: str, cookie: str = SESSION) -> SiteEvidence:
    """Return a site whose page sets a cookie, under these Cache-Control lines."""
    lines: list[tuple[str, str | None]] = [("Cache-Control", value) for value in values]
    return site(headers=changed(("Set-Cookie", cookie), *(lines or [("Cache-Control", None)])))


def expiring(value: str, *headers: tuple[str, str]) -> SiteEvidence:
    """Return a site whose page sets a session cookie under Expires and these headers alone."""
    kept = changed(("Set-Cookie", SESSION), ("Cache-Control", None), ("Expires", value))
    return site(headers=(*kept, *headers))


FUTURE = "Fri, 01 Jan 2100 00:00:00 GMT"
DELETED = "PHPSESSID=; Max-Age=0"
LONG_GONE = "PHPSESSID=; Expires=Thu, 01-Jan-1970 00:00:00 GMT"

CASES: Cases = {
    "cookies.secure": [
        ("all", site(), "pass"),
        ("none", setting(), "not-applicable"),
        ("deleted", setting(DELETED), "not-applicable"),
        ("expired", setting(LONG_GONE), "not-applicable"),
        ("Max-Age outranks Expires", setting(f"{LONG_GONE}; Max-Age=60; secure"), "pass"),
        ("one of two", setting("lang=vi", f"{SESSION}; Secure"), "partial 1/4"),
        ("not the session's", setting("lang=vi; Secure", SESSION), "fail"),
        ("none of them", setting("lang=vi"), "partial 1/4"),
        ("none of them, a session's too", setting("lang=vi", SESSION), "fail"),
        ("on a redirect", on_redirect(SESSION), "fail"),
        ("on another site's hop", on_redirect(SESSION, "https://login.other/"), "not-applicable"),
        ("over plain HTTP on the way", on_redirect(SESSION, HTTP), "fail"),
        ("on the redirect of http://", over_http("lang=vi"), "partial 1/4"),
        ("and again over https", over_http(SESSION, secure=(f"{SESSION}; Secure",)), "pass"),
        (
            "and again for another path",
            over_http("lang=vi", secure=(f"{SESSION}; Secure; Path=/a",)),
            "partial 1/4",
        ),
        ("Secure over plain HTTP", over_http("a=1; Secure"), "not-applicable"),
        ("another site's http://", over_http("a=1", url="http://other.example/"), "not-applicable"),
        ("no answer over http", site(plain=TIMEOUT), "pass"),
        ("no answer over https", site(https=TIMEOUT, spoken=TIMEOUT), "not-tested"),
        ("no HTTPS: Secure is refused", without_https(), "not-applicable"),
        (
            "no HTTPS",
            without_https(headers=(("Content-Type", "text/html"), ("Set-Cookie", SESSION))),
            "fail",
        ),
        ("JSON", of_json("lang=vi"), "partial 1/4"),
        ("JSON without cookies", of_json(), "not-applicable"),
        ("a login", site(hops=(hop(status=401, headers=GOOD_HEADERS),)), "not-applicable"),
        ("a firewall", site(hops=(hop(status=403),)), "not-tested"),
        ("the last of a name counts", setting(SESSION, f"{SESSION}; Secure"), "pass"),
        ("padded", setting("lang=vi", *(f"a{n}=1; Secure" for n in range(9))), "partial 1/4"),
        ("deleted later", setting(SESSION, DELETED), "not-applicable"),
        ("another path is deleted", setting(SESSION, f"{DELETED}; Path=/a"), "fail"),
        ("another path has it", setting(SESSION, f"{SESSION}; Path=/a; Secure"), "fail"),
        ("another domain has it", setting(SESSION, f"{SESSION}; Domain={HOST}; Secure"), "fail"),
        ("neither name nor value", setting("; Secure", "=;"), "not-applicable"),
        ("a value alone", setting("1; HttpOnly"), "partial 1/4"),
        ("control characters", setting("a=1\x00"), "not-applicable"),
        ("longer than browsers take", setting(f"a={'1' * 4096}"), "not-applicable"),
        ("of another domain", setting("a=1; Domain=other.example"), "not-applicable"),
        ("of the domain above", setting("a=1; Domain=portal.example"), "partial 1/4"),
    ],
    "cookies.http_only": [
        ("the session has it", site(), "pass"),
        ("no session", setting("lang=vi"), "not-applicable"),
        ("obsession is no session", setting("obsession=1; Secure"), "not-applicable"),
        ("a token that scripts must read", setting("XSRF-TOKEN=1"), "not-applicable"),
        ("PHP", setting(f"{SESSION}; Secure"), "fail"),
        ("Java", setting("JSESSIONID=1"), "fail"),
        ("ASP.NET", setting("ASP.NET_SessionId=1; path=/"), "fail"),
        ("with a prefix", setting("__Host-session=1; Secure; Path=/"), "fail"),
        ("Laravel", setting("portal_session=1; httponly"), "pass"),
        ("Drupal", setting(f"SSESS{'0a' * 16}=1; secure"), "fail"),
        ("attributes nobody knows", setting(f"{SESSION}; Partitioned; HttpOnly; x=y"), "pass"),
    ],
    "cookies.same_site": [
        ("Lax", site(), "pass"),
        ("strict, in any case", setting(f"{SESSION}; samesite=STRICT"), "pass"),
        ("no cookies", setting(), "not-applicable"),
        ("one of two", setting("a=1; SameSite=Lax", "b=1"), "partial 1/4"),
        ("a language's alone", setting("lang=vi; Secure"), "partial 1/4"),
        ("None, but no session's", setting("a=1; SameSite=None; Secure"), "partial 1/4"),
        ("padded", setting("b=1", *(f"a{n}=1; SameSite=Lax" for n in range(9))), "partial 1/4"),
        ("not the session's", setting("a=1; SameSite=Lax", SESSION), "fail"),
        ("None", setting(f"{SESSION}; SameSite=None; Secure"), "fail"),
        ("a value nobody knows", setting(f"{SESSION}; SameSite=Somewhat"), "fail"),
        ("absent", setting(SESSION), "fail"),
    ],
    "cookies.prefixes": [
        ("no prefix", site(), "not-applicable"),
        ("no cookies", setting(), "not-applicable"),
        ("kept", setting("__Host-a=1; Secure; Path=/", "__Secure-b=1; Secure"), "not-applicable"),
        ("__Host- with Domain", setting(f"__Host-a=1; Secure; Path=/; Domain={HOST}"), "fail"),
        ("__Host- without Path", setting("__host-a=1; Secure"), "fail"),
        ("__Secure- without Secure", setting("__Secure-a=1; Path=/"), "fail"),
        ("one of two", setting("__Secure-a=1", "__Secure-b=1; Secure"), "fail"),
        ("SameSite=None without Secure", setting("a=1; SameSite=None"), "fail"),
        ("SameSite=None with Secure", setting("a=1; SameSite=None; Secure"), "not-applicable"),
        ("Partitioned without Secure", setting("a=1; Partitioned"), "fail"),
        ("deleted", setting("__Host-a=; Max-Age=0"), "not-applicable"),
        ("over plain HTTP", over_http("a=1; SameSite=None"), "fail"),
        ("JSON", of_json("__Host-a=1"), "fail"),
    ],
    "cookies.caching": [
        ("no-store", site(), "pass"),
        ("private, in any case", cached("max-age=60", "Private"), "pass"),
        ("no-store beside public", cached("public, no-store"), "pass"),
        ("no-cache", cached("no-cache"), "partial 1/2"),
        ("no-cache for cookies", cached('no-cache="Set-Cookie, Set-Cookie2"'), "partial 1/2"),
        ("old at once", cached("max-age=0, must-revalidate"), "partial 1/2"),
        ("old at once, in more digits", cached("max-age=00"), "partial 1/2"),
        ("old at once, in quotes", cached('max-age="0"'), "partial 1/2"),
        ("old for shared caches", cached("s-maxage=0, max-age=600"), "partial 1/2"),
        ("old for browsers alone", cached("max-age=0, s-maxage=600"), "fail"),
        ("the first of two counts", cached("max-age=600", "max-age=0"), "fail"),
        ("no number", cached("max-age=", "max-age=soon"), "fail"),
        ("an Expires of the past", expiring("Thu, 01 Jan 1970 00:00:00 GMT"), "partial 1/2"),
        ("an Expires that is no date", expiring("0"), "partial 1/2"),
        ("an Expires to come", expiring(FUTURE), "fail"),
        (
            "an Expires of this moment by the server's clock",
            expiring(FUTURE, ("Date", FUTURE)),
            "partial 1/2",
        ),
        (
            "max-age outranks Expires",
            expiring("0", ("Cache-Control", "max-age=60")),
            "fail",
        ),
        ("public", cached("public, max-age=600"), "fail"),
        ("an hour", cached("max-age=3600"), "fail"),
        ("empty", cached(""), "fail"),
        ("absent", cached(), "fail"),
        ("no session", cached("public", cookie="lang=vi"), "not-applicable"),
        ("a session that ends", cached("public", cookie=DELETED), "not-applicable"),
        ("no cookies", setting(), "not-applicable"),
        ("on a redirect alone", on_redirect(SESSION), "not-applicable"),
        ("JSON", of_json(SESSION), "fail"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_the_cookie_is_the_subject() -> None:
    assert found("cookies.secure", setting("a=1")).items[0].subject == f"{HOST} a"


ATTRIBUTES = {"cookies.secure": "Secure", "cookies.http_only": "HttpOnly"}
NAMES = st.lists(st.sampled_from(["PHPSESSID", "sid", "lang", "theme"]), min_size=1, unique=True)


@pytest.mark.parametrize("check_id", [*ATTRIBUTES, "cookies.same_site"])
@given(names=NAMES, kept=st.sets(st.sampled_from(["PHPSESSID", "sid", "lang", "theme"])))
def test_absent_is_not_above_weak_and_weak_not_above_strong(
    check_id: str, names: list[str], kept: set[str]
) -> None:
    attribute = ATTRIBUTES.get(check_id, "SameSite=Lax")
    sets: tuple[list[str], ...] = ([], [name for name in names if name in kept], names)
    absent, weak, strong = (
        found(
            check_id,
            setting(*(f"{n}=1; {attribute}" if n in protected else f"{n}=1" for n in names)),
        ).credit
        for protected in sets
    )
    assert absent <= weak <= strong


@given(
    names=NAMES,
    clear=st.sets(st.sampled_from(["PHPSESSID", "sid", "lang", "theme"])),
    more=st.sampled_from(["PHPSESSID", "sid", "lang", "theme"]),
)
def test_one_more_cookie_over_plain_http_never_gains(
    names: list[str], clear: set[str], more: str
) -> None:
    """Beside cookies of https://, that is; who sets none at all has nothing to judge."""
    secure = tuple(f"{name}=1; Secure; HttpOnly; SameSite=Lax; Path=/" for name in names)
    few = over_http(*(f"{name}=1" for name in sorted(clear)), secure=secure)
    many = over_http(*(f"{name}=1" for name in sorted(clear | {more})), secure=secure)
    for check_id in ("cookies.secure", "cookies.same_site"):
        assert found(check_id, many).credit <= found(check_id, few).credit


@given(st.sampled_from(["public", "no-cache", "private", "no-store"]), st.text(max_size=20))
def test_no_more_of_cache_control_takes_protection_away(kept: str, other: str) -> None:
    alone = found("cookies.caching", cached(kept))
    assert found("cookies.caching", cached(kept, other)).credit >= alone.credit


@given(st.lists(st.text(), max_size=3))
def test_any_cookie_is_judged(lines: list[str]) -> None:
    for check_id in CASES:
        assert outcome_of(check_id, setting(*lines)) != "error"
