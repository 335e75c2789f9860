"""Mozilla's profiles are as Mozilla wrote them: 5.7 as sslyze carries it."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from builders import facts

from secscan.facts.mozilla import Profile
from secscan.parsing.parameters import GROUPS, SUITES, VERSIONS

PROFILES = [
    pytest.param(one.version, profile, id=f"{one.version} {profile.name}")
    for one in facts().mozilla
    for profile in one.profiles
]
VERSION = {"TLSv1": "TLS 1.0", "TLSv1.1": "TLS 1.1", "TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3"}
GROUP = {"X25519": "x25519", "prime256v1": "secp256r1"}


def original(name: str) -> Any:
    """Return a profile of version 5.7 as it was published."""
    spec = find_spec("sslyze")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "mozilla_tls_profile" / "5.7.json"
    return json.loads(path.read_text("utf-8"))["configurations"][name]


@pytest.mark.parametrize("profile", facts().mozilla[0].profiles, ids=lambda one: one.name)
def test_version_5_7_is_as_published(profile: Profile) -> None:
    wanted = original(profile.name)
    assert profile.versions == {VERSION[name] for name in wanted["tls_versions"]}
    assert profile.suites == {*wanted["ciphersuites"], *wanted["ciphers"]["iana"]}
    assert profile.groups == {GROUP.get(name, name) for name in wanted["tls_curves"]}
    assert profile.curves == {GROUP.get(name, name) for name in wanted["certificate_curves"]}
    assert profile.keys == set(wanted["certificate_types"])
    assert profile.signatures == set(wanted["certificate_signatures"])
    assert profile.prime_bits == (wanted["dh_param_size"] or 0)
    assert profile.rsa_bits == (wanted["rsa_key_size"] or 0)
    assert profile.days == wanted["maximum_certificate_lifespan"]


def test_version_6_0_drops_dhe_and_the_old_profile_and_adds_a_hybrid() -> None:
    before, after = facts().mozilla
    assert (before.version, after.version) == ("5.7", "6.0")
    assert [one.name for one in before.profiles] == ["modern", "intermediate", "old"]
    assert [one.name for one in after.profiles] == ["modern", "intermediate"]
    for old, new in zip(before.profiles, after.profiles, strict=False):
        assert new.suites == {suite for suite in old.suites if not suite.startswith("TLS_DHE_")}
        assert new.groups == {*old.groups, "X25519MLKEM768"}


@pytest.mark.parametrize(("version", "profile"), PROFILES)
def test_names_are_iana_s(version: str, profile: Profile) -> None:
    assert profile.versions <= set(VERSIONS.values()), version
    assert profile.suites <= set(SUITES.values())
    assert profile.groups | profile.curves <= set(GROUPS.values())
