"""A small judged city for tests of what is written out: hand-made findings, a real store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from secscan.assessment import Assessment, Assessor
from secscan.catalog import Catalog
from secscan.check import Check, Item, Outcome, Reason, Severity, Verdict, check, passed
from secscan.evidence import (
    Dns,
    Endpoint,
    Exchange,
    Missing,
    MissingKind,
    Scanner,
    SiteEvidence,
    Usage,
)
from secscan.facts import load_facts
from secscan.finding import EXPLANATIONS, Finding
from secscan.index import site_index
from secscan.policy import load_policy
from secscan.ranking import load_criteria
from secscan.register import Agency, Authorisation, Group, Owner, Register, Site
from secscan.register.write import to_toml
from secscan.results import Results
from secscan.store import Store

AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\x1b[2J\u202egnp.exe\u0085"
GONE = "headers.forgotten"
"""A check that a finding names and the catalogue has no more."""

TITLES = {
    "transport.https": ("The site is reached over HTTPS", Severity.CRITICAL),
    "transport.versions": ("Only TLS 1.2 and TLS 1.3 are accepted", Severity.HIGH),
    "headers.hsts": ("HSTS is set for a year", Severity.HIGH),
    "headers.csp": ("A Content-Security-Policy limits scripts", Severity.MEDIUM),
    "headers.referrer_policy": ("Referrer-Policy keeps addresses private", Severity.LOW),
    "patch.software": ("No visible software is out of support", Severity.HIGH),
    "hygiene.redirects": ("http:// leads to https:// in one step", Severity.MEDIUM),
    "exposure.git": ("No repository is served", Severity.CRITICAL),
}


def _check(check_id: str) -> Check[Any]:
    def function() -> Verdict:
        """Judge nothing.

        Why: Without it others can read what citizens send.

        A second paragraph.
        Fix: Set it in the configuration of the server.
        nginx: server {
        add_header X-Test "a & b";
        }
        See: RFC 6797
        """
        return passed("fine")

    module, function.__name__ = check_id.split(".")
    function.__module__ = f"secscan.checks.{module}"
    return check(*TITLES[check_id])(function)


CATALOG = Catalog(
    {id: _check(id) for id in sorted(TITLES)}, dict.fromkeys(sorted(TITLES), "built-in")
)
ASSESSOR = Assessor(CATALOG, load_policy(), load_facts())

REGISTER = Register(
    name="Thành phố Thử Nghiệm",
    groups=(
        Group("so-nganh", "Sở, ban, ngành", "Departments"),
        Group("phuong-xa", "Phường, xã", "Wards and communes"),
    ),
    agencies=(
        Agency("so-y-te", "Sở Y tế", "so-nganh", "Department of Health"),
        Agency("so-noi-vu", "Sở Nội vụ", "so-nganh", "Department of Home Affairs"),
        Agency("so-xay-dung", "Sở Xây dựng", "so-nganh", "Department of Construction"),
        Agency("phuong-mot", "Phường Một", "phuong-xa", "Ward One"),
    ),
    sites=(
        Site("yte.example", "https://yte.example/", (Owner("so-y-te"),), importance=3),
        Site("cu.yte.example", "https://cu.yte.example/", (Owner("so-y-te"),)),
        Site("noivu.example", "https://noivu.example/", (Owner("so-noi-vu"),)),
        Site("xaydung.example", "https://xaydung.example/", (Owner("so-xay-dung"),)),
        Site(
            "mot.example",
            "https://noivu.example/mot",
            (Owner("phuong-mot"),),
            platform="noivu.example",
        ),
    ),
    authorisation=Authorisation("123/KH-STTTT", "soc@scan.example"),
)


def finding(
    site: str, check_id: str, credit: Fraction | int | None, reason: Reason, *items: Item
) -> Finding:
    """Return a finding; without credit it is not tested."""
    if credit is None:
        outcome = Outcome.NOT_TESTED
    else:
        outcome = Outcome.PASS if credit == 1 else Outcome.PARTIAL if credit else Outcome.FAIL
    return Finding(
        site_id=site,
        check_id=check_id,
        family=check_id.split(".")[0],
        severity=TITLES.get(check_id, ("", Severity.LOW))[1],
        scored=not check_id.startswith("exposure."),
        outcome=outcome,
        credit=Fraction(credit or 0),
        reason=reason,
        items=items or (Item(f"{site} 192.0.2.1 443", outcome, reason),),
        cause=MissingKind.BLOCKED if credit is None else None,
    )


def findings(site: str, lacking: dict[str, Fraction | int | None]) -> tuple[Finding, ...]:
    """Return findings that pass, but for those named with another credit."""
    bad = Reason.of("the header {name} is missing", name="X")
    blocked = Reason.of(EXPLANATIONS[MissingKind.BLOCKED], detail="403")
    found = []
    for check_id in sorted({*TITLES, *lacking}):
        credit = lacking.get(check_id, 1)
        reason = blocked if credit is None else bad if credit != 1 else Reason.of("it is in order")
        found.append(finding(site, check_id, credit, reason))
    return tuple(found)


def evidence(site: Site, state: Missing | None = None) -> SiteEvidence:
    """Return evidence that was asked for with a few connections."""
    host = site.url.split("/")[2]
    endpoints = (
        Endpoint("http", host, "192.0.2.1", 80, Exchange(()), None, (), Usage(0, 2, 3)),
        Endpoint("https", host, "192.0.2.1", 443, Exchange(()), None, (), Usage(31, 1, 5)),
    )
    return SiteEvidence(
        site_id=site.id,
        url=site.url,
        observed_at=AT,
        scanner=Scanner("0.1", "secscan/0.1 (+https://scan.example; soc@scan.example)", ("IPv4",)),
        grants=(),
        dns=state or Dns(host, "192.0.2.53", ("192.0.2.1",), (), (), False, False),
        endpoints=() if state else endpoints,
        state=state,
    )


def judged(site: Site, hostile: str) -> tuple[Finding, ...]:
    """Return what was found on a site of the city."""
    if site.id == "yte.example":
        return findings(
            site.id, {"headers.csp": 0, "headers.referrer_policy": Fraction(1, 2), GONE: 0}
        )
    if site.id == "cu.yte.example":
        lacking = findings(
            site.id, {"transport.versions": 0, "headers.hsts": 0, "hygiene.redirects": 0}
        )
        reason = Reason.of("the value {value} is not valid", value=hostile)
        item = Item(f"cu.yte.example 192.0.2.1 443 {hostile}", Outcome.FAIL, reason)
        return tuple(
            finding(site.id, f.check_id, 0, reason, item) if f.check_id == "headers.csp" else f
            for f in lacking
        )
    if site.id == "xaydung.example":
        return findings(site.id, dict.fromkeys(TITLES))
    return findings(site.id, {"headers.referrer_policy": 0})


@contextmanager
def city(folder: Path, register: Register = REGISTER, hostile: str = HOSTILE) -> Iterator[Results]:
    """Store a city, judged, and give its results."""
    with Store(folder / "secscan.db", create=True) as store:
        run = store.begin_run(to_toml(register), "secscan 0.1")
        for site in register.scanned():
            found = judged(site, hostile)
            index = site_index(found, ASSESSOR.policy)
            store.save_site(
                run, evidence(site), Assessment(site.id, found, index, ASSESSOR.fingerprint)
            )
        store.set_judged_by(run, ASSESSOR)
        store.finish_run(run)
        kept = replace(store.runs()[-1], started_at=AT, finished_at=AT)
        yield Results(store, kept, load_criteria())
