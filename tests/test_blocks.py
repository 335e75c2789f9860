"""A block page is a state and never a verdict, wherever it stands, and it does not pay."""

from dataclasses import replace
from typing import Any

import pytest
from builders import (
    GOOD_HEADERS,
    GOOD_HTML,
    catalog,
    hop,
    index_of,
    judged,
    reading,
    redirect,
    site,
    twin,
    without_https,
)
from certificate_builders import HOST

from secscan.check import Outcome
from secscan.evidence import (
    Exchange,
    Exposure,
    Heads,
    Hop,
    Markup,
    MissingKind,
    Page,
    Plain,
    Resource,
    Response,
    Secure,
    SiteEvidence,
    Tls,
)
from secscan.evidence.readings import ErrorPage, SecurityTxt, Sharing, Twin, Web

URL = f"https://{HOST}/"
HTTP = f"http://{HOST}/"
HTML = ("Content-Type", "text/html")
JSON = ("Content-Type", "application/json")
WALL = b"<html><title>Request Rejected</title>Your support ID is: 17"
BLOCKED = MissingKind.BLOCKED
OF_THE_PAGE = {Response, Page, Markup, Sharing}

WALLS = {
    "a bare 403": (403, (), b""),
    "a firewall's 403": (403, (HTML,), WALL),
    "a firewall's 200": (200, (HTML,), WALL),
    "a firewall's 200 with good headers": (200, GOOD_HEADERS, WALL),
    "a rate limit": (429, (("Retry-After", "120"),), b""),
    "a challenge": (503, (("CF-Mitigated", "challenge"),), b""),
    "a challenge with a login's status": (401, (("CF-Mitigated", "challenge"),), b""),
    "a proxy": (407, (), b""),
    "a captive portal": (511, (), b""),
}

WITH_A_SIGN = [what for what in WALLS if what != "a bare 403"]


def wall(url: str = URL, what: str = "a firewall's 200") -> Hop:
    return hop(url, *WALLS[what])


def blocked_at(name: str, what: str, **weak: Any) -> SiteEvidence:
    """Return a site that blocks at one place, its other answers as they are."""
    www = f"https://www.{HOST}/"
    page = hop(URL, 200, weak.get("headers", GOOD_HEADERS), GOOD_HTML.encode())
    found = {
        "everywhere": lambda: site(hops=(wall(URL, what),), plain=(wall(HTTP, what),)),
        "https": lambda: site(
            hops=(wall(URL, what),), plain=(redirect(HTTP, URL), wall(URL, what))
        ),
        "https, http serving": lambda: site(
            hops=(wall(URL, what),), plain=(replace(page, url=HTTP),)
        ),
        "behind a redirect": lambda: site(hops=(redirect(URL, www), wall(www, what))),
        "without https": lambda: replace(
            without_https(),
            endpoints=tuple(
                replace(end, http=Exchange((wall(HTTP, what),))) if end.scheme == "http" else end
                for end in without_https().endpoints
            ),
        ),
    }
    return found[name]()


WHOLE = ["everywhere", "https", "https, http serving", "behind a redirect"]


@pytest.mark.parametrize("what", WALLS)
@pytest.mark.parametrize("where", WHOLE)
def test_a_blocked_page_is_never_judged_and_leaves_no_index(where: str, what: str) -> None:
    evidence = blocked_at(where, what)
    for finding in judged(evidence):
        needs = set(catalog().get(finding.check_id).needs.values())
        if needs & OF_THE_PAGE:
            assert (finding.outcome, finding.cause) == (Outcome.NOT_TESTED, BLOCKED), finding
        if Web in needs:
            assert not finding.outcome.conclusive, finding
    index = index_of(evidence)
    assert (index.value, index.state) == (None, "blocked")


@pytest.mark.parametrize("what", WALLS)
def test_where_there_is_no_https_a_block_hides_the_page_and_not_that(what: str) -> None:
    evidence = blocked_at("without https", what)
    assert reading(evidence, Response).kind is BLOCKED
    assert reading(evidence, Tls).kind is MissingKind.ABSENT
    assert index_of(evidence).value is None


@pytest.mark.parametrize("what", WALLS)
def test_a_block_over_plain_http_only_hides_the_way_to_https(what: str) -> None:
    for plain in (
        (wall(HTTP, what),),
        (redirect(HTTP, f"http://www.{HOST}/"), wall(f"http://www.{HOST}/", what)),
    ):
        evidence = site(plain=plain)
        assert reading(evidence, Plain).kind is BLOCKED
        assert reading(evidence, Web).http.kind is BLOCKED
        assert isinstance(reading(evidence, Page), Page)
        finding = next(f for f in judged(evidence) if f.check_id == "transport.https_enforced")
        assert (finding.outcome, finding.cause) == (Outcome.NOT_TESTED, BLOCKED)
        assert pays_nothing(evidence)


def pays_nothing(evidence: SiteEvidence) -> bool:
    """Say whether a good site that blocks is neither better off nor as well covered."""
    good, found = index_of(site()), index_of(evidence)
    assert good.value is not None
    assert found.value is None or found.value <= good.value
    return found.coverage < good.coverage


def test_a_redirect_to_https_counts_whatever_is_behind_it() -> None:
    evidence = site(hops=(wall(),))
    assert isinstance(reading(evidence, Plain), Plain)
    assert reading(evidence, Web).kind is BLOCKED
    assert reading(evidence, Secure).kind is BLOCKED
    assert [one.status for one in reading(evidence, Heads).hops] == [301]


def test_what_a_redirecting_name_sends_itself_is_judged() -> None:
    www = f"https://www.{HOST}/"
    evidence = site(hops=(redirect(URL, www), wall(www)))
    assert isinstance(reading(evidence, Secure), Secure)


def test_a_firewall_that_redirects_is_no_other_site() -> None:
    away = "https://validate.perfdrive.com/?u=1"
    evidence = site(hops=(redirect(URL, away), hop(away, 200, (HTML,), b"<html>")))
    assert reading(evidence, Response).kind is BLOCKED
    assert index_of(evidence).state == "blocked"


@pytest.mark.parametrize("what", WALLS)
def test_a_blocked_twin_is_not_a_bad_one(what: str) -> None:
    www = f"https://www.{HOST}/"
    known = redirect(f"http://www.{HOST}/", www)
    evidence = site(twin=twin(f"www.{HOST}", (known, wall(www, what)), (wall(www, what),)))
    found = reading(evidence, Twin)
    assert (found.http.kind, found.https.kind) == (BLOCKED, BLOCKED)
    good = index_of(site()).value
    assert good is not None
    value = index_of(evidence).value
    assert value is None or value <= good


def test_a_twin_that_redirects_to_a_blocked_page_is_seen() -> None:
    www = f"https://www.{HOST}/"
    chain = (redirect(www, URL), wall())
    found = reading(site(twin=twin(f"www.{HOST}", chain, chain)), Twin)
    assert isinstance(found.https, Exchange)


@pytest.mark.parametrize("what", WITH_A_SIGN)
def test_a_blocked_question_is_not_answered_in_the_negative(what: str) -> None:
    contact = site(security_txt=wall(f"{URL}.well-known/security.txt", what))
    assert reading(contact, SecurityTxt).kind is BLOCKED
    finding = next(f for f in judged(contact) if f.check_id == "hygiene.security_txt")
    assert (finding.outcome, finding.cause) == (Outcome.NOT_TESTED, BLOCKED)
    assert pays_nothing(contact)
    block = reading(site(not_found=wall(f"{URL}missing", what)), ErrorPage).block
    assert block.kind is BLOCKED


def test_a_bare_403_is_the_sites_own_no_where_it_answered_the_page() -> None:
    contact, error = hop(f"{URL}.well-known/security.txt", 403), hop(f"{URL}missing", 403)
    evidence = site(security_txt=contact, not_found=error)
    assert reading(evidence, SecurityTxt) == SecurityTxt(contact)
    assert reading(evidence, ErrorPage) == ErrorPage(error)
    everywhere = site(hops=(hop(URL, 403),), security_txt=contact, not_found=error)
    assert reading(everywhere, SecurityTxt).kind is BLOCKED
    assert reading(everywhere, ErrorPage).block.kind is BLOCKED


@pytest.mark.parametrize("what", WITH_A_SIGN)
def test_a_firewall_says_nothing_of_sharing_nor_of_files(what: str) -> None:
    one, both = site(preflight=wall(URL, what)), site(preflight=wall(), cross_origin=wall())
    assert reading(one, Sharing).preflight.kind is BLOCKED
    assert isinstance(reading(one, Sharing).read, Hop)
    assert reading(both, Sharing).read.kind is BLOCKED
    assert reading(files(wall(f"{URL}.git/HEAD", what)), Exposure).kind is BLOCKED


def files(git_head: Hop) -> SiteEvidence:
    control = hop(f"{URL}.git-0/HEAD", 404, (HTML,), b"<html>404")
    return site(resources=(Resource("control", control), Resource("git-head", git_head)))


def test_a_bare_403_is_how_sites_refuse_other_origins_and_close_folders() -> None:
    bare = hop(URL, 403, (JSON,), b'{"error":"Invalid CORS request"}')
    sharing = reading(site(preflight=bare, cross_origin=bare), Sharing)
    assert (sharing.preflight, sharing.read) == (bare, bare)
    assert isinstance(reading(files(hop(f"{URL}.git/HEAD", 403)), Exposure), Exposure)
