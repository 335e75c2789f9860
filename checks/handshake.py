"""What a handshake carries besides keys: extensions, compression, and the signal of a fallback."""

from secscan.check import (
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    not_tested,
    passed,
)
from secscan.evidence import Answer, Hello, Purpose, Refused, Tls, is_unknown
from secscan.parsing.hellos import EXTENDED_MASTER_SECRET, HEARTBEAT, RENEGOTIATION_INFO

FAMILY = "transport"

_WITHOUT_EXTENSIONS = ("SSLv3", "TLS 1.0")
"""Versions of greetings that carry no extensions: the last that are tried, for old servers."""

_BELOW_TLS13 = ("SSLv3", "TLS 1.0", "TLS 1.1", "TLS 1.2")


@check("Traffic is not compressed by TLS", Severity.MEDIUM)
def compression(tls: Tls) -> Verdict:
    """Judge whether the server takes compression when it is offered.

    Why: The length of compressed traffic gives away what is in it: with CRIME, somebody on the way
    reads session cookies byte by byte. Nearly no server does it any more.
    Fix: Switch TLS compression off; the compression of pages by HTTP is another matter.
    nginx: Update nginx: since 1.3.2 it does not compress in TLS.
    Apache: SSLCompression off
    IIS: IIS does not compress in TLS; look at the device before it.
    See: RFC 9325 section 3.3
    CVE-2012-4929 (CRIME)
    """
    if any(answer.compressed for answer in tls.answers()):
        return failed("the server compresses traffic in TLS")
    if not _below_tls13(tls):
        return _only_tls13(tls)
    if not any(isinstance(answer, Answer) for answer in _replies(tls, Purpose.ORDER)):
        return not_tested("the handshake that offers compression got no answer")
    return not_applicable("the server does not compress traffic in TLS")


@check("Connections are renegotiated securely", Severity.MEDIUM)
def secure_renegotiation(tls: Tls) -> Verdict:
    """Judge whether the server confirms secure renegotiation.

    Why: Without it, somebody on the way can put requests of his own before those of a visitor, and
    the server takes both for the visitor's. Every server since 2010 has it.
    Fix: Update the web server and its TLS library.
    nginx: apt-get install --only-upgrade nginx openssl
    Apache: SSLInsecureRenegotiation off
    IIS: Install the updates of Windows: it has been secure since 2010 (MS10-049).
    See: RFC 5746 (renegotiation indication)
    CVE-2009-3555
    """
    answers = _below_tls13(tls)
    if not answers:
        return _only_tls13(tls)
    if any(RENEGOTIATION_INFO in answer.extensions for answer in answers):
        return not_applicable("the server renegotiates securely, if at all")
    return failed("the server does not confirm secure renegotiation")


@check("Clients cannot be pushed down to an older version", Severity.LOW)
def downgrade_protection(tls: Tls) -> Verdict:
    """Judge what the server answers to a client that says it has fallen back.

    Why: Somebody on the way can make connections fail until a client tries an older version. A
    client that says so is warned by the server, if the server knows the signal.
    Fix: Update the web server and its TLS library, or offer one version only.
    nginx: ssl_protocols TLSv1.2 TLSv1.3;
    Apache: SSLProtocol -all +TLSv1.2 +TLSv1.3
    IIS: Windows does not know the signal: offer TLS 1.3 and TLS 1.2 alone, and update clients.
    See: RFC 7507 (fallback signalling)
    """
    accepted = [version for version in (*_BELOW_TLS13, "TLS 1.3") if version in tls.accepted()]
    if len(accepted) < 2:
        if not accepted or any(is_unknown(tls, version) for version in (*_BELOW_TLS13, "TLS 1.3")):
            return not_tested("not every version got an answer, so there may be an older one")
        return not_applicable("there is no older version to fall back to")
    replies = _replies(tls, Purpose.FALLBACK)
    if any(isinstance(reply, Answer) for reply in replies):
        return failed("the server goes along with a fallback to an older version")
    if Refused("inappropriate_fallback") in replies:
        return passed("the server stops a fallback to an older version")
    return not_tested("the handshake that signals a fallback got no clear answer")


@check("Session keys are bound to their handshake", Severity.LOW)
def extended_master_secret(tls: Tls) -> Verdict:
    r"""Judge whether the extended master secret is used below TLS 1.3.

    Why: Without it, a server in the middle can make two connections share one key and pass for
    the visitor (triple handshake). TLS 1.3 binds its keys always.
    Fix: Update the web server and its TLS library: OpenSSL has it since 1.1.0, Windows since 2015.
    nginx: apt-get install --only-upgrade nginx openssl
    Apache: apt-get install --only-upgrade apache2 openssl
    IIS: Install the updates of Windows, and remove DisableServerExtendedMasterSecret from
    HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL
    See: RFC 7627 (extended master secret)
    NCSC-NL, IT Security Guidelines for TLS, 2025-05
    """
    answers = _below_tls13(tls)
    if not answers:
        return _only_tls13(tls)
    if any(EXTENDED_MASTER_SECRET in answer.extensions for answer in answers):
        return passed("the server uses the extended master secret")
    if all(hello.version in _WITHOUT_EXTENSIONS for hello in _greetings(tls)):
        return not_tested("the server answers only hellos without extensions")
    return failed("the server does not use the extended master secret")


@check("The heartbeat extension is off", Severity.INFO)
def heartbeat(tls: Tls) -> Verdict:
    """Judge whether the server would answer heartbeats.

    Why: HTTPS has no use for heartbeats, and the worst fault of TLS software so far, Heartbleed,
    was in them. That they are offered does not say that the fault is there.
    Fix: Update the TLS library: OpenSSL has had no heartbeats since 1.1.1.
    nginx: apt-get install --only-upgrade nginx openssl
    Apache: apt-get install --only-upgrade apache2 openssl
    IIS: Windows has no heartbeats; look at the device before it.
    See: RFC 6520 (heartbeat)
    CVE-2014-0160 (Heartbleed)
    """
    if not tls.answers():
        return not_tested("no handshake was answered")
    if any(HEARTBEAT in answer.extensions for answer in tls.answers()):
        return failed("the server offers heartbeats")
    return passed("the server offers no heartbeats")


def _greetings(tls: Tls) -> list[Hello]:
    ordinary = [hello for hello in tls.hellos if hello.purpose is Purpose.ORDINARY]
    return [hello for hello in ordinary if isinstance(hello.answer, Answer)]


def _below_tls13(tls: Tls) -> list[Answer]:
    return [answer for answer in tls.answers() if answer.version in _BELOW_TLS13]


def _only_tls13(tls: Tls) -> Verdict:
    """Judge a server that was seen in no version to which the matter applies."""
    if not tls.accepted() or any(is_unknown(tls, version) for version in _BELOW_TLS13):
        return not_tested("not every version got an answer, so there may be an older one")
    return not_applicable("the versions that are offered have no such thing")


def _replies(tls: Tls, purpose: Purpose) -> list[object]:
    return [hello.answer for hello in tls.hellos if hello.purpose is purpose]
