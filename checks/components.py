"""What the checks of software share: a component judged by the facts, and a verdict on several.

There is no check in this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from fractions import Fraction

from secscan.check import (
    Component,
    Item,
    Outcome,
    Reason,
    Verdict,
    failed,
    not_applicable,
    partial,
    passed,
)
from secscan.evidence import Asked
from secscan.facts import Facts
from secscan.facts.holes import Hole
from secscan.facts.support import State, Support, assess, holes_of
from secscan.parsing import software
from secscan.policy import Policy

_WORST_FIRST = (
    Outcome.FAIL,
    Outcome.PARTIAL,
    Outcome.PASS,
    Outcome.NOT_TESTED,
    Outcome.NOT_APPLICABLE,
)

COSTLY = (State.OUTDATED, State.END_OF_LIFE)
"""The states of a version that cost something, where its sign is not too weak."""

UNSETTLED = (*COSTLY, State.UNKNOWN)
"""The states by the maker's word that a distribution's package may be better than."""


@dataclass(frozen=True, slots=True)
class Judge:
    """By what software is judged: the facts, the policy, and the day on which it was seen."""

    facts: Facts
    policy: Policy
    day: date

    @classmethod
    def of(cls, asked: Asked, facts: Facts, policy: Policy) -> "Judge":
        """Return who judges by the day in UTC, on whatever clock the site was seen."""
        return cls(facts, policy, asked.at.astimezone(UTC).date())

    def is_weak(self, confidence: int) -> bool:
        """Say whether a sign is too weak to cost or to earn anything."""
        return confidence < self.policy.threshold.signal_confidence

    def support(self, product: str, version: str, *, exact: bool = True) -> Support:
        """Return the support of a version by its maker."""
        days = self.policy.threshold.update_days
        return assess(self.facts, product, version, self.day, exact=exact, update_days=days)

    def holes(self, seen: software.Component) -> tuple[Hole, ...]:
        """Return the published vulnerabilities of a version, or of all of a branch."""
        product = self.facts.products.get(seen.product)
        return holes_of(product, seen.version) if product else ()

    def name(self, product: str) -> str:
        """Return what a product is called."""
        known = self.facts.products.get(product) or self.facts.libraries.get(product)
        return known.name if known else product

    def component(
        self, seen: software.Component, support: Support, holes: tuple[Hole, ...] = ()
    ) -> Component:
        """Return what was seen as an item tells it."""
        return Component(
            seen.product,
            self.name(seen.product),
            seen.version,
            support.state,
            seen.source,
            seen.confidence,
            holes,
            support.end if support.state is State.END_OF_LIFE else None,
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """A component with what became of it; ``latest`` is the release that it is behind.

    What could not be looked at has no component, and is told under ``place``.
    """

    outcome: Outcome
    reason: Reason
    component: Component | None = None
    latest: str = ""
    place: str = ""

    @property
    def name(self) -> str:
        """Return the name of the product, or the place."""
        return self.component.name if self.component else self.place

    @property
    def version(self) -> str:
        """Return the version, "" where none shows."""
        return self.component.version if self.component else ""

    @property
    def item(self) -> Item:
        """Return what a verdict lists of it."""
        return Item(self.name, self.outcome, self.reason, self.component)


def judged(judge: Judge, seen: software.Component, *, packaged: bool) -> Judged:
    """Judge a component; ``packaged`` where a distribution patches it in place, or may do so."""
    support = judge.support(seen.product, seen.version, exact=seen.exact)
    if packaged and support.state in UNSETTLED:
        support = Support(State.BACKPORTED)
    weak = judge.is_weak(seen.confidence)
    holes = () if packaged or weak else judge.holes(seen)
    outcome, reason = told(support, seen.confidence, weak=weak)
    return Judged(outcome, reason, judge.component(seen, support, holes), support.latest)


def told(support: Support, confidence: int, *, weak: bool) -> tuple[Outcome, Reason]:
    """Return what a state costs, and why; a weak sign of a version neither costs nor earns."""
    if support.state in COSTLY:
        return (Outcome.NOT_APPLICABLE, _weak(support, confidence)) if weak else _costly(support)
    if support.state in (State.CURRENT, State.NEWER):
        if weak:
            reason = Reason.of(
                "it is supported if this is its version: the confidence is {confidence} only",
                confidence=confidence,
            )
            return Outcome.NOT_APPLICABLE, reason
        if support.state is State.CURRENT:
            return Outcome.PASS, Reason.of("this version is supported")
        return Outcome.PASS, Reason.of("this version is newer than secscan's facts")
    return Outcome.NOT_APPLICABLE, _unjudged(support)


def _costly(support: Support) -> tuple[Outcome, Reason]:
    if support.state is State.OUTDATED:
        return Outcome.PARTIAL, Reason.of("the latest is {latest}", latest=support.latest)
    return Outcome.FAIL, _ended(support)


def _ended(support: Support) -> Reason:
    """Tell when support ended, and where to go where that is known."""
    if support.end is None:
        if not support.supported:
            return Reason.of("support has ended")
        return Reason.of(
            "support has ended; a supported release is {latest}", latest=support.supported
        )
    day = support.end.isoformat()
    if not support.supported:
        return Reason.of("support ended on {day}", day=day)
    return Reason.of(
        "support ended on {day}; a supported release is {latest}",
        day=day,
        latest=support.supported,
    )


def _weak(support: Support, confidence: int) -> Reason:
    if support.state is State.OUTDATED:
        return Reason.of(
            "it is behind {latest} if this is its version: the confidence is {confidence} only",
            latest=support.latest,
            confidence=confidence,
        )
    return Reason.of(
        "support has ended if this is its version: the confidence is {confidence} only",
        confidence=confidence,
    )


def _unjudged(support: Support) -> Reason:
    if support.state is State.BACKPORTED:
        return Reason.of("may be a distribution's package: its version does not show its patches")
    if support.state is State.HIDDEN:
        return Reason.of("it does not show its version")
    if support.end is not None:
        return Reason.of(
            "free support ended on {day}; whether the paid one was bought does not show",
            day=support.end.isoformat(),
        )
    if support.latest:
        return Reason.of("its branch is supported; which release it is does not show")
    return Reason.of("the version gives no verdict")


def verdict(seen: Sequence[Judged]) -> Verdict:
    """Return what the worst component makes of it; without one that says anything, nothing.

    What was not read decides nothing: silence of one file would take a proven fault out of the
    ranking, with all of the site's index.
    """
    if not seen:
        return not_applicable("no software of this kind is named")
    items = tuple(one.item for one in seen)
    worst = min(seen, key=lambda one: (_WORST_FIRST.index(one.outcome), not one.version))
    product, version = worst.name, worst.version
    if worst.outcome is Outcome.FAIL:
        return failed(
            "{product} {version} gets no more fixes", items=items, product=product, version=version
        )
    if worst.outcome is Outcome.PARTIAL:
        return partial(
            Fraction(1, 2),
            "{product} {version} is behind {latest}, the latest of its branch",
            items=items,
            product=product,
            version=version,
            latest=worst.latest,
        )
    if worst.outcome is Outcome.PASS:
        return passed(
            "{product} {version} is supported", items=items, product=product, version=version
        )
    return Verdict(Outcome.NOT_APPLICABLE, Fraction(0), worst.reason, items)
