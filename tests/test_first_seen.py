"""First seen: a series of runs that ends only where something was seen to be gone."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from cities import ASSESSOR
from software_runs import EXPLOITED, SITE, component, finding, item, on, runs, stored

from secscan.check import Outcome
from secscan.evidence import MissingKind
from secscan.finding import Finding
from secscan.ranking import load_criteria
from secscan.results import load_results
from secscan.store import Store

BAD = finding("patch.software", item(Outcome.FAIL, component()))
NEWER = finding(
    "patch.software", item(Outcome.PARTIAL, component("PHP", "8.0.1", "outdated", EXPLOITED))
)
GOOD = finding("patch.software", item(Outcome.PASS, component("PHP", "8.5.1", "current")))
OTHER = finding("patch.software", item(Outcome.FAIL, component("nginx", "1.0.0")))
HIDDEN = finding(
    "patch.software", item(Outcome.FAIL, component("nginx", "1.0.0")),
    item(Outcome.NOT_APPLICABLE, component("PHP", "", "hidden")),
)  # fmt: skip
CONCEALED = finding("patch.software", item(Outcome.NOT_APPLICABLE, component("PHP", "", "hidden")))
UNKNOWN = finding("patch.software", item(Outcome.NOT_APPLICABLE, component("PHP", "8", "unknown")))
GONE = finding("patch.software", item(Outcome.NOT_APPLICABLE))
NO_LOOK = replace(GONE, cause=MissingKind.NOT_GRANTED)
HALF_SEEN = finding("patch.software", item(Outcome.NOT_APPLICABLE), item(Outcome.NOT_TESTED))
UNSEEN = finding("patch.software", item(Outcome.NOT_TESTED))
PARTLY = finding(
    "patch.software", item(Outcome.FAIL, component("nginx", "1.0.0")), item(Outcome.NOT_TESTED)
)
FAULT = finding("patch.software", item(Outcome.ERROR))


@pytest.mark.parametrize(
    ("what", "seen", "month"),
    [
        ("seen once", [[BAD]], 1),
        ("bad all along", [[BAD], [BAD], [BAD]], 1),
        ("another version of it is no other fault", [[BAD], [NEWER]], 1),
        ("mended and broken again", [[BAD], [GOOD], [BAD]], 3),
        ("good before", [[GOOD], [BAD], [BAD]], 2),
        ("no longer there, and back", [[BAD], [OTHER], [BAD]], 3),
        ("the site was not in the run", [[BAD], [], [BAD]], 1),
        ("the check was not run", [[BAD], [replace(GOOD, check_id="patch.x")], [BAD]], 1),
        ("the check was not tested", [[BAD], [UNSEEN], [BAD]], 1),
        ("the check failed itself", [[BAD], [FAULT], [BAD]], 1),
        ("one address was not seen", [[BAD], [PARTLY], [BAD]], 1),
        ("the version was hidden for a while", [[BAD], [HIDDEN], [BAD]], 1),
        ("it alone was there, and hidden", [[BAD], [CONCEALED], [BAD]], 1),
        ("it showed a version that tells nothing", [[BAD], [UNKNOWN], [BAD]], 1),
        ("there was nothing to judge, and it is back", [[BAD], [GONE], [BAD]], 3),
        ("nothing to judge, and not all was seen", [[BAD], [HALF_SEEN], [BAD]], 1),
        ("no leave to look", [[BAD], [NO_LOOK], [BAD]], 1),
        ("never bad before what was not seen", [[GOOD], [UNSEEN], [BAD]], 3),
    ],
)  # fmt: skip
def test_since_when(tmp_path: Path, what: str, seen: list[list[Finding]], month: int) -> None:
    with runs(tmp_path, *seen) as results:
        last = seen[-1][0]
        assert results.seen_since(last, last.items[0]) == on(month), what
        assert len(results.first_seen) == 1


def test_what_is_in_order_was_never_first_seen(tmp_path: Path) -> None:
    with runs(tmp_path, [BAD], [GOOD]) as results:
        assert results.first_seen == {}
        assert results.seen_since(GOOD, GOOD.items[0]) is None


def test_another_judgement_begins_no_series_anew(tmp_path: Path) -> None:
    with Store(tmp_path / "secscan.db", create=True) as store:
        first = stored(store, on(1), [BAD])
        with sqlite3.connect(store.path) as db:
            for table in ("finding", "score", "judgement", "run"):
                db.execute(f"UPDATE {table} SET fingerprint = 'older'")  # noqa: S608 - of ours
        stored(store, on(2), [BAD])
        results = load_results(store, load_criteria())
        assert results.seen_since(BAD, BAD.items[0]) == on(1)
        assert results.before is None
        assert first.fingerprint == ASSESSOR.fingerprint


def test_a_run_that_was_not_finished_says_nothing(tmp_path: Path) -> None:
    with runs(tmp_path, [BAD], [GOOD], [BAD]) as results:
        with sqlite3.connect(results.store.path) as db:
            db.execute("UPDATE run SET finished_at = NULL WHERE id = 2")
        assert results.seen_since(BAD, BAD.items[0]) == on(1)


def test_an_earlier_run_is_told_as_it_was(tmp_path: Path) -> None:
    with runs(tmp_path, [GOOD], [BAD], [GOOD]) as results:
        second = load_results(results.store, load_criteria(), 2)
        assert second.first_seen == {(SITE, "patch.software", f"{SITE} PHP"): on(2)}
