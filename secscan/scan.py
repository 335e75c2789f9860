"""The pipeline: for each site probe, assess and store; the only concurrency there is."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from secscan.assessment import Assessment, Assessor
from secscan.clock import utc_now
from secscan.evidence import SiteEvidence, Usage
from secscan.probes.prober import Prober
from secscan.register import Register, Site, authorised
from secscan.store import Run, Store

IN_FLIGHT = 24
"""Sites that are looked at side by side; each address has its own bound, in the probes."""


@dataclass
class Progress:
    """How far a scan is; ``changed`` is called whenever a number moves."""

    total: int
    changed: Callable[[], None] = lambda: None
    done: int = 0
    failed: int = 0
    errors: int = 0
    in_flight: set[str] = field(default_factory=set)
    usage: Usage = field(default_factory=Usage)

    def start(self, site: str) -> None:
        """Note that a site is being looked at."""
        self.in_flight.add(site)
        self.changed()

    def finish(self, assessment: Assessment) -> None:
        """Note that a site is stored; one without an index counts as failed."""
        self.in_flight.discard(assessment.site_id)
        self.done += 1
        self.failed += assessment.index.value is None
        self.errors += assessment.has_error
        self.changed()


async def scan(
    store: Store,
    run: Run,
    register: Register,
    assessor: Assessor,
    prober: Prober,
    progress: Progress,
) -> None:
    """Look at every site that the run does not hold yet, store each at once, finish the run."""
    finished = set(store.sites_of(run))
    waiting = iter([site for site in register.scanned() if site.id not in finished])

    async def work() -> None:
        for site in waiting:
            progress.start(site.id)
            evidence = await look(register, site, prober)
            # In a thread: what a hostile site sent must not keep other sites' answers waiting.
            assessment = await asyncio.to_thread(assessor.assess, evidence)
            store.save_site(run, evidence, assessment)
            progress.usage += evidence.usage
            progress.finish(assessment)

    try:
        async with asyncio.TaskGroup() as workers:
            for _ in range(IN_FLIGHT):
                workers.create_task(work())
    finally:
        await prober.close()
    complete(store, run, assessor, finished)


def complete(store: Store, run: Run, assessor: Assessor, sites: Iterable[str]) -> None:
    """Judge what of these sites an earlier policy judged, and mark the run as finished."""
    known = store.indexes(run, assessor.fingerprint)
    for site in sites:
        if site not in known:
            store.save_assessment(run, assessor.assess(store.evidence(run, site)))
    store.set_judged_by(run, assessor)
    store.finish_run(run)


def rejudge(store: Store, run: Run, assessor: Assessor, progress: Progress) -> None:
    """Judge the stored evidence of a run again, without one packet."""
    for site in store.sites_of(run):
        progress.start(site)
        assessment = assessor.assess(store.evidence(run, site))
        store.save_assessment(run, assessment)
        progress.finish(assessment)
    store.set_judged_by(run, assessor)


async def look(register: Register, site: Site, prober: Prober) -> SiteEvidence:
    """Return the evidence of a site, or the state that it may not be looked at now."""
    now = utc_now()
    forbidden = authorised(register, site, now)
    if forbidden is not None:
        return prober.unseen(site.target(), now, forbidden)
    return await prober.collect(site.target())
