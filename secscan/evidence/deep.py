"""What was seen under the ``deep`` grant: what sslyze said, and the lists of the revoked."""

from dataclasses import dataclass
from datetime import datetime

from secscan.evidence.missing import Missing


@dataclass(frozen=True, slots=True)
class Renegotiation:
    """Whether renegotiation is bound to its connection (RFC 5746), and clients may ask for it."""

    secure: bool
    client: bool


@dataclass(frozen=True, slots=True)
class Resumption:
    """How far TLS 1.2 sessions can be resumed, by identifier and by ticket, in sslyze's words."""

    identifiers: str
    tickets: str


@dataclass(frozen=True, slots=True)
class RevocationList:
    """What a list of revoked certificates says of the leaf; the list itself is not kept.

    ``verified`` where its issuer's certificate was presented, issued the leaf too and signed the
    list, and the list is meant for the leaf (RFC 5280, 6.3.3). ``revoked_at`` is None where the
    leaf is not in it.
    """

    url: str
    verified: bool
    this_update: datetime
    next_update: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deep:
    """Each item as sslyze said it; ``revocation`` has an entry for each list that was asked for.

    ``robot`` is sslyze's word, as it has five. Heartbleed and CCS are not tried on a server that
    has TLS 1.3: no OpenSSL that has it ever had them.
    """

    heartbleed: bool | Missing
    ccs_injection: bool | Missing
    robot: str | Missing
    renegotiation: Renegotiation | Missing
    resumption: Resumption | Missing
    early_data: bool | Missing
    revocation: tuple[RevocationList | Missing, ...] | Missing
