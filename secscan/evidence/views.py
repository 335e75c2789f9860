"""Stored evidence read as checks see it: one view an address, each reading there or Missing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from secscan.evidence.deep import Deep
from secscan.evidence.further import beside, shows_another
from secscan.evidence.hops import same_site
from secscan.evidence.missing import Missing, MissingKind
from secscan.evidence.model import Dns, Endpoint, SiteEvidence
from secscan.evidence.pages import page_readings
from secscan.evidence.readings import READINGS, Asked, Chain, Twin, View
from secscan.evidence.resources import twin_reading
from secscan.evidence.schemes import WEB
from secscan.evidence.tls import Tls

_SILENCE = (MissingKind.REFUSED, MissingKind.TIMEOUT, MissingKind.UNREACHABLE)

_OF_TLS = (Asked, Dns, Tls, Chain, Deep)

ABSENT_TRIES = 3
"""A closed or speechless port is proof of absence only after this many spaced tries."""


def views(evidence: SiteEvidence) -> tuple[View, ...]:
    """Return one view per scanned address; a site without any gives one view of what is missing.

    A view whose address family the scanner itself lacks is left out: that is our lack, and
    neither the site's credit nor its coverage. Behind them stand the brief views, of further
    addresses that answered.
    """
    host = urlsplit(evidence.url).hostname or ""
    asked = Asked(evidence.url, host, evidence.observed_at)
    by_address: dict[str, list[Endpoint]] = {}
    for endpoint in evidence.endpoints:
        if not endpoint.brief and not _lacks_family(endpoint):
            by_address.setdefault(endpoint.address, []).append(endpoint)
    silent = tuple(address for address, ends in by_address.items() if all(map(_is_silent, ends)))
    if len(silent) < len(by_address):
        # Browsers go to an address that answers; what serves nobody is hygiene.ipv6's to tell.
        asked = replace(asked, silent=silent)
        by_address = {a: ends for a, ends in by_address.items() if a not in silent}
    found = [_view(asked, evidence, ends) for ends in by_address.values()]
    if not found:
        return (_nothing_seen(asked, evidence),)
    full = [endpoint for endpoints in by_address.values() for endpoint in endpoints]
    return (*found, *_brief_views(asked, evidence, full))


def _first_answer(endpoint: Endpoint) -> object:
    """Return what was first asked for: the page, and TLS at a port without pages."""
    return endpoint.http if endpoint.scheme in WEB else endpoint.tls


def _is_silent(endpoint: Endpoint) -> bool:
    """Say whether nothing at all came back from an endpoint."""
    answer = _first_answer(endpoint)
    return isinstance(answer, Missing) and answer.kind in _SILENCE


def _lacks_family(endpoint: Endpoint) -> bool:
    answer = _first_answer(endpoint)
    return isinstance(answer, Missing) and answer.kind is MissingKind.NO_ADDRESS_FAMILY


def _nothing_seen(asked: Asked, evidence: SiteEvidence) -> View:
    cause = evidence.state
    if cause is None and isinstance(evidence.dns, Missing):
        cause = evidence.dns
    if cause is None:
        answers = [_first_answer(endpoint) for endpoint in evidence.endpoints]
        cause = next((answer for answer in answers if isinstance(answer, Missing)), None)
    cause = cause or Missing(MissingKind.UNREACHABLE, "no address to look at")
    readings: dict[type, object] = dict.fromkeys(READINGS, cause)
    if urlsplit(evidence.url).scheme not in WEB:
        pages = [reading for reading in READINGS if reading not in _OF_TLS]
        readings.update(dict.fromkeys(pages, Missing(MissingKind.NOT_ASKED)))
    readings[Asked] = asked
    readings[Dns] = evidence.state or evidence.dns
    return View(asked.host, "", readings)


def _brief_views(asked: Asked, evidence: SiteEvidence, full: Sequence[Endpoint]) -> Iterable[View]:
    for endpoint in evidence.endpoints:
        tls = beside(full, endpoint) if endpoint.brief else None
        if tls is not None:
            readings: dict[type, object] = dict.fromkeys(READINGS, Missing(MissingKind.NOT_ASKED))
            readings |= {Asked: asked, Dns: evidence.dns, Tls: tls}
            chain = _chain(endpoint)
            if isinstance(chain, Chain) and shows_another(full, chain):
                readings[Chain] = chain
            subject = f"{asked.host} [{endpoint.address}]"
            yield View(subject, endpoint.address, readings, brief=True)


def _view(asked: Asked, evidence: SiteEvidence, endpoints: Iterable[Endpoint]) -> View:
    by_scheme = {endpoint.scheme: endpoint for endpoint in endpoints}
    http = by_scheme.pop("http", None)
    https = next(iter(by_scheme.values()), None)  # or what a site without pages has in its place
    any_endpoint = https or http
    assert any_endpoint is not None  # noqa: S101 - a group holds at least one endpoint
    absent = _absence(http, https) or _downgrade(https)
    chain = _chain(https)
    readings: dict[type, object] = {
        Asked: asked,
        Dns: evidence.dns,
        Tls: absent or _tls(https),
        Chain: absent or chain,
        Deep: _deep(https, absent),
        Twin: twin_reading(evidence.twin),
        **page_readings(asked.host, http, https, absent, chain, evidence.services),
    }
    label = asked.host if any_endpoint.family == "IPv4" else f"{asked.host} [IPv6]"
    return View(label, any_endpoint.address, readings)


def _tls(https: Endpoint | None) -> Tls | Missing:
    if https is None or https.tls is None:
        return Missing(MissingKind.NOT_ASKED)
    return https.tls


def _chain(https: Endpoint | None) -> Chain | Missing:
    tls = _tls(https)
    if isinstance(tls, Missing):
        return tls
    chains = [
        Chain(shown.certificates, shown.ocsp, shown.timestamps)
        for shown in tls.chains() or tls.chains(named=False)
        if shown.certificates
    ]
    if not chains:
        return Missing(MissingKind.TLS_FAILURE, "no certificate was seen")
    return replace(chains[0], others=tuple(chains[1:]))


def _absence(http: Endpoint | None, https: Endpoint | None) -> Missing | None:
    """Return ABSENT where the address answers and proved, try after try, to have no TLS.

    For a closed port 443 the answer is that of plain HTTP; another service's port must itself
    answer, and be it without STARTTLS.
    """
    tls = https.tls if https is not None else None
    if https is None or not isinstance(tls, Missing) or tls.tries < ABSENT_TRIES:
        return None
    if https.scheme not in WEB:
        speaks = tls.kind is MissingKind.NOT_TLS
        return Missing(MissingKind.ABSENT, tls.detail, tls.tries) if speaks else None
    if http is None or isinstance(http.http, Missing):
        return None
    proof = tls.kind in (MissingKind.REFUSED, MissingKind.NOT_TLS)
    return Missing(MissingKind.ABSENT, tries=tls.tries) if proof else None


def _downgrade(https: Endpoint | None) -> Missing | None:
    """Return ABSENT where https:// only leads back to http://: the site is not served over it."""
    if https is None or isinstance(https.http, Missing) or https.http.end is not None:
        return None
    last = urlsplit(https.http.hops[-1].url)
    if last.scheme == "http" and same_site(https.host, last.hostname or ""):
        return Missing(MissingKind.ABSENT, "https:// leads back to http://")
    return None


def _deep(https: Endpoint | None, absent: Missing | None) -> Deep | Missing:
    if https is None or absent is not None or https.scheme not in WEB:
        return Missing(MissingKind.NOT_ASKED)
    return https.deep or Missing(MissingKind.NOT_GRANTED, "deep")
