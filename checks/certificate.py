"""The certificate: trusted, for this name, valid for now and not for too long, strong."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from cryptography import x509

from secscan.check import Severity, Verdict, check, failed, not_applicable, partial, passed
from secscan.evidence import Asked, Chain
from secscan.facts import Facts
from secscan.parsing.certificates import is_issued_by, matches
from secscan.parsing.paths import missing_issuer, serves
from secscan.parsing.text import listed, quoted
from secscan.policy import Policy

from .sent import Sent, judge_each

FAMILY = "transport"

_LONGEST = (
    (datetime(2029, 3, 15, tzinfo=UTC), 47),
    (datetime(2027, 3, 15, tzinfo=UTC), 100),
    (datetime(2026, 3, 15, tzinfo=UTC), 200),
    (datetime(2020, 9, 1, tzinfo=UTC), 398),
    (datetime.min.replace(tzinfo=UTC), 825),
)
"""Longest lifetime in days by the day of issue: CA/Browser Forum, ballots 193 and SC-081v3."""

_WEAK_HASHES = ("md2", "md4", "md5", "sha1")


@check("Browsers trust the certificate's issuer", Severity.HIGH)
def trusted(chain: Chain, asked: Asked, facts: Facts) -> Verdict:
    """Judge whether a path leads from the certificate to a CA that browsers know.

    Name and expiry have their own checks: trust is judged at a time at which the leaf is valid.

    Why: A certificate that no browser trusts makes visitors click a warning away; then they do the
    same when somebody really intercepts them.
    Fix: Use a certificate of a CA that browsers trust, and send its intermediate certificates.
    nginx: ssl_certificate /etc/ssl/site-with-chain.pem;
    Apache: SSLCertificateFile /etc/ssl/site-with-chain.pem
    IIS: Import the PFX with all certificates of the path, and choose it under Bindings.
    See: RFC 5280 section 6 (path validation)
    Mozilla Root Store Policy
    """
    return judge_each(chain, lambda sent: _trust(sent, asked, facts))


def _trust(sent: Sent, asked: Asked, facts: Facts) -> Verdict:
    leaf, path = sent.leaf, sent.path(asked, facts)
    if path is not None:
        return _known(path, facts)
    if leaf.self_signed:
        return failed("the certificate is self-signed")
    if not serves(leaf.parsed):
        return failed("the certificate is not made for web servers: serverAuth is not in its usage")
    # A public CA's certificate: browsers that fetch the missing one trust it, others warn. Where
    # its issuer was sent there is nothing to fetch, but a root that nobody knows.
    lonely = missing_issuer(leaf, sent.valid(asked.at), facts.trust_anchors)
    if lonely is leaf and leaf.logged and leaf.issuer_url:
        return partial(
            Fraction(1, 2),
            "either browsers have to fetch the issuer's certificate, which was not sent, "
            "or they do not trust this issuer: {issuer}",
            issuer=quoted(leaf.issuer),
        )
    issuers = [one for one in sent.others if is_issued_by(leaf.parsed, one.parsed)]
    old = next((one for one in issuers if one.not_after < asked.at), None)
    if old is not None:
        return failed(
            "the issuer's certificate expired on {day}: {issuer}",
            day=_day(old.not_after),
            issuer=quoted(leaf.issuer),
        )
    return failed(
        "no path leads from the certificate to a CA that browsers trust: {issuer}",
        issuer=quoted(leaf.issuer),
    )


def _known(path: tuple[x509.Certificate, ...], facts: Facts) -> Verdict:
    if path[-1] in facts.added_anchors:
        return passed(
            "the certificate is trusted through {count} certificates, by a CA that was given",
            count=len(path),
        )
    return passed(
        "the certificate is trusted through {count} certificates, by Mozilla's list of {day}",
        count=len(path),
        day=facts.trust_store.isoformat(),
    )


@check("The certificate is for this name", Severity.HIGH)
def name_matches(chain: Chain, asked: Asked) -> Verdict:
    """Judge whether the asked host is among the certificate's alternative names.

    Why: A certificate for another name proves nothing about this one, and browsers refuse it.
    Fix: Order a certificate that lists every name the site is reached under, www included.
    nginx: ssl_certificate /etc/ssl/site-with-chain.pem;
    Apache: SSLCertificateFile /etc/ssl/site-with-chain.pem
    IIS: Bindings > https: give the host name, tick "Require Server Name Indication", and choose
    the certificate of that name.
    See: RFC 9525 (service identity in TLS)
    """
    return judge_each(chain, lambda sent: _name(sent, asked))


def _name(sent: Sent, asked: Asked) -> Verdict:
    leaf = sent.leaf
    if matches(leaf, asked.host):
        return passed("the certificate is for {host}", host=asked.host)
    names = [*leaf.names, *leaf.addresses]
    if not names:
        return failed("the certificate lists no name: browsers ignore its common name")
    return failed(
        "the certificate is not for {host} but for {names}", host=asked.host, names=listed(names)
    )


@check("The certificate is valid today", Severity.HIGH)
def not_expired(chain: Chain, asked: Asked) -> Verdict:
    """Judge whether the scan fell between the certificate's first and last day.

    Why: Browsers stop every visitor at an expired certificate, and the service is down for them.
    Fix: Renew the certificate now, and let renewal run by itself from then on.
    nginx: certbot --nginx renews and reloads by itself
    Apache: mod_md (MDomain site.example) or certbot --apache renews by itself
    IIS: win-acme renews by itself; or import the new PFX and choose it under Bindings.
    See: RFC 5280 section 4.1.2.5 (validity)
    RFC 8555 (automatic certificates, ACME)
    """
    return judge_each(chain, lambda sent: _validity(sent, asked))


def _validity(sent: Sent, asked: Asked) -> Verdict:
    leaf = sent.leaf
    if asked.at < leaf.not_before:
        return failed("the certificate is valid only from {day}", day=_day(leaf.not_before))
    if asked.at > leaf.not_after:
        return failed("the certificate expired on {day}", day=_day(leaf.not_after))
    return passed("the certificate is valid until {day}", day=_day(leaf.not_after))


@check("The certificate is renewed in good time", Severity.MEDIUM, version=2)
def days_left(chain: Chain, asked: Asked, policy: Policy) -> Verdict:
    """Judge the time that is left, against the policy or a third of the lifetime if that is less.

    Why: A renewal that is left to the last days fails on the one day that nobody is there.
    Fix: Renew when a third of the lifetime is left, by a program and not by a calendar.
    nginx: certbot --nginx renews and reloads by itself
    Apache: mod_md (MDomain site.example) or certbot --apache renews by itself
    IIS: win-acme renews by itself from the Task Scheduler.
    See: RFC 8555 (automatic certificates, ACME)
    CA/Browser Forum, ballot SC-081v3 (shorter lifetimes)
    """
    return judge_each(chain, lambda sent: _days_left(sent, asked, policy))


def _days_left(sent: Sent, asked: Asked, policy: Policy) -> Verdict:
    leaf = sent.leaf
    left = leaf.not_after - asked.at
    wanted = min(
        timedelta(days=policy.threshold.certificate_days_left),
        (leaf.not_after - leaf.not_before) / 3,
    )
    if left < timedelta(0):
        return not_applicable("the certificate has expired: another check says so")
    if left >= wanted:
        return passed("{days} days are left", days=left.days)
    asked_for = -(-wanted // timedelta(days=1))
    return partial(
        Fraction(left.days + 1, asked_for + 1),
        "{days} days are left, and {wanted} are asked for",
        days=left.days,
        wanted=asked_for,
    )


@check("The certificate does not live longer than browsers allow", Severity.LOW, version=2)
def lifetime(chain: Chain, asked: Asked, facts: Facts) -> Verdict:
    """Judge the lifetime of a public CA's certificate by the rule in force on the day of issue.

    Public CAs keep the rule, so that is no merit: where it is kept, nothing is counted.

    Why: The longer a certificate lives, the longer a stolen key or a wrong name does harm;
    browsers refuse certificates of public CAs that live too long.
    Fix: Order a shorter certificate, best one that renews by itself.
    nginx: certbot --nginx
    Apache: mod_md (MDomain site.example) or certbot --apache
    IIS: win-acme
    See: CA/Browser Forum Baseline Requirements section 6.3.2
    CA/Browser Forum, ballot SC-081v3
    """
    return judge_each(chain, lambda sent: _lifetime(sent, asked, facts))


def _lifetime(sent: Sent, asked: Asked, facts: Facts) -> Verdict:
    leaf = sent.leaf
    if not sent.is_public(asked, facts):
        return not_applicable("the issuer is no public CA, which alone the limit holds for")
    longest = next(days for start, days in _LONGEST if leaf.not_before >= start)
    # RFC 5280 4.1.2.5: the last second is included. A started day counts as a day.
    seconds = (leaf.not_after - leaf.not_before) // timedelta(seconds=1) + 1
    days = -(-seconds // 86_400)
    if days <= longest:
        return not_applicable(
            "it lives {days} days; {longest} are allowed", days=days, longest=longest
        )
    return failed("it lives {days} days; {longest} are allowed", days=days, longest=longest)


@check("The certificate's key is strong", Severity.MEDIUM)
def key_strength(chain: Chain, policy: Policy) -> Verdict:
    """Judge kind and size of the key.

    Why: Who can compute the private key from the public one can pretend to be the site.
    Fix: Order the next certificate for a new key: ECDSA on P-256, or RSA with 3072 bits.
    nginx: openssl ecparam -genkey -name prime256v1 -out site.key, then order with this key
    Apache: openssl ecparam -genkey -name prime256v1 -out site.key, then order with this key
    IIS: Server Certificates > Create Certificate Request: ECDSA_P256, or RSA and 3072 bits.
    See: NIST SP 800-52r2
    NCSC-NL, IT Security Guidelines for TLS, 2025-05
    """
    return judge_each(chain, lambda sent: _key_strength(sent, policy))


def _key_strength(sent: Sent, policy: Policy) -> Verdict:
    leaf = sent.leaf
    if leaf.key == "EdDSA":
        return passed("the key is of the kind EdDSA")
    if leaf.key == "other":
        return failed("browsers do not accept keys of this kind")
    limits = policy.threshold
    least, good = (
        (limits.rsa_bits, limits.rsa_bits_good)
        if leaf.key == "RSA"
        else (limits.ec_bits, limits.ec_bits)
    )
    if leaf.key_bits >= good:
        return passed("the {kind} key has {bits} bits", kind=leaf.key, bits=leaf.key_bits)
    if leaf.key_bits >= least:
        return partial(
            Fraction(3, 4),
            "the {kind} key has {bits} bits; {good} are asked for with the next certificate",
            kind=leaf.key,
            bits=leaf.key_bits,
            good=good,
        )
    return failed(
        "the {kind} key has {bits} bits; at least {least} are needed",
        kind=leaf.key,
        bits=leaf.key_bits,
        least=least,
    )


@check("The certificates are signed with a hash that holds", Severity.MEDIUM, version=2)
def signature_hash(chain: Chain, asked: Asked, facts: Facts) -> Verdict:
    """Judge the signatures of the path; nobody relies on a root's own signature.

    No CA signs with them any more, so that is no merit: where none did, nothing is counted.

    Why: Forged certificates have been made by collisions in MD5 and SHA-1.
    Fix: Order a new certificate; every CA has signed with SHA-256 or better since 2016.
    nginx: ssl_certificate /etc/ssl/site-with-chain.pem;
    Apache: SSLCertificateFile /etc/ssl/site-with-chain.pem
    IIS: Import the new PFX and choose it under Bindings.
    See: RFC 9155 (MD5 and SHA-1 are deprecated in TLS)
    CA/Browser Forum Baseline Requirements section 7.1.3
    """
    return judge_each(chain, lambda sent: _signatures(sent, asked, facts))


def _signatures(sent: Sent, asked: Asked, facts: Facts) -> Verdict:
    leaf, path = sent.leaf, sent.path(asked, facts)
    if leaf.self_signed:
        return not_applicable("the certificate is self-signed: its signature proves nothing")
    used = [one for one in sent.others if path is None or one.parsed in path]
    hashes = [leaf.signature_hash, *(one.signature_hash for one in used if not one.self_signed)]
    weak = [name for name in hashes if name in _WEAK_HASHES]
    if weak:
        return failed("a certificate is signed with {hash}", hash=weak[0].upper())
    return not_applicable("no certificate is signed with MD5 or SHA-1")


@check("The server sends all intermediate certificates", Severity.MEDIUM)
def chain_complete(chain: Chain, asked: Asked, facts: Facts) -> Verdict:
    """Judge whether the certificates as sent lead to a root.

    Why: Some browsers fetch a missing intermediate certificate; mobile apps, government data
    exchanges and other programs do not, and cannot connect.
    Fix: Send the intermediate certificates that came with the certificate, in order.
    nginx: ssl_certificate /etc/ssl/site-with-chain.pem;
    Apache: SSLCertificateFile /etc/ssl/site-with-chain.pem
    IIS: Import the intermediates into "Intermediate Certification Authorities" of the computer.
    See: RFC 8446 section 4.4.2 (certificate)
    RFC 5280 section 6
    """
    return judge_each(chain, lambda sent: _completeness(sent, asked, facts))


def _completeness(sent: Sent, asked: Asked, facts: Facts) -> Verdict:
    leaf = sent.leaf
    if leaf.self_signed:
        return not_applicable("the certificate is self-signed: there is no chain")
    if sent.path(asked, facts):
        return passed("the certificates that are sent lead to a trusted root")
    lonely = missing_issuer(leaf, sent.valid(asked.at), facts.trust_anchors)
    if lonely is None:
        return passed("the certificates that are sent lead to a root")
    if lonely is not leaf:  # RFC 8446 4.4.2: the root may be left out
        return not_applicable(
            "what is sent ends at an unknown CA, which may be a root: {issuer}",
            issuer=quoted(lonely.issuer),
        )
    if leaf.logged:
        return failed("this certificate is not sent: {issuer}", issuer=quoted(lonely.issuer))
    return not_applicable(
        "the issuer is no public CA, so what is missing cannot be known: {issuer}",
        issuer=quoted(lonely.issuer),
    )


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
