"""TLS as an endpoint answered: each hello that was sent, what for, and what came back."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from secscan.evidence.missing import Missing
from secscan.parsing.parameters import GROUPS, KINDS, SUITES, named
from secscan.parsing.suites import groups_of


def _from_base64(value: Any) -> Any:
    return b64decode(value) if isinstance(value, str) else value


Der = Annotated[
    bytes,
    BeforeValidator(_from_base64),
    PlainSerializer(lambda value: b64encode(value).decode("ascii"), when_used="json"),
]


class Purpose(StrEnum):
    """What a hello was sent to learn."""

    ORDINARY = "ordinary"  # as any client: first, last, and between where the server refuses oddly
    SUITES = "suites"
    GROUPS = "groups"
    ORDER = "order"  # all accepted suites, weakest first; compression is offered too
    CHACHA20 = "chacha20 first"
    SIGNATURES = "weak signatures"
    FALLBACK = "fallback signal"  # RFC 7507
    NAMELESS = "without server name"
    CERTIFICATES = "certificates"  # the other kind of key, where they are sent encrypted


@dataclass(frozen=True, slots=True)
class Answer:
    """A hello that was answered: what the server's messages say, by IANA's names."""

    version: str
    suite: str
    group: str = ""  # of the key exchange
    bits: int = 0  # of a prime (DHE) or a modulus (export RSA)
    signature: str = ""  # scheme that signed the exchange; unknown before TLS 1.2
    protocol: str = ""  # ALPN
    compressed: bool = False
    extensions: tuple[int, ...] | None = ()  # that came back, by number; None: not kept
    retried: bool = False  # a HelloRetryRequest: TLS 1.3 without a key exchange
    presented: int | None = None  # which of ``Tls.presented`` came with it
    others: tuple[str, ...] = ()  # SSL 2 alone names every cipher kind at once
    asks_certificate: bool = False  # of the client (RFC 8446, 4.3.2)


@dataclass(frozen=True, slots=True)
class Refused:
    """A hello that was answered by a fatal alert."""

    alert: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A hello that was met by a close or a reset: no TLS answer, and no proof of a refusal."""

    detail: str


Reply = Answer | Refused | Closed | Missing
"""What may come back on a hello."""


@dataclass(frozen=True, slots=True)
class Presented:
    """Certificates as one handshake presented them, leaf first, and what came with them."""

    certificates: tuple[Der, ...]
    ocsp: Der = b""  # the stapled response (RFC 6066, 8)
    timestamps: Der = b""  # the list of the TLS extension (RFC 6962, 3.3)


@dataclass(frozen=True, slots=True)
class Hello:
    """One hello: what for, what it offered, what came back.

    ``version`` is the newest that was offered; below TLS 1.3 a hello cannot exclude older ones.
    Suites, groups and signatures are their numbers in the order offered, in hexadecimal, four
    digits each (six in SSL 2); groups and signatures are "" where all were offered.
    """

    purpose: Purpose
    version: str
    suites: str
    answer: Reply
    groups: str = ""
    signatures: str = ""
    named: bool = True  # the server's name was told (SNI)
    exact: bool = True  # no version but this one and, below TLS 1.3, older ones
    plain: bool = False  # without extensions

    @property
    def offered(self) -> tuple[str, ...]:
        """Return the names of the suites that were offered, in order."""
        if self.version == "SSLv2":
            return tuple(named(KINDS, code) for code in _numbers(self.suites, 6))
        return tuple(named(SUITES, code) for code in _numbers(self.suites, 4))

    @property
    def offered_groups(self) -> tuple[str, ...]:
        """Return the names of the groups that were offered."""
        chosen = tuple(named(GROUPS, code) for code in _numbers(self.groups, 4))
        return chosen or groups_of(self.version)


def _numbers(text: str, digits: int) -> tuple[int, ...]:
    return tuple(int(text[at : at + digits], 16) for at in range(0, len(text), digits))


@dataclass(frozen=True, slots=True)
class Tls:
    """A TLS endpoint: each hello with its answer, in order, and the certificates as sent."""

    hellos: tuple[Hello, ...]
    presented: tuple[Presented, ...] = ()

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """Return the certificates that an ordinary client gets, leaf first; () where unseen."""
        chains = self.chains() or self.chains(named=False)
        return chains[0].certificates if chains else ()

    @property
    def blocked(self) -> bool:
        """Say whether the server stopped answering ordinary clients while it was looked at."""
        greetings = [hello for hello in self.hellos if hello.purpose is Purpose.ORDINARY]
        return len(greetings) > 1 and not isinstance(greetings[-1].answer, Answer)

    def chains(self, named: bool = True) -> tuple[Presented, ...]:
        """Return what was presented to clients that name the server, or to those that do not."""
        shown = [
            hello.answer.presented
            for hello in self.hellos
            if hello.named is named and isinstance(hello.answer, Answer)
        ]
        return tuple(self.presented[at] for at in dict.fromkeys(shown) if at is not None)

    def answers(self, version: str | None = None) -> tuple[Answer, ...]:
        """Return the answers, of one version or of all, in the order they came.

        A client that names no server may get another site's settings: those are not told here.
        """
        found = (h.answer for h in self.hellos if h.purpose is not Purpose.NAMELESS)
        return tuple(
            answer
            for answer in found
            if isinstance(answer, Answer) and version in (None, answer.version)
        )

    def accepted(self) -> Mapping[str, tuple[str, ...]]:
        """Map each version that was accepted to its accepted suites, in the order they came."""
        found: dict[str, dict[str, None]] = {}
        for answer in self.answers():
            suites = found.setdefault(answer.version, {})
            suites.update(dict.fromkeys((answer.suite, *answer.others)))
        return {version: tuple(suites) for version, suites in found.items()}

    def groups(self, version: str) -> tuple[str, ...]:
        """Return the groups that were accepted in a version, in the order they came."""
        return tuple(dict.fromkeys(a.group for a in self.answers(version) if a.group))
