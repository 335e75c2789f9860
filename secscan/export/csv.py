"""Findings as CSV for spreadsheets: one row an item, UTF-8 with BOM, and no cell a formula."""

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TextIO

from secscan.catalog import Catalog
from secscan.check import Item
from secscan.costs import costs, gains, shown_costs
from secscan.deadlines import Deadline
from secscan.explain import check_title
from secscan.finding import Finding
from secscan.index import published
from secscan.locale import Words
from secscan.register import Site, day_of
from secscan.results import Results
from secscan.terminal import safe

SCHEMA = "secscan/csv/1"
"""The shape; it stands in each row, as rows of several files meet in one sheet."""

COLUMNS = (
    "schema",
    "run",
    "fingerprint",
    "facts",
    "observed_at",
    "agency_id",
    "agency",
    "site_id",
    "url",
    "site_index",
    "site_state",
    "site_coverage",
    "finding_id",
    "item_id",
    "check_id",
    "title",
    "family",
    "severity",
    "scored",
    "outcome",
    "item_outcome",
    "subject",
    "reason",
    "cost",
    "factor_cost",
    "gain",
    "product",
    "version",
    "state",
    "confidence",
    "holes",
    "exploited",
    "first_seen",
    "due",
    "site_assessable",
    "site_assessable_change",
    "product_id",
)
"""The columns, in order; docs/export.md explains them."""

# What makes a spreadsheet compute: at the start of a cell, its full-width twin in Asian locales,
# and after a semicolon, which divides cells where the comma is the decimal mark, as in Vietnam.
_FORMULA = re.compile(r"(^[\s\"']*|;[\s\"']*)([=+\-@＝＋－＠])")

Cell = str | Decimal | int | None


def write_csv(results: Results, catalog: Catalog, words: Words, stream: TextIO) -> None:
    """Write every item of every finding; ``stream`` must leave line ends alone (newline="")."""
    stream.write("\ufeff")  # without it Excel takes UTF-8 for the local code page
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for site in results.register.scanned():
        if site.id in results.indexes:
            for row in _site_rows(results, site, catalog, words):
                writer.writerow([cell(row[column]) for column in COLUMNS])


def cell(value: Cell) -> str:
    """Return a cell that a spreadsheet shows and never runs; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _FORMULA.sub(r"\1'\2", safe(value))
    return str(value)


def _site_rows(
    results: Results, site: Site, catalog: Catalog, words: Words
) -> Iterator[dict[str, Cell]]:
    policy = results.judgement.policy
    index = results.indexes[site.id]
    findings = results.findings(site.id)
    lines = costs(findings, index, policy)
    priced = {
        (line.check_id, line.by_factor): shown
        for line, shown in zip(lines, shown_costs(lines, index), strict=True)
    }
    gained = gains(findings, index, policy)
    of_site = _site_cells(results, site)
    for finding in findings:
        gain = gained.get(finding.check_id)
        points: dict[str, Cell] = {
            "cost": priced.get((finding.check_id, False)),
            "factor_cost": priced.get((finding.check_id, True)),
            "gain": None if gain is None else published(gain),
        }
        for item in finding.items:
            cells = _finding_cells(finding, item, catalog, words)
            yield {**of_site, **cells, **points, **_component_cells(results, finding, item)}
            points = dict.fromkeys(points)  # only on a finding's first row: a column adds up


def _site_cells(results: Results, site: Site) -> dict[str, Cell]:
    index = results.indexes[site.id]
    share = results.share_of_site(site.id)
    owner = site.owner(day_of(results.run.started_at))
    agency = results.agencies.get(owner or "")
    return {
        "schema": SCHEMA,
        "run": results.run.id,
        "fingerprint": results.judgement.fingerprint,
        "facts": results.judgement.facts,
        "observed_at": results.evidence(site.id).observed_at.isoformat(),
        "agency_id": owner,
        "agency": agency.name if agency else None,
        "site_id": site.id,
        "url": site.url,
        "site_index": None if index.value is None else published(index.value),
        "site_state": index.state,
        "site_coverage": published(index.coverage),
        "site_assessable": share.now.percent,
        "site_assessable_change": share.change,
    }


def _finding_cells(finding: Finding, item: Item, catalog: Catalog, words: Words) -> dict[str, Cell]:
    return {
        "finding_id": finding.id,
        "item_id": finding.item_id(item.subject),
        "check_id": finding.check_id,
        "title": check_title(catalog, words, finding.check_id),
        "family": finding.family,
        "severity": finding.severity.value,
        "scored": "yes" if finding.scored else "no",
        "outcome": finding.outcome.value,
        "item_outcome": item.outcome.value,
        "subject": item.subject,
        "reason": words.reason(item.reason),
    }


def _component_cells(results: Results, finding: Finding, item: Item) -> dict[str, Cell]:
    component = item.component
    holes = component.holes if component else ()
    since = results.seen_since(finding, item)
    return {
        "product": component.name if component else None,
        "product_id": component.product if component else None,
        "version": component.version if component else None,
        "state": component.state if component else None,
        "confidence": component.confidence if component else None,
        "holes": "; ".join(hole.id for hole in holes),
        "exploited": "; ".join(hole.id for hole in holes if hole.exploited),
        "first_seen": since.isoformat() if since else None,
        "due": _due(results.deadline(finding, item)),
    }


def _due(deadline: Deadline | None) -> str | None:
    if deadline is None:
        return None
    if deadline.day is not None:
        return deadline.day.isoformat()
    return "next-upgrade" if deadline.next_upgrade else None
