"""What a site of the demo city can be: the words that ``secscan.demo.city`` is written in."""

from dataclasses import dataclass
from enum import Enum

from secscan.register.model import Kind, Owner


class Port(Enum):
    """What is found behind a port."""

    SITE = "the site itself"
    REDIRECT = "a redirect to https"
    CLOSED = "nobody listens"
    SILENT = "somebody listens and never says a word"
    SPEECHLESS = "plain HTTP where TLS is expected"


class Answer(Enum):
    """What the site says when it is asked for a page."""

    PAGE = "its page, and 404 for what it does not have"
    PAGE_ALWAYS = "its page whatever was asked, as single-page applications do"
    JSON = "JSON"
    LOGIN = "401, whatever was asked"
    FORBIDDEN = "the block page of a firewall, whatever was asked"
    HOSTILE = "things meant to harm whoever reads them"


class Protocols(Enum):
    """TLS versions and suites: the lowest and highest version, and OpenSSL's cipher string."""

    MODERN = ("TLSv1_2", "TLSv1_3", "ECDHE+AESGCM:ECDHE+CHACHA20")
    ONLY_1_3 = ("TLSv1_3", "TLSv1_3", "")
    ONLY_1_2 = ("TLSv1_2", "TLSv1_2", "ECDHE+AESGCM")
    WITH_CBC = ("TLSv1_2", "TLSv1_3", "ECDHE+AESGCM:ECDHE+AES")
    WITH_RSA_KEY_EXCHANGE = ("TLSv1_2", "TLSv1_2", "ECDHE+AESGCM:kRSA+AESGCM")
    FROM_1_1 = ("TLSv1_1", "TLSv1_2", "ECDHE+AESGCM:ECDHE+AES+SHA1")
    FROM_1_0 = ("TLSv1", "TLSv1_2", "ECDHE+AESGCM:kRSA+AES+SHA1:ECDHE+AES+SHA1")
    ONLY_1_0 = ("TLSv1", "TLSv1", "kRSA+AES+SHA1")


class Key(Enum):
    """The keys of certificates; RSA keys are made once and shared, for they take their time."""

    P256 = "P-256"
    P384 = "P-384"
    RSA_1024 = "RSA 1024"
    RSA_2048 = "RSA 2048"
    RSA_3072 = "RSA 3072"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate: issued ``age`` days ago, with ``left`` days to go."""

    key: Key = Key.P256
    age: int = 60
    left: int = 120
    self_signed: bool = False
    for_other_host: bool = False
    intermediate_sent: bool = True
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Headers:
    """Response headers; what is empty is not sent. HSTS is never sent in plain (RFC 6797).

    ``reflects_origin`` shares every answer with whoever asks, credentials included.
    """

    hsts: str = ""
    csp: str = ""
    report_only: str = ""
    frame: str = ""
    nosniff: bool = False
    referrer: str = ""
    permissions: str = ""
    opener: str = ""
    resource: str = ""
    caching: str = ""
    allow_origin: str = ""
    reflects_origin: bool = False
    server: str = "nginx"
    powered_by: str = ""
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """A script that the page loads from the site itself."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be had from the site and that its page does not load."""

    path: str
    media: str
    text: str


class SecurityTxt(Enum):
    """The state of /.well-known/security.txt (RFC 9116)."""

    ABSENT = "there is none"
    VALID = "with a contact, and valid for half a year"
    EXPIRED = "valid until last month"
    INCOMPLETE = "without the Expires that RFC 9116 requires"


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site of the city. The first four say which it is, all others how it differs.

    ``shows`` is what it is there to show. ``beside`` is the site whose address and ports it
    shares by SNI and Host; ``platform`` makes it a tenant's row, which is not scanned itself.
    ``www`` has the name with www added or dropped lead to the same server. ``ssh`` is what its
    machine says on port 22, "" where nobody listens there.
    """

    id: str
    host: str
    owner: str | tuple[Owner, ...]
    shows: str
    scheme: str = "https"
    kind: Kind = Kind.PORTAL
    importance: int = 2
    system_level: int | None = None
    tags: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    authorised: bool = True
    platform: str | None = None
    beside: str | None = None

    port_80: Port = Port.REDIRECT
    port_443: Port = Port.SITE
    redirect_status: int = 301
    protocols: Protocols = Protocols.MODERN
    certificate: Certificate = Certificate()
    other_names: tuple[str, ...] = ()

    answer: Answer = Answer.PAGE
    headers: Headers = Headers()
    cookies: tuple[str, ...] = ()
    home: str = "/"
    generator: str = ""
    scripts: tuple[Script, ...] = ()
    markup: str = ""
    error_markup: str = ""
    security_txt: SecurityTxt = SecurityTxt.ABSENT
    files: tuple[File, ...] = ()
    ssh: str = ""

    resolves: bool = True
    www: bool = False
    ipv6: bool = False
    dnssec: bool = False
    caa: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Return the URL that the register names."""
        return f"{self.scheme}://{self.host}/"

    @property
    def landlord(self) -> str | None:
        """Return the id of the site at whose address this one answers, if not at its own."""
        return self.platform or self.beside
