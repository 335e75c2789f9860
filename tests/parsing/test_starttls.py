"""Any bytes are a line of a mail server or none, and STARTTLS is offered or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.starttls import (
    Line,
    imap_line,
    imap_offers_tls,
    smtp_line,
    smtp_offers_tls,
)


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (b"220 mail.example ESMTP", Line("220", "mail.example ESMTP", True)),
        (b"220-one of several", Line("220", "one of several", False)),
        (b"250", Line("250", "", True)),
        (b"250-", Line("250", "", False)),
        (b"554 5.7.1 go \xff away", Line("554", "5.7.1 go \ufffd away", True)),
        (b"220 \x1b[2Jcleared", Line("220", "\ufffd[2Jcleared", True)),
        (b"2200 four digits", None),
        (b"099 no class", None),
        (b"220\ttab", None),
        (b"* OK IMAP", None),
        (b"SSH-2.0-OpenSSH_9.6", None),
        (b"", None),
    ],
)
def test_a_line_of_smtp(sent: bytes, line: Line | None) -> None:
    assert smtp_line(sent) == line


@pytest.mark.parametrize(
    ("sent", "tag", "line"),
    [
        (b"* OK ready", "*", Line("OK", "ready", True)),
        (b"* bye later", "*", Line("BYE", "later", True)),
        (b"* CAPABILITY IMAP4rev1", "a1", Line("CAPABILITY", "IMAP4rev1", False)),
        (b"a1 OK done", "a1", Line("OK", "done", True)),
        (b"a1 NO", "a1", Line("NO", "", True)),
        (b"a2 OK of another command", "a1", None),
        (b"+ go on", "a1", None),
        (b"220 mail.example ESMTP", "*", None),
        (b"", "a1", None),
    ],
)
def test_a_line_of_imap(sent: bytes, tag: str, line: Line | None) -> None:
    assert imap_line(sent, tag) == line


@pytest.mark.parametrize(
    ("sent", "offered"),
    [
        ((b"250-SIZE", b"250-STARTTLS", b"250 HELP"), True),
        ((b"250 starttls ",), True),
        ((b"250-XXXXXXXA", b"250 AUTH STARTTLS"), False),  # a firewall that has overwritten it
        ((b"250-XSTARTTLS", b"250 "), False),
        ((), False),
    ],
)
def test_smtp_offers_starttls(sent: tuple[bytes, ...], offered: bool) -> None:
    lines = [line for one in sent if (line := smtp_line(one))]
    assert smtp_offers_tls(lines) is offered


@pytest.mark.parametrize(
    ("sent", "offered"),
    [
        ((b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED", b"a1 OK"), True),
        ((b"* capability imap4rev1 starttls", b"a1 OK"), True),
        ((b"* CAPABILITY IMAP4rev1 AUTH=STARTTLS", b"a1 OK STARTTLS"), False),
        ((b"* OK STARTTLS", b"a1 OK"), False),
    ],
)
def test_imap_offers_starttls(sent: tuple[bytes, ...], offered: bool) -> None:
    lines = [line for one in sent if (line := imap_line(one, "a1"))]
    assert imap_offers_tls(lines) is offered


@given(st.binary(max_size=80) | st.binary(max_size=40).map(b"250-".__add__))
def test_any_bytes_are_a_line_or_none(sent: bytes) -> None:
    for line in (smtp_line(sent), imap_line(sent, "a1"), imap_line(sent, "*")):
        if line is not None:
            assert line.status.isalnum()
            assert line.text == "" or line.text.isprintable()
            assert smtp_offers_tls([line]) in (True, False)
            assert imap_offers_tls([line]) in (True, False)
