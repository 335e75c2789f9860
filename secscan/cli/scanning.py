"""The commands that look or judge: check, scan, judge, demo."""

import asyncio
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import click

from secscan.assessment import Assessment, Assessor
from secscan.cli import options, second, sheets
from secscan.cli.progress import shown_progress
from secscan.cli.status import BEYOND_LIMIT, FINE, OUR_FAULT
from secscan.demo import City
from secscan.errors import SecscanError
from secscan.evidence import SiteEvidence, Target
from secscan.export.json import check_document
from secscan.index import published
from secscan.locale import Words, words
from secscan.probes.limits import Limits
from secscan.probes.prober import Prober
from secscan.ranking import load_criteria
from secscan.register import Register, read_register, to_toml, values
from secscan.register.fields import shown
from secscan.register.mistakes import PartError
from secscan.register.urls import site_id_of
from secscan.report import write_report
from secscan.results import load_results
from secscan.scan import Progress, rejudge, scan
from secscan.store import Judgement, Run, Store
from secscan.terminal import console

T = TypeVar("T")

DEMO_LIMITS = Limits(read_timeout=5.0)
"""One site of the demo city never answers, and nobody should wait long to see that."""


@click.command("check")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    callback=options.a_number,
    help="Exit 1 below this index.",
)
@click.option("--json", "as_json", is_flag=True, help="Tell in JSON.")
@click.option(
    "--connect-to",
    multiple=True,
    metavar="PORT=ADDRESS:PORT",
    help="Dial this address for a port of the site, as inside one's own network.",
)
@click.option("--resolver", metavar="ADDRESS:PORT", help="Ask this DNS server.")
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="URL",
    help="Also read how this service greets: ssh://host, smtp://host, …",
)
@click.option("--exposure", is_flag=True, help="Also ask for files that should not be public.")
@click.option("--deep", is_flag=True, help="Also try known attacks on TLS; read revocation lists.")
@click.option(
    "--second-opinion",
    is_flag=True,
    help="Also have sslyze look, over hundreds of connections; show both.",
)
@options.contact
@options.judging
@options.language
def check_command(
    urls: tuple[str, ...],
    fail_under: float | None,
    as_json: bool,
    connect_to: tuple[str, ...],
    resolver: str | None,
    services: tuple[str, ...],
    exposure: bool,
    deep: bool,
    second_opinion: bool,
    contact: str,
    policy: Path | None,
    ca_bundle: Path | None,
    checks_dir: Path | None,
    folder: Path | None,
    language: str,
) -> int:
    """Look at one site now, or at several: index, findings, what to fix first."""
    grants = {"exposure": exposure, "deep": deep}
    targets = _targets(urls, connect_to, resolver, services, grants)
    assessor = options.assessor(policy, ca_bundle, checks_dir, folder)
    told = words(language)
    click.echo(told.text("You answer for the permission to look at these sites."), err=True)
    if second_opinion:
        click.echo(told.text(second.NOTICE), err=True)
    seen, compared = asyncio.run(_look(targets, contact, second_opinion))
    assessed = [(evidence, assessor.assess(evidence)) for evidence in seen]
    if as_json:
        document = check_document(assessed, assessor, told)
        click.echo(json.dumps(document, indent=1))
    else:
        for evidence, assessment in assessed:
            sheets.site_sheet(console(), evidence, assessment, assessor, told)
    for one in compared:
        second.comparison(console(stderr=as_json), one, told)
    assessments = [assessment for _, assessment in assessed]
    limit = None if fail_under is None else Decimal(str(fail_under))
    below = [] if limit is None else _below(limit, assessments, told)
    for line in below:
        click.echo(line, err=True)
    if any(assessment.has_error for assessment in assessments):
        return OUR_FAULT
    return BEYOND_LIMIT if below else FINE


def _below(limit: Decimal, assessments: list[Assessment], told: Words) -> list[str]:
    """Return a line for each site whose index is below the limit, or that has none."""
    lines = []
    for assessment in assessments:
        index = assessment.index
        value = None if index.value is None else published(index.value)
        if value is None or value < limit:
            line = told.text(
                "{site}: {shown}, and at least {limit} was asked",
                site=assessment.site_id,
                shown=told.name(index.state or "") if value is None else told.number(value),
                limit=told.number(limit),
            )
            lines.append(line)
    return lines


def _targets(
    urls: tuple[str, ...],
    connect_to: tuple[str, ...],
    resolver: str | None,
    services: tuple[str, ...],
    granted: Mapping[str, bool],
) -> list[Target]:
    found = [_read(values.url, given, f"the URL {given!r}") for given in urls]
    pins = "; ".join(connect_to)
    connect = _read(values.connect, pins, "--connect-to") if pins else {}
    server = _read(values.address, resolver, "--resolver") if resolver else None
    grants = frozenset(grant for grant, given in granted.items() if given)
    others = _read(values.services, "; ".join(services), "--service")
    return [Target(site_id_of(url), url, connect, server, grants, others) for url in found]


def _read(read: Callable[[object], T], given: str, what: str) -> T:
    """Return what was given on the command line, read as a register would be."""
    try:
        return read(given)
    except PartError as fault:
        raise SecscanError(f"{what} {shown(fault.part)} is wrong: {fault}") from fault
    except ValueError as fault:
        raise SecscanError(f"{what} is wrong: {fault}") from fault


async def _look(
    targets: list[Target], contact: str, second_opinion: bool
) -> tuple[list[SiteEvidence], list[second.Compared]]:
    prober = Prober(contact=contact)
    try:
        seen = await asyncio.gather(*(prober.collect(target) for target in targets))
        return seen, await second.opinions(prober, targets, seen) if second_opinion else []
    finally:
        await prober.close()


@click.command("scan")
@click.option("--register", "path", type=options.FILE, required=True, help="The register.")
@click.option("--fresh", is_flag=True, help="Start a new run, even if the last one is unfinished.")
@options.contact
@options.judging
@options.database
@options.language
def scan_command(
    path: Path,
    fresh: bool,
    contact: str,
    policy: Path | None,
    ca_bundle: Path | None,
    checks_dir: Path | None,
    folder: Path | None,
    database: Path,
    language: str,
) -> int:
    """Look at every site of a register; the same command goes on where it was stopped."""
    register = read_register(path)
    assessor = options.assessor(policy, ca_bundle, checks_dir, folder)
    with Store(database, create=True) as store, store.writing():
        prober = Prober(contact=contact or _contact(register))
        return _scan(store, register, assessor, prober, words(language), fresh=fresh)


def _contact(register: Register) -> str:
    """Return whom a site's operator may call: the contact of the register's authorisation."""
    return register.authorisation.contact if register.authorisation else ""


def _scan(
    store: Store,
    register: Register,
    assessor: Assessor,
    prober: Prober,
    told: Words,
    *,
    fresh: bool,
) -> int:
    run = _begin(store, register, prober, told, fresh=fresh)
    left = len(register.scanned()) - len(store.sites_of(run))
    progress = Progress(left)
    with shown_progress(progress, told):
        try:
            asyncio.run(scan(store, run, register, assessor, prober, progress))
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from group
    click.echo(
        told.text(
            "Run {run}: {sites} sites, {failed} of them without an index.",
            run=run.id,
            sites=len(store.sites_of(run)),
            failed=sum(i.value is None for i in store.indexes(run, assessor.fingerprint).values()),
        ),
        err=True,
    )
    click.echo(sheets.used(progress.usage, told), err=True)
    return OUR_FAULT if progress.errors else FINE


def _begin(store: Store, register: Register, prober: Prober, told: Words, *, fresh: bool) -> Run:
    text = to_toml(register)
    unfinished = None if fresh else store.unfinished_run(text)
    if unfinished is None:
        return store.begin_run(text, prober.description())
    line = told.text(
        "Going on with run {run} of {date}.",
        run=unfinished.id,
        date=told.date(unfinished.started_at),
    )
    click.echo(line, err=True)
    return unfinished


@click.command("judge")
@options.every_run
@options.judging
@options.database
@options.language
def judge_command(
    run_id: int | None,
    policy: Path | None,
    ca_bundle: Path | None,
    checks_dir: Path | None,
    folder: Path | None,
    database: Path,
    language: str,
) -> int:
    """Judge stored evidence again, by today's checks, policy and facts; sends not one packet."""
    assessor = options.assessor(policy, ca_bundle, checks_dir, folder)
    told = words(language)
    errors = 0
    with Store(database) as store, store.writing():
        for run in store.chosen(run_id):
            before = store.judgement(run.fingerprint) if run.fingerprint else None
            progress = Progress(len(store.sites_of(run)))
            with shown_progress(progress, told):
                rejudge(store, run, assessor, progress)
            errors += progress.errors
            click.echo(_judged(run, before, assessor, told), err=True)
    return OUR_FAULT if errors else FINE


def _judged(run: Run, before: Judgement | None, assessor: Assessor, told: Words) -> str:
    policy = f"{assessor.policy.name} {assessor.policy.version}"
    facts = assessor.facts.version
    if before is None or before.fingerprint == assessor.fingerprint:
        return told.text(
            "Run {run}: judged by policy {policy} and facts {facts}.",
            run=run.id,
            policy=policy,
            facts=facts,
        )
    old = f"{before.policy.name} {before.policy.version}"
    if (old, before.facts) == (policy, facts):
        return told.text(
            "Run {run}: judged by policy {policy} and facts {facts}, as before, but the checks or "
            "the values of the policy are others: the numbers of the two are not comparable.",
            run=run.id,
            policy=policy,
            facts=facts,
        )
    return told.text(
        "Run {run}: judged by policy {policy} and facts {facts}; before by policy {old} and facts "
        "{old_facts}: the numbers of the two are not comparable.",
        run=run.id,
        policy=policy,
        facts=facts,
        old=old,
        old_facts=before.facts,
    )


@click.command("demo")
@click.option(
    "--out",
    type=options.FOLDER,
    default=Path("demo-report"),
    show_default=True,
    help="Folder of the report.",
)
@click.option(
    "--city",
    "folder",
    type=options.FOLDER,
    default=Path("demo-city"),
    show_default=True,
    help="Folder of register, CA and database.",
)
@options.language
def demo_command(out: Path, folder: Path, language: str) -> int:
    """Start a demo city on loopback, scan it, rank its agencies, write the report."""
    told = words(language)
    with City(folder) as city:
        assessor = options.assessor(None, city.ca_path, None, None)
        register = read_register(city.register_path)
        with Store(folder / "secscan.db", create=True) as store, store.writing():
            status = _scan(
                store, register, assessor, Prober(DEMO_LIMITS, _contact(register)), told, fresh=True
            )
            results = load_results(store, load_criteria())
            sheets.ranking_tables(console(), results, told)
            index = write_report(results, assessor.catalog, told, out)
    click.echo(told.text("The report: {path}", path=index))
    return status


COMMANDS = (check_command, scan_command, judge_command, demo_command)
