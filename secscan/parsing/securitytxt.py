"""security.txt (RFC 9116): its fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_MOST_LINES = 1_000


@dataclass(frozen=True, slots=True)
class SecurityPolicy:
    """Where to report, and until when the file holds; None where Expires is not one date."""

    contacts: Sequence[str]
    expires: datetime | None


def read_security_txt(content: bytes) -> SecurityPolicy:
    """Return the fields that must be there; comments, signatures and other fields are skipped."""
    contacts: list[str] = []
    expiries: list[str] = []
    lines = content.decode("utf-8-sig", errors="replace").splitlines()
    for line in lines[:_MOST_LINES]:
        name, _, value = line.partition(":")
        field = name.strip().lower()
        if field == "contact" and ":" in value.strip():  # a URI: mailto:, https:, tel:
            contacts.append(value.strip())
        elif field == "expires":
            expiries.append(value.strip())
    return SecurityPolicy(tuple(contacts), _moment(expiries[0]) if len(expiries) == 1 else None)


def _moment(value: str) -> datetime | None:
    """Return an RFC 3339 moment."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
