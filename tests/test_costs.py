"""Costs add up exactly, and as printed; gains are the index computed again."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from scores import CONCLUSIVE, POLICY, finding, judged

from secscan.check import Outcome, Severity
from secscan.costs import Cost, costs, gains, shown, shown_costs
from secscan.finding import Finding
from secscan.index import published, site_index


@given(judged())
def test_costs_add_up_to_what_is_missing(findings: list[Finding]) -> None:
    index = site_index(findings, POLICY)
    lines = costs(findings, index, POLICY)
    if index.value is None:
        assert lines == ()
    else:
        assert sum(line.points for line in lines) == 100 - index.value
        assert all(line.points > 0 for line in lines)


@given(judged(CONCLUSIVE))
def test_costs_add_up_as_printed(findings: list[Finding]) -> None:
    index = site_index(findings, POLICY)
    printed = shown_costs(costs(findings, index, POLICY), index)
    if index.value is not None:
        assert sum(printed, Decimal(0)) == 100 - published(index.value)


@given(judged(CONCLUSIVE))
def test_every_cost_has_a_gain(findings: list[Finding]) -> None:
    index = site_index(findings, POLICY)
    gained = gains(findings, index, POLICY)
    assert {line.check_id for line in costs(findings, index, POLICY)} == set(gained)
    assert all(points > 0 for points in gained.values())


def test_the_factor_is_a_line_of_its_own() -> None:
    findings = [finding("headers.a"), finding("headers.b", Outcome.FAIL, severity=Severity.HIGH)]
    index = site_index(findings, POLICY)
    lines = costs(findings, index, POLICY)
    assert lines == (
        Cost("headers.b", Fraction(60)),
        Cost("headers.b", Fraction(40) * Fraction(31, 100), by_factor=True),
    )
    assert gains(findings, index, POLICY) == {"headers.b": 100 - Fraction(40) * Fraction(69, 100)}


@given(st.lists(st.fractions(0, 50, max_denominator=97), min_size=1, max_size=9))
def test_shown_parts_add_up_and_move_less_than_a_tenth(parts: list[Fraction]) -> None:
    total = published(sum(parts, Fraction(0)))
    printed = shown(parts, total)
    assert sum(printed, Decimal(0)) == total
    for part, print_ in zip(parts, printed, strict=True):
        assert abs(Fraction(print_) - part) <= Fraction(1, 10)
