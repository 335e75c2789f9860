"""secscan's own look at servers of the tests, through a register, and what is made of it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache

import programs
from servers import QUICK, Zone, resolving

from secscan.assessment import Assessment, Assessor
from secscan.catalog import load_catalog
from secscan.check import Component, Outcome
from secscan.evidence import SiteEvidence
from secscan.facts import load_facts
from secscan.finding import Finding
from secscan.policy import load_policy
from secscan.probes.prober import Prober
from secscan.register import parse_register

ON = datetime(2026, 11, 24, tzinfo=UTC)
"""The day on which all looks are judged: the same packages are judged alike ever after."""

_REGISTER = """
[register]
name = "Thành phố mẫu"
authorisation = {{ document = "12/KH", contact = "ông A" }}
[[group]]
id = "so"
name = "Sở"
[[agency]]
id = "a"
name = "Sở A"
group = "so"
[[site]]
id = "site"
url = "{url}"
owner = "a"
connect = "{connect}"
services = {services}
grants = {grants}
resolver = "{resolver}"
"""


@dataclass(frozen=True)
class Judged:
    """A look at a site, and what the real catalogue, policy and facts make of it."""

    evidence: SiteEvidence

    @cached_property
    def assessment(self) -> Assessment:
        """Return all that was judged."""
        return _assessor().assess(self.evidence)

    def finding(self, check_id: str) -> Finding:
        """Return what one check says."""
        (found,) = [one for one in self.assessment.findings if one.check_id == check_id]
        return found

    def outcome(self, check_id: str) -> str:
        """Return what became of one check."""
        return self.finding(check_id).outcome.value

    def components(self, check_id: str) -> list[Component]:
        """Return the software that one check judged, each once."""
        seen = [item.component for item in self.finding(check_id).items]
        return list(dict.fromkeys(one for one in seen if one is not None))

    def costly(self) -> list[str]:
        """Return the checks of the patch family that take points."""
        return [
            one.check_id
            for one in self.assessment.findings
            if one.family == "patch" and one.outcome.conclusive and one.credit < 1 and one.scored
            if _assessor().policy.severity[one.severity]
        ]

    def faults(self) -> list[str]:
        """Return the checks that failed themselves."""
        findings = self.assessment.findings
        return [one.check_id for one in findings if one.outcome is Outcome.ERROR]


def look(
    connect: Mapping[int, str | int],
    services: Sequence[str] = (),
    url: str = "http://site.example/",
    grants: Sequence[str] = (),
) -> Judged:
    """Look at a site of a register whose servers are programs of their own."""
    return asyncio.run(seen(connect, services, url, grants))


async def seen(
    connect: Mapping[int, str | int],
    services: Sequence[str] = (),
    url: str = "http://site.example/",
    grants: Sequence[str] = (),
) -> Judged:
    """Look at a site of a register; a pin without an address is on 127.0.0.1.

    Where nothing is said of port 443 it is closed: then the page is that of port 80.
    """
    pins = {
        port: pin if isinstance(pin, str) else f"127.0.0.1:{pin}"
        for port, pin in {443: programs.free_port(), **connect}.items()
    }
    async with resolving(Zone({})) as names:
        text = _REGISTER.format(
            url=url,
            connect="; ".join(f"{port}={pin}" for port, pin in pins.items()),
            services=list(services),
            grants=list(grants),
            resolver=names.dial,
        )
        (site,) = parse_register(text).sites
        evidence = await Prober(QUICK).collect(site.target())
    return Judged(replace(evidence, observed_at=ON))


@lru_cache
def _assessor() -> Assessor:
    return Assessor(load_catalog(), load_policy(), load_facts())
