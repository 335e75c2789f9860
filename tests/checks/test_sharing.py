import pytest
from builders import GOOD_HEADERS, GOOD_HTML, Cases, changed, flat, found, hop, outcome_of, site

from secscan.evidence import Hop, Missing, MissingKind, SiteEvidence
from secscan.evidence.schemes import FOREIGN_ORIGIN

ALLOW = "Access-Control-Allow-Origin"
CREDENTIALS = ("Access-Control-Allow-Credentials", "true")
BLOCKED = Missing(MissingKind.BLOCKED, "403")
OVER_BUDGET = Missing(MissingKind.OVER_BUDGET)
TIMEOUT = Missing(MissingKind.TIMEOUT)


def sent(*lines: tuple[str, str]) -> SiteEvidence:
    """Return a site that sends these lines whoever asks."""
    return site(headers=changed(*lines))


def read(*lines: tuple[str, str], status: int = 200) -> Hop:
    """Return the answer to another origin."""
    return hop(status=status, headers=(*GOOD_HEADERS, *lines), content=GOOD_HTML.encode())


def asked(
    *lines: tuple[str, str], status: int = 200, preflight: Hop | Missing | None = None
) -> SiteEvidence:
    """Return a site that answers another origin with these lines."""
    return site(cross_origin=read(*lines, status=status), preflight=preflight)


REFLECTED = (ALLOW, FOREIGN_ORIGIN)
AGREED = hop(status=204, headers=(REFLECTED, CREDENTIALS))

CASES: Cases = {
    "headers.cross_origin_sharing": [
        ("not shared", site(), "pass"),
        ("public, without credentials", sent((ALLOW, "*")), "pass"),
        ("one site", sent((ALLOW, "https://a.example")), "pass"),
        ("one site with credentials", sent((ALLOW, "https://a.example"), CREDENTIALS), "pass"),
        ("null", sent((ALLOW, "null")), "pass"),
        ("null with credentials", sent((ALLOW, "null"), CREDENTIALS), "fail"),
        ("null to others, with credentials", asked((ALLOW, "null"), CREDENTIALS), "fail"),
        ("everybody with credentials", sent((ALLOW, "*"), CREDENTIALS), "pass"),
        ("whoever asks", asked(REFLECTED), "pass"),
        ("whoever asks, with credentials", asked(REFLECTED, CREDENTIALS), "fail"),
        ("on an error", asked(REFLECTED, CREDENTIALS, status=500), "fail"),
        (
            "credentials in another spelling",
            asked(REFLECTED, ("Access-Control-Allow-Credentials", "True")),
            "pass",
        ),
        ("several values", sent((ALLOW, "null"), (ALLOW, "null"), CREDENTIALS), "pass"),
        ("a list", sent((ALLOW, "https://a.example, https://b.example"), CREDENTIALS), "pass"),
        ("a preflight that agrees to all", asked(preflight=AGREED), "partial 1/2"),
        (
            "a preflight that refuses in the same words",
            asked(preflight=hop(status=403, headers=(REFLECTED, CREDENTIALS))),
            "pass",
        ),
        ("a preflight that a firewall answered", asked(preflight=BLOCKED), "not-tested"),
        ("a preflight beyond the budget", asked(preflight=OVER_BUDGET), "not-tested"),
        (
            "whoever asks, the preflight blocked",
            asked(REFLECTED, CREDENTIALS, preflight=BLOCKED),
            "fail",
        ),
        ("no answer to the preflight", asked(preflight=TIMEOUT), "pass"),
        ("a preflight refused", asked(preflight=hop(status=403)), "pass"),
        ("the read was blocked", site(cross_origin=BLOCKED), "not-tested"),
        ("the read failed", asked(status=503), "not-tested"),
        ("an origin refused", asked(status=400), "pass"),
        (
            "the page itself, though the read was blocked",
            site(headers=changed((ALLOW, "null"), CREDENTIALS), cross_origin=BLOCKED),
            "fail",
        ),
        (
            "the page itself, though nothing else was answered",
            site(
                headers=changed((ALLOW, "null"), CREDENTIALS),
                preflight=TIMEOUT,
                cross_origin=hop(status=429),
            ),
            "fail",
        ),
        ("neither", site(preflight=BLOCKED, cross_origin=BLOCKED), "not-tested"),
        (
            "JSON",
            site(
                headers=changed(("Content-Type", "application/json")),
                cross_origin=read(REFLECTED, CREDENTIALS),
            ),
            "fail",
        ),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (site(), "with no other site"),
        (asked(REFLECTED), "with everybody, without"),
        (sent((ALLOW, "*"), CREDENTIALS), "browsers refuse"),
        (sent((ALLOW, "*"), (ALLOW, "*")), "is not valid"),
        (sent((ALLOW, "https://a.example")), "with one site"),
    ],
)
def test_the_reason_says_with_whom(evidence: SiteEvidence, reason: str) -> None:
    assert reason in found("headers.cross_origin_sharing", evidence).reason.template
