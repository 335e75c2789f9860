"""A port 443 without TLS: what proves that there is none, and what does not."""

import asyncio

import programs
import servers
from servers import QUICK, answering, endpoint, listening, look

from secscan.evidence import (
    Missing,
    MissingKind,
    SiteEvidence,
    Tls,
    views,
)
from secscan.probes.limits import Limits

URL = "https://site.example/"


def missing(evidence: SiteEvidence) -> Missing:
    tls = endpoint(evidence, "https").tls
    assert isinstance(tls, Missing), tls
    return tls


def plain_and(https: str, limits: Limits = QUICK) -> SiteEvidence:
    async def scenario() -> SiteEvidence:
        async with listening(answering(servers.response(b"plain"))) as plain:
            return await look({80: plain.dial, 443: https}, url=URL, limits=limits)

    return asyncio.run(scenario())


def tls_reading(evidence: SiteEvidence) -> MissingKind:
    (view,) = views(evidence)
    reading = view.readings[Tls]
    assert isinstance(reading, Missing)
    return reading.kind


def test_a_port_that_refuses_three_times_is_absent() -> None:
    evidence = plain_and(f"127.0.0.1:{programs.free_port()}")
    assert (missing(evidence).kind, missing(evidence).tries) == (MissingKind.REFUSED, 3)
    assert endpoint(evidence, "https").usage.tls_connections == 3
    assert tls_reading(evidence) is MissingKind.ABSENT


def test_an_ssh_server_on_443_is_no_tls() -> None:
    port = programs.free_port()
    with programs.sshd(port):
        evidence = plain_and(f"127.0.0.1:{port}")
    assert (missing(evidence).kind, missing(evidence).tries) == (MissingKind.NOT_TLS, 3)
    assert "SSH-2.0" in missing(evidence).detail
    assert tls_reading(evidence) is MissingKind.ABSENT


def test_a_plain_nginx_on_443_is_no_tls() -> None:
    port = programs.free_port()
    with programs.nginx(f"server {{ listen 127.0.0.1:{port}; return 200 'plain'; }}", port):
        evidence = plain_and(f"127.0.0.1:{port}")
    assert missing(evidence).kind is MissingKind.NOT_TLS


def test_a_silent_443_stays_a_timeout_and_is_dialled_once() -> None:
    with servers.silent_port() as port:
        evidence = plain_and(f"127.0.0.1:{port}", Limits(connect_timeout=0.5))
    assert (missing(evidence).kind, missing(evidence).tries) == (MissingKind.TIMEOUT, 1)
    assert endpoint(evidence, "https").usage.tls_connections == 1
    assert tls_reading(evidence) is MissingKind.TIMEOUT


def test_a_443_that_closes_on_every_hello_proves_nothing() -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)

    async def scenario() -> SiteEvidence:
        async with listening(close) as server:
            return await look({443: server.dial}, url=URL)

    assert missing(asyncio.run(scenario())).kind is MissingKind.RESET
