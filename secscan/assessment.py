"""Evidence to findings and index in one step, the same for ``check``, ``scan`` and ``judge``."""

from dataclasses import dataclass
from functools import cached_property

from secscan.catalog import Catalog
from secscan.check import Outcome
from secscan.evidence import SiteEvidence
from secscan.facts import Facts
from secscan.finding import Finding, judge
from secscan.index import SiteIndex, site_index
from secscan.policy import Policy


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was judged of a site, and the fingerprint of what judged it."""

    site_id: str
    findings: tuple[Finding, ...]
    index: SiteIndex
    fingerprint: str

    @property
    def has_error(self) -> bool:
        """Say whether a fault of ours is among the findings."""
        return any(finding.outcome is Outcome.ERROR for finding in self.findings)


@dataclass(frozen=True)
class Assessor:
    """All that a number depends on besides evidence."""

    catalog: Catalog
    policy: Policy
    facts: Facts

    @cached_property
    def fingerprint(self) -> str:
        """Return the fingerprint; numbers under different ones are never compared silently."""
        return self.catalog.fingerprint(self.policy, self.facts)

    def assess(self, evidence: SiteEvidence) -> Assessment:
        """Judge a site's evidence and compute its index."""
        findings = judge(self.catalog, evidence, self.policy, self.facts)
        index = site_index(findings, self.policy)
        return Assessment(evidence.site_id, findings, index, self.fingerprint)
