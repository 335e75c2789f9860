"""A socket that we have connected, as httpcore wants to see it."""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore


class OpenedSocket(httpcore.AsyncNetworkBackend):
    """Gives httpcore one socket that is connected already, wherever it wants to go."""

    def __init__(self, opened: socket.socket) -> None:
        self._opened = opened

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return the socket; where it leads was decided when it was dialled."""
        return _Stream(*await asyncio.open_connection(sock=self._opened))


class _Stream(httpcore.AsyncNetworkStream):
    """Bytes over asyncio; the caller bounds the time of a whole exchange, not of each read."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._reader.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            self._writer.write(buffer)
            await self._writer.drain()
        except OSError as fault:  # httpcore then still reads what was answered early
            raise httpcore.WriteError(str(fault)) from fault

    async def aclose(self) -> None:
        # At once: a close in good order could leave a third connection lingering at the address.
        self._writer.transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except BaseException:
            self._writer.transport.abort()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._writer.get_extra_info(info)
