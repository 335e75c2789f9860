from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from builders import GOOD_SUITES, Cases, answer, flat, outcome_of, site, tls, without_https

from secscan.evidence import (
    Answer,
    Closed,
    Hello,
    Missing,
    MissingKind,
    Purpose,
    Refused,
    SiteEvidence,
    Tls,
)
from secscan.parsing.hellos import EXTENDED_MASTER_SECRET, HEARTBEAT, RENEGOTIATION_INFO

ECDHE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
NEW = {"TLS 1.3": ("TLS_AES_128_GCM_SHA256",)}
ONE = {"TLS 1.2": (ECDHE,)}
FROM_11 = ONE | {"TLS 1.1": (CBC,)}
TIMEOUT = Missing(MissingKind.TIMEOUT)
NOTHING = site(spoken=tls({}))


def with_extensions(
    *numbers: int, suites: Mapping[str, Sequence[str]] | None = None
) -> SiteEvidence:
    """Return a site whose every answer has these extensions."""
    spoken = tls(suites or GOOD_SUITES)
    hellos = tuple(
        replace(hello, answer=replace(hello.answer, extensions=numbers))
        if isinstance(hello.answer, Answer)
        else hello
        for hello in spoken.hellos
    )
    return site(spoken=replace(spoken, hellos=hellos))


def replied(
    purpose: Purpose,
    said: Answer | Refused | Closed | Missing,
    suites: Mapping[str, Sequence[str]] = GOOD_SUITES,
) -> SiteEvidence:
    """Return a site of these suites that answered the hello of a purpose like this."""

    def change(hello: Hello) -> Hello:
        return replace(hello, answer=said) if hello.purpose is purpose else hello

    spoken = tls(suites)
    return site(spoken=replace(spoken, hellos=tuple(map(change, spoken.hellos))))


def fallen_back(said: Answer | Refused | Closed | Missing) -> SiteEvidence:
    """Return a site with TLS 1.1 that answered the signal of a fallback like this."""
    return replied(Purpose.FALLBACK, said, FROM_11)


def perhaps_older(suites: Mapping[str, Sequence[str]]) -> SiteEvidence:
    """Return a site of these suites that kept silent on TLS 1.1, or on TLS 1.2 too."""
    silent = {version: TIMEOUT for version in ("TLS 1.2", "TLS 1.1") if version not in suites}
    return site(spoken=tls(suites, answers=silent))


def without_extensions() -> SiteEvidence:
    """Return a site that answers only hellos without extensions, and so without its name."""
    spoken = with_extensions(RENEGOTIATION_INFO, suites=ONE).endpoints[1].tls
    assert isinstance(spoken, Tls)
    hellos = (replace(hello, plain=True, named=False) for hello in spoken.hellos)
    return site(spoken=replace(spoken, hellos=tuple(hellos)))


def pool(*numbers: int, **changes: object) -> SiteEvidence:
    """Return a good site, but that one more hello was answered with these extensions alone."""
    spoken = tls()
    other = Hello(Purpose.ORDINARY, "TLS 1.2", "", answer("TLS 1.2", ECDHE, extensions=numbers))
    other = replace(other, **changes)  # type: ignore[arg-type]
    return site(spoken=replace(spoken, hellos=(other, *spoken.hellos)))


COMPRESSED = answer("TLS 1.2", ECDHE, compressed=True)

CASES: Cases = {
    "handshake.compression": [
        ("none", site(), "not-applicable"),
        ("compressed", replied(Purpose.ORDER, COMPRESSED), "fail"),
        ("TLS 1.3 alone", site(spoken=tls(NEW)), "not-applicable"),
        ("the offer got no answer", replied(Purpose.ORDER, TIMEOUT), "not-tested"),
        ("an older version may be there", perhaps_older(NEW), "not-tested"),
        ("nothing is accepted", NOTHING, "not-tested"),
    ],
    "handshake.secure_renegotiation": [
        ("confirmed", site(), "not-applicable"),
        ("not confirmed", with_extensions(EXTENDED_MASTER_SECRET), "fail"),
        ("not confirmed, TLS 1.2 alone", with_extensions(suites=ONE), "fail"),
        ("one server of a pool does not", pool(EXTENDED_MASTER_SECRET), "fail"),
        ("nor without extensions, by a suite", without_extensions(), "not-applicable"),
        ("another site does not", pool(purpose=Purpose.NAMELESS, named=False), "not-applicable"),
        ("nobody knows whose answer it is", pool(named=False, plain=True), "not-applicable"),
        ("TLS 1.3 alone", site(spoken=tls(NEW)), "not-applicable"),
        ("an older version may be there", perhaps_older(NEW), "not-tested"),
        ("no HTTPS", without_https(), "fail"),
        ("nothing is accepted", NOTHING, "not-tested"),
    ],
    "handshake.downgrade_protection": [
        ("the right alert", site(spoken=tls(FROM_11)), "not-applicable"),
        ("an answer", fallen_back(answer("TLS 1.1", CBC)), "fail"),
        ("another alert", fallen_back(Refused("handshake_failure")), "not-tested"),
        ("a close", fallen_back(Closed("reset")), "not-tested"),
        ("no answer", fallen_back(TIMEOUT), "not-tested"),
        (
            "TLS 1.3 and 1.2 alone, whatever the answer",
            replied(Purpose.FALLBACK, answer("TLS 1.2", ECDHE)),
            "not-applicable",
        ),
        ("TLS 1.3 and 1.2, perhaps an older one", perhaps_older(GOOD_SUITES), "not-tested"),
        ("TLS 1.1 alone", site(spoken=tls({"TLS 1.1": (CBC,)})), "not-applicable"),
        ("TLS 1.3 alone", site(spoken=tls(NEW)), "not-applicable"),
        ("TLS 1.2 alone", site(spoken=tls(ONE)), "not-applicable"),
        ("an older version may be there", perhaps_older(ONE), "not-tested"),
        (
            "three versions",
            site(spoken=tls(ONE | {"TLS 1.1": (CBC,), "SSLv3": (CBC,)})),
            "not-applicable",
        ),
        ("nothing is accepted", NOTHING, "not-tested"),
    ],
    "handshake.extended_master_secret": [
        ("used", site(), "pass"),
        ("not used", with_extensions(RENEGOTIATION_INFO), "fail"),
        ("not used, TLS 1.2 alone", with_extensions(suites=ONE), "fail"),
        ("one server of a pool does not use it", pool(RENEGOTIATION_INFO), "fail"),
        ("another site does not", pool(purpose=Purpose.NAMELESS, named=False), "pass"),
        ("nobody knows whose answer it is", pool(named=False, plain=True), "pass"),
        ("it was not asked for once", pool(plain=True), "pass"),
        ("SSL 3 has no such thing", site(spoken=tls(ONE | {"SSLv3": (CBC,)})), "pass"),
        ("SSL 3 alone", site(spoken=tls({"SSLv3": (CBC,)})), "fail"),
        ("never asked for", without_extensions(), "not-tested"),
        ("TLS 1.3 alone", site(spoken=tls(NEW)), "not-applicable"),
        ("an older version may be there", perhaps_older(NEW), "not-tested"),
        ("nothing is accepted", NOTHING, "not-tested"),
    ],
    "handshake.heartbeat": [
        ("not offered", site(), "pass"),
        ("offered", with_extensions(RENEGOTIATION_INFO, HEARTBEAT), "fail"),
        ("nothing is accepted", NOTHING, "not-tested"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown
