"""Which of Mozilla's recommended set-ups a server meets, so that users can compare."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import SignatureAlgorithmOID

from secscan.check import (
    Item,
    Outcome,
    Reason,
    Severity,
    Verdict,
    check,
    failed,
    not_tested,
    passed,
)
from secscan.evidence import Answer, Purpose, Tls, is_unknown
from secscan.facts import Facts
from secscan.facts.mozilla import Guidelines, Profile
from secscan.parsing.certificates import read_certificate
from secscan.parsing.hellos import EXTENDED_MASTER_SECRET, RENEGOTIATION_INFO
from secscan.parsing.text import listed

from .doubt import VERSION_NAMES, unseen_groups, unseen_suites

FAMILY = "transport"

_SIGNATURES = {
    SignatureAlgorithmOID.RSA_WITH_SHA256: "sha256WithRSAEncryption",
    SignatureAlgorithmOID.ECDSA_WITH_SHA256: "ecdsa-with-SHA256",
    SignatureAlgorithmOID.ECDSA_WITH_SHA384: "ecdsa-with-SHA384",
    SignatureAlgorithmOID.ECDSA_WITH_SHA512: "ecdsa-with-SHA512",
}
"""The names that the guidelines use."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A server's own certificate: its key (``rsa``, ``ecdsa`` or ``other``) and how it is made."""

    key: str
    bits: int
    curve: str
    signature: str
    days: int


@dataclass(frozen=True, slots=True)
class Observed:
    """What a server was seen to have, as far as the profiles speak of it.

    ``faults`` are what sslyze counts besides: messages, by name.
    """

    versions: frozenset[str]
    suites: frozenset[str]
    groups: frozenset[str]
    primes: frozenset[int]
    leaves: tuple[Leaf, ...]
    faults: tuple[tuple[str, Reason], ...] = ()


@check("The set-up of TLS meets a profile of Mozilla's", Severity.INFO, beside=True)
def profile(tls: Tls, facts: Facts) -> Verdict:
    """Name the best profile that is met in each version of Mozilla's guidelines.

    Why: Mozilla's profiles are known everywhere, so they are good to compare with. They allow what
    they name and nothing else, so a stronger server may miss them; this index does not count them.
    Fix: Generate the configuration for the server's software and version with Mozilla's generator,
    profile "intermediate".
    nginx: https://ssl-config.mozilla.org/#server=nginx&config=intermediate
    Apache: https://ssl-config.mozilla.org/#server=apache&config=intermediate
    IIS: The generator does not know IIS: choose versions, suites and groups by the profile.
    See: https://ssl-config.mozilla.org/
    https://wiki.mozilla.org/Security/Server_Side_TLS
    """
    observed = observe(tls)
    kept = all(answer.extensions is not None for answer in tls.answers())
    if not observed.versions or not observed.leaves or not kept:
        return not_tested("too little was seen to compare with the profiles")
    met = [_met(one, observed) for one in facts.mozilla]
    at_most = _with_doubts(tls, observed)
    if met != [_met(one, at_most) for one in facts.mozilla]:
        return not_tested("too little was seen to compare with the profiles")
    items = tuple(item for one in facts.mozilla for item in _items(one, observed))
    names = [
        f"Mozilla {one.version} {one.profiles[at].name}"
        for one, at in zip(facts.mozilla, met, strict=True)
        if at < len(one.profiles)
    ]
    if not names:
        return failed("the set-up meets none of Mozilla's profiles", items=items)
    return passed("the set-up meets {profiles}", items=items, profiles=listed(names))


def observe(tls: Tls) -> Observed:
    """Return what the profiles speak of."""
    suites = {suite for accepted in tls.accepted().values() for suite in accepted}
    answers = tls.answers()
    leaves = (_leaf(sent.certificates[0]) for sent in tls.chains() if sent.certificates)
    return Observed(
        versions=frozenset(tls.accepted()),
        suites=frozenset(suites),
        groups=_curves(answer.group for answer in answers),
        primes=frozenset(a.bits for a in answers if a.bits and not a.suite.startswith("TLS_RSA_")),
        leaves=tuple(leaf for leaf in leaves if leaf),
        faults=tuple(_faults(tls)),
    )


def deviations(wanted: Profile, unknown: frozenset[str], observed: Observed) -> dict[str, Reason]:
    """Return where a server leaves a profile, by matter; groups that it does not know are free.

    The rules are those of sslyze's MozillaTlsConfigurationChecker: all that is offered must be
    on the lists, and of several certificates one has to have the right key and signature.
    """
    found: dict[str, Reason] = {}
    listings = (
        ("versions", observed.versions - wanted.versions),
        ("suites", observed.suites - wanted.suites),
        ("groups", observed.groups - wanted.groups - unknown),
    )
    for matter, more in listings:
        if more:
            found[matter] = Reason.of("the profile has no {names}", names=listed(sorted(more)))
    smallest = min(observed.primes, default=wanted.prime_bits)
    if smallest < wanted.prime_bits:
        found["prime"] = Reason.of(
            "the prime has {bits} bits, less than {least}", bits=smallest, least=wanted.prime_bits
        )
    return found | _of_certificates(wanted, observed.leaves) | dict(observed.faults)


def _of_certificates(wanted: Profile, leaves: tuple[Leaf, ...]) -> dict[str, Reason]:
    found: dict[str, Reason] = {}
    for leaf in leaves:
        if leaf.key == "rsa" and leaf.bits < wanted.rsa_bits:
            found["RSA key"] = Reason.of(
                "the RSA key has {bits} bits, less than {least}",
                bits=leaf.bits,
                least=wanted.rsa_bits,
            )
        if leaf.key == "ecdsa" and leaf.curve not in wanted.curves:
            found["key's curve"] = Reason.of("the profile has no {names}", names=leaf.curve)
        if leaf.days > wanted.days:
            found["lifetime"] = Reason.of(
                "a certificate lives {days} days, more than {most}",
                days=leaf.days,
                most=wanted.days,
            )
    if not wanted.keys.intersection(leaf.key for leaf in leaves):
        found["key"] = Reason.of(
            "no certificate has a key of {names}", names=listed(sorted(wanted.keys))
        )
    if not wanted.signatures.intersection(leaf.signature for leaf in leaves):
        found["signature"] = Reason.of(
            "no certificate is signed with {names}", names=listed(sorted(wanted.signatures))
        )
    return found


def _faults(tls: Tls) -> Iterable[tuple[str, Reason]]:
    """Yield what sslyze adds to the profiles; it asks for some only below TLS 1.3."""
    answers = tls.answers()
    extensions = {e for a in answers if a.version != "TLS 1.3" for e in a.extensions or ()}
    below = any(answer.version not in ("TLS 1.3", "SSLv2") for answer in answers)
    if any(answer.compressed for answer in answers):
        yield "compression", Reason.of("the server compresses traffic in TLS")
    if below and RENEGOTIATION_INFO not in extensions:
        yield "renegotiation", Reason.of("the server does not confirm secure renegotiation")
    if below and EXTENDED_MASTER_SECRET not in extensions and "TLS 1.3" not in tls.accepted():
        yield "master secret", Reason.of("the server does not use the extended master secret")
    if any(
        hello.purpose is Purpose.FALLBACK
        and hello.version != "TLS 1.2"
        and isinstance(hello.answer, Answer)
        for hello in tls.hellos
    ):
        yield "fallback", Reason.of("the server goes along with a fallback to an older version")


def _curves(groups: Iterable[str]) -> frozenset[str]:
    """Return the groups but those of RFC 7919, of which the profiles say nothing."""
    return frozenset(group for group in groups if group and not group.startswith("ffdhe"))


def _leaf(der: bytes) -> Leaf | None:
    read = read_certificate(der)
    if read is None:
        return None
    try:
        key = read.parsed.public_key()
        signature = read.parsed.signature_algorithm_oid
    except Exception:  # a key or an algorithm that nobody knows: the library raises as it likes
        return None
    name = _SIGNATURES.get(signature, signature.dotted_string)
    days = (read.not_after - read.not_before).days
    if isinstance(key, rsa.RSAPublicKey):
        return Leaf("rsa", key.key_size, "", name, days)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return Leaf("ecdsa", key.key_size, key.curve.name, name, days)
    return Leaf("other", 0, "", name, days)


def _with_doubts(tls: Tls, observed: Observed) -> Observed:
    """Return what the server might have at most."""
    unknown = [version for version in VERSION_NAMES if is_unknown(tls, version)]
    return replace(
        observed,
        versions=observed.versions.union(unknown),
        suites=observed.suites | unseen_suites(tls),
        groups=observed.groups | _curves(unseen_groups(tls)),
    )


def _met(guidelines: Guidelines, observed: Observed) -> int:
    """Return the place of the best profile that is met; one past the last where none is."""
    for at, one in enumerate(guidelines.profiles):
        if not deviations(one, guidelines.unknown_groups, observed):
            return at
    return len(guidelines.profiles)


def _items(guidelines: Guidelines, observed: Observed) -> list[Item]:
    """Return what stands between the server and the next better profile than the one it meets."""
    at = _met(guidelines, observed)
    if at == 0:
        return []
    better = guidelines.profiles[at - 1]
    title = f"Mozilla {guidelines.version} {better.name}"
    outcome = Outcome.PARTIAL if at < len(guidelines.profiles) else Outcome.FAIL
    missing = deviations(better, guidelines.unknown_groups, observed)
    return [Item(f"{title}: {matter}", outcome, why) for matter, why in missing.items()]
