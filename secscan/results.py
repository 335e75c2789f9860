"""One judged run as rank, report and export read it: indexes, ranking, and what came before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from secscan.assessable import Assessable, Seen, Share, assessable
from secscan.check import Item
from secscan.deadlines import Deadline, deadline
from secscan.errors import SecscanError
from secscan.evidence import SiteEvidence
from secscan.finding import Finding
from secscan.first_seen import Key, first_seen
from secscan.index import SiteIndex
from secscan.profiles import DEFAULT, Profile, load_profile
from secscan.ranking import Criteria, Ranking, rank
from secscan.register import Agency, Register, Site, day_of, parse_register
from secscan.store import Judgement, Run, Store


@dataclass(frozen=True)
class Results:
    """A run under what last judged it. Findings and evidence are read site by site."""

    store: Store
    run: Run
    criteria: Criteria
    profile: Profile = field(default_factory=load_profile)

    @cached_property
    def register(self) -> Register:
        """Return the register as it was when the run began."""
        return parse_register(self.run.register)

    @cached_property
    def agencies(self) -> dict[str, Agency]:
        """Return the agencies of the register by id."""
        return {agency.id: agency for agency in self.register.agencies}

    @cached_property
    def sites(self) -> dict[str, Site]:
        """Return the sites of the register by id."""
        return {site.id: site for site in self.register.sites}

    @cached_property
    def tenants(self) -> dict[str, tuple[Agency, ...]]:
        """Return, by the site of a shared platform, the agencies that have a row on it."""
        day = day_of(self.run.started_at)
        found: dict[str, dict[str, Agency]] = {}
        for row in self.register.sites:
            owner = self.agencies.get(row.owner(day) or "")
            if row.platform is not None and owner is not None:
                found.setdefault(row.platform, {})[owner.id] = owner
        return {platform: tuple(owners.values()) for platform, owners in found.items()}

    @cached_property
    def judgement(self) -> Judgement:
        """Return what judged the run."""
        if self.run.fingerprint is None:
            raise SecscanError(f"run {self.run.id} was never judged: run `secscan judge` first")
        return self.store.judgement(self.run.fingerprint)

    @cached_property
    def indexes(self) -> dict[str, SiteIndex]:
        """Return the index of each site by its id."""
        return self.store.indexes(self.run, self.judgement.fingerprint)

    @cached_property
    def ranking(self) -> Ranking:
        """Return the ranking of the run, as of its start."""
        return rank(
            self.register,
            self.indexes,
            self.criteria,
            self.judgement.policy,
            self.run.started_at,
            local_checks=self.judgement.local_checks,
        )

    def findings(self, site: str) -> tuple[Finding, ...]:
        """Return the findings of a site."""
        return self.store.findings(self.run, site, self.judgement.fingerprint)

    def evidence(self, site: str) -> SiteEvidence:
        """Return the evidence of a site, without the bodies: they are for judging."""
        return self.store.evidence(self.run, site, bodies=False)

    def earlier(self) -> Iterator["Results"]:
        """Return the earlier finished runs that are comparable (same fingerprint), newest first."""
        for run in reversed(self.store.runs()):
            same = run.fingerprint == self.run.fingerprint and run.finished_at is not None
            if run.id < self.run.id and same:
                yield Results(self.store, run, self.criteria, self.profile)

    @cached_property
    def before(self) -> "Results | None":
        """Return the last comparable run before this one."""
        return next(self.earlier(), None)

    @cached_property
    def first_seen(self) -> dict[Key, datetime]:
        """Return since when what is bad has been so, by (site, check, subject of the item).

        Every finished run counts, whatever judged it: a new policy makes nothing new.
        """
        runs = [run for run in self.store.runs() if run.finished_at and run.fingerprint]
        earlier = [run for run in reversed(runs) if run.id < self.run.id]
        return first_seen(
            (run.started_at, self.store.looks(run, self.run)) for run in (self.run, *earlier)
        )

    def seen_since(self, finding: Finding, item: Item) -> datetime | None:
        """Return since when an item has been bad, or None where it is not."""
        return self.first_seen.get((finding.site_id, finding.check_id, item.subject))

    def deadline(self, finding: Finding, item: Item) -> Deadline | None:
        """Return until when an item is to be put right, by the profile of these results.

        None for what is in order, and for what is neither software nor found by a grant.
        """
        since = self.seen_since(finding, item)
        if since is None or (item.component is None and finding.scored):
            return None
        return deadline(self.profile, finding, item, day_of(since))

    @cached_property
    def assessable(self) -> dict[str, Assessable]:
        """Return, by site, how much of its software could be judged; without software, nothing."""
        found: dict[str, list[Seen]] = {}
        for site, seen in self.store.components(self.run):
            found.setdefault(site, []).append(seen)
        return {site: assessable(seen) for site, seen in found.items()}

    def share_of_site(self, site: str) -> Share:
        """Return how much of a site's software could be judged, now and before."""
        now = _together(self, [site])
        if self.before is None:
            return Share(now)
        return Share(now, _together(self.before, [site]), self.before.run.started_at)

    def share_of_agency(self, agency: str) -> Share:
        """Return how much of the software of the sites that an agency's index has was judged."""
        now = _together(self, _counted(self, agency))
        if self.before is None:
            return Share(now)
        before = _together(self.before, _counted(self.before, agency))
        return Share(now, before, self.before.run.started_at)

    @cached_property
    def changes(self) -> dict[str, Decimal]:
        """Return, by agency id, the change of the published index since the last comparable run."""
        if self.before is None:
            return {}
        old, new = self.before.ranking.rows(), self.ranking.rows()
        found = {}
        for agency in old.keys() & new.keys():
            was, now = old[agency].published, new[agency].published
            if was is not None and now is not None:
                found[agency] = now - was
        return found

    @cached_property
    def unranked_since(self) -> dict[str, datetime]:
        """Return, by agency id, the start of the run from which on it has had no rank."""
        waiting = {id for id, row in self.ranking.rows().items() if row.unranked is not None}
        found = dict.fromkeys(waiting, self.run.started_at)
        for results in self.earlier():
            rows = results.ranking.rows()
            waiting = {id for id in waiting if id in rows and rows[id].unranked is not None}
            if not waiting:
                break
            found.update(dict.fromkeys(waiting, results.run.started_at))
        return found


def _together(results: Results, sites: Iterable[str]) -> Assessable:
    return sum((results.assessable.get(site, Assessable()) for site in sites), Assessable())


def _counted(results: Results, agency: str) -> list[str]:
    row = results.ranking.rows().get(agency)
    return [] if row is None else [site.site_id for site in row.index.sites]


def load_results(
    store: Store,
    criteria: Criteria,
    run_id: int | None = None,
    deadlines: str = DEFAULT,
) -> Results:
    """Return the results of a run, by default the last one that was finished."""
    chosen = store.chosen(run_id)
    finished = [run for run in chosen if run.finished_at is not None]
    if not finished:
        raise SecscanError(
            f"run {chosen[-1].id} in {store.path} is not finished: `secscan scan` goes on with it"
        )
    return Results(store, finished[-1], criteria, load_profile(deadlines))
