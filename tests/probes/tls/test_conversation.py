"""Bytes in, an answer out: whatever a server sends, and however it is cut into pieces."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import programs
import pytest
import tls_certificates
import tls_servers
from hypothesis import given
from hypothesis import strategies as st
from responder import CBC, GCM, RC4
from tls_messages import (
    DONE,
    GROUP,
    SCHEME,
    TLS_1_3,
    alert,
    certificate,
    certificate_1_3,
    curve,
    encrypted_flight,
    key_exchange,
    message,
    old_server_hello,
    prime,
    read_hello,
    record,
    retry,
    server_hello,
    status,
    vector,
)

from secscan.evidence import Answer, Presented, Refused
from secscan.parsing.parameters import CODES, GROUPS, KINDS, SUITES
from secscan.parsing.records import MalformedError
from secscan.probes.tls.conversation import Conversation, OldConversation
from secscan.probes.tls.exchange import exchange
from secscan.probes.tls.offer import Offer
from secscan.probes.tls.secrets import SHARED

HOST = "site.example"
AES_128 = CODES["TLS_AES_128_GCM_SHA256"]
SCHEME_256 = SCHEME["rsa_pkcs1_sha256"]
OLD = Offer("TLS 1.2", (CODES[GCM], CODES[CBC], CODES["TLS_DHE_RSA_WITH_AES_128_CBC_SHA"]))
NEW = Offer("TLS 1.3", (AES_128,), share=29)
BARE = Offer("TLS 1.3", (AES_128,))
BOTH = Offer("TLS 1.3", (AES_128, CODES[GCM]), exact=False, share=29)

GREETING = server_hello(0x0303, CODES[GCM])
FLIGHT = (
    GREETING
    + certificate(b"leaf", b"intermediate")
    + status(b"response")
    + key_exchange(0x0303, curve(29), SCHEME_256)
    + DONE
)


def outcome(
    offer: Offer, pieces: Sequence[bytes], talk: Conversation | OldConversation | None = None
) -> tuple[Answer | Refused | None, Presented | None, bool, str]:
    """Return the answer, the certificates, whether it is done, and the fault of the bytes."""
    talk = talk or Conversation(offer, HOST)
    fault = ""
    for piece in pieces:
        if talk.done or fault:
            break
        try:
            talk.feed(piece)
        except MalformedError as found:
            fault = "malformed"
            assert str(found)
    return talk.answer, talk.presented, talk.done, fault


def told(offer: Offer, data: bytes) -> Answer | Refused | None:
    answer, _, _, fault = outcome(offer, [data])
    assert not fault
    return answer


def test_a_whole_flight_of_tls_1_2() -> None:
    answer, presented, done, _ = outcome(OLD, [FLIGHT])
    assert answer == Answer("TLS 1.2", GCM, group="x25519", signature="rsa_pkcs1_sha256")
    assert presented == Presented((b"leaf", b"intermediate"), b"response")
    assert done


def test_a_prime_and_a_version_below() -> None:
    suite = "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"
    data = server_hello(0x0302, CODES[suite]) + key_exchange(0x0302, prime(1024), 0) + DONE
    assert told(OLD, data) == Answer("TLS 1.1", suite, bits=1024)


def test_what_the_extensions_tell() -> None:
    found = {16: vector(vector(b"h2", 1), 2), 18: b"list", 23: b"", 0xFF01: b"\0"}
    data = server_hello(0x0303, CODES[GCM], found, compression=1) + certificate(b"leaf") + DONE
    answer, presented, _, _ = outcome(OLD, [data])
    assert answer == Answer(
        "TLS 1.2", GCM, protocol="h2", compressed=True, extensions=(16, 18, 23, 0xFF01)
    )
    assert presented == Presented((b"leaf",), timestamps=b"list")


def test_a_retry_names_suite_and_group() -> None:
    answer, _, done, _ = outcome(BARE, [retry(AES_128, GROUP["X25519MLKEM768"])])
    assert answer == Answer(
        "TLS 1.3", SUITES[AES_128], "X25519MLKEM768", extensions=(43, 51), retried=True
    )
    assert done


def test_certificates_of_tls_1_3_are_decrypted() -> None:
    talk = Conversation(NEW, HOST)
    content = certificate_1_3(b"leaf", {5: b"\1" + vector(b"response", 3), 18: b"list"})
    flight = encrypted_flight(read_hello(talk.bytes[5:]), AES_128, 29, content)
    answer, presented, done, _ = outcome(NEW, [flight], talk)
    assert presented == Presented((b"leaf",), b"response", b"list")
    assert isinstance(answer, Answer)
    assert (answer.group, answer.signature) == ("x25519", "ecdsa_secp256r1_sha256")
    assert done


def test_alerts() -> None:
    assert told(OLD, alert("handshake_failure")) == Refused("handshake_failure")
    assert told(OLD, record(21, b"\2\xfa")) == Refused("0x00FA")
    assert told(OLD, alert("unrecognized_name", 1)) is None
    assert isinstance(told(OLD, alert("unrecognized_name", 1) + FLIGHT), Answer)
    assert isinstance(told(OLD, GREETING + alert("internal_error")), Answer)


def test_an_alert_counts_whatever_comes_behind_it() -> None:
    for junk in (b"HTTP/1.1 400 Bad Request\r\n", b"\x16\x03\x03\xff\xff", FLIGHT):
        assert told(OLD, alert("handshake_failure") + junk) == Refused("handshake_failure")
        assert isinstance(told(OLD, FLIGHT + junk), Answer)


@pytest.mark.parametrize(
    ("offer", "data"),
    [
        (OLD, server_hello(0x0303, CODES[RC4])),
        (OLD, server_hello(0x0303, 0x0A0A)),
        (OLD, server_hello(0x0304, AES_128)),
        (OLD, server_hello(0x0305, CODES[GCM])),
        (OLD, server_hello(0x0002, CODES[GCM])),
        (Offer("TLS 1.1", (CODES[CBC],)), server_hello(0x0303, CODES[CBC])),
        (NEW, server_hello(0x0303, AES_128)),
        (NEW, server_hello(TLS_1_3, CODES[GCM])),
        (NEW, server_hello(TLS_1_3, AES_128)),
        (NEW, retry(AES_128, 29)),
        (NEW, retry(AES_128, 0x0A0A)),
        (Offer("TLS 1.3", (AES_128,), groups=(23, 24)), retry(AES_128, 25)),
        (BARE, server_hello(TLS_1_3, AES_128, {51: b"\0\x1d" + vector(bytes(32), 2)})),
    ],
)
def test_what_was_not_offered_is_a_violation_and_no_answer(offer: Offer, data: bytes) -> None:
    assert outcome(offer, [data]) == (None, None, False, "malformed")


@pytest.mark.parametrize(
    "data",
    [
        FLIGHT[len(GREETING) :],
        GREETING[:5] + b"\2\0\0\0" + GREETING[9:],
        record(22, b"\2\xff\xff\xff"),
        record(24, b""),
        b"\x16\x02",
        b"\x16\x02\x00\x00\x01",
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ],
    ids=lambda sent: f"{len(sent)} bytes",
)
def test_what_is_no_tls_is_malformed(data: bytes) -> None:
    answer, _, _, fault = outcome(OLD, [data])
    assert answer is None
    assert fault or len(data) < 5


def test_what_fails_after_the_greeting_leaves_the_answer() -> None:
    bad = server_hello(TLS_1_3, AES_128, {51: b"\0\x1d" + vector(bytes(32), 2)})
    protocol = server_hello(0x0303, CODES[GCM], {16: b"\0"})
    for data in (GREETING + GREETING, GREETING + record(22, b"\x0b\0\0\1\0"), protocol, bad):
        answer, _, _, fault = outcome(BOTH, [data])
        assert isinstance(answer, Answer)
        assert fault


def test_a_record_that_cannot_be_decrypted_is_malformed() -> None:
    talk = Conversation(NEW, HOST)
    flight = bytearray(encrypted_flight(read_hello(talk.bytes[5:]), AES_128, 29, b""))
    flight[-1] ^= 1
    answer, presented, _, fault = outcome(NEW, [bytes(flight)], talk)
    assert (type(answer), presented, fault) == (Answer, None, "malformed")


PIECES = st.sampled_from(
    [
        GREETING,
        FLIGHT,
        DONE,
        certificate(b"leaf"),
        alert("handshake_failure"),
        alert("unrecognized_name", 1),
        retry(AES_128, 23),
        server_hello(0x0303, CODES[GCM], {18: b"x", 16: b"\0\3\2h2"}),
        record(22, b""),
        record(23, b"sealed"),
        old_server_hello(tuple(KINDS)),
        old_server_hello(()),
    ]
)
SENT = st.lists(PIECES | st.binary(max_size=40), max_size=6).map(b"".join)
OFFERS = st.sampled_from([OLD, NEW, BARE, BOTH])


def mutated(data: bytes, changes: Sequence[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for at, value in changes:
        if changed:
            changed[at % len(changed)] = value
    return bytes(changed)


CHANGES = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=3)


def cut(data: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size
    yield data[at:]


@given(OFFERS, SENT, CHANGES, st.lists(st.integers(1, 30), max_size=20))
def test_it_does_not_matter_how_the_bytes_are_cut(
    offer: Offer, sent: bytes, changes: Sequence[tuple[int, int]], sizes: Sequence[int]
) -> None:
    data = mutated(sent, changes)
    at_once = outcome(offer, [data] if data else [])
    assert outcome(offer, [bytes([byte]) for byte in data]) == at_once
    assert outcome(offer, [piece for piece in cut(data, sizes) if piece]) == at_once


@given(SENT, CHANGES)
def test_it_does_not_matter_for_ssl_2_either(
    sent: bytes, changes: Sequence[tuple[int, int]]
) -> None:
    data, offer = mutated(sent, changes), Offer("SSLv2", tuple(KINDS))
    at_once = outcome(offer, [data] if data else [], OldConversation(offer, HOST))
    single = [bytes([byte]) for byte in data]
    assert outcome(offer, single, OldConversation(offer, HOST)) == at_once


@given(st.integers(2, 2_000))
def test_work_grows_no_faster_than_what_is_sent(count: int) -> None:
    """Each record is taken from what is held once, and nothing that was read is held."""
    talk = Conversation(OLD, HOST)
    talk.feed(alert("unrecognized_name", 1) * count)
    assert len(talk._records._held) == 0
    assert len(talk._messages._held) == 0


def test_ssl_2_kinds_in_their_order() -> None:
    kinds, offer = tuple(KINDS)[2:4], Offer("SSLv2", tuple(KINDS))
    answer, *_ = outcome(offer, [old_server_hello(kinds)], OldConversation(offer, HOST))
    assert answer == Answer("SSLv2", KINDS[kinds[0]], others=(KINDS[kinds[1]],))


@pytest.mark.parametrize("reply", [old_server_hello(()), alert("handshake_failure")])
def test_ssl_2_refused(reply: bytes) -> None:
    offer = Offer("SSLv2", tuple(KINDS))
    answer, *_ = outcome(offer, [reply], OldConversation(offer, HOST))
    assert answer == Refused("handshake_failure")


def test_ssl_2_kinds_that_were_not_offered_are_no_answer() -> None:
    offered, others = tuple(KINDS)[:2], tuple(KINDS)[2:]
    offer = Offer("SSLv2", offered)
    answer, *_ = outcome(offer, [old_server_hello(others)], OldConversation(offer, HOST))
    assert answer == Refused("handshake_failure")


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, tuple[bytes, ...]]]:
    """Run `openssl s_server` with every suite and group of TLS 1.3 that it has."""
    directory: Path = tmp_path_factory.mktemp("openssl")
    made, port = tls_certificates.ordinary(directory, "rsa2048"), programs.free_port()
    suites = ":".join(SUITES[code] for code in range(0x1301, 0x1306))
    given = ("-tls1_3", "-ciphersuites", suites, "-groups", "X25519:P-256:P-384:P-521:X448")
    with tls_servers.s_server(directory, port, made, *given):
        yield port, made.sent


@pytest.mark.parametrize("group", SHARED, ids=lambda code: GROUPS[code])
@pytest.mark.parametrize("suite", range(0x1301, 0x1306), ids=lambda code: SUITES[code])
def test_openssl_shows_its_certificates_in_tls_1_3(
    openssl: tuple[int, tuple[bytes, ...]], suite: int, group: int
) -> None:
    port, sent = openssl
    talk = Conversation(Offer("TLS 1.3", (suite,), groups=(group,), share=group), HOST)

    async def scenario() -> object:
        with socket.create_connection(("127.0.0.1", port)) as opened:
            opened.setblocking(False)
            return await exchange(opened, talk, 10.0)

    answer = asyncio.run(scenario())
    assert isinstance(answer, Answer)
    assert (answer.version, answer.suite, answer.group) == (
        "TLS 1.3",
        SUITES[suite],
        GROUPS[group],
    )
    assert answer.signature == "rsa_pss_rsae_sha256"
    assert not answer.retried
    assert talk.presented is not None
    assert talk.presented.certificates == sent
    assert talk.done


@pytest.mark.parametrize(
    "sent",
    [
        GREETING + certificate(b"leaf") * 2,
        GREETING + key_exchange(0x0303, curve(29), SCHEME_256) * 2,
        GREETING + message(8, b"\0\0"),
    ],
    ids=["two chains", "two exchanges", "what TLS 1.3 encrypts"],
)
def test_what_may_come_once_and_sealed_does_not_come_again_or_in_plain_text(sent: bytes) -> None:
    answer, _, _, fault = outcome(OLD, [sent])
    assert isinstance(answer, Answer)  # the greeting itself stands
    assert fault
