"""One request over one connection: the TLS below it, HTTP/2 or HTTP/1.1, head and body."""

import asyncio
import socket
import ssl
from dataclasses import dataclass

import httpcore
import httpx

from secscan.evidence import Body, Missing, MissingKind
from secscan.evidence.schemes import PORTS
from secscan.probes.body import keep
from secscan.probes.faults import UnseenError, missing_of
from secscan.probes.stream import OpenedStream, presented

_REDIRECTS = (301, 302, 303, 307, 308)
_LONGEST_HEAD = 98_304
"""Bytes; httpcore bounds a head of HTTP/1.1 only where it comes in pieces."""

_LINE = 32
"""Bytes that each line counts for besides its own, as in HTTP/2 (RFC 9113, 6.5.2)."""

_FRAMING = 262_144
"""Bytes that may come besides a body and as much again: its head, and what frames it."""


class Http2Error(Exception):
    """HTTP/2 was agreed on and no answer came of it; HTTP/1.1 may do better."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to one request; ``location`` is, unredacted, where it redirects to.

    ``certificates`` are those that the server presented, DER, leaf first.
    """

    head: httpx.Response
    body: Body | Missing | None
    location: str | None
    protocol: str
    tls: str
    certificates: tuple[bytes, ...]


async def send(
    request: httpx.Request,
    opened: socket.socket,
    context: ssl.SSLContext,
    most: int,
    seconds: float,
) -> Answered:
    """Return the answer within so many seconds, with ``most`` bytes of its body at most.

    A redirect has no body that anybody sees.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    stream = await OpenedStream.of(opened, 2 * most + _FRAMING)
    try:
        async with asyncio.timeout_at(deadline):
            if request.url.scheme == "https":
                await stream.start_tls(context, host_of(request.url))
            answer = await _answer(request, stream)
        _refuse_long_head(answer)
        head = httpx.Response(answer.status, headers=answer.headers, request=request)
        location = _location(head)
        body = None if location else await _body(answer, head, most, deadline)
        tls = stream.tls
        return Answered(
            head,
            body,
            location,
            answer.extensions["http_version"].decode("ascii"),
            tls.version() or "" if tls else "",
            presented(tls) if tls else (),
        )
    finally:
        await stream.aclose()


def _refuse_long_head(answer: httpcore.Response) -> None:
    lines = answer.headers
    size = sum(len(name) + len(value) + len(b": \r\n") for name, value in lines)
    if size + _LINE * len(lines) > _LONGEST_HEAD:
        told = f"{len(lines)} header lines of {size} bytes"
        raise UnseenError(Missing(MissingKind.MALFORMED, told))


async def _answer(request: httpx.Request, stream: OpenedStream) -> httpcore.Response:
    url = httpcore.URL(
        scheme=request.url.raw_scheme,
        host=request.url.raw_host,
        port=port_of(request.url),
        target=request.url.raw_path,
    )
    lines = request.headers.raw
    if stream.tls is None or stream.tls.selected_alpn_protocol() != "h2":
        # One request a connection; HTTP/2 has no such line (RFC 9113, 8.2.2).
        lines = [*lines, (b"Connection", b"close")]
        asked = httpcore.Request(request.method, url, headers=lines)
        return await httpcore.AsyncHTTP11Connection(url.origin, stream).handle_async_request(asked)
    asked = httpcore.Request(request.method, url, headers=lines)
    try:
        return await httpcore.AsyncHTTP2Connection(url.origin, stream).handle_async_request(asked)
    except Exception as fault:
        if missing_of(fault).kind in (MissingKind.MALFORMED, MissingKind.RESET):
            raise Http2Error from fault
        raise


def host_of(url: httpx.URL) -> str:
    """Return the host of a URL as ASCII: an address, or a name as DNS has it."""
    return url.raw_host.decode("ascii").strip("[]")


def port_of(url: httpx.URL) -> int:
    """Return the port of a URL, its scheme's own where it names none."""
    return url.port or PORTS[url.scheme] or 0


def _location(response: httpx.Response) -> str | None:
    values = [value for name, value in response.headers.raw if name.lower() == b"location"]
    if response.status_code not in _REDIRECTS or not values:
        return None
    return values[0].decode("utf-8", errors="replace").strip() or None


async def _body(
    answer: httpcore.Response, head: httpx.Response, most: int, deadline: float
) -> Body | Missing:
    sent = bytearray()
    try:
        async with asyncio.timeout_at(deadline):
            async for part in answer.aiter_stream():
                sent += part
                if len(sent) > most:
                    break
    except Exception as fault:  # the response head is evidence, whatever becomes of its body
        return missing_of(fault)
    encoding = head.headers.get("content-encoding", "")
    return keep(bytes(sent[:most]), encoding, most, len(sent) > most)
