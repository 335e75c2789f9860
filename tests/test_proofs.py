"""What proves that a server refuses: silence never, a close alone never, and no alert too much."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.evidence import Answer, Closed, Hello, Missing, MissingKind, Purpose, Refused, Tls
from secscan.evidence.proofs import (
    contradictions,
    doubtful_groups,
    doubtful_suites,
    is_refused,
    is_unknown,
    refusals,
)
from secscan.evidence.tls import Reply
from secscan.parsing.parameters import CODES, GROUPS, VERSIONS
from secscan.parsing.suites import groups_of, suites_of

GCM = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
STATIC = "TLS_RSA_WITH_AES_128_CBC_SHA"
AES = "TLS_AES_128_GCM_SHA256"

FAILURE, TOO_OLD = Refused("handshake_failure"), Refused("protocol_version")
ODD, CLOSED = Refused("internal_error"), Closed("reset")
SILENCE = Missing(MissingKind.TIMEOUT, "no answer")
OK = Answer("TLS 1.2", GCM, "x25519")


def hello(
    version: str,
    suites: Sequence[str],
    answer: Reply,
    *groups: str,
    purpose: Purpose = Purpose.SUITES,
) -> Hello:
    codes = "".join(f"{CODES[name]:04X}" for name in suites)
    numbers = {name: code for code, name in GROUPS.items()}
    chosen = "".join(f"{numbers[name]:04X}" for name in groups)
    return Hello(purpose, version, codes, answer, chosen)


GREETING = Hello(Purpose.ORDINARY, "TLS 1.3", f"{CODES[GCM]:04X}", OK, exact=False)


def of(*hellos: Hello) -> Tls:
    return Tls(hellos)


def asked(answer: Reply, version: str = "TLS 1.1") -> Hello:
    """Return a hello that offers all that a version has."""
    return hello(version, suites_of(version), answer)


@pytest.mark.parametrize("alert", ["handshake_failure", "insufficient_security"])
def test_an_alert_refuses_where_something_is_answered_later(alert: str) -> None:
    refused = asked(Refused(alert))
    assert refusals(of(GREETING, refused, GREETING)) == (refused,)
    assert refusals(of(GREETING, refused)) == ()
    assert refusals(of(GREETING, refused, asked(SILENCE))) == ()


@pytest.mark.parametrize("oddity", [CLOSED, ODD])
def test_a_close_or_an_odd_alert_refuses_the_second_time(oddity: Reply) -> None:
    closed = asked(oddity)
    for hellos in (
        (GREETING, closed, GREETING),
        (GREETING, closed, closed),
        (closed, closed, GREETING),
        (GREETING, closed, GREETING, asked(SILENCE), GREETING),
        (GREETING, closed, GREETING, asked(oddity, "TLS 1.0"), GREETING),
    ):
        assert is_unknown(of(*hellos), "TLS 1.1")
    twice = of(GREETING, closed, GREETING, closed, GREETING)
    assert is_refused(twice, "TLS 1.1")
    assert len(refusals(twice)) == 1


def test_the_second_close_has_to_stand_between_answers() -> None:
    closed, other = asked(CLOSED), asked(CLOSED, "SSLv3")
    near = of(GREETING, closed, GREETING, other, other, closed, other, other, GREETING)
    far = of(GREETING, closed, GREETING, *[other] * 3, closed, GREETING)
    assert is_refused(near, "TLS 1.1")
    assert is_unknown(far, "TLS 1.1")


def test_silence_never_refuses() -> None:
    silent = asked(SILENCE)
    assert is_unknown(of(*[GREETING, silent] * 5, GREETING), "TLS 1.1")


@pytest.mark.parametrize("oddity", [CLOSED, ODD])
def test_who_closes_once_on_what_it_else_answers_is_not_believed(oddity: Reply) -> None:
    closed, greeting = asked(oddity), hello("TLS 1.2", [GCM, CBC], oddity)
    for erratic in (
        [greeting, hello("TLS 1.2", [GCM, CBC], OK)],
        [greeting, hello("TLS 1.2", [GCM, CBC], FAILURE)],
        [greeting, hello("TLS 1.2", [GCM], OK)],
        [GREETING, Hello(GREETING.purpose, "TLS 1.3", GREETING.suites, oddity, exact=False)],
    ):
        tls = of(*erratic, GREETING, closed, GREETING, closed, GREETING)
        assert is_unknown(tls, "TLS 1.1")
        assert not [h for h in refusals(tls) if h.answer == oddity]


def test_a_close_on_other_groups_says_nothing_of_a_suite() -> None:
    narrow = hello("TLS 1.2", [GCM], CLOSED, "secp521r1", purpose=Purpose.GROUPS)
    closed = asked(CLOSED)
    assert is_refused(of(narrow, GREETING, closed, GREETING, closed, GREETING), "TLS 1.1")


def test_who_alerts_in_a_version_has_to_close_three_times() -> None:
    alerted, closed = hello("TLS 1.2", [STATIC], FAILURE), hello("TLS 1.2", [CBC], CLOSED)
    rounds = [GREETING, alerted, *[closed, GREETING] * 2]
    assert CBC in doubtful_suites(of(*rounds), "TLS 1.2")
    assert CBC not in doubtful_suites(of(*rounds, closed, GREETING), "TLS 1.2")
    assert CBC not in doubtful_suites(of(GREETING, *[closed, GREETING] * 2), "TLS 1.2")


def test_an_older_answer_rules_a_version_out() -> None:
    old = Answer("TLS 1.0", STATIC)
    tls = of(hello("TLS 1.2", [STATIC], old))
    assert is_refused(tls, "TLS 1.2")
    assert is_refused(tls, "TLS 1.1")
    assert not is_refused(tls, "TLS 1.0")
    assert all(is_unknown(tls, version) for version in ("TLS 1.3", "SSLv3", "SSLv2"))


def test_protocol_version_rules_out_all_that_is_older() -> None:
    tls = of(GREETING, hello("TLS 1.1", [CBC], TOO_OLD), GREETING)
    refused = [version for version in VERSIONS.values() if is_refused(tls, version)]
    assert refused == ["SSLv3", "TLS 1.0", "TLS 1.1"]


def test_handshake_failure_rules_out_what_was_offered() -> None:
    suites = suites_of("TLS 1.1")
    half = hello("TLS 1.1", suites[:40], FAILURE)
    rest = hello("TLS 1.1", suites[40:], FAILURE)
    assert is_unknown(of(GREETING, half, GREETING), "TLS 1.1")
    assert doubtful_suites(of(GREETING, half, GREETING), "TLS 1.1") == set(suites[40:])
    assert is_refused(of(GREETING, half, rest, GREETING), "TLS 1.1")
    assert is_refused(of(GREETING, half, rest, GREETING), "TLS 1.0")


def test_what_a_newer_version_refuses_an_older_one_may_have() -> None:
    """A server with TLS 1.2 chooses that and fails; it does not look whether 1.0 would fit."""
    refused = hello("TLS 1.2", suites_of("TLS 1.2"), FAILURE)
    assert is_unknown(of(GREETING, refused, GREETING), "TLS 1.0")


@pytest.mark.parametrize("purpose", [Purpose.ORDER, Purpose.SIGNATURES, Purpose.FALLBACK])
def test_other_questions_rule_out_no_version(purpose: Purpose) -> None:
    refused = hello("TLS 1.1", suites_of("TLS 1.1"), TOO_OLD, purpose=purpose)
    assert is_unknown(of(GREETING, refused, GREETING), "TLS 1.1")


def test_tls_1_3_refuses_suites_and_groups_together() -> None:
    rest = suites_of("TLS 1.3")[1:]
    answered = hello("TLS 1.3", [AES], Answer("TLS 1.3", AES, "x25519", retried=True))
    without = hello("TLS 1.3", rest, FAILURE, "secp256r1")
    whole = hello("TLS 1.3", rest, FAILURE)
    assert rest[0] in doubtful_suites(of(answered, without, answered), "TLS 1.3")
    assert doubtful_suites(of(answered, whole, answered), "TLS 1.3") <= {suites_of("TLS 1.3")[0]}


def test_doubtful_groups() -> None:
    answered = hello("TLS 1.3", [AES], Answer("TLS 1.3", AES, "x25519", retried=True))
    left = [name for name in groups_of("TLS 1.3") if name not in ("x25519", "x448")]
    refused = hello("TLS 1.3", [AES], FAILURE, *left, purpose=Purpose.GROUPS)
    other = hello("TLS 1.3", ["TLS_AES_256_GCM_SHA384"], FAILURE, "x448", purpose=Purpose.GROUPS)
    assert doubtful_groups(of(answered, refused, answered), "TLS 1.3") == {"x448"}
    assert doubtful_groups(of(answered, refused, other, answered), "TLS 1.3") == {"x448"}
    assert doubtful_groups(of(answered), "TLS 1.2") == frozenset()


def test_contradictions_tell_of_several_servers() -> None:
    accepted = hello("TLS 1.2", [GCM, CBC], OK)
    assert contradictions(of(accepted, hello("TLS 1.2", [GCM], FAILURE), accepted)) == (GCM,)
    assert contradictions(of(accepted, hello("TLS 1.2", [STATIC], FAILURE), accepted)) == ()
    assert contradictions(of(accepted, hello("TLS 1.2", [STATIC], TOO_OLD), accepted)) == (
        "TLS 1.2",
    )


def test_blocked_is_who_answers_greetings_first_and_not_last() -> None:
    shut = Hello(Purpose.ORDINARY, "TLS 1.3", GREETING.suites, CLOSED, exact=False)
    assert of(GREETING, shut).blocked
    assert not of(GREETING).blocked
    assert not of(GREETING, shut, GREETING).blocked


REPLIES = st.sampled_from([OK, Answer("TLS 1.1", CBC), FAILURE, TOO_OLD, ODD, CLOSED, SILENCE])
HELLOS = st.lists(
    st.builds(
        hello,
        st.sampled_from(["TLS 1.2", "TLS 1.1", "TLS 1.0"]),
        st.lists(st.sampled_from([GCM, CBC, STATIC]), min_size=1, unique=True),
        REPLIES,
    ),
    max_size=12,
)


@given(HELLOS)
def test_nothing_is_accepted_and_refused_at_once(hellos: list[Hello]) -> None:
    tls = of(*hellos)
    for version in VERSIONS.values():
        accepted = set(tls.accepted().get(version, ()))
        assert not (accepted and is_refused(tls, version))
        assert not accepted & doubtful_suites(tls, version)
        assert [bool(accepted), is_refused(tls, version), is_unknown(tls, version)].count(True) == 1


@given(HELLOS)
def test_without_an_answer_at_the_end_the_last_refusal_proves_nothing(hellos: list[Hello]) -> None:
    for closed in (asked(CLOSED), asked(SILENCE), asked(FAILURE)):
        assert closed not in refusals(of(*hellos, closed))


@given(HELLOS)
def test_silence_adds_no_proof(hellos: list[Hello]) -> None:
    """Cutting answers out of a look may leave less known, and never more."""
    tls = of(*hellos)
    for at, one in enumerate(hellos):
        if not isinstance(one.answer, Answer):
            silent = Hello(one.purpose, one.version, one.suites, SILENCE)
            less = of(*hellos[:at], silent, *hellos[at + 1 :])
            if not any(isinstance(h.answer, Closed) or h.answer == ODD for h in hellos):
                assert set(refusals(less)) <= set(refusals(tls))
