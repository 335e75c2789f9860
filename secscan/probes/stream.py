"""A socket that we have connected, as httpcore wants to see it."""

import asyncio
import socket
import ssl
import sys
from typing import Any

import httpcore

from secscan.evidence import Missing, MissingKind
from secscan.probes.faults import UnseenError


class OpenedStream(httpcore.AsyncNetworkStream):
    """Bytes over asyncio, ``most`` of them at most; whoever uses it bounds the time."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._most = most
        self._left = most

    @classmethod
    async def of(cls, opened: socket.socket, most: int) -> "OpenedStream":
        """Return a connected socket as a stream."""
        return cls(*await asyncio.open_connection(sock=opened), most)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what came; frames without content (RFC 9113, 10.5) are counted as well."""
        if self._left <= 0:
            told = f"an answer of more than {self._most} bytes"
            raise UnseenError(Missing(MissingKind.MALFORMED, told))
        received = await self._reader.read(min(max_bytes, self._left))
        self._left -= len(received)
        return received

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        try:
            self._writer.write(buffer)
            await self._writer.drain()
        except OSError as fault:  # httpcore then still reads what was answered early
            raise httpcore.WriteError(str(fault)) from fault

    async def aclose(self) -> None:
        """Close at once: in good order, a third connection could linger at the address."""
        self._writer.transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Speak TLS from here on."""
        try:
            await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except BaseException:
            self._writer.transport.abort()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        """Return what asyncio knows of the connection."""
        return self._writer.get_extra_info(info)

    @property
    def tls(self) -> ssl.SSLObject | None:
        """Return the TLS that is spoken, None over plain TCP."""
        found = self.get_extra_info("ssl_object")
        return found if isinstance(found, ssl.SSLObject) else None


def presented(tls: ssl.SSLObject) -> tuple[bytes, ...]:
    """Return the certificates as the server sent them, DER, leaf first."""
    if sys.version_info >= (3, 13):
        return tuple(tls.get_unverified_chain())
    # Until it became public, the same call stood one object further in. It gives None where the
    # suite is an anonymous one.
    inner: Any = tls._sslobj  # type: ignore[attr-defined]
    sent = inner.get_unverified_chain() or ()
    return tuple(ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in sent)
