"""Where MDN's word and secscan's own verdict differ, a standard has it so."""

from collections import Counter

import pytest
from observatory_answers import frozen
from observatory_cases import Site, sites
from observatory_differences import KNOWN, explained
from observatory_evidence import evidence_of, judged, world_facts
from observatory_table import TABLE

ANSWERS = frozen()
GRADED = [site for site in sites() if "outcomes" in ANSWERS[site.host]]


def ours(site: Site) -> dict[str, str]:
    """Return what secscan's own checks say of a site."""
    check_ids = {check_id for check_id, _ in TABLE.values()}
    found = judged(evidence_of(site), world_facts(), *check_ids)
    return {check_id: str(finding.outcome) for check_id, finding in found.items()}


def test_the_table_has_each_word_of_mdns() -> None:
    words = {word for test in world_facts().observatory.tests.values() for word in test}
    assert words - TABLE.keys() == {
        "cross-origin-resource-sharing-implemented-with-universal-access"
    }


@pytest.mark.parametrize("site", GRADED, ids=lambda site: site.host)
def test_each_difference_has_a_name(site: Site) -> None:
    verdicts = ours(site)
    for word in ANSWERS[site.host]["outcomes"].values():
        check_id, expected = TABLE[word]
        verdict = verdicts[check_id]
        assert verdict in expected or any(explained(site, word, verdict)), (word, verdict)


def test_the_known_differences_are_all_shown() -> None:
    shown: Counter[str] = Counter()
    for site in GRADED:
        verdicts = ours(site)
        words = ANSWERS[site.host]["outcomes"].values()
        found = {d.name for w in words for d in explained(site, w, verdicts[TABLE[w][0]])}
        shown.update(found)
    assert [one.name for one in KNOWN if shown[one.name] < 10] == []
