"""Cookies: every one that the site sets on the way to its page, by name."""

from fractions import Fraction
from urllib.parse import urlsplit

from secscan.check import (
    Item,
    Outcome,
    Reason,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    partial,
    passed,
)
from secscan.evidence import Asked, Page
from secscan.evidence import same_site as on_same_site
from secscan.parsing.cookies import Cookie, read_cookie
from secscan.parsing.text import quoted

FAMILY = "headers"

_MOST_ITEMS = 20


@check("Cookies travel over HTTPS only", Severity.MEDIUM)
def secure(page: Page, asked: Asked) -> Verdict:
    """Judge the Secure attribute; one session cookie without it is the bad state.

    Why: Without Secure a browser also sends the cookie over plain HTTP, where anybody on the way
    can read it and take the login over.
    Fix: Set Secure on every cookie.
    nginx: proxy_cookie_flags ~ secure;
    Apache: Header always edit Set-Cookie ^(.*)$ "$1; Secure"
    IIS: <httpCookies requireSSL="true" /> in web.config
    See: RFC 6265 section 4.1.2.5 (Secure)
    """
    cookies = _cookies(page, asked)
    if not cookies:
        return not_applicable("the site sets no cookies")
    bad = [cookie for cookie in cookies if not cookie.secure]
    items = _items(bad, Reason.of("Secure is missing"))
    if not bad:
        return passed("all {count} cookies have Secure", count=len(cookies))
    if len(bad) == len(cookies):
        return failed("no cookie has Secure", items=items)
    if any(cookie.is_session for cookie in bad):
        return failed("a session cookie lacks Secure", items=items)
    # Not by their share: harmless cookies beside it make no cookie safer.
    return partial(
        Fraction(1, 4),
        "{bad} of {count} cookies lack Secure, none of them a session cookie",
        items=items,
        bad=len(bad),
        count=len(cookies),
    )


@check("Scripts cannot read session cookies", Severity.MEDIUM)
def http_only(page: Page, asked: Asked) -> Verdict:
    """Judge the HttpOnly attribute of session cookies, known by a short list of names.

    Why: A script that gets into the page can otherwise send the visitor's login to somebody else.
    Fix: Set HttpOnly on every session cookie.
    nginx: proxy_cookie_flags ~ httponly;
    Apache: Header always edit Set-Cookie ^(.*)$ "$1; HttpOnly"
    IIS: <httpCookies httpOnlyCookies="true" /> in web.config
    See: RFC 6265 section 4.1.2.6 (HttpOnly)
    """
    sessions = [cookie for cookie in _cookies(page, asked) if cookie.is_session]
    if not sessions:
        return not_applicable("the site sets no session cookie")
    bad = [cookie for cookie in sessions if not cookie.http_only]
    if not bad:
        return passed("all {count} session cookies have HttpOnly", count=len(sessions))
    return failed(
        "{bad} of {count} session cookies lack HttpOnly",
        items=_items(bad, Reason.of("HttpOnly is missing")),
        bad=len(bad),
        count=len(sessions),
    )


@check("Other sites cannot use the visitor's cookies", Severity.LOW)
def same_site(page: Page, asked: Asked) -> Verdict:
    """Judge the SameSite attribute: Lax or Strict is the good state.

    Why: A form on another site can otherwise act in the name of a logged-in visitor.
    Fix: Set SameSite=Lax, or Strict, on every cookie that no other site needs.
    nginx: proxy_cookie_flags ~ samesite=lax;
    Apache: Header always edit Set-Cookie ^(.*)$ "$1; SameSite=Lax"
    IIS: <httpCookies sameSite="Lax" /> in web.config (.NET Framework 4.7.2 and newer)
    See: RFC 6265bis section 5.6.7 (SameSite)
    """
    cookies = _cookies(page, asked)
    if not cookies:
        return not_applicable("the site sets no cookies")
    good = [cookie for cookie in cookies if cookie.same_site in ("Lax", "Strict")]
    bad = [cookie for cookie in cookies if cookie.same_site not in ("Lax", "Strict")]
    items = _items(bad, Reason.of("SameSite is not Lax or Strict"))
    if not items:
        return passed("all {count} cookies have SameSite", count=len(cookies))
    if not good:
        return failed("no cookie has SameSite=Lax or Strict", items=items)
    return partial(
        Fraction(len(good), len(cookies)),
        "{good} of {count} cookies have SameSite=Lax or Strict",
        items=items,
        good=len(good),
        count=len(cookies),
    )


def _cookies(page: Page, asked: Asked) -> tuple[Cookie, ...]:
    """Return the site's cookies, the last of each identity, without those that it deletes.

    Those set over https count; where there is no https at all, those that are there.
    """
    own = [hop for hop in page.chain if on_same_site(asked.host, urlsplit(hop.url).hostname or "")]
    hops = [hop for hop in own if hop.url.startswith("https:")] or own
    found: dict[tuple[str, str, str], Cookie] = {}
    for hop in hops:
        for line in hop.all("set-cookie"):
            cookie = read_cookie(line)
            if cookie is not None:
                found[cookie.identity(hop.url)] = cookie
    return tuple(cookie for cookie in found.values() if not cookie.is_deleted(asked.at))


def _items(cookies: list[Cookie], reason: Reason) -> tuple[Item, ...]:
    names = dict.fromkeys(quoted(cookie.name) for cookie in cookies[:_MOST_ITEMS])
    return tuple(Item(name, Outcome.FAIL, reason) for name in names)
