"""One judged run as rank, report and export read it: indexes, ranking, and what came before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from secscan.errors import SecscanError
from secscan.evidence import SiteEvidence
from secscan.finding import Finding
from secscan.index import SiteIndex
from secscan.ranking import Criteria, Ranking, rank
from secscan.register import Agency, Register, Site, day_of, parse_register
from secscan.store import Judgement, Run, Store


@dataclass(frozen=True)
class Results:
    """A run under what last judged it. Findings and evidence are read site by site."""

    store: Store
    run: Run
    criteria: Criteria

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
                yield Results(self.store, run, self.criteria)

    @cached_property
    def changes(self) -> dict[str, Decimal]:
        """Return, by agency id, the change of the published index since the last comparable run."""
        before = next(self.earlier(), None)
        if before is None:
            return {}
        old, new = before.ranking.rows(), self.ranking.rows()
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


def load_results(store: Store, criteria: Criteria, run_id: int | None = None) -> Results:
    """Return the results of a run, by default the last one that was finished."""
    chosen = store.chosen(run_id)
    finished = [run for run in chosen if run.finished_at is not None]
    if not finished:
        raise SecscanError(
            f"run {chosen[-1].id} in {store.path} is not finished: `secscan scan` goes on with it"
        )
    return Results(store, finished[-1], criteria)
