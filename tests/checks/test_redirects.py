"""The way from http:// to https://, and from there to the page."""

from itertools import pairwise

import pytest
from builders import (
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

from secscan.evidence import Exchange, Hop, Missing, MissingKind, SiteEvidence

HTTP, HTTPS = f"http://{HOST}/", f"https://{HOST}/"
TIMEOUT = Missing(MissingKind.TIMEOUT)
LOOP = Missing(MissingKind.REDIRECT_LOOP)
OTHER = "other.example"
ELSEWHERE = f"https://{OTHER}/"
META = b'<meta http-equiv="Refresh" content="0;url=%s">'


def chain(*urls: str) -> SiteEvidence:
    hops = [redirect(url, target) for url, target in pairwise(urls)]
    return site(hops=(*hops, hop(urls[-1], content=b"<html>")))


def ending(end: Missing, *urls: str) -> SiteEvidence:
    """Return a site that redirects from one URL to the next, and there the chain ends."""
    hops = tuple(redirect(url, target) for url, target in pairwise((HTTPS, *urls)))
    return site(https=Exchange(hops, end), plain=(redirect(HTTP, HTTPS), *hops))


def meta(url: str) -> str:
    """Return a page that refreshes to a URL."""
    return f"<html><head>{META.decode() % url}</head></html>"


def refreshed(url: str) -> Hop:
    """Return a page that refreshes to plain HTTP of its own and of the site."""
    return hop(url, 200, (), meta(f"{HTTP}a").encode())


def plainly(*locations: str, status: int = 301) -> SiteEvidence:
    """Return a site whose http:// answers with these Location lines, and leads nowhere else."""
    lines = [("Location", location) for location in locations]
    bad = Missing(MissingKind.MALFORMED)
    return site(plain=Exchange((hop(HTTP, status, lines),), bad))


def refreshing(content: bytes, *headers: tuple[str, str]) -> SiteEvidence:
    return site(plain=(hop(HTTP, 200, headers, content),))


CASES: Cases = {
    "transport.https_enforced": [
        ("301 to the same name", site(), "pass"),
        ("308", site(plain=(redirect(HTTP, HTTPS, 308), hop())), "pass"),
        ("a relative Location is no way to https", site(plain=(hop(HTTP),)), "fail"),
        ("302", site(plain=(redirect(HTTP, HTTPS, 302), hop())), "partial 3/4"),
        (
            "over another name",
            site(plain=(redirect(HTTP, "https://portal.example/"), hop())),
            "partial 1/2",
        ),
        (
            "over another plain hop",
            site(plain=(redirect(HTTP, "/home"), redirect(f"{HTTP}home", HTTPS), hop())),
            "partial 1/4",
        ),
        ("no redirect", site(plain=(hop(HTTP, 200, changed(), b"<html>"),)), "fail"),
        (
            "a meta refresh is no redirect",
            site(plain=(hop(HTTP, 200, (), b'<meta http-equiv=refresh content="0;url=https:">'),)),
            "fail",
        ),
        (
            "a redirect that never gets to https",
            site(plain=(redirect(HTTP, "/home"), hop(f"{HTTP}home"))),
            "fail",
        ),
        (
            "a redirect that could not be followed",
            site(plain=Exchange((redirect(HTTP, "/home"),), TIMEOUT)),
            "not-tested",
        ),
        (
            "HTTPS at the end of the redirect is broken: other checks say so",
            site(plain=Exchange((redirect(HTTP, HTTPS),), TIMEOUT)),
            "pass",
        ),
        ("a login", site(plain=(hop(HTTP, 401),)), "fail"),
        (
            "back to plain HTTP",
            site(plain=(redirect(HTTP, HTTPS), redirect(HTTPS, f"{HTTP}a"), hop(f"{HTTP}a"))),
            "fail",
        ),
        (
            "back to plain HTTP for a moment",
            site(
                plain=(redirect(HTTP, HTTPS), redirect(HTTPS, HTTP), redirect(HTTP, HTTPS), hop())
            ),
            "fail",
        ),
        ("a Location nobody can read", site(plain=(redirect(HTTP, "https://[/"),)), "fail"),
        ("no HTTPS at all", without_https(), "fail"),
        ("in capitals", plainly(f"HTTPS://{HOST.upper()}/"), "pass"),
        ("with backslashes", plainly(f"https:\\\\{HOST}\\"), "pass"),
        ("at another port", plainly(f"https://{HOST}:8443/"), "pass"),
        ("the same twice", plainly(HTTPS, HTTPS), "pass"),
        ("two that differ", plainly(HTTPS, f"{HTTPS}a"), "fail"),
        ("a Location behind a user name", plainly(f"https://{HOST}@other.example/"), "partial 1/2"),
        ("a Location without a scheme", plainly(f"//{HOST}/"), "not-tested"),
        ("a script", plainly("javascript:location='https:'"), "fail"),
        ("an empty Location", site(plain=(hop(HTTP, 301, [("Location", "")]),)), "fail"),
        ("301 without Location", plainly(), "not-tested"),
        ("300 is no redirect", plainly(HTTPS, status=300), "not-tested"),
        ("a loop", site(plain=Exchange((redirect(HTTP, HTTP),) * 9, LOOP)), "fail"),
        ("a loop over HTTPS", site(plain=Exchange((redirect(HTTP, HTTPS),) * 9, LOOP)), "pass"),
        ("a Refresh header", refreshing(b"", ("Refresh", f"0;url={HTTPS}")), "fail"),
        (
            "a refresh after a redirect",
            site(plain=(redirect(HTTP, "/a"), hop(f"{HTTP}a", 200, (), META % HTTPS.encode()))),
            "fail",
        ),
        (
            "another site that leads back to its own plain HTTP",
            site(
                plain=(
                    redirect(HTTP, HTTPS),
                    redirect(HTTPS, f"https://{OTHER}/"),
                    redirect(f"https://{OTHER}/", f"http://{OTHER}/"),
                    hop(f"http://{OTHER}/"),
                )
            ),
            "pass",
        ),
        ("closed", site(plain=Missing(MissingKind.REFUSED)), "not-applicable"),
        ("no answer", site(plain=TIMEOUT), "not-tested"),
    ],
    "hygiene.redirect_chain": [
        ("none", site(), "pass"),
        ("three", chain(*(f"https://{HOST}/{number}" for number in range(4))), "pass"),
        ("four", chain(*(f"https://{HOST}/{number}" for number in range(5))), "partial 1/2"),
        (
            "over plain HTTP",
            chain(f"https://{HOST}/", f"http://{HOST}/", f"https://{HOST}/a"),
            "fail",
        ),
        ("no HTTPS", without_https(), "fail"),
        ("to a script", site(hops=(redirect(HTTPS, "javascript:a"),)), "fail"),
        ("the page refreshes to plain HTTP", site(html=meta(f"{HTTP}a")), "fail"),
        ("its head does", site(headers=changed(("Refresh", f"0; url={HTTP}a"))), "fail"),
        ("to HTTPS", site(html=meta(f"{HTTPS}a")), "pass"),
        ("to another site", site(html=meta(f"http://{OTHER}/")), "pass"),
        (
            "another site does",
            site(hops=(redirect(HTTPS, ELSEWHERE), refreshed(ELSEWHERE))),
            "pass",
        ),
        ("a loop", ending(LOOP, f"{HTTPS}a"), "fail"),
        ("a loop by way of another site", ending(LOOP, f"https://{OTHER}/", HTTPS), "not-tested"),
        ("the page is blocked", site(hops=(redirect(HTTPS, "/a"), hop(status=403))), "not-tested"),
        ("the next answer did not come", ending(TIMEOUT, f"{HTTPS}a"), "not-tested"),
        ("another site's did not come", ending(TIMEOUT, f"https://{OTHER}/"), "pass"),
        (
            "the next but one of another site",
            ending(TIMEOUT, f"https://{OTHER}/", f"https://{OTHER}/a"),
            "pass",
        ),
        (
            "plain HTTP, and no answer there",
            ending(TIMEOUT, f"{HTTP}a"),
            "fail",
        ),
        (
            "too many, and no end",
            ending(TIMEOUT, *(f"{HTTPS}{number}" for number in range(4))),
            "partial 1/2",
        ),
        (
            "another site's way over plain HTTP",
            chain(HTTPS, f"https://{OTHER}/", f"http://{OTHER}/"),
            "pass",
        ),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def reason(evidence: SiteEvidence) -> str:
    return found("transport.https_enforced", evidence).reason.template


def test_a_refresh_is_named_and_a_page_that_has_none_is_not_accused() -> None:
    assert "refreshes" in reason(refreshing(META % HTTPS.encode()))
    assert "refreshes" not in reason(refreshing(META % HTTP.encode()))
    assert "refreshes" not in reason(refreshing(b"<p>https://"))


@given(st.lists(st.text(st.sampled_from("htps:/\\?#@[].aA \t")) | st.text(), max_size=3))
def test_any_location_is_judged(locations: list[str]) -> None:
    outcome = outcome_of("transport.https_enforced", plainly(*locations))
    assert outcome in ("pass", "fail", "not-tested", "partial 1/2")
