"""What patch signals cost a site and us: requests, connections, bytes, CPU of a whole scan.

Usage: python -m benchmarks.patch
"""

import asyncio
import gc
import os
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

from benchmarks.sites import HOST, Served, served, sites
from secscan.assessment import Assessor
from secscan.catalog import load_catalog
from secscan.evidence import SiteEvidence, Target
from secscan.facts import load_facts
from secscan.policy import load_policy
from secscan.probes.limits import Limits
from secscan.probes.prober import Prober

RUNS = 9
"""Of which the least is told: what other programs took from the machine is no cost of ours."""

CLOSED = "127.0.0.1:1"
"""Nobody listens there: the sites have no HTTPS, so that all requests are plain ones."""

LIMITS = Limits(try_spacing=0.01)
WITHOUT = replace(LIMITS, script_requests=0, signal_requests=0)
SSH = (f"ssh://{HOST}",)


@dataclass(frozen=True)
class Asked:
    """How much is asked of a site."""

    name: str
    limits: Limits
    services: tuple[str, ...] = ()
    grants: frozenset[str] = frozenset()


MORE_AND_MORE = (
    Asked("without patch signals", WITHOUT),
    Asked("with scripts and documents", LIMITS),
    Asked("and a greeting", LIMITS, SSH),
    Asked("and exposure", LIMITS, SSH, frozenset({"exposure"})),
)


@dataclass(frozen=True)
class Cost:
    """What one scan of one site costs; CPU in milliseconds."""

    requests: float
    connections: float
    kilobytes: float
    probing: float
    judging: float


def main() -> None:
    """Measure and print."""
    assessor = Assessor(load_catalog(), load_policy(), load_facts())
    print(_setting())
    print("\n| site | asked | requests | connections | kB received | CPU, probing | CPU, judging |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for name, pages in sites().items():
        for asked, cost in _costs(pages, assessor):
            told = f"{cost.requests:.0f} | {cost.connections:.0f} | {cost.kilobytes:.0f}"
            cpu = f"{cost.probing:.0f} ms | {cost.judging:.0f} ms"
            print(f"| {name} | {asked.name} | {told} | {cpu} |", flush=True)


def _costs(pages: Mapping[str, bytes], assessor: Assessor) -> Iterator[tuple[Asked, Cost]]:
    with served(pages) as site:
        _scan(site, MORE_AND_MORE[-1], assessor)  # what is loaded once for a run is no site's cost
        # In rounds, so that a busy second of the machine does not meet one of them alone.
        rounds = [[_scan(site, asked, assessor) for asked in MORE_AND_MORE] for _ in range(RUNS)]
    for asked, costs in zip(MORE_AND_MORE, zip(*rounds, strict=True), strict=True):
        yield asked, _least(costs)


def _scan(site: Served, asked: Asked, assessor: Assessor) -> Cost:
    pins = {80: f"127.0.0.1:{site.web}", 22: f"127.0.0.1:{site.ssh}", 443: CLOSED}
    url = f"http://{HOST}/"
    target = Target("site", url, pins, None, asked.grants, asked.services)
    site.sent()
    gc.collect()
    start = time.process_time()
    evidence = asyncio.run(_look(target, asked.limits))
    probed = time.process_time()
    assessment = assessor.assess(evidence)
    judged = time.process_time()
    if assessment.has_error:
        raise SystemExit("a check failed")
    usage = evidence.usage
    connections = usage.tls_connections + usage.other_connections
    probing, judging = 1000 * (probed - start), 1000 * (judged - probed)
    return Cost(usage.requests, connections, site.sent() / 1000, probing, judging)


async def _look(target: Target, limits: Limits) -> SiteEvidence:
    prober = Prober(limits)
    try:
        return await prober.collect(target)
    finally:
        await prober.close()


def _least(costs: Sequence[Cost]) -> Cost:
    columns = (field.name for field in fields(Cost))
    return Cost(*(min(getattr(cost, name) for cost in costs) for name in columns))


def _setting() -> str:
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.release().split('-')[0]}"
    python = f"Python {platform.python_version()}"
    least = f"the least of {RUNS} runs"
    return f"Measured on {datetime.now(UTC):%Y-%m-%d} with {machine}, {python}; {least}."


if __name__ == "__main__":
    main()
