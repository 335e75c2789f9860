"""A look at a web server of the tests as a scan takes it, and what the catalogue says of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import servers
from builders import catalog, facts, policy
from servers import Zone, chain
from tls_certificates import root

from secscan.check import Outcome
from secscan.evidence import (
    Body,
    Hop,
    Markup,
    Missing,
    Page,
    Resource,
    Response,
    Secure,
    SiteEvidence,
)
from secscan.facts import Facts
from secscan.finding import Finding, judge
from secscan.index import SiteIndex, site_index

URL = "https://site.example/"


def scan(pins: Mapping[int, str], url: str = URL, zone: Zone | None = None) -> SiteEvidence:
    """Look at a site whose ports are pinned to servers of the test."""
    return asyncio.run(servers.look(pins, url, zone=zone))


def page(evidence: SiteEvidence) -> Hop:
    """Return the last answer over https."""
    return chain(evidence, "https").hops[-1]


def content(hop: Hop) -> bytes:
    """Return what was kept of a body."""
    assert isinstance(hop.body, Body), hop.body
    assert hop.body.content is not None
    return hop.body.content


def resource(evidence: SiteEvidence, purpose: str) -> Hop | Missing:
    """Return the answer to one further request over https."""
    kept: tuple[Resource, ...] = servers.endpoint(evidence, "https").resources
    (answer,) = [one.answer for one in kept if one.purpose == purpose]
    return answer


def answered(evidence: SiteEvidence, purpose: str) -> Hop:
    """Return the answer to one further request that was answered."""
    answer = resource(evidence, purpose)
    assert isinstance(answer, Hop), answer
    return answer


def missing(evidence: SiteEvidence) -> Missing:
    """Return why https has no chain; what it has in its place may be too long to show."""
    found = servers.endpoint(evidence, "https").http
    assert isinstance(found, Missing), type(found)
    return found


@cache
def _facts() -> Facts:
    """Return the wheel's facts, with the CA of these servers as the only one that is trusted."""
    return replace(facts(), trust_anchors=(root().certificate,))


def found(evidence: SiteEvidence, check_id: str) -> Finding:
    """Return what one check says, through the runner."""
    return judge([catalog().get(check_id)], evidence, policy(), _facts())[0]


def outcomes(evidence: SiteEvidence, *check_ids: str) -> list[str]:
    """Return what these checks say, with the credit where it is partial: ``partial 1/2``."""
    judged = [found(evidence, check_id) for check_id in check_ids]
    return [
        f"{one.outcome} {one.credit}" if one.outcome is Outcome.PARTIAL else str(one.outcome)
        for one in judged
    ]


def reason(evidence: SiteEvidence, check_id: str) -> str:
    """Return why a check says so, in English."""
    told = found(evidence, check_id).reason
    return told.template.format(**dict(told.data))


def findings(evidence: SiteEvidence) -> dict[str, Finding]:
    """Return every finding, by its check's id."""
    return {one.check_id: one for one in judge(catalog(), evidence, policy(), _facts())}


def of_answers(evidence: SiteEvidence) -> dict[str, Finding]:
    """Return the findings that rest on what a page's URL answered: its head, its markup."""
    answers = {Page, Response, Markup, Secure}
    return {
        check_id: one
        for check_id, one in findings(evidence).items()
        if answers & set(catalog().get(check_id).needs.values())
    }


def index(evidence: SiteEvidence) -> SiteIndex:
    """Return the site's index."""
    return site_index(findings(evidence).values(), policy())
