import pytest
from builders import Cases, changed, flat, outcome_of, site, without_https

from secscan.evidence import SiteEvidence

COEP = "Cross-Origin-Embedder-Policy"
CORP = "Cross-Origin-Resource-Policy"
JSON = ("Content-Type", "application/json")


def sent(name: str, *values: str) -> SiteEvidence:
    lines: list[tuple[str, str | None]] = [(name, value) for value in values] or [(name, None)]
    return site(headers=changed(*lines))


CASES: Cases = {
    "isolation.embedder_policy": [
        ("require-corp", sent(COEP, "require-corp"), "pass"),
        ("credentialless", sent(COEP, 'credentialless; report-to="a"'), "pass"),
        ("unsafe-none", sent(COEP, "unsafe-none"), "fail"),
        ("a string is no token", sent(COEP, '"require-corp"'), "fail"),
        ("twice is no item", sent(COEP, "require-corp", "require-corp"), "fail"),
        ("absent", sent(COEP), "fail"),
        ("plain HTTP", without_https(headers=changed((COEP, "require-corp"))), "fail"),
        ("JSON", site(headers=changed(JSON)), "not-applicable"),
    ],
    "isolation.resource_policy": [
        ("same-origin", sent(CORP, "same-origin"), "pass"),
        ("same-site", sent(CORP, "same-site"), "pass"),
        ("cross-origin", sent(CORP, "cross-origin"), "partial 1/2"),
        ("another case", sent(CORP, "Same-Origin"), "fail"),
        ("twice", sent(CORP, "same-origin", "same-origin"), "fail"),
        ("absent", sent(CORP), "fail"),
        ("JSON", site(headers=changed(JSON)), "pass"),
        ("JSON without", site(headers=changed(JSON, (CORP, None))), "fail"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown
