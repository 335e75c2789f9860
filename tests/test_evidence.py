"""Evidence goes through JSON unchanged, and bodies are kept apart."""

import json
from typing import Any

import pytest
from builders import outcome_of, site, without_https
from hypothesis import given
from hypothesis import strategies as st

from secscan.errors import SecscanError
from secscan.evidence import (
    Header,
    Missing,
    MissingKind,
    SiteEvidence,
    Tls,
    dump,
    is_unknown,
    load,
    same_site,
)

CASES = [site(), without_https(), site(https=Missing(MissingKind.TIMEOUT, "x"))]


@pytest.mark.parametrize("evidence", CASES, ids=["good", "no https", "missing"])
def test_what_is_dumped_is_loaded(evidence: SiteEvidence) -> None:
    text, bodies = dump(evidence)
    assert load(text, bodies) == evidence
    assert dump(load(text, bodies)) == (text, bodies)
    assert all(raw.decode("latin-1") not in text for raw in bodies.values())


@given(st.binary(max_size=60))
def test_no_byte_of_a_header_is_lost(value: bytes) -> None:
    line = Header("X-Sent", value.decode("latin-1"))
    good = site()
    text, _ = dump(good)
    document = json.loads(text)
    chain = document["evidence"]["endpoints"][0]["http"]["hops"][0]["headers"]
    chain.append({"name": line.name, "value": line.value})
    loaded = load(json.dumps(document), {})
    http = loaded.endpoints[0].http
    assert not isinstance(http, Missing)
    assert http.hops[0].headers[-1].value.encode("latin-1") == value


def test_stored_evidence_that_does_not_fit_is_told() -> None:
    with pytest.raises(SecscanError, match="does not fit schema"):
        load('{"schema": 1, "evidence": {"site_id": 3}}', {})


OLD_TLS: dict[str, Any] = {
    "hellos": [
        {
            "purpose": "ordinary",
            "version": "TLS 1.0 to TLS 1.3",
            "suites_offered": 60,
            "answer": {
                "version": "TLS 1.3",
                "suite": "TLS_AES_256_GCM_SHA384",
                "key_exchange": "X25519",
            },
        },
        {
            "purpose": "version",
            "version": "TLS 1.0",
            "suites_offered": 121,
            "answer": {"alert": "alert protocol version"},
        },
    ],
    "certificates": ["MAA="],
}


def test_what_the_first_schema_held_is_kept_but_its_refusals_prove_nothing() -> None:
    document = json.loads(dump(site())[0])
    document["schema"] = 1
    document["evidence"]["endpoints"][1]["tls"] = OLD_TLS
    tls = load(json.dumps(document), {}).endpoints[1].tls
    assert isinstance(tls, Tls)
    assert tls.accepted() == {"TLS 1.3": ("TLS_AES_256_GCM_SHA384",)}
    assert tls.certificates == (b"0\x00",)
    assert is_unknown(tls, "TLS 1.0")


@pytest.mark.parametrize(
    "check_id",
    [
        "handshake.extended_master_secret",
        "handshake.secure_renegotiation",
        "handshake.heartbeat",
        "mozilla.profile",
    ],
)
def test_what_the_first_schema_did_not_keep_is_not_tested(check_id: str) -> None:
    document = json.loads(dump(site())[0])
    document["schema"] = 1
    greeting = OLD_TLS["hellos"][0] | {"version": "TLS 1.2"}
    greeting["answer"] = {
        "version": "TLS 1.2",
        "suite": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "key_exchange": "X25519",
    }
    document["evidence"]["endpoints"][1]["tls"] = OLD_TLS | {"hellos": [greeting]}
    assert outcome_of(check_id, load(json.dumps(document), {})) == "not-tested"


@pytest.mark.parametrize(
    ("asked", "final", "same"),
    [
        ("a.example", "a.example", True),
        ("a.example", "www.a.example", True),
        ("www.a.example", "a.example", True),
        ("a.example", "portal.a.example", True),
        ("portal.a.example", "a.example", False),
        ("a.example", "b.example", False),
        ("a.example", "ba.example", False),
    ],
)
def test_a_redirect_to_the_parent_leads_to_another_site(asked: str, final: str, same: bool) -> None:
    assert same_site(asked, final) is same
