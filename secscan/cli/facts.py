"""The commands on the facts: status, update, verify."""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from shlex import join

import click
from rich import box
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from secscan import __version__
from secscan.cli import options
from secscan.cli.status import FINE, USERS_MISTAKE
from secscan.clock import utc_now
from secscan.errors import SecscanError
from secscan.facts import load_facts
from secscan.facts.folder import PREVIOUS, Folder, Stored, read_folder, updating, write_generation
from secscan.facts.published import SOURCES, Libraries, Set, recognised
from secscan.facts.sources import MOST_BYTES, Brought, bring, unpacked
from secscan.facts.update import Known, chosen, names_of
from secscan.locale import N_, Words, words
from secscan.parsing.redaction import redact_url
from secscan.probes.downloads import DownloadError, download
from secscan.terminal import console, safe

OLD_DAYS = 90
"""From here on what changes between two loads may turn a verdict: say so in red."""

NAMES = {
    Set.END_OF_LIFE: N_("Life cycles (endoflife.date)"),
    Set.KNOWN_EXPLOITED: N_("Known to be exploited (CISA KEV)"),
    Set.LIBRARIES: N_("Script libraries (retire.js)"),
}


@click.group("facts")
def facts_group() -> None:
    """Show, update or verify the facts that versions are judged by."""


@facts_group.command("status")
@options.loaded_facts_folder
@options.language
def status_command(folder: Path, language: str) -> int:
    """Show what the facts are, where they come from and how old they are."""
    told, today = words(language), utc_now().date()
    facts, own, files = load_facts(folder=folder), load_facts(), read_folder(folder).files
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(told.text("Facts"), overflow="fold")
    for heading in (N_("As of"), N_("Days old"), N_("Rows")):
        table.add_column(told.text(heading), justify="right", no_wrap=True)
    ours = told.text("Tables of our own")
    own_day = date.fromisoformat(own.version.split("+")[0])
    _add_row(table, ours, own_day, len(own.products), today)
    alone = len(files) < len(NAMES) and _is_old(own_day, today)
    old = [ours] if alone else []
    for which, name in NAMES.items():
        if which not in files:
            table.add_row(told.text(name), told.text("not loaded"), "–", "–")
            continue
        entry = files[which].entry
        _add_row(table, told.text(name), entry.as_of, entry.rows, today)
        old += [told.text(name)] if _is_old(entry.as_of, today) else []
    console().print(table)
    # Addresses are longer than a column may be: below the table they stay whole.
    _tell_sources(files, ours, told)
    click.echo(safe(told.text("Folder of published files: {folder}", folder=folder)))
    click.echo(told.text("Version of all facts together: {version}", version=facts.version))
    for name in old:
        _warn(_old_line(name, told))
    if old or len(files) < len(NAMES):
        click.echo(safe(told.text("To load what is published: {command}", command=_update(folder))))
    return FINE


def _tell_sources(files: Mapping[Set, Stored], ours: str, told: Words) -> None:
    sources = {ours: f"secscan {__version__}"}
    sources |= {told.text(NAMES[which]): file.entry.source for which, file in files.items()}
    for facts, source in sources.items():
        click.echo(safe(told.text("{facts}: from {source}", facts=facts, source=source)))


def _update(folder: Path) -> str:
    """Return the command that loads into this folder."""
    named = [] if folder == options.default_facts_folder() else ["--facts", str(folder)]
    return join(["secscan", "facts", "update", *named])


def _old_line(name: str, told: Words) -> str:
    return told.text(
        "{facts}: more than {days} days old, so verdicts may be out of date",
        facts=name,
        days=OLD_DAYS,
    )


def _is_old(as_of: date, today: date) -> bool:
    return (today - as_of).days > OLD_DAYS


def _add_row(table: Table, name: str, as_of: date, rows: int, today: date) -> None:
    style = "red" if _is_old(as_of, today) else ""
    days = Text(str((today - as_of).days), style=style)
    table.add_row(name, Text(as_of.isoformat(), style=style), days, str(rows))


def _warn(line: str) -> None:
    console().print(Text(safe(line), style="red"), soft_wrap=True)


def _sets(_: click.Context, __: click.Parameter, value: str | None) -> frozenset[Set]:
    """Read --only: names with commas between them."""
    names = value.split(",") if value else list(Set)
    for name in names:
        if name not in set(Set):
            told = f"{safe(name)!r} is not a set of facts: write endoflife, kev or retire"
            raise click.BadParameter(told)
    return frozenset(map(Set, names))


@facts_group.command("update")
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="URL|FOLDER|FILE|ZIP",
    help="Where to take the files from; default: from their publishers.",
)
@click.option("--only", "wanted", callback=_sets, help="Some of endoflife,kev,retire.")
@options.facts_folder
@options.language
def update_command(
    sources: tuple[str, ...], wanted: frozenset[Set], folder: Path, language: str
) -> int:
    """Load the files that others publish; on a machine without internet, from a folder or zip."""
    told = words(language)
    with updating(folder):
        present = read_folder(folder)
        known = Known(
            names_of(load_facts()),
            present.files,
            read_folder(folder, PREVIOUS).files,
            utc_now().date(),
        )
        brought, faults = _bring(sources or _published(wanted), wanted, known.today)
        taken, refused = chosen(brought, wanted, known)
        for which, file in taken.items():
            _tell_taken(which, file, told)
        _write(folder, present, taken, told)
        damaged = [fault for which, fault in present.damaged.items() if which not in taken]
    problems = dict.fromkeys([*faults, *refused, *damaged])
    for line in problems:
        click.echo(f"secscan: {safe(line)}", err=True)
    return USERS_MISTAKE if problems else FINE


def _published(wanted: Collection[Set]) -> list[str]:
    return [url for which, url in SOURCES.items() if which in wanted]


def _bring(
    sources: Collection[str], wanted: Collection[Set], today: date
) -> tuple[list[Brought], list[str]]:
    """Return what all sources hold, and a sentence on each that gave nothing."""
    brought: list[Brought] = []
    faults = []
    for source in sources:
        try:
            files = _downloaded(source, today) if "://" in source else bring(Path(source))
        except SecscanError as fault:
            faults.append(str(fault))
            continue
        if not any(recognised(file.raw) in wanted for file in files):
            place, sets = _without_password(source), ", ".join(sorted(wanted))
            faults.append(f"{place}: nothing in it is a file of {sets}")
        brought += files
    return brought, faults


def _downloaded(url: str, today: date) -> list[Brought]:
    place = _without_password(url)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    terminal = console(stderr=True)
    off = not terminal.is_terminal
    with Progress(*columns, console=terminal, transient=True, disable=off) as bar:
        task = bar.add_task(safe(place), total=None)

        def show(done: int, whole: int | None) -> None:
            bar.update(task, completed=done, total=whole)

        try:
            file = download(url, MOST_BYTES, f"secscan/{__version__}", show)
        except DownloadError as fault:
            raise SecscanError(f"{place} cannot be downloaded: {fault}") from fault
    return unpacked(place, file.raw, file.modified or today)


def _without_password(source: str) -> str:
    """Return an address as it may be shown and stored; a path stays as it is."""
    scheme, mark, rest = source.partition("://")
    if not mark:
        return source
    before, at, host = rest.rpartition("@")
    # A password may have a "/" in it; without a ":" in front, the "@" is one of the path.
    bare = host if at and ":" in before.partition("/")[0] else rest
    return redact_url(f"{scheme}://{bare}")


def _tell_taken(which: Set, file: Stored, told: Words) -> None:
    line = told.text(
        "{facts}: {rows} rows as of {day}, from {source}",
        facts=told.text(NAMES[which]),
        rows=told.number(file.entry.rows),
        day=file.entry.as_of,
        source=file.entry.source,
    )
    click.echo(safe(line))
    if isinstance(file.content, Libraries) and file.content.repository.left_out:
        left_out = told.text(
            "{count} of its patterns are left out: they cannot be matched in linear time.",
            count=told.number(len(file.content.repository.left_out)),
        )
        click.echo(f"  {left_out}")


def _write(folder: Path, present: Folder, taken: dict[Set, Stored], told: Words) -> None:
    """Write what was taken beside what stays, unless nothing is new."""
    digests = {which: file.entry.sha256 for which, file in present.files.items()}
    new = [which for which, file in taken.items() if digests.get(which) != file.entry.sha256]
    if not new:
        if taken:
            click.echo(told.text("Nothing is new."))
        return
    write_generation(folder, {**present.files, **taken})
    version = load_facts(folder=folder).version
    click.echo(told.text("Version of all facts together: {version}", version=version))
    if (folder / PREVIOUS).exists():
        command = f"secscan facts update --facts {folder} --from {folder / PREVIOUS}"
        click.echo(told.text("To go back: {command}", command=command))


@facts_group.command("verify")
@options.loaded_facts_folder
@options.language
def verify_command(folder: Path, language: str) -> int:
    """Compare the files of the folder with its manifest, and read each again."""
    found = read_folder(folder)
    for fault in found.faults:
        click.echo(f"secscan: {safe(fault)}", err=True)
    if found.faults:
        return USERS_MISTAKE
    told, count = words(language), len(found.files)
    line = told.text("{folder}: {count} files, all as loaded", folder=folder, count=count)
    if not count:
        line = told.text("{folder} holds no files: the wheel judges alone", folder=folder)
    click.echo(safe(line))
    return FINE


COMMANDS = (facts_group,)
