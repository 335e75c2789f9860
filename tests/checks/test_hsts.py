"""Strict-Transport-Security: which rule of its grammar a value breaks, and the preload list."""

import pytest
from builders import Cases, changed, flat, found, outcome_of, site
from certificate_builders import HOST
from hypothesis import given
from hypothesis import strategies as st

from secscan.evidence import SiteEvidence

HSTS = "Strict-Transport-Security"


def sending(*values: str, host: str = HOST) -> SiteEvidence:
    lines: list[tuple[str, str | None]] = [(HSTS, value) for value in values] or [(HSTS, None)]
    return site(host=host, headers=changed(*lines))


CASES: Cases = {
    "headers.hsts": [
        ("two policies in one line", sending("max-age=31536000, max-age=31536000"), "fail"),
        ("only the first line is read", sending("max-age", "max-age=31536000"), "fail"),
        ("a quoted string without end", sending('max-age="31536000'), "fail"),
        ("a minus", sending("max-age=-31536000"), "fail"),
        ("includeSubDomains with a value", sending("max-age=1; includeSubDomains=true"), "fail"),
        ("empty", sending(""), "fail"),
        ("longer than anybody lives", sending(f"max-age={'9' * 100}"), "pass"),
        ("preloaded by its parent", sending("max-age=31536000", host="portal.dev"), "pass"),
        ("preloaded, and no header", sending(host="portal.dev"), "fail"),
        ("preloaded, and a short one", sending("max-age=60", host="portal.dev"), "partial 1/4"),
    ]
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("max-age=1, max-age=1", "no list of directives"),
        ("max-age=1; max-age=1", "twice"),
        ("includeSubDomains", "no max-age"),
        ("max-age=abc", "no number of seconds"),
        ("max-age=1; includeSubDomains=1", "takes no value"),
    ],
)
def test_the_broken_rule_is_named(value: str, told: str) -> None:
    reason = found("headers.hsts", sending(value)).reason
    assert told in reason.template
    assert dict(reason.data)["value"] == value


def test_a_preloaded_parent_is_named_beside_the_verdict() -> None:
    missing = found("headers.hsts", sending(host="portal.dev"))
    assert [(item.subject, str(item.outcome)) for item in missing.items] == [
        (f"portal.dev {HSTS}", "fail"),
        ("portal.dev preload list", "pass"),
    ]
    assert dict(missing.items[1].reason.data) == {"name": "dev"}
    assert len(found("headers.hsts", sending()).items) == 1


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(["portal.dev", HOST]))
def test_a_longer_age_never_ranks_lower(one: int, other: int, host: str) -> None:
    short, long = sorted((one, other))
    absent, weak, strong = (
        found("headers.hsts", evidence).credit
        for evidence in (
            sending(host=host),
            sending(f"max-age={short}", host=host),
            sending(f"max-age={long}; includeSubDomains; preload", host=host),
        )
    )
    assert absent <= weak <= strong
