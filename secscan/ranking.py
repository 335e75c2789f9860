"""Indexes and a criteria set to ranked groups: ties shared, nobody ranked on too little."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from secscan.errors import SecscanError
from secscan.index import AgencyIndex, SiteIndex, WeightedSite, agency_index, band, published
from secscan.policy import Policy
from secscan.register import Agency, Group, Register, Site, day_of


class Unranked(StrEnum):
    """Why an agency has no rank."""

    NO_SITES = "no-sites"
    NO_INDEX = "no-index"
    LOW_COVERAGE = "low-coverage"
    LOCAL_CHECKS = "local-checks"
    EXTRACT = "extract"


@dataclass(frozen=True, slots=True)
class Criteria:
    """A criteria set: its name and version, titles by language, and who inherits platforms."""

    name: str
    version: int
    title: Mapping[str, str]
    inherited: Mapping[str, str]

    def counts_inherited(self, group: str) -> bool:
        """Say whether a shared platform enters the mean of this group's agencies."""
        return self.inherited.get(group, self.inherited["default"]) == "count"


@dataclass(frozen=True, slots=True)
class Row:
    """An agency's place. ``index`` holds the sites that counted, ``shown`` those that did not."""

    agency: Agency
    index: AgencyIndex
    rank: int | None
    published: Decimal | None
    band: str | None
    unranked: Unranked | None
    shown: tuple[WeightedSite, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedGroup:
    """A group with its agencies: the ranked ones by rank, then the others by name."""

    group: Group
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranking of one run: its criteria set, the moment it stands for, and the groups."""

    criteria: Criteria
    at: datetime
    groups: tuple[RankedGroup, ...]

    def rows(self) -> dict[str, Row]:
        """Return all rows by agency id."""
        return {row.agency.id: row for group in self.groups for row in group.rows}


def load_criteria(path: Path | None = None) -> Criteria:
    """Read the criteria set of a file, or the default one."""
    where = str(path) if path else "security-index.toml"
    try:
        source = path or files("secscan.criteria") / "security-index.toml"
        document: dict[str, Any] = tomllib.loads(source.read_text("utf-8"))
        inherited = document["inherited"]
        if not set(inherited.values()) <= {"count", "show"} or "default" not in inherited:
            raise SecscanError(
                f'the criteria set {where} is wrong in [inherited]: write "count" or "show" for '
                "default and for each group that differs"
            )
        title = {str(language): str(text) for language, text in document["title"].items()}
        return Criteria(str(document["name"]), int(document["version"]), title, inherited)
    except SecscanError:
        raise
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError) as fault:
        raise SecscanError(f"the criteria set {where} cannot be read: {fault!r}") from fault


def rank(
    register: Register,
    indexes: Mapping[str, SiteIndex],
    criteria: Criteria,
    policy: Policy,
    at: datetime,
    *,
    local_checks: bool = False,
) -> Ranking:
    """Rank the agencies that exist at that moment within their groups, by published index.

    Ties share a rank and the next one is skipped: 1, 2, 2, 4. Whoever is below the coverage
    floor, or was judged with local checks, is listed without a rank and with the reason. An
    extract of a register has the index of its one agency, and nobody to rank it among.
    """
    groups = []
    for group in register.groups:
        agencies = [agency for agency in register.agencies if agency.group == group.id]
        rows = [
            _row(register, agency, indexes, criteria, policy, at, local_checks)
            for agency in agencies
            if agency.exists(day_of(at)) and register.extract_of in (None, agency.id)
        ]
        groups.append(RankedGroup(group, _placed(rows)))
    return Ranking(criteria, at, tuple(groups))


def _row(
    register: Register,
    agency: Agency,
    indexes: Mapping[str, SiteIndex],
    criteria: Criteria,
    policy: Policy,
    at: datetime,
    local_checks: bool,
) -> Row:
    own, inherited = _weighted(register.of_agency(agency.id, at), indexes)
    counts = criteria.counts_inherited(agency.group)
    index = agency_index((*own, *inherited) if counts else own, policy)
    unranked = _unranked(register, index, policy, local_checks)
    value = index.value
    return Row(
        agency=agency,
        index=index,
        rank=None,
        published=published(value) if value is not None else None,
        band=band(value, policy) if value is not None else None,
        unranked=unranked,
        shown=() if counts else tuple(inherited),
    )


def _weighted(
    sites: Iterable[Site], indexes: Mapping[str, SiteIndex]
) -> tuple[list[WeightedSite], list[WeightedSite]]:
    """Split an agency's sites into its own and the platforms it lives on, each only once."""
    own: dict[str, WeightedSite] = {}
    inherited: dict[str, WeightedSite] = {}
    # The heaviest row first: an agency with several rows on one platform still has it once.
    for site in sorted(sites, key=lambda site: (-site.importance, site.id)):
        scored = site.platform or site.id
        index = indexes.get(scored, NOT_SCANNED)
        side = inherited if site.platform else own
        side.setdefault(
            scored, WeightedSite(scored, site.importance, index, site.platform is not None)
        )
    return list(own.values()), [s for scored, s in inherited.items() if scored not in own]


NOT_SCANNED = SiteIndex(None, "not-scanned", Fraction(0), {}, None, Fraction(1), None)
"""Index of a site of the register that the run does not hold."""


def _unranked(
    register: Register, index: AgencyIndex, policy: Policy, local_checks: bool
) -> Unranked | None:
    if local_checks:
        return Unranked.LOCAL_CHECKS
    if not index.sites:
        return Unranked.NO_SITES
    if index.value is None:
        return Unranked.NO_INDEX
    if index.coverage < policy.floor["agency"]:
        return Unranked.LOW_COVERAGE
    return Unranked.EXTRACT if register.extract_of else None


def _placed(rows: Iterable[Row]) -> tuple[Row, ...]:
    ranked = [row for row in rows if row.unranked is None and row.published is not None]
    others = [row for row in rows if row.unranked is not None]
    ranked.sort(key=lambda row: (-(row.published or 0), row.agency.id))
    placed: list[Row] = []
    for position, row in enumerate(ranked, 1):
        tied = placed and placed[-1].published == row.published
        placed.append(replace(row, rank=placed[-1].rank if tied else position))
    return (*placed, *sorted(others, key=lambda row: row.agency.id))
