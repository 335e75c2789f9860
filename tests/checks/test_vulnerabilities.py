from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from builders import Cases, flat, found, outcome_of, site, without_https
from certificate_builders import AT

from secscan.evidence import (
    Deep,
    Missing,
    MissingKind,
    Renegotiation,
    Resumption,
    RevocationList,
    SiteEvidence,
    dump,
    load,
)

SILENT = Missing(MissingKind.TIMEOUT, "sslyze came to no end in time")
DAY = timedelta(days=1)
ONLY_13 = "SERVER_IS_TLS_1_3_ONLY"
FULLY, NOT = "FULLY_SUPPORTED", "NOT_SUPPORTED"


def listed(
    revoked_at: datetime | None = None,
    verified: bool = True,
    until: datetime | None = AT + DAY,
) -> RevocationList:
    return RevocationList("http://ca.example/1.crl", verified, AT - DAY, until, revoked_at)


GOOD = Deep(
    heartbleed=False,
    ccs_injection=False,
    robot="NOT_VULNERABLE_NO_ORACLE",
    renegotiation=Renegotiation(secure=True, client=False),
    resumption=Resumption(FULLY, FULLY),
    early_data=False,
    revocation=(listed(),),
)


def looked(deep: Deep | Missing | None = None, **changes: Any) -> SiteEvidence:
    """Return a good site with what a deep look at it brought."""
    evidence = site()
    plain, secure = evidence.endpoints
    return replace(
        evidence, endpoints=(plain, replace(secure, deep=deep or replace(GOOD, **changes)))
    )


CASES: Cases = {
    "vulnerabilities.heartbleed": [
        ("not there", looked(), "pass"),
        ("there", looked(heartbleed=True), "fail"),
        ("no answer", looked(heartbleed=SILENT), "not-tested"),
        ("no look", looked(SILENT), "not-tested"),
        ("no grant", site(), "not-applicable"),
        ("no HTTPS", without_https(), "not-applicable"),
    ],
    "vulnerabilities.ccs_injection": [
        ("not there", looked(), "pass"),
        ("there", looked(ccs_injection=True), "fail"),
        ("no answer", looked(ccs_injection=SILENT), "not-tested"),
        ("no grant", site(), "not-applicable"),
    ],
    "vulnerabilities.robot": [
        ("no oracle", looked(), "pass"),
        ("no RSA", looked(robot="NOT_VULNERABLE_RSA_NOT_SUPPORTED"), "pass"),
        ("weak", looked(robot="VULNERABLE_WEAK_ORACLE"), "fail"),
        ("strong", looked(robot="VULNERABLE_STRONG_ORACLE"), "fail"),
        ("now so, now so", looked(robot="UNKNOWN_INCONSISTENT_RESULTS"), "not-tested"),
        ("no answer", looked(robot=SILENT), "not-tested"),
    ],
    "vulnerabilities.client_renegotiation": [
        ("refused", looked(), "pass"),
        ("bound", looked(renegotiation=Renegotiation(True, True)), "fail"),
        ("not bound", looked(renegotiation=Renegotiation(False, True)), "fail"),
        ("no answer", looked(renegotiation=SILENT), "not-tested"),
    ],
    "vulnerabilities.early_data": [
        ("refused", looked(), "pass"),
        ("accepted", looked(early_data=True), "fail"),
        ("no answer", looked(early_data=SILENT), "not-tested"),
    ],
    "vulnerabilities.session_resumption": [
        ("both ways", looked(), "pass"),
        ("by identifier", looked(resumption=Resumption(FULLY, NOT)), "pass"),
        ("by ticket", looked(resumption=Resumption("PARTIALLY_SUPPORTED", FULLY)), "pass"),
        ("not at all", looked(resumption=Resumption(NOT, NOT)), "fail"),
        ("TLS 1.3 only", looked(resumption=Resumption(ONLY_13, ONLY_13)), "not-applicable"),
        ("no answer", looked(resumption=SILENT), "not-tested"),
    ],
    "vulnerabilities.revoked": [
        ("not on the list", looked(), "pass"),
        ("one of two", looked(revocation=(SILENT, listed())), "pass"),
        ("on the list", looked(revocation=(listed(), listed(AT - DAY))), "fail"),
        ("an old list", looked(revocation=(listed(until=AT - DAY),)), "not-tested"),
        ("a list without end", looked(revocation=(listed(until=None),)), "not-tested"),
        ("on an old list", looked(revocation=(listed(AT - DAY, until=AT - DAY),)), "fail"),
        ("a stranger's list", looked(revocation=(listed(AT - DAY, False),)), "not-tested"),
        ("no list came", looked(revocation=(SILENT,)), "not-tested"),
        ("no list is named", looked(revocation=()), "not-applicable"),
        ("no certificate", looked(revocation=SILENT), "not-tested"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


@pytest.mark.parametrize("check_id", CASES)
def test_what_needs_a_grant_is_not_scored(check_id: str) -> None:
    assert not found(check_id, looked()).scored


@pytest.mark.parametrize(
    "evidence",
    [looked(), looked(SILENT), looked(revocation=(listed(AT), SILENT), robot=SILENT), site()],
)
def test_a_deep_look_survives_storage(evidence: SiteEvidence) -> None:
    assert load(*dump(evidence)) == evidence
