"""The key exchange of TLS, the order of suites, and what signs the exchange."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from secscan.check import (
    Item,
    Outcome,
    Reason,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    not_tested,
    partial,
    passed,
)
from secscan.evidence import Answer, Hello, Purpose, Tls, is_unknown, refusals
from secscan.facts import Facts
from secscan.facts.grades import Grade, Grades
from secscan.parsing.suites import is_ephemeral, suites_of
from secscan.parsing.text import listed

from .doubt import VERSION_NAMES, unseen_groups, unseen_suites

FAMILY = "transport"

_MADE_TO_DIFFER = (Purpose.NAMELESS, Purpose.CERTIFICATES)
"""Hellos that another server, or another certificate, may answer."""


@check("Keys are exchanged in strong groups", Severity.MEDIUM)
def key_exchange(tls: Tls, facts: Facts) -> Verdict:
    """Judge every group, and the size of every prime, that the server takes.

    Why: Who breaks the key exchange reads everything. Primes of 1024 bits are within reach of a
    state (Logjam), and so are the smallest of the old curves.
    Fix: Offer X25519, P-256 and P-384, and switch DHE off; where DHE has to stay, use one of the
    primes of RFC 7919 with 3072 bits or more.
    nginx: ssl_ecdh_curve X25519:prime256v1:secp384r1;
    Apache: SSLOpenSSLConfCmd Groups X25519:P-256:P-384
    IIS: Set the policy "ECC Curve Order" to curve25519, NistP256, NistP384, and remove the suites
    whose names begin with TLS_DHE from "SSL Cipher Suite Order".
    See: NCSC-NL, IT Security Guidelines for TLS, 2025-05
    Mozilla, Server Side TLS 6.0
    BSI TR-02102-2
    RFC 9325 section 4.4
    """
    if tls.accepted() and not any(map(is_ephemeral, {*_suites(tls), *unseen_suites(tls)})):
        return failed("every suite that is offered does without an exchange of fresh keys")
    seen = _exchanges(tls, facts.grades)
    weak = [name for name, grade in seen.items() if grade is Grade.INSUFFICIENT]
    old = [name for name, grade in seen.items() if grade is Grade.PHASE_OUT]
    items = (
        *(Item(name, Outcome.FAIL, Reason.of("this key exchange is too weak")) for name in weak),
        *(
            Item(name, Outcome.PARTIAL, Reason.of("this key exchange is to be phased out"))
            for name in old
        ),
    )
    if weak:
        return failed("weak groups are accepted: {names}", items=items, names=listed(weak))
    worst = Grade.PHASE_OUT if old else Grade.ACCEPTABLE
    unseen = map(facts.grades.groups.grade, unseen_groups(tls))
    if not _has_shown(tls) or _may_hide(tls) or any(grade > worst for grade in unseen):
        return not_tested("not every group got an answer, so weak ones may be missing")
    if old:
        return partial(
            Fraction(1, 2),
            "groups that are to be phased out are accepted: {names}",
            items=items,
            names=listed(old),
        )
    return passed("only strong groups are accepted: {names}", names=listed([*seen]))


@check("A quantum computer to come cannot read today's traffic", Severity.INFO)
def post_quantum(tls: Tls, facts: Facts) -> Verdict:
    """Judge whether a key exchange with ML-KEM is offered.

    Why: Traffic that is recorded today can be read when quantum computers are large enough.
    Browsers have had X25519MLKEM768 since 2024; who keeps secrets for long should have it too.
    Fix: Update the web server's library (OpenSSL 3.5 has the groups), and offer X25519MLKEM768
    before the others.
    nginx: ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1:secp384r1;
    Apache: SSLOpenSSLConfCmd Groups X25519MLKEM768:X25519:P-256:P-384
    IIS: Windows Server does not have it yet; a reverse proxy before it may.
    See: NIST FIPS 203 (ML-KEM)
    Mozilla, Server Side TLS 6.0
    BSI TR-02102-2 (from the end of 2031)
    """
    ready = facts.grades.post_quantum
    offered = [group for group in tls.groups("TLS 1.3") if group in ready]
    if offered:
        return passed("the server is ready for quantum computers: {names}", names=listed(offered))
    if is_unknown(tls, "TLS 1.3") or unseen_groups(tls).intersection(ready):
        return not_tested("not every group got an answer")
    return failed("no group that is offered withstands quantum computers")


@check("Better suites are not passed over for worse ones", Severity.LOW)
def suite_order(tls: Tls, facts: Facts) -> Verdict:
    """Judge the server's choices, and whether there is a better suite to choose at all.

    To choose well is no merit beside servers that have only strong suites: it is not counted.

    Why: A server that has to keep old suites for old clients should not use them with new ones.
    Fix: Offer strong suites (ECDHE with AES-GCM or ChaCha20-Poly1305), and leave the choice to the
    client, which puts the best first, or put the best suites first.
    nginx: ssl_prefer_server_ciphers off;
    Apache: SSLHonorCipherOrder off
    IIS: Put the ECDHE suites that end in GCM first in the policy "SSL Cipher Suite Order".
    See: NCSC-NL, IT Security Guidelines for TLS, 2025-05, guideline B2-5
    Mozilla, Server Side TLS 6.0
    """
    ranks = {
        version: {suite: _rank(facts, suite) for suite in suites}
        for version, suites in tls.accepted().items()
        if version != "SSLv2"  # there the client chooses
    }
    lacking = _without_better(tls, facts)
    if lacking:
        return failed(
            "better suites are not offered at all in {versions}", versions=listed(lacking)
        )
    mixed = {version: rank for version, rank in ranks.items() if len({*rank.values()}) > 1}
    if not mixed:
        return _unordered(tls, facts, ranks)
    choices = [choice for hello in tls.hellos if (choice := _choice(hello, mixed))]
    for choice in choices:
        if choice.better:
            return failed(
                "the server chose {chosen} over {better}",
                chosen=choice.chosen,
                better=choice.better,
            )
    if any(choice.is_good for choice in choices):
        return not_applicable("the server chose the better suites before the worse ones")
    if _follow_the_client(choices):
        return not_applicable("the server leaves the choice to the client")
    return not_tested("no handshake showed which suites the server prefers")


@check("Key exchanges are signed with a hash that holds", Severity.LOW)
def signature_hash(tls: Tls, facts: Facts) -> Verdict:
    r"""Judge the signatures that the server really returned.

    Why: The signature proves that the key exchange is the server's own. With MD5 it can be forged
    (SLOTH), and SHA-1 is next.
    Fix: Update the TLS library, and allow no signature algorithms with MD5, SHA-1 or SHA-224.
    nginx:
    ssl_conf_command SignatureAlgorithms
        ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256:ECDSA+SHA384:RSA-PSS+SHA384:RSA+SHA384;
    Apache:
    SSLOpenSSLConfCmd SignatureAlgorithms \
        ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256:ECDSA+SHA384:RSA-PSS+SHA384:RSA+SHA384
    IIS: Remove RSA/SHA1 and ECDSA/SHA1 from the value Functions under
    HKLM\SYSTEM\CurrentControlSet\Control\Cryptography\Configuration\Local\SSL\00010003,
    then restart Windows.
    See: RFC 9155 (MD5 and SHA-1 are deprecated in TLS 1.2)
    NCSC-NL, IT Security Guidelines for TLS, 2025-05
    """
    grade = facts.grades.signatures.grade
    seen = list(dict.fromkeys(a.signature for a in tls.answers() if a.signature))
    worst = max(seen, key=grade, default="")
    if worst and grade(worst) is Grade.INSUFFICIENT:
        return failed("the key exchange was signed with {scheme}", scheme=worst)
    if not any(map(_is_signed, tls.accepted().get("TLS 1.2", ()))):
        return _beside_tls12(tls)
    asked = [hello for hello in tls.hellos if hello.purpose is Purpose.SIGNATURES]
    last = asked[-1] if asked else None
    answered = last is not None and isinstance(last.answer, Answer) and last.answer.signature
    if not answered and last not in refusals(tls):
        return not_tested("the server was not seen to refuse weak hashes")
    if worst and grade(worst) is Grade.PHASE_OUT:
        return partial(Fraction(1, 2), "the key exchange was signed with {scheme}", scheme=worst)
    if answered:
        return passed("the server signs with a strong hash even where it is not offered")
    return passed("the server refuses clients that have only weak hashes")


def _suites(tls: Tls) -> list[str]:
    return [suite for suites in tls.accepted().values() for suite in suites]


def _exchanges(tls: Tls, grades: Grades) -> dict[str, Grade]:
    """Return the grade of every group and of every size that was seen."""
    seen = {answer.group: grades.groups.grade(answer.group) for answer in tls.answers()}
    seen.pop("", None)
    for answer in tls.answers():
        if answer.bits:
            kind = "RSA" if answer.suite.startswith("TLS_RSA_") else "DHE"
            seen[f"{kind} {answer.bits}"] = grades.prime(answer.bits).grade
    return seen


def _has_shown(tls: Tls) -> bool:
    """Say whether a group was seen of the curves, and a size of the primes, as far as accepted."""
    fresh = [answer for answer in tls.answers() if is_ephemeral(answer.suite)]
    finite = [answer for answer in fresh if answer.suite.startswith(("TLS_DHE_", "TLS_PSK_DHE_"))]
    curves = [answer for answer in fresh if answer not in finite]
    if finite and not any(answer.bits for answer in finite):
        return False
    return bool(fresh) and (not curves or any(answer.group for answer in curves))


def _may_hide(tls: Tls) -> bool:
    """Say whether a suite that nobody has seen may come with curves, or a prime, of its own.

    A server has one list of curves for its suites below TLS 1.3, and one prime: one suite shows it.
    """
    return not _kinds(unseen_suites(tls)) <= _kinds(_suites(tls))


def _kinds(suites: Iterable[str]) -> set[str]:
    kinds = ("_ECDHE_", "_DHE_", "_DH_anon_", "_EXPORT")
    return {kind for suite in suites for kind in kinds if kind in suite}


def _rank(facts: Facts, suite: str) -> Grade:
    """Return the grade of a suite, as far as it matters which of two strong ones is chosen."""
    return max(facts.grades.suites.grade(suite), Grade.ACCEPTABLE)


def _without_better(tls: Tls, facts: Facts) -> list[str]:
    """Return the versions that were proven to have no suite as good as there are."""
    accepted = tls.accepted()
    best = {v: min(_rank(facts, suite) for suite in suites) for v, suites in accepted.items()}
    if all(rank > Grade.ACCEPTABLE for rank in best.values()):
        unseen = unseen_suites(tls)
        strong = any(_rank(facts, suite) is Grade.ACCEPTABLE for suite in unseen)
        return [] if strong else list(accepted)
    return [
        version
        for version, rank in best.items()
        if any(_rank(facts, suite) < rank for suite in suites_of(version))
        if not any(_rank(facts, suite) < rank for suite in unseen_suites(tls, [version]))
    ]


def _unordered(tls: Tls, facts: Facts, ranks: Mapping[str, Mapping[str, Grade]]) -> Verdict:
    """Say that there is nothing to order, unless a suite of another strength may be missing."""
    may_differ = any(
        _rank(facts, suite) not in ranks.get(version, {}).values()
        for version in VERSION_NAMES
        if version != "SSLv2"
        for suite in unseen_suites(tls, [version])
    )
    if not tls.accepted() or may_differ:
        return not_tested("not every handshake got an answer, so suites may be missing")
    return not_applicable("all suites that are offered are equally strong")


@dataclass(frozen=True, slots=True)
class _Choice:
    """What a server chose of those of its suites that a hello offered, in their order.

    ``better`` was passed over; ``is_good`` says that something worse was.
    """

    offered: tuple[str, ...]
    chosen: str
    better: str
    is_good: bool


def _choice(hello: Hello, mixed: Mapping[str, Mapping[str, Grade]]) -> _Choice | None:
    answer = hello.answer
    if not isinstance(answer, Answer) or answer.version not in mixed:
        return None
    if hello.groups or hello.signatures or hello.purpose in _MADE_TO_DIFFER:
        return None  # the better suite may have been out of reach
    rank = mixed[answer.version]
    offered = tuple(suite for suite in hello.offered if suite in rank)
    if answer.suite not in offered:
        return None
    # Who passes over what came first has an order of its own, and so passed over all the rest.
    passed_over = offered if offered[0] != answer.suite else ()
    own = rank[answer.suite]
    better = next((suite for suite in passed_over if rank[suite] < own), "")
    return _Choice(offered, answer.suite, better, any(rank[suite] > own for suite in offered))


def _follow_the_client(choices: list[_Choice]) -> bool:
    """Say whether no order of the server's own explains its choices.

    A suite that won once wins wherever it is offered, if it is the server who prefers it.
    """
    return any(
        one.chosen in other.offered and other.chosen != one.chosen and other.chosen in one.offered
        for one in choices
        for other in choices
    )


def _is_signed(suite: str) -> bool:
    return is_ephemeral(suite) and "PSK" not in suite


def _beside_tls12(tls: Tls) -> Verdict:
    """Judge a server of which TLS 1.2 shows no signature: the other versions say what they use."""
    if not tls.accepted() or any(map(_is_signed, unseen_suites(tls, ["TLS 1.2"]))):
        return not_tested("the server was not seen to refuse weak hashes")
    if "TLS 1.3" in tls.accepted():
        return passed("TLS 1.3 signs with strong hashes only")
    signed = any(map(_is_signed, _suites(tls)))
    if any(map(_is_signed, unseen_suites(tls, ["TLS 1.3"] if signed else VERSION_NAMES))):
        return not_tested("the server was not seen to refuse weak hashes")
    if signed:
        return failed("below TLS 1.2 the key exchange is signed with MD5 and SHA-1")
    return not_applicable("no key exchange is signed")
