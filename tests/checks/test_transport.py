from dataclasses import replace

import pytest
from builders import Cases, flat, outcome_of, site, tls, without_https
from certificate_builders import HOST

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
from secscan.parsing.parameters import CODES

TIMEOUT = Missing(MissingKind.TIMEOUT)
ECDHE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
RSA = "TLS_RSA_WITH_AES_128_GCM_SHA256"
CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
DHE = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
SSL2 = "SSL_CK_RC4_128_WITH_MD5"
NEW = "TLS_AES_128_GCM_SHA256"
RSA_CBC = "TLS_RSA_WITH_AES_128_CBC_SHA"
OLD = Answer("TLS 1.0", RSA_CBC)
NAMED = ("TLS 1.3", True, Refused("unrecognized_name"))
HTTP, HTTPS = f"http://{HOST}/", f"https://{HOST}/"


def offering(**versions: str) -> SiteEvidence:
    names = {
        "v13": "TLS 1.3",
        "v12": "TLS 1.2",
        "v11": "TLS 1.1",
        "v10": "TLS 1.0",
        "v3": "SSLv3",
        "v2": "SSLv2",
    }
    return site(spoken=tls({names[version]: (suite,) for version, suite in versions.items()}))


def suites(*names: str) -> SiteEvidence:
    return site(spoken=tls({"TLS 1.2": names}))


def silent(*silences: str, **offered: str) -> SiteEvidence:
    """Return a site of TLS 1.2, and of these versions, where the last hello of some got lost."""
    suites = {"TLS 1.2": (ECDHE,)} | {version: (suite,) for version, suite in offered.items()}
    return site(spoken=tls(suites, answers=dict.fromkeys(silences, TIMEOUT)))


def plainly_greeted() -> SiteEvidence:
    """Return a site that only a greeting without extensions gets an answer of."""
    hello = Hello(Purpose.ORDINARY, "TLS 1.0", "002F", OLD, plain=True)
    return site(spoken=Tls((hello,), tls().presented))


def greeted(*answers: tuple[str, bool, Answer | Refused]) -> SiteEvidence:
    """Return a site whose ordinary hellos were these: newest version, with its name, answer."""
    hello = next(hello for hello in tls().hellos if hello.purpose is Purpose.ORDINARY)
    hellos = [
        replace(hello, version=version, named=named, answer=said)
        for version, named, said in answers
    ]
    return site(spoken=Tls(tuple(hellos), tls().presented))


def lost(spoken: Tls, *names: str) -> Tls:
    """Return the same enumeration, but that the hello which offered these suites got lost."""
    wanted = [f"{CODES[name]:04X}" for name in names]
    hellos = []
    for hello in spoken.hellos:
        if hello.version == "TLS 1.2" and isinstance(hello.answer, Refused):
            rest = "".join(f"{CODES[name]:04X}" for name in hello.offered if name not in names)
            hellos.append(replace(hello, suites=rest))
        else:
            hellos.append(hello)
    cut = replace(hellos[1], version="TLS 1.2", suites="".join(wanted), answer=TIMEOUT)
    return replace(spoken, hellos=(*hellos[:1], cut, *hellos[1:]))


def denied_first() -> Tls:
    """Return a server that first refuses what it accepts afterwards."""
    spoken = tls()
    lost = replace(spoken.hellos[1], answer=Refused("handshake_failure"))
    return replace(spoken, hellos=(lost, *spoken.hellos))


CUT_SHORT = site(
    spoken=replace(tls(), hellos=(*tls().hellos[:3], replace(tls().hellos[3], answer=TIMEOUT)))
)
OLD_AND_SILENCE = tls({"TLS 1.0": (CBC,)}, answers={"TLS 1.2": TIMEOUT, "TLS 1.1": TIMEOUT})
OLD_AND_SILENCE = replace(
    OLD_AND_SILENCE, hellos=(*OLD_AND_SILENCE.hellos[1:-1], OLD_AND_SILENCE.hellos[4])
)
CLOSED = tls({"TLS 1.2": (ECDHE,)}, answers={"TLS 1.1": Closed("reset")})
AGAIN = next(hello for hello in CLOSED.hellos if isinstance(hello.answer, Closed))
TWICE_CLOSED = replace(CLOSED, hellos=(AGAIN, *CLOSED.hellos[-1:], AGAIN, *CLOSED.hellos[-1:]))


CASES: Cases = {
    "transport.https": [
        ("TLS answers", site(), "pass"),
        ("only SSL 3 answers", offering(v3=RSA), "pass"),
        ("443 refused three times while 80 answers", without_https(), "fail"),
        ("443 times out", site(https=TIMEOUT, spoken=TIMEOUT), "not-tested"),
        ("every hello is refused", site(spoken=tls({})), "not-tested"),
    ],
    "transport.protocols": [
        ("1.2 and 1.3", site(), "pass"),
        ("1.3 alone", offering(v13="TLS_AES_128_GCM_SHA256"), "pass"),
        ("1.2 alone", offering(v12=ECDHE), "pass"),
        ("1.1 beside 1.2", offering(v12=ECDHE, v11=CBC), "partial 1/2"),
        ("1.0 beside 1.2", offering(v12=ECDHE, v10=CBC), "partial 1/2"),
        ("nothing above 1.1", offering(v11=CBC, v10=CBC), "fail"),
        ("SSL 3 beside 1.2", offering(v12=ECDHE, v3=CBC), "fail"),
        ("SSL 2 beside 1.2", offering(v12=ECDHE, v2=SSL2), "fail"),
        ("silence is no refusal", silent("TLS 1.1"), "not-tested"),
        ("nor is silence on SSL 2", silent("SSLv2"), "not-tested"),
        ("nor is one close", site(spoken=CLOSED), "not-tested"),
        (
            "two closes between answers are",
            site(spoken=replace(CLOSED, hellos=(*CLOSED.hellos, *TWICE_CLOSED.hellos))),
            "pass",
        ),
        ("a look that was cut short", CUT_SHORT, "not-tested"),
        (
            "1.0, and no word on SSL 2",
            silent("SSLv2", **{"TLS 1.0": CBC}),
            "not-tested",
        ),
        (
            "1.1, and no word on 1.0",
            silent("TLS 1.0", **{"TLS 1.1": CBC}),
            "partial 1/2",
        ),
        (
            "1.0, and no word on 1.2",
            site(spoken=OLD_AND_SILENCE),
            "not-tested",
        ),
    ],
    "transport.tls13": [
        ("offered", site(), "pass"),
        ("refused", offering(v12=ECDHE), "fail"),
        ("the refusal of its other suites got lost", silent("TLS 1.3", **{"TLS 1.3": NEW}), "pass"),
        ("never answered", silent("TLS 1.3"), "not-tested"),
    ],
    "transport.cipher_suites": [
        ("AEAD with ECDHE", site(), "pass"),
        ("CBC with SHA-256", suites("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"), "partial 1/2"),
        ("CBC with SHA-1", suites(ECDHE, CBC), "partial 1/2"),
        ("DHE", suites(ECDHE, DHE), "partial 1/2"),
        ("RSA key exchange", suites(ECDHE, RSA), "partial 1/2"),
        ("static ECDH", suites(ECDHE, "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256"), "partial 1/2"),
        ("3DES", suites(ECDHE, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"), "fail"),
        ("RC4", suites(ECDHE, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"), "fail"),
        ("anonymous", suites(ECDHE, "TLS_DH_anon_WITH_AES_128_GCM_SHA256"), "fail"),
        ("export", suites("TLS_RSA_EXPORT_WITH_DES40_CBC_SHA"), "fail"),
        ("no encryption", suites("TLS_RSA_WITH_NULL_SHA256"), "fail"),
        ("any kind of SSL 2", offering(v12=ECDHE, v2=SSL2), "fail"),
        ("cut short, nothing broken so far", CUT_SHORT, "not-tested"),
        ("all seen are strong, a broken one may be missing", silent("TLS 1.2"), "not-tested"),
        (
            "an old one is seen, a broken one may be missing",
            silent("TLS 1.2", **{"TLS 1.2": CBC}),
            "not-tested",
        ),
        (
            "an old one is seen, only old ones may be missing",
            site(spoken=lost(tls({"TLS 1.2": (ECDHE, CBC)}), RSA)),
            "partial 1/2",
        ),
        (
            "all seen are strong, an old one may be missing",
            site(spoken=lost(tls({"TLS 1.2": (ECDHE,)}), RSA)),
            "not-tested",
        ),
        (
            "all seen are strong, a strong one may be missing",
            site(spoken=lost(tls(), "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")),
            "pass",
        ),
        ("a version may be missing", silent("TLS 1.1"), "not-tested"),
        (
            "an old one is seen, a version may be missing",
            silent("SSLv2", **{"TLS 1.1": CBC}),
            "not-tested",
        ),
        ("nothing is accepted", site(spoken=tls({})), "not-tested"),
    ],
    "transport.forward_secrecy": [
        ("all", site(), "pass"),
        ("two of three", suites(ECDHE, CBC, RSA), "partial 1/2"),
        ("none", suites(RSA), "fail"),
        ("cut short", CUT_SHORT, "not-tested"),
        (
            "one suite seen has none, whatever is missing",
            silent("SSLv3", **{"TLS 1.1": RSA_CBC}),
            "partial 1/2",
        ),
        (
            "a suite without it may be missing",
            site(spoken=lost(tls({"TLS 1.2": (ECDHE,)}), RSA)),
            "not-tested",
        ),
        ("another one with it may be missing", site(spoken=lost(tls(), DHE)), "pass"),
        (
            "none has it, and none that does is missing",
            site(spoken=lost(tls({"TLS 1.2": (RSA,)}), RSA_CBC)),
            "fail",
        ),
        (
            "none has it, but one that does may be missing",
            site(spoken=lost(tls({"TLS 1.2": (RSA,)}), ECDHE)),
            "not-tested",
        ),
        ("nothing is accepted", site(spoken=tls({})), "not-tested"),
    ],
    "transport.consistency": [
        ("all alike", site(), "pass"),
        ("accepted and refused", site(spoken=denied_first()), "fail"),
        (
            "two answers to one greeting",
            greeted(("TLS 1.3", True, Answer("TLS 1.3", NEW)), ("TLS 1.3", True, OLD)),
            "fail",
        ),
        ("no answer", site(spoken=tls({})), "not-tested"),
    ],
    "transport.compatibility": [
        ("an ordinary greeting", site(), "pass"),
        ("to nobody who knows the name", greeted(NAMED, ("TLS 1.3", False, OLD)), "fail"),
        ("to old greetings alone", greeted(NAMED, ("TLS 1.0", True, OLD)), "fail"),
        ("to those without extensions alone", plainly_greeted(), "fail"),
        ("to none", greeted(NAMED), "not-tested"),
        (
            "to the first alone",
            greeted(("TLS 1.3", True, OLD), ("TLS 1.3", True, Refused("access_denied"))),
            "not-tested",
        ),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown
