"""What real servers are known to do wrong or oddly, played by a script: nothing is misjudged."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

import pytest
from responder import (
    AGED,
    ANCIENT,
    CBC,
    DHE,
    EXPORT,
    GCM,
    GCM256,
    MODERN,
    RC4,
    STATIC,
    TRIPLE,
    Fate,
    Policy,
    Server,
    seen,
    unseen,
)
from tls_messages import (
    DONE,
    GROUP,
    TLS_1_3,
    ClientHello,
    alert,
    certificate,
    key_exchange,
    old_server_hello,
    retry,
    server_hello,
    vector,
)

from secscan.evidence import Answer, Hello, Missing, MissingKind, Purpose, Refused, Tls
from secscan.evidence.proofs import (
    contradictions,
    doubtful_groups,
    doubtful_suites,
    is_refused,
    is_unknown,
)
from secscan.parsing.parameters import CODES, KINDS, NUMBERS

VERSIONS = tuple(NUMBERS)
OLD = Server({"TLS 1.0": (CBC, STATIC, TRIPLE), "SSLv3": (STATIC, TRIPLE)})
TLS_1_3_SUITES = ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256")


def accepted(tls: Tls) -> Mapping[str, set[str]]:
    return {version: set(suites) for version, suites in tls.accepted().items()}


def configured(server: Server) -> Mapping[str, set[str]]:
    return {version: set(suites) for version, suites in server.suites.items()}


def assert_all_is_known(tls: Tls, server: Server) -> None:
    """Assert that a look found what a server has, and proved that it has no more."""
    assert accepted(tls) == configured(server)
    assert {v for v in VERSIONS if is_refused(tls, v)} == set(VERSIONS) - set(server.suites)
    assert {v: doubtful_suites(tls, v) for v in VERSIONS} == dict.fromkeys(VERSIONS, frozenset())
    assert contradictions(tls) == ()


def of(tls: Tls, purpose: Purpose) -> Hello:
    """Return the one hello of a purpose."""
    (found,) = [hello for hello in tls.hellos if hello.purpose is purpose]
    return found


@pytest.mark.parametrize(
    "server",
    [
        MODERN,
        AGED,
        ANCIENT,
        OLD,
        Server({"TLS 1.3": TLS_1_3_SUITES}, groups=("secp521r1", "x25519")),
        Server({"TLS 1.3": ("TLS_AES_128_CCM_8_SHA256",)}, groups=("X25519MLKEM768",)),
        Server({"TLS 1.2": ("TLS_ECDH_anon_WITH_AES_128_CBC_SHA",)}),
        Server({"TLS 1.2": ("TLS_RSA_WITH_NULL_SHA256", "TLS_RSA_WITH_NULL_MD5")}),
        Server({"TLS 1.0": (RC4, EXPORT)}),
        Server({"SSLv3": (RC4,)}),
        Server({"SSLv2": tuple(KINDS.values())}),
    ],
)
def test_a_server_that_does_as_it_should_is_known_to_the_last_suite(server: Server) -> None:
    assert_all_is_known(seen(server), server)


def test_each_group_is_found_and_no_other() -> None:
    groups = ("X25519MLKEM768", "x25519", "secp256r1", "ffdhe3072")
    tls = seen(replace(MODERN, groups=groups))
    assert set(tls.groups("TLS 1.3")) == set(groups)
    assert doubtful_groups(tls, "TLS 1.3") == frozenset()


def test_a_hello_of_256_to_511_bytes_is_never_sent() -> None:
    sizes = []

    def drops(hello: ClientHello) -> bytes | Fate:
        sizes.append(len(hello.message))
        return Fate.CLOSE if 256 <= sizes[-1] < 512 else AGED(hello)

    assert_all_is_known(seen(drops), AGED)
    assert not [size for size in sizes if 256 <= size < 512]
    assert 512 in sizes  # some would have had such a size


def test_a_server_that_knows_no_extensions() -> None:
    tls = seen(lambda hello: Fate.CLOSE if hello.extensions else OLD(hello))
    assert_all_is_known(tls, OLD)


@pytest.mark.parametrize("oddity", [Fate.CLOSE, Fate.RESET, alert("handshake_failure")])
def test_a_server_that_chokes_on_newer_versions(oddity: bytes | Fate) -> None:
    tls = seen(lambda hello: OLD(hello) if hello.newest <= "TLS 1.0" else oddity)
    assert_all_is_known(tls, OLD)


def test_a_server_that_reads_no_more_than_64_suites() -> None:
    aged = replace(AGED, suites={**AGED.suites, "TLS 1.2": (GCM, CBC, DHE, STATIC, TRIPLE, RC4)})
    tls = seen(lambda hello: aged(replace(hello, suites=hello.suites[:64])))
    assert_all_is_known(tls, aged)


@pytest.mark.parametrize(
    "oddity", [Fate.CLOSE, Fate.RESET, alert("internal_error"), alert("close_notify", 1)]
)
@pytest.mark.parametrize("server", [MODERN, AGED, OLD])
def test_a_server_that_does_not_alert_is_believed_the_second_time(
    server: Server, oddity: bytes | Fate
) -> None:
    def policy(hello: ClientHello) -> bytes | Fate:
        reply = server(hello)
        refused = (alert("handshake_failure"), alert("protocol_version"), Fate.CLOSE)
        return oddity if reply in refused else reply

    tls = seen(policy)
    assert_all_is_known(tls, server)


def test_one_close_is_no_refusal() -> None:
    closed = iter([True])

    def policy(hello: ClientHello) -> bytes | Fate:
        mine = hello.newest == "TLS 1.1" and next(closed, False)
        return Fate.CLOSE if mine else AGED(hello)

    tls = seen(policy)
    assert accepted(tls) == configured(AGED)


@pytest.mark.parametrize("server", [MODERN, AGED])
def test_a_warning_about_the_name_comes_before_good_answers(server: Server) -> None:
    warning = alert("unrecognized_name", 1)

    def policy(hello: ClientHello) -> bytes | Fate:
        reply = server(hello)
        return warning + reply if isinstance(reply, bytes) and hello.name else reply

    assert_all_is_known(seen(policy), server)


@pytest.mark.parametrize("server", [MODERN, AGED])
def test_a_server_that_answers_only_without_a_name(server: Server) -> None:
    tls = seen(lambda hello: alert("unrecognized_name") if hello.name else server(hello))
    assert_all_is_known(tls, server)
    assert tls.chains() == ()
    assert tls.chains(named=False)
    assert tls.certificates


def test_certificates_may_differ_with_and_without_a_name() -> None:
    other = replace(AGED, chain=(b"default",))
    tls = seen(lambda hello: AGED(hello) if hello.name else other(hello))
    assert [shown.certificates for shown in tls.chains()] == [AGED.chain]
    assert [shown.certificates for shown in tls.chains(named=False)] == [other.chain]


def test_a_second_certificate_comes_with_its_suites() -> None:
    ecdsa = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
    both = Server({"TLS 1.2": (GCM, ecdsa)})

    def policy(hello: ClientHello) -> bytes | Fate:
        alone = CODES[GCM] not in hello.suites
        return replace(both, chain=(b"ECDSA leaf",))(hello) if alone else both(hello)

    tls = seen(policy)
    assert {shown.certificates[0] for shown in tls.chains()} == {b"leaf", b"ECDSA leaf"}


def test_a_suite_that_was_not_offered_is_no_answer() -> None:
    def policy(hello: ClientHello) -> bytes | Fate:
        if hello.newest != "TLS 1.2" and TLS_1_3 not in hello.versions:
            return alert("protocol_version")
        return server_hello(0x0303, CODES[STATIC]) + certificate(b"leaf") + DONE

    tls = seen(policy)
    assert accepted(tls) == {"TLS 1.2": {STATIC}}
    assert GCM in doubtful_suites(tls, "TLS 1.2")
    told = [h.answer for h in tls.hellos if h.version == "TLS 1.2" and STATIC not in h.offered]
    assert told
    assert {type(answer) for answer in told} == {Missing}


def test_a_version_that_was_not_offered_is_no_answer() -> None:
    def policy(hello: ClientHello) -> bytes | Fate:
        return server_hello(0x0303, hello.suites[0]) + certificate(b"leaf") + DONE

    tls = seen(policy)
    assert set(tls.accepted()) == {"TLS 1.2"}
    assert all(is_unknown(tls, version) for version in ("TLS 1.1", "TLS 1.0", "SSLv3"))


@pytest.mark.parametrize("group", ["secp521r1", "x25519"])
def test_a_group_that_was_not_offered_is_no_answer(group: str) -> None:
    """Whatever it is asked, this server wants a share of one group."""
    code, suite = GROUP[group], CODES["TLS_AES_128_GCM_SHA256"]

    def policy(hello: ClientHello) -> bytes | Fate:
        if TLS_1_3 not in hello.versions:
            return alert("protocol_version")
        return retry(suite, code)

    tls = seen(policy)
    for hello in tls.hellos:
        if isinstance(hello.answer, Answer) and hello.version == "TLS 1.3":
            assert hello.answer.group in hello.offered_groups
    assert tls.groups("TLS 1.3") == (group,)
    assert "secp256r1" in doubtful_groups(tls, "TLS 1.3")


def test_a_share_of_a_group_that_we_did_not_share_is_no_answer() -> None:
    found = {51: GROUP["secp521r1"].to_bytes(2, "big") + vector(bytes(133), 2)}
    hello = server_hello(TLS_1_3, CODES["TLS_AES_128_GCM_SHA256"], found)
    assert unseen(lambda _: hello).kind is MissingKind.TLS_FAILURE


@pytest.mark.parametrize("groups", [("x25519",), ("secp256r1", "x25519"), ("x448", "x25519")])
@pytest.mark.parametrize(
    "refusal", [alert("handshake_failure"), alert("missing_extension"), Fate.CLOSE]
)
def test_a_server_that_wants_a_key_share_at_once(
    groups: tuple[str, ...], refusal: bytes | Fate
) -> None:
    server = Server({"TLS 1.3": TLS_1_3_SUITES, "TLS 1.2": (GCM,)}, groups=groups)

    def policy(hello: ClientHello) -> bytes | Fate:
        if TLS_1_3 not in hello.versions:
            return server(hello)
        able = [name for name in groups if GROUP[name] in hello.shares]
        return replace(server, groups=able)(hello) if able else refusal

    tls = seen(policy)
    assert accepted(tls) == configured(server)
    assert {*tls.groups("TLS 1.3"), *doubtful_groups(tls, "TLS 1.3")} >= set(groups)


def test_ssl_2_names_all_its_kinds_at_once() -> None:
    server = replace(AGED, suites={**AGED.suites, "SSLv2": tuple(KINDS.values())[2:5]})
    tls = seen(server)
    assert set(tls.accepted()["SSLv2"]) == set(tuple(KINDS.values())[2:5])
    assert len([hello for hello in tls.hellos if hello.version == "SSLv2"]) == 2


def test_ssl_2_without_a_kind_is_switched_off() -> None:
    def policy(hello: ClientHello) -> bytes | Fate:
        return old_server_hello(()) if hello.newest == "SSLv2" else AGED(hello)

    assert is_refused(seen(policy), "SSLv2")


def test_compression_and_heartbeat_are_told() -> None:
    tls = seen(replace(AGED, compresses=True, extensions={15: b"\1", 23: b"", 0xFF01: b"\0"}))
    order = of(tls, Purpose.ORDER).answer
    assert isinstance(order, Answer)
    assert order.compressed
    assert {15, 23, 0xFF01} <= set(order.extensions or ())
    assert [answer.compressed for answer in tls.answers()].count(True) == 1


@pytest.mark.parametrize(
    ("knows", "alerted", "told"),
    [
        (True, None, Refused("inappropriate_fallback")),
        (False, None, Answer),
        (False, "handshake_failure", Refused("handshake_failure")),
    ],
)
def test_the_fallback_signal(knows: bool, alerted: str | None, told: object) -> None:
    server = replace(AGED, knows_fallback=knows)
    tls = seen(
        lambda hello: alert(alerted) if alerted and 0x5600 in hello.suites else server(hello)
    )
    answer = of(tls, Purpose.FALLBACK).answer
    assert answer == told or type(answer) is told
    assert_all_is_known(tls, server)


@pytest.mark.parametrize("server", [AGED, Server({"TLS 1.3": TLS_1_3_SUITES})])
def test_a_staple_is_kept(server: Server) -> None:
    tls = seen(replace(server, staple=b"OCSP response"))
    assert {shown.ocsp for shown in tls.chains()} == {b"OCSP response"}


def test_timestamps_are_kept() -> None:
    tls = seen(replace(AGED, extensions={18: b"\0\3\0\1x"}))
    assert {shown.timestamps for shown in tls.chains()} == {b"\0\3\0\1x"}


@pytest.mark.parametrize("follows", [True, False])
def test_order(follows: bool) -> None:
    tls = seen(replace(AGED, follows_client=follows))
    order = of(tls, Purpose.ORDER)
    assert isinstance(order.answer, Answer)
    assert (order.answer.suite == order.offered[0]) is follows
    assert set(order.offered) == set(AGED.suites["TLS 1.2"])


def test_chacha20_is_asked_for_where_the_server_has_an_order_and_both() -> None:
    chacha20 = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    server = Server({"TLS 1.2": (GCM, chacha20, STATIC)})

    def prioritizes(hello: ClientHello) -> bytes | Fate:
        first = hello.suites[0] == CODES[chacha20]
        return replace(server, suites={"TLS 1.2": (chacha20,)})(hello) if first else server(hello)

    for policy, chosen in ((prioritizes, chacha20), (server, GCM)):
        asked = of(seen(policy), Purpose.CHACHA20)
        assert asked.offered[0] == chacha20
        assert isinstance(asked.answer, Answer)
        assert asked.answer.suite == chosen


@pytest.mark.parametrize(
    ("schemes", "seen_weak"),
    [
        (("rsa_pkcs1_sha256",), []),
        (("rsa_pkcs1_sha256", "rsa_pkcs1_sha1"), ["rsa_pkcs1_sha1"]),
        (
            ("rsa_pkcs1_sha256", "rsa_pkcs1_sha224", "rsa_pkcs1_sha1"),
            ["rsa_pkcs1_sha224", "rsa_pkcs1_sha1"],
        ),
    ],
)
def test_weak_signatures_are_found_behind_each_other(
    schemes: tuple[str, ...], seen_weak: list[str]
) -> None:
    tls = seen(replace(AGED, schemes=schemes))
    asked = [hello.answer for hello in tls.hellos if hello.purpose is Purpose.SIGNATURES]
    assert [one.signature for one in asked if isinstance(one, Answer)] == seen_weak
    assert isinstance(asked[-1], Refused)


def test_a_pool_whose_servers_differ_is_told_as_such() -> None:
    new = Server({"TLS 1.2": (GCM, GCM256)})
    turn = count()
    tls = seen(lambda hello: (AGED if next(turn) % 3 else new)(hello))
    assert contradictions(tls)
    assert set(accepted(tls)) <= set(AGED.suites)


def test_a_curve_that_is_written_out_is_told() -> None:
    def policy(hello: ClientHello) -> bytes | Fate:
        reply = server(hello)
        if not isinstance(reply, bytes) or reply[:1] != b"\x16":
            return reply
        written = key_exchange(0x0303, b"\1" + bytes(range(200)), 0x0401)
        return server_hello(0x0303, CODES[GCM]) + certificate(b"leaf") + written + DONE

    server: Policy = Server({"TLS 1.2": (GCM,)})
    tls = seen(policy)
    assert tls.groups("TLS 1.2") == ("arbitrary_explicit_prime_curves",)
    assert {answer.signature for answer in tls.answers()} == {""}


def test_the_size_of_a_prime_is_told() -> None:
    tls = seen(Server({"TLS 1.2": (DHE,)}))
    assert {answer.bits for answer in tls.answers()} == {1024}
