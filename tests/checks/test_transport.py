import pytest
from builders import (
    GOOD_SUITES,
    HOST,
    Cases,
    changed,
    flat,
    hop,
    outcome_of,
    redirect,
    site,
    tls,
    without_https,
)

from secscan.evidence import Closed, Exchange, Hello, Missing, MissingKind, SiteEvidence, Tls

TIMEOUT = Missing(MissingKind.TIMEOUT)
ECDHE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
RSA = "TLS_RSA_WITH_AES_128_GCM_SHA256"
CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
HTTP, HTTPS = f"http://{HOST}/", f"https://{HOST}/"


def offering(**versions: str) -> SiteEvidence:
    names = {"v13": "TLS 1.3", "v12": "TLS 1.2", "v11": "TLS 1.1", "v10": "TLS 1.0", "v3": "SSLv3"}
    return site(spoken=tls({names[version]: (suite,) for version, suite in versions.items()}))


def suites(*names: str) -> SiteEvidence:
    return site(spoken=tls({"TLS 1.2": names}))


def unanswered(version: str, answer: Closed | Missing, last: bool = True) -> SiteEvidence:
    spoken = tls(GOOD_SUITES, answers={version: answer})
    hellos = spoken.hellos if last else spoken.hellos[:-1]
    return site(spoken=Tls(hellos, spoken.certificates))


CUT_SHORT = site(
    spoken=Tls((*tls().hellos[:3], Hello("suites", "", 0, TIMEOUT)), tls().certificates)
)


def over_budget(*names: str) -> SiteEvidence:
    spoken = tls({"TLS 1.2": names})
    cut = Hello("other suites", "TLS 1.2", 90, Missing(MissingKind.OVER_BUDGET))
    return site(spoken=Tls((*spoken.hellos, cut), spoken.certificates))


def beside_silence(silent: str, **old: str) -> SiteEvidence:
    """Return a site of TLS 1.2 and these versions, of which one never answered."""
    offered = {"TLS 1.2": (ECDHE,)} | {version: (suite,) for version, suite in old.items()}
    return site(spoken=tls(offered, answers={silent: TIMEOUT}))


OLD_AND_SILENCE = tls({"TLS 1.0": (CBC,)}, answers={"TLS 1.2": TIMEOUT})


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
        ("silence is no refusal", unanswered("TLS 1.0", TIMEOUT), "not-tested"),
        ("a close is one, if the server goes on", unanswered("TLS 1.0", Closed("reset")), "pass"),
        (
            "a close is none, if it was the last word",
            unanswered("SSLv3", Closed("reset"), last=False),
            "not-tested",
        ),
        ("a look that was cut short", CUT_SHORT, "not-tested"),
        ("1.0, and no word on SSL 3", beside_silence("SSLv3", **{"TLS 1.0": CBC}), "partial 1/2"),
        ("1.0, and no word on 1.2", site(spoken=OLD_AND_SILENCE), "partial 1/2"),
    ],
    "transport.tls13": [
        ("offered", site(), "pass"),
        ("refused", offering(v12=ECDHE), "fail"),
        ("unanswered", unanswered("TLS 1.3", TIMEOUT), "pass"),
        (
            "never answered",
            site(spoken=tls({"TLS 1.2": (ECDHE,)}, answers={"TLS 1.3": TIMEOUT})),
            "not-tested",
        ),
    ],
    "transport.cipher_suites": [
        ("AEAD with ECDHE", site(), "pass"),
        ("CBC with SHA-256", suites("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"), "pass"),
        ("CBC with SHA-1", suites(ECDHE, CBC), "partial 1/2"),
        ("RSA key exchange", suites(ECDHE, RSA), "partial 1/2"),
        ("static ECDH", suites(ECDHE, "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256"), "partial 1/2"),
        ("3DES", suites(ECDHE, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"), "fail"),
        ("RC4", suites(ECDHE, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"), "fail"),
        ("anonymous", suites(ECDHE, "TLS_DH_anon_WITH_AES_128_GCM_SHA256"), "fail"),
        ("export", suites("TLS_RSA_EXPORT_WITH_DES40_CBC_SHA"), "fail"),
        ("no encryption", suites("TLS_RSA_WITH_NULL_SHA256"), "fail"),
        ("cut short, nothing broken so far", CUT_SHORT, "not-tested"),
        ("over budget, all weak ones known", over_budget(ECDHE, CBC), "partial 1/2"),
        (
            "a weak one, and no word on SSL 3",
            beside_silence("SSLv3", **{"TLS 1.1": CBC}),
            "partial 1/2",
        ),
        ("over budget, all seen are strong", over_budget(ECDHE), "not-tested"),
    ],
    "transport.forward_secrecy": [
        ("all", site(), "pass"),
        ("two of three", suites(ECDHE, CBC, RSA), "partial 2/3"),
        ("none", suites(RSA), "fail"),
        ("cut short", CUT_SHORT, "not-tested"),
        (
            "cut short, one seen has none",
            beside_silence("SSLv3", **{"TLS 1.1": RSA}),
            "partial 1/2",
        ),
        ("over budget, none has it", over_budget(RSA), "fail"),
    ],
    "transport.https_enforced": [
        ("301 to the same name", site(), "pass"),
        ("308", site(plain=(redirect(HTTP, HTTPS, 308), hop())), "pass"),
        ("a relative Location is no way to https", site(plain=(hop(HTTP),)), "fail"),
        ("302", site(plain=(redirect(HTTP, HTTPS, 302), hop())), "partial 3/4"),
        (
            "over another name",
            site(plain=(redirect(HTTP, "https://portal.example/"), hop())),
            "partial 1/2",
        ),
        (
            "over another plain hop",
            site(plain=(redirect(HTTP, "/home"), redirect(f"{HTTP}home", HTTPS), hop())),
            "partial 1/4",
        ),
        ("no redirect", site(plain=(hop(HTTP, 200, changed(), b"<html>"),)), "fail"),
        (
            "a meta refresh is no redirect",
            site(plain=(hop(HTTP, 200, (), b'<meta http-equiv=refresh content="0;url=https:">'),)),
            "fail",
        ),
        (
            "a redirect that never gets to https",
            site(plain=(redirect(HTTP, "/home"), hop(f"{HTTP}home"))),
            "fail",
        ),
        (
            "a redirect that could not be followed",
            site(plain=Exchange((redirect(HTTP, "/home"),), TIMEOUT)),
            "not-tested",
        ),
        (
            "HTTPS at the end of the redirect is broken: other checks say so",
            site(plain=Exchange((redirect(HTTP, HTTPS),), TIMEOUT)),
            "pass",
        ),
        ("a login", site(plain=(hop(HTTP, 401),)), "fail"),
        (
            "back to plain HTTP",
            site(plain=(redirect(HTTP, HTTPS), redirect(HTTPS, f"{HTTP}a"), hop(f"{HTTP}a"))),
            "fail",
        ),
        (
            "back to plain HTTP for a moment",
            site(
                plain=(redirect(HTTP, HTTPS), redirect(HTTPS, HTTP), redirect(HTTP, HTTPS), hop())
            ),
            "fail",
        ),
        ("a Location nobody can read", site(plain=(redirect(HTTP, "https://[/"),)), "fail"),
        ("no HTTPS at all", without_https(), "fail"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown
