"""Mozilla's profiles: what meets them, and that sslyze says so too."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from builders import Cases, answer, facts, flat, found, outcome_of, site, tls, without_https
from certificate_builders import AT, certificate, der, intermediate, sha1_chain
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st
from nassl.ephemeral_key_info import DhEphemeralKeyInfo, OpenSslEvpPkeyEnum
from secscan.checks.mozilla import Leaf, Observed, deviations, observe
from sslyze.mozilla_tls_profile import tls_config_checker as sslyze

from secscan.evidence import Answer, Hello, Missing, MissingKind, Presented, Purpose, SiteEvidence
from secscan.facts.mozilla import Profile
from secscan.parsing.parameters import GROUPS, SUITES, VERSIONS

NEW = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
ECDHE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
DHE = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
MODERN = {"TLS 1.3": NEW}
USUAL = {"TLS 1.3": NEW, "TLS 1.2": (ECDHE,)}
SHORT = (certificate(days=80, left=40), der(intermediate()))
RSA = (certificate(kind="RSA 2048", issuer="RSA 2048"),)
RSA_SMALL = (certificate(kind="RSA 1024", issuer="RSA 2048"),)
TIMEOUT = Missing(MissingKind.TIMEOUT)


def of(
    suites: Mapping[str, Sequence[str]], certificates: tuple[bytes, ...] = SHORT, **changes: object
) -> SiteEvidence:
    """Return a site of these suites, and with something changed in each answer."""
    spoken = tls(suites, certificates=certificates)
    hellos = (
        replace(h, answer=replace(h.answer, **changes)) if isinstance(h.answer, Answer) else h  # type: ignore[arg-type]
        for h in spoken.hellos
    )
    return site(spoken=replace(spoken, hellos=tuple(hellos)))


def silent(version: str) -> SiteEvidence:
    return site(spoken=tls(USUAL, certificates=SHORT, answers={version: TIMEOUT}))


CASES: Cases = {
    "mozilla.profile": [
        ("modern", of(MODERN), "pass"),
        ("intermediate", of(USUAL), "pass"),
        ("a curve that no profile has", of(USUAL, group="x448"), "fail"),
        ("no HTTPS", without_https(), "fail"),
        ("a version may be missing", silent("TLS 1.1"), "not-tested"),
        ("suites may be missing", silent("TLS 1.2"), "not-tested"),
        (
            "no certificate was seen",
            site(spoken=replace(tls(), presented=(Presented(()),))),
            "not-tested",
        ),
        ("a certificate that nobody can read", of(USUAL, (b"0",)), "not-tested"),
        ("nothing is accepted", site(spoken=tls({})), "not-tested"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


@pytest.mark.parametrize(
    ("evidence", "met"),
    [
        (of(MODERN), "Mozilla 5.7 modern, Mozilla 6.0 modern"),
        (of(USUAL), "Mozilla 5.7 intermediate, Mozilla 6.0 intermediate"),
        (of(USUAL, group="X25519MLKEM768"), "Mozilla 5.7 intermediate, Mozilla 6.0 intermediate"),
        (of({"TLS 1.2": (ECDHE, DHE)}), "Mozilla 5.7 intermediate"),
        (of({"TLS 1.2": (ECDHE, CBC)}, RSA), "Mozilla 5.7 old"),
    ],
)
def test_the_best_profiles_are_named(evidence: SiteEvidence, met: str) -> None:
    assert dict(found("mozilla.profile", evidence).reason.data) == {"profiles": met}


def matters(evidence: SiteEvidence) -> dict[str, list[str]]:
    """Return what is missing, by the profile that would be next."""
    missing: dict[str, list[str]] = {}
    for item in found("mozilla.profile", evidence).items:
        title, found_one, matter = item.subject.partition(" Mozilla ")[2].partition(": ")
        if found_one:
            missing.setdefault(title, []).append(matter)
    return missing


@pytest.mark.parametrize(
    ("evidence", "missing"),
    [
        (of(MODERN), {}),
        (of(USUAL), {"5.7 modern": ["versions", "suites"], "6.0 modern": ["versions", "suites"]}),
        (
            of({"TLS 1.2": (ECDHE, DHE)}, bits=1024),
            {"5.7 old": ["key", "signature"], "6.0 intermediate": ["suites", "prime"]},
        ),
        (
            of(USUAL, RSA_SMALL, group="x448"),
            {
                "5.7 old": ["groups", "RSA key"],
                "6.0 intermediate": ["groups", "RSA key"],
            },
        ),
        (
            of({"TLS 1.2": (ECDHE,)}, compressed=True, extensions=()),
            {
                "5.7 old": ["key", "signature", "compression", "renegotiation", "master secret"],
                "6.0 intermediate": ["compression", "renegotiation", "master secret"],
            },
        ),
    ],
)
def test_what_the_next_profile_asks_for(
    evidence: SiteEvidence, missing: dict[str, list[str]]
) -> None:
    assert matters(evidence) == missing


def test_a_fallback_that_is_not_stopped_counts_below_tls_1_2() -> None:
    spoken = tls({"TLS 1.2": (ECDHE,), "TLS 1.1": (CBC,)})

    def answered(hello: Hello) -> Hello:
        said = answer("TLS 1.1", CBC)
        return replace(hello, answer=said) if hello.purpose is Purpose.FALLBACK else hello

    hellos = tuple(map(answered, spoken.hellos))
    names = [name for name, _ in observe(replace(spoken, hellos=hellos)).faults]
    assert names == ["fallback"]


def test_certificates_of_all_kinds_are_seen() -> None:
    spoken = tls(USUAL, certificates=SHORT)
    second = replace(spoken.hellos[-1], answer=answer("TLS 1.2", ECDHE, presented=1))
    spoken = replace(
        spoken,
        hellos=(*spoken.hellos, second),
        presented=(*spoken.presented, Presented(sha1_chain())),
    )
    days = (x509.load_der_x509_certificate(SHORT[0]).not_valid_after_utc - AT).days
    assert days < 80
    first, other = observe(spoken).leaves
    assert first == Leaf("ecdsa", 256, "secp256r1", "ecdsa-with-SHA256", 79)
    assert other.signature == "1.2.840.113549.1.1.5"


# sslyze's own rules, on servers that are made up

RULES: Any = sslyze

_FIELDS = {
    "SSLv2": "ssl_2_0_cipher_suites",
    "SSLv3": "ssl_3_0_cipher_suites",
    "TLS 1.0": "tls_1_0_cipher_suites",
    "TLS 1.1": "tls_1_1_cipher_suites",
    "TLS 1.2": "tls_1_2_cipher_suites",
    "TLS 1.3": "tls_1_3_cipher_suites",
}


def by_sslyze(wanted: Profile, seen: Observed) -> set[str]:
    """Return the matters in which sslyze finds that a server leaves a profile of version 5.7."""
    configuration = sslyze.MozillaTlsConfiguration.get(sslyze.TlsConfigurationEnum(wanted.name))
    prime = min(seen.primes, default=0)
    key = DhEphemeralKeyInfo(OpenSslEvpPkeyEnum.DH, prime, *[bytearray()] * 3) if prime else None
    old = [suite for suite in sorted(seen.suites) if suite not in NEW]
    offered = {}
    for version, field in _FIELDS.items():
        names = NEW if version == "TLS 1.3" else old
        accepted = [
            SimpleNamespace(cipher_suite=SimpleNamespace(name=name), ephemeral_key=key)
            for name in names
            if name in seen.suites
        ]
        result = SimpleNamespace(
            is_tls_version_supported=version in seen.versions, accepted_cipher_suites=accepted
        )
        offered[field] = SimpleNamespace(result=result)
    issues = RULES._check_tls_versions_and_ciphers(SimpleNamespace(**offered), configuration)
    spelled = {"x25519": "X25519", "x448": "X448"}
    curves = [SimpleNamespace(name=spelled.get(name, name)) for name in seen.groups]
    issues |= RULES._check_tls_curves(SimpleNamespace(supported_curves=curves), configuration)
    matters = {
        "tls_versions": "versions",
        "ciphersuites": "suites",
        "ciphers": "suites",
        "tls_curves": "groups",
        "dh_param_size": "prime",
    }
    return {matters[issue] for issue in issues}


@given(
    st.sampled_from(facts().mozilla[0].profiles),
    st.sets(st.sampled_from(list(VERSIONS.values())), min_size=1),
    st.sets(st.sampled_from([*SUITES.values()]) | st.sampled_from([*NEW, ECDHE, DHE, CBC])),
    st.sets(st.sampled_from([name for name in GROUPS.values() if "ffdhe" not in name])),
    st.sets(st.sampled_from([512, 1023, 1024, 2047, 2048, 4096])),
)
def test_sslyze_judges_versions_suites_and_groups_alike(
    wanted: Profile, versions: set[str], suites: set[str], groups: set[str], primes: set[int]
) -> None:
    below = versions - {"TLS 1.3"}
    kept = {suite for suite in suites if (suite in NEW if "TLS 1.3" in versions else False)}
    kept |= {suite for suite in suites if below and suite not in NEW and not _is_rare(suite)}
    seen = Observed(
        frozenset(versions),
        frozenset(kept),
        frozenset(groups),
        frozenset(primes) if kept else frozenset(),
        (),
    )
    ours = deviations(wanted, frozenset(), seen).keys() - {"key", "signature"}
    assert ours == by_sslyze(wanted, seen)


def _is_rare(suite: str) -> bool:
    """Say whether a suite is one of TLS 1.3 that Mozilla has not."""
    return "_WITH_" not in suite


LEAVES = {
    "EC": SHORT[0],
    "RSA": RSA[0],
    "small RSA": RSA_SMALL[0],
    "long": certificate(days=500, left=100),
    "RSA, signed by EC": certificate(kind="RSA 2048"),
    "another curve": certificate(kind="secp256k1"),
    "Ed25519": certificate(kind="Ed25519"),
    "SHA-1": sha1_chain()[0],
}


@given(
    st.sampled_from(facts().mozilla[0].profiles),
    st.sets(st.sampled_from(sorted(LEAVES)), min_size=1),
)
def test_sslyze_judges_certificates_alike(wanted: Profile, kinds: set[str]) -> None:
    configuration = sslyze.MozillaTlsConfiguration.get(sslyze.TlsConfigurationEnum(wanted.name))
    sent = [x509.load_der_x509_certificate(LEAVES[kind]) for kind in sorted(kinds)]
    deployments = [
        SimpleNamespace(received_certificate_chain=[leaf], verified_certificate_chain=[leaf])
        for leaf in sent
    ]
    info = SimpleNamespace(certificate_deployments=deployments)
    theirs = RULES._check_certificates(info, configuration)
    spoken = tls(MODERN, certificates=(LEAVES[sorted(kinds)[0]],))
    rest = [LEAVES[kind] for kind in sorted(kinds)[1:]]
    more = tuple(
        replace(spoken.hellos[0], answer=answer("TLS 1.3", NEW[0], presented=at))
        for at in range(1, len(rest) + 1)
    )
    spoken = replace(
        spoken,
        hellos=(*spoken.hellos, *more),
        presented=(*spoken.presented, *(Presented((leaf,)) for leaf in rest)),
    )
    names = {
        "certificate_curves": "key's curve",
        "rsa_key_size": "RSA key",
        "maximum_certificate_lifespan": "lifetime",
        "certificate_types": "key",
        "certificate_signatures": "signature",
    }
    assert deviations(wanted, frozenset(), observe(spoken)).keys() - {"versions", "groups"} == {
        names[issue] for issue in theirs
    }
