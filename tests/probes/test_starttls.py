"""The way to TLS on a mail server: what is said, and what every other answer becomes."""

import asyncio
import socket
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_servers import IMAP, SMTP, mail, without
from servers import listening

from secscan.evidence import Missing, MissingKind
from secscan.probes.faults import missing_of
from secscan.probes.starttls import start_tls


def negotiate(
    answers: Mapping[str, bytes], protocol: str, timeout: float = 5.0
) -> tuple[Missing | None, list[bytes]]:
    """Return why TLS cannot begin, or None, and what the server was told."""
    seen: list[bytes] = []

    async def scenario() -> Missing | None:
        async with listening(mail(answers, seen=seen)) as server:
            with socket.socket() as opened:
                opened.setblocking(False)
                loop = asyncio.get_running_loop()
                await loop.sock_connect(opened, ("127.0.0.1", server.port))
                try:
                    await start_tls(opened, protocol, timeout)
                except Exception as fault:
                    return missing_of(fault)
                return None

    return asyncio.run(scenario()), seen


def test_smtp_is_brought_to_tls_by_a_client_with_a_name() -> None:
    missing, seen = negotiate(SMTP, "smtp")
    assert missing is None
    assert seen == [b"EHLO [127.0.0.1]\r\n", b"STARTTLS\r\n"]


def test_imap_is_brought_to_tls() -> None:
    missing, seen = negotiate(IMAP, "imap")
    assert missing is None
    assert seen == [b"a1 CAPABILITY\r\n", b"a2 STARTTLS\r\n"]


NOT_OFFERED = Missing(MissingKind.NOT_TLS, "the server does not offer STARTTLS")


@pytest.mark.parametrize(
    ("protocol", "answers"),
    [
        ("smtp", without(SMTP)),
        ("smtp", {**SMTP, "EHLO": b"502 what?\r\n"}),
        ("smtp", {**SMTP, "EHLO": b"250 STARTTLS\r\n"}),  # its name, not an extension
        ("imap", without(IMAP)),
        ("imap", {**IMAP, "": b"* PREAUTH welcome\r\n"}),
    ],
)
def test_a_server_without_starttls(protocol: str, answers: Mapping[str, bytes]) -> None:
    missing, seen = negotiate(answers, protocol)
    assert missing == NOT_OFFERED
    assert not any(b"STARTTLS" in line for line in seen)


@pytest.mark.parametrize(
    ("protocol", "word", "sent", "missing"),
    [
        ("smtp", "", b"554 5.7.1 listed\r\n", Missing(MissingKind.BLOCKED, "554 5.7.1 listed")),
        ("smtp", "", b"421 \x1b[2J\r\n", Missing(MissingKind.BLOCKED, "421 \ufffd[2J")),
        ("smtp", "EHLO", b"550 no\r\n", Missing(MissingKind.BLOCKED, "550 no")),
        ("imap", "", b"* BYE not you\r\n", Missing(MissingKind.BLOCKED, "BYE not you")),
        ("imap", "a1", b"a1 NO\r\n", Missing(MissingKind.BLOCKED, "NO")),
        (
            "smtp", "STARTTLS", b"454 not now\r\n",
            Missing(MissingKind.BLOCKED, "STARTTLS: 454 not now"),
        ),
        (
            "imap", "a2", b"a2 BAD no key\r\n",
            Missing(MissingKind.BLOCKED, "STARTTLS: BAD no key"),
        ),
        (
            "smtp", "STARTTLS", b"220 go\r\n250 injected\r\n",
            Missing(MissingKind.BLOCKED, "the server goes on in plain text after STARTTLS"),
        ),
        (
            "smtp", "", b"SSH-2.0-OpenSSH_9.6 Debian\r\n",
            Missing(MissingKind.NOT_TLS, "answers b'SSH-2.0-OpenSSH_9.6 '"),
        ),
        ("imap", "", b"220 smtp\r\n", Missing(MissingKind.NOT_TLS, "answers b'220 smtp'")),
        (
            "smtp", "", b"220-more\r\n" * 10_000,
            Missing(MissingKind.NOT_TLS, "sends 16384 bytes and no TLS"),
        ),
        (
            "imap", "a1", b"* " + b"A" * 20_000,
            Missing(MissingKind.NOT_TLS, "sends 16384 bytes and no TLS"),
        ),
    ],
)  # fmt: skip
def test_another_answer(protocol: str, word: str, sent: bytes, missing: Missing) -> None:
    good = SMTP if protocol == "smtp" else IMAP
    assert negotiate({**good, word: sent}, protocol)[0] == missing


@pytest.mark.parametrize(("protocol", "silent"), [("smtp", b""), ("imap", b"* OK no end")])
def test_silence_is_no_answer(protocol: str, silent: bytes) -> None:
    missing, seen = negotiate({"": silent}, protocol, timeout=0.1)
    assert missing == Missing(MissingKind.TIMEOUT)
    assert seen == []


def test_a_close_is_no_answer() -> None:
    missing, _ = negotiate({"": SMTP[""]}, "smtp")
    assert missing is not None
    assert missing.kind is MissingKind.RESET


@settings(max_examples=25)
@given(
    st.sampled_from(["smtp", "imap"]),
    st.sampled_from(["", "EHLO", "STARTTLS", "a1", "a2"]),
    st.binary(max_size=60).map(lambda sent: sent + b"\r\n"),
)
def test_whatever_is_sent_ends_in_a_named_state(protocol: str, word: str, sent: bytes) -> None:
    good = SMTP if protocol == "smtp" else IMAP
    missing, _ = negotiate({**good, word: sent}, protocol, timeout=0.2)
    assert missing is None or missing.kind in (
        MissingKind.NOT_TLS,
        MissingKind.BLOCKED,
        MissingKind.TLS_FAILURE,
        MissingKind.TIMEOUT,
        MissingKind.RESET,
    )
