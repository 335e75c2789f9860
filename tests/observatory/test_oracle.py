"""MDN's program and secscan look at the made-up sites over the network, and say the same.

The sites have public addresses in a network namespace of the test's own. Where MDN's program has
changed, ``python tests/observatory/freeze.py`` keeps its new answers.
"""

import json
import string
import subprocess
from pathlib import Path
from random import Random

import pytest
from node_packages import installed, node
from observatory_answers import frozen, told
from observatory_cases import sites
from observatory_evidence import judged
from observatory_fields import random_policy
from observatory_look import Look, look_at_all
from secscan.checks.observatory_policy import PolicyFault, read_directives

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    return look_at_all(tmp_path_factory.mktemp("observatory"))


def test_mdns_answers_are_those_that_are_kept(look: Look) -> None:
    kept = frozen()
    assert {h: a for h, a in look.answers.items() if a != kept[h]} == {}


def test_secscan_says_what_mdn_says(look: Look) -> None:
    ours = {
        site.host: told(
            judged(look.evidence[site.host], look.facts, "observatory.grade")["observatory.grade"],
            look.answers[site.host],
        )
        for site in sites()
    }
    assert {h: a for h, a in look.answers.items() if a != ours[h]} == {}


def test_what_is_seen_is_what_is_made_up(look: Look) -> None:
    """Guard the tests that judge evidence without a look: both looks find the same pages."""
    unlike = [site.host for site in sites() if not look.agrees(site)]
    assert unlike == []


def test_policies_are_put_together_as_mdn_does() -> None:
    random = Random(7)  # noqa: S311 - the same in every run
    make = (random_policy, _soup)
    lists = [
        [random.choice(make)(random) for _ in range(random.randint(1, 3))] for _ in range(4000)
    ]
    script = Path(__file__).parent / "policies.mjs"
    command = [node(), str(script), str(installed())]
    done = subprocess.run(
        command, input=json.dumps(lists), capture_output=True, text=True, check=True, timeout=60
    )
    theirs = json.loads(done.stdout)
    unlike = [
        (policies, mdn)
        for policies, mdn in zip(lists, theirs, strict=True)
        if _read(policies) != mdn
    ]
    assert unlike == []


def _soup(random: Random) -> str:
    """Return a directive of sources that mean nothing, in which only their order matters."""
    letters = random.choice(["ab/", "ab-_.:/", "a'*%2", string.printable[:94].replace(";", "")])
    words = ("".join(random.choices(letters, k=random.randint(1, 4))) for _ in range(8))
    return f"img-src {' '.join(words)}"


def _read(policies: list[str]) -> dict[str, list[str]] | None:
    """Return what secscan reads, as MDN's parser tells it."""
    found = read_directives(policies)
    if isinstance(found, PolicyFault):
        return None
    names = {"": "_observatory_duplicate_key_warnings"}
    return {names.get(name, name): list(sources) for name, sources in found.items()}
