"""What the MDN HTTP Observatory would have received, read from the evidence of a look of ours.

It follows http:// and https:// each by itself and judges the second, or the first where the second
does not answer. There is no check in this module.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from secscan.evidence import Asked, Chain, Exchange, Hop, Missing, MissingKind, Web
from secscan.facts import Facts
from secscan.parsing.certificates import matches, read_certificate
from secscan.parsing.paths import find_path

BLANKS = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What JavaScript trims: not quite what Python does."""

_HTML = ("text/html", "application/xhtml+xml")
REDIRECTS = (301, 302, 303, 307, 308)
"""Statuses on which MDN goes on, with a Location or without."""

_TOO_OLD = ("SSLv3", "TLSv1", "TLSv1.1")
"""Versions that node does not speak unless it is told to."""

_MOST_READ = 20
"""Certificates that are read of a chain; a real one has two to five."""

_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")

_NO_ANSWER = (
    MissingKind.ABSENT,
    MissingKind.CLOSED,
    MissingKind.DNS_FAILURE,
    MissingKind.MALFORMED,
    MissingKind.NOT_TLS,
    MissingKind.REFUSED,
    MissingKind.RESET,
    MissingKind.TLS_FAILURE,
    MissingKind.UNREACHABLE,
)
"""What ends a session for whoever asks; anything else may be our own lack."""


class Unseen(StrEnum):
    """Why a session of MDN's cannot be told from what we saw."""

    BLOCKED = "blocked"
    CHAIN = "certificate"
    EXCHANGE = "exchange"
    TARGET = "redirect"


@dataclass(frozen=True, slots=True)
class Session:
    """One redirect chain that came to an answer; ``verified`` says that no certificate failed."""

    hops: tuple[Hop, ...]
    verified: bool

    @property
    def last(self) -> Hop:
        """Return the answer."""
        return self.hops[-1]

    @property
    def is_secure(self) -> bool:
        """Say whether it began at https://."""
        return scheme_of(self.hops[0]) == "https"

    @property
    def is_html(self) -> bool:
        """Say whether the answer calls itself HTML, by the letter."""
        return (header(self.last, "content-type") or "").split(";")[0] in _HTML


@dataclass(frozen=True, slots=True)
class Received:
    """What the tests look at. ``judged`` is the session whose answer they judge.

    ``shared`` is a successful answer to the preflight, None where there was none.
    """

    host: str
    http: Session | None
    https: Session | None
    judged: Session
    shared: Hop | Missing | None


def read_session(
    exchange: Exchange | Missing, web: Web, asked: Asked, facts: Facts
) -> Session | Unseen | None:
    """Return what became of one redirect chain, None where no answer came."""
    if isinstance(exchange, Missing):
        return _without_answer(exchange)
    if any(hop.tls in _TOO_OLD for hop in exchange.hops):
        return None
    if exchange.end is not None:
        return _without_answer(exchange.end)
    if exchange.hops[-1].status in REDIRECTS:
        return Unseen.TARGET  # without a Location MDN asks for /undefined
    shown = {asked.host: web.chain.certificates} if isinstance(web.chain, Chain) else {}
    verified = True
    for hop in exchange.hops:
        if scheme_of(hop) == "https":
            # Where a host shows the same again, only its first hop has it.
            shown[host_of(hop)] = hop.certificates or shown.get(host_of(hop), ())
            if not shown[host_of(hop)]:
                return Unseen.CHAIN
            verified = verified and _is_verified(host_of(hop), shown[host_of(hop)], asked.at, facts)
    return Session(exchange.hops, verified)


def _without_answer(why: Missing) -> Unseen | None:
    if why.kind is MissingKind.BLOCKED:
        return Unseen.BLOCKED
    # An absence with a detail is that of a site whose https:// leads back to http://.
    known = why.kind in _NO_ANSWER and not (why.kind is MissingKind.ABSENT and why.detail)
    return None if known else Unseen.EXCHANGE


def _is_verified(host: str, certificates: tuple[bytes, ...], at: datetime, facts: Facts) -> bool:
    """Say whether node would trust a server that shows these."""
    leaf, *others = (read_certificate(der) for der in certificates[:_MOST_READ])
    if leaf is None or not matches(leaf, host):
        return False
    sent = [other for other in others if other is not None]
    return find_path(leaf, sent, facts.trust_anchors, at) is not None


def header(hop: Hop, name: str) -> str | None:
    """Return a header field as node and axios give it: lines joined, and no control characters.

    Of Content-Type node keeps the first line.
    """
    lines = [line.value for line in hop.headers if line.name.lower() == name]
    if not lines:
        return None
    kept = lines[:1] if name == "content-type" else [line.strip(" \t") for line in lines]
    return _CONTROLS.sub("", ", ".join(kept)).strip(" \t")


def scheme_of(hop: Hop) -> str:
    """Return the scheme of a hop's URL."""
    return urlsplit(hop.url).scheme


def host_of(hop: Hop) -> str:
    """Return the host of a hop's URL."""
    return urlsplit(hop.url).hostname or ""
