"""Certification paths, built offline (RFC 5280 section 6, RFC 4158): from a leaf to an anchor.

Our own, because cryptography's verifier also enforces the CA/Browser profile (serial numbers, key
sizes, signature hashes), which browsers do not, and which other checks judge by themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from secscan.parsing.certificates import Certificate, extension, is_issued_by

_MOST_CERTIFICATES = 20
_MOST_STEPS = 100
_DEEPEST = 8
_MOST_TREES = 1000
_MOST_CHARACTERS = 32_768  # of all names together
_MOST_LABELS = 128  # RFC 1035 2.3.4 leaves room for 127


def find_path(
    leaf: Certificate,
    others: Sequence[Certificate],
    anchors: tuple[x509.Certificate, ...],
    at: datetime,
) -> tuple[x509.Certificate, ...] | None:
    """Return a path from the leaf to an anchor that holds at that time; any one is enough."""
    if not leaf.not_before <= at <= leaf.not_after or not serves(leaf.parsed):
        return None
    return _Search(others, anchors, at).onward(leaf.parsed)


def issuer_of(
    certificate: Certificate,
    others: Sequence[Certificate],
    anchors: tuple[x509.Certificate, ...],
) -> x509.Certificate | None:
    """Return the certificate that issued this one, if it was sent or is an anchor."""
    sent = (other.parsed for other in others[:_MOST_CERTIFICATES])
    known = (*sent, *_named(anchors, certificate.parsed.issuer))
    return next((one for one in known if is_issued_by(certificate.parsed, one)), None)


def missing_issuer(
    leaf: Certificate, others: Sequence[Certificate], anchors: tuple[x509.Certificate, ...]
) -> Certificate | None:
    """Return the certificate whose issuer was neither sent nor is an anchor, else None."""
    by_der = {other.parsed: other for other in others}
    current = leaf
    for _ in range(_DEEPEST):
        if current.self_signed:
            return None
        issuer = issuer_of(current, others, anchors)
        if issuer is None:
            return current
        if issuer not in by_der:
            return None
        current = by_der[issuer]
    return None


def leading_on(leaf: Certificate, others: Sequence[Certificate]) -> frozenset[Certificate]:
    """Return those of the others that issued the leaf, or issued one that leads on from it."""
    found: set[Certificate] = set()
    new, steps = [leaf], _MOST_STEPS
    while new:
        below = new.pop().parsed
        named = [one for one in others if one.parsed.subject == below.issuer][:steps]
        steps -= len(named)
        above = {one for one in named if is_issued_by(below, one.parsed)}
        new += above - found
        found |= above
    return frozenset(found)


class _Search:
    """A bounded depth-first search: a hostile chain of many equal names must not keep us busy."""

    def __init__(
        self, others: Sequence[Certificate], anchors: tuple[x509.Certificate, ...], at: datetime
    ) -> None:
        self.valid = [
            other.parsed
            for other in others[:_MOST_CERTIFICATES]
            if is_ca(other.parsed)
            and serves(other.parsed)  # browsers hold CAs to it too (Mozilla Root Store Policy 5.3)
            and other.not_before <= at <= other.not_after
        ]
        self.anchors = anchors
        self.steps = 0

    def onward(
        self, certificate: x509.Certificate, below: tuple[x509.Certificate, ...] = ()
    ) -> tuple[x509.Certificate, ...] | None:
        """Return the path that goes on from here, or None."""
        path = (*below, certificate)
        self.steps += 1
        if certificate in self.anchors:
            return path
        if self.steps > _MOST_STEPS or len(path) > _DEEPEST:
            return None
        for issuer in (*_named(self.anchors, certificate.issuer), *self.valid):
            if issuer in path or issuer.subject != certificate.issuer:
                continue
            self.steps += 1  # a signature to verify is what costs time
            if self.steps > _MOST_STEPS:
                return None
            if not is_issued_by(certificate, issuer):
                continue
            found = self.onward(issuer, path) if _allows(issuer, path) else None
            if found:
                return found
        return None


@lru_cache(maxsize=4)
def _by_subject(
    anchors: tuple[x509.Certificate, ...],
) -> Mapping[x509.Name, tuple[x509.Certificate, ...]]:
    """Index a trust store once: it is asked for every site."""
    found: dict[x509.Name, tuple[x509.Certificate, ...]] = {}
    for anchor in anchors:
        found[anchor.subject] = (*found.get(anchor.subject, ()), anchor)
    return found


def _named(
    anchors: tuple[x509.Certificate, ...], subject: x509.Name
) -> tuple[x509.Certificate, ...]:
    return _by_subject(anchors).get(subject, ())


def serves(certificate: x509.Certificate) -> bool:
    """Say whether a certificate may be used for web servers (RFC 5280 4.2.1.12)."""
    usage = extension(certificate, x509.ExtendedKeyUsage)
    allowed = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    return usage is None or any(purpose in allowed for purpose in usage)


def is_ca(certificate: x509.Certificate) -> bool:
    """Say whether a certificate may sign others (RFC 5280 4.2.1.9 and 4.2.1.3)."""
    basic = extension(certificate, x509.BasicConstraints)
    usage = extension(certificate, x509.KeyUsage)
    return basic is not None and basic.ca and (usage is None or usage.key_cert_sign)


def _allows(issuer: x509.Certificate, path: tuple[x509.Certificate, ...]) -> bool:
    """Say whether an issuer's path length and name constraints allow the path below it."""
    basic = extension(issuer, x509.BasicConstraints)
    if basic is not None and basic.path_length is not None and len(path) - 1 > basic.path_length:
        return False
    return _permits(issuer, path[0])


@lru_cache(maxsize=1024)  # a search comes by the same issuer again and again
def _permits(issuer: x509.Certificate, leaf: x509.Certificate) -> bool:
    """Say whether an issuer's name constraints allow the names of a leaf (RFC 5280 4.2.1.10)."""
    constraints = extension(issuer, x509.NameConstraints)
    names = extension(leaf, x509.SubjectAlternativeName)
    if constraints is None or names is None:
        return True
    hosts = names.get_values_for_type(x509.DNSName)
    permitted = _subtrees(constraints.permitted_subtrees)
    excluded = _subtrees(constraints.excluded_subtrees)
    if len(permitted) + len(excluded) > _MOST_TREES or sum(map(len, hosts)) > _MOST_CHARACTERS:
        return False
    return all(
        (not permitted or _below(host, permitted)) and not _below(host, excluded) for host in hosts
    )


def _subtrees(names: Iterable[x509.GeneralName] | None) -> frozenset[str]:
    trees = (name.value for name in names or () if isinstance(name, x509.DNSName))
    return frozenset(tree.lower().lstrip(".") for tree in trees)


def _below(host: str, trees: frozenset[str]) -> bool:
    """Say whether a host lies in one of the trees; every one lies in the empty tree."""
    labels = host.lower().split(".")[-_MOST_LABELS:]
    return any(".".join(labels[start:]) in trees for start in range(len(labels) + 1))
