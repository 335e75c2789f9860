"""Results as JSON, in shapes of their own: the model may change, these only by a new version.

Everything is ASCII: what a site sent is exact, and no raw control character reaches a terminal.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TextIO

from secscan.assessable import Share, assessable, components
from secscan.assessment import Assessment, Assessor
from secscan.catalog import Catalog
from secscan.costs import costs, gains, shown_costs
from secscan.evidence import SiteEvidence
from secscan.explain import check_title
from secscan.export.components import ItemTeller, item_teller, reason, share
from secscan.finding import Finding
from secscan.index import SiteIndex, WeightedSite, band, published
from secscan.locale import Words
from secscan.policy import Policy
from secscan.ranking import NOT_SCANNED, Row
from secscan.register import Site, day_of
from secscan.results import Results

EXPORT = "secscan/export/1"
"""The shape of a whole run."""

CHECK = "secscan/check/1"
"""The shape of a look at single sites, without a register."""


def write_json(results: Results, catalog: Catalog, words: Words, stream: TextIO) -> None:
    """Write a run as one JSON object, site by site: a city need not fit into memory."""
    head = {
        "schema": EXPORT,
        "language": words.language,
        "run": {
            "id": results.run.id,
            "started_at": _moment(results.run.started_at),
            "finished_at": _moment(results.run.finished_at),
            "scanner": results.run.scanner,
            "register": results.register.name,
        },
        "judgement": _judgement(
            results.judgement.fingerprint,
            results.judgement.policy,
            results.judgement.facts,
            results.judgement.local_checks,
        ),
        "criteria": {"name": results.criteria.name, "version": results.criteria.version},
        "deadlines": {"name": results.profile.name, "version": results.profile.version},
        "agencies": [
            _agency(results, row) for group in results.ranking.groups for row in group.rows
        ],
    }
    stream.write(json.dumps(head, indent=1)[:-2] + ',\n "sites": [')
    for number, site in enumerate(results.register.scanned()):
        stream.write(",\n" if number else "\n")
        stream.write(json.dumps(_site_of_run(results, site, catalog, words)))
    stream.write("\n ]\n}\n")


def check_document(
    assessed: Sequence[tuple[SiteEvidence, Assessment]], assessor: Assessor, words: Words
) -> dict[str, Any]:
    """Return what was seen and judged of single sites, ready for ``json.dumps``."""
    policy, catalog = assessor.policy, assessor.catalog
    told = item_teller(assessor.facts.version)
    return {
        "schema": CHECK,
        "language": words.language,
        "judgement": _judgement(
            assessor.fingerprint, policy, assessor.facts.version, bool(catalog.local)
        ),
        "sites": [
            {
                "id": evidence.site_id,
                "url": evidence.url,
                "observed_at": _moment(evidence.observed_at),
                "assessable": share(Share(assessable(components(assessment.findings)))),
                **_judged(assessment.index, assessment.findings, policy, catalog, words, told),
            }
            for evidence, assessment in assessed
        ],
    }


def _judgement(fingerprint: str, policy: Policy, facts: str, local: bool) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint,
        "policy": {"name": policy.name, "version": policy.version},
        "facts": facts,
        "local_checks": local,
    }


def _agency(results: Results, row: Row) -> dict[str, Any]:
    agency = row.agency
    since = results.unranked_since.get(agency.id)
    change = results.changes.get(agency.id)
    return {
        "id": agency.id,
        "name": agency.name,
        "english_name": agency.english_name or None,
        "group": agency.group,
        "rank": row.rank,
        "index": _number(row.index.value),
        "coverage": _number(row.index.coverage),
        "band": row.band,
        "change": None if change is None else float(change),
        "unranked": row.unranked,
        "unranked_since": _moment(since),
        "mean": _number(row.index.mean),
        "lowest": _number(row.index.lowest),
        "assessable": share(results.share_of_agency(agency.id)),
        "sites": [
            *_weighted(row.index.sites, counted=True),
            *_weighted(row.shown, counted=False),
        ],
    }


def _weighted(sites: Iterable[WeightedSite], counted: bool) -> Iterable[dict[str, Any]]:
    for site in sites:
        yield {
            "id": site.site_id,
            "importance": site.importance,
            "inherited": site.inherited,
            "counted": counted,
        }


def _site_of_run(results: Results, site: Site, catalog: Catalog, words: Words) -> dict[str, Any]:
    scanned = site.id in results.indexes
    index = results.indexes.get(site.id, NOT_SCANNED)
    findings = results.findings(site.id) if scanned else ()
    observed_at = results.evidence(site.id).observed_at if scanned else None
    told = item_teller(results.judgement.facts, results)
    return {
        "id": site.id,
        "url": site.url,
        "kind": site.kind,
        "agency": site.owner(day_of(results.run.started_at)),
        "observed_at": _moment(observed_at),
        "assessable": share(results.share_of_site(site.id)),
        **_judged(index, findings, results.judgement.policy, catalog, words, told),
    }


def _judged(
    index: SiteIndex,
    findings: Sequence[Finding],
    policy: Policy,
    catalog: Catalog,
    words: Words,
    told: ItemTeller,
) -> dict[str, Any]:
    """Return index or state, families, and findings, of any look at a site."""
    lines = costs(findings, index, policy)
    priced = list(zip(lines, shown_costs(lines, index), strict=True))
    taken = {line.check_id: (line.points, shown) for line, shown in priced if not line.by_factor}
    factor = next(((line.points, shown) for line, shown in priced if line.by_factor), None)
    gained = gains(findings, index, policy)
    return {
        "index": _number(index.value),
        "state": index.state,
        "coverage": _number(index.coverage),
        "band": None if index.value is None else band(index.value, policy),
        "base": _number(index.base),
        "factor": str(index.factor),
        "factor_check": index.factor_check,
        "factor_cost": _priced(factor),
        "families": {
            name: {"index": _number(family.value), "coverage": _number(family.coverage)}
            for name, family in sorted(index.families.items())
        },
        "findings": [
            {
                **_finding(finding, catalog, words, told),
                "cost": _priced(taken.get(finding.check_id)),
                "gain": _number(gained.get(finding.check_id)),
            }
            for finding in findings
        ],
    }


def _finding(finding: Finding, catalog: Catalog, words: Words, told: ItemTeller) -> dict[str, Any]:
    return {
        "id": finding.id,
        "check": finding.check_id,
        "title": check_title(catalog, words, finding.check_id),
        "family": finding.family,
        "severity": finding.severity,
        "scored": finding.scored,
        "outcome": finding.outcome,
        "credit": str(finding.credit),
        "cause": finding.cause,
        "reason": reason(finding.reason, words),
        "items": [
            {
                "id": finding.item_id(item.subject),
                "subject": item.subject,
                "outcome": item.outcome,
                "reason": reason(item.reason, words),
                **told(finding, item, words),
            }
            for item in finding.items
        ],
    }


def _number(value: Fraction | None) -> dict[str, Any] | None:
    """Return a number as published, and exactly."""
    return None if value is None else _priced((value, published(value)))


def _priced(value: tuple[Fraction, Decimal] | None) -> dict[str, Any] | None:
    if value is None:
        return None
    exact, shown = value
    return {"value": float(shown), "exact": f"{exact.numerator}/{exact.denominator}"}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
