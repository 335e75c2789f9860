"""Published vulnerabilities as deadlines and reasons need them: figures of others, dated."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Hole:
    """A published vulnerability.

    ``id`` is a CVE, or where there is none the advisory's own id. ``severity`` is critical, high,
    medium or low as its publisher has it. ``exploited`` is the day CISA listed it as known to be
    exploited. ``automatable`` and ``total`` are CISA's SSVC answers, None where they are not known.
    """

    id: str
    severity: str
    exploited: date | None = None
    automatable: bool | None = None
    total: bool | None = None
