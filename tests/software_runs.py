"""Runs over one site with software of many states, for tests of ages, deadlines and shares."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

from cities import ASSESSOR, REGISTER, evidence
from cities import finding as made

from secscan.assessment import Assessment
from secscan.check import Component, Item, Outcome, Reason
from secscan.facts.holes import Hole
from secscan.finding import Finding
from secscan.index import site_index
from secscan.ranking import load_criteria
from secscan.register import Register
from secscan.register.write import to_toml
from secscan.results import Results
from secscan.store import Run, Store

SITE = "yte.example"
ONE_SITE = replace(REGISTER, sites=REGISTER.sites[:1])

EXPLOITED = Hole("CVE-2020-11023", "medium", date(2025, 1, 23), automatable=False, total=False)
PUBLISHED = Hole("CVE-2020-11022", "medium")

CREDIT: dict[Outcome, Fraction | int] = {
    Outcome.FAIL: 0,
    Outcome.PARTIAL: Fraction(1, 2),
    Outcome.PASS: 1,
}


def component(
    name: str = "PHP", version: str = "7.4.33", state: str = "eol", *holes: Hole
) -> Component:
    return Component(name.lower(), name, version, state, "X-Powered-By", 80, holes)


def item(outcome: Outcome, of: Component | None = None, place: str = "", address: str = "") -> Item:
    """Return an item as the runner makes it: host, IPv6 if so, and the check's own subject."""
    parts = (SITE, address, of.name if of else "", place)
    return Item(" ".join(filter(None, parts)), outcome, Reason.of("because"), of)


def finding(check_id: str, *items: Item, outcome: Outcome | None = None) -> Finding:
    """Return a finding of these items, as bad as the first of them."""
    worst = outcome or items[0].outcome
    found = made(SITE, check_id, CREDIT.get(worst), Reason.of("because"), *items)
    return replace(found, outcome=worst, cause=None)


SOFTWARE = (
    finding("exposure.git", item(Outcome.FAIL)),
    finding(
        "patch.libraries",
        item(
            Outcome.FAIL,
            component("jQuery", "1.12.4", "eol", EXPLOITED, PUBLISHED),
            "in /lib/jquery.js",
        ),
        item(Outcome.PASS, component("Bootstrap", "5.3.8", "current"), "in /lib/bootstrap.js"),
    ),
    finding(
        "patch.software",
        item(Outcome.PARTIAL, component("Apache", "2.4.70", "outdated")),
        item(Outcome.NOT_APPLICABLE, component("nginx", "1.22.1", "unknown-backport")),
        item(Outcome.NOT_APPLICABLE, component("Drupal", "", "hidden")),
    ),
    finding("transport.https", item(Outcome.PASS)),
)
"""A site with a file that is public, an old library, an update that waits, and two that hide."""


def stored(
    store: Store, started_at: datetime, findings: Sequence[Finding], register: Register = ONE_SITE
) -> Run:
    """Store a finished run that began at that moment; without findings, it did not see the site."""
    run = store.begin_run(to_toml(register), "secscan 0.1")
    if findings:
        index = site_index(findings, ASSESSOR.policy)
        assessment = Assessment(SITE, tuple(findings), index, ASSESSOR.fingerprint)
        store.save_site(run, evidence(register.sites[0]), assessment)
    store.set_judged_by(run, ASSESSOR)
    store.finish_run(run)
    moment = started_at.isoformat()
    with sqlite3.connect(store.path) as db:
        db.execute(
            "UPDATE run SET started_at = ?, finished_at = ? WHERE id = ?", (moment, moment, run.id)
        )
    return store.runs()[-1]


def on(month: int, day: int = 1) -> datetime:
    return datetime(2026, month, day, 1, 30, tzinfo=UTC)


@contextmanager
def runs(folder: Path, *seen: Iterable[Finding]) -> Iterator[Results]:
    """Store one run a month of what was seen in each, and give the results of the last."""
    with Store(folder / "secscan.db", create=True) as store:
        for month, findings in enumerate(seen, 1):
            last = stored(store, on(month), tuple(findings))
        yield Results(store, last, load_criteria())
