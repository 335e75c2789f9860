"""Lists of revoked certificates (RFC 5280, 5): where a certificate names them, what they say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from secscan.parsing.certificates import extension, is_issued_by, read_certificate


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list says of a certificate; ``verified`` where it is its issuer's, and meant for it.

    ``revoked_at`` is None where the certificate is not in it.
    """

    verified: bool
    this_update: datetime
    next_update: datetime | None
    revoked_at: datetime | None


def list_urls(leaf: bytes) -> tuple[str, ...]:
    """Return where a certificate says that its lists are, those over http:// alone.

    HTTPS is left out: a list is signed itself, and fetching it would need a list again.
    """
    read = read_certificate(leaf)
    points = read and extension(read.parsed, x509.CRLDistributionPoints)
    try:
        return tuple(dict.fromkeys(_urls(points))) if points else ()
    except Exception:  # parsed lazily: whatever was sent
        return ()


def _urls(points: x509.CRLDistributionPoints) -> Iterator[str]:
    for point in points:
        # With reasons it names only some of the revoked; with an issuer, another CA's list.
        if point.reasons is None and point.crl_issuer is None:
            names = (str(name.value) for name in point.full_name or ())
            yield from (name for name in names if name.lower().startswith("http://"))


def read_list(content: bytes, url: str, chain: tuple[bytes, ...]) -> Listing | None:
    """Return what a list from this URL says of the first certificate of a chain.

    None where it is no list, or the certificate cannot be read.
    """
    leaf, *others = (read_certificate(der) for der in chain)
    if leaf is None:
        return None
    issuers = [one.parsed for one in others if one and is_issued_by(leaf.parsed, one.parsed)]
    try:
        found = _load(content)
        entry = found.get_revoked_certificate_by_serial_number(leaf.parsed.serial_number)
        return Listing(
            verified=found.issuer == leaf.parsed.issuer
            and _is_meant(found, url)
            and any(_is_signed(found, issuer) for issuer in issuers),
            this_update=found.last_update_utc,
            next_update=found.next_update_utc,
            revoked_at=entry.revocation_date_utc if entry else None,
        )
    except Exception:  # parsed lazily: whatever was sent
        return None


def _load(content: bytes) -> x509.CertificateRevocationList:
    if content.lstrip().startswith(b"-----BEGIN"):
        return x509.load_pem_x509_crl(content)
    return x509.load_der_x509_crl(content)


def _is_meant(found: x509.CertificateRevocationList, url: str) -> bool:
    """Say whether a list covers the leaves that name this URL (RFC 5280, 6.3.3 (b)).

    Who sits between could otherwise hand out another list of the same CA.
    """
    extensions = {one.oid: one.value for one in found.extensions}
    if any(_is_unknown(one) for one in found.extensions):
        return False
    scope = extensions.get(x509.IssuingDistributionPoint.oid)
    if not isinstance(scope, x509.IssuingDistributionPoint):
        return True
    partly = (
        scope.only_contains_ca_certs
        or scope.only_contains_attribute_certs
        or scope.indirect_crl
        or scope.only_some_reasons is not None
        or scope.relative_name is not None
    )
    named = [name.value for name in scope.full_name or ()]
    return not partly and (not named or url in named)


def _is_unknown(one: x509.Extension[x509.ExtensionType]) -> bool:
    """Say whether an extension changes what a list means, and we do not know how."""
    return one.critical and not isinstance(one.value, x509.IssuingDistributionPoint)


def _is_signed(found: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    try:
        return found.is_signature_valid(key)  # type: ignore[arg-type]
    except Exception:  # a key or an algorithm that cannot sign lists
        return False
