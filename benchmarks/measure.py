"""One run of a tool: the connections that the server saw, wall time, CPU time."""

import os
import re
import resource
import signal
import statistics
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LIMIT = 400
"""Seconds after which a tool is ended."""

# Every tool names this suite, which both servers accept, in OpenSSL's words or IANA's.
# secscan's benchmark and sslyze tell how long they looked; sslyze's microseconds lack their zeros.
_OURS = re.compile(r'"seconds": ([\d.]+)')
_SSLYZE = re.compile(r"SCANS COMPLETED IN (\d+)\.(\d+) S")

_SEEN = re.compile(r"ECDHE[-_]RSA[-_](WITH_)?AES_?128[-_]GCM[-_]SHA256")


@dataclass(frozen=True)
class Cost:
    """What one look at one server costs; times in seconds.

    ``look`` is the time without starting the program, where it tells that itself.
    """

    connections: float
    wall: float
    cpu: float
    look: float | None = None
    output: str = ""


def run(command: Sequence[str], server: int) -> Cost | str:
    """Run a command; return its cost, or in a few words why there is none.

    ``server`` is a process in the server's namespace: the kernel counts its connections there.
    """
    before, cpu, start = _accepted(server), _cpu(), time.monotonic()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            output = process.communicate(timeout=LIMIT)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            return f"not done in {LIMIT} s"
        finally:
            with suppress(ProcessLookupError):  # what it left behind, or all of it
                os.killpg(process.pid, signal.SIGKILL)
    wall = time.monotonic() - start
    if not _SEEN.search(output):
        return f"sees nothing: {' '.join(output.split())[-200:]}"
    return Cost(_accepted(server) - before, wall, _cpu() - cpu, _looked(output), output)


def _looked(output: str) -> float | None:
    """Return how long the look alone took, where it is told."""
    if ours := _OURS.search(output):
        return float(ours[1])
    if theirs := _SSLYZE.search(output):
        return int(theirs[1]) + int(theirs[2]) / 1_000_000
    return None


def median(costs: Sequence[Cost | str]) -> Cost | str:
    """Return the median of each figure, or why there is none."""
    found = [cost for cost in costs if isinstance(cost, Cost)]
    if len(found) < len(costs):
        return next(cost for cost in costs if isinstance(cost, str))
    looks = [cost.look for cost in found if cost.look is not None]
    return Cost(
        connections=statistics.median(cost.connections for cost in found),
        wall=statistics.median(cost.wall for cost in found),
        cpu=statistics.median(cost.cpu for cost in found),
        look=statistics.median(looks) if looks else None,
    )


def _accepted(server: int) -> int:
    """Return TcpPassiveOpens of a process's network namespace."""
    lines = Path(f"/proc/{server}/net/snmp").read_text().splitlines()
    names, values = (line.split() for line in lines if line.startswith("Tcp:"))
    return int(values[names.index("PassiveOpens")])


def _cpu() -> float:
    """Return the CPU time of all that has been run, with what that ran itself."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
