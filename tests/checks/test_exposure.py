import pytest
from builders import Cases, flat, found, hop, outcome_of, site
from certificate_builders import HOST

from secscan.evidence import Hop, Missing, MissingKind, Resource, SiteEvidence

HEAD = b"ref: refs/heads/main\n"


def answer(content: bytes, status: int = 200) -> Hop:
    return hop(f"https://{HOST}/.git/HEAD", status, (), content)


def granted(head: Hop | Missing, control: Hop | None = None) -> SiteEvidence:
    return site(
        resources=(
            Resource("control", control or answer(b"not found", 404)),
            Resource("git-head", head),
        )
    )


CASES: Cases = {
    "exposure.git_head": [
        ("404", granted(answer(b"", 404)), "pass"),
        ("a page for whatever is asked", granted(answer(b"<html>ref: refs/")), "pass"),
        ("the same for the control path", granted(answer(HEAD), answer(HEAD)), "pass"),
        ("a branch", granted(answer(HEAD)), "fail"),
        ("a commit", granted(answer(b"0123456789abcdef0123456789abcdef01234567\n")), "fail"),
        ("no answer", granted(Missing(MissingKind.TIMEOUT)), "not-tested"),
        ("no grant", site(), "not-applicable"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_what_needs_a_grant_is_not_scored() -> None:
    assert not found("exposure.git_head", site()).scored
