"""What a handshake carries besides keys: extensions, compression, and the signal of a fallback."""

from collections.abc import Iterable

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

_BELOW_TLS12 = ("SSLv3", "TLS 1.0", "TLS 1.1")
_BELOW_TLS13 = (*_BELOW_TLS12, "TLS 1.2")


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
    """Judge whether the server confirms secure renegotiation, whenever it is asked.

    Why: Without it, somebody on the way can put requests of his own before those of a visitor, and
    the server takes both for the visitor's. Every server since 2010 has it.
    Fix: Update the web server and its TLS library.
    nginx: apt-get install --only-upgrade nginx openssl
    Apache: SSLInsecureRenegotiation off
    IIS: Install the updates of Windows: it has been secure since 2010 (MS10-049).
    See: RFC 5746 (renegotiation indication)
    CVE-2009-3555
    """
    older = _below_tls13(tls)
    if not older:
        return _only_tls13(tls)
    if any(answer.extensions is None for _, answer in older):
        return _not_kept()
    if any(RENEGOTIATION_INFO not in (answer.extensions or ()) for _, answer in older):
        return failed("the server does not confirm secure renegotiation")
    return not_applicable("the server renegotiates securely, if at all")


@check("Clients cannot be pushed down to an older version", Severity.LOW)
def downgrade_protection(tls: Tls) -> Verdict:
    r"""Judge what the server answers to a client that says it has fallen back.

    Why: Somebody on the way can make connections fail until a client tries an older version. A
    client that says so is warned by the server, if the server knows the signal.
    Fix: Offer TLS 1.2 and TLS 1.3 alone: between these two, TLS 1.3 protects by itself. Where an
    older version has to stay, update the web server and its TLS library.
    nginx: ssl_protocols TLSv1.2 TLSv1.3;
    Apache: SSLProtocol -all +TLSv1.2 +TLSv1.3
    IIS: Windows does not know the signal. Switch off SSL 3.0, TLS 1.0 and TLS 1.1 for the server
    under HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols
    (Enabled = 0), then restart Windows.
    See: RFC 7507 (fallback signalling)
    RFC 8446 section 4.1.3 (how TLS 1.3 protects from downgrades)
    """
    accepted = {version for version in (*_BELOW_TLS13, "TLS 1.3") if version in tls.accepted()}
    if len(accepted) < 2 or accepted == {"TLS 1.2", "TLS 1.3"}:
        return _without_fallback(tls, accepted)
    replies = _replies(tls, Purpose.FALLBACK)
    if any(isinstance(reply, Answer) for reply in replies):
        return failed("the server goes along with a fallback to an older version")
    if Refused("inappropriate_fallback") in replies:
        return not_applicable("the server stops a fallback to an older version")
    return not_tested("the handshake that signals a fallback got no clear answer")


@check("Session keys are bound to their handshake", Severity.LOW)
def extended_master_secret(tls: Tls) -> Verdict:
    r"""Judge whether the extended master secret is used below TLS 1.3, whenever it is asked for.

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
    older = _below_tls13(tls)
    if not older:
        return _only_tls13(tls)
    asked = [  # SSL 3 has no such thing
        answer
        for hello, answer in older
        if not hello.plain and "SSLv3" not in (hello.version, answer.version)
    ]
    if any(answer.extensions is None for answer in asked):
        return _not_kept()
    if any(EXTENDED_MASTER_SECRET not in (answer.extensions or ()) for answer in asked):
        return failed("the server does not use the extended master secret")
    if asked:
        return passed("the server uses the extended master secret")
    if any(answer.version != "SSLv3" for _, answer in older) or _is_open(tls, _BELOW_TLS13):
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
    if any(answer.extensions is None for answer in tls.answers()):
        return _not_kept()
    if any(HEARTBEAT in (answer.extensions or ()) for answer in tls.answers()):
        return failed("the server offers heartbeats")
    return passed("the server offers no heartbeats")


def _not_kept() -> Verdict:
    """Say that evidence of the first schema cannot tell."""
    return not_tested("what the server answered was not kept in full")


def _below_tls13(tls: Tls) -> list[tuple[Hello, Answer]]:
    """Return the hellos that were answered in a version below TLS 1.3, each with its answer.

    Without the server's name another site may answer: such hellos count where nothing else does.
    """
    found = [
        (hello, hello.answer)
        for hello in tls.hellos
        if hello.purpose is not Purpose.NAMELESS
        and isinstance(hello.answer, Answer)
        and hello.answer.version in _BELOW_TLS13
    ]
    return [(hello, answer) for hello, answer in found if hello.named] or found


def _without_fallback(tls: Tls, accepted: set[str]) -> Verdict:
    """Judge a server of one version, or of TLS 1.2 and TLS 1.3, between which RFC 8446 protects.

    TLS 1.3 marks the random value of what it was made to answer in TLS 1.2 (4.1.3).
    """
    others = _BELOW_TLS12 if accepted <= {"TLS 1.2", "TLS 1.3"} else (*_BELOW_TLS13, "TLS 1.3")
    if not accepted or _is_open(tls, others):
        return not_tested("not every version got an answer, so there may be an older one")
    if len(accepted) > 1:
        return not_applicable("TLS 1.3 itself protects from a fallback to TLS 1.2")
    return not_applicable("there is no older version to fall back to")


def _only_tls13(tls: Tls) -> Verdict:
    """Judge a server that was seen in no version to which the matter applies."""
    if not tls.accepted() or _is_open(tls, _BELOW_TLS13):
        return not_tested("not every version got an answer, so there may be an older one")
    return not_applicable("the versions that are offered have no such thing")


def _is_open(tls: Tls, versions: Iterable[str]) -> bool:
    """Say whether one of these versions was neither accepted nor proven to be refused."""
    return any(is_unknown(tls, version) for version in versions)


def _replies(tls: Tls, purpose: Purpose) -> list[object]:
    return [hello.answer for hello in tls.hellos if hello.purpose is purpose]
