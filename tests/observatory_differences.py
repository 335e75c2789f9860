"""Where secscan's own verdicts differ from MDN's words on purpose, and by which standard.

docs/headers.md tells the same to users.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from observatory_cases import Reply, Site
from observatory_table import FAIL, NONE, PARTIAL, PASS


@dataclass(frozen=True)
class Difference:
    """A difference: what has it so, for which words of MDN's, what secscan says, and where."""

    name: str
    standard: str
    theirs: str  # how the words begin
    ours: tuple[str, ...]
    applies: Callable[[Site], bool]


def page_of(site: Site) -> Reply:
    """Return the page that is judged: the last over https://, or over http://."""
    secure = [reply for url, reply in site.pages.items() if url.startswith("https:")]
    pages = [r for r in secure or site.pages.values() if "Location" not in dict(r.headers)]
    return pages[-1]


def lines(site: Site, name: str) -> list[str]:
    """Return the lines of a header field of the page."""
    return [value.strip() for key, value in page_of(site).headers if key == name]


def _sends(name: str, pattern: str) -> Callable[[Site], bool]:
    """Return whether the lines of a field, joined, match."""
    return lambda site: bool(re.search(pattern, " | ".join(lines(site, name)), re.IGNORECASE))


def _shows(pattern: str) -> Callable[[Site], bool]:
    return lambda site: bool(re.search(pattern, page_of(site).body, re.IGNORECASE))


def _policies(site: Site) -> int:
    return len(lines(site, "Content-Security-Policy")) + _metas(page_of(site).body)


def _metas(body: str) -> int:
    return len(re.findall("content-security-policy[ '\"]", body, re.IGNORECASE))


def _is_page(site: Site) -> bool:
    return (lines(site, "Content-Type") or [""])[-1].startswith(("text/html", "application/xhtml"))


def _cookies(site: Site) -> str:
    sent = [v for r in site.pages.values() for k, v in r.headers if k == "Set-Cookie"]
    return " | ".join(sent)


_STS, _XFO, _CT = "Strict-Transport-Security", "X-Frame-Options", "X-Content-Type-Options"
_POLICY = "Content-Security-Policy"
_HOLES = "'unsafe-inline'|data:|https?:|ftp:|\\*"

KNOWN: tuple[Difference, ...] = (
    Difference(
        "HSTS is sent twice",
        "RFC 6797 8.1: the first counts",
        "hsts-header-invalid",
        (PASS, PARTIAL),
        _sends(_STS, r"\|"),
    ),
    Difference(
        "max-age is no number, or stands twice",
        "RFC 6797 6.1 and 6.1.1",
        "hsts-implemented-max-age-at-least-six-months",
        (FAIL, PARTIAL),
        _sends(_STS, '"300"|abc|x|; max-age'),
    ),
    Difference(
        "max-age=0 or less",
        "RFC 6797 6.1.1: 0 ends HSTS, and a sign is no digit",
        "hsts-implemented-max-age-less-than-six-months",
        (FAIL,),
        _sends(_STS, "max-age=(0|-1)$"),
    ),
    Difference(
        "X-Frame-Options stands twice",
        "HTML 7.7: equal values are one, and of several any keeps others out",
        "x-frame-options-header-invalid",
        (PASS,),
        _sends(_XFO, "(SAMEORIGIN|DENY)[ ,|]+SAMEORIGIN"),
    ),
    Difference(
        "X-Frame-Options: ALLOW-FROM",
        "HTML 7.7 knows no such value",
        "x-frame-options-allow-from-origin",
        (FAIL,),
        _sends(_XFO, "^allow-from"),
    ),
    Difference(
        "nosniff is the first of several",
        "Fetch 3.6: the first decides",
        "x-content-type-options-header-invalid",
        (PASS,),
        _sends(_CT, "^nosniff[ ,|]+no"),
    ),
    Difference(
        "frame-ancestors in a meta element",
        "CSP 3 6.4.2: it counts in a header only",
        "x-frame-options-implemented-via-csp",
        (FAIL,),
        _shows("frame-ancestors"),
    ),
    Difference(
        "frame-ancestors for everybody",
        "CSP 3 6.4.2",
        "x-frame-options-implemented-via-csp",
        (FAIL,),
        _sends(_POLICY, r"frame-ancestors \*"),
    ),
    Difference(
        "frame-ancestors beside an invalid policy of a meta element",
        "CSP 3 8.1: each policy is read by itself",
        "x-frame-options-",
        (PASS, FAIL),
        lambda site: _policies(site) > 1,
    ),
    Difference(
        "several policies",
        "CSP 3 8.1: each is enforced by itself",
        "csp-",
        (PASS, PARTIAL, FAIL),
        lambda site: _policies(site) > 1,
    ),
    Difference(
        "names that only look like a session's",
        "RFC 6265 gives names no meaning",
        "cookies-session-without-httponly-flag",
        (NONE, PASS),
        lambda site: bool(re.search("obsession|login", _cookies(site), re.IGNORECASE)),
    ),
)
"""What was known before the comparison; each is shown on ten sites at least."""

FOUND: tuple[Difference, ...] = (
    Difference(
        "blanks around the equals sign",
        "RFC 6797 6.1 with RFC 2616 2.1",
        "hsts-header-invalid",
        (PASS, PARTIAL),
        _sends(_STS, "max-age = "),
    ),
    Difference(
        "HSTS of the last host, not of the asked one",
        "RFC 6797 8.1: a host speaks for itself",
        "hsts-",
        (FAIL,),
        lambda site: len([url for url in site.pages if url.startswith("https:")]) > 1,
    ),
    Difference(
        "preloading hides the header",
        "RFC 6797 12.3: a list of one kind of client",
        "hsts-preloaded",
        (FAIL,),
        lambda site: site.host.endswith("preloaded.example"),
    ),
    Difference(
        "the certificate has checks of its own",
        "RFC 9325 4: trust and fields are two things",
        "hsts-invalid-cert",
        (PASS, PARTIAL),
        lambda site: site.host.endswith("untrusted.example"),
    ),
    Difference(
        "the certificate on the way has checks of its own",
        "RFC 9325 4",
        "redirection-invalid-cert",
        (PASS, PARTIAL),
        lambda site: any(".untrusted." in str(reply.headers) for reply in site.pages.values()),
    ),
    Difference(
        "a redirect to nobody is no closed port",
        "RFC 9110 15.4: the redirect was an answer",
        "redirection-not-needed-no-http",
        (PARTIAL,),
        lambda site: "nowhere." in str(site.pages),
    ),
    Difference(
        "a policy's directive stands twice",
        "CSP 3 2.2.1: the first counts",
        "csp-header-invalid",
        (PASS, PARTIAL),
        _sends(_POLICY, "(default-src|report-to|Base-URI|script-src).*; *[^;]*\\1"),
    ),
    Difference(
        "strict-dynamic without a nonce",
        "CSP 3 6.7.3: then no script runs",
        "csp-header-invalid",
        (PASS, PARTIAL),
        _sends(_POLICY, "'strict-dynamic'"),
    ),
    Difference(
        "a policy too short for MDN is yet ignored alone",
        "CSP 3 2.2.1: what is unknown is ignored",
        "csp-header-invalid",
        (PASS, PARTIAL),
        lambda site: _policies(site) > 0,
    ),
    Difference(
        "a directive that MDN passes over rules the scripts",
        "CSP 3 6.1.10: script-src comes before default-src, and https: of object-src runs none",
        "csp-implemented-with-unsafe-inline",
        (PASS,),
        _sends(_POLICY, _HOLES),
    ),
    Difference(
        "a meta policy besides Report-Only",
        "HTML 4.2.5.3",
        "csp-not-implemented",
        (PASS,),
        lambda site: _metas(page_of(site).body) > 0,
    ),
    Difference(
        "the words of Cross-Origin-Resource-Policy have a case",
        "Fetch 3.7",
        "corp-implemented-with-same-origin",
        (FAIL,),
        _sends("Cross-Origin-Resource-Policy", "Same-Origin"),
    ),
    Difference(
        "a preflight that allows everybody",
        "Fetch 3.3: with credentials it is worse than without",
        "cross-origin-resource-sharing-implemented-with-restricted-access",
        (PARTIAL, FAIL),
        lambda site: "ASKER" in str(site.preflight.headers),
    ),
    Difference(
        "a meta referrer policy MDN misreads",
        "HTML 4.2.5.1: the last valid word counts",
        "referrer-policy-",
        (PASS, PARTIAL, FAIL),
        _shows("content-security-policy|referrer"),
    ),
    Difference(
        "integrity that is no hash",
        "SRI 3.3: it protects nothing",
        "sri-implemented-",
        (FAIL, PARTIAL),
        _shows("integrity"),
    ),
    Difference(
        "an address with blanks before it",
        "URL 4.4: they are taken away",
        "sri-not-implemented-but-all-scripts-loaded-from-secure-origin",
        (FAIL, PARTIAL),
        _shows('src=" //|noscript|https?:'),
    ),
    Difference(
        "Content-Type stands twice",
        "Fetch 2.2.3 (extract a MIME type): the last valid one counts",
        "",
        (NONE,),
        lambda site: len(lines(site, "Content-Type")) > 1,
    ),
    Difference(
        "a media type has no case and may have blanks",
        "RFC 9110 8.3.1",
        "sri-not-implemented-response-not-html",
        (FAIL, PARTIAL),
        lambda site: not _is_page(site) or " ;" in str(lines(site, "Content-Type")),
    ),
    Difference(
        "cookies that browsers drop, and those that MDN's library drops",
        "RFC 6265 5.3: expired cookies are none, and an empty name is one",
        "cookies-",
        (PASS, PARTIAL, FAIL, NONE),
        lambda site: bool(
            re.search(
                r"Max-Age=(0|-5)|1970|__|=session|session(;|$)|Domain|heroku|^;|SameSite=(Wrong|Bad)",
                _cookies(site),
                re.IGNORECASE,
            )
        ),
    ),
    Difference(
        "Secure cookies over plain HTTP",
        "RFC 6265bis 5.7: browsers refuse them",
        "cookies-",
        (NONE, PASS, PARTIAL, FAIL),
        lambda site: not site.listens("https"),
    ),
    Difference(
        "an address of the page's own scheme without slashes",
        "URL 4.4: it is relative to the page",
        "sri-",
        (NONE,),
        _shows('src="https:a'),
    ),
    Difference(
        "SameSite=None protects nothing",
        "RFC 6265bis 5.6.7",
        "cookies-secure-with-httponly-sessions-and-samesite",
        (FAIL, PARTIAL),
        lambda site: "samesite=none" in _cookies(site).lower(),
    ),
    Difference(
        "there is nothing of a page to judge",
        "headers of documents do nothing elsewhere; an index has nothing to say on a login",
        "",
        (NONE,),
        lambda site: page_of(site).status == 401 or not _is_page(site) or _is_case_apart(site),
    ),
    Difference(
        "a script in noscript",
        "HTML 4.12.2: browsers that run script do not see it",
        "sri-",
        (NONE,),
        _shows('noscript|svg|template|src="data:'),
    ),
)
"""What the comparison showed besides."""

DIFFERENCES = (*KNOWN, *FOUND)


def _is_case_apart(site: Site) -> bool:
    return " ;" in str(lines(site, "Content-Type"))


def explained(site: Site, theirs: str, ours: str) -> Iterable[Difference]:
    """Return the differences that explain what secscan says of a site where MDN says ``theirs``."""
    for one in DIFFERENCES:
        if theirs.startswith(one.theirs) and ours in one.ours and one.applies(site):
            yield one
