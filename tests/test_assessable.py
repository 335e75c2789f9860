"""The assessable share: what hides its version does not pass unseen."""

from dataclasses import replace
from pathlib import Path

import pytest
from builders import found
from cities import ASSESSOR
from hypothesis import given
from hypothesis import strategies as st
from patch_evidence import generator
from software_runs import SOFTWARE, component, finding, item, on, runs

from secscan.assessable import Assessable, Seen, Share, assessable, components
from secscan.check import Outcome
from secscan.facts.support import State
from secscan.finding import Finding
from secscan.locale import words
from secscan.report.software import share_told

EN = words("en")


@pytest.mark.parametrize(
    ("state", "judged"),
    [
        (State.CURRENT, 1),
        (State.NEWER, 1),
        (State.OUTDATED, 1),
        (State.END_OF_LIFE, 1),
        (State.BACKPORTED, 0),
        (State.HIDDEN, 0),
        (State.UNKNOWN, 0),
    ],
)
def test_a_state_can_be_judged_or_not(state: State, judged: int) -> None:
    seen = Seen("a.example PHP", "php", state, Outcome.PARTIAL)
    assert assessable([seen]) == Assessable(judged, 1)
    unsure = replace(seen, outcome=Outcome.NOT_APPLICABLE)
    assert assessable([unsure]) == Assessable(0, 1)
    assert assessable([unsure, seen, unsure]) == Assessable(judged, 1)


def test_a_product_counts_once_for_each_address() -> None:
    seen = [
        Seen("a.example PHP in X-Powered-By", "php", "hidden", Outcome.NOT_APPLICABLE),
        Seen("a.example PHP", "php", "eol", Outcome.FAIL),
        Seen("a.example [IPv6] PHP", "php", "hidden", Outcome.NOT_APPLICABLE),
        Seen("a.example", "nginx", "hidden", Outcome.NOT_APPLICABLE),
    ]
    assert assessable(seen) == Assessable(1, 3)


outcomes = st.sampled_from(list(Outcome))


@given(st.lists(st.builds(Seen, st.text(), st.text(), st.sampled_from(list(State)), outcomes)))
def test_a_share_is_between_nothing_and_all(seen: list[Seen]) -> None:
    found = assessable(seen)
    assert 0 <= found.judged <= found.seen <= len(seen)
    assert (found.percent is None) == (not seen)
    assert assessable([*seen, *seen]) == found


def test_the_components_of_findings_are_those_of_the_store(tmp_path: Path) -> None:
    with runs(tmp_path, SOFTWARE) as results:
        stored = [seen for _, seen in results.store.components(results.run)]
        assert stored == components(SOFTWARE)
        assert results.share_of_site("yte.example") == Share(Assessable(3, 5))
        assert results.share_of_agency("so-y-te") == Share(Assessable(3, 5))
        assert results.share_of_agency("so-noi-vu").now.percent is None


def test_what_only_a_grant_shows_counts_nothing(tmp_path: Path) -> None:
    status = finding("exposure.status", item(Outcome.FAIL, component("nginx", "1.16.1", "eol")))
    with runs(tmp_path, [*SOFTWARE, replace(status, scored=False)]) as results:
        assert results.share_of_site("yte.example") == Share(Assessable(3, 5))
        shown = results.store.findings(results.run, "yte.example", ASSESSOR.fingerprint)
        assert assessable(components(shown)) == Assessable(3, 5)


def test_a_weak_sign_of_a_version_is_not_judged() -> None:
    """Of WordPress the generator alone is one place, which plugins change."""
    seen = components([found("patch.cms_supported", generator("WordPress 4.6.30"))])
    assert [one.state for one in seen] == [State.END_OF_LIFE]
    assert assessable(seen) == Assessable(0, 1)


def test_a_site_without_software_has_no_share(tmp_path: Path) -> None:
    with runs(tmp_path, [finding("patch.software", item(Outcome.PASS))]) as results:
        assert share_told(results.share_of_site("yte.example"), EN) is None


def shown(*states: str) -> list[Finding]:
    names = ("PHP", "nginx", "jQuery", "Drupal", "Bootstrap")
    told = [
        item(Outcome.PASS, component(name, "1", state))
        for name, state in zip(names, states, strict=False)
    ]
    return [finding("patch.software", *told)]


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("current eol", "current hidden", ", 50 points less than on 2026-01-01"),
        ("hidden current hidden", "current current eol", ", 67 points more than on 2026-01-01"),
        ("current", "eol", ", as on 2026-01-01"),
    ],
)
def test_the_change_is_told_in_points(tmp_path: Path, before: str, now: str, told: str) -> None:
    with runs(tmp_path, shown(*before.split()), shown(*now.split())) as results:
        share = results.share_of_site("yte.example")
        assert share == results.share_of_agency("so-y-te")
        assert share.since == on(1)
        assert (share_told(share, EN) or "").endswith(told)


def test_the_share_reads_as_a_sentence() -> None:
    assert share_told(Share(Assessable(3, 5)), EN) == "3 of 5 components assessable (60%)"
    grown = Share(Assessable(3, 5), Assessable(7, 10), on(8))
    assert share_told(grown, EN) == (
        "3 of 5 components assessable (60%), 10 points less than on 2026-08-01"
    )
