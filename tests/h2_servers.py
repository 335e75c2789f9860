"""Servers of HTTP/2 on loopback: one that answers, and scripts of raw frames for those that lie."""

import asyncio
import ssl
import struct
from collections.abc import Callable, Sequence

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived
from servers import Handler

Lines = Sequence[tuple[str, str]]
Answering = Callable[[dict[str, str]], tuple[Lines, bytes]]

DATA, HEADERS, RST_STREAM, SETTINGS, PUSH_PROMISE, PING = 0, 1, 3, 4, 5, 6
GOAWAY, WINDOW_UPDATE, CONTINUATION = 7, 8, 9
END_HEADERS, PADDED = 4, 8


def speaking(context: ssl.SSLContext, *protocols: str) -> ssl.SSLContext:
    """Return the context with what the server speaks, as ALPN names it (RFC 7301)."""
    context.set_alpn_protocols(protocols or ("h2",))
    return context


def answering(answer: Answering, seen: list[dict[str, str]] | None = None) -> Handler:
    """Return a handler that answers requests over HTTP/2; header names go out as given."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        config = H2Configuration(
            client_side=False,
            header_encoding="utf-8",
            validate_outbound_headers=False,
            normalize_outbound_headers=False,
        )
        connection = H2Connection(config)
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        while received := await reader.read(65536):
            for event in connection.receive_data(received):
                if isinstance(event, RequestReceived):
                    request = {str(name): str(value) for name, value in event.headers or ()}
                    if seen is not None:
                        seen.append(request)
                    lines, body = answer(request)
                    connection.send_headers(event.stream_id or 0, lines, end_stream=not body)
                    if body:
                        connection.send_data(event.stream_id or 0, body, end_stream=True)
            writer.write(connection.data_to_send())
            await writer.drain()

    return handle


def frame(kind: int, payload: bytes = b"", flags: int = 0, stream: int = 1) -> bytes:
    """Return one frame (RFC 9113, 4.1)."""
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def script(first: bytes, over_and_over: bytes = b"") -> Handler:
    """Return a handler that sends settings and frames to whatever comes, then some for ever."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(frame(SETTINGS, stream=0) + first)
        while over_and_over and not writer.is_closing():
            writer.write(over_and_over)
            await writer.drain()
            await asyncio.sleep(0)  # drain() itself never yields where the client is gone
        await reader.read()

    return handle


def either(h2: Handler, older: Handler) -> Handler:
    """Return a handler that leaves to the client's offer which of two it is."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        agreed = writer.get_extra_info("ssl_object").selected_alpn_protocol()
        await (h2 if agreed == "h2" else older)(reader, writer)

    return handle
