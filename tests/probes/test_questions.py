"""Which further questions a page leads to, in which order, and that the budget holds."""

import pytest
from asked_site import HTML, Site, missing, page, purposes, scanned
from servers import endpoint, response

from secscan.evidence import Missing, MissingKind

EXPOSURE = frozenset({"exposure"})
FIRST = ["security.txt", "cross-origin", "not-found", "robots.txt"]
LAST = ["control", "git-head", "env", "server-status"]
SCRIPTS = "".join(f"<script src=/js/{number}.js></script>" for number in range(9))
WORDPRESS = "<link rel=stylesheet href=/wp-content/themes/a/style.css>"
JOOMLA = '<meta name=generator content="Joomla! - Open Source Content Management">'


def test_what_the_page_suggests_is_asked_between_the_ordinary_questions_and_the_preflight() -> None:
    site = Site({"/": page(SCRIPTS + WORDPRESS + JOOMLA)})
    evidence = scanned(site, EXPOSURE)
    suggested = ["feed", "joomla-manifest", *["script"] * 7]
    assert purposes(evidence)[:14] == [*FIRST, *suggested, "preflight"]
    assert purposes(evidence)[14:18] == LAST
    assert site.asked[5:7] == ["GET /feed/", "GET /administrator/manifests/files/joomla.xml"]
    assert site.asked[7:13] == [f"GET /js/{number}.js" for number in range(6)]
    assert site.asked[13] == "OPTIONS /"


def test_the_scripts_that_the_budget_left_are_named() -> None:
    evidence = scanned(Site({"/": page(SCRIPTS)}))
    (left,) = missing(evidence, "script")
    assert left == Missing(MissingKind.OVER_BUDGET, "3 further scripts: 6.js, 7.js, 8.js")


@pytest.mark.parametrize("grants", [frozenset(), EXPOSURE], ids=["no-grant", "exposure"])
def test_the_budget_of_an_endpoint_holds_whatever_it_answers(grants: frozenset[str]) -> None:
    """A site that redirects whatever is asked makes everything cost twice."""
    moved = response(b"", "Location: /moved", status="302 Found")
    site = Site({"/": page(SCRIPTS + WORDPRESS + JOOMLA)}, moved)
    evidence = scanned(site, grants)
    usage = endpoint(evidence, "http").usage
    assert usage.requests == usage.other_connections == len(site.asked)
    assert len(site.asked) <= (28 if grants else 20)
    methods = {line.partition(" ")[0] for line in site.asked}
    assert methods == {"GET", "OPTIONS"}
    assert sum(".js" in line for line in site.asked) == 3
    assert [one.kind for one in missing(evidence, "script")] == [MissingKind.OVER_BUDGET] * 4
    assert "OPTIONS /" in site.asked


def test_the_exposure_grant_costs_eight_requests_at_most() -> None:
    site = Site({"/": page(SCRIPTS)})
    without = Site({"/": page(SCRIPTS)})
    scanned(without)
    scanned(site, EXPOSURE)
    assert len(site.asked) - len(without.asked) == 8


def test_a_page_that_is_no_html_leads_to_nothing() -> None:
    markup = SCRIPTS + WORDPRESS + JOOMLA
    evidence = scanned(Site({"/": page(markup, "Content-Type: application/json")}))
    assert purposes(evidence) == [*FIRST, "preflight"]


def test_an_error_leads_to_nothing() -> None:
    body = f"<!doctype html>{SCRIPTS}".encode()
    site = Site({"/": response(body, HTML, status="500 Internal Server Error")})
    assert purposes(scanned(site)) == [*FIRST, "preflight"]


def test_the_feed_is_the_one_that_the_page_names() -> None:
    feed = '<link rel=alternate type=application/rss+xml href="/tin-tuc/rss#top">'
    site = Site({"/": page(feed + WORDPRESS)})
    scanned(site)
    assert "GET /tin-tuc/rss" in site.asked
    assert "GET /feed/" not in site.asked


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<link rel=alternate type=application/rss+xml href=http://other.example/rss>",
        "<img src=http://other.example/wp-content/a.png>",
        "<p>We use /wp-content/ and Joomla, /media/jui/</p>",
        "<script src=//other.example/jquery.js></script>",
    ],
)
def test_nothing_is_guessed(markup: str) -> None:
    evidence = scanned(Site({"/": page(markup)}))
    assert purposes(evidence) == [*FIRST, "preflight"]


def test_after_a_429_to_a_script_nothing_more_is_asked() -> None:
    enough = response(b"", "Retry-After: 60", status="429 Too Many Requests")
    site = Site({"/": page(SCRIPTS), "/js/1.js": enough})
    evidence = scanned(site, EXPOSURE)
    assert site.asked[-1] == "GET /js/1.js"
    for purpose in ("preflight", "control", "env"):
        assert [one.kind for one in missing(evidence, purpose)] == [MissingKind.BLOCKED]


def test_a_firewall_that_blocks_an_exposed_path_is_provoked_no_further() -> None:
    challenge = response(b"", "cf-mitigated: challenge", status="403 Forbidden")
    site = Site({"/": page(""), "/.env": challenge})
    evidence = scanned(site, EXPOSURE)
    assert site.asked[-1] == "GET /.env"
    assert [one.kind for one in missing(evidence, "phpinfo")] == [MissingKind.BLOCKED]
