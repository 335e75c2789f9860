"""The commands that tell: rank, report, export, explain, checks."""

from pathlib import Path

import click
from rich import box
from rich.table import Table
from rich.text import Text

from secscan.catalog import load_catalog
from secscan.cli import options, sheets
from secscan.explain import as_text, page
from secscan.export.csv import write_csv
from secscan.export.json import write_json
from secscan.locale import N_, words
from secscan.profiles import DEFAULT
from secscan.ranking import load_criteria
from secscan.report import write_report
from secscan.results import load_results
from secscan.store import Store
from secscan.terminal import console


@click.command("rank")
@options.run
@options.criteria
@options.database
@options.language
def rank_command(run_id: int | None, criteria: Path | None, database: Path, language: str) -> None:
    """Rank the agencies of a run within their groups."""
    with Store(database) as store:
        results = load_results(store, load_criteria(criteria), run_id)
        sheets.ranking_tables(console(), results, words(language))


deadlines_option = click.option(
    "--deadlines",
    metavar="PROFILE|FILE",
    default=DEFAULT,
    show_default=True,
    help="How soon what is found is to be put right.",
)


@click.command("report")
@click.option("--out", type=options.FOLDER, required=True, help="Folder of the report.")
@deadlines_option
@options.run
@options.criteria
@options.database
@options.language
def report_command(
    out: Path,
    deadlines: str,
    run_id: int | None,
    criteria: Path | None,
    database: Path,
    language: str,
) -> None:
    """Write the HTML report of a run: ranking, agencies, sites, checks, method."""
    told = words(language)
    with Store(database) as store:
        results = load_results(store, load_criteria(criteria), run_id, deadlines)
        index = write_report(results, load_catalog(), told, out)
    click.echo(told.text("The report: {path}", path=index))


@click.command("export")
@click.option("--format", "shape", type=click.Choice(("csv", "json")), required=True)
@click.option("--out", type=options.FILE, help="File to write; default: standard output.")
@deadlines_option
@options.run
@options.criteria
@options.database
@options.language
def export_command(
    shape: str,
    out: Path | None,
    deadlines: str,
    run_id: int | None,
    criteria: Path | None,
    database: Path,
    language: str,
) -> None:
    """Export the findings of a run."""
    write = {"csv": write_csv, "json": write_json}[shape]
    with Store(database) as store:
        results = load_results(store, load_criteria(criteria), run_id, deadlines)
        with options.output(out) as stream:
            write(results, load_catalog(), words(language), stream)


@click.command("explain")
@click.argument("check_id")
@click.option("--checks-dir", type=options.FOLDER, help="A folder of checks of your own (code!).")
@options.language
def explain_command(check_id: str, checks_dir: Path | None, language: str) -> None:
    """Explain a check: why it matters and how to fix it."""
    told = words(language)
    told_page = page(load_catalog(checks_dir).get(check_id), told)
    click.echo(as_text(told_page, told, console().width), nl=False)


@click.command("checks")
@click.option("--checks-dir", type=options.FOLDER, help="A folder of checks of your own (code!).")
@options.language
def checks_command(checks_dir: Path | None, language: str) -> None:
    """List the checks with their family, severity and origin."""
    told = words(language)
    catalog = load_catalog(checks_dir)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    longest = max((len(check.id) for check in catalog), default=0)
    table.add_column(told.text("Check"), no_wrap=True, min_width=longest)
    table.add_column(told.text("Family"), overflow="fold", max_width=10)
    for heading in (N_("Severity"), N_("The good state"), N_("Origin")):
        table.add_column(told.text(heading), overflow="fold")
    for check in catalog:
        table.add_row(
            check.id,
            told.name(check.family),
            told.name(check.severity),
            Text(told.text(check.title)),
            told.name(catalog.origins[check.id]),
        )
    console().print(table)


COMMANDS = (rank_command, report_command, export_command, explain_command, checks_command)
