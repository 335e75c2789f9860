from dataclasses import replace

import pytest
from builders import GOOD_HEADERS, Cases, changed, cut_off, flat, found, hop, outcome_of, site
from certificate_builders import HOST
from hypothesis import given
from hypothesis import strategies as st

from secscan.evidence import Hop, Missing, MissingKind, SiteEvidence

WARNING = "<br /><b>Warning</b>:  x() in <b>/srv/app/a.php</b> on line <b>3</b><br />"
TRACE = "<pre>java.lang.Error\n\tat a.b.C.d(C.java:3)\n\tat a.b.C.e(C.java:9)</pre>"
TIMEOUT = Missing(MissingKind.TIMEOUT)
CLEAR = "Clear-Site-Data"
CLEARING = changed((CLEAR, '"cookies"'))
WALL = "<html><title>Request Rejected</title>Your support ID is: 17"


def page(html: str) -> SiteEvidence:
    return site(html=f"<!doctype html><html><body>{html}")


def missing(html: str, status: int = 404, *headers: tuple[str, str]) -> Hop:
    """Return the answer to an address that does not exist."""
    return hop(f"https://{HOST}/x", status, (*GOOD_HEADERS, *headers), html.encode())


def replaced(not_found: Hop | Missing) -> SiteEvidence:
    """Return a site whose page shows a warning, and that answers so to a wrong address."""
    return site(html=f"<!doctype html><html><body>{WARNING}", not_found=not_found)


def unasked() -> SiteEvidence:
    """Return evidence of before wrong addresses were asked for."""
    evidence = site()
    ends = (replace(end, resources=()) for end in evidence.endpoints)
    return replace(evidence, endpoints=tuple(ends))


def options(*lines: tuple[str, str]) -> SiteEvidence:
    return site(preflight=hop(status=204, headers=lines))


def sent(*lines: tuple[str, str]) -> SiteEvidence:
    return site(headers=changed(*lines))


CASES: Cases = {
    "disclosure.error_details": [
        ("none", site(), "pass"),
        (
            "a plain page of Tomcat's",
            site(not_found=missing("<h1>HTTP Status 404 – Not Found</h1><h3>Apache Tomcat/9</h3>")),
            "pass",
        ),
        ("a trace for a wrong address", site(not_found=missing(TRACE)), "fail"),
        ("with status 500", site(not_found=missing(TRACE, 500)), "fail"),
        ("a warning on the page", page(WARNING), "fail"),
        ("an article that quotes one", page(TRACE), "pass"),
        ("the page is an error", site(hops=(hop(status=500, content=TRACE.encode()),)), "fail"),
        ("nothing, but cut off", cut_off("<html>"), "not-tested"),
        ("found before it was cut off", cut_off(f"<html>{WARNING}"), "fail"),
        ("the wrong address timed out", site(not_found=TIMEOUT), "not-tested"),
        (
            "a warning on the page, and no answer to the wrong address",
            replaced(not_found=TIMEOUT),
            "fail",
        ),
        ("and a firewall's", replaced(not_found=missing(WALL, 403)), "fail"),
        ("a firewall answered", site(not_found=missing(WALL, 403)), "not-tested"),
        ("it shows a trace", site(not_found=missing(TRACE, 429)), "fail"),
        ("a bare 403 is the site's error page", site(not_found=missing("No", 403)), "pass"),
        ("one with a trace", site(not_found=missing(TRACE, 403)), "fail"),
        ("nothing was asked", unasked(), "not-applicable"),
    ],
    "disclosure.methods": [
        ("GET and HEAD", site(), "pass"),
        ("nothing is named", options(), "pass"),
        ("what an interface needs", options(("Allow", "GET, PATCH, POST")), "pass"),
        ("TRACE", options(("Allow", "GET, TRACE")), "fail"),
        ("in an old header", options(("Public", "OPTIONS, TRACK")), "fail"),
        ("for other sites", options(("Access-Control-Allow-Methods", "GET,DELETE")), "fail"),
        ("no answer", site(preflight=TIMEOUT), "not-tested"),
    ],
    "disclosure.deprecated": [
        ("none", site(), "pass"),
        ("the filter is off", sent(("X-XSS-Protection", "0")), "pass"),
        ("the filter", sent(("X-XSS-Protection", "1; mode=block")), "fail"),
        ("pins", sent(("Public-Key-Pins", "max-age=1")), "fail"),
        ("Expect-CT", sent(("Expect-CT", "max-age=1")), "fail"),
        ("Pragma beside Cache-Control", sent(("Pragma", "no-cache")), "pass"),
        (
            "Pragma alone",
            site(headers=changed(("Cache-Control", None), ("Pragma", "no-cache"))),
            "fail",
        ),
        ("JSON", sent(("Content-Type", "application/json"), ("Feature-Policy", "x")), "fail"),
    ],
    "disclosure.clear_site_data": [
        ("absent", site(), "not-applicable"),
        ("cookies", sent((CLEAR, '"cookies", "storage"')), "pass"),
        ("in two lines", sent((CLEAR, '"cache"'), (CLEAR, '"cookies"')), "pass"),
        ("one that nobody knows beside it", sent((CLEAR, '"new", "*"')), "pass"),
        ("no other answer", site(headers=CLEARING, not_found=TIMEOUT), "not-tested"),
        ("a firewall's", site(headers=CLEARING, not_found=missing(WALL, 403)), "not-tested"),
        ("without quotation marks", sent((CLEAR, "cookies")), "fail"),
        ("no list", sent((CLEAR, '"cookies" "cache"')), "fail"),
        (
            "on every page",
            site(headers=changed((CLEAR, '"*"')), not_found=missing("", 404, (CLEAR, '"cookies"'))),
            "fail",
        ),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_the_kind_of_a_trace_is_told_and_nothing_of_its_text() -> None:
    evidence = site(html=f"<html>{WARNING}", not_found=missing(WARNING + TRACE))
    finding = found("disclosure.error_details", evidence)
    assert dict(finding.reason.data) == {"kinds": "Java, PHP"}
    told = [(item.subject, item.reason.template) for item in finding.items]
    assert told == [
        (f"{HOST} PHP", "on the page itself"),
        (f"{HOST} Java", "in the answer to an address that does not exist"),
    ]
    assert "/srv" not in repr(finding)


NAMES = ["Allow", "Public", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin"]


@given(st.sampled_from(NAMES), st.text(st.characters(max_codepoint=255)), st.binary())
def test_no_answer_makes_a_check_fall_over(name: str, value: str, content: bytes) -> None:
    answer = hop(status=404, headers=((name, value), (CLEAR, value)), content=content)
    evidence = site(
        headers=changed((CLEAR, value)), not_found=answer, preflight=answer, cross_origin=answer
    )
    for check_id in [*CASES, "headers.cross_origin_sharing"]:
        assert outcome_of(check_id, evidence) != "error"
