"""Sites without pages: mail behind STARTTLS, and TLS at once on any port."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import programs
import pytest
from mail_servers import IMAP, SMTP, mail, tls_at_once, without
from servers import QUICK, Listener, Zone, listening, look, resolving

from secscan.evidence import Endpoint, Missing, MissingKind, Tls
from secscan.probes.limits import Limits

CIPHERS = "ECDHE+AESGCM"

GREETING = 1
"""The connection over which a mail server's greeting is read, beside those for its TLS."""


def looked_at(
    url: str,
    port: int,
    answers: Mapping[str, bytes],
    directory: Path | None = None,
    limits: Limits = QUICK,
) -> tuple[Endpoint, Listener]:
    """Scan a mail server of our own; without a directory for a certificate it has no TLS."""
    made = programs.certificate(directory, "site.example") if directory else None
    context = programs.server_context(made, CIPHERS) if made else None

    async def scenario() -> tuple[Endpoint, Listener]:
        async with listening(mail(answers, context)) as server:
            evidence = await look({port: server.dial}, url, limits)
            (endpoint,) = evidence.endpoints
            return endpoint, server

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    ("url", "port", "answers"),
    [
        ("smtp://site.example", 25, SMTP),
        ("smtp://site.example:587", 587, SMTP),
        ("imap://site.example", 143, IMAP),
    ],
)
def test_tls_is_asked_for_in_plain_text(
    url: str, port: int, answers: Mapping[str, bytes], tmp_path: Path
) -> None:
    endpoint, server = looked_at(url, port, answers, tmp_path)
    assert (endpoint.scheme, endpoint.port) == (url.partition(":")[0], port)
    assert endpoint.http == Missing(MissingKind.NOT_ASKED)
    assert isinstance(endpoint.tls, Tls)
    assert {"TLS 1.2", "TLS 1.3"} <= set(endpoint.tls.accepted())
    assert len(endpoint.tls.certificates) == 1
    assert endpoint.usage.tls_connections == server.connections - GREETING
    assert (endpoint.usage.other_connections, endpoint.usage.requests) == (0, 0)


@pytest.mark.parametrize(
    ("url", "port"),
    [("smtps://site.example", 465), ("imaps://site.example", 993), ("tls://site.example:636", 636)],
)
def test_tls_begins_at_once(url: str, port: int, tmp_path: Path) -> None:
    context = programs.server_context(programs.certificate(tmp_path, "site.example"), CIPHERS)

    async def scenario() -> Endpoint:
        async with listening(tls_at_once(context)) as server:
            (endpoint,) = (await look({port: server.dial}, url)).endpoints
            return endpoint

    endpoint = asyncio.run(scenario())
    assert (endpoint.scheme, endpoint.port) == (url.partition(":")[0], port)
    assert isinstance(endpoint.tls, Tls)
    assert "TLS 1.3" in endpoint.tls.accepted()


def test_a_server_without_starttls_is_asked_as_often_as_proof_needs() -> None:
    endpoint, server = looked_at("smtp://site.example", 25, without(SMTP))
    missing = Missing(MissingKind.NOT_TLS, "the server does not offer STARTTLS", 3)
    assert endpoint.tls == missing
    assert server.connections == 3 + GREETING


def test_a_server_that_sends_us_away_is_asked_once() -> None:
    answers = {"": b"554 5.7.1 listed\r\n"}
    endpoint, server = looked_at("smtp://site.example", 25, answers)
    assert endpoint.tls == Missing(MissingKind.BLOCKED, "554 5.7.1 listed")
    assert server.connections == 1 + GREETING


def test_a_server_that_refuses_starttls_is_asked_once() -> None:
    endpoint, server = looked_at("smtp://site.example", 25, SMTP | {"STARTTLS": b"454 not now\r\n"})
    assert endpoint.tls == Missing(MissingKind.BLOCKED, "STARTTLS: 454 not now")
    assert server.connections == 1 + GREETING


def test_a_server_that_never_greets_costs_no_more_than_its_time() -> None:
    limits = replace(QUICK, site_timeout=0.3)
    endpoint, _ = looked_at("imap://site.example", 143, {"": b""}, limits=limits)
    assert isinstance(endpoint.tls, Missing)
    assert endpoint.tls.kind is MissingKind.TIMEOUT


def test_a_port_that_is_not_pinned_is_unknown() -> None:
    evidence = asyncio.run(look({443: "127.0.0.1:1"}, "smtp://site.example"))
    assert evidence.endpoints == ()


@pytest.mark.parametrize("url", ["tls://site.example", "ldap://site.example", "smtp://"])
def test_a_url_that_is_none_is_a_missing_and_no_crash(url: str) -> None:
    evidence = asyncio.run(look({}, url))
    assert isinstance(evidence.state, Missing)
    assert evidence.state.kind is MissingKind.MALFORMED


def test_a_mail_server_is_checked_from_the_command_line(tmp_path: Path) -> None:
    context = programs.server_context(programs.certificate(tmp_path, "site.example"), CIPHERS)

    async def scenario() -> str:
        names = {("site.example", "A"): ["127.0.0.1"], ("site.example", "AAAA"): []}
        async with listening(mail(SMTP, context)) as server, resolving(Zone(names)) as zone:
            asked = ["smtp://site.example", "--connect-to", f"25={server.dial}"]
            told = ["--resolver", zone.dial, "--lang", "en"]
            command = [sys.executable, "-m", "secscan", "check", *asked, *told]
            process = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, stdout=PIPE)
            output, _ = await process.communicate()
            assert process.returncode == 0
            return output.decode()

    output = asyncio.run(scenario())
    assert output.startswith("smtp://site.example\nSecurity index")
    assert "Transport encryption" in output
    assert "Headers" not in output
