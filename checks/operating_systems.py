"""What the checks of software share: the operating system that an address shows, and its packages.

There is no check in this module.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from secscan.check import Outcome, Reason
from secscan.evidence import Banners, Missing, Service
from secscan.facts.support import State, Support, assess_revision, assess_system
from secscan.facts.systems import System, packaged_for, release_name
from secscan.parsing import software

from .components import Judge, Judged, told
from .machine import SERVICES, WINDOWS, Machine, may_be_package


@dataclass(frozen=True, slots=True)
class _Shown:
    """A system that a component shows, as one of some candidates; none where it is hidden."""

    product: str
    candidates: tuple[System, ...]
    source: str
    confidence: int

    @property
    def is_certain(self) -> bool:
        return len(self.candidates) == 1 and self.confidence > software.UNRELIABLE

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Return a key that is least for the surest."""
        return not self.is_certain, -self.confidence, len(self.candidates) or 99


def judged_systems(machine: Machine) -> list[Judged]:
    """Judge the systems that an address shows, by their own dates.

    A version that some systems keep is a guess at one of them: told where nothing better is known.
    """
    kept: list[_Shown] = []
    for one in sorted(_shown(machine), key=lambda one: one.rank):
        is_guess = one.confidence <= software.UNRELIABLE
        known = any(other.product == one.product for other in kept) or (is_guess and bool(kept))
        is_new = all(other.candidates != one.candidates for other in kept)
        if is_new and (one.is_certain or not known):
            kept.append(one)
    return [_judged_system(one, machine.judge) for one in kept]


def _shown(machine: Machine) -> Iterator[_Shown]:
    for one in machine.named:
        system = software.system_of(one)
        if system is not None:
            bases = machine.judge.facts.bases
            candidates = packaged_for(bases, one.product, one.version, *system)
            product = candidates[0][0] if candidates else system[0]
            yield _Shown(product, candidates, one.source, one.confidence)
        elif one.product in WINDOWS:
            yield _Shown("windows-server", (), one.source, one.confidence)
        elif not machine.is_on_windows(one) and may_be_package(one, machine.judge):
            candidates = machine.judge.facts.bases[one.product, one.version].systems
            if len({product for product, _ in candidates}) == 1:
                yield _Shown(candidates[0][0], candidates, one.source, software.UNRELIABLE)


def _judged_system(shown: _Shown, judge: Judge) -> Judged:
    cycles = " or ".join(release_name(cycle) for _, cycle in shown.candidates)
    if shown.confidence <= software.UNRELIABLE:
        guess = Reason.of("it keeps a version that was seen here; that alone does not prove it")
        place = f"{judge.name(shown.product)} {cycles}".strip()
        return Judged(Outcome.NOT_APPLICABLE, guess, place=place)
    support = _support(shown, judge)
    seen = software.Component(shown.product, cycles, shown.source, shown.confidence)
    outcome, reason = told(support, shown.confidence, weak=judge.is_weak(shown.confidence))
    if support.state is State.UNKNOWN and len(shown.candidates) > 1:
        reason = Reason.of("one of these; which one does not show")
    return Judged(outcome, reason, judge.component(seen, support))


def _support(shown: _Shown, judge: Judge) -> Support:
    """Return the support of the system; where it is one of some, only what holds for each."""
    if not shown.candidates:
        return Support(State.HIDDEN)
    found = [assess_system(judge.facts, (one,), judge.day) for one in shown.candidates]
    alike = all(one.state is found[0].state for one in found)
    ends = {one.end for one in found}
    return replace(
        found[0],
        state=found[0].state if alike else State.UNKNOWN,
        end=found[0].end if len(ends) == 1 else None,
    )


def judged_services(banners: Banners, machine: Machine) -> list[Judged]:
    """Judge what the services of an address say of themselves; what was not read says nothing."""
    found = [_judged_service(one, machine) for one in machine.greetings if one.product in SERVICES]
    for service in banners.services:
        if isinstance(service.banner, Missing):
            # A port that is closed to strangers is as it should be: like a version that is hidden.
            unread = Reason.of("its greeting could not be read")
            found.append(Judged(Outcome.NOT_APPLICABLE, unread, place=_place(service)))
        elif not software.from_banner(machine.judge.facts.signals, service.scheme, service.banner):
            silent = Reason.of("its greeting names no software that secscan knows")
            found.append(Judged(Outcome.NOT_APPLICABLE, silent, place=_place(service)))
    return list({one.item.label: one for one in found}.values())


def _place(service: Service) -> str:
    return f"{service.scheme}:{service.port}"


def _judged_service(one: software.Component, machine: Machine) -> Judged:
    return _judged_revision(one, machine.judge) or machine.judge_banner(one)


def _judged_revision(one: software.Component, judge: Judge) -> Judged | None:
    """Judge a package by its revision, None where the facts do not know it."""
    system = software.system_of(one)
    if system is None or not one.revision:
        return None
    candidates = packaged_for(judge.facts.bases, one.product, one.version, *system)
    if len(candidates) != 1:
        return None
    version, days = f"{one.version}-{one.revision}", judge.policy.threshold.update_days
    found = assess_revision(
        judge.facts, one.product, version, candidates[0], judge.day, update_days=days
    )
    if found.state is State.UNKNOWN or found.latest is None:
        return None
    component = judge.component(replace(one, version=version), Support(found.state))
    if found.behind:
        reason = Reason.of(
            "this revision is of {day}; newer ones: {behind}, the latest {days} days younger",
            day=(found.latest.day - timedelta(days=found.days)).isoformat(),
            behind=found.behind,
            days=found.days,
        )
        outcome = Outcome.PARTIAL if found.state is State.OUTDATED else Outcome.PASS
        return Judged(outcome, reason, component, found.latest.version)
    outcome, reason = told(Support(found.state), one.confidence, weak=False)
    return Judged(outcome, reason, component)
