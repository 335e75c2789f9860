"""Cookies: every one that the site sets on the way to its answer, by name."""

import re
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

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
from secscan.evidence import Asked, Exchange, Hop, Response, Web
from secscan.evidence import same_site as on_same_site
from secscan.parsing.cookie_dates import read_cookie_date
from secscan.parsing.cookies import Cookie, CookieFault, read_cookie
from secscan.parsing.headers import tokens
from secscan.parsing.text import quoted

from .redirects import host_of

FAMILY = "headers"

_MOST_ITEMS = 20

_HARMLESS = Fraction(1, 4)
"""Credit for cookies that open no session, however many others are well protected.

No more than the barest site earns of its headers: to set such a cookie lifts nobody.
"""

_ZERO = re.compile(r'"?0+"?')


@check("Cookies travel over HTTPS only", Severity.MEDIUM, version=2)
def secure(response: Response, web: Web, asked: Asked) -> Verdict:
    """Judge the Secure attribute; one session cookie without it is the bad state.

    A cookie that a redirect of http:// sets is one of them, unless https:// sets it anew.

    Why: Without Secure a browser also sends the cookie over plain HTTP, where anybody on the way
    can read it and take the login over.
    Fix: Set Secure on every cookie.
    nginx: proxy_cookie_flags ~ secure;
    Apache: Header always edit Set-Cookie ^(.*)$ "$1; Secure"
    IIS: <httpCookies requireSSL="true" /> in web.config
    See: RFC 6265 section 4.1.2.5 (Secure)
    """
    cookies = _cookies(response, web, asked)
    if not cookies:
        return not_applicable("the site sets no cookies")
    bad = [cookie for cookie in cookies if not cookie.secure]
    items = _items(bad, Reason.of("Secure is missing"))
    if not bad:
        return passed("all {count} cookies have Secure", count=len(cookies))
    if any(cookie.is_session for cookie in bad):
        return failed("a session cookie lacks Secure", items=items)
    return partial(
        _HARMLESS,
        "{bad} of {count} cookies lack Secure, none of them a session cookie",
        items=items,
        bad=len(bad),
        count=len(cookies),
    )


@check("Scripts cannot read session cookies", Severity.MEDIUM, version=2)
def http_only(response: Response, web: Web, asked: Asked) -> Verdict:
    """Judge the HttpOnly attribute of session cookies, known by a short list of names.

    Why: A script that gets into the page can otherwise send the visitor's login to somebody else.
    Fix: Set HttpOnly on every session cookie.
    nginx: proxy_cookie_flags ~ httponly;
    Apache: Header always edit Set-Cookie ^(.*)$ "$1; HttpOnly"
    IIS: <httpCookies httpOnlyCookies="true" /> in web.config
    See: RFC 6265 section 4.1.2.6 (HttpOnly)
    """
    sessions = [cookie for cookie in _cookies(response, web, asked) if cookie.is_session]
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


@check("Other sites cannot use the visitor's cookies", Severity.LOW, version=2)
def same_site(response: Response, web: Web, asked: Asked) -> Verdict:
    """Judge the SameSite attribute: Lax or Strict is the good state.

    One session cookie without it is the bad state.

    Why: A form on another site can otherwise act in the name of a logged-in visitor.
    Fix: Set SameSite=Lax, or Strict, on every cookie that no other site needs.
    nginx: proxy_cookie_flags ~ samesite=lax;
    Apache: Header always edit Set-Cookie ^(.*)$ "$1; SameSite=Lax"
    IIS: <httpCookies sameSite="Lax" /> in web.config (.NET Framework 4.7.2 and newer)
    See: RFC 6265bis section 5.6.7 (SameSite)
    """
    cookies = _cookies(response, web, asked)
    if not cookies:
        return not_applicable("the site sets no cookies")
    bad = [cookie for cookie in cookies if cookie.same_site not in ("Lax", "Strict")]
    items = _items(bad, Reason.of("SameSite is not Lax or Strict"))
    if not bad:
        return passed("all {count} cookies have SameSite", count=len(cookies))
    if any(cookie.is_session for cookie in bad):
        return failed("a session cookie lacks SameSite=Lax or Strict", items=items)
    return partial(
        _HARMLESS,
        "{bad} of {count} cookies lack SameSite=Lax or Strict, none of them a session cookie",
        items=items,
        bad=len(bad),
        count=len(cookies),
    )


@check("Browsers accept every cookie that the site sets", Severity.LOW)
def prefixes(response: Response, web: Web, asked: Asked) -> Verdict:
    """Judge cookies by the rules that their own names and attributes call upon.

    To keep them is no merit: who uses neither prefixes nor SameSite=None has nothing to keep.

    Why: Browsers drop a cookie whose name begins with __Secure- or __Host- and that breaks the
    promise, and one with SameSite=None or Partitioned without Secure: logins fail, or only some
    browsers let visitors in.
    Fix: Set Secure on all of them; give __Host- cookies Path=/ and no Domain.
    nginx: proxy_cookie_flags ~ secure;
    Apache: Header always edit Set-Cookie ^(__Host-.*)$ "$1; Secure; Path=/"
    IIS: <httpCookies requireSSL="true" domain="" /> in web.config
    See: RFC 6265bis section 4.1.3 (cookie name prefixes)
    RFC 6265bis section 5.7 (storage model)
    """
    cookies = _cookies(response, web, asked)
    faults = [(cookie, fault) for cookie in cookies if (fault := cookie.fault()) is not None]
    if not faults:
        return not_applicable("no cookie breaks a rule that its name or attributes call upon")
    items = _unique([Item(_named(one), Outcome.FAIL, _broken(why)) for one, why in faults])
    return failed("browsers drop {count} cookies", items=items, count=len(faults))


@check("Nobody keeps copies of answers with session cookies", Severity.LOW)
def caching(response: Response, asked: Asked) -> Verdict:
    """Judge Cache-Control, and Expires, of an answer that sets a session cookie.

    Why: A shared cache (a proxy, a CDN) that keeps such an answer hands one visitor's session to
    the next one.
    Fix: Send Cache-Control: no-store, or at least private, wherever a session begins.
    nginx:
    # in the location block of the login
    add_header Cache-Control no-store always;
    Apache:
    <Location "/login">
        Header always set Cache-Control no-store
    </Location>
    IIS: in web.config
    <location path="login">
        <system.webServer><httpProtocol><customHeaders>
            <add name="Cache-Control" value="no-store" />
        </customHeaders></httpProtocol></system.webServer>
    </location>
    See: RFC 9111 section 4.2.1 (how long an answer is fresh)
    RFC 9111 section 5.2.2 (Cache-Control)
    RFC 9111 section 7.3 (sensitive information)
    """
    kept = _kept([response.hop], asked)
    if not any(cookie.is_session for cookie in kept):
        return not_applicable("the answer sets no session cookie")
    directives = _directives(response.hop)
    names = {name for name, _ in directives}
    if "no-store" in names:
        return passed("Cache-Control is no-store: nobody keeps a copy")
    if "private" in names:
        return passed("Cache-Control is private: shared caches keep no copy")
    if "no-cache" in names or _is_stale(response.hop, directives, asked.at):
        return partial(
            Fraction(1, 2), "shared caches may keep a copy, though they ask before they use it"
        )
    if "public" in names:
        return failed("Cache-Control is public: shared caches may hand the session to others")
    return failed("Cache-Control does not keep shared caches from handing the session to others")


def _cookies(response: Response, web: Web, asked: Asked) -> tuple[Cookie, ...]:
    """Return what a browser keeps that begins at http://, and goes on from https://.

    What plain HTTP sets and https:// does not set anew travels in the clear.
    """
    plain = web.http.hops if isinstance(web.http, Exchange) else ()
    begun = [hop for hop in plain if hop.url.startswith("http:")]
    return _kept([*begun, *response.chain], asked)


def _kept(hops: list[Hop], asked: Asked) -> tuple[Cookie, ...]:
    """Return the site's cookies, the last of each identity, without those that it deletes."""
    found: dict[tuple[str, str, str], Cookie] = {}
    for hop, cookie in _taken(hops, asked):
        found[cookie.identity(hop.url)] = cookie
    return tuple(cookie for cookie in found.values() if not cookie.is_deleted(asked.at))


def _taken(hops: list[Hop], asked: Asked) -> Iterator[tuple[Hop, Cookie]]:
    """Yield the cookies that the site sets and browsers take; those of other sites are theirs."""
    for hop in hops:
        if on_same_site(asked.host, host_of(hop.url)):
            for line in hop.all("set-cookie"):
                cookie = read_cookie(line)
                if isinstance(cookie, Cookie) and cookie.refusal(hop.url) is None:
                    yield hop, cookie


def _directives(hop: Hop) -> list[tuple[str, str]]:
    """Return the names and values of Cache-Control, in lower case."""
    parted = (token.partition("=") for token in tokens(hop.all("cache-control")))
    return [(name.strip(), value.strip()) for name, _, value in parted]


def _is_stale(hop: Hop, directives: list[tuple[str, str]], at: datetime) -> bool:
    """Say whether a shared cache has to ask again at once (RFC 9111 4.2.1).

    Of repeated values the first counts.
    """
    for wanted in ("s-maxage", "max-age"):
        for name, value in directives:
            if name == wanted:
                return _ZERO.fullmatch(value) is not None
    expires = hop.first("expires")
    if expires is None:
        return False
    end = read_cookie_date(expires)  # it reads all that HTTP's dates may look like
    now = read_cookie_date(hop.first("date") or "") or at
    return end is None or end <= now  # what is no date is in the past (5.3)


def _broken(fault: CookieFault) -> Reason:
    """Say which rule a cookie breaks."""
    if fault is CookieFault.SECURE_PREFIX:
        return Reason.of("browsers drop it: __Secure- promises Secure")
    if fault is CookieFault.HOST_PREFIX:
        return Reason.of("browsers drop it: __Host- promises Secure, Path=/ and no Domain")
    if fault is CookieFault.NONE_WITHOUT_SECURE:
        return Reason.of("browsers drop it: SameSite=None needs Secure")
    return Reason.of("browsers drop it: Partitioned needs Secure")


def _items(cookies: list[Cookie], reason: Reason) -> tuple[Item, ...]:
    return _unique([Item(_named(cookie), Outcome.FAIL, reason) for cookie in cookies])


def _unique(items: list[Item]) -> tuple[Item, ...]:
    """Return one item a subject, and not too many."""
    return tuple({item.subject: item for item in items[:_MOST_ITEMS]}.values())


def _named(cookie: Cookie) -> str:
    """Return the name to show; a cookie without one is sent as a bare value."""
    return quoted(cookie.name) or "="
