"""The chain of certificates as it was sent: its order, and what does not belong to it."""

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
    partial,
    passed,
)
from secscan.evidence import Asked, Chain
from secscan.parsing.certificates import Certificate, is_issued_by
from secscan.parsing.paths import leading_on
from secscan.parsing.text import quoted

from .sent import Sent, judge_each

FAMILY = "transport"


@check("The certificates are sent in order, and no others with them", Severity.LOW)
def order(chain: Chain, asked: Asked) -> Verdict:
    """Judge the order of the certificates, and those that no path needs.

    An expired cross-signed one does no harm, and a root little: they are only told.

    Why: Old and strict programs read the certificates in the order in which they come and fail
    where it is wrong; each superfluous one makes every connection start slower.
    Fix: Send the server's certificate first, then each one's issuer, and leave all others out.
    nginx: cat site.pem intermediate.pem > /etc/ssl/site-with-chain.pem
    Apache: cat site.pem intermediate.pem > /etc/ssl/site-with-chain.pem
    IIS: Remove superfluous certificates from "Intermediate Certification Authorities" of the
    computer, and choose the certificate under Bindings again.
    See: RFC 5246 section 7.4.2 (TLS 1.2: each certificate certifies the one before)
    RFC 8446 section 4.4.2 (TLS 1.3: clients should put up with any order)
    """
    return judge_each(chain, lambda sent: _order(sent, asked))


def _order(sent: Sent, asked: Asked) -> Verdict:
    if not sent.others:
        return not_applicable("no certificate is sent beside the server's own")
    needed = leading_on(sent.leaf, sent.others)
    items = tuple(
        _item(position, sent, needed, asked) for position in range(1, len(sent.others) + 1)
    )
    outcomes = [item.outcome for item in items]
    if Outcome.FAIL in outcomes:
        return failed("the certificates are not in order", items=items)
    if Outcome.PARTIAL in outcomes:
        return partial(
            Fraction(1, 2),
            "certificates that lead nowhere are sent too: {count}",
            items=items,
            count=outcomes.count(Outcome.PARTIAL),
        )
    return passed("the certificates are in order", items=items)


def _item(position: int, sent: Sent, needed: frozenset[Certificate], asked: Asked) -> Item:
    """Say of a certificate whether it is in its place; positions count from the leaf, 1."""
    before, one = (sent.leaf, *sent.others)[:position], sent.others[position - 1]
    shown, subject = quoted(one.subject), f"#{position + 1}"
    if one in before or one not in needed:
        return Item(subject, Outcome.PARTIAL, Reason.of("leads nowhere: {subject}", subject=shown))
    if not any(is_issued_by(other.parsed, one.parsed) for other in before):
        return Item(
            subject,
            Outcome.FAIL,
            Reason.of("comes before the certificate that it issued: {subject}", subject=shown),
        )
    return Item(subject, Outcome.PASS, _remark(one, shown, asked))


def _remark(one: Certificate, shown: str, asked: Asked) -> Reason:
    if one.not_after < asked.at:
        day = one.not_after.date().isoformat()
        return Reason.of("in its place, but expired on {day}: {subject}", subject=shown, day=day)
    if one.self_signed:
        return Reason.of("a root, which need not be sent: {subject}", subject=shown)
    return Reason.of("in its place: {subject}", subject=shown)
