import pytest
from builders import Cases, changed, cut_off, flat, found, hop, outcome_of, redirect, site
from certificate_builders import HOST

from secscan.evidence import SiteEvidence


def sending(*lines: tuple[str, str]) -> SiteEvidence:
    return site(headers=changed(*lines))


def server(value: str) -> SiteEvidence:
    return sending(("Server", value))


def php(value: str, server: str = "nginx") -> SiteEvidence:
    return sending(("X-Powered-By", value), ("Server", server))


def generator(value: str) -> SiteEvidence:
    return site(html=f'<html><head><meta name="generator" content="{value}"></head>')


def scripts(*urls: str) -> SiteEvidence:
    return site(html="<html>" + "".join(f'<script src="{url}"></script>' for url in urls))


def sharepoint(build: str) -> SiteEvidence:
    return sending(("MicrosoftSharePointTeamServices", build))


def answering(status: int, server: str, media: str = "text/html") -> SiteEvidence:
    return site(
        hops=(hop(f"https://{HOST}/", status, (("Server", server), ("Content-Type", media))),),
        plain=(redirect(f"http://{HOST}/", f"https://{HOST}/"),),
    )


ON_THE_WAY = (
    redirect(f"http://{HOST}/", f"https://{HOST}/", 301, ("Server", "nginx/1.16.1")),
    hop(),
)
OLD_JQUERY = '<script src="/jquery-1.12.4.js"></script>'

CASES: Cases = {
    "patch.server_supported": [
        ("current", server("nginx/1.30.4"), "pass"),
        ("behind its branch", server("nginx/1.30.2"), "partial 1/2"),
        ("a branch without support", server("nginx/1.16.1"), "fail"),
        ("a branch between those that are listed", server("nginx/1.17.3"), "fail"),
        ("older than all", server("Apache/1.2.0"), "fail"),
        ("newer than the facts", server("Apache/2.4.71"), "pass"),
        ("a newer branch than the facts know", server("nginx/1.40.0"), "pass"),
        ("a distribution's version", server("nginx/1.22.1"), "not-applicable"),
        ("a distribution's name", server("Apache/2.4.10 (Debian)"), "not-applicable"),
        ("CentOS", server("Apache/2.2.15 (CentOS)"), "not-applicable"),
        ("behind a login", answering(401, "nginx/1.16.1"), "fail"),
        ("in JSON", answering(200, "nginx/1.16.1", "application/json"), "fail"),
        ("in an error", answering(500, "nginx/1.16.1"), "fail"),
        ("a firewall's is not the site's", answering(403, "nginx/1.16.1"), "not-applicable"),
        ("on the way", site(plain=ON_THE_WAY), "fail"),
        ("a branch alone", server("Apache/2.4"), "pass"),
        ("a major alone, some of it over", server("nginx/1"), "not-applicable"),
        ("a number beyond all versions", server("nginx/20240101.1"), "not-applicable"),
        ("no distribution is on Windows", server("Apache/2.4.58 (Win64)"), "partial 1/2"),
        ("hidden", server("nginx"), "not-applicable"),
        ("no header", sending(), "not-applicable"),
        ("unknown", server("gws/1.0"), "not-applicable"),
        ("the library beside it is a hint", server("Apache/2.4.71 OpenSSL/1.0.1"), "pass"),
        ("Windows Server 2012 R2", server("Microsoft-IIS/8.5"), "fail"),
        ("four releases of Windows", server("Microsoft-IIS/10.0"), "not-applicable"),
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
        ("Debian's version on Windows", php("PHP/7.4.33", "Microsoft-IIS/10.0"), "fail"),
        ("ASP.NET 4", sending(("X-AspNet-Version", "4.0.30319")), "not-applicable"),
        ("hidden", php("PHP"), "not-applicable"),
    ],
    "patch.cms_supported": [
        ("WordPress, current", generator("WordPress 7.1"), "pass"),
        ("WordPress, behind", generator("WordPress 7.1.0.1"), "pass"),
        ("WordPress, an old branch at its latest", generator("WordPress 6.1.12"), "pass"),
        ("WordPress, an old branch behind", generator("WordPress 6.1.9"), "partial 1/2"),
        ("WordPress 6.9 is 6.9.0", generator("WordPress 6.9"), "partial 1/2"),
        ("WordPress, end of life", generator("WordPress 4.6.30"), "fail"),
        ("none in what was kept", cut_off("<html>"), "not-applicable"),
        ("in a header, and cut off", cut_off("<html>", ("X-Generator", "Drupal 7")), "fail"),
        ("Drupal 7", sending(("X-Generator", "Drupal 7 (https://www.drupal.org)")), "fail"),
        ("Drupal 10: some of it is over", generator("Drupal 10"), "not-applicable"),
        ("Joomla 5: only the branch shows", generator("Joomla! 5"), "pass"),
        ("Joomla hides it", generator("Joomla! - Open Source"), "not-applicable"),
        ("Joomla 1.5", generator("Joomla! 1.5 - Open Source"), "fail"),
        ("NukeViet sends its branch only", generator("NukeViet v4.5"), "not-applicable"),
        ("a theme", generator("Powered by WordPress 3"), "not-applicable"),
        ("SharePoint 2013", sharepoint("15.0.0.4569"), "fail"),
        ("SharePoint 2016", sharepoint("16.0.0.4351"), "fail"),
        ("SharePoint 2019", sharepoint("16.0.0.10337"), "fail"),
        ("SharePoint Subscription Edition", sharepoint("16.0.0.14326"), "pass"),
        ("SharePoint, something else", sharepoint("x"), "not-applicable"),
        ("Exchange 2016", sending(("X-OWA-Version", "15.1.2507.6")), "fail"),
        ("Exchange Subscription Edition", sending(("X-OWA-Version", "15.2.2562.17")), "pass"),
        ("no verdict on Liferay", sending(("Liferay-Portal", "Liferay 6.2 CE")), "not-applicable"),
        ("none", site(), "not-applicable"),
    ],
    "patch.libraries_supported": [
        ("current", site(), "pass"),
        ("behind", scripts("/jquery-3.6.0.min.js"), "partial 1/2"),
        ("end of life", scripts("/js/jquery-1.12.4.min.js?v=3"), "fail"),
        ("by its folder", scripts("https://cdn.example/jquery/1.12.4/jquery.min.js"), "fail"),
        ("by its package", scripts("https://cdn.example/npm/jquery@2.2.4/dist/jquery.js"), "fail"),
        ("AngularJS", scripts("/angular.js/1.5.8/angular.min.js"), "fail"),
        ("Bootstrap", scripts("/bootstrap/3.3.7/js/bootstrap.min.js"), "fail"),
        ("jQuery UI", scripts("/ui/1.12.1/jquery-ui.min.js"), "fail"),
        ("one of two", scripts("/jquery-1.12.4.js", "/bootstrap-5.3.8.js"), "fail"),
        ("a folder named by a hash", scripts("/47a9c871/jquery.js"), "not-applicable"),
        ("a folder named by the site's version", scripts("/app/1.2/jquery.js"), "not-applicable"),
        ("a folder named by a day", scripts("/jquery/20240101.123/jquery.js"), "not-applicable"),
        ("none in what was kept", cut_off("<html>"), "not-applicable"),
        ("end of life, and cut off", cut_off(f"<html>{OLD_JQUERY}"), "fail"),
        ("a branch alone", scripts("/jquery-3.7.min.js"), "pass"),
        ("a hint", scripts("/wp-includes/jquery.min.js?ver=1.12.4"), "not-applicable"),
        ("patched by a vendor", scripts("/jquery-1.12.4-aem.min.js"), "not-applicable"),
        ("another library", scripts("/jquery-migrate-1.2.1.min.js"), "not-applicable"),
        ("no address at all", scripts("https://[/jquery-1.12.4.js"), "not-applicable"),
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


def test_each_library_is_an_item_with_what_is_known_of_it() -> None:
    items = found("patch.libraries_supported", scripts("/jquery-1.12.4.js", "/jquery.js")).items
    assert [(item.subject, str(item.outcome)) for item in items] == [
        ("www.portal.example jQuery 1.12.4", "fail")
    ]


def test_hiding_a_version_costs_nothing() -> None:
    assert outcome_of("patch.server_supported", server("nginx")) == "not-applicable"
    assert outcome_of("headers.version_disclosure", server("nginx")) == "pass"
