"""From the greeting of a mail server to where TLS begins: RFC 3207 and RFC 9051, 6.2.1.

We wait for each answer in full before we go on: who talks first is taken for a spammer.
"""

import asyncio
import socket
from collections.abc import Callable

from secscan.evidence import Missing, MissingKind
from secscan.parsing.starttls import (
    Line,
    imap_line,
    imap_offers_tls,
    smtp_line,
    smtp_offers_tls,
)
from secscan.probes.faults import UnseenError

_CHUNK = 4096
_MOST_BYTES = 16_384  # of all answers together; real ones have some hundred
_SHOWN = 100

_NO_EHLO = ("500", "502")  # a server from before extensions (RFC 5321, 4.2.4)
_NO_STARTTLS = "the server does not offer STARTTLS"


async def start_tls(opened: socket.socket, protocol: str, timeout: float = 15.0) -> None:
    """Bring a server of ``smtp`` or ``imap`` to where TLS begins, or raise an UnseenError."""
    talk = _Talk(opened)
    async with asyncio.timeout(timeout):
        await (_smtp(talk) if protocol == "smtp" else _imap(talk))
    if talk.held:  # RFC 3207, 4.2: what was sent in plain text must not count behind it
        raise _unseen(MissingKind.BLOCKED, "the server goes on in plain text after STARTTLS")


async def _smtp(talk: "_Talk") -> None:
    _wanted("220", await talk.answer(smtp_line))
    lines = await talk.ask(f"EHLO {_own_name(talk.opened)}", smtp_line)
    if lines[-1].status in _NO_EHLO:
        raise _unseen(MissingKind.NOT_TLS, _NO_STARTTLS)
    _wanted("250", lines)
    if not smtp_offers_tls(lines[1:]):
        raise _unseen(MissingKind.NOT_TLS, _NO_STARTTLS)
    _begun("220", await talk.ask("STARTTLS", smtp_line))


async def _imap(talk: "_Talk") -> None:
    greeting = await talk.answer(lambda line: imap_line(line, "*"))
    if greeting[-1].status == "PREAUTH":  # RFC 9051, 7.1.4: too late for STARTTLS
        raise _unseen(MissingKind.NOT_TLS, _NO_STARTTLS)
    _wanted("OK", greeting)
    lines = await talk.ask("a1 CAPABILITY", lambda line: imap_line(line, "a1"))
    _wanted("OK", lines)
    if not imap_offers_tls(lines):
        raise _unseen(MissingKind.NOT_TLS, _NO_STARTTLS)
    _begun("OK", await talk.ask("a2 STARTTLS", lambda line: imap_line(line, "a2")))


class _Talk:
    """A conversation in lines; ``held`` is what came in behind the last line that was read."""

    def __init__(self, opened: socket.socket) -> None:
        self.opened = opened
        self.held = bytearray()
        self._total = 0

    async def ask(self, command: str, read: Callable[[bytes], Line | None]) -> tuple[Line, ...]:
        """Send a command and return the lines of its answer."""
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self.opened, f"{command}\r\n".encode("ascii"))
        return await self.answer(read)

    async def answer(self, read: Callable[[bytes], Line | None]) -> tuple[Line, ...]:
        """Return the lines of an answer, up to its last one."""
        lines: list[Line] = []
        while not lines or not lines[-1].last:
            sent = await self._line()
            line = read(sent)
            if line is None:
                raise _unseen(MissingKind.NOT_TLS, f"answers {sent[:20]!r}")
            lines.append(line)
        return tuple(lines)

    async def _line(self) -> bytes:
        while (end := self.held.find(b"\n")) < 0:
            await self._receive()
        line = bytes(self.held[:end]).removesuffix(b"\r")
        del self.held[: end + 1]
        return line

    async def _receive(self) -> None:
        received = await asyncio.get_running_loop().sock_recv(self.opened, _CHUNK)
        if not received:
            raise ConnectionResetError("closed before TLS")
        self._total += len(received)
        if self._total > _MOST_BYTES:
            raise _unseen(MissingKind.NOT_TLS, f"sends {_MOST_BYTES} bytes and no TLS")
        self.held += received
        # sock_recv does not yield while bytes are waiting: a flood would stop every other site.
        await asyncio.sleep(0)


def _wanted(status: str, lines: tuple[Line, ...]) -> None:
    """Raise where a server will not talk to us: 554 and BYE tell of us, and not of its TLS."""
    if lines[-1].status != status:
        raise _unseen(MissingKind.BLOCKED, _told(lines[-1]))


def _begun(status: str, lines: tuple[Line, ...]) -> None:
    if lines[-1].status != status:
        # Not a fault of TLS: no other hello would change it, and none is tried.
        raise _unseen(MissingKind.BLOCKED, f"STARTTLS: {_told(lines[-1])}")


def _told(line: Line) -> str:
    return f"{line.status} {line.text}".strip()[:_SHOWN]


def _unseen(kind: MissingKind, detail: str) -> UnseenError:
    return UnseenError(Missing(kind, detail))


def _own_name(opened: socket.socket) -> str:
    """Return our address as a name (RFC 5321, 4.1.3): a scanner need not have another."""
    address = str(opened.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
