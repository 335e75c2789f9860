"""The evidence that a look at a made-up site would bring, without a look."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from urllib.parse import urljoin, urlsplit

from builders import facts, hop, policy, tls
from builders import site as good_site
from certificate_builders import certificate, der, intermediate, unknown_chain
from observatory_cases import PRELOADED, WILDCARDS, Reply, Site, sites

from secscan.catalog import load_catalog
from secscan.evidence import Exchange, Hop, Missing, MissingKind, SiteEvidence
from secscan.evidence.schemes import FOREIGN_ORIGIN
from secscan.facts import Facts
from secscan.facts.preload import Preloaded
from secscan.finding import Finding, judge


@cache
def world_facts() -> Facts:
    """Return the tests' facts, with the preload list of the made-up sites."""
    return replace(facts(), preloaded=Preloaded(date(2026, 11, 23), PRELOADED))


@cache
def trusted_chain() -> tuple[bytes, ...]:
    """Return the chain of all sites but the untrusted ones."""
    return certificate(names=WILDCARDS), der(intermediate())


@cache
def _pages() -> Mapping[str, Reply]:
    return {url: reply for one in sites() for url, reply in one.pages.items()}


def evidence_of(site: Site) -> SiteEvidence:
    """Return what a look at a site would bring."""
    plain, secure = (_exchange(site, scheme) for scheme in ("http", "https"))
    preflight = _hop(f"https://{site.host}/", site.preflight, site.host)
    shut = isinstance(secure, Missing)
    return good_site(
        host=site.host,
        plain=plain,
        https=secure,
        spoken=secure if isinstance(secure, Missing) else tls(certificates=_chain(site.host)),
        preflight=preflight,
        cross_origin=preflight if shut else None,
    )


def _exchange(site: Site, scheme: str) -> Exchange | Missing:
    if not site.listens(scheme):
        return Missing(MissingKind.REFUSED, "", 3)
    hops: list[Hop] = []
    url = f"{scheme}://{site.host}/"
    while url in _pages():
        reply = _pages()[url]
        hops.append(_hop(url, reply, site.host))
        target = dict(reply.headers).get("Location")
        if target is None:
            return Exchange(tuple(hops))
        url = urljoin(url, target)
    return Exchange(tuple(hops), Missing(MissingKind.DNS_FAILURE, "no address"))


def _hop(url: str, reply: Reply, home: str) -> Hop:
    lines = [(name, value.replace("ASKER", FOREIGN_ORIGIN)) for name, value in reply.headers]
    found = hop(url, reply.status, lines, reply.body.encode())
    host = urlsplit(url).hostname or ""
    away = url.startswith("https:") and host != home
    return replace(found, certificates=_chain(host)) if away else found


def _chain(host: str) -> tuple[bytes, ...]:
    return unknown_chain() if host.endswith(".untrusted.example") else trusted_chain()


def judged(evidence: SiteEvidence, known: Facts, *check_ids: str) -> dict[str, Finding]:
    """Return what these checks say of a site."""
    checks = [load_catalog().get(check_id) for check_id in check_ids]
    return {found.check_id: found for found in judge(checks, evidence, policy(), known)}
