import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import programs
import pytest
import tls_servers
from builders import (
    GOOD_SUITES,
    Cases,
    answer,
    catalog,
    flat,
    found,
    outcome_of,
    site,
    tls,
    without_https,
)
from tls_certificates import ordinary

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
from secscan.parsing.parameters import CODES, GROUPS

ECDHE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
DHE = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
RSA = "TLS_RSA_WITH_AES_128_GCM_SHA256"
EXPORT = "TLS_RSA_EXPORT_WITH_RC4_40_MD5"
NEW = "TLS_AES_128_GCM_SHA256"
SMALL = "TLS_AES_128_CCM_8_SHA256"
RSA_CBC = "TLS_RSA_WITH_AES_128_CBC_SHA"
OLD = {"TLS 1.0": (CBC,)}
BROKEN_10 = {"TLS 1.0": ("TLS_ECDHE_RSA_WITH_RC4_128_SHA",)}
BOTH = {"TLS 1.2": (ECDHE, CBC)}
TIMEOUT = Missing(MissingKind.TIMEOUT)
REFUSED = Refused("handshake_failure")

Change = Callable[[Hello], Hello]


def of(suites: Mapping[str, Sequence[str]] | None = None, *changes: Change) -> SiteEvidence:
    """Return a site of these suites whose hellos are changed."""
    spoken = tls(suites or GOOD_SUITES)
    hellos = list(spoken.hellos)
    for change in changes:
        hellos = [change(hello) for hello in hellos]
    return site(spoken=replace(spoken, hellos=tuple(hellos)))


def saying(suite: str, **changes: object) -> Change:
    """Change what comes back with a suite."""

    def change(hello: Hello) -> Hello:
        if isinstance(hello.answer, Answer) and hello.answer.suite == suite:
            return replace(hello, answer=replace(hello.answer, **changes))  # type: ignore[arg-type]
        return hello

    return change


def replied(purpose: Purpose, said: Answer | Refused | Closed | Missing) -> Change:
    """Change what every hello of a purpose is answered."""

    def change(hello: Hello) -> Hello:
        return replace(hello, answer=said) if hello.purpose is purpose else hello

    return change


def suites_got(version: str, said: Refused | Missing) -> Change:
    """Change what the suites of a version that were not accepted are answered."""

    def change(hello: Hello) -> Hello:
        asked = hello.purpose is Purpose.SUITES and hello.version == version
        left = asked and not isinstance(hello.answer, Answer)
        return replace(hello, answer=said) if left else hello

    return change


def silent_on_newer_than_11() -> Tls:
    """Return a server of TLS 1.1 that says nothing to newer greetings."""
    silent = dict.fromkeys(("TLS 1.3", "TLS 1.2"), TIMEOUT)
    spoken = tls({"TLS 1.1": (CBC,)}, answers=silent)
    kept = (hello for hello in spoken.hellos if hello.purpose is not Purpose.ORDINARY)
    return replace(spoken, hellos=tuple(kept))


def choosing(offered: tuple[str, ...], chosen: str, **changes: object) -> SiteEvidence:
    """Return a site of both strong and old suites that shows its choice only once."""
    spoken = tls(BOTH)
    codes = "".join(f"{CODES[suite]:04X}" for suite in offered)
    shown = Hello(Purpose.ORDER, "TLS 1.2", codes, answer("TLS 1.2", chosen))
    alone = tuple(
        replace(hello, suites=f"{CODES[hello.answer.suite]:04X}")
        for hello in spoken.hellos
        if isinstance(hello.answer, Answer) and hello.purpose is Purpose.SUITES
    )
    refused = tuple(hello for hello in spoken.hellos if hello.answer == REFUSED)
    change = replace(shown, **changes)  # type: ignore[arg-type]
    return site(spoken=Tls((*alone, *refused, change, *alone), spoken.presented))


def following_the_client() -> SiteEvidence:
    """Return a site that took the first of two old suites, and of three its worst."""
    spoken = tls({"TLS 1.2": (ECDHE, CBC, RSA)})
    old = (f"{CODES[CBC]:04X}", f"{CODES[RSA]:04X}")
    hellos = [
        replace(hello, suites=f"{CODES[hello.answer.suite]:04X}")
        if isinstance(hello.answer, Answer)
        else hello
        for hello in spoken.hellos
    ]
    old_alone = Hello(Purpose.SUITES, "TLS 1.2", "".join(old), answer("TLS 1.2", CBC))
    reverse = "".join((*reversed(old), f"{CODES[ECDHE]:04X}"))
    worst_first = Hello(Purpose.ORDER, "TLS 1.2", reverse, answer("TLS 1.2", RSA))
    return site(spoken=Tls((*hellos, old_alone, worst_first, hellos[0]), spoken.presented))


def groups(version: str, offer: tuple[str, ...], said: Missing | Refused) -> Change:
    """Change what the hellos of a version that ask for groups offered, and were answered."""
    numbers = {name: code for code, name in GROUPS.items()}
    codes = "".join(f"{numbers[name]:04X}" for name in offer)

    def change(hello: Hello) -> Hello:
        asked = hello.purpose is Purpose.GROUPS and hello.version == version
        return replace(hello, groups=codes, answer=said) if asked else hello

    return change


def without_hybrids(group: str, said: Missing | Refused = REFUSED) -> SiteEvidence:
    """Return a site that has one group, and gave this answer to a hello with all others."""
    others = groups("TLS 1.3", all_but(group), said)
    return of({"TLS 1.3": (NEW,)}, saying(NEW, group=group), others)


def all_but(*names: str) -> tuple[str, ...]:
    return tuple(name for name in GROUPS.values() if name not in names)


CASES: Cases = {
    "tls.key_exchange": [
        ("X25519", of({"TLS 1.2": (ECDHE,)}), "pass"),
        ("a hybrid", of(), "pass"),
        ("a prime of 3072 bits", of({"TLS 1.2": (DHE,)}), "pass"),
        (
            "a prime of 2048 bits",
            of({"TLS 1.2": (ECDHE, DHE)}, saying(DHE, bits=2048)),
            "partial 1/2",
        ),
        ("a prime of 1024 bits", of({"TLS 1.2": (ECDHE, DHE)}, saying(DHE, bits=1024)), "fail"),
        ("ffdhe2048 in TLS 1.3", of(None, saying(NEW, group="ffdhe2048")), "partial 1/2"),
        ("an old curve", of(OLD, saying(CBC, group="sect163k1")), "fail"),
        ("a curve to be phased out", of(OLD, saying(CBC, group="secp224r1")), "partial 1/2"),
        ("RSA of 512 bits", of({"TLS 1.0": (CBC, EXPORT)}, saying(EXPORT, bits=512)), "fail"),
        ("no fresh keys at all", of({"TLS 1.2": (RSA,)}), "fail"),
        ("no HTTPS", without_https(), "fail"),
        ("groups got no answer", of(None, replied(Purpose.GROUPS, TIMEOUT)), "not-tested"),
        (
            "only a strong group got none",
            of(None, groups("TLS 1.3", all_but("X25519MLKEM768", "secp384r1"), REFUSED)),
            "pass",
        ),
        (
            "a group to be phased out got none, another is there",
            of(
                OLD,
                saying(CBC, group="secp224r1"),
                groups("TLS 1.0", all_but("secp224r1", "secp256k1"), REFUSED),
            ),
            "partial 1/2",
        ),
        (
            "a weak group got none, one to be phased out is there",
            of(
                OLD,
                saying(CBC, group="secp224r1"),
                groups("TLS 1.0", all_but("secp224r1", "sect163k1"), REFUSED),
            ),
            "not-tested",
        ),
        (
            "fresh keys may be missing",
            site(spoken=tls({"TLS 1.2": (RSA,)}, answers={"TLS 1.2": TIMEOUT})),
            "not-tested",
        ),
        (
            "an old version may be missing, with a prime",
            site(spoken=tls(answers={"TLS 1.1": TIMEOUT, "TLS 1.0": TIMEOUT, "SSLv3": TIMEOUT})),
            "not-tested",
        ),
        (
            "a group to be phased out, and perhaps a small prime",
            of(OLD, saying(CBC, group="secp224r1"), suites_got("TLS 1.0", TIMEOUT)),
            "not-tested",
        ),
        ("a prime was not seen", of({"TLS 1.2": (ECDHE, DHE)}, saying(DHE, bits=0)), "not-tested"),
        ("a group was not seen", of(OLD, saying(CBC, group="")), "not-tested"),
        ("nothing is accepted", site(spoken=tls({})), "not-tested"),
    ],
    "tls.post_quantum": [
        ("a hybrid", of(), "pass"),
        ("none", without_hybrids("x25519"), "fail"),
        ("the draft", without_hybrids("X25519Kyber768Draft00"), "fail"),
        ("no TLS 1.3", of({"TLS 1.2": (ECDHE,)}), "fail"),
        ("groups got no answer", without_hybrids("x25519", TIMEOUT), "not-tested"),
        (
            "TLS 1.3 got no answer",
            site(spoken=tls({"TLS 1.2": (ECDHE,)}, answers={"TLS 1.3": TIMEOUT})),
            "not-tested",
        ),
    ],
    "tls.suite_order": [
        ("all are strong", of(), "not-applicable"),
        (
            "good and acceptable are one",
            of({"TLS 1.3": (NEW, GOOD_SUITES["TLS 1.3"][0])}),
            "not-applicable",
        ),
        ("all are to be phased out", of({"TLS 1.2": (CBC, RSA)}), "fail"),
        ("so they are in one version", of({"TLS 1.3": (NEW,), "TLS 1.2": (CBC,)}), "fail"),
        ("the version has no better ones", of({**GOOD_SUITES, **OLD}), "not-applicable"),
        ("TLS 1.0 alone has none", of(OLD), "fail"),
        ("broken ones alone, where there are better", of({**GOOD_SUITES, **BROKEN_10}), "fail"),
        (
            "a strong one may be missing",
            site(spoken=tls({"TLS 1.2": (CBC,)}, answers={"TLS 1.2": TIMEOUT})),
            "not-tested",
        ),
        (
            "a version with a strong one may be missing",
            site(spoken=silent_on_newer_than_11()),
            "not-tested",
        ),
        (
            "all are strong, an old version may be missing",
            site(spoken=tls(answers={"TLS 1.1": TIMEOUT, "TLS 1.0": TIMEOUT, "SSLv3": TIMEOUT})),
            "not-tested",
        ),
        ("the better one is chosen", of(BOTH), "not-applicable"),
        ("though it comes last", choosing((CBC, ECDHE), ECDHE), "not-applicable"),
        (
            "the better one comes first and is chosen",
            choosing((ECDHE, CBC), ECDHE),
            "not-applicable",
        ),
        ("the better one comes first and is not", choosing((ECDHE, CBC), CBC), "fail"),
        ("the worse one comes first and is chosen", choosing((CBC, ECDHE), CBC), "not-tested"),
        (
            "the server follows its client: what won once did not win again",
            following_the_client(),
            "not-applicable",
        ),
        (
            "the server has an order, and a bad one",
            of({"TLS 1.2": (ECDHE, CBC, RSA)}, replied(Purpose.ORDER, answer("TLS 1.2", CBC))),
            "fail",
        ),
        (
            "the better one was out of reach",
            choosing((ECDHE, CBC), CBC, groups="0001"),
            "not-tested",
        ),
        (
            "another host may have answered",
            choosing((ECDHE, CBC), CBC, purpose=Purpose.NAMELESS),
            "not-tested",
        ),
        ("the choice was never offered", choosing((ECDHE, RSA), CBC), "not-tested"),
        (
            "in TLS 1.3, too",
            of({"TLS 1.3": (SMALL, NEW)}),
            "not-tested",
        ),
        (
            "an old one may be missing",
            site(spoken=tls({"TLS 1.2": (ECDHE,)}, answers={"TLS 1.2": TIMEOUT})),
            "not-tested",
        ),
        ("nothing is accepted", site(spoken=tls({})), "not-tested"),
    ],
    "tls.signature_hash": [
        ("weak hashes are refused", of(), "pass"),
        (
            "the offer is ignored",
            of(None, replied(Purpose.SIGNATURES, answer("TLS 1.2", ECDHE))),
            "pass",
        ),
        (
            "SHA-1 where it is all there is",
            of(None, replied(Purpose.SIGNATURES, answer("TLS 1.2", ECDHE, signature="ecdsa_sha1"))),
            "fail",
        ),
        ("SHA-1 without need", of(BOTH, saying(CBC, signature="rsa_pkcs1_sha1")), "fail"),
        (
            "SHA-224",
            of(
                None,
                replied(Purpose.SIGNATURES, answer("TLS 1.2", ECDHE, signature="rsa_pkcs1_sha224")),
            ),
            "partial 1/2",
        ),
        ("no answer", of(None, replied(Purpose.SIGNATURES, TIMEOUT)), "not-tested"),
        (
            "SHA-224, and no answer to the offer of SHA-1",
            of(
                BOTH,
                saying(CBC, signature="rsa_pkcs1_sha224"),
                replied(Purpose.SIGNATURES, TIMEOUT),
            ),
            "not-tested",
        ),
        (
            "RSA alone was seen, signed ones may be there",
            of({"TLS 1.3": (NEW,), "TLS 1.2": (RSA,)}, suites_got("TLS 1.2", TIMEOUT)),
            "not-tested",
        ),
        (
            "RSA alone was seen, signed ones may be below",
            of({"TLS 1.2": (RSA,), "TLS 1.0": (RSA_CBC,)}, suites_got("TLS 1.0", TIMEOUT)),
            "not-tested",
        ),
        (
            "an answer that shows no signature",
            of(None, replied(Purpose.SIGNATURES, answer("TLS 1.2", ECDHE, signature=""))),
            "not-tested",
        ),
        ("TLS 1.3 alone", of({"TLS 1.3": (NEW,)}), "pass"),
        ("TLS 1.3, and 1.2 with RSA alone", of({"TLS 1.3": (NEW,), "TLS 1.2": (RSA,)}), "pass"),
        ("RSA alone", of({"TLS 1.2": (RSA,)}), "not-applicable"),
        ("TLS 1.0 alone", of(OLD), "fail"),
        (
            "no word on TLS 1.2",
            site(spoken=tls({"TLS 1.3": (NEW,)}, answers={"TLS 1.2": TIMEOUT, "TLS 1.1": TIMEOUT})),
            "not-tested",
        ),
        ("nothing is accepted", site(spoken=tls({})), "not-tested"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_a_choice_is_told() -> None:
    reason = found("tls.suite_order", choosing((ECDHE, CBC), CBC)).reason
    assert dict(reason.data) == {"chosen": CBC, "better": ECDHE}


FIXES = ("tls.signature_hash", "transport.protocols")


@pytest.mark.parametrize("kind", ["rsa2048", "p256", "p384"])
@pytest.mark.parametrize("server", ["nginx", "Apache"])
def test_the_fix_for_signatures_takes_no_version_away(
    server: str, kind: str, tmp_path: Path
) -> None:
    made, port = ordinary(tmp_path, kind), programs.free_port()
    lines = "".join(catalog().get(one).page[server] + "\n" for one in FIXES)
    run = {"nginx": tls_servers.nginx, "Apache": tls_servers.apache}[server]
    with run(port, [made], lines):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.minimum_version = context.maximum_version = version
            with (
                socket.create_connection(("127.0.0.1", port), 5) as plain,
                context.wrap_socket(plain) as secured,
            ):
                assert secured.version() == version.name.replace("_", ".")


def test_weak_groups_are_told() -> None:
    weak = found("tls.key_exchange", of({"TLS 1.2": (ECDHE, DHE)}, saying(DHE, bits=1024)))
    assert dict(weak.reason.data) == {"names": "DHE 1024"}
