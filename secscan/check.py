"""The contract of a check: a pure function with a title and a severity, and what it returns.

(``checks/`` holds the checks themselves; this module only says what one is.)

A check names what it needs by its parameters' annotations: readings of ``secscan.evidence``,
``Policy``, ``Facts``. Its id is module + function, its page is its docstring. It may return a
``Missing`` that a reading holds, where that leaves nothing to judge.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from textwrap import dedent
from typing import Any, Generic, ParamSpec, get_type_hints

from secscan.errors import SecscanError
from secscan.evidence import READINGS, Missing
from secscan.facts import Facts
from secscan.facts.holes import Hole
from secscan.policy import Policy

P = ParamSpec("P")

SECTIONS = ("Why", "Fix", "nginx", "Apache", "IIS", "See")
"""The sections of a check's docstring, in the order they are told."""


class Severity(StrEnum):
    """How much a control matters; the policy gives each its weight (info always 0)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Outcome(StrEnum):
    """What became of a check; ``error`` is the runner's alone."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    PARTIAL = "partial"
    FAIL = "fail"
    NOT_APPLICABLE = "not-applicable"
    NOT_TESTED = "not-tested"
    ERROR = "error"

    @property
    def conclusive(self) -> bool:
        """Say whether the outcome enters the sum."""
        return self in (Outcome.PASS, Outcome.PARTIAL, Outcome.FAIL)


@dataclass(frozen=True, slots=True)
class Reason:
    """A message template with its data, stored as both and rendered only at output."""

    template: str
    data: tuple[tuple[str, str | int], ...] = ()

    @classmethod
    def of(cls, template: str, **data: str | int) -> "Reason":
        """Return a reason whose data is in one order, whatever order it was given in."""
        return cls(template, tuple(sorted(data.items())))


@dataclass(frozen=True, slots=True)
class Component:
    """Software that was seen, as it was judged: what exports and deadlines need of it.

    ``product`` is its id in the facts, ``state`` a ``secscan.facts.support.State``, ``source``
    where the version was read, ``confidence`` on Greenbone's scale. ``holes`` are the published
    vulnerabilities of that version, the worst first; a version proves none of them. ``end`` is the
    last day of its support, where that is over and the day known.
    """

    product: str
    name: str
    version: str
    state: str
    source: str
    confidence: int
    holes: tuple[Hole, ...] = ()
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a verdict is about (a cookie, a library, an address), judged by itself."""

    subject: str
    outcome: Outcome
    reason: Reason
    component: Component | None = None

    @property
    def label(self) -> str:
        """Return the subject with the version; no part of it, or an update would be a new item."""
        version = self.component.version if self.component else ""
        return f"{self.subject} {version}" if version else self.subject


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says of one view: an outcome, its credit (0 to 1), why, and its items."""

    outcome: Outcome
    credit: Fraction
    reason: Reason
    items: tuple[Item, ...] = ()


def passed(template: str, /, *, items: tuple[Item, ...] = (), **data: str | int) -> Verdict:
    """Return full credit: the good state."""
    return Verdict(Outcome.PASS, Fraction(1), Reason.of(template, **data), items)


def partial(
    credit: Fraction, template: str, /, *, items: tuple[Item, ...] = (), **data: str | int
) -> Verdict:
    """Return something between: better than nothing, worth ``credit`` (above 0, below 1)."""
    if not 0 < credit < 1:
        raise ValueError(f"partial credit is above 0 and below 1, not {credit}")
    return Verdict(Outcome.PARTIAL, credit, Reason.of(template, **data), items)


def failed(template: str, /, *, items: tuple[Item, ...] = (), **data: str | int) -> Verdict:
    """Return no credit: the bad state, and every missing control."""
    return Verdict(Outcome.FAIL, Fraction(0), Reason.of(template, **data), items)


def not_applicable(template: str, /, *, items: tuple[Item, ...] = (), **data: str | int) -> Verdict:
    """Return that there is nothing to judge; never because the control itself is missing."""
    return Verdict(Outcome.NOT_APPLICABLE, Fraction(0), Reason.of(template, **data), items)


def not_tested(template: str, /, *, items: tuple[Item, ...] = (), **data: str | int) -> Verdict:
    """Return that this could not be seen, though the reading was there: part of it is missing."""
    return Verdict(Outcome.NOT_TESTED, Fraction(0), Reason.of(template, **data), items)


@dataclass(frozen=True)
class Check(Generic[P]):
    """A check: callable as the plain function it wraps, and describing itself."""

    function: Callable[P, Verdict | Missing]
    title: str
    severity: Severity
    version: int = 1
    formerly: tuple[str, ...] = ()
    beside: bool = False

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Verdict | Missing:
        """Judge."""
        return self.function(*args, **kwargs)

    @cached_property
    def id(self) -> str:
        """Return ``module.function`` without the package: ``headers.hsts``."""
        return f"{self.function.__module__.rsplit('.', 1)[-1]}.{self.function.__name__}"

    @cached_property
    def family(self) -> str:
        """Return the family: the module's name, or its ``FAMILY`` where it states one."""
        stem = self.function.__module__.rsplit(".", 1)[-1]
        return str(getattr(self.function, "__globals__", {}).get("FAMILY", stem))

    @cached_property
    def needs(self) -> Mapping[str, type]:
        """Return the parameters and their types, from the annotations."""
        hints = get_type_hints(self.function)
        return {name: hint for name, hint in hints.items() if name != "return"}

    @cached_property
    def page(self) -> Mapping[str, str]:
        """Return the sections of the docstring, in order: Why, Fix, nginx, Apache, IIS, See."""
        return sections(inspect.getdoc(self.function) or "")


def check(
    title: str,
    severity: Severity,
    *,
    version: int = 1,
    formerly: tuple[str, ...] = (),
    beside: bool = False,
) -> Callable[[Callable[P, Verdict | Missing]], Check[P]]:
    """Make a function a check; the title says the good state as a sentence.

    ``version`` is raised when the meaning changes (it is in the fingerprint); ``formerly`` keeps
    the ids that a renamed check had. ``beside`` has a report show the reason beside the index:
    somebody else's word on the site, to compare with.
    """

    def wrap(function: Callable[P, Verdict | Missing]) -> Check[P]:
        made = Check(function, title, severity, version, formerly, beside)
        _refuse_faulty(made)
        return made

    return wrap


def _refuse_faulty(made: Check[Any]) -> None:
    lacking = [name for name in ("Why", "Fix", "See") if not made.page.get(name)]
    if lacking:
        raise SecscanError(f"check {made.id} has no {', '.join(lacking)}: in its docstring")
    strange = [name for name, hint in made.needs.items() if hint not in (*READINGS, Policy, Facts)]
    if strange:
        raise SecscanError(
            f"check {made.id} asks for {', '.join(strange)}, which is no reading of "
            "secscan.evidence, nor Policy or Facts"
        )


def sections(docstring: str) -> dict[str, str]:
    """Split a check's docstring at its ``Name:`` lines; configuration keeps its indentation."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in docstring.splitlines():
        start = re.match(rf"({'|'.join(SECTIONS)}):\s*(.*)", line)
        if start:
            current = found.setdefault(start[1], [start[2]])
        else:
            current.append(line)
    return {name: _dedented(found[name]) for name in SECTIONS if name in found}


def _dedented(lines: list[str]) -> str:
    return f"{lines[0]}\n{dedent(chr(10).join(lines[1:]))}".strip()
