"""The plan of a look: what it costs, what it keeps within, and what it keeps when it is cut."""

import asyncio
from dataclasses import replace
from itertools import count

import pytest
from responder import (
    AGED,
    AT_ONCE,
    GCM,
    GCM256,
    MODERN,
    Fate,
    Policy,
    Server,
    look_of,
    responding,
    seen,
    unseen,
)
from tls_messages import ClientHello, alert

from secscan.evidence import Answer, Missing, MissingKind, Purpose, Tls
from secscan.evidence.proofs import is_refused
from secscan.probes.connect import Connections, Route
from secscan.probes.gate import Gate
from secscan.probes.tls import Look

INTERMEDIATE = Server(
    {
        "TLS 1.3": (
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_GCM_SHA256",
        ),
        "TLS 1.2": (
            *(GCM, GCM256, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
            *(suite.replace("RSA", "ECDSA") for suite in (GCM, GCM256)),
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            *(suite.replace("ECDHE", "DHE") for suite in (GCM, GCM256)),
            "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        ),
    },
    groups=("x25519", "secp256r1", "secp384r1"),
)


def test_an_ordinary_greeting_comes_first_and_last() -> None:
    for policy in (MODERN, AGED):
        tls = seen(policy)
        for hello in (tls.hellos[0], tls.hellos[-1]):
            assert hello.purpose is Purpose.ORDINARY
            assert isinstance(hello.answer, Answer)
        assert not tls.blocked


def test_an_ordinary_server_costs_no_more_than_40_connections() -> None:
    """At most one for each thing learnt, and one for each offer that had to be refused."""
    tls = seen(INTERMEDIATE)
    assert {v: set(s) for v, s in tls.accepted().items()} == {
        v: set(s) for v, s in INTERMEDIATE.suites.items()
    }
    assert len(tls.hellos) <= 40


@pytest.mark.parametrize("count", [1, 4, 8])
def test_a_further_suite_costs_one_further_connection(count: int) -> None:
    suites = INTERMEDIATE.suites["TLS 1.2"]
    few, more = (seen(Server({"TLS 1.2": suites[:size]})) for size in (count, count + 1))
    assert 0 <= len(more.hellos) - len(few.hellos) <= 3


def test_no_hello_is_sent_twice_for_nothing() -> None:
    """What was refused is asked once more for pools; no question is put a third time."""
    tls = seen(INTERMEDIATE)
    asked = [
        (hello.version, hello.suites, hello.groups, hello.signatures, hello.named)
        for hello in tls.hellos
        if hello.purpose in (Purpose.SUITES, Purpose.GROUPS)
    ]
    assert max(asked.count(one) for one in asked) <= 2


def test_every_connection_is_in_the_evidence_with_what_it_asked() -> None:
    for policy in (MODERN, AGED, lambda hello: Fate.RESET if hello.name else AGED(hello)):

        async def scenario(policy: Policy = policy) -> None:
            async with responding(policy) as server:
                connections = Connections(Gate(), AT_ONCE)
                route = Route("site.example", "127.0.0.1", 443, server.port, pinned=True)
                look = Look(route, connections, AT_ONCE)
                assert await look.knock() is None
                tls = await look.enumerate()
                used = connections.usage(*route.endpoint).tls_connections
                assert len(tls.hellos) == used == server.connections
                assert server.most_at_once <= 2

        asyncio.run(scenario())


@pytest.mark.parametrize("most", [1, 2, 5, 10, 20])
def test_over_budget_the_cut_is_named_and_the_last_greeting_is_still_made(most: int) -> None:
    limits = replace(AT_ONCE, tls_connections=most)

    async def scenario() -> tuple[Tls, int]:
        async with responding(AGED) as server:
            look = look_of(server, limits)
            assert await look.knock() is None
            return await look.enumerate(), server.connections

    tls, connections = asyncio.run(scenario())
    assert connections <= most
    cut = {h.answer.kind for h in tls.hellos if isinstance(h.answer, Missing)}
    assert cut == {MissingKind.OVER_BUDGET}
    assert most == 1 or isinstance(tls.hellos[-1].answer, Answer)
    for version in AGED.suites:
        assert not is_refused(tls, version)


def test_three_hellos_show_whether_a_further_address_differs() -> None:
    async def scenario() -> None:
        async with responding(AGED) as server:
            tls = await look_of(server).brief()
            assert isinstance(tls, Tls)
            assert server.connections == len(tls.hellos) == 3
            assert set(tls.accepted()) == {"TLS 1.2", "TLS 1.1"}

    asyncio.run(scenario())


@pytest.mark.parametrize("group", ["secp256r1", "secp384r1", "secp521r1", "x448"])
def test_a_server_that_wants_another_share_is_greeted_with_it(group: str) -> None:
    tls = seen(replace(MODERN, suites={"TLS 1.3": MODERN.suites["TLS 1.3"]}, groups=(group,)))
    assert tls.groups("TLS 1.3") == (group,)
    assert tls.certificates == (b"leaf",)


def test_a_group_that_we_cannot_share_leaves_the_certificates_to_tls_1_2() -> None:
    tls = seen(replace(MODERN, groups=("X25519MLKEM768",), suites=MODERN.suites))
    assert tls.groups("TLS 1.3") == ("X25519MLKEM768",)
    assert set(tls.accepted()) == {"TLS 1.3"}  # curves below it has none of


def test_a_tls_1_3_server_is_asked_for_its_other_certificate() -> None:
    server = Server({"TLS 1.3": MODERN.suites["TLS 1.3"]}, groups=("x25519",))

    def policy(hello: ClientHello) -> bytes | Fate:
        ecdsa = 0x0403 in hello.signatures
        return replace(server, chain=(b"ECDSA leaf" if ecdsa else b"RSA leaf",))(hello)

    tls = seen(policy)
    assert {shown.certificates for shown in tls.chains()} == {(b"ECDSA leaf",), (b"RSA leaf",)}


def test_a_chain_is_kept_once_and_a_later_staple_is_added() -> None:
    stapled = iter([b"", b"", b"", b"", b"", b"response"])

    def policy(hello: ClientHello) -> bytes | Fate:
        return replace(AGED, staple=next(stapled, b"response"))(hello)

    tls = seen(policy)
    assert [shown.ocsp for shown in tls.presented] == [b"response"]


def test_a_fresh_chain_for_each_hello_does_not_fill_the_store() -> None:
    fresh = (f"leaf {number}".encode() for number in count())

    def policy(hello: ClientHello) -> bytes | Fate:
        return replace(AGED, chain=(next(fresh),))(hello)

    tls = seen(policy)
    assert len(tls.presented) == 8
    assert sum(answer.presented is not None for answer in tls.answers()) <= 8


@pytest.mark.parametrize(
    ("policy", "kind"),
    [
        (lambda hello: Fate.CLOSE, MissingKind.RESET),
        (lambda hello: Fate.RESET, MissingKind.RESET),
        (lambda hello: alert("internal_error"), MissingKind.TLS_FAILURE),
        (lambda hello: alert("handshake_failure"), MissingKind.TLS_FAILURE),
        (lambda hello: b"SSH-2.0-OpenSSH_9.6\r\n", MissingKind.NOT_TLS),
    ],
)
def test_a_server_that_answers_no_greeting(policy: Policy, kind: MissingKind) -> None:
    found = unseen(policy)
    assert found.kind is kind
    assert found.tries == (3 if kind is MissingKind.NOT_TLS else 1)


def test_time_that_runs_out_leaves_what_was_learnt() -> None:
    asked = asyncio.Event()

    def policy(hello: ClientHello) -> bytes | Fate:
        if hello.newest != "TLS 1.1":
            return AGED(hello)
        asked.set()
        return Fate.HANG

    async def scenario() -> Tls:
        async with responding(policy) as server:
            look = look_of(server)
            assert await look.knock() is None
            task = asyncio.create_task(look.enumerate())
            await asked.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return look.cut_short()

    tls = asyncio.run(scenario())
    assert tls.certificates == tuple(AGED.chain)
    assert "TLS 1.2" in tls.accepted()
    assert not is_refused(tls, "TLS 1.1")
    assert not is_refused(tls, "TLS 1.0")


def test_an_address_is_not_told_as_a_name() -> None:
    names = set()

    def policy(hello: ClientHello) -> bytes | Fate:
        names.add(hello.name)
        return AGED(hello)

    async def scenario() -> None:
        async with responding(policy) as server:
            assert await look_of(server, host="127.0.0.1").knock() is None

    asyncio.run(scenario())
    assert names == {""}
