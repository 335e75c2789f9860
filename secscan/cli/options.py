"""Options that several commands share, and what they make."""

import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from secscan.assessment import Assessor
from secscan.catalog import load_catalog
from secscan.errors import SecscanError
from secscan.facts import load_facts
from secscan.facts.folder import CURRENT
from secscan.locale import DEFAULT, LANGUAGES
from secscan.policy import load_policy

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)

language = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default=DEFAULT,
    show_default=True,
    envvar="SECSCAN_LANG",
    help="Language of what is told.",
)
database = click.option(
    "--db",
    "database",
    type=FILE,
    default=Path("secscan.db"),
    show_default=True,
    help="The database.",
)
run = click.option("--run", "run_id", type=int, help="A run by its number; default: the last.")
every_run = click.option(
    "--run", "run_id", type=int, help="A run by its number; default: all runs."
)
contact = click.option(
    "--contact",
    default="",
    envvar="SECSCAN_CONTACT",
    help="Whom a site's operator may call or write to; told in the User-Agent.",
)
criteria = click.option("--criteria", type=FILE, help="A criteria set of your own.")


def a_number(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    """Refuse NaN, which lies in every range as every comparison with it fails."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("write a number from 0 to 100", param_hint="--fail-under")
    return value


def default_facts_folder() -> Path:
    """Return where this user's published files are, as the XDG base directories have it."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "secscan/facts"


def _a_loaded_folder(_: click.Context, __: click.Parameter, value: Path | None) -> Path:
    """Refuse a folder that was named and holds no facts: nobody should be judged by others."""
    if value is None:
        return default_facts_folder()
    if not (value / CURRENT).is_symlink():
        raise SecscanError(f"{value} holds no facts: run `secscan facts update --facts {value}`")
    return value


def _any_folder(_: click.Context, __: click.Parameter, value: Path | None) -> Path:
    return value or default_facts_folder()


def _facts_option(callback: Callable[..., Path]) -> Callable[[F], F]:
    return click.option(
        "--facts",
        "folder",
        type=FOLDER,
        envvar="SECSCAN_FACTS",
        callback=callback,
        help="Folder of published files (see secscan facts); default: that of this user.",
    )


facts_folder = _facts_option(_any_folder)
loaded_facts_folder = _facts_option(_a_loaded_folder)


def judging(command: F) -> F:
    """Add the options that decide a verdict: policy, CA bundle, local checks, published facts."""
    for option in (
        loaded_facts_folder,
        click.option("--checks-dir", type=FOLDER, help="A folder of checks of your own (code!)."),
        click.option(
            "--ca-bundle", type=FILE, help="PEM file of further trusted CAs, as a state CA."
        ),
        click.option("--policy", type=FILE, help="A scoring policy of your own."),
    ):
        command = option(command)
    return command


def assessor(
    policy: Path | None, ca_bundle: Path | None, checks_dir: Path | None, folder: Path | None
) -> Assessor:
    """Return what judges, from the four options of ``judging``."""
    return Assessor(load_catalog(checks_dir), load_policy(policy), load_facts(ca_bundle, folder))


@contextmanager
def output(path: Path | None) -> Iterator[TextIO]:
    """Open the file to write, readable by its owner only, or standard output, as UTF-8."""
    if path is None:
        if sys.stdout is None:  # closed by the caller: `>&-`
            raise SecscanError("there is no standard output: name a file with --out")
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        yield sys.stdout
        return
    try:
        path.touch(mode=0o600)
        with path.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    except OSError as fault:
        raise SecscanError(f"{path} cannot be written: {fault.strerror}") from fault
