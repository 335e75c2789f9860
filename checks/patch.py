"""Whether the software that the site names is still supported; hiding it costs nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from secscan.check import (
    Item,
    Outcome,
    Reason,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    partial,
    passed,
)
from secscan.evidence import Asked, Heads, Hop, Markup, Page
from secscan.facts import Facts
from secscan.facts.support import State, Support, assess
from secscan.parsing.html import elements
from secscan.parsing.software import (
    Component,
    from_headers,
    from_page,
    is_packaged,
    is_windows,
)
from secscan.policy import Policy

_SERVERS = frozenset({"apache", "nginx", "iis"})
_RUNTIMES = frozenset({"php", "asp.net"})
_CMS = frozenset(
    {"wordpress", "drupal", "joomla", "sharepoint", "exchange", "liferay", "dnn", "nukeviet"}
    | {"moodle"}
)
_LIBRARIES = frozenset({"jquery", "jquery-ui", "bootstrap", "angularjs"})


@check("The web server is a supported version", Severity.HIGH)
def server_supported(heads: Heads, asked: Asked, facts: Facts, policy: Policy) -> Verdict:
    """Judge the versions in the Server headers of every answer, a login or an error included.

    A version that a distribution patches in place gives no verdict, nor does a hidden one.

    Why: A server that gets no more fixes stays open to every hole found after its last day.
    Fix: Update to a supported branch; on Windows, move to a supported Windows Server.
    nginx: apt install --only-upgrade nginx, or the packages of nginx.org for the stable branch
    Apache: apt install --only-upgrade apache2
    IIS: the version comes with Windows: upgrade Windows Server
    See: endoflife.date (dates of support, as named in the facts of secscan)
    NIST SP 800-40r4 (patch management)
    """
    seen = _of_headers(heads, asked, facts, policy)
    return _verdict([one for one in seen if one.component.product in _SERVERS])


@check("The runtime behind the site is a supported version", Severity.HIGH)
def runtime_supported(heads: Heads, asked: Asked, facts: Facts, policy: Policy) -> Verdict:
    """Judge the version of PHP; X-AspNet-Version 4.0.30319 stands for every 4.x and says nothing.

    Why: A runtime that gets no more fixes puts every page it makes at risk.
    Fix: Move the site to a supported branch, after a test of the application on it.
    nginx: fastcgi_pass unix:/run/php/php8.4-fpm.sock;
    Apache: a2dismod php7.4 && a2enmod php8.4
    IIS: PHP Manager, or FastCGI Settings: the php-cgi.exe of a supported branch
    See: php.net/supported-versions
    NIST SP 800-40r4 (patch management)
    """
    seen = _of_headers(heads, asked, facts, policy)
    return _verdict([one for one in seen if one.component.product in _RUNTIMES])


@check("The content management system is a supported version", Severity.HIGH)
def cms_supported(
    page: Page, markup: Markup, asked: Asked, facts: Facts, policy: Policy
) -> Verdict:
    """Judge what the generator element and the product's own headers name.

    Why: Most defaced government sites ran a content management system whose holes had been public,
    and fixed, for long.
    Fix: Update to a supported branch, with its extensions and themes; let minor updates run by
    themselves.
    nginx: update the application, then nginx -s reload
    Apache: update the application, then apachectl graceful
    IIS: install the product's latest cumulative update; SharePoint needs psconfig afterwards
    See: endoflife.date (dates of support, as named in the facts of secscan)
    NIST SP 800-40r4 (patch management)
    """
    named = from_headers(_lines([page.hop])) + from_page(elements(markup.html))
    seen = _assessed(dict.fromkeys(named), asked, facts, policy)
    return _verdict([one for one in seen if one.component.product in _CMS])


@check("The script libraries are supported versions", Severity.MEDIUM)
def libraries_supported(markup: Markup, asked: Asked, facts: Facts, policy: Policy) -> Verdict:
    """Judge the versions in the addresses of jQuery, jQuery UI, Bootstrap and AngularJS.

    Why: Known holes of old libraries let injected text run as script in the visitor's browser.
    Fix: Replace the file by one of a supported branch, and take out libraries nobody uses.
    nginx: replace the file in the site's folder; nothing to configure
    Apache: replace the file in the site's folder; nothing to configure
    IIS: replace the file in the site's folder; nothing to configure
    See: OWASP Top 10 2021 A06 (vulnerable and outdated components)
    """
    named = from_page(elements(markup.html))
    seen = _assessed(named, asked, facts, policy)
    return _verdict([one for one in seen if one.component.product in _LIBRARIES])


@check("The page does not name the version of its software", Severity.INFO)
def version_hidden(markup: Markup) -> Verdict:
    """Judge the generator element; information only, for hiding patches nothing.

    Why: A visible version is no fault, but it saves attackers a step on the day a hole is found.
    Fix: Take the version out of the template, and keep the software up to date.
    nginx: sub_filter '<meta name="generator"' '<meta name="x-generator"';
    Apache: remove the generator element in the template or theme
    IIS: remove the generator element in the master page
    See: OWASP Web Security Testing Guide, WSTG-INFO-02
    """
    shown = [
        one for one in from_page(elements(markup.html)) if one.source == "generator" and one.version
    ]
    if shown:
        return failed(
            "the page says that it is made by {product} {version}",
            product=shown[0].product,
            version=shown[0].version,
        )
    return passed("the page names no version of its software")


@dataclass(frozen=True, slots=True)
class _Assessed:
    """A component with the product's name and the state of its version."""

    component: Component
    name: str
    support: Support


def _lines(hops: Iterable[Hop]) -> list[tuple[str, str]]:
    return [(line.name, line.value) for hop in hops for line in hop.headers]


def _of_headers(heads: Heads, asked: Asked, facts: Facts, policy: Policy) -> list[_Assessed]:
    """Return what the banners name, packages marked: a distribution patches them in place."""
    lines = _lines(heads.hops)
    named = from_headers(lines)
    packages = _packages(named, lines, facts)
    return [
        replace(one, support=Support(State.BACKPORTED))
        if one.component in packages and one.component.version
        else one
        for one in _assessed(named, asked, facts, policy)
    ]


def _packages(
    named: tuple[Component, ...], lines: list[tuple[str, str]], facts: Facts
) -> tuple[Component, ...]:
    """Return what comes from a distribution: all of it where the web server itself does."""
    if is_packaged(lines):
        return named
    if is_windows(lines):
        return ()
    kept = tuple(one for one in named if (one.product, one.version) in facts.distributions)
    return named if any(one.product in _SERVERS for one in kept) else kept


def _assessed(
    named: Iterable[Component], asked: Asked, facts: Facts, policy: Policy
) -> list[_Assessed]:
    """Return the components that are known well enough, each with its state on the day."""
    found = []
    for one in named:
        if one.confidence < policy.threshold.signal_confidence:
            continue
        support = assess(facts, one.product, one.version, asked.at.date(), exact=one.exact)
        product = facts.products.get(one.product)
        found.append(_Assessed(one, product.name if product else one.product, support))
    return found


def _verdict(seen: list[_Assessed]) -> Verdict:
    """Return what the worst component makes of it; without one that says anything, nothing."""
    items = tuple(_item(one) for one in {(o.name, o.component.version): o for o in seen}.values())
    over = [one for one in seen if one.support.state is State.END_OF_LIFE]
    if over:
        return failed(
            "{product} {version} gets no more fixes",
            items=items,
            product=over[0].name,
            version=over[0].component.version,
        )
    behind = [one for one in seen if one.support.state is State.OUTDATED]
    if behind:
        return partial(
            Fraction(1, 2),
            "{product} {version} is behind {latest}, the latest of its branch",
            items=items,
            product=behind[0].name,
            version=behind[0].component.version,
            latest=behind[0].support.latest,
        )
    good = [one for one in seen if one.support.state in (State.CURRENT, State.NEWER)]
    if good:
        return passed(
            "{product} {version} is supported",
            items=items,
            product=good[0].name,
            version=good[0].component.version,
        )
    packaged = [one for one in seen if one.support.state is State.BACKPORTED]
    if packaged:
        return not_applicable(
            "a distribution patches {product} {version} in place, so the version says nothing",
            product=packaged[0].name,
            version=packaged[0].component.version,
        )
    return not_applicable("no version that could be judged is shown")


def _item(one: _Assessed) -> Item:
    outcome, reason = _told(one.support)
    return Item(f"{one.name} {one.component.version}".strip(), outcome, reason)


def _told(support: Support) -> tuple[Outcome, Reason]:
    if support.state is State.END_OF_LIFE:
        if support.end is None:
            return Outcome.FAIL, Reason.of("support has ended")
        return Outcome.FAIL, Reason.of("support ended on {day}", day=support.end.isoformat())
    if support.state is State.OUTDATED:
        return Outcome.PARTIAL, Reason.of("the latest is {latest}", latest=support.latest)
    if support.state is State.CURRENT:
        return Outcome.PASS, Reason.of("this version is supported")
    if support.state is State.NEWER:
        return Outcome.PASS, Reason.of("this version is newer than secscan's facts")
    if support.state is State.BACKPORTED:
        return Outcome.NOT_APPLICABLE, Reason.of("a distribution patches this version in place")
    return Outcome.NOT_APPLICABLE, Reason.of("the version gives no verdict")
