"""The software that answers and pages name: web server, runtime, CMS, and what is exploited."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from builders import Cases, changed, cut_off, facts, flat, found, hop, outcome_of, redirect, site
from certificate_builders import HOST
from patch_evidence import (
    DEBIAN_12,
    NOT_FOUND,
    URL,
    answered,
    document,
    erring,
    feed,
    generator,
    greeting,
    manifest,
    page,
    php,
    sending,
    server,
)
from secscan.checks.machine import CMS, RUNTIMES, SERVERS, SERVICES, WINDOWS

from secscan.evidence import MissingKind, Resource, SiteEvidence


def sharepoint(build: str) -> SiteEvidence:
    return sending(("MicrosoftSharePointTeamServices", build))


def answering(
    status: int, value: str, media: str = "text/html", name: str = "Server", text: str = ""
) -> SiteEvidence:
    answer = hop(URL, status, ((name, value), ("Content-Type", media)), text.encode())
    return site(hops=(answer,), plain=(redirect(f"http://{HOST}/", URL),))


SHAREPOINT = "MicrosoftSharePointTeamServices"
SUBSCRIPTION = (SHAREPOINT, "16.0.0.19127")


def before_iis(server: str) -> SiteEvidence:
    """Return a site whose page and whose error come from two machines."""
    behind = hop(NOT_FOUND, 404, changed(("Server", "Microsoft-IIS/10.0")), b"Not found")
    return site(headers=changed(("Server", server)), not_found=behind)


def wordpress(version: str) -> SiteEvidence:
    """Return a site whose page and feed agree on the version."""
    return document(generator(f"WordPress {version}"), "feed", feed(version))


def joomla(version: str) -> SiteEvidence:
    return document(page(""), "joomla-manifest", manifest(version))


OWN_ASSETS = (
    '<link rel="stylesheet" href="/wp-includes/css/dist/block-library/style.min.css?ver={0}">'
    '<script>w={{"concatemoji":"https://x/wp-includes/js/wp-emoji-release.min.js?ver={0}"}}</script>'
)

NO_MANIFEST = Resource("joomla-manifest", hop(URL, 404, (), manifest("3.10.12").encode()))


def tomcat(version: str) -> SiteEvidence:
    return erring(f"<html><h3>Apache Tomcat/{version}</h3></html>")


ON_THE_WAY = (
    redirect(f"http://{HOST}/", f"https://{HOST}/", 301, ("Server", "nginx/1.16.0")),
    hop(),
)

AWAY = site(
    hops=(redirect(URL, "https://elsewhere.example/"),),
    plain=(redirect(f"http://{HOST}/", URL),),
)

CASES: Cases = {
    "patch.server_supported": [
        ("current", server("nginx/1.30.4"), "pass"),
        ("behind its branch", server("nginx/1.30.2"), "partial 1/2"),
        ("a branch without support", server("nginx/1.16.0"), "fail"),
        ("a branch between those that are listed", server("nginx/1.17.3"), "fail"),
        ("older than all", server("Apache/1.2.0"), "fail"),
        ("newer than the facts", server("Apache/2.4.71"), "pass"),
        ("a newer branch than the facts know", server("nginx/1.40.0"), "pass"),
        ("a distribution's version", server("nginx/1.22.1"), "not-applicable"),
        ("a distribution's name", server("Apache/2.4.10 (Debian)"), "not-applicable"),
        ("CentOS", server("Apache/2.2.15 (CentOS)"), "not-applicable"),
        ("behind a login", answering(401, "nginx/1.16.0"), "fail"),
        ("in JSON", answering(200, "nginx/1.16.0", "application/json"), "fail"),
        ("in an error", answering(500, "nginx/1.16.0"), "fail"),
        ("a firewall's is not the site's", answering(403, "nginx/1.16.0"), "not-applicable"),
        ("on the way", site(plain=ON_THE_WAY), "fail"),
        ("a branch alone", server("Apache/2.4"), "not-applicable"),
        ("a major alone, some of it over", server("nginx/1"), "not-applicable"),
        ("a number beyond all versions", server("nginx/20240101.1"), "not-applicable"),
        ("no distribution is on Windows", server("Apache/2.4.58 (Win64)"), "partial 1/2"),
        ("Debian's before SharePoint", server("nginx/1.22.1", SUBSCRIPTION), "not-applicable"),
        (
            "Debian's before Exchange",
            server("nginx/1.18.0", ("X-OWA-Version", "15.2.2562.17")),
            "not-applicable",
        ),
        ("Debian's before IIS", before_iis("nginx/1.22.1"), "not-applicable"),
        (
            "beside Debian's SSH, before SharePoint",
            greeting(server("nginx/1.16.0", SUBSCRIPTION), DEBIAN_12),
            "not-applicable",
        ),
        ("Ubuntu's version on Windows", server("Apache/2.4.41 (Win64)"), "partial 1/2"),
        (
            "on Windows, and Debian's SSH at the address",
            greeting(server("Apache/2.4.41 (Win64)"), DEBIAN_12),
            "not-applicable",
        ),
        ("hidden", server("nginx"), "not-applicable"),
        ("no header", sending(), "not-applicable"),
        ("unknown", server("gws/1.0"), "not-applicable"),
        ("the library beside it is a hint", server("Apache/2.4.71 OpenSSL/1.0.1"), "pass"),
        ("IIS is judged as Windows is", server("Microsoft-IIS/8.5"), "not-applicable"),
        ("an error page of Tomcat", tomcat("10.1.59"), "pass"),
        ("an old Tomcat", tomcat("8.5.5"), "fail"),
        ("Debian's Tomcat", tomcat("8.5.5 (Debian)"), "not-applicable"),
        ("Debian's, and the latest", server("Apache/2.4.71 (Debian)"), "pass"),
        ("beside Debian's SSH", greeting(server("nginx/1.16.0"), DEBIAN_12), "not-applicable"),
        (
            "Debian's SSH at another address",
            greeting(server("nginx/1.16.0"), DEBIAN_12, address="203.0.113.8"),
            "fail",
        ),
        ("a version of a system that has ended", server("Apache/2.4.10"), "partial 1/2"),
        ("a version of two old systems", server("nginx/1.10.3"), "not-applicable"),
        ("a version of Red Hat's kind", server("Apache/2.4.63"), "not-applicable"),
        ("Tomcat's connector is no Apache", server("Apache-Coyote/1.1"), "not-applicable"),
    ],
    "patch.runtime_supported": [
        ("current", php("PHP/8.4.24"), "pass"),
        ("behind its branch", php("PHP/8.4.2"), "partial 1/2"),
        ("end of life", php("PHP/5.6.40"), "fail"),
        ("in the Server header", server("Apache/2.4.71 PHP/5.6.40"), "fail"),
        ("Debian's version", php("PHP/7.4.33"), "not-applicable"),
        ("a package's version", php("PHP/7.2.34-0ubuntu0.18.04.17"), "not-applicable"),
        (
            "a distribution's name in another banner of the response",
            php("PHP/7.1.3", "Apache/2.4.10 (Debian)"),
            "not-applicable",
        ),
        ("beside a server of a distribution", php("PHP/5.6.40", "nginx/1.22.1"), "not-applicable"),
        (
            "behind a CDN that is a package itself",
            sending(("Server", "nginx/1.22.1"), ("CF-Ray", "a"), ("X-Powered-By", "PHP/5.6.40")),
            "fail",
        ),
        ("Debian's version on Windows", php("PHP/7.4.33", "Microsoft-IIS/10.0"), "fail"),
        ("ASP.NET 4", sending(("X-AspNet-Version", "4.0.30319")), "not-applicable"),
        ("hidden", php("PHP"), "not-applicable"),
    ],
    "patch.cms_supported": [
        ("WordPress, current", wordpress("7.1"), "pass"),
        ("WordPress, an old branch at its latest", wordpress("6.2.11"), "pass"),
        ("WordPress, an old branch behind", wordpress("6.1.8"), "partial 1/2"),
        ("WordPress, as Debian has it", wordpress("6.1.9"), "not-applicable"),
        ("WordPress 6.9 is 6.9.0", wordpress("6.9"), "partial 1/2"),
        ("WordPress, end of life", wordpress("4.6.30"), "fail"),
        ("WordPress, current by one place", generator("WordPress 7.1"), "not-applicable"),
        ("Joomla's manifest is not there", answered(page(""), NO_MANIFEST), "not-applicable"),
        ("WordPress, one place alone", generator("WordPress 4.6.30"), "not-applicable"),
        ("WordPress, its feed alone", document(page(""), "feed", feed("4.6.30")), "not-applicable"),
        (
            "WordPress, places that differ",
            document(generator("WordPress 6.1.8"), "feed", feed("4.6.30")),
            "not-applicable",
        ),
        (
            "WordPress, its feed against a plugin",
            document(page(OWN_ASSETS.format("1.0")), "feed", feed("7.1")),
            "not-applicable",
        ),
        ("WordPress, its assets alone", page(OWN_ASSETS.format("4.6")), "not-applicable"),
        ("Joomla's manifest, current", joomla("6.1.3"), "pass"),
        ("Joomla's manifest, an old one", joomla("3.10.12"), "fail"),
        ("none in what was kept", cut_off("<html>"), "not-applicable"),
        ("in a header, and cut off", cut_off("<html>", ("X-Generator", "Drupal 7")), "fail"),
        ("Drupal 7", sending(("X-Generator", "Drupal 7 (https://www.drupal.org)")), "fail"),
        ("Drupal 10: some of it is over", generator("Drupal 10"), "not-applicable"),
        ("Joomla hides it", generator("Joomla! - Open Source"), "not-applicable"),
        ("Joomla 1.5", generator("Joomla! 1.5 - Open Source Content Management"), "fail"),
        ("NukeViet sends its branch only", generator("NukeViet v4.5"), "not-applicable"),
        ("a theme", generator("Powered by WordPress 3"), "not-applicable"),
        ("SharePoint 2013", sharepoint("15.0.0.4569"), "fail"),
        ("SharePoint 2016", sharepoint("16.0.0.4351"), "fail"),
        ("SharePoint 2019", sharepoint("16.0.0.10337"), "fail"),
        ("SharePoint Subscription Edition", sharepoint("16.0.0.14326"), "pass"),
        (
            "SharePoint behind a login",
            answering(401, "15.0.0.4569", name=SHAREPOINT),
            "fail",
        ),
        ("Drupal behind a login", answering(401, "Drupal 7", name="X-Generator"), "fail"),
        (
            "in JSON",
            answering(200, "15.0.0.4569", "application/json", name=SHAREPOINT),
            "fail",
        ),
        ("in an error", answering(500, "Drupal 7", name="X-Generator"), "fail"),
        (
            "in the text of an error",
            answering(
                500,
                "nginx",
                text='<meta name="generator" content="Drupal 7 (https://www.drupal.org)">',
            ),
            "fail",
        ),
        ("a login that names nothing", answering(401, "nginx"), "not-applicable"),
        ("data that names nothing", answering(200, "nginx", "application/json"), "not-applicable"),
        ("an error that names nothing", answering(500, "nginx"), "not-tested"),
        (
            "an error that settles nothing",
            answering(500, "Drupal 10", name="X-Generator"),
            "not-tested",
        ),
        ("leads elsewhere", AWAY, "not-applicable"),
        ("SharePoint, something else", sharepoint("x"), "not-applicable"),
        ("Exchange 2016", sending(("X-OWA-Version", "15.1.2507.6")), "fail"),
        ("Exchange Subscription Edition", sending(("X-OWA-Version", "15.2.2562.17")), "pass"),
        ("no verdict on Liferay", sending(("Liferay-Portal", "Liferay 6.2 CE")), "not-applicable"),
        ("none", site(), "not-applicable"),
    ],
    "patch.known_exploited": [
        ("Joomla before 4.2.8", joomla("4.2.7"), "fail"),
        ("Joomla 4.2.8", joomla("4.2.8"), "not-applicable"),
        ("no exact version", generator("Drupal 7"), "not-applicable"),
        (
            "a branch that lies below what mended it",
            sending(("Liferay-Portal", "Liferay Portal Community Edition 6.2 CE GA6")),
            "fail",
        ),
        ("a sign that is not sure", generator("DotNetNuke 9.1.0"), "not-applicable"),
        ("it depends on the set-up", server("Apache/2.4.49"), "not-applicable"),
        (
            "jQuery is no server",
            page('<script src="/jquery-1.12.4.js"></script>'),
            "not-applicable",
        ),
        ("nothing named", site(), "not-applicable"),
    ],
    "patch.version_hidden": [
        ("hidden", site(), "pass"),
        ("the name alone", generator("Joomla! - Open Source"), "pass"),
        ("shown", generator("WordPress 7.1"), "fail"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_hiding_a_version_costs_nothing() -> None:
    assert outcome_of("patch.server_supported", server("nginx")) == "not-applicable"
    assert outcome_of("headers.version_disclosure", server("nginx")) == "pass"


def test_a_component_is_told_with_what_is_known_of_it() -> None:
    (item,) = found("patch.server_supported", server("nginx/1.22.1")).items
    assert item.component is not None
    assert item.label == f"{HOST} nginx 1.22.1"
    assert (item.component.state, item.component.confidence) == ("unknown-backport", 80)
    assert item.component.holes == (), "the package has had them mended"


def test_a_marker_in_any_answer_counts_for_all() -> None:
    marked = redirect(
        f"http://{HOST}/", f"https://{HOST}/", 301, ("Server", "nginx/1.16.0 (Ubuntu)")
    )
    bare = hop(headers=(("Server", "nginx/1.16.0"), ("Content-Type", "text/html")), content=b"<p>x")
    assert outcome_of("patch.server_supported", site(hops=(bare,))) == "fail"
    both = site(hops=(bare,), plain=(marked, bare))
    assert outcome_of("patch.server_supported", both) == "not-applicable"


def test_what_hides_its_version_is_told_too() -> None:
    (item,) = found("patch.server_supported", server("nginx")).items
    assert item.component is not None
    assert item.component.state == "hidden"


def test_a_weak_sign_is_told_with_its_confidence() -> None:
    (item,) = found("patch.cms_supported", generator("WordPress 4.6.30")).items
    assert item.component is not None
    assert (item.component.state, item.component.confidence) == ("eol", 50)
    assert dict(item.reason.data) == {"confidence": 50}


def test_newer_than_the_data_is_called_so() -> None:
    (item,) = found("patch.server_supported", server("Apache/2.4.71 (Debian)")).items
    assert item.component is not None
    assert item.component.state == "newer-than-data"


def test_holes_that_are_exploited_are_named() -> None:
    (item,) = found("patch.known_exploited", joomla("4.2.7")).items
    assert item.component is not None
    assert [hole.id for hole in item.component.holes] == ["CVE-2023-23752"]


def test_what_was_not_yet_listed_on_the_day_is_not_counted() -> None:
    early = replace(joomla("4.2.7"), observed_at=datetime(2024, 1, 7, tzinfo=UTC))
    on_the_day = replace(early, observed_at=datetime(2024, 1, 8, tzinfo=UTC))
    assert outcome_of("patch.known_exploited", early) == "not-applicable"
    assert outcome_of("patch.known_exploited", on_the_day) == "fail"


@pytest.mark.parametrize(("day", "outcome"), [(14, "pass"), (15, "partial 1/2")])
def test_there_are_thirty_days_to_update(day: int, outcome: str) -> None:
    """Nginx 1.30.4 came out on 15 July 2026."""
    seen = replace(server("nginx/1.30.3"), observed_at=datetime(2026, 8, day, tzinfo=UTC))
    assert outcome_of("patch.server_supported", seen) == outcome


def test_the_day_is_that_of_utc_whatever_clock_the_site_was_seen_by() -> None:
    """The last minutes of 14 August are the 15th in Hanoi already."""
    seen = datetime(2026, 8, 14, 23, 30, tzinfo=UTC)
    for at in (seen, seen.astimezone(timezone(timedelta(hours=7)))):
        assert (
            outcome_of("patch.server_supported", replace(server("nginx/1.30.3"), observed_at=at))
            == "pass"
        )


def test_a_page_that_could_not_be_looked_at_keeps_its_cause() -> None:
    finding = found("patch.cms_supported", answering(500, "nginx"))
    assert finding.cause is MissingKind.HTTP_ERROR
    finding = found("patch.cms_supported", answering(403, "Drupal 7", name="X-Generator"))
    assert (finding.outcome, finding.cause) == ("not-tested", MissingKind.BLOCKED)


def test_every_product_of_the_signals_is_judged_by_a_check() -> None:
    named = {sign.product for signs in facts().signals.places.values() for sign in signs}
    assert named <= SERVERS | RUNTIMES | CMS | SERVICES | WINDOWS
