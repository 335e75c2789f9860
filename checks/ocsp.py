"""Revocation as the server itself shows it: the CA's OCSP response that it staples.

No response at all is no fault: Let's Encrypt ended OCSP in 2025, and the Baseline Requirements
have made it optional since 2024. What lists of revoked certificates say is another check's.
"""

from secscan.check import (
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    not_tested,
)
from secscan.evidence import Asked, Chain
from secscan.facts import Facts
from secscan.parsing.ocsp import Fault, Status, read_staple
from secscan.parsing.paths import issuer_of

from .sent import Sent, judge_each

FAMILY = "transport"

EXPLANATIONS: dict[Fault, str] = {
    Fault.UNREADABLE: "the stapled OCSP response cannot be read",
    Fault.UNSUCCESSFUL: "the stapled OCSP response says only that the CA could not answer",
    Fault.FOREIGN: "the stapled OCSP response is of another certificate",
    Fault.FORGED: "the stapled OCSP response is not signed by the CA",
    Fault.EARLY: "the stapled OCSP response is not valid yet",
    Fault.STALE: "the stapled OCSP response is out of date",
    Fault.UNKNOWN: "the stapled OCSP response says that the CA does not know the certificate",
}
"""The words for each fault, as message templates."""


@check("The stapled OCSP response does not say that the certificate is revoked", Severity.HIGH)
def not_revoked(chain: Chain, asked: Asked, facts: Facts) -> Verdict:
    """Judge what the CA says in the response that the server staples, if that is to be believed.

    Not to be revoked is no merit, and no response no fault: only a revocation is counted.

    Why: A CA revokes a certificate when its key was stolen or it was issued in error; browsers
    that are shown the revocation refuse the site.
    Fix: Order a new certificate for a new key today, and find out why the old one was revoked.
    nginx: openssl ecparam -genkey -name prime256v1 -out site.key, then order with this key
    Apache: openssl ecparam -genkey -name prime256v1 -out site.key, then order with this key
    IIS: Server Certificates > Create Certificate Request: it makes a new key.
    See: RFC 6960 (OCSP)
    CA/Browser Forum Baseline Requirements section 4.9.1 (reasons for revoking)
    """
    return judge_each(chain, lambda sent: _revocation(sent, asked, facts))


def _revocation(sent: Sent, asked: Asked, facts: Facts) -> Verdict:
    status = _staple(sent, asked, facts)
    if isinstance(status, Fault):
        return not_applicable("no OCSP response that counts is stapled")
    if status is None:
        return _unseen(sent)
    day = status.since.date().isoformat()
    if status.revoked:
        return failed("the CA revoked the certificate on {day}", day=day)
    return not_applicable("on {day} the CA said that the certificate is good", day=day)


@check(
    "Stapled OCSP responses are valid, and there where the certificate promises one", Severity.LOW
)
def stapled(chain: Chain, asked: Asked, facts: Facts) -> Verdict:
    """Judge the stapled response, and its absence where the certificate says Must-Staple.

    A valid one is no merit where none is asked for; a faulty one is what clients are handed.

    Why: A certificate can promise that a response comes with it (Must-Staple): without one Firefox
    refuses the site. A response that is out of date or not the CA's protects nobody.
    Fix: Let the server reach the CA's responder and renew by itself what it staples; or order the
    next certificate without Must-Staple, and switch stapling off if the CA has no responder.
    nginx: ssl_stapling on; ssl_stapling_verify on;
    Apache: SSLUseStapling on
    SSLStaplingCache shmcb:ssl_stapling(32768)
    IIS: Stapling is on by itself: let the server reach the address of the CA's responder.
    See: RFC 7633 (Must-Staple)
    RFC 6066 section 8 (certificate status request)
    """
    return judge_each(chain, lambda sent: _stapling(sent, asked, facts))


def _stapling(sent: Sent, asked: Asked, facts: Facts) -> Verdict:
    promised = sent.leaf.must_staple
    if not sent.ocsp:
        if promised:
            return failed("the certificate promises an OCSP response (Must-Staple): none is sent")
        return not_applicable("no OCSP response is stapled, and the certificate promises none")
    status = _staple(sent, asked, facts)
    if status is None:
        return _unseen(sent)
    if isinstance(status, Status):
        return not_applicable("the stapled OCSP response is valid")
    return failed(EXPLANATIONS[status])


def _staple(sent: Sent, asked: Asked, facts: Facts) -> Status | Fault | None:
    """Return what is stapled, or None where nothing is or its signer cannot be known."""
    issuer = issuer_of(sent.leaf, sent.others, facts.trust_anchors)
    if not sent.ocsp or issuer is None:
        return None
    return read_staple(sent.ocsp, sent.leaf.parsed, issuer, asked.at)


def _unseen(sent: Sent) -> Verdict:
    if not sent.ocsp:
        return not_applicable("no OCSP response is stapled")
    return not_tested(
        "the stapled OCSP response cannot be verified without the certificate of the CA"
    )
