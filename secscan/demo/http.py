"""A small HTTP/1.1 server connection: bounded, keep-alive, and silent about what it cannot read."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from secscan.demo.model import DemoSite
from secscan.demo.pages import Request, Response, respond

LONGEST_HEAD = 16_384
LONGEST_CONNECTION = 60.0
"""Seconds after which any connection is cut."""


class Silence(asyncio.Protocol):
    """Accept, and never say a word; after a minute, hang up."""

    def __init__(self) -> None:
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Set the end of the connection."""
        if isinstance(transport, asyncio.Transport):
            loop = asyncio.get_running_loop()
            self._end = loop.call_later(LONGEST_CONNECTION, transport.abort)

    def connection_lost(self, _: Exception | None) -> None:
        """Forget the end that was set."""
        if self._end is not None:
            self._end.cancel()


class Greeting(Silence):
    """Say one line, as an SSH server does first of all (RFC 4253, 4.2), and wait."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self._line = line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say it."""
        super().connection_made(transport)
        if isinstance(transport, asyncio.Transport):
            transport.write(f"{self._line}\r\n".encode())


class Connection(Silence):
    """Answer requests for the sites of one address, chosen by Host."""

    def __init__(
        self, sites: Mapping[str, DemoSite], default: DemoSite, *, secure: bool, now: datetime
    ) -> None:
        super().__init__()
        self._sites = sites
        self._default = default
        self._secure = secure
        self._now = now
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to answer with."""
        super().connection_made(transport)
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request head that is complete; requests have no bodies here."""
        self._received += data
        while self._transport is not None and not self._transport.is_closing():
            head, end, rest = self._received.partition(b"\r\n\r\n")
            if not end:
                if not _may_be_a_head(head):
                    self._refuse(self._transport)
                return
            self._received = rest
            self._answer(self._transport, head.decode("latin-1").split("\r\n"))

    def _answer(self, transport: asyncio.Transport, lines: list[str]) -> None:
        fields = _fields(lines[1:])
        parts = lines[0].split(" ")
        if len(parts) != 3 or not parts[1].startswith("/"):
            self._refuse(transport)
            return
        site = self._sites.get(fields.get("host", "").partition(":")[0].lower(), self._default)
        request = Request(parts[0], parts[1], self._secure, fields.get("origin", ""))
        response = respond(site, request, self._now)
        transport.write(response.encode(self._now, head_only=parts[0] == "HEAD"))
        last = parts[2] != "HTTP/1.1" or fields.get("connection", "").lower() == "close"
        if last or "content-length" in fields or "transfer-encoding" in fields:
            transport.close()

    def _refuse(self, transport: asyncio.Transport) -> None:
        response = Response(400, [("Connection", "close")])
        transport.write(response.encode(self._now, head_only=True))
        transport.close()


def _may_be_a_head(start: bytes) -> bool:
    """Say whether these bytes can become a request head; a ClientHello cannot."""
    return len(start) <= LONGEST_HEAD and (start[:1].isalpha() or not start)


def _fields(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
