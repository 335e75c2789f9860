"""Findings and policies for tests of the arithmetic."""

from fractions import Fraction

from hypothesis import strategies as st

from secscan.check import Outcome, Reason, Severity
from secscan.finding import Finding
from secscan.policy import load_policy

POLICY = load_policy()
FAMILIES = sorted(POLICY.family)


def finding(
    check_id: str = "headers.hsts",
    outcome: Outcome = Outcome.PASS,
    credit: Fraction | None = None,
    severity: Severity = Severity.MEDIUM,
    *,
    family: str | None = None,
    scored: bool = True,
) -> Finding:
    if credit is None:
        credit = Fraction(1) if outcome is Outcome.PASS else Fraction(0)
    return Finding(
        site_id="s",
        check_id=check_id,
        family=family or check_id.split(".")[0],
        severity=severity,
        scored=scored,
        outcome=outcome,
        credit=credit,
        reason=Reason.of("because"),
        items=(),
    )


@st.composite
def judged(draw: st.DrawFn, outcomes: tuple[Outcome, ...] = tuple(Outcome)) -> list[Finding]:
    """Draw findings of one site, each of another check."""
    found = []
    for number in range(draw(st.integers(1, 14))):
        outcome = draw(st.sampled_from(outcomes))
        credit = None
        if outcome is Outcome.PARTIAL:
            credit = draw(st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20))
        family = draw(st.sampled_from(FAMILIES))
        severity = draw(st.sampled_from(list(Severity)))
        found.append(finding(f"{family}.c{number}", outcome, credit, severity))
    return found


CONCLUSIVE = (Outcome.PASS, Outcome.PARTIAL, Outcome.FAIL)
