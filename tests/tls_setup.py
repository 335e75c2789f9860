"""What a TLS server set-up is: how to start it, and what it accepts by its configuration.

An expectation is typed, or computed by the library that serves from the same string: never read
off a scan.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import tls_certificates as certificates
import tls_servers as servers
from known_suites import TLS_1_3, Suites, names
from tls_certificates import Chain, Made, write

Start = Callable[[Path, int], AbstractContextManager[tuple[Chain, ...]]]

SERVER, CLIENT = True, False  # whose order of suites counts


@dataclass(frozen=True)
class SetUp:
    """One server: how to start it, and what a look at it must find.

    ``start`` gives the chains it sends; ``suites`` is called in the test, where a missing program
    skips. ``dh_bits`` are of DHE before TLS 1.3, ``groups`` all others. ``silent`` says of an
    oracle, or "oracle groups", why it cannot judge, and of "chains" why nobody sees them.
    """

    name: str
    start: Start
    suites: Callable[[], Suites]
    groups: frozenset[str]
    dh_bits: int | None = None
    server_order: bool | None = None
    starttls: str | None = None
    silent: Mapping[str, str] = field(default_factory=dict)


def fixed(**versions: str) -> Callable[[], Suites]:
    """Expect OpenSSL's suites by version: ``tls_1_2="A:B"``."""
    labels = {"tls_1_0": "TLS 1.0", "tls_1_1": "TLS 1.1", "tls_1_2": "TLS 1.2"}
    return lambda: {labels[version]: names(suites) for version, suites in versions.items()}


def and_1_3(suites: Callable[[], Suites]) -> Callable[[], Suites]:
    """Expect OpenSSL's three suites of TLS 1.3 besides."""
    return lambda: {**suites(), "TLS 1.3": TLS_1_3}


def only_1_3() -> Suites:
    """Expect TLS 1.3 alone."""
    return {"TLS 1.3": TLS_1_3}


def nothing() -> Suites:
    """Expect no TLS."""
    return {}


def groups(text: str) -> frozenset[str]:
    """Return groups by their IANA names, separated by spaces."""
    return frozenset(text.split())


CURVES = groups("x25519 secp256r1 x448 secp521r1 secp384r1")
FFDHE = groups("ffdhe2048 ffdhe3072 ffdhe4096 ffdhe6144 ffdhe8192")
DEFAULT_GROUPS = CURVES | FFDHE  # of OpenSSL 3.0
MOZILLA_GROUPS = groups("x25519 secp256r1 secp384r1")

# Mozilla's server-side TLS 5.7: intermediate has 6 suites with ECDHE and 3 with DHE.
INTERMEDIATE = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305"
)
OF_RSA = ":".join(name for name in INTERMEDIATE.split(":") if name.startswith("ECDHE-RSA"))
OF_ECDSA = OF_RSA.replace("RSA", "ECDSA")
OF_RSA_AND_DHE = f"{OF_RSA}:" + ":".join(INTERMEDIATE.split(":")[-3:])
OLD = (
    f"{INTERMEDIATE}:ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA384:"
    "ECDHE-RSA-AES256-SHA:DHE-RSA-AES128-SHA256:DHE-RSA-AES256-SHA256:AES128-GCM-SHA256:"
    "AES256-GCM-SHA384:AES128-SHA256:AES256-SHA256:AES128-SHA:AES256-SHA"
)
EVERYTHING = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
OLD_VERSIONS = ("TLS 1.0", "TLS 1.1", "TLS 1.2")


def nginx(
    lines: str, *kinds: str, beside: Callable[[Path, int], str] = lambda directory, port: ""
) -> Start:
    """Start nginx with an ordinary chain for each kind of key, RSA unless told otherwise."""

    @contextmanager
    def start(directory: Path, port: int) -> Iterator[tuple[Chain, ...]]:
        made = tuple(certificates.ordinary(directory, kind) for kind in kinds or ("rsa2048",))
        further = beside(directory, port)
        with servers.nginx(port, made, lines.replace("DIRECTORY", str(directory)), further):
            yield made

    return start


def with_dh(start: Start, bits: int = 2048) -> Start:
    """Write DH parameters to ``dh.pem`` in the directory before the start."""
    return prepared(lambda directory: servers.write_dh(directory / "dh.pem", bits), start)


def sending(*sent: Callable[[], Made]) -> Start:
    """Start nginx with this chain, as written: right or wrong."""

    @contextmanager
    def start(directory: Path, port: int) -> Iterator[tuple[Chain, ...]]:
        made = write(directory, *(one() for one in sent))
        with servers.nginx(port, (made,), f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {OF_RSA};"):
            yield (made,)

    return start


def sending_weakly(*sent: Callable[[], Made]) -> Start:
    """Start `openssl s_server` with a chain that nginx takes for too weak to start."""

    @contextmanager
    def start(directory: Path, port: int) -> Iterator[tuple[Chain, ...]]:
        made = write(directory, *(one() for one in sent))
        with servers.s_server(directory, port, made, "-cipher", f"{OF_RSA}:@SECLEVEL=0"):
            yield (made,)

    return start


Program = Callable[..., AbstractContextManager[None]]


def run(program: Program, *options: str, kind: str | None = "rsa2048", **named: object) -> Start:
    """Start one of tests/tls_servers.py with an ordinary chain, or with none."""

    @contextmanager
    def start(directory: Path, port: int) -> Iterator[tuple[Chain, ...]]:
        made = certificates.ordinary(directory, kind) if kind else None
        given = tuple(option.replace("DIRECTORY", str(directory)) for option in options)
        with program(directory, port, made, *given, **named):
            yield (made,) if made else ()

    return start


def apache(lines: str, *kinds: str) -> Start:
    """Start Apache with an ordinary chain for each kind of key."""

    @contextmanager
    def start(directory: Path, port: int) -> Iterator[tuple[Chain, ...]]:
        made = tuple(certificates.ordinary(directory, kind) for kind in kinds or ("rsa2048",))
        with servers.apache(port, made, lines):
            yield made

    return start


def prepared(before: Callable[[Path], None], start: Start) -> Start:
    """Do something in the directory before the start."""

    @contextmanager
    def start_prepared(directory: Path, port: int) -> Iterator[tuple[Chain, ...]]:
        before(directory)
        with start(directory, port) as made:
            yield made

    return start_prepared
