"""What a check may ask for, one address at a time: it names these types as its annotations.

Each reading is there or is a ``Missing``; ``views`` makes them of stored evidence, and which
outcome a ``Missing`` becomes is decided once, in ``secscan.finding``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from secscan.evidence.deep import Deep
from secscan.evidence.missing import Missing
from secscan.evidence.model import Dns, Exchange, Hop, Service
from secscan.evidence.tls import Tls


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked and when: nominal URL, its host, and ``at``, judging's only clock (UTC).

    ``silent`` names the addresses that did not answer at all while another one did.
    """

    url: str
    host: str
    at: datetime
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plain:
    """The chain that starts at http:// on this address; there is at least one hop."""

    hops: tuple[Hop, ...]
    end: Missing | None


@dataclass(frozen=True, slots=True)
class Secure:
    """The asked host's own answer over https:// (the first hop), and the chain behind it.

    ``end`` says why the chain stopped before a final response.
    """

    first: Hop
    hops: tuple[Hop, ...]
    end: Missing | None = None


@dataclass(frozen=True, slots=True)
class Heads:
    """Every response head that the site itself sent, whatever its status; at least one.

    A login's 401, an API's JSON, an error and a redirect tell of their server as a page does;
    a firewall's block page does not.
    """

    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Response:
    """The final response of the chain (https where it answers): a success, of any media type.

    A JSON API has one, and no ``Page``.
    """

    hop: Hop
    chain: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The final response where it is an HTML document."""

    hop: Hop
    chain: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Markup:
    """The HTML text of the page and the URL it has; ``truncated`` where its end was cut off.

    Decoded as UTF-8 with replacement, as UTF-16 behind its byte order mark.
    """

    url: str
    html: str
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Sharing:
    """The final URL as another origin asks for it (Fetch, CORS protocol).

    ``preflight`` is the answer to OPTIONS, ``read`` that to GET; both named a foreign Origin. Each
    may be missing by itself: what the page sends without being asked is seen all the same.
    """

    preflight: Hop | Missing
    read: Hop | Missing


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """The answer to a path that cannot be there, whatever its status.

    ``block`` is set where it may be a firewall's: it proves what it shows, and nothing else.
    """

    hop: Hop | Missing
    block: Missing | None = None


@dataclass(frozen=True, slots=True)
class Banners:
    """Where the software behind an address names itself; always there, and maybe empty.

    ``heads`` are those of ``Heads``, ``error`` its own answer to a path that cannot be there,
    ``services`` what services at this very address said first.
    """

    heads: tuple[Hop, ...] = ()
    error: Hop | None = None
    services: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True)
class Documents:
    """Where what made the pages names itself; always there.

    ``page`` is the ``Markup``, or why there is none; ``answers`` are to what was asked for because
    the page suggests a product, by purpose (``feed``, …).
    """

    page: Markup | Missing
    answers: Mapping[str, Hop | Missing]


@dataclass(frozen=True, slots=True)
class Scripts:
    """The page's own scripts that were asked for; each may be missing by itself."""

    answers: tuple[Hop | Missing, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """What the site's name with www added or dropped answered, where that name resolves."""

    host: str
    http: Exchange | Missing
    https: Exchange | Missing


@dataclass(frozen=True, slots=True)
class Chain:
    """The certificates as sent, DER, leaf first; there is at least one.

    ``ocsp`` and ``timestamps`` are what was stapled. ``others`` are the chains that the server
    has for other kinds of key; browsers may get any of them.
    """

    certificates: tuple[bytes, ...]
    ocsp: bytes = b""
    timestamps: bytes = b""
    others: tuple["Chain", ...] = ()

    @property
    def leaf(self) -> bytes:
        """Return the server's own certificate."""
        return self.certificates[0]


@dataclass(frozen=True, slots=True)
class SecurityTxt:
    """The answer to /.well-known/security.txt (RFC 9116)."""

    hop: Hop


@dataclass(frozen=True, slots=True)
class Web:
    """All that HTTP brought, for who judges by rules of their own; one chain at least is there.

    Each part may be missing by itself; ``https`` is ABSENT where the site is not served over it.
    """

    http: Exchange | Missing
    https: Exchange | Missing
    chain: Chain | Missing
    sharing: Sharing | Missing


@dataclass(frozen=True, slots=True)
class Exposure:
    """Answers asked under the ``exposure`` grant, by purpose, with those of their controls.

    A control is a path that cannot be there: it shows how the site answers for what is not there.
    """

    answers: Mapping[str, Hop | Missing]


READINGS: tuple[type, ...] = (
    Asked,
    Dns,
    Plain,
    Secure,
    Tls,
    Chain,
    Heads,
    Response,
    Page,
    Markup,
    Sharing,
    ErrorPage,
    Banners,
    Documents,
    Scripts,
    Twin,
    SecurityTxt,
    Web,
    Exposure,
    Deep,
)
"""The types a check may name. ``Asked`` is always there."""

GRANTED: frozenset[type] = frozenset({Exposure, Deep})
"""Readings that need a grant of the register: their checks stay out of index and coverage."""


@dataclass(frozen=True, slots=True)
class View:
    """One address of the site as checks see it: ``subject`` names it without the address.

    A ``brief`` view is of a further address that was sent a few hellos: it can only lower, and its
    subject names the address.
    """

    subject: str
    address: str
    readings: Mapping[type, object]
    brief: bool = False
