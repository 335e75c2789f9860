"""The arithmetic of the index: the design's examples, and its properties under hypothesis."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st
from scores import CONCLUSIVE, FAMILIES, POLICY, finding, judged

from secscan.check import Outcome, Severity
from secscan.evidence import MissingKind
from secscan.finding import Finding
from secscan.index import (
    NOTHING_TO_JUDGE,
    PARTLY_SEEN,
    SiteIndex,
    WeightedSite,
    agency_index,
    band,
    published,
    site_index,
)


def site(value: Fraction | int | None, coverage: int = 100) -> SiteIndex:
    exact = None if value is None else Fraction(value)
    state = "blocked" if value is None else None
    return SiteIndex(exact, state, Fraction(coverage), {}, exact, Fraction(1), None)


def test_family_is_the_weighted_share_of_credit() -> None:
    index = site_index(
        [
            finding("headers.a", Outcome.PASS, severity=Severity.MEDIUM),
            finding("headers.b", Outcome.FAIL, severity=Severity.LOW),
            finding("headers.c", Outcome.PARTIAL, Fraction(1, 2), Severity.LOW),
        ],
        POLICY,
    )
    assert index.families["headers"].value == Fraction(100 * (5 + Fraction(5, 4)), 10)
    assert index.value == Fraction(125, 2)


def test_families_are_weighted_over_those_that_apply() -> None:
    index = site_index([finding("transport.a"), finding("headers.b", Outcome.FAIL)], POLICY)
    assert index.value == Fraction(100 * 35, 60)


def test_a_failed_critical_check_leaves_a_fifth_and_a_high_one_the_rest() -> None:
    good = [finding(f"headers.c{n}") for n in range(3)]
    high = finding("headers.x", Outcome.FAIL, severity=Severity.HIGH)
    critical = finding("headers.y", Outcome.FAIL, severity=Severity.CRITICAL)
    assert site_index([*good, high], POLICY).factor == Fraction(69, 100)
    both = site_index([*good, high, critical], POLICY)
    assert (both.factor, both.factor_check) == (Fraction(1, 5), "headers.y")


def test_half_credit_brings_no_factor() -> None:
    half = finding("headers.x", Outcome.PARTIAL, Fraction(1, 2), Severity.HIGH)
    assert site_index([half], POLICY).factor == 1


def test_a_family_below_the_floor_takes_the_index_away() -> None:
    seen = finding("headers.a")
    lost = [
        replace(finding(f"headers.b{n}", Outcome.NOT_TESTED), cause=cause)
        for n, cause in enumerate([MissingKind.BLOCKED, MissingKind.BLOCKED, MissingKind.TIMEOUT])
    ]
    index = site_index([seen, *lost, finding("transport.c")], POLICY)
    assert (index.value, index.state) == (None, "blocked")
    assert index.families["headers"].coverage == 25
    assert index.coverage == Fraction(25 * 25 + 35 * 100, 60)


def test_silence_on_a_check_that_brings_a_factor_saves_nobody_the_factor() -> None:
    good = [finding(f"transport.c{n}") for n in range(9)]
    unseen = finding("transport.x", Outcome.NOT_TESTED, severity=Severity.HIGH)
    index = site_index([*good, unseen], POLICY)
    assert index.families["transport"].coverage > POLICY.floor["family"]
    assert (index.value, index.state) == (None, PARTLY_SEEN)


def test_what_is_unseen_takes_no_index_away_where_the_factor_is_in_force_already() -> None:
    good = [finding(f"transport.c{n}") for n in range(9)]
    unseen = finding("transport.x", Outcome.NOT_TESTED, severity=Severity.HIGH)
    failed = finding("transport.y", Outcome.FAIL, severity=Severity.HIGH)
    assert site_index([*good, unseen, failed], POLICY).factor == POLICY.factor["high"]
    assert site_index([*good, unseen, failed], POLICY).value is not None
    critical = finding("transport.z", Outcome.NOT_TESTED, severity=Severity.CRITICAL)
    assert site_index([*good, failed, critical], POLICY).value is None


def test_what_needs_a_grant_moves_nothing() -> None:
    findings = [finding("headers.a"), finding("headers.b", Outcome.FAIL)]
    granted = finding("exposure.x", Outcome.FAIL, severity=Severity.CRITICAL, scored=False)
    assert site_index([*findings, granted], POLICY) == site_index(findings, POLICY)


def test_nothing_applicable_is_a_state() -> None:
    index = site_index([finding("headers.a", Outcome.NOT_APPLICABLE)], POLICY)
    assert (index.value, index.state) == (None, NOTHING_TO_JUDGE)


def test_the_agency_feels_its_lowest_quarter() -> None:
    sites = [WeightedSite(str(n), 1, site(value)) for n, value in enumerate([100, 100, 100, 0])]
    index = agency_index(sites, POLICY)
    assert [index.mean, index.lowest, index.value] == [75, 0, Fraction(225, 4)]


def test_the_lowest_quarter_splits_the_site_it_ends_in() -> None:
    sites = [
        WeightedSite("a", 1, site(0)),
        WeightedSite("b", 3, site(80)),
        WeightedSite("c", 4, site(100)),
    ]
    assert agency_index(sites, POLICY).lowest == 40


def test_a_site_without_an_index_counts_nothing_in_coverage() -> None:
    sites = [WeightedSite("a", 3, site(90)), WeightedSite("b", 1, site(None))]
    index = agency_index(sites, POLICY)
    assert [index.value, index.coverage] == [90, 75]


def test_published_rounds_half_to_even() -> None:
    assert [published(Fraction(n, 20)) for n in (1, 3, 5, 1999)] == [
        Decimal("0"),
        Decimal("0.2"),
        Decimal("0.2"),
        Decimal("100"),
    ]


def test_bands_go_by_what_is_published() -> None:
    assert [band(Fraction(v), POLICY) for v in (90, "89.95", "89.94", 40, 39, 0)] == [
        "A", "A", "B", "E", "F", "F",
    ]  # fmt: skip


@given(judged())
def test_an_index_is_within_bounds_or_has_a_state(findings: list[Finding]) -> None:
    index = site_index(findings, POLICY)
    assert (index.value is None) != (index.state is None)
    assert index.value is None or 0 <= index.value <= 100
    assert 0 <= index.coverage <= 100


@given(judged(), st.randoms())
def test_order_does_not_matter(findings: list[Finding], random: object) -> None:
    mixed = list(findings)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = site_index(findings, POLICY), site_index(mixed, POLICY)
    assert replace(one, factor_check=None) == replace(other, factor_check=None)


@given(judged(CONCLUSIVE), st.data())
def test_every_fix_raises_the_index(findings: list[Finding], data: st.DataObject) -> None:
    faulty = [f for f in findings if f.credit < 1 and f.severity is not Severity.INFO]
    assume(faulty)
    chosen = data.draw(st.sampled_from(faulty))
    fixed = [
        replace(f, outcome=Outcome.PASS, credit=Fraction(1)) if f is chosen else f for f in findings
    ]
    before, after = site_index(findings, POLICY), site_index(fixed, POLICY)
    assert before.value is not None and after.value is not None
    assert after.value > before.value


@given(judged(CONCLUSIVE), st.data())
def test_more_credit_never_lowers_the_index(findings: list[Finding], data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(findings))
    lower, upper = sorted(data.draw(st.tuples(*[st.fractions(0, 1, max_denominator=9)] * 2)))

    def at(credit: Fraction) -> Fraction:
        outcome = Outcome.PASS if credit == 1 else Outcome.PARTIAL if credit else Outcome.FAIL
        changed = replace(chosen, outcome=outcome, credit=credit)
        value = site_index([changed if f is chosen else f for f in findings], POLICY).value
        return Fraction(-1) if value is None else value  # information only: no index either way

    assert at(lower) <= at(upper)


@given(judged(CONCLUSIVE), st.sampled_from(FAMILIES), st.sampled_from(list(CONCLUSIVE[::2])))
def test_a_new_check_never_moves_another_family(
    findings: list[Finding], family: str, outcome: Outcome
) -> None:
    before = site_index(findings, POLICY)
    after = site_index([*findings, finding(f"{family}.new", outcome)], POLICY)
    for name, index in before.families.items():
        assert name == family or after.families[name] == index


SITES = st.lists(
    st.tuples(st.fractions(0, 100, max_denominator=50), st.integers(1, 4)), min_size=1, max_size=8
)


@given(SITES, st.data())
def test_an_agency_gains_by_every_site_that_gains(
    sites: list[tuple[Fraction, int]], data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, len(sites) - 1))
    assume(sites[position][0] < 100)

    def agency(rows: list[tuple[Fraction, int]]) -> Fraction:
        weighted = [WeightedSite(str(n), w, site(v)) for n, (v, w) in enumerate(rows)]
        value = agency_index(weighted, POLICY).value
        assert value is not None and 0 <= value <= 100
        return value

    raised = list(sites)
    raised[position] = (Fraction(sites[position][0] + 100) / 2, sites[position][1])
    assert agency(raised) > agency(sites)
    assert agency(sites[::-1]) == agency(sites)
