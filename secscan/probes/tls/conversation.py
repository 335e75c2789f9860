"""One hello and what comes back, without a socket: bytes in, an answer out.

Whatever comes in is read and nothing of it believed; ``MalformedError`` is all it can raise.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from secscan.evidence import Answer, Presented, Refused
from secscan.parsing import hellos
from secscan.parsing.hellos import ServerHello
from secscan.parsing.parameters import ALERTS, GROUPS, KINDS, NUMBERS, SIGNATURES, SUITES, VERSIONS
from secscan.parsing.parameters import named as name_of
from secscan.parsing.records import (
    ALERT,
    APPLICATION_DATA,
    HANDSHAKE,
    Cursor,
    MalformedError,
    Messages,
    Records,
)
from secscan.probes.tls.offer import Offer, message, old_message, record
from secscan.probes.tls.secrets import KeyShare, Sealed, sealed

_FATAL = 2


class Conversation:
    """What one TLS hello brought; ``done`` when there is nothing more to wait for."""

    def __init__(self, offer: Offer, host: str) -> None:
        self._offer = offer
        self._share = KeyShare(offer.share) if offer.share else None
        self._message = message(offer, host, self._share.public() if self._share else b"")
        self._records = Records()
        self._messages = Messages()
        self._sealed: Sealed | None = None
        self._hello: ServerHello | None = None
        self.bytes = record(self._message, offer.version)
        self.answer: Answer | Refused | None = None
        self.presented: Presented | None = None
        self.done = False
        self.started = False
        self._read_once: set[int] = set()
        self._readers: Mapping[int, Callable[[bytes], None]] = {
            hellos.CERTIFICATE: self._certified,
            hellos.CERTIFICATE_STATUS: self._stapled,
            hellos.SERVER_KEY_EXCHANGE: self._exchanged,
            hellos.CERTIFICATE_VERIFY: self._signed,
            hellos.ENCRYPTED_EXTENSIONS: self._encrypted,
            hellos.CERTIFICATE_REQUEST: self._asked,
        }

    def feed(self, data: bytes) -> None:
        """Read what came in."""
        for kind, fragment in self._records.feed(data):
            self.started = True
            self._read(kind, fragment)
            if self.done:
                return

    def _read(self, kind: int, fragment: bytes) -> None:
        if kind == APPLICATION_DATA and self._sealed is not None:
            kind, fragment = self._sealed.open(fragment)
        if kind == ALERT:
            self._alerted(fragment)
        elif kind == HANDSHAKE:
            for number, body in self._messages.feed(fragment):
                self._take(number, body)
                if self.done:
                    return

    def _alerted(self, fragment: bytes) -> None:
        cursor = Cursor(fragment)
        level, description = cursor.number(1), cursor.number(1)
        if level != _FATAL:  # unrecognized_name as a warning comes before good answers (RFC 6066)
            return
        self.done = True
        if self.answer is None:
            self.answer = Refused(name_of(ALERTS, description))

    def _take(self, number: int, body: bytes) -> None:
        if number == hellos.SERVER_HELLO:
            self._greeted(body)
        elif self._hello is None:
            raise MalformedError(f"begins with message {number}")
        elif number in (hellos.SERVER_HELLO_DONE, hellos.FINISHED):
            self.done = True
        elif number in self._read_once:
            raise MalformedError(f"sends message {number} twice")
        elif number in self._readers:
            self._read_once.add(number)
            self._readers[number](body)

    def _greeted(self, body: bytes) -> None:
        if self._hello is not None:
            raise MalformedError("greets twice")
        found = self._hello = hellos.server_hello(body)
        if not self._offer.allows(found.version):
            raise MalformedError(f"chose version {found.version:#06x}, which was not offered")
        if found.suite not in self._offer.suites:
            raise MalformedError(f"chose {name_of(SUITES, found.suite)}, which was not offered")
        if found.version == NUMBERS["TLS 1.3"] and not self._is_offered(found):
            raise MalformedError("chose a key exchange that was not offered")
        self.answer = Answer(
            version=VERSIONS[found.version],
            suite=name_of(SUITES, found.suite),
            group="" if found.group is None else name_of(GROUPS, found.group),
            compressed=found.compression != 0,
            retried=found.retry,
        )
        self._extended(found.extensions)
        if found.version == NUMBERS["TLS 1.3"]:
            self._unseal(found, body)

    def _is_offered(self, found: ServerHello) -> bool:
        """Say whether a TLS 1.3 server kept to our groups, or wants only a cookie back."""
        if not found.retry:
            return found.group == self._offer.share
        groups = self._offer.groups_offered
        return found.group is None or (found.group in groups and found.group != self._offer.share)

    def _unseal(self, found: ServerHello, body: bytes) -> None:
        """Make ready for the encrypted part; where it cannot be read, what is known is all."""
        if not found.retry and self._share is not None and found.group == self._share.group:
            secret = self._share.agree(found.share)
            greeting = bytes([hellos.SERVER_HELLO]) + len(body).to_bytes(3, "big") + body
            self._sealed = sealed(found.suite, secret, self._message + greeting)
        self.done = self._sealed is None

    def _encrypted(self, body: bytes) -> None:
        if self._sealed is None:
            raise MalformedError("sends in plain text what TLS 1.3 encrypts")
        self._extended(hellos.extensions(Cursor(body).vector(2)))

    def _extended(self, found: Mapping[int, bytes]) -> None:
        had = self._greeting()
        chosen = hellos.protocol(found[hellos.ALPN]) if hellos.ALPN in found else had.protocol
        kinds = tuple(sorted({*(had.extensions or ()), *found}))
        self.answer = replace(had, protocol=chosen, extensions=kinds)
        if found.get(hellos.TIMESTAMPS):
            self._present(timestamps=found[hellos.TIMESTAMPS])

    def _greeting(self) -> Answer:
        if not isinstance(self.answer, Answer):
            raise MalformedError("goes on after an alert")
        return self.answer

    def _certified(self, body: bytes) -> None:
        if self._sealed is None:
            self._present(hellos.certificates(body))
            return
        entries = hellos.certificate_entries(body)
        self._present(tuple(certificate for certificate, _ in entries))
        if entries:
            of_leaf = entries[0][1]
            if hellos.STATUS_REQUEST in of_leaf:
                self._present(ocsp=hellos.ocsp_response(of_leaf[hellos.STATUS_REQUEST]))
            if hellos.TIMESTAMPS in of_leaf:
                self._present(timestamps=of_leaf[hellos.TIMESTAMPS])

    def _present(
        self, certificates: tuple[bytes, ...] = (), ocsp: bytes = b"", timestamps: bytes = b""
    ) -> None:
        had = self.presented or Presented(())
        self.presented = Presented(
            certificates or had.certificates, ocsp or had.ocsp, timestamps or had.timestamps
        )

    def _stapled(self, body: bytes) -> None:
        self._present(ocsp=hellos.ocsp_response(body))

    def _signed(self, body: bytes) -> None:
        scheme = name_of(SIGNATURES, Cursor(body).number(2))
        self.answer = replace(self._greeting(), signature=scheme)

    def _asked(self, _: bytes) -> None:
        self.answer = replace(self._greeting(), asks_certificate=True)

    def _exchanged(self, body: bytes) -> None:
        had = self._greeting()
        found = hellos.key_exchange(body, had.suite, NUMBERS[had.version])
        self.answer = replace(had, group=found.group, bits=found.bits, signature=found.signature)


class OldConversation:
    """What one SSL 2 hello brought: a greeting of the same kind, or a TLS alert."""

    def __init__(self, offer: Offer, host: str) -> None:
        self._offered = offer.suites
        self._held = b""
        self.bytes = old_message(offer)
        self.answer: Answer | Refused | None = None
        self.presented: Presented | None = None
        self.done = False
        self.started = False

    def feed(self, data: bytes) -> None:
        """Read what came in."""
        self._held += data
        if self._held[0] == ALERT:
            first = next(Records().feed(self._held), None)
            if first is not None:
                self.started = self.done = True
                self.answer = Refused(name_of(ALERTS, Cursor(first[1][1:]).number(1)))
            return
        found = hellos.old_server_hello(self._held)
        if found is None:
            return
        self.started = self.done = True
        # Some name all that they have, whatever was offered.
        kinds = tuple(name_of(KINDS, kind) for kind in found.kinds if kind in self._offered)
        # Some that have SSL 2 switched off by its ciphers alone greet with an empty list.
        self.answer = (
            Answer("SSLv2", kinds[0], others=kinds[1:]) if kinds else Refused("handshake_failure")
        )
