"""Servers that ask clients for a certificate: the handshake says so, whatever comes after it."""

import asyncio
import ssl
from pathlib import Path

import pytest
import servers
from programs import certificate, server_context
from servers import QUICK, answering, listening, look, response

from secscan.evidence import Tls

HOST = "portal.example"


def seen(directory: Path, version: ssl.TLSVersion, asked: ssl.VerifyMode) -> Tls:
    context = server_context(certificate(directory, HOST))
    context.minimum_version = context.maximum_version = version
    context.load_verify_locations(directory / f"{HOST}.pem")
    context.verify_mode = asked

    async def scenario() -> Tls:
        page = answering(response(b"<!doctype html>", "Content-Type: text/html"))
        async with listening(page, tls=context) as server:
            evidence = await look({443: server.dial}, url=f"https://{HOST}/", limits=QUICK)
        tls = servers.endpoint(evidence, "https").tls
        assert isinstance(tls, Tls)
        return tls

    return asyncio.run(scenario())


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize(
    ("asked", "asks"),
    [(ssl.CERT_NONE, False), (ssl.CERT_OPTIONAL, True), (ssl.CERT_REQUIRED, True)],
)
def test_a_server_that_asks_for_a_certificate_is_seen_to_ask(
    tmp_path: Path, version: ssl.TLSVersion, asked: ssl.VerifyMode, asks: bool
) -> None:
    answers = seen(tmp_path, version, asked).answers()
    assert answers
    assert any(answer.asks_certificate for answer in answers) is asks
