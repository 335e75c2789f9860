"""Whether the software that the site names is kept up to date; hiding it costs nothing."""

from secscan.check import (
    Item,
    Outcome,
    Reason,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
)
from secscan.evidence import Asked, Banners, Documents, Heads, Markup, Missing, Scripts
from secscan.facts import Facts
from secscan.facts.holes import Hole
from secscan.parsing import software
from secscan.policy import Policy

from .components import Judge, verdict
from .machine import (
    CMS,
    RUNTIMES,
    SERVERS,
    is_packaged_page,
    judged_pages,
    machine,
    of_pages,
)
from .operating_systems import judged_services, judged_systems
from .script_libraries import (
    judged_holes,
    judged_support,
    loaded_libraries,
    verdict_on_holes,
    verdict_on_support,
)

_SURE = 80
"""Greenbone's quality of detection of a banner that has the patch level: "remote_banner"."""


@check("The web server is a supported version", Severity.HIGH, version=2)
def server_supported(
    heads: Heads, banners: Banners, asked: Asked, facts: Facts, policy: Policy
) -> Verdict:
    """Judge the versions that every answer names, a login or an error included.

    A version that may be a distribution's package gives no verdict, nor does a hidden one; IIS
    comes with Windows and is judged as it is.

    Why: A server that gets no more fixes stays open to every vulnerability found after its last
    day.
    Fix: Update to a supported branch, or to the package of a supported distribution.
    nginx: apt install --only-upgrade nginx, or the packages of nginx.org for the stable branch
    Apache: apt install --only-upgrade apache2
    IIS: the version comes with Windows: upgrade Windows Server
    See: endoflife.date (dates of support, as named in the facts of secscan)
    NIST SP 800-40r4 (patch management)
    """
    shown = machine(heads.hops, banners, Judge.of(asked, facts, policy))
    return verdict(shown.judged(SERVERS))


@check("The runtime behind the site is a supported version", Severity.HIGH, version=2)
def runtime_supported(
    heads: Heads, banners: Banners, asked: Asked, facts: Facts, policy: Policy
) -> Verdict:
    """Judge PHP and ASP.NET; X-AspNet-Version 4.0.30319 stands for every 4.x and says nothing.

    Why: A runtime that gets no more fixes puts every page it makes at risk.
    Fix: Move the site to a supported branch, after a test of the application on it.
    nginx: fastcgi_pass unix:/run/php/php8.4-fpm.sock;
    Apache: a2dismod php7.4 && a2enmod php8.4
    IIS: PHP Manager, or FastCGI Settings: the php-cgi.exe of a supported branch
    See: php.net/supported-versions
    NIST SP 800-40r4 (patch management)
    """
    shown = machine(heads.hops, banners, Judge.of(asked, facts, policy))
    return verdict(shown.judged(RUNTIMES))


@check("The content management system is a supported version", Severity.HIGH, version=2)
def cms_supported(
    heads: Heads, documents: Documents, asked: Asked, facts: Facts, policy: Policy
) -> Verdict | Missing:
    """Judge what headers, the generator element, the feed and the manifest name.

    A login, an error and an answer in JSON name it as a page does.

    A version that only one place of WordPress tells is told, and costs nothing: plugins change it.

    Why: Most defaced government sites ran a content management system whose vulnerabilities had
    been published, and fixed, for long.
    Fix: Update to a supported branch, with its extensions and themes; let minor updates run by
    themselves.
    nginx: update the application, then nginx -s reload
    Apache: update the application, then apachectl graceful
    IIS: install the product's latest cumulative update; SharePoint needs psconfig afterwards
    See: endoflife.date (dates of support, as named in the facts of secscan)
    NIST SP 800-40r4 (patch management)
    """
    judge = Judge.of(asked, facts, policy)
    found = verdict(judged_pages(of_pages(heads, documents, facts), judge))
    if isinstance(documents.page, Missing) and not found.outcome.conclusive:
        return documents.page
    return found


@check("The operating system still gets security fixes", Severity.HIGH)
def system_supported(banners: Banners, asked: Asked, facts: Facts, policy: Policy) -> Verdict:
    """Judge the distribution or the Windows Server that banners at this address show.

    Greetings of SSH show the release of Debian and Ubuntu, IIS up to 8.5 that of Windows. Where
    only support that has to be bought may be in force there is no verdict.

    Why: Without fixes for the system, every service on it stays open to what is found next.
    Fix: Upgrade to a release that is supported, one release at a time, or buy extended support.
    nginx: Debian and Ubuntu: apt full-upgrade, then do-release-upgrade (Ubuntu) or the new release
    in /etc/apt/sources.list (Debian)
    Apache: as for nginx: the system is upgraded, not the web server alone
    IIS: upgrade in place to a supported Windows Server, or move the site to a new one
    See: wiki.debian.org/LTS
    ubuntu.com/about/release-cycle
    learn.microsoft.com/lifecycle
    """
    return verdict(judged_systems(machine(banners.heads, banners, Judge.of(asked, facts, policy))))


@check("The other services of the server are supported versions", Severity.HIGH)
def services_supported(banners: Banners, asked: Asked, facts: Facts, policy: Policy) -> Verdict:
    """Judge the greetings of the services that the register names, at the site's own address.

    A service that does not answer is like a hidden version: a port closed to strangers is no fault.

    OpenSSH of Debian and Ubuntu shows the revision of its package, and with it the day up to which
    the machine is patched.

    Why: A service that was not updated for long shows that the machine is not, and is a way in.
    Fix: Install the updates of the distribution, and let security updates install by themselves.
    nginx: apt update && apt upgrade; apt install unattended-upgrades
    Apache: apt update && apt upgrade; apt install unattended-upgrades
    IIS: let Windows Update install OpenSSH and the other features
    See: RFC 4253, section 4.2 (the greeting of SSH)
    NIST SP 800-40r4 (patch management)
    """
    shown = machine(banners.heads, banners, Judge.of(asked, facts, policy))
    if not banners.services:
        return not_applicable("the register names no other service at this address")
    return verdict(judged_services(banners, shown))


@check("The script libraries are supported versions", Severity.MEDIUM, version=2)
def libraries_supported(
    markup: Markup, scripts: Scripts, asked: Asked, facts: Facts, policy: Policy
) -> Verdict:
    """Judge the libraries that the page loads: its own by their files, others by their addresses.

    A number behind a question mark is a hint and no version. A library costs little: it runs in
    the visitor's browser.

    Why: Nobody mends what is found in a library that has come to its end.
    Fix: Replace the file by one of a supported branch, and take out libraries nobody uses.
    nginx: replace the file in the site's folder; nothing to configure
    Apache: replace the file in the site's folder; nothing to configure
    IIS: replace the file in the site's folder; nothing to configure
    See: OWASP Top 10 2021 A06 (vulnerable and outdated components)
    """
    judge = Judge.of(asked, facts, policy)
    loaded = loaded_libraries(markup, scripts, facts.libraries)
    return verdict_on_support(judged_support(loaded, judge), judge)


@check("The script libraries have no published vulnerabilities", Severity.MEDIUM)
def libraries_vulnerable(
    markup: Markup, scripts: Scripts, asked: Asked, facts: Facts, policy: Policy
) -> Verdict:
    """Compare the libraries that the page loads with the published lists of vulnerabilities.

    A version proves none of them: whether the page uses what is faulty does not show. So it costs
    little, however many there are.

    Why: Published vulnerabilities of old libraries let injected text run as script in the
    visitor's browser.
    Fix: Update to a version without published vulnerabilities; test the pages that use the library.
    nginx: replace the file in the site's folder; nothing to configure
    Apache: replace the file in the site's folder; nothing to configure
    IIS: replace the file in the site's folder; nothing to configure
    See: github.com/RetireJS/retire.js (the lists)
    OWASP Top 10 2021 A06 (vulnerable and outdated components)
    """
    judge = Judge.of(asked, facts, policy)
    loaded = loaded_libraries(markup, scripts, facts.libraries)
    return verdict_on_holes(judged_holes(loaded, judge), judge)


@check("No version is named that CISA lists as exploited", Severity.HIGH)
def known_exploited(
    heads: Heads, banners: Banners, documents: Documents, asked: Asked, facts: Facts, policy: Policy
) -> Verdict:
    """Compare versions of server software with CISA's list of exploited vulnerabilities.

    Left out are packages of distributions, versions that are not sure, and vulnerabilities that
    depend on how the software is set up. Script libraries are judged by themselves.

    Why: These vulnerabilities are used in attacks today, by anybody and against everybody.
    Fix: Update at once, and look for traces of a break-in: the vulnerability was open until now.
    nginx: update the software that is named
    Apache: update the software that is named
    IIS: install the latest cumulative update of the product that is named
    See: cisa.gov/known-exploited-vulnerabilities-catalog
    CISA BOD 26-04
    """
    judge = Judge.of(asked, facts, policy)
    shown = machine(heads.hops, banners, judge)
    pages = of_pages(heads, documents, facts)
    named = [
        one
        for one in (*shown.answers, *shown.greetings)
        if one.product not in CMS and not shown.is_packaged(one)
    ]
    named += [one for one in pages if not is_packaged_page(one, judge)]
    items = tuple(_exploited(one, holes, judge) for one in named if (holes := _used(one, judge)))
    if not items:
        return not_applicable(
            "no version of server software is named that secscan's facts list as exploited"
        )
    return failed(
        "{software} has vulnerabilities that CISA lists as exploited",
        items=items,
        software=items[0].label,
    )


def _used(one: software.Component, judge: Judge) -> tuple[Hole, ...]:
    """Return those vulnerabilities of an exact version that were listed as exploited by the day."""
    if one.confidence < _SURE:
        return ()
    return tuple(
        hole
        for hole in judge.holes(one)
        if hole.exploited is not None and hole.exploited <= judge.day
    )


def _exploited(one: software.Component, holes: tuple[Hole, ...], judge: Judge) -> Item:
    support = judge.support(one.product, one.version)
    component = judge.component(one, support, holes)
    listed = ", ".join(hole.id for hole in holes)
    reason = Reason.of("on CISA's list of exploited vulnerabilities: {holes}", holes=listed)
    return Item(component.name, Outcome.FAIL, reason, component)


@check("The page does not name the version of its software", Severity.INFO, version=2)
def version_hidden(markup: Markup, facts: Facts) -> Verdict:
    """Judge the generator element; information only, for hiding patches nothing.

    Why: A visible version is no fault, but it saves attackers a step on the day a hole is found.
    Fix: Take the version out of the template, and keep the software up to date.
    nginx: sub_filter '<meta name="generator"' '<meta name="x-generator"';
    Apache: remove the generator element in the template or theme
    IIS: remove the generator element in the master page
    See: OWASP Web Security Testing Guide, WSTG-INFO-02
    """
    shown = [
        one
        for one in software.from_page(facts.signals, markup.html)
        if one.source == "generator" and one.version
    ]
    if not shown:
        return passed("the page names no version of its software")
    product = facts.products.get(shown[0].product)
    return failed(
        "the page says that it is made by {product} {version}",
        product=product.name if product else shown[0].product,
        version=shown[0].version,
    )
