"""What looking at TLS costs: secscan beside sslyze, sslscan, nmap and testssl.sh, in one run.

Usage: python -m benchmarks.tls [--quick] [--write]
"""

import argparse
import json
import os
import platform
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import namespaces, table
from benchmarks.measure import Cost, median, run
from benchmarks.namespaces import Link
from benchmarks.servers import PORT, SERVERS, nginx
from benchmarks.tools import TESTSSL, TOOLS, Tool, ours, versions

ROUND_TRIP = 50
"""Milliseconds."""

HOSTS = range(10, 30)
"""Last numbers of the addresses that stand for the hosts of a running scan."""

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


def main() -> None:
    """Measure, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="without testssl.sh")
    parser.add_argument("--write", action="store_true", help=f"write it into {PAGE.name}")
    arguments = parser.parse_args()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: sys.exit("ended"))
    hindrance = namespaces.isolate("benchmarks.tls")
    tools = [tool for tool in TOOLS if _wanted(tool, arguments.quick)]
    make = nullcontext(hindrance) if hindrance else namespaces.delayed(ROUND_TRIP)
    with make as there, nginx(() if isinstance(there, str) else there) as server:
        links = namespaces.links(there, ROUND_TRIP)
        connect = f"Only loopback: {there}." if isinstance(there, str) else _connect_time(links[-1])
        _tell(connect)
        text = f"{_setting(tools)} {connect}\n\n{_measured(tools, links, server)}"
    print(text)
    if arguments.write:
        table.write(text, PAGE)


def _wanted(tool: Tool, quick: bool) -> bool:
    if quick and tool is TESTSSL:
        return False
    found = shutil.which(tool.program) is not None
    if not found:
        _tell(f"{tool.program} is not installed: it is left out.")
    return found


def _measured(tools: Sequence[Tool], links: Sequence[Link], server: int) -> str:
    """Return the tables of one run."""
    figures = _figures(tools, links, server)
    names = [link.name for link in links]
    parts = [f"Server {each}:\n\n{table.costs(figures, each, names)}" for each in SERVERS]
    bars = table.bars(figures, names[-1], _cpu_a_host(links[-1], server))
    return "\n\n".join([*parts, f"What secscan is to reach:\n\n{bars}"])


def _figures(tools: Sequence[Tool], links: Sequence[Link], server: int) -> table.Figures:
    """Run every tool, in rounds, so that a busy minute of the machine does not meet one alone."""
    costs: dict[tuple[str, str, str], list[Cost | str]] = {}
    rounds = [tool for number in range(3) for tool in tools if number < tool.runs]
    for tool in rounds:
        for each, last in SERVERS.items():
            for link in links:
                cost = run([*link.enter, *tool.command(link.address(last))], server)
                costs.setdefault((tool.name, each, link.name), []).append(cost)
                _tell(f"{tool.name}, {each}, {link.name}: {_short(cost)}")
    return {key: median(found) for key, found in costs.items()}


def _cpu_a_host(link: Link, server: int) -> float | None:
    """Return the CPU time that a host takes of a process which looks at many."""
    cost = run([*link.enter, *ours(2, [link.address(last) for last in HOSTS])], server)
    if isinstance(cost, str):
        _tell(f"many hosts: {cost}")
        return None
    _tell(f"{len(HOSTS)} hosts in one process, {link.name}: {_short(cost)}")
    return float(json.loads(cost.output)["cpu_seconds"]) / len(HOSTS)


def _connect_time(link: Link) -> str:
    took = namespaces.connect_time(link.address(SERVERS["A"]), PORT)
    return f"To open a TCP connection over the {link.name} link took {took:.1f} ms."


def _setting(tools: Sequence[Tool]) -> str:
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.release().split('-')[0]}"
    python = f"Python {platform.python_version()}"
    once = ", ".join(tool.name for tool in tools if tool.runs == 1)
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with {machine}, {python}, "
        f"{versions(list(tools))}. Median of 3 runs; 1 run: {once}."
    )


def _short(cost: Cost | str) -> str:
    if isinstance(cost, str):
        return cost
    return f"{cost.connections} connections, {cost.wall:.2f} s, {cost.cpu:.2f} s CPU"


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
