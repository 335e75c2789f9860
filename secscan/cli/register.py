"""The commands on the register: check, extract."""

from pathlib import Path

import click

from secscan.cli import options
from secscan.clock import utc_now
from secscan.evidence import MissingKind
from secscan.locale import words
from secscan.register import authorised, extract, read_register, to_toml


@click.group("register")
def register_group() -> None:
    """Check a register, or extract what one agency needs."""


@register_group.command("check")
@click.argument("path", type=options.FILE)
@options.language
def check_command(path: Path, language: str) -> None:
    """Name every mistake of a register at once, each with what to write instead."""
    register = read_register(path)
    now = utc_now()
    refusals = [authorised(register, site, now) for site in register.scanned()]
    allowed = sum(one is None or one.kind is MissingKind.OUTSIDE_WINDOW for one in refusals)
    click.echo(
        words(language).text(
            "{path}: no mistakes; {agencies} agencies, {sites} sites, {scanned} of them scanned.",
            path=path,
            agencies=len(register.agencies),
            sites=len(register.sites),
            scanned=len(register.scanned()),
        )
    )
    click.echo(words(language).text("Authorised today: {allowed} sites.", allowed=allowed))


@register_group.command("extract")
@click.option("--register", "path", type=options.FILE, required=True, help="The register.")
@click.option("--agency", required=True, help="The agency's id.")
@click.option("--out", type=options.FILE, help="File to write; default: standard output.")
def extract_command(path: Path, agency: str, out: Path | None) -> None:
    """Extract what an agency needs to get the auditor's number at home.

    The number is the same only under the auditor's --policy and --ca-bundle: pass them on too.
    """
    text = to_toml(extract(read_register(path), agency))
    with options.output(out) as stream:
        stream.write(text)


COMMANDS = (register_group,)
