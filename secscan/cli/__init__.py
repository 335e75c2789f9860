"""The command line: parse, call, print. One funnel turns faults into an exit status."""

import io
import logging
import os
import sys
import traceback

import click

from secscan import __version__
from secscan.cli import facts, register, scanning, telling
from secscan.cli.status import FINE, INTERRUPTED, OUR_FAULT, USERS_MISTAKE
from secscan.errors import SecscanError
from secscan.store import DatabaseFault
from secscan.terminal import safe


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="secscan")
def cli() -> None:
    """Scan the sites of a register, judge them, rank the agencies, and tell what to fix."""


for module in (scanning, telling, register, facts):
    for command in module.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """Run the command line and end with the right status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal of another encoding, too
            stream.reconfigure(errors="backslashreplace")
    logging.basicConfig(level=logging.ERROR, format="secscan: %(name)s: %(message)s")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status; every fault ends here and nowhere else."""
    try:
        status = cli.main(arguments, prog_name="secscan", standalone_mode=False)
    except (SecscanError, click.ClickException, DatabaseFault, OSError) as fault:
        _tell(fault)
        return USERS_MISTAKE
    except (KeyboardInterrupt, click.Abort):
        click.echo("secscan: stopped; what was finished is kept", err=True)
        return INTERRUPTED
    except SystemExit:
        # click's way to say that the reader went away (`secscan rank | head`): nothing is wrong.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        return FINE
    except Exception:
        click.echo(safe_traceback(), err=True)
        click.echo("secscan: this is a fault of secscan; please report the lines above", err=True)
        return OUR_FAULT
    return status if isinstance(status, int) else FINE


def _tell(fault: Exception) -> None:
    """Tell the user what to mend, in one sentence a mistake."""
    if isinstance(fault, click.ClickException):
        fault.show()
        return
    told = str(fault)
    if isinstance(fault, DatabaseFault):
        told = f"the database cannot be read or written ({fault}); what was finished is kept"
    elif isinstance(fault, OSError):
        told = f"{fault.filename or 'the output'} cannot be read or written: {fault.strerror}"
    for line in told.splitlines():
        click.echo(f"secscan: {safe(line)}", err=True)


def safe_traceback() -> str:
    """Return the present traceback with its lines kept and everything else made harmless."""
    return "\n".join(safe(line) for line in traceback.format_exc().splitlines())
