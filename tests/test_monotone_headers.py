"""What the index owes those who send headers: whoever protects less never ranks higher by it."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from builders import GOOD_HTML, catalog, changed, facts, hop, policy, site, twin
from certificate_builders import HOST
from hypothesis import given, settings
from hypothesis import strategies as st

from secscan.check import Severity
from secscan.evidence import Endpoint, Hop, Missing, MissingKind, SiteEvidence
from secscan.evidence.schemes import FOREIGN_ORIGIN
from secscan.finding import judge
from secscan.index import site_index

OWN = [c for c in catalog() if c.family in ("headers", "hygiene") and c.severity != Severity.INFO]
"""The checks of what HTTP answers that move an index."""

URL, APEX = f"https://{HOST}/", "portal.example"

WEAKEST_FIRST: Mapping[str, tuple[str | None, ...]] = {
    "Strict-Transport-Security": (
        None,
        "max-age=300",
        "max-age=15768000",
        "max-age=31536000",
        "max-age=63072000; includeSubDomains; preload",
    ),
    "Content-Security-Policy": (
        None,
        "script-src * 'unsafe-inline' 'unsafe-eval'",
        "default-src 'self' 'unsafe-inline' 'unsafe-eval'; object-src 'none'",
        "default-src 'self' 'unsafe-inline'; object-src 'none'",
        "default-src 'self'; object-src 'none'; base-uri 'self'",
        "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    "X-Frame-Options": (None, "ALLOW-FROM https://x.example", "SAMEORIGIN", "DENY"),
    "X-Content-Type-Options": (None, "sniff", "nosniff"),
    "Referrer-Policy": (
        None,
        "unsafe-url",
        "no-referrer-when-downgrade",
        "origin-when-cross-origin",
        "strict-origin-when-cross-origin",
        "no-referrer",
    ),
    "Permissions-Policy": (None, "camera=(self)", "camera=()", "camera=(), microphone=()"),
    "Cross-Origin-Opener-Policy": (
        None,
        "unsafe-none",
        "same-origin-allow-popups",
        "same-origin",
    ),
    "Cross-Origin-Resource-Policy": (None, "cross-origin", "same-site", "same-origin"),
    "Cross-Origin-Embedder-Policy": (None, "unsafe-none", "credentialless", "require-corp"),
    "Cache-Control": (None, "public, max-age=60", "no-cache", "private", "no-store"),
    "Content-Type": (None, "text/html", "text/html; charset=utf-8"),
    "Access-Control-Allow-Origin": (FOREIGN_ORIGIN, "*", None),
    "Set-Cookie": (
        "PHPSESSID=a",
        "PHPSESSID=a; Secure",
        "PHPSESSID=a; Secure; HttpOnly",
        "PHPSESSID=a; Secure; HttpOnly; SameSite=Lax",
        "__Host-PHPSESSID=a; Secure; Path=/; HttpOnly; SameSite=Strict",
    ),
}

PLAIN_FORM = '<form action="http://x.example/"><img src="http://a.example/x.png"></form>'
PAGES = (GOOD_HTML, "<html><body>x", f"<html><meta name=referrer content=origin>{PLAIN_FORM}")

HARMLESS = ("lang=vi", "lang=vi; Secure", "theme=1; SameSite=None; Secure", "b; SameSite=Lax")
BARE, PINNED = "<script src='{}'></script>", "<script src='{}' integrity='{}' crossorigin></script>"

Levels = Mapping[str, int]
LEVELS = st.fixed_dictionaries(
    {name: st.integers(0, len(steps) - 1) for name, steps in WEAKEST_FIRST.items()}
)
LOWEST = dict.fromkeys(WEAKEST_FIRST, 0)
HIGHEST = {name: len(steps) - 1 for name, steps in WEAKEST_FIRST.items()}


def rank(evidence: SiteEvidence) -> Fraction:
    found = site_index(judge(OWN, evidence, policy(), facts()), policy())
    assert found.value is not None, found.state
    return found.value


def sent(levels: Levels, *cookies: str) -> list[tuple[str, str]]:
    found = [(name, WEAKEST_FIRST[name][level]) for name, level in levels.items()]
    lines = [(name, value) for name, value in found if value is not None]
    if levels.get("Access-Control-Allow-Origin") == 0:
        lines.append(("Access-Control-Allow-Credentials", "true"))
    return [*lines, *(("Set-Cookie", cookie) for cookie in cookies)]


def headed(levels: Levels, html: str = GOOD_HTML) -> SiteEvidence:
    return site(headers=sent(levels), html=html)


def without_cookies(levels: Levels) -> Levels:
    return {name: level for name, level in levels.items() if name != "Set-Cookie"}


@pytest.mark.parametrize("others", [LOWEST, HIGHEST], ids=["bare", "strict"])
@pytest.mark.parametrize("name", WEAKEST_FIRST)
def test_absent_is_not_above_weak_nor_weak_above_strict(name: str, others: Levels) -> None:
    for html in PAGES[:2]:
        steps = range(len(WEAKEST_FIRST[name]))
        ranks = [rank(headed({**others, name: level}, html)) for level in steps]
        assert ranks == sorted(ranks)
        assert ranks[0] < ranks[-1] or name in ("Cross-Origin-Embedder-Policy", "X-Frame-Options")


@settings(max_examples=400, deadline=None)
@given(LEVELS, st.sampled_from(sorted(WEAKEST_FIRST)), st.integers(0, 5), st.sampled_from(PAGES))
def test_so_it_is_whatever_else_is_sent(levels: Levels, name: str, less: int, html: str) -> None:
    weaker = {**levels, name: max(levels[name] - less, 0)}
    assert rank(headed(weaker, html)) <= rank(headed(levels, html))


@settings(max_examples=60, deadline=None)
@given(LEVELS, st.sets(st.sampled_from([*HARMLESS, "sid=1", "sid=1; Secure"]), min_size=1))
def test_good_cookies_beside_others_gain_nothing(levels: Levels, cookies: set[str]) -> None:
    others = without_cookies(levels)
    padding = [f"a{n}=1; Secure; HttpOnly; SameSite=Strict" for n in range(9)]
    few = site(headers=sent(others, *sorted(cookies)))
    many = site(headers=sent(others, *sorted(cookies), *padding))
    assert rank(many) <= rank(few)


@settings(max_examples=60, deadline=None)
@given(LEVELS, st.integers(1, 3), st.sampled_from(["https:", "http:", ""]))
def test_pinned_scripts_beside_others_gain_nothing(levels: Levels, count: int, scheme: str) -> None:
    bare = "".join(BARE.format(f"{scheme}//a{n}.example/a.js") for n in range(count))
    integrity = "sha384-" + "A" * 64
    pinned = "".join(PINNED.format(f"https://cdn.example/{n}.js", integrity) for n in range(9))
    assert rank(headed(levels, bare + pinned)) <= rank(headed(levels, bare))


@pytest.mark.parametrize("levels", [LOWEST, HIGHEST], ids=["bare", "strict"])
def test_nobody_gains_by_a_weak_cookie_or_by_a_script_of_another_site(levels: Levels) -> None:
    others = without_cookies({**levels, "Content-Type": 2})
    none = rank(site(headers=sent(others), html=PAGES[1]))
    assert rank(site(headers=sent(others, "lang=vi"), html=PAGES[1])) < none
    for scheme in ("https:", "http:"):
        html = PAGES[1] + BARE.format(f"{scheme}//a.example/a.js")
        assert rank(site(headers=sent(others), html=html)) < none


WARNING = "<b>Warning</b>: include(x.php) in <b>/var/www/html/index.php</b> on line <b>12</b>"
NULL = changed(
    ("Access-Control-Allow-Origin", "null"), ("Access-Control-Allow-Credentials", "true")
)
UNSAFE = (hop(f"http://{APEX}/", 200, (), b"<html>"),)
NOWHERE = twin(APEX, UNSAFE, Missing(MissingKind.REFUSED))

FAULTS = {
    "a trace on the page": site(html=GOOD_HTML + WARNING),
    "the page is shared with null": site(headers=NULL),
    "www stays on plain HTTP": site(twin=NOWHERE),
    "bare": headed(LOWEST),
    "good": site(),
}

UNSEEN: dict[str, Hop | Missing] = {
    "timeout": Missing(MissingKind.TIMEOUT),
    "over budget": Missing(MissingKind.OVER_BUDGET),
    "rate limit": hop(URL, 429, (("Retry-After", "60"),)),
    "challenge": hop(
        URL, 403, (("cf-mitigated", "challenge"),), b"<title>Just a moment...</title>"
    ),
}
QUESTIONS = ("security.txt", "robots.txt", "not-found", "preflight", "cross-origin")


def unanswered(evidence: SiteEvidence, question: str, answer: Hop | Missing) -> SiteEvidence:
    """Return the evidence with one further question not answered by the site itself."""
    plain, secure = evidence.endpoints
    kept = tuple(
        replace(one, answer=answer) if one.purpose == question else one for one in secure.resources
    )
    return replace(evidence, endpoints=(plain, replace(secure, resources=kept)))


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("fault", FAULTS)
def test_nobody_gains_by_blocking_a_question(fault: str, question: str) -> None:
    answered = rank(FAULTS[fault])
    for name, answer in UNSEEN.items():
        assert rank(unanswered(FAULTS[fault], question, answer)) <= answered, name


@pytest.mark.parametrize("fault", ["a trace on the page", "the page is shared with null"])
def test_a_fault_of_the_page_stays_one_whatever_else_is_blocked(fault: str) -> None:
    for name, answer in UNSEEN.items():
        blocked, good = FAULTS[fault], site()
        for question in ("not-found", "preflight", "cross-origin"):
            blocked = unanswered(blocked, question, answer)
            good = unanswered(good, question, answer)
        assert rank(blocked) < rank(good), name


@pytest.mark.parametrize("blocked", ["http", "https"])
def test_nobody_gains_by_blocking_one_door_of_the_other_name(blocked: str) -> None:
    good = twin(APEX, UNSAFE, (hop(f"https://{APEX}/", 200, (), b"<html>"),))
    for kind in (MissingKind.TIMEOUT, MissingKind.RESET, MissingKind.BLOCKED):
        seen = tuple(_closed(end, kind) if end.scheme == blocked else end for end in good)
        assert rank(site(twin=seen)) <= rank(site()), kind
    # Plain HTTP that leads nowhere is proven, whatever HTTPS would have said.
    unseen = (NOWHERE[0], _closed(NOWHERE[1], MissingKind.TIMEOUT))
    assert rank(site(twin=unseen)) < rank(site())


def _closed(endpoint: Endpoint, kind: MissingKind) -> Endpoint:
    return replace(endpoint, http=Missing(kind))
