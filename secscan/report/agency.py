"""What the page of an agency shows: how its index came about, and what to fix first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from heapq import nlargest

from secscan.costs import shown
from secscan.index import WeightedSite, agency_index, published
from secscan.locale import Words
from secscan.policy import Policy
from secscan.ranking import RankedGroup, Row
from secscan.register import Site
from secscan.report.software import share_told
from secscan.report.tally import Tally
from secscan.results import Results

MOST_FIXES = 15
"""How many fixes an agency is told at once; each site's page has them all."""

MOST_TRIED = 100
"""For how many fixes the agency's index is computed again: those of most gain × importance."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two parts of an agency's index, with the points it brings as printed."""

    value: Fraction
    share: Fraction
    points: Decimal


@dataclass(frozen=True, slots=True)
class Fix:
    """One finding of one site: what site and agency would gain, None outside the index."""

    site: Site
    check_id: str
    inherited: bool
    site_gain: Decimal | None = None
    agency_gain: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency: its place, the parts of its index, its sites, and its best fixes.

    ``assessable`` says how much of the software of its sites could be judged. ``own_urls`` holds,
    by the site of a shared platform, the agency's own addresses on it.
    """

    row: Row
    group: RankedGroup
    parts: tuple[Part, ...]
    fixes: tuple[Fix, ...]
    more_fixes: int
    ranked: int
    assessable: str | None
    own_urls: Mapping[str, tuple[str, ...]]


def agency_view(
    results: Results, group: RankedGroup, row: Row, tally: Tally, words: Words
) -> AgencyView:
    """Return what the page of an agency shows."""
    policy = results.judgement.policy
    candidates = [
        (site, check_id, gain)
        for site in row.index.sites
        for check_id, gain in tally.fixes.get(site.site_id, {}).items()
    ]
    return AgencyView(
        row,
        group,
        _parts(row, policy),
        _fixes(row, candidates, results.sites, policy),
        more_fixes=max(len(candidates) - MOST_FIXES, 0),
        ranked=sum(other.rank is not None for other in group.rows),
        assessable=share_told(results.share_of_agency(row.agency.id), words),
        own_urls=_own_urls(results, row),
    )


def _own_urls(results: Results, row: Row) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for site in results.register.of_agency(row.agency.id, results.run.started_at):
        if site.platform is not None:
            found[site.platform] = (*found.get(site.platform, ()), site.url)
    return found


def _parts(row: Row, policy: Policy) -> tuple[Part, ...]:
    """Return the mean and the lowest part; their points add up to the published index."""
    index, share = row.index, policy.agency
    if index.mean is None or index.lowest is None or row.published is None:
        return ()
    shares = (share["mean_share"], share["lowest_share"])
    values = (index.mean, index.lowest)
    exact = [value * part for value, part in zip(values, shares, strict=True)]
    return tuple(map(Part, values, shares, shown(exact, row.published)))


def _fixes(
    row: Row,
    candidates: Sequence[tuple[WeightedSite, str, Fraction | None]],
    sites: Mapping[str, Site],
    policy: Policy,
) -> tuple[Fix, ...]:
    """Return the grave finds outside the index, then the best fixes by what the agency gains."""
    grave = [
        Fix(sites[site.site_id], check_id, site.inherited)
        for site, check_id, gain in candidates
        if gain is None
    ]
    counted = [(site, check_id, gain) for site, check_id, gain in candidates if gain is not None]
    return (*grave, *_best(row, counted, sites, policy))[:MOST_FIXES]


def _best(
    row: Row,
    candidates: Iterable[tuple[WeightedSite, str, Fraction]],
    sites: Mapping[str, Site],
    policy: Policy,
) -> list[Fix]:
    """Return the fixes by what the agency gains, its index computed again for each.

    That is done for the heaviest only: it takes time with the square of an agency's sites.
    """
    before = row.index.value or Fraction(0)
    heaviest = nlargest(MOST_TRIED, candidates, key=lambda fix: fix[2] * fix[0].importance)
    found: list[tuple[Fraction, Fix]] = []
    for site, check_id, gain in heaviest:
        after = agency_index(_with_gain(row.index.sites, site, gain), policy).value
        difference = (after or before) - before
        fix = Fix(
            site=sites[site.site_id],
            check_id=check_id,
            inherited=site.inherited,
            site_gain=published(gain),
            agency_gain=published(difference),
        )
        found.append((difference, fix))
    found.sort(key=lambda pair: (-pair[0], pair[1].site.id, pair[1].check_id))
    return [fix for _, fix in found]


def _with_gain(
    sites: tuple[WeightedSite, ...], fixed: WeightedSite, gain: Fraction
) -> tuple[WeightedSite, ...]:
    value = (fixed.index.value or Fraction(0)) + gain
    better = replace(fixed, index=replace(fixed.index, value=value))
    return tuple(better if site is fixed else site for site in sites)
