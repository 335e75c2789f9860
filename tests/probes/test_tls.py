"""A scan's look at TLS against real servers: the same suites as sslyze, and how it may be cut."""

import asyncio
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import programs
import pytest
import servers
import tls_certificates
import tls_servers
from programs import Certificate
from servers import QUICK, Listener, answering, endpoint, listening, look, relay
from sslyze.plugins.scan_commands import ScanCommand
from sslyze.scanner.models import ServerScanRequest
from sslyze.scanner.scanner import Scanner
from sslyze.server_setting import ServerNetworkConfiguration, ServerNetworkLocation

from secscan.evidence import (
    Answer,
    Closed,
    Missing,
    MissingKind,
    Purpose,
    Refused,
    SiteEvidence,
    Tls,
)
from secscan.evidence.proofs import is_refused, is_unknown
from secscan.probes.limits import Limits

URL = "https://site.example/"
COMMANDS = {
    "SSLv3": ScanCommand.SSL_3_0_CIPHER_SUITES,
    "TLS 1.0": ScanCommand.TLS_1_0_CIPHER_SUITES,
    "TLS 1.1": ScanCommand.TLS_1_1_CIPHER_SUITES,
    "TLS 1.2": ScanCommand.TLS_1_2_CIPHER_SUITES,
    "TLS 1.3": ScanCommand.TLS_1_3_CIPHER_SUITES,
}


@pytest.fixture
def made(tmp_path: Path) -> Certificate:
    return programs.certificate(tmp_path, "site.example")


@contextmanager
def secure_nginx(made: Certificate, lines: str = "") -> Iterator[int]:
    port = programs.free_port()
    server = (
        f"server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {made.chain}; "
        f"ssl_certificate_key {made.key}; {lines} return 200 'page'; }}"
    )
    with programs.nginx(server, port):
        yield port


def seen(evidence: SiteEvidence) -> Tls:
    tls = endpoint(evidence, "https").tls
    assert isinstance(tls, Tls), tls
    return tls


def suites_by_sslyze(port: int) -> dict[str, set[str]]:
    location = ServerNetworkLocation("site.example", port, "127.0.0.1")
    configuration = ServerNetworkConfiguration("site.example")
    scanner = Scanner()
    scanner.queue_scans(
        [ServerScanRequest(location, configuration, scan_commands=set(COMMANDS.values()))]
    )
    (result,) = scanner.get_results()
    assert result.scan_result is not None, result
    found: dict[str, set[str]] = {}
    for version, command in COMMANDS.items():
        attempt = getattr(result.scan_result, command.value)
        accepted = {suite.cipher_suite.name for suite in attempt.result.accepted_cipher_suites}
        if accepted:
            found[version] = accepted
    return found


def accepted(tls: Tls) -> dict[str, set[str]]:
    return {version: set(suites) for version, suites in tls.accepted().items()}


def answers(tls: Tls, version: str) -> list[Answer | Refused | Closed | Missing]:
    return [hello.answer for hello in tls.hellos if hello.version == version]


INTERMEDIATE = (
    "ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers off; "
    "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256;"
)


def test_nginx_has_the_suites_that_sslyze_finds(made: Certificate) -> None:
    async def scenario(port: int) -> tuple[Tls, Listener]:
        async with relay(port) as counted:
            evidence = await look({443: counted.dial}, url=URL)
        usage = endpoint(evidence, "https").usage
        assert usage.tls_connections + usage.other_connections == counted.connections
        assert usage.tls_connections <= 40
        return seen(evidence), counted

    with secure_nginx(made, INTERMEDIATE) as port:
        tls, counted = asyncio.run(scenario(port))
        assert accepted(tls) == suites_by_sslyze(port)
    assert counted.most_at_once <= 2
    assert set(accepted(tls)) == {"TLS 1.2", "TLS 1.3"}
    assert all(is_refused(tls, version) for version in ("TLS 1.1", "TLS 1.0", "SSLv3", "SSLv2"))


@pytest.mark.parametrize(
    "suites",
    [
        "AES128-SHA:AES256-SHA:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0",
        "NULL-SHA256:NULL-SHA:AECDH-AES128-SHA:AES128-CCM8:ECDHE-RSA-CAMELLIA128-SHA256:@SECLEVEL=0",
    ],
)
def test_an_old_python_server_has_the_suites_that_sslyze_finds(
    made: Certificate, suites: str
) -> None:
    context = programs.server_context(made, suites)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1

    async def scenario() -> None:
        page = answering(servers.response(b"page"))
        async with listening(page, context) as server:
            async with relay(server.port) as counted:
                evidence = await look({443: counted.dial}, url=URL)
            usage = endpoint(evidence, "https").usage
            assert usage.tls_connections <= QUICK.tls_connections
            assert usage.tls_connections + usage.other_connections == counted.connections
            ours = accepted(seen(evidence))
            assert ours == await asyncio.to_thread(suites_by_sslyze, server.port)
            assert set(ours) >= {"TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"}

    asyncio.run(scenario())


def test_the_key_exchange_is_named(made: Certificate) -> None:
    async def scenario(port: int) -> Tls:
        return seen(await look({443: f"127.0.0.1:{port}"}, url=URL))

    lines = "ssl_protocols TLSv1.2; ssl_ecdh_curve secp384r1; ssl_ciphers ECDHE:AES128-SHA;"
    with secure_nginx(made, lines) as port:
        tls = asyncio.run(scenario(port))
    groups = {answer.suite: answer.group for answer in tls.answers("TLS 1.2")}
    assert groups.pop("TLS_RSA_WITH_AES_128_CBC_SHA") == ""
    assert set(groups.values()) == {"secp384r1"}


def test_an_expired_self_signed_certificate_is_kept_as_sent(tmp_path: Path) -> None:
    expired = programs.certificate(tmp_path, "site.example", datetime(2020, 1, 1, tzinfo=UTC))

    async def scenario(port: int) -> SiteEvidence:
        return await look({443: f"127.0.0.1:{port}"}, url=URL)

    with secure_nginx(expired) as port:
        evidence = asyncio.run(scenario(port))
    assert seen(evidence).certificates == (expired.der,)
    assert servers.chain(evidence, "https").hops[0].status == 200


def test_over_budget_the_last_handshake_is_still_made_and_the_cut_is_named(
    made: Certificate,
) -> None:
    async def scenario(port: int) -> SiteEvidence:
        async with relay(port) as counted:
            evidence = await look({443: counted.dial}, url=URL, limits=Limits(tls_connections=10))
            used = endpoint(evidence, "https").usage
            assert used.tls_connections <= 10
            assert counted.connections == used.tls_connections + used.other_connections
            return evidence

    with secure_nginx(made) as port:
        tls = seen(asyncio.run(scenario(port)))
    cut = [hello for hello in tls.hellos if isinstance(hello.answer, Missing)]
    assert cut
    assert {hello.answer.kind for hello in cut if isinstance(hello.answer, Missing)} == {
        MissingKind.OVER_BUDGET
    }
    assert isinstance(tls.hellos[-1].answer, Answer)
    assert tls.hellos[-1].purpose is Purpose.ORDINARY


def test_a_server_that_stops_answering_part_way_is_blocked_and_not_bad(made: Certificate) -> None:
    async def after_seven(number: int, first: bytes) -> None:
        if number > 7:
            raise ConnectionAbortedError

    async def scenario(port: int) -> SiteEvidence:
        async with relay(port, hinder=after_seven) as counted:
            return await look({443: counted.dial}, url=URL)

    with secure_nginx(made) as port:
        evidence = asyncio.run(scenario(port))
    tls = seen(evidence)
    assert tls.blocked
    assert tls.accepted()
    assert not is_refused(tls, "TLS 1.2")
    assert any(is_unknown(tls, version) for version in COMMANDS)
    assert servers.chain(evidence, "https").hops[0].status == 200


def client_version(hello: bytes) -> bytes:
    return hello[9:11]


def test_silence_is_not_a_refusal(made: Certificate) -> None:
    async def silent_at_1_1(number: int, first: bytes) -> None:
        if client_version(first) == b"\x03\x02":
            await asyncio.Event().wait()

    async def scenario(port: int) -> Tls:
        async with relay(port, hinder=silent_at_1_1) as counted:
            limits = Limits(read_timeout=0.3, try_spacing=0.0)
            return seen(await look({443: counted.dial}, url=URL, limits=limits))

    with secure_nginx(made, "ssl_protocols TLSv1.2;") as port:
        tls = asyncio.run(scenario(port))
    kinds = {answer.kind for answer in answers(tls, "TLS 1.1") if isinstance(answer, Missing)}
    assert kinds == {MissingKind.TIMEOUT}
    assert is_unknown(tls, "TLS 1.1")
    assert "TLS 1.2" in tls.accepted()


def test_a_single_close_is_not_a_refusal(made: Certificate) -> None:
    closed = iter([True])

    async def closed_once_at_1_1(number: int, first: bytes) -> None:
        if client_version(first) == b"\x03\x02" and next(closed, False):
            raise ConnectionAbortedError

    async def scenario(port: int) -> Tls:
        async with relay(port, hinder=closed_once_at_1_1) as counted:
            return seen(await look({443: counted.dial}, url=URL))

    with secure_nginx(made, "ssl_protocols TLSv1.2;") as port:
        tls = asyncio.run(scenario(port))
    first, *others = (type(answer) for answer in answers(tls, "TLS 1.1"))
    assert first is Closed
    assert Refused in others
    assert is_refused(tls, "TLS 1.1")


def test_a_firewall_that_closes_each_time_is_a_refusal(made: Certificate) -> None:
    async def closed_at_1_1(number: int, first: bytes) -> None:
        if client_version(first) in (b"\x03\x02", b"\x03\x01", b"\x03\x00"):
            raise ConnectionAbortedError

    async def scenario(port: int) -> Tls:
        async with relay(port, hinder=closed_at_1_1) as counted:
            return seen(await look({443: counted.dial}, url=URL))

    with secure_nginx(made, "ssl_protocols TLSv1.2;") as port:
        tls = asyncio.run(scenario(port))
    assert {type(answer) for answer in answers(tls, "TLS 1.1")} == {Closed}
    assert is_refused(tls, "TLS 1.1")


def test_time_that_runs_out_keeps_what_was_learnt(made: Certificate) -> None:
    async def silent_after_the_first(number: int, first: bytes) -> None:
        if client_version(first) == b"\x03\x02":
            await asyncio.Event().wait()

    async def scenario(port: int) -> Tls:
        async with relay(port, hinder=silent_after_the_first) as counted:
            limits = Limits(site_timeout=1.5)
            return seen(await look({443: counted.dial}, url=URL, limits=limits))

    with secure_nginx(made, "ssl_protocols TLSv1.2;") as port:
        tls = asyncio.run(scenario(port))
    assert tls.certificates == (made.der,)
    assert "TLS 1.2" in tls.accepted()
    assert is_unknown(tls, "TLS 1.1")


def test_a_server_without_a_certificate_is_seen_all_the_same(made: Certificate) -> None:
    context = programs.server_context(made, "AECDH:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    async def scenario() -> Tls:
        page = answering(servers.response(b"page"))
        async with listening(page, context) as server:
            return seen(await look({443: server.dial}, url=URL))

    tls = asyncio.run(scenario())
    assert tls.certificates == ()
    assert all("anon" in suite for suite in tls.accepted()["TLS 1.2"])


def both_orders(made: Path, *options: str) -> Tls:
    """Look at an `openssl s_server` of TLS 1.2 with four suites."""
    chain, port = tls_certificates.ordinary(made, "rsa2048"), programs.free_port()
    suites = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305:AES256-SHA:AES128-SHA"
    given = ("-tls1_2", "-cipher", suites, *options)

    async def scenario() -> Tls:
        return seen(await look({443: f"127.0.0.1:{port}"}, url=URL))

    with tls_servers.s_server(made, port, chain, *given):
        return asyncio.run(scenario())


def chosen(tls: Tls, purpose: Purpose) -> list[tuple[str, str]]:
    """Return what was offered first and what the server chose, for each hello of a purpose."""
    return [
        (hello.offered[0], hello.answer.suite)
        for hello in tls.hellos
        if hello.purpose is purpose and isinstance(hello.answer, Answer)
    ]


GCM = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
CHACHA20 = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"


def test_a_server_that_follows_its_client(tmp_path: Path) -> None:
    tls = both_orders(tmp_path)
    ((first, answer),) = chosen(tls, Purpose.ORDER)
    assert first == answer != GCM
    assert chosen(tls, Purpose.CHACHA20) == []


def test_a_server_that_has_an_order(tmp_path: Path) -> None:
    tls = both_orders(tmp_path, "-serverpref")
    ((first, answer),) = chosen(tls, Purpose.ORDER)
    assert first != answer == GCM
    assert chosen(tls, Purpose.CHACHA20) == [(CHACHA20, GCM)]


def test_a_server_that_gives_phones_what_they_want(tmp_path: Path) -> None:
    tls = both_orders(tmp_path, "-serverpref", "-prioritize_chacha")
    ((first, answer),) = chosen(tls, Purpose.ORDER)
    assert first != answer == GCM
    assert chosen(tls, Purpose.CHACHA20) == [(CHACHA20, CHACHA20)]


@pytest.mark.parametrize("versions", ["TLSv1.3", "TLSv1.2"])
def test_both_certificates_of_a_server_are_seen(tmp_path: Path, versions: str) -> None:
    kinds = ("rsa2048", "p256")
    made = tuple(tls_certificates.ordinary(tmp_path, kind) for kind in kinds)
    port = programs.free_port()

    async def scenario() -> Tls:
        return seen(await look({443: f"127.0.0.1:{port}"}, url=URL))

    with tls_servers.nginx(port, made, f"ssl_protocols {versions};"):
        tls = asyncio.run(scenario())
    assert {shown.certificates for shown in tls.chains()} == {chain.sent for chain in made}
