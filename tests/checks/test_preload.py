"""Ready for the preload list, on it, or not asking for it, which is no fault."""

from dataclasses import replace

import pytest
from builders import Cases, changed, flat, found, hop, outcome_of, redirect, site, without_https
from certificate_builders import HOST

from secscan.evidence import Hop, Missing, MissingKind, SiteEvidence

HSTS = "Strict-Transport-Security"
READY = "max-age=31536000; includeSubDomains; preload"
APEX = "portal.example"


def asking(
    value: str | None = READY, host: str = APEX, plain: list[Hop] | Missing | None = None
) -> SiteEvidence:
    return site(host=host, headers=changed((HSTS, value)), plain=plain)


def without_http() -> SiteEvidence:
    """Return the evidence of an https URL on a port of its own, which has no plain twin."""
    return replace(asking(), endpoints=asking().endpoints[1:])


CASES: Cases = {
    "preload.readiness": [
        ("ready", asking(), "pass"),
        ("plain HTTP is closed", asking(plain=Missing(MissingKind.REFUSED)), "pass"),
        ("plain HTTP gives no answer", asking(plain=Missing(MissingKind.TIMEOUT)), "not-tested"),
        ("nobody asked for plain HTTP", without_http(), "not-tested"),
        ("not asked for", asking("max-age=31536000; includeSubDomains"), "not-applicable"),
        ("no header", asking(None), "not-applicable"),
        ("an invalid header", asking(f"{READY}, {READY}"), "not-applicable"),
        ("eleven months", asking(READY.replace("31536000", "31535999")), "fail"),
        ("without subdomains", asking("max-age=31536000; preload"), "fail"),
        ("a name below a registered one", asking(host=HOST), "fail"),
        ("an address", asking(host="203.0.113.7"), "fail"),
        (
            "http:// leads elsewhere first",
            asking(plain=[redirect(f"http://{APEX}/", f"https://{HOST}/"), hop()]),
            "fail",
        ),
        ("http:// is served", asking(plain=[hop(f"http://{APEX}/")]), "fail"),
        ("preloaded by its parent", asking(None, "portal.dev"), "pass"),
        ("preloaded itself", asking("max-age=0", "acb.com.vn"), "pass"),
        ("no HTTPS", without_https(), "fail"),
        ("a firewall", site(hops=(hop(status=403),)), "not-tested"),
    ]
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_each_condition_is_an_item() -> None:
    items = found("preload.readiness", asking("max-age=60; preload", HOST)).items
    assert {item.subject.removeprefix(f"{HOST} "): str(item.outcome) for item in items} == {
        "domain": "fail",
        "max-age": "fail",
        "includeSubDomains": "fail",
        "http://": "pass",
    }


def test_what_is_not_on_our_list_is_not_called_absent_from_the_list() -> None:
    reason = found("preload.readiness", asking(None)).reason
    assert "nor is known to be on it" in reason.template
    assert dict(reason.data)["day"] == "2025-01-01"
