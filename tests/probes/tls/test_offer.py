"""What is offered: every suite once, 64 at most, and in the form that a version has."""

from dataclasses import replace

import pytest
from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuitesRepository
from sslyze.server_connectivity import TlsVersionEnum
from tls_messages import ClientHello, read_hello, read_old_hello

from secscan.evidence import Purpose, Refused
from secscan.parsing.parameters import CODES, GROUPS, NUMBERS, SIGNATURES, SUITES
from secscan.parsing.suites import groups_of, is_ephemeral, suites_of
from secscan.probes.tls.offer import FALLBACK, Offer, message, old_message, record
from secscan.probes.tls.offers import WEAK_SIGNATURES, chunks, ordinary, strongest_first

HOST = "site.example"
VERSIONS = tuple(NUMBERS)
NEW = VERSIONS[1:]
THEIRS = dict(zip(VERSIONS, TlsVersionEnum, strict=True))


def sent(offer: Offer, host: str = HOST, share: bytes = b"") -> ClientHello:
    return read_hello(message(offer, host, share))


def first(version: str) -> Offer:
    return chunks(version)[0]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_suite_of_a_version_is_offered_once(version: str) -> None:
    offered = [code for offer in chunks(version) for code in offer.suites]
    assert sorted(offered) == sorted(CODES[name] for name in suites_of(version))
    assert len(set(offered)) == len(offered)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_suite_of_sslyze_is_offered(version: str) -> None:
    """It lists what came with TLS 1.2 below it too, where no server can have it (RFC 5246, 1.2)."""
    theirs = CipherSuitesRepository.get_all_cipher_suites(THEIRS[version])
    known = {suite.name for suite in theirs if suite.name in CODES}
    newer = set(suites_of("TLS 1.2")) if version < "TLS 1.2" else set()
    assert known
    assert known - newer <= set(suites_of(version))


@pytest.mark.parametrize("version", NEW)
def test_no_hello_holds_more_than_64_suites(version: str) -> None:
    for offer in (*chunks(version), *ordinary(())):
        assert len(offer.suites) <= 64


@pytest.mark.parametrize("version", NEW)
@pytest.mark.parametrize("host", [HOST, "a" * 63 + ".example", ""])
@pytest.mark.parametrize("share", [0, 29])
def test_no_hello_has_256_to_511_bytes(version: str, host: str, share: int) -> None:
    for chunk in (*chunks(version), *ordinary(("h2", "http/1.1"))[:-1]):  # the last is of SSL 2
        for count in range(1, len(chunk.suites) + 1):
            offer = Offer(chunk.version, chunk.suites[:count], share=share, plain=chunk.plain)
            size = len(message(offer, host, bytes(32)))
            assert not 256 <= size < 512


def test_a_hello_says_what_it_offers() -> None:
    offer = Offer("TLS 1.2", (0xC02F, 0x002F), groups=(23, 29), protocols=("h2", "http/1.1"))
    hello = sent(offer)
    assert hello.newest == "TLS 1.2"
    assert hello.suites == offer.suites
    assert (hello.name, hello.groups) == (HOST, (23, 29))
    assert set(hello.signatures) == set(SIGNATURES)
    assert hello.extensions[16] == b"\0\x0c\2h2\x08http/1.1"
    assert hello.compressions == b"\0"
    # status_request, point formats, SCT, EMS, ticket, heartbeat, renegotiation_info
    assert {5, 11, 15, 18, 23, 35, 0xFF01} <= set(hello.extensions)
    assert hello.extensions[15] == b"\2"
    assert 43 not in hello.extensions


@pytest.mark.parametrize("version", ["TLS 1.0", "TLS 1.1"])
def test_signature_schemes_are_of_tls_1_2(version: str) -> None:
    hello = sent(first(version))
    assert hello.newest == version
    assert 13 not in hello.extensions


def test_all_groups_of_a_version_are_offered_unless_some_are_chosen() -> None:
    for version in ("TLS 1.3", "TLS 1.2", "TLS 1.0"):
        told = [GROUPS[code] for code in sent(first(version)).groups]
        assert told == list(groups_of(version))
    assert not [code for code in sent(first("TLS 1.2")).groups if code >= 0x0100]


def test_tls_1_3_alone_and_beside_others() -> None:
    alone = sent(first("TLS 1.3"))
    assert alone.versions == {0x0304}
    assert dict(alone.shares) == {}
    assert 51 in alone.extensions  # empty: the server names the group that it would take
    modern = sent(ordinary(("h2",))[0], share=b"x" * 32)
    assert modern.versions == {0x0301, 0x0302, 0x0303, 0x0304}
    assert dict(modern.shares) == {29: b"x" * 32}


def test_the_name_is_left_out_where_there_is_none_or_it_is_not_told() -> None:
    assert 0 not in sent(first("TLS 1.2"), host="").extensions
    unnamed = ordinary(())[2]
    assert not unnamed.named
    assert 0 not in sent(unnamed).extensions


def test_ssl_3_and_plain_hellos_have_no_extensions() -> None:
    for offer in (first("SSLv3"), Offer("TLS 1.0", (0x002F,), plain=True)):
        hello = sent(offer)
        assert hello.newest == offer.version
        assert dict(hello.extensions) == {}
        assert hello.suites == (*offer.suites, 0x00FF)  # RFC 5746, 3.3
    assert record(b"x", "SSLv3")[:3] == b"\x16\3\0"
    assert record(b"x", "TLS 1.2")[:3] == b"\x16\3\1"


def test_ssl_2_has_a_form_of_its_own() -> None:
    data = old_message(first("SSLv2"))
    assert int.from_bytes(data[:2], "big") == 0x8000 | len(data) - 2
    assert read_old_hello(data[2:]).suites == first("SSLv2").suites


def test_compression_and_the_fallback_signal_are_offered_where_asked() -> None:
    offer = Offer("TLS 1.1", (0x002F,), compression=True, fallback=True)
    assert sent(offer).compressions == b"\1\0"
    assert sent(offer).suites == (0x002F, FALLBACK)


def test_the_record_of_an_offer_says_the_same() -> None:
    offer = Offer("TLS 1.2", (0xC02F, 0x002F), groups=(23,), signatures=WEAK_SIGNATURES)
    hello = offer.hello(Purpose.SUITES, Refused("handshake_failure"))
    assert hello.offered == (SUITES[0xC02F], SUITES[0x002F])
    assert hello.offered_groups == ("secp256r1",)
    assert hello.signatures == "".join(f"{code:04X}" for code in WEAK_SIGNATURES)
    old = first("SSLv2").hello(Purpose.SUITES, Refused("handshake_failure"))
    assert old.offered == suites_of("SSLv2")
    whole = first("TLS 1.3").hello(Purpose.SUITES, Refused("handshake_failure"))
    assert whole.offered_groups == groups_of("TLS 1.3")


def test_what_a_server_may_choose() -> None:
    exact, wide = Offer("TLS 1.3", (0x1301,)), Offer("TLS 1.3", (0x1301,), exact=False)
    assert [v for v in NUMBERS.values() if exact.allows(v)] == [0x0304]
    assert [v for v in NUMBERS.values() if wide.allows(v)] == list(NUMBERS.values())[1:]
    assert not Offer("TLS 1.1", (0x002F,)).allows(0x0303)


def test_the_strongest_stand_first() -> None:
    names = [SUITES[code] for code in strongest_first(CODES[n] for n in suites_of("TLS 1.2"))]
    broken = [at for at, name in enumerate(names) if {"RC4", "NULL", "3DES"} & {*name.split("_")}]
    strong = [at for at, n in enumerate(names) if "_ECDHE_RSA_WITH_AES" in n and "GCM" in n]
    assert max(strong) < min(broken)
    assert is_ephemeral(names[0])


def test_greetings_reach_servers_that_have_nothing_but_what_is_weak() -> None:
    reached = {name for offer in ordinary(()) for name in _names(offer)}
    for name in (
        "TLS_RSA_WITH_RC4_128_MD5",
        "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
        "TLS_RSA_WITH_NULL_SHA256",
        "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
        "TLS_AES_128_CCM_8_SHA256",
        "SSL_CK_DES_192_EDE3_CBC_WITH_MD5",
    ):
        assert name in reached


def _names(offer: Offer) -> tuple[str, ...]:
    return offer.hello(Purpose.ORDINARY, Refused("")).offered


@pytest.mark.parametrize("offer", [first("SSLv3"), replace(first("TLS 1.0"), plain=True)])
def test_a_hello_without_extensions_is_recorded_as_one_without_a_name(offer: Offer) -> None:
    assert sent(offer).extensions == {}
    assert offer.hello(Purpose.SUITES, Refused("handshake_failure")).named is False


def test_signatures_that_were_seen_stand_behind_the_others_of_their_strength() -> None:
    (seen,) = (code for code, name in SIGNATURES.items() if name == "rsa_pss_rsae_sha256")
    offered = sent(replace(first("TLS 1.2"), last=(seen,))).signatures
    assert sorted(offered) == sorted(SIGNATURES)
    weak = [code for code in offered if code < 0x0400]
    assert offered[-len(weak) - 1 :] == (seen, *weak)
