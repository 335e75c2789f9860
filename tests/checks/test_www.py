"""What people meet who type the site's name without www, part by part."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from builders import Cases, flat, found, hop, outcome_of, redirect, site, twin, without_https
from certificate_builders import HOST, certificate, der, intermediate
from hypothesis import given
from hypothesis import strategies as st

from secscan.check import Outcome
from secscan.evidence import Endpoint, Exchange, Hop, Missing, MissingKind, SiteEvidence

APEX = "portal.example"
HTTP, HTTPS, SITE = f"http://{APEX}/", f"https://{APEX}/", f"https://{HOST}/"
AGE = ("Strict-Transport-Security", "max-age=31536000")
REFUSED, TIMEOUT = Missing(MissingKind.REFUSED), Missing(MissingKind.TIMEOUT)
LOOP = Missing(MissingKind.REDIRECT_LOOP)

UPGRADED = (redirect(HTTP, HTTPS), redirect(HTTPS, SITE), hop(SITE))
UNSAFE = (hop(HTTP, 200, (), b"<html>"),)

WARNED = b"<title>Attention Required! | Cloudflare</title>"
FIREWALL = ("cf-mitigated", "challenge")


def shown(*names: str, **changes: Any) -> tuple[bytes, ...]:
    return (certificate(names=names or (APEX,), **changes), der(intermediate()))


def led(
    *headers: tuple[str, str],
    to: str = SITE,
    certificates: tuple[bytes, ...] | None = None,
    last: Hop | None = None,
) -> tuple[Hop, ...]:
    """Return a chain from https:// of the bare name to the site."""
    first = redirect(HTTPS, to, 301, *headers)
    kept = shown() if certificates is None else certificates
    return (replace(first, certificates=kept), last or hop(to))


def beside(
    http: Sequence[Hop] | Missing = UPGRADED, https: Sequence[Hop] | Missing | None = None
) -> SiteEvidence:
    return site(twin=twin(APEX, http, led(AGE) if https is None else https))


def answering(status: int, *headers: tuple[str, str], content: bytes = b"") -> SiteEvidence:
    """Return a site whose bare name answers over HTTPS by itself."""
    own = replace(hop(HTTPS, status, (AGE, *headers), content), certificates=shown())
    return beside(https=(own,))


def looping() -> SiteEvidence:
    ends = twin(APEX, UPGRADED, REFUSED)
    chain = Exchange(led(AGE)[:1] * 9, LOOP)
    return site(twin=(ends[0], replace(ends[1], http=chain)))


def secure_alone() -> tuple[Endpoint, ...]:
    return twin(APEX, UPGRADED, led(AGE))[1:]


def www_beside(*headers: tuple[str, str], parent: tuple[str, str] = AGE) -> SiteEvidence:
    """Return a site of the bare name, and its www that leads there."""
    www = redirect(SITE, HTTPS, 301, *headers)
    secure = (replace(www, certificates=shown(HOST)), hop(HTTPS, 200, (parent,), b"<html>"))
    plain = (redirect(f"http://{HOST}/", SITE), *secure)
    return site(host=APEX, twin=twin(HOST, plain, secure))


COVERING = (AGE[0], f"{AGE[1]}; includeSubDomains")
EXPIRED = shown(left=-1)
OF_ANOTHER = shown("other.example")
UNKNOWN = (certificate(names=(APEX,), issuer="self", logged=False),)

CASES: Cases = {
    "hygiene.www": [
        ("as safe as the site", beside(), "pass"),
        ("no such name", site(), "not-applicable"),
        ("both ports refuse", beside(REFUSED, REFUSED), "not-applicable"),
        ("plain HTTP is closed", beside(REFUSED), "pass"),
        ("the site has no plain HTTP", site(twin=secure_alone()), "pass"),
        ("straight to the site over HTTPS", beside((redirect(HTTP, SITE), hop(SITE))), "pass"),
        ("plain HTTP alone, which is the site's too", beside(UNSAFE, REFUSED), "fail"),
        ("port 443 refuses", beside((redirect(HTTP, SITE), hop(SITE)), REFUSED), "partial 1/2"),
        ("plain HTTP is served", beside(UNSAFE), "partial 3/4"),
        (
            "back to plain HTTP",
            beside((redirect(HTTP, HTTPS), redirect(HTTPS, HTTP), hop(HTTP))),
            "partial 3/4",
        ),
        (
            "a certificate of another name",
            beside(https=led(AGE, certificates=OF_ANOTHER)),
            "partial 1/2",
        ),
        ("a certificate that expired", beside(https=led(AGE, certificates=EXPIRED)), "partial 1/2"),
        (
            "a certificate that nobody knows",
            beside(https=led(AGE, certificates=UNKNOWN)),
            "partial 1/2",
        ),
        (
            "a certificate that cannot be read",
            beside(https=led(AGE, certificates=(b"",))),
            "partial 1/2",
        ),
        ("the certificate was not kept", beside(https=led(AGE, certificates=())), "not-tested"),
        ("no HSTS", beside(https=led()), "partial 3/4"),
        ("HSTS for a minute", beside(https=led((AGE[0], "max-age=60"))), "partial 13/16"),
        ("HSTS that browsers ignore", beside(https=led((AGE[0], "max-age"))), "partial 3/4"),
        ("HSTS of the parent covers it", www_beside(parent=COVERING), "pass"),
        ("HSTS of the parent alone", www_beside(), "partial 3/4"),
        ("HSTS of its own", www_beside(AGE), "pass"),
        ("to another site", beside(https=led(AGE, to="https://other.example/")), "partial 3/4"),
        ("a page of its own", answering(200), "partial 3/4"),
        ("a login", answering(401), "partial 3/4"),
        ("not found", answering(404), "partial 3/4"),
        ("an outage", answering(503), "not-tested"),
        ("a firewall", answering(403, FIREWALL, content=WARNED), "not-tested"),
        ("a loop", looping(), "partial 3/4"),
        ("no answer over HTTPS", beside(https=TIMEOUT), "not-tested"),
        ("no answer over HTTP", beside(TIMEOUT), "not-tested"),
        ("no answer over HTTP, and no HSTS", beside(TIMEOUT, led()), "partial 3/4"),
        ("plain HTTP is served, and no answer over HTTPS", beside(UNSAFE, TIMEOUT), "partial 1/2"),
        ("no HTTPS, and no answer over HTTP", beside(TIMEOUT, REFUSED), "partial 1/2"),
        (
            "the site's login",
            site(hops=(hop(status=401),), twin=twin(APEX, UPGRADED, led(AGE))),
            "pass",
        ),
        (
            "both lead to one other site",
            site(
                hops=(redirect(SITE, "https://other.example/"),),
                twin=twin(APEX, UPGRADED, led(AGE, to="https://other.example/")),
            ),
            "pass",
        ),
        ("the site has no HTTPS", without_https(twin=twin(APEX, UNSAFE, REFUSED)), "fail"),
    ]
}


@pytest.mark.parametrize(("check_id", "told", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, told: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, told


def test_each_part_is_an_item() -> None:
    items = found("hygiene.www", beside(UNSAFE, led())).items
    assert {item.subject.removeprefix(f"{HOST} "): str(item.outcome) for item in items} == {
        f"http://{APEX}": "fail",
        f"https://{APEX}": "pass",
        f"Strict-Transport-Security {APEX}": "fail",
        APEX: "pass",
    }


def test_what_was_seen_is_told_beside_what_was_not() -> None:
    items = found("hygiene.www", beside(UNSAFE, TIMEOUT)).items
    assert [str(item.outcome) for item in items][:2] == ["fail", "not-tested"]


def test_a_preloaded_name_needs_no_header_of_its_own() -> None:
    url = "https://portal.dev/"
    first = replace(redirect(url, "https://www.portal.dev/"), certificates=shown("portal.dev"))
    chain = (first, hop("https://www.portal.dev/"))
    plain = (redirect("http://portal.dev/", url), *chain)
    evidence = site(host="www.portal.dev", twin=twin("portal.dev", plain, chain))
    assert outcome_of("hygiene.www", evidence) == "pass"


@given(
    st.tuples(*(st.integers(0, most) for most in (2, 1, 2, 1))), st.sampled_from(["http", "https"])
)
def test_silence_never_proves_more_than_an_answer(seen: tuple[int, ...], silent: str) -> None:
    """What is not answered is worth what the best answer would be, and no more."""
    kept = shown() if seen[1] else EXPIRED
    chain = led(*HEADERS[seen[2]], to=PLACES[seen[3]], certificates=kept)
    hidden = beside(TIMEOUT, chain) if silent == "http" else beside(PLAIN[seen[0]], TIMEOUT)
    best = beside(UPGRADED, chain) if silent == "http" else beside(PLAIN[seen[0]])
    found_hidden, found_best = found("hygiene.www", hidden), found("hygiene.www", best)
    if found_hidden.outcome.conclusive:
        assert found_hidden.credit <= found_best.credit < 1
    else:
        assert found_best.credit == 1


PLAIN = (UNSAFE, UPGRADED, REFUSED)
HEADERS = ((), ((AGE[0], "max-age=60"),), (AGE,))
PLACES = ("https://other.example/", SITE)


@given(
    st.tuples(*(st.integers(0, most) for most in (2, 1, 2, 1))),
    st.tuples(*(st.integers(0, most) for most in (2, 1, 2, 1))),
)
def test_nothing_that_is_better_ranks_lower(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    def credit(plain: int, trusted: int, header: int, place: int) -> Fraction:
        kept = shown() if trusted else EXPIRED
        chain = led(*HEADERS[header], to=PLACES[place], certificates=kept)
        seen = found("hygiene.www", beside(PLAIN[plain], chain))
        assert seen.outcome in (Outcome.PASS, Outcome.PARTIAL, Outcome.FAIL)
        return seen.credit

    worse = tuple(map(min, one, other))
    assert credit(*worse) <= credit(*one)
    assert credit(*worse) <= credit(*other)
