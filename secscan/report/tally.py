"""What is kept of a site once its page is written: enough for the pages that look across sites."""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from secscan.check import Outcome
from secscan.finding import Finding
from secscan.report.site import SiteView

BAD = (Outcome.FAIL, Outcome.PARTIAL)
"""The outcomes by which a site is named on the page of a check."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """A site that does not pass a check, and how far off it is."""

    site_id: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class TopCost:
    """A check over the whole city: how many sites it cost points, and its mean over all."""

    check_id: str
    sites: int
    mean: Fraction


@dataclass
class Tally:
    """Sums over the sites seen so far."""

    lacking: dict[str, list[Lacking]] = field(default_factory=lambda: defaultdict(list))
    judged: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    fixes: dict[str, dict[str, Fraction | None]] = field(default_factory=dict)
    points: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    indexed: int = 0

    def add(self, view: SiteView) -> None:
        """Take up a site."""
        self.fixes[view.site.id] = view.fixes
        self.indexed += view.index.value is not None
        for cost in view.costs:
            self.points[cost.check_id] += cost.points
        for finding in view.findings:
            self._add_finding(finding)

    def _add_finding(self, finding: Finding) -> None:
        self.judged[finding.check_id] += finding.outcome.conclusive
        if finding.outcome in BAD:
            self.lacking[finding.check_id].append(Lacking(finding.site_id, finding.outcome))

    def top_costs(self, most: int) -> tuple[TopCost, ...]:
        """Return the checks that cost the city most, as a mean over the sites with an index."""
        ordered = sorted(self.points.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(
            TopCost(check_id, len(self.lacking[check_id]), points / self.indexed)
            for check_id, points in ordered[:most]
        )
