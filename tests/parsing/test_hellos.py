from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from responder import CBC, DHE, GCM
from tls_messages import (
    GROUP,
    SCHEME,
    certificate,
    curve,
    extensions,
    key_exchange,
    old_server_hello,
    prime,
    retry,
    server_hello,
    status,
    vector,
)

from secscan.parsing import hellos
from secscan.parsing.hellos import KeyExchange, OldServerHello
from secscan.parsing.parameters import CODES, KINDS, NUMBERS
from secscan.parsing.records import MalformedError

SHA256 = SCHEME["rsa_pkcs1_sha256"]
PSK = "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA"
EXPORT = "TLS_RSA_EXPORT_WITH_RC4_40_MD5"


def body(sent: bytes) -> bytes:
    """Return the body of a message that stands in one record."""
    return sent[9:]


def exchanged(exchange: bytes, suite: str, version: int = 0x0303, scheme: int = SHA256) -> object:
    return hellos.key_exchange(body(key_exchange(version, exchange, scheme)), suite, version)


def test_a_server_hello() -> None:
    found = hellos.server_hello(body(server_hello(0x0303, CODES[GCM], {16: b"x", 23: b""}, 1)))
    assert (found.version, found.suite, found.compression) == (0x0303, CODES[GCM], 1)
    assert found.extensions == {16: b"x", 23: b""}
    assert not found.retry


def test_a_server_hello_without_extensions() -> None:
    found = hellos.server_hello(body(server_hello(0x0300, 5)))
    assert (found.version, found.suite, found.extensions) == (0x0300, 5, {})


def test_a_server_hello_of_tls_1_3() -> None:
    share = {51: b"\0\x1d" + vector(b"key", 2)}
    found = hellos.server_hello(body(server_hello(0x0304, 0x1301, share)))
    assert (found.version, found.group, found.share, found.retry) == (0x0304, 29, b"key", False)


def test_a_retry_names_a_group_and_shares_none() -> None:
    found = hellos.server_hello(body(retry(0x1301, GROUP["X25519MLKEM768"])))
    assert (found.version, found.group, found.share, found.retry) == (0x0304, 0x11EC, b"", True)


def test_no_extension_may_come_twice() -> None:
    one = b"\0\x10\0\0"
    assert hellos.extensions(one) == {16: b""}
    with pytest.raises(MalformedError, match="extension 16 twice"):
        hellos.extensions(one * 2)


def test_certificates() -> None:
    sent = (b"leaf", b"intermediate")
    assert hellos.certificates(body(certificate(*sent))) == sent
    assert hellos.certificates(body(certificate())) == ()
    assert len(hellos.certificates(body(certificate(*[b"x"] * 100)))) == 40


def test_certificates_of_tls_1_3() -> None:
    entry = vector(b"leaf", 3) + extensions({5: b"staple"})
    listed = b"\0" + vector(entry + vector(b"other", 3) + b"\0\0", 3)
    assert hellos.certificate_entries(listed) == ((b"leaf", {5: b"staple"}), (b"other", {}))


def test_a_staple_is_of_ocsp() -> None:
    assert hellos.ocsp_response(body(status(b"response"))) == b"response"
    assert hellos.ocsp_response(b"\2" + vector(b"a list", 3)) == b""  # RFC 6961, given up


def test_a_protocol() -> None:
    assert hellos.protocol(vector(vector(b"h2", 1), 2)) == "h2"
    with pytest.raises(MalformedError):
        hellos.protocol(b"\0\0")


@pytest.mark.parametrize(
    ("exchange", "suite", "version", "expected"),
    [
        (curve(29), GCM, 0x0303, KeyExchange("x25519", 0, "rsa_pkcs1_sha256")),
        (curve(23), CBC, 0x0302, KeyExchange("secp256r1")),
        (curve(0x0A0A), GCM, 0x0303, KeyExchange("0x0A0A", 0, "rsa_pkcs1_sha256")),
        (prime(1024), DHE, 0x0303, KeyExchange("", 1024, "rsa_pkcs1_sha256")),
        (prime(512), DHE, 0x0300, KeyExchange("", 512)),
        (vector(b"\1" + bytes(63), 2) + vector(b"\3", 2), EXPORT, 0x0300, KeyExchange("", 505)),
        (vector(b"hint", 2), "TLS_PSK_WITH_AES_128_CBC_SHA", 0x0303, KeyExchange()),
        (b"any", "TLS_RSA_WITH_AES_128_CBC_SHA", 0x0303, KeyExchange()),
        (b"\1" + bytes(90), GCM, 0x0303, KeyExchange("arbitrary_explicit_prime_curves")),
        (b"\2" + bytes(90), GCM, 0x0303, KeyExchange("arbitrary_explicit_char2_curves")),
    ],
)
def test_a_key_exchange(exchange: bytes, suite: str, version: int, expected: KeyExchange) -> None:
    assert exchanged(exchange, suite, version) == expected


def test_exchanges_that_nobody_signs() -> None:
    anonymous = "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"
    assert hellos.key_exchange(curve(23), anonymous, 0x0303) == KeyExchange("secp256r1")
    assert hellos.key_exchange(prime(512), "TLS_DH_anon_WITH_AES_128_CBC_SHA", 0x0303).bits == 512
    hinted = vector(b"hint", 2) + curve(23)
    assert hellos.key_exchange(hinted, PSK, 0x0303) == KeyExchange("secp256r1")


def test_a_prime_is_as_long_as_its_first_bit_says() -> None:
    padded = vector(b"\0\0\1" + bytes(10), 2) + vector(b"\2", 2) * 2
    assert hellos.key_exchange(padded, DHE, 0x0301) == KeyExchange("", 81)


def test_a_server_hello_of_ssl_2() -> None:
    kinds = tuple(KINDS)[:2]
    sent = old_server_hello(kinds, b"leaf")
    assert hellos.old_server_hello(sent) == OldServerHello(kinds, b"leaf")
    assert hellos.old_server_hello(sent + b"more") == OldServerHello(kinds, b"leaf")
    for size in range(len(sent)):
        assert hellos.old_server_hello(sent[:size]) is None


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x03\x04\x00\x01",
        b"\x80\x03\x00\x00\x01",  # an error message
        b"\x80\x0b\x04\x00\x01\x00\x03" + bytes(6),
        b"\x80\x0b\x04\x00\x01\x00\x02\xff\xff" + bytes(4),
        old_server_hello(())[:8] + b"\0\2" + old_server_hello(())[10:],
        b"\x80\x00",
    ],
)
def test_what_is_no_server_hello_of_ssl_2(sent: bytes) -> None:
    with pytest.raises(MalformedError):
        hellos.old_server_hello(sent)


READERS: list[Callable[[bytes], object]] = [
    hellos.server_hello,
    hellos.extensions,
    hellos.certificates,
    hellos.certificate_entries,
    hellos.ocsp_response,
    hellos.protocol,
    hellos.old_server_hello,
    lambda data: hellos.key_exchange(data, GCM, NUMBERS["TLS 1.2"]),
    lambda data: hellos.key_exchange(data, DHE, NUMBERS["TLS 1.0"]),
    lambda data: hellos.key_exchange(data, PSK, NUMBERS["TLS 1.2"]),
    lambda data: hellos.key_exchange(data, EXPORT, NUMBERS["SSLv3"]),
]

GOOD = st.sampled_from(
    [
        body(server_hello(0x0303, CODES[GCM], {16: b"\0\3\2h2", 18: b"x"})),
        body(server_hello(0x0304, 0x1301, {51: b"\0\x1d\0\1x"})),
        body(retry(0x1301, 23)),
        body(certificate(b"leaf", b"other")),
        body(status(b"response")),
        curve(23),
        prime(512),
        old_server_hello(tuple(KINDS)),
    ]
)


@given(
    st.binary(max_size=120) | GOOD,
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=3),
    st.sampled_from(READERS),
)
def test_any_bytes_are_a_value_or_malformed(
    sent: bytes, changes: list[tuple[int, int]], reader: Callable[[bytes], object]
) -> None:
    data = bytearray(sent)
    for at, value in changes:
        if at < len(data):
            data[at] = value
    try:
        reader(bytes(data))
    except MalformedError as fault:
        assert str(fault)


@given(GOOD, st.data(), st.sampled_from(READERS))
def test_any_beginning_is_a_value_or_malformed(
    sent: bytes, data: st.DataObject, reader: Callable[[bytes], object]
) -> None:
    try:
        reader(sent[: data.draw(st.integers(0, len(sent)))])
    except MalformedError as fault:
        assert str(fault)


def test_no_more_extensions_are_read_than_there_are() -> None:
    many = extensions(dict.fromkeys(range(101), b""))[2:]
    assert len(hellos.extensions(many[: 4 * 100])) == 100
    with pytest.raises(MalformedError):
        hellos.extensions(many)
