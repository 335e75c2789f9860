"""security.txt (RFC 9116): its fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_MOST_LINES = 1_000

_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"


@dataclass(frozen=True, slots=True)
class SecurityPolicy:
    """Where to report, and until when the file holds; None where Expires is not one date.

    ``signed`` says that it has the form of an OpenPGP cleartext signature (RFC 9116, 2.3; RFC 9580,
    7), whatever that is worth.
    """

    contacts: Sequence[str]
    expires: datetime | None
    signed: bool = False


def read_security_txt(content: bytes) -> SecurityPolicy:
    """Return the fields that must be there; comments, signatures and other fields are skipped."""
    contacts: list[str] = []
    expiries: list[str] = []
    lines = content.decode("utf-8-sig", errors="replace").splitlines()[:_MOST_LINES]
    for line in lines:
        name, _, value = line.partition(":")
        field = name.strip().lower()
        if field == "contact" and ":" in value.strip():  # a URI: mailto:, https:, tel:
            contacts.append(value.strip())
        elif field == "expires":
            expiries.append(value.strip())
    expires = _moment(expiries[0]) if len(expiries) == 1 else None
    return SecurityPolicy(tuple(contacts), expires, _is_signed(lines))


def _is_signed(lines: Sequence[str]) -> bool:
    """Say whether lines begin as a signed message does, and a signature follows."""
    stripped = [line.rstrip() for line in lines]
    first = next(filter(None, stripped), "")
    return first == _SIGNED and _SIGNATURE in stripped


def _moment(value: str) -> datetime | None:
    """Return an RFC 3339 moment."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
