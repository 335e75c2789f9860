"""What the MDN HTTP Observatory's outcomes are worth, as observatory.toml has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Observatory:
    """One version of MDN's rules: its tests in order, and what each outcome adds or costs."""

    version: str
    tests: Mapping[str, Mapping[str, int]]
    grades: tuple[tuple[str, int], ...]
    extra_credit_from: int
    hsts_long_enough: int

    def modifier(self, test: str, outcome: str) -> int:
        """Return what an outcome of a test adds to the score; negative where it costs."""
        return self.tests[test][outcome]

    def score(self, outcomes: Mapping[str, str]) -> int:
        """Return the score: additions count only where the costs leave enough."""
        modifiers = [self.modifier(test, outcome) for test, outcome in outcomes.items()]
        costs = 100 + sum(modifier for modifier in modifiers if modifier < 0)
        return max(0, 100 + sum(modifiers) if costs >= self.extra_credit_from else costs)

    def grade(self, score: int) -> str:
        """Return the grade of a score, ``A+`` to ``F``."""
        return next(grade for grade, least in self.grades if score >= least)


def read_observatory(document: dict[str, Any]) -> Observatory:
    """Return the rules of a document."""
    return Observatory(
        version=document["version"],
        tests={row["name"]: dict(row["outcomes"]) for row in document["test"]},
        grades=tuple((grade, least) for grade, least in document["grades"]),
        extra_credit_from=document["extra_credit_from"],
        hsts_long_enough=document["hsts_long_enough"],
    )
