"""secscan's grade is MDN's: on every made-up site it says what MDN's own program said of it.

MDN's answers are kept in answers.json.gz; ``make oracles`` asks the program again.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from observatory_answers import UNREACHABLE, frozen, told
from observatory_cases import COUNT, Site, sites
from observatory_evidence import evidence_of, judged, world_facts

ANSWERS = frozen()


@pytest.mark.parametrize("site", sites(), ids=lambda site: site.host)
def test_the_grade_is_mdns(site: Site) -> None:
    finding = judged(evidence_of(site), world_facts(), "observatory.grade")["observatory.grade"]
    assert told(finding, ANSWERS[site.host]) == ANSWERS[site.host]


def test_each_outcome_of_mdns_is_reached() -> None:
    seen = Counter(o for one in ANSWERS.values() for o in _outcomes(one).values())
    known = [o for test in world_facts().observatory.tests.values() for o in test]
    assert [o for o in known if seen[o] < 10] == list(UNREACHABLE)
    assert not set(seen) - set(known)
    assert len(ANSWERS) >= COUNT >= 500


def _outcomes(answer: Mapping[str, Any]) -> Mapping[str, str]:
    found: Mapping[str, str] = answer.get("outcomes", {})
    return found
