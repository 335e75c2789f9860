"""secscan's look at TLS alone, in one process: what it costs, as JSON.

Usage: python -m benchmarks.ours AT_ONCE NAME PORT ADDRESS [ADDRESS ...]
"""

import asyncio
import json
import resource
import sys
import time

from secscan.evidence import Missing
from secscan.probes import gate
from secscan.probes.connect import Connections, Route
from secscan.probes.limits import Limits
from secscan.probes.tls import Look


async def look(name: str, address: str, port: int, shared: gate.Gate) -> tuple[int, list[str]]:
    """Look at one server; return the connections that took, and each version's suites."""
    limits = Limits()
    connections = Connections(shared, limits)
    one = Look(Route(name, address, 443, port, pinned=True), connections, limits)
    seen = await one.knock() or await one.enumerate()
    if isinstance(seen, Missing):
        raise SystemExit(f"{address}: {seen}")
    suites = [f"{version} {suite}" for version, all_ in seen.accepted().items() for suite in all_]
    return connections.usage(name, address, 443).tls_connections, suites


async def _look_at_all(name: str, port: int, addresses: list[str]) -> list[tuple[int, list[str]]]:
    shared = gate.Gate()
    return await asyncio.gather(*(look(name, address, port, shared) for address in addresses))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Look at every address side by side, and print what that cost beyond the imports."""
    gate.AT_ONCE = int(sys.argv[1])
    name, port, addresses = sys.argv[2], int(sys.argv[3]), sys.argv[4:]
    cpu, start = _cpu(), time.monotonic()
    looks = asyncio.run(_look_at_all(name, port, addresses))
    cost = {
        "connections": sum(connections for connections, _ in looks),
        "seconds": time.monotonic() - start,
        "cpu_seconds": _cpu() - cpu,
        "suites": looks[0][1],
    }
    print(json.dumps(cost, indent=1))


if __name__ == "__main__":
    main()
