"""What the checks of software share: all that one address names, and who may have packaged it.

There is no check in this module.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from secscan.evidence import Banners, Body, Documents, Heads, Hop, Markup, Missing
from secscan.facts import Facts
from secscan.facts.support import State, assess_system
from secscan.parsing.software import (
    UNRELIABLE,
    Component,
    combined,
    from_banner,
    from_document,
    from_error_page,
    from_headers,
    from_page,
)

from .components import UNSETTLED, Judge, Judged, judged

SERVERS = frozenset(
    {"apache", "caddy", "jboss", "jetty", "lighttpd", "litespeed", "nginx"}
    | {"openresty", "openssl", "tengine", "tomcat", "weblogic", "wildfly"}
)
RUNTIMES = frozenset({"asp.net", "aspnet-mvc", "php"})
CMS = frozenset(
    {"dnn", "drupal", "dspace", "exchange", "joomla", "kentico", "koha", "liferay", "liferay-dxp"}
    | {"mediawiki", "moodle", "nukeviet", "orchard", "roundcube", "sharepoint", "telerik-ui"}
    | {"typo3", "umbraco", "wordpress", "zimbra"}
)
SERVICES = frozenset(
    {"dovecot", "dropbear", "exchange", "exim", "iis-ftp", "openssh", "postfix", "proftpd"}
    | {"pure-ftpd", "sendmail", "vsftpd", "zimbra"}
)
WINDOWS = frozenset({"iis", "iis-smtp"})
"""Products by the check that judges them; the last come with Windows and are judged as it is."""

_OF_THE_SYSTEM = frozenset({"openssl"})
"""Libraries that a server has from the system, whoever built the server itself."""

_ON_WINDOWS = re.compile(r"\bWin(?:32|64)\b|\bMicrosoft-IIS\b", re.IGNORECASE)
_TOLD_IN = frozenset({"server", "x-powered-by"})
_LONGEST = 512


@dataclass(frozen=True)
class Machine:
    """The software that an address names in its answers and in the greetings of its services.

    ``on_windows`` are products and versions in answers whose Server or X-Powered-By names Windows.
    SharePoint and Exchange are no sign of it: what names itself beside them may stand before them.
    """

    banners: tuple[Component, ...]
    greetings: tuple[Component, ...]
    on_windows: frozenset[tuple[str, str]]
    judge: Judge

    @cached_property
    def answers(self) -> tuple[Component, ...]:
        """Return what its answers name, each version once."""
        return combined(self.banners)

    @property
    def named(self) -> tuple[Component, ...]:
        """Return all of it, as often as it is named: any of these may tell who packaged it."""
        return self.banners + self.greetings

    def judged(self, products: frozenset[str]) -> list[Judged]:
        """Judge those of these products that answers name."""
        return [self.judge_banner(one) for one in self.answers if one.product in products]

    def judge_banner(self, one: Component) -> Judged:
        """Judge a component that a banner names."""
        return judged(self.judge, one, packaged=self.is_packaged(one))

    def is_packaged(self, one: Component) -> bool:
        """Say whether a component is a distribution's package, or may be one.

        Where one banner of the address is a package, the others are taken for packages too. On
        Windows nobody packages; what stands behind or before it may be elsewhere.
        """
        if one.packaged_by or self._has_packages:
            return True
        if self.is_on_windows(one):
            return False
        is_library = one.product in _OF_THE_SYSTEM
        return is_library or self._may_have_packages or may_be_package(one, self.judge)

    def is_on_windows(self, one: Component) -> bool:
        """Say whether the answer that names a component names Windows too."""
        return (one.product, one.version) in self.on_windows

    @cached_property
    def _has_packages(self) -> bool:
        return any(one.packaged_by for one in self._sure)

    @cached_property
    def _may_have_packages(self) -> bool:
        return any(
            one.product in SERVERS
            and not self.is_on_windows(one)
            and may_be_package(one, self.judge)
            for one in self._sure
        )

    @property
    def _sure(self) -> Iterator[Component]:
        """Yield what tells of others: a CDN's own software says nothing of the site's."""
        return (one for one in self.named if one.confidence > UNRELIABLE)


def machine(
    hops: tuple[Hop, ...], banners: Banners, judge: Judge, *shown: tuple[str, str]
) -> Machine:
    """Return what the answers and the greetings of an address name.

    ``shown`` are header lines that a page of the server gives away.
    """
    facts = judge.facts
    windows = tuple(hop for hop in hops if _names_windows(_lines(hop)))
    error = banners.error if banners.error and _names_windows(_lines(banners.error)) else None
    on_windows = of_answers(windows, Banners(error=error), facts)
    if _names_windows(shown):
        on_windows += from_headers(facts.signals, shown)
    return Machine(
        banners=of_answers(hops, banners, facts) + from_headers(facts.signals, shown),
        greetings=of_greetings(banners, facts),
        on_windows=frozenset((one.product, one.version) for one in on_windows),
        judge=judge,
    )


def _names_windows(lines: Iterable[tuple[str, str]]) -> bool:
    return any(
        name.lower() in _TOLD_IN and _ON_WINDOWS.search(value[:_LONGEST]) for name, value in lines
    )


def may_be_package(one: Component, judge: Judge) -> bool:
    """Say whether a bare version that is behind its maker's is one that a living system keeps.

    Of a version that its maker supports, being a package's says nothing: everybody has it.
    """
    support = judge.support(one.product, one.version, exact=one.exact)
    return support.state in UNSETTLED and is_kept(one.product, one.version, judge)


def is_kept(product: str, version: str, judge: Judge) -> bool:
    """Say whether a version is that of a system for which somebody may still patch it."""
    base = judge.facts.bases.get((product, version))
    if base is None:
        return False
    return assess_system(judge.facts, base.systems, judge.day).state is not State.END_OF_LIFE


def of_answers(hops: tuple[Hop, ...], banners: Banners, facts: Facts) -> tuple[Component, ...]:
    """Return what the heads of all answers and the error page name."""
    found = [one for hop in hops for one in from_headers(facts.signals, _lines(hop))]
    if banners.error is not None:
        text = text_of(banners.error)
        found += from_error_page(facts.signals, _lines(banners.error), text)
    return tuple(dict.fromkeys(found))


def of_greetings(banners: Banners, facts: Facts) -> tuple[Component, ...]:
    """Return what the services of an address say of themselves, each revision once."""
    found = [
        one
        for service in banners.services
        if not isinstance(service.banner, Missing)
        for one in from_banner(facts.signals, service.scheme, service.banner)
    ]
    return tuple(dict.fromkeys(found))


def of_pages(heads: Heads, documents: Documents, facts: Facts) -> tuple[Component, ...]:
    """Return what answers, and the documents that a page suggests, name of what made them."""
    found = [one for hop in heads.hops for one in from_headers(facts.signals, _lines(hop))]
    pages = [text_of(hop) for hop in heads.hops]
    if isinstance(documents.page, Markup):
        pages.append(documents.page.html)  # in its own encoding
    for html in dict.fromkeys(pages):
        found += from_page(facts.signals, html)
    for purpose, answer in documents.answers.items():
        if isinstance(answer, Hop) and answer.status == 200:
            found += from_document(facts.signals, purpose, text_of(answer))
    return combined(one for one in found if one.product in CMS)


def judged_pages(seen: Sequence[Component], judge: Judge) -> list[Judged]:
    """Judge what made the pages: of it only a version that a system keeps may be a package."""
    return [judged(judge, one, packaged=is_packaged_page(one, judge)) for one in seen]


def is_packaged_page(one: Component, judge: Judge) -> bool:
    """Say whether what made a page is a package, or may be one."""
    return bool(one.packaged_by) or may_be_package(one, judge)


def text_of(answer: Hop) -> str:
    """Return what was kept of an answer's body, as text."""
    body = answer.body
    kept = body.content if isinstance(body, Body) else None
    return (kept or b"").decode("utf-8", "replace")


def _lines(hop: Hop) -> list[tuple[str, str]]:
    return [(line.name, line.value) for line in hop.headers]
