"""How the certificate was issued: in public logs, by the rules for servers, by whom and to whom."""

from datetime import timedelta
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
)
from secscan.evidence import Asked, Chain
from secscan.facts import Facts
from secscan.parsing.certificates import Certificate
from secscan.parsing.ocsp import staple_logs
from secscan.parsing.text import listed, quoted
from secscan.parsing.timestamps import logs_of

from .sent import Sent, judge_each

FAMILY = "transport"

_LONG_LIFE = timedelta(days=180)
"""Above it Chrome and Safari ask for three logs, else for two; outside the certificate for two."""

_SERIAL_BITS = 48
"""Of 64 random bits (BR 7.1) as many lead with zeros in one serial number of 65536: RFC 5280 lets
private CAs count, and so a short number is a public CA's fault alone."""

_SERIAL_OCTETS = 20

_EXTENDED = "2.23.140.1.1"
_DOMAIN = "2.23.140.1.2.1"
_ORGANISATION = "2.23.140.1.2.2"
_INDIVIDUAL = "2.23.140.1.2.3"


@check("The certificate is in the public logs", Severity.MEDIUM)
def transparency(chain: Chain, asked: Asked, facts: Facts) -> Verdict:
    """Judge whether enough logs vouch for a public CA's certificate; signatures are not verified.

    Public CAs log by themselves, so that is no merit: where they did, nothing is counted.

    Why: Certificates that were issued behind an owner's back are found in the public logs. Chrome,
    Safari and Firefox therefore refuse a public CA's certificate without timestamps of logs.
    Fix: Order a new certificate: public CAs put the timestamps in by themselves, unless the order
    said not to.
    nginx: ssl_certificate /etc/ssl/site-with-chain.pem;
    Apache: SSLCertificateFile /etc/ssl/site-with-chain.pem
    IIS: Import the new PFX and choose it under Bindings.
    See: RFC 6962 section 3.3 (how timestamps are sent)
    Chrome Certificate Transparency Policy
    Apple's Certificate Transparency policy
    """
    return judge_each(chain, lambda sent: _transparency(sent, asked, facts))


def _transparency(sent: Sent, asked: Asked, facts: Facts) -> Verdict:
    leaf = sent.leaf
    if not sent.is_public(asked, facts):
        return not_applicable("the issuer is no public CA, which alone has to log")
    beside = logs_of(sent.timestamps) | staple_logs(sent.ocsp)
    needed = 3 if leaf.not_after - leaf.not_before > _LONG_LIFE else 2
    if len(leaf.logs) >= needed or len(beside) >= 2:
        count = max(len(leaf.logs), len(beside))
        return not_applicable("{count} logs vouch for the certificate", count=count)
    count = len(leaf.logs | beside)
    if not count:
        return failed("no log vouches for the certificate, and so browsers refuse it")
    return failed(
        "{count} logs vouch for the certificate; browsers ask for {needed}",
        count=count,
        needed=needed,
    )


@check("The certificate keeps the rules for servers' certificates", Severity.LOW)
def profile(chain: Chain, asked: Asked, facts: Facts) -> Verdict:
    """Judge what the certificate says of itself: no CA, for signing, a serial number as it should.

    CAs keep these rules, so that is no merit: where they are kept, nothing is counted.

    Why: Who steals the key of a certificate that is itself a CA's can issue certificates for any
    name; wrong usages and serial numbers make browsers and programs refuse it.
    Fix: Order a new certificate for servers, and never put a CA's own on a server.
    nginx: ssl_certificate /etc/ssl/site-with-chain.pem;
    Apache: SSLCertificateFile /etc/ssl/site-with-chain.pem
    IIS: Import the new PFX and choose it under Bindings.
    See: RFC 5280 sections 4.1.2.2, 4.2.1.3 and 4.2.1.9
    CA/Browser Forum Baseline Requirements section 7.1
    """
    return judge_each(chain, lambda sent: _profile(sent, asked, facts))


def _profile(sent: Sent, asked: Asked, facts: Facts) -> Verdict:
    leaf = sent.leaf
    if leaf.self_signed:
        return not_applicable("the certificate is self-signed: no CA had rules to keep")
    faults = _faults(leaf)
    if faults:
        items = tuple(Item(subject, Outcome.FAIL, reason) for subject, reason in faults.items())
        told = ", ".join(faults)
        return failed("the certificate breaks the rules: {faults}", items=items, faults=told)
    bits = leaf.serial.bit_length()
    if bits < _SERIAL_BITS and sent.is_public(asked, facts):
        return failed(
            "the serial number has {bits} bits; 64 random ones are asked for",
            bits=bits,
        )
    return not_applicable("the certificate keeps the rules")


def _faults(leaf: Certificate) -> dict[str, Reason]:
    """Return what breaks a rule, by the name of its field."""
    found = {}
    if leaf.authority:
        found["basicConstraints"] = Reason.of("it is a CA's certificate: it could issue others")
    if not leaf.signs:
        found["keyUsage"] = Reason.of("its key may not sign, as every modern key exchange needs")
    if leaf.serial <= 0:
        found["serialNumber"] = Reason.of("its serial number is not positive")
    elif leaf.serial.bit_length() >= 8 * _SERIAL_OCTETS:  # the first bit is the sign
        found["serialNumber"] = Reason.of("its serial number is longer than 20 octets")
    return found


@check("The certificate tells who issued it and what was verified", Severity.INFO)
def kind(chain: Chain, asked: Asked, facts: Facts) -> Verdict:
    """Tell who issued the certificate, what the CA verified, its key, its names and its life.

    Why: Who answers for a site has to know its certificates: which CA to turn to, what for, and
    by when.
    Fix: There is nothing to mend; compare it with what was ordered.
    nginx: openssl x509 -in /etc/ssl/site-with-chain.pem -noout -text
    Apache: openssl x509 -in /etc/ssl/site-with-chain.pem -noout -text
    IIS: Server Certificates > open the certificate > Details
    See: CA/Browser Forum Baseline Requirements section 7.1.6.1 (policy identifiers)
    """
    return judge_each(chain, lambda sent: _kind(sent, asked, facts))


def _kind(sent: Sent, asked: Asked, facts: Facts) -> Verdict:
    leaf, origin = sent.leaf, _origin(sent, asked, facts)
    names = [*leaf.names, *leaf.addresses]
    told = {
        "issuer": origin,
        "certificatePolicies": _validated(leaf),
        "subjectPublicKeyInfo": Reason.of(
            "a {kind} key of {bits} bits", kind=leaf.key, bits=leaf.key_bits
        ),
        "subjectAltName": Reason.of(
            "{count} names: {names}", count=len(names), names=listed(names)
        ),
        "validity": Reason.of(
            "{days} days, until {day}",
            days=(leaf.not_after - leaf.not_before + timedelta(seconds=1)).days,
            day=leaf.not_after.date().isoformat(),
        ),
    }
    items = tuple(Item(subject, Outcome.PASS, reason) for subject, reason in told.items())
    return Verdict(Outcome.PASS, Fraction(1), origin, items)


def _origin(sent: Sent, asked: Asked, facts: Facts) -> Reason:
    if sent.leaf.self_signed:
        return Reason.of("the certificate was issued by nobody else: it is self-signed")
    issuer = quoted(sent.leaf.issuer)
    if sent.is_public(asked, facts):
        return Reason.of("the certificate was issued by a public CA: {issuer}", issuer=issuer)
    if sent.path(asked, facts) is not None:
        return Reason.of(
            "the certificate was issued by a CA that was given: {issuer}", issuer=issuer
        )
    return Reason.of("the certificate was issued by a private CA: {issuer}", issuer=issuer)


def _validated(leaf: Certificate) -> Reason:
    """Say what was verified, by the policies that the Baseline Requirements reserve."""
    who = quoted(leaf.organisation)
    if _EXTENDED in leaf.policies:
        return Reason.of("EV: the organisation was verified at length: {who}", who=who)
    if _ORGANISATION in leaf.policies:
        return Reason.of("OV: the organisation was verified: {who}", who=who)
    if _INDIVIDUAL in leaf.policies:
        return Reason.of("IV: the person was verified")
    if _DOMAIN in leaf.policies:
        return Reason.of("DV: only the power over the name was verified")
    return Reason.of("it does not say what was verified")
