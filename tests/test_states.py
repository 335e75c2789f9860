"""What changes applicability, with the reason that is told: logins, certificates, data, errors."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from builders import (
    GOOD_HEADERS,
    GOOD_HTML,
    body,
    changed,
    facts,
    hop,
    index_of,
    policy,
    reading,
    redirect,
    site,
    tls,
)
from certificate_builders import HOST

from secscan.check import Check, Severity, Verdict, check, passed
from secscan.evidence import (
    Answer,
    Exchange,
    Heads,
    Hop,
    Markup,
    Missing,
    MissingKind,
    Page,
    Response,
    Secure,
    SiteEvidence,
    Tls,
)
from secscan.evidence.readings import ErrorPage, SecurityTxt, Sharing
from secscan.finding import judge

URL = f"https://{HOST}/"
HTTP = f"http://{HOST}/"
HTML = ("Content-Type", "text/html")
JSON = ("Content-Type", "application/json")
WALL = b"<html><title>Request Rejected</title>Your support ID is: 17"


@check("The page is there", Severity.LOW)
def page_there(page: Page) -> Verdict:
    """Judge.

    Why: because
    Fix: so
    See: there
    """
    return passed("page {status}", status=page.hop.status)


@check("There is an answer", Severity.LOW)
def answer_there(response: Response) -> Verdict:
    """Judge.

    Why: because
    Fix: so
    See: there
    """
    return passed("answer {status}", status=response.hop.status)


def told(one: Check[Any], evidence: SiteEvidence) -> tuple[str, str]:
    """Return the outcome of a check, and the reason in words."""
    (finding,) = judge([one], evidence, policy(), facts())
    reason = finding.reason
    return str(finding.outcome), reason.template.format(**dict(reason.data))


def answering(status: int, *headers: tuple[str, str], content: bytes = b"x") -> SiteEvidence:
    return site(hops=(hop(URL, status, headers, content),))


NA, NOT_TESTED, PASS = "not-applicable", "not-tested", "pass"

OUTCOMES = [
    (answering(403), NOT_TESTED, "the site refuses the scanner (status 403)"),
    (
        answering(429, ("Retry-After", "120")),
        NOT_TESTED,
        "the site asks for fewer requests (status 429, Retry-After: 120)",
    ),
    (
        answering(503, ("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT"), HTML, content=WALL),
        NOT_TESTED,
        "a firewall answers in place of the site "
        "(status 503, Retry-After: Fri, 31 Dec 1999 23:59:59 GMT)",
    ),
    (
        answering(503, ("Retry-After", "600"), HTML, content=b"<html><title>Maintenance</title>"),
        NOT_TESTED,
        "the server answered with status 503, Retry-After: 600",
    ),
    (answering(404, HTML), NOT_TESTED, "the server answered with status 404"),
    (answering(500, JSON), NOT_TESTED, "the server answered with status 500"),
    (answering(302), NOT_TESTED, "the server answered with status 302"),
    (answering(401), NA, "the page asks for a login (status 401)"),
    (
        site(hops=(redirect(URL, f"{URL}app/"), hop(f"{URL}app/", 401))),
        NA,
        "the page asks for a login (status 401)",
    ),
    (
        site(hops=(redirect(URL, "https://elsewhere.example/"), hop("https://elsewhere.example/"))),
        NA,
        "the site redirects to another site (elsewhere.example)",
    ),
    (
        site(https=Exchange((redirect(URL, URL),), Missing(MissingKind.REDIRECT_LOOP))),
        NOT_TESTED,
        "the redirects do not come to an end",
    ),
    (
        site(https=Exchange((redirect(URL, f"{URL}a"),), Missing(MissingKind.OVER_BUDGET))),
        NOT_TESTED,
        "the budget of requests and connections was used up",
    ),
    (site(https=Missing(MissingKind.TIMEOUT)), NOT_TESTED, "there was no answer in time"),
]


@pytest.mark.parametrize(("evidence", "outcome", "reason"), OUTCOMES)
def test_a_state_is_told_for_page_and_answer_alike(
    evidence: SiteEvidence, outcome: str, reason: str
) -> None:
    assert told(page_there, evidence) == (outcome, reason)
    assert told(answer_there, evidence) == (outcome, reason)


def test_what_a_site_says_of_its_patience_is_cut_short() -> None:
    _, reason = told(page_there, answering(429, ("Retry-After", "9" * 5000)))
    assert len(reason) < 200


MEDIA = [
    ("application/json", "application/json"),
    ("application/pdf", "application/pdf"),
    ("application/soap+xml; charset=utf-8", "application/soap+xml; charset=utf-8"),
    ("text/xml", "text/xml"),
    ("text/plain", "text/plain"),
    ("image/png", "image/png"),
    (f"text/x{'y' * 500}", f"text/x{'y' * 113}…"),
]


@pytest.mark.parametrize(("sent", "shown"), MEDIA)
def test_what_is_no_page_has_no_faults_of_a_page(sent: str, shown: str) -> None:
    evidence = answering(200, ("Content-Type", sent))
    assert told(page_there, evidence) == (NA, f"the answer is not a web page ({shown})")
    assert told(answer_there, evidence) == (PASS, "answer 200")


def test_downloads_and_empty_answers_are_no_pages() -> None:
    saved = answering(200, HTML, ("Content-Disposition", 'Attachment; filename="a.html"'))
    assert told(page_there, saved) == (NA, "the answer is not a web page (a download)")
    shown = answering(200, HTML, ("Content-Disposition", "inline"))
    assert told(page_there, shown) == (PASS, "page 200")
    empty = answering(204, content=b"")
    assert told(page_there, empty) == (NA, "the answer is not a web page (status 204)")


def test_an_answer_without_type_and_content_may_have_been_a_page() -> None:
    reason = "the answer has no content, or it was not kept"
    assert told(page_there, answering(200, content=b"")) == (NOT_TESTED, reason)
    cut = replace(hop(URL), body=Missing(MissingKind.TIMEOUT))
    assert told(page_there, site(hops=(cut,))) == (NOT_TESTED, "there was no answer in time")
    typed = answering(200, HTML, content=b"")
    assert told(page_there, typed) == (PASS, "page 200")


def test_an_api_without_a_root_is_judged_by_how_it_says_so() -> None:
    headers = changed(("Content-Type", "application/problem+json"))
    for status in (404, 405):
        evidence = answering(status, *headers)
        assert told(answer_there, evidence) == (PASS, f"answer {status}")
        assert told(page_there, evidence)[0] == NA
        assert isinstance(reading(evidence, Secure), Secure)
        assert index_of(evidence).value is not None


@pytest.mark.parametrize("media", ["text/plain", "application/xhtml+xml", "image/png"])
def test_any_other_404_is_an_error(media: str) -> None:
    evidence = answering(404, ("Content-Type", media))
    assert told(answer_there, evidence) == (NOT_TESTED, "the server answered with status 404")
    assert reading(evidence, Secure).kind is MissingKind.HTTP_ERROR


def test_an_api_s_404_is_never_worth_more_than_its_200() -> None:
    """Were it so, a site would have reason to answer the scanner with nothing."""
    for headers in (GOOD_HEADERS, ()):
        lines = [line for line in headers if line[0] != "Content-Type"]
        there, gone = (index_of(answering(status, *lines, JSON)) for status in (200, 404))
        assert there.value == gone.value


def for_clients_with_certificates(https: Sequence[Hop] | Missing) -> SiteEvidence:
    good = tls()
    hellos = tuple(
        replace(one, answer=replace(one.answer, asks_certificate=True))
        if isinstance(one.answer, Answer)
        else one
        for one in good.hellos
    )
    found = https if isinstance(https, Missing) else Exchange(tuple(https))
    return site(https=found, plain=(redirect(HTTP, URL),), spoken=replace(good, hellos=hellos))


CERTIFICATE = [
    Missing(MissingKind.TLS_FAILURE, "SSLError: certificate required"),
    Missing(MissingKind.RESET),
    (hop(URL, 400, (HTML,), b"<html><title>400 No required SSL certificate was sent</title>"),),
    (hop(URL, 403, (HTML,), b"<html><title>403.7 - Client certificate required</title>"),),
]


@pytest.mark.parametrize("https", CERTIFICATE)
def test_pages_for_clients_with_a_certificate_are_not_for_us(
    https: Sequence[Hop] | Missing,
) -> None:
    evidence = for_clients_with_certificates(https)
    reason = "the pages are for clients with a certificate of their own"
    for one in (page_there, answer_there):
        assert told(one, evidence) == (NA, reason)
    for kind in (Secure, Sharing, SecurityTxt, ErrorPage):
        assert reading(evidence, kind).kind is MissingKind.CLIENT_CERTIFICATE
    assert isinstance(reading(evidence, Heads), Heads)
    assert isinstance(reading(evidence, Tls), Tls)


def test_who_only_asks_for_a_certificate_is_judged_as_everybody() -> None:
    page = hop(URL, 200, GOOD_HEADERS, GOOD_HTML.encode())
    evidence = for_clients_with_certificates((page,))
    assert isinstance(reading(evidence, Page), Page)
    walled = for_clients_with_certificates((hop(URL, 403, (HTML,), WALL),))
    assert reading(walled, Page).kind is MissingKind.BLOCKED
    elsewhere = (redirect(URL, f"https://www.{HOST}/"), hop(f"https://www.{HOST}/", 403))
    assert reading(for_clients_with_certificates(elsewhere), Page).kind is MissingKind.BLOCKED
    slow = for_clients_with_certificates(Missing(MissingKind.TIMEOUT))
    assert reading(slow, Page).kind is MissingKind.TIMEOUT


def test_a_pruned_page_is_still_a_page() -> None:
    pruned = replace(hop(URL, 200, GOOD_HEADERS), body=replace(body(b"<html>"), content=None))
    evidence = site(hops=(pruned,))
    assert isinstance(reading(evidence, Page), Page)
    assert reading(evidence, Markup).kind is MissingKind.NO_CONTENT
