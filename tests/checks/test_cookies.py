import pytest
from builders import Cases, changed, flat, found, hop, outcome_of, redirect, site
from certificate_builders import HOST
from hypothesis import given
from hypothesis import strategies as st

from secscan.evidence import SiteEvidence

HOME = f"https://{HOST}/home"
SESSION = "PHPSESSID=<redacted length=26 sha256=0123456789abcdef>"


def setting(*cookies: str) -> SiteEvidence:
    return site(headers=changed(*(("Set-Cookie", cookie) for cookie in cookies or (None,))))


def on_redirect(cookie: str, url: str = f"https://{HOST}/") -> SiteEvidence:
    first = redirect(url, HOME, 302, ("Set-Cookie", cookie))
    page = hop(HOME, 200, changed(("Set-Cookie", None)), b"<html>")
    return site(hops=(first, page))


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
        ("none of them", setting("lang=vi"), "fail"),
        ("on a redirect", on_redirect(SESSION), "fail"),
        ("on another site's hop", on_redirect(SESSION, "https://login.other/"), "not-applicable"),
        ("over plain HTTP on the way", on_redirect(SESSION, f"http://{HOST}/"), "not-applicable"),
        ("the last of a name counts", setting(SESSION, f"{SESSION}; Secure"), "pass"),
        ("padded", setting("lang=vi", *(f"a{n}=1; Secure" for n in range(9))), "partial 1/4"),
        ("deleted later", setting(SESSION, DELETED), "not-applicable"),
        ("another path is deleted", setting(SESSION, f"{DELETED}; Path=/a"), "fail"),
        ("another path has it", setting(SESSION, f"{SESSION}; Path=/a; Secure"), "fail"),
        ("another domain has it", setting(SESSION, f"{SESSION}; Domain=a.example; Secure"), "fail"),
        ("not named", setting("; Secure", "Secure"), "not-applicable"),
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
        ("one of two", setting("a=1; SameSite=Lax", "b=1"), "partial 1/2"),
        ("None", setting(f"{SESSION}; SameSite=None; Secure"), "fail"),
        ("a value nobody knows", setting(f"{SESSION}; SameSite=Somewhat"), "fail"),
        ("absent", setting(SESSION), "fail"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_the_cookie_is_the_subject() -> None:
    assert found("cookies.secure", setting("a=1")).items[0].subject == f"{HOST} a"


ATTRIBUTES = {"cookies.secure": "Secure", "cookies.http_only": "HttpOnly"}
NAMES = st.lists(st.sampled_from(["PHPSESSID", "sid", "lang", "theme"]), min_size=1, unique=True)


@pytest.mark.parametrize("check_id", CASES)
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
