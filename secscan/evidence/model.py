"""What a scan stores of a site: bytes and answers as received, never our reading of them.

Everything is frozen. What a probe could not see is a value, ``Missing``, with its kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from secscan.evidence.deep import Deep
from secscan.evidence.missing import Missing
from secscan.evidence.tls import Der, Tls


@dataclass(frozen=True, slots=True)
class Record:
    """One DNS record as answered: its type and its text in zone-file form."""

    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Dns:
    """What the resolver said of a name: addresses by family, and the records kept as text.

    Each question may fail by itself: many old name servers answer for A and fall silent on AAAA.
    """

    name: str
    resolver: str
    ipv4: tuple[str, ...] | Missing
    ipv6: tuple[str, ...] | Missing
    caa: tuple[Record, ...] | Missing
    authenticated: bool  # the resolver set the AD flag (RFC 4035): the answer is DNSSEC-validated
    validates: bool  # it set it on the root's SOA too: without that, no AD says nothing of a name


@dataclass(frozen=True, slots=True)
class Header:
    """One header line: name and value as sent, as Latin-1 so that no byte is lost."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Body:
    """A body: the SHA-256 and size of what was kept; the content itself is stored apart."""

    sha256: str
    size: int
    truncated: bool
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its response head, with the body of the last hop of a chain.

    ``protocol`` is ``HTTP/1.0``, ``HTTP/1.1`` or ``HTTP/2``, ``tls`` the version that OpenSSL spoke
    below it (``TLSv1`` is TLS 1.0), "" over plain HTTP. ``certificates`` are the DER as presented,
    leaf first, where no endpoint's ``Tls`` has them: at other hosts than the site's.
    """

    url: str
    address: str
    status: int
    headers: tuple[Header, ...]
    body: Body | Missing | None = None
    protocol: str = ""
    tls: str = ""
    certificates: tuple[Der, ...] = ()

    def all(self, name: str) -> tuple[str, ...]:
        """Return the values of every header line of this name, in the order sent."""
        wanted = name.lower()
        return tuple(line.value.strip() for line in self.headers if line.name.lower() == wanted)

    def first(self, name: str) -> str | None:
        """Return the first header line of this name, or None."""
        return next(iter(self.all(name)), None)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A redirect chain, hop by hop; ``end`` says why it stopped before a final response."""

    hops: tuple[Hop, ...]
    end: Missing | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """One further request to an endpoint, named by its purpose.

    ``security.txt`` and ``robots.txt``; ``not-found``, a path that cannot be there; ``preflight``
    and ``cross-origin``, the page as another origin asks for it (Fetch, CORS protocol); ``script``,
    one of the page's own scripts; ``feed`` and ``joomla-manifest``, where the page suggests them;
    under the ``exposure`` grant ``git-head``, ``env``, ``server-status``, ``phpinfo`` and
    ``listing``, and what cannot be there beside them: ``control``, ``php-control``,
    ``listing-control``.
    """

    purpose: str
    answer: Hop | Missing


@dataclass(frozen=True, slots=True)
class Usage:
    """What looking at an endpoint cost its owner."""

    tls_connections: int = 0
    other_connections: int = 0
    requests: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Return both together."""
        return Usage(
            self.tls_connections + other.tls_connections,
            self.other_connections + other.other_connections,
            self.requests + other.requests,
        )


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One (host, address, nominal port). ``tls`` is None on a plain-HTTP endpoint.

    ``deep`` is None where the register does not grant it. ``brief`` marks a further address of the
    name, that was sent a few hellos only.
    """

    scheme: str
    host: str
    address: str
    port: int
    http: Exchange | Missing
    tls: Tls | Missing | None = None
    resources: tuple[Resource, ...] = ()
    usage: Usage = Usage()
    deep: Deep | Missing | None = None
    brief: bool = False

    @property
    def family(self) -> str:
        """Return ``IPv4`` or ``IPv6``."""
        return "IPv6" if ":" in self.address else "IPv4"


@dataclass(frozen=True, slots=True)
class Service:
    """What another service of the host said first, before anything was asked of it.

    ``banner`` is the bytes as Latin-1, up to the end of its greeting, cut where it is long.
    """

    scheme: str
    host: str
    address: str
    port: int
    banner: str | Missing
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Scanner:
    """Who looked: engine version, User-Agent, and the address families it has."""

    version: str
    user_agent: str
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """What a probe is asked to look at: the register's word, without owner and importance.

    ``connect`` maps nominal ports to "address:port" to dial instead (as curl's --connect-to);
    ``resolver`` is "address:port" of a DNS server to ask instead of the system's. ``services`` are
    URLs of other services of the site's host (``ssh://host``), whose greetings are read.
    """

    site_id: str
    url: str
    connect: Mapping[int, str] = field(default_factory=dict)
    resolver: str | None = None
    grants: frozenset[str] = frozenset()
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteEvidence:
    """All that one look at a site received. ``state`` is set where it was not looked at.

    ``twin`` is what the site's name with www added or dropped answered, where that resolves.
    ``services`` are the other services that the register names for it.
    """

    site_id: str
    url: str
    observed_at: datetime
    scanner: Scanner
    grants: tuple[str, ...]
    dns: Dns | Missing
    endpoints: tuple[Endpoint, ...]
    state: Missing | None = None
    twin: tuple[Endpoint, ...] = ()
    services: tuple[Service, ...] = ()

    @property
    def usage(self) -> Usage:
        """Return what looking at all its endpoints and services cost."""
        paid = [endpoint.usage for endpoint in (*self.endpoints, *self.twin)]
        return sum([*paid, *(service.usage for service in self.services)], Usage())
