"""What mail servers answer before TLS: lines of SMTP (RFC 5321, 4.2) and of IMAP (RFC 9051, 7)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SMTP = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_IMAP = re.compile(rb"(\*|[a-z0-9]+) ([A-Z]+)(?: (.*))?", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer: ``250``, ``OK`` or ``CAPABILITY``, and what stands behind it."""

    status: str
    text: str
    last: bool


def smtp_line(line: bytes) -> Line | None:
    """Read a line, without its end; None where it is none of SMTP."""
    found = _SMTP.fullmatch(line)
    if found is None:
        return None
    return Line(found[1].decode("ascii"), _text(found[3]), last=found[2] != b"-")


def imap_line(line: bytes, tag: str) -> Line | None:
    """Read a line of the answer to a tagged command; the greeting's tag is ``*``."""
    found = _IMAP.fullmatch(line)
    if found is None or found[1].decode("ascii") not in ("*", tag):
        return None
    status = found[2].decode("ascii").upper()
    return Line(status, _text(found[3]), last=found[1].decode("ascii") == tag)


def smtp_offers_tls(lines: Iterable[Line]) -> bool:
    """Say whether the lines behind the first one of the answer to EHLO name STARTTLS (RFC 3207)."""
    return any(line.text.upper().split()[:1] == ["STARTTLS"] for line in lines)


def imap_offers_tls(lines: Iterable[Line]) -> bool:
    """Say whether STARTTLS is among the capabilities (RFC 9051, 6.2.1)."""
    return any(
        line.status == "CAPABILITY" and "STARTTLS" in line.text.upper().split() for line in lines
    )


def _text(sent: bytes | None) -> str:
    """Return what was sent as text with nothing in it that does not print."""
    text = (sent or b"").decode("utf-8", errors="replace").strip()
    return "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in text)
