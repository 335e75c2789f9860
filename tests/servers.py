"""Sockets, relays and name servers of our own on loopback, and a look at them."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from secscan.evidence import Endpoint, Exchange, Missing, SiteEvidence, Target
from secscan.probes.limits import Limits
from secscan.probes.prober import Prober

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Listener:
    """A listening server in the test's own event loop, and what it has counted."""

    port: int = 0
    connections: int = 0
    most_at_once: int = 0
    _open: set[socket.socket] = field(default_factory=set)

    @property
    def dial(self) -> str:
        """Return the address to pin."""
        return f"127.0.0.1:{self.port}"

    def opened(self, connection: socket.socket) -> None:
        """Count a connection, and those beside it that the client has not closed."""
        self.connections += 1
        self._open.add(connection)
        alive = sum(_is_established(other) for other in self._open)
        self.most_at_once = max(self.most_at_once, alive)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        self._open.discard(connection)


def _is_established(connection: socket.socket) -> bool:
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == 1


@asynccontextmanager
async def listening(
    handler: Handler,
    tls: ssl.SSLContext | None = None,
    counted: Listener | None = None,
    address: str = "127.0.0.1",
    port: int = 0,
) -> AsyncIterator[Listener]:
    """Serve connections with a handler; count them in ``counted``, which servers may share."""
    own = Listener()
    serving: set[asyncio.Task[None]] = set()
    counters = (own,) if counted is None else (own, counted)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        connection = writer.get_extra_info("socket")
        for counter in counters:
            counter.opened(connection)
        try:
            await handler(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for counter in counters:
                counter.closed(connection)
            writer.transport.abort()
            serving.discard(task)

    server = await asyncio.start_server(serve, address, port, ssl=tls)
    own.port = server.sockets[0].getsockname()[1]
    try:
        yield own
    finally:
        server.close()
        for task in tuple(serving):
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


def answering(answer: bytes | Callable[[bytes], bytes], seen: list[bytes] | None = None) -> Handler:
    """Return a handler that reads one request head and answers with these bytes."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if seen is not None:
            seen.append(head)
        writer.write(answer(head) if callable(answer) else answer)
        await writer.drain()
        writer.write_eof() if writer.can_write_eof() else writer.close()
        await reader.read()

    return handle


def response(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """Return the bytes of an HTTP response."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


Hindrance = Callable[[int, bytes], Awaitable[None]]


@asynccontextmanager
async def relay(target_port: int, hinder: Hindrance | None = None) -> AsyncIterator[Listener]:
    """Pass connections on to a server that cannot count them itself.

    ``hinder`` sees the number of each connection and its first bytes: it may wait, or raise
    OSError to have the connection closed.
    """

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = own.connections
        first = await reader.read(65536)
        if hinder is not None:
            await hinder(number, first)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target_port)
        far_writer.write(first)
        ends = [
            asyncio.create_task(_pump(reader, far_writer)),
            asyncio.create_task(_pump(far_reader, writer)),
        ]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            far_writer.transport.abort()

    async with listening(handle) as own:
        yield own


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()


@contextmanager
def silent_port() -> Iterator[int]:
    """Give a port that answers no connection: its queue is full, and nobody empties it."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            with suppress(BlockingIOError):
                filler.connect(full.getsockname())
        yield full.getsockname()[1]


@dataclass
class Zone(asyncio.DatagramProtocol):
    """A tiny DNS server: records by (name, type), each a list of texts; the rest is NXDOMAIN.

    A callable in place of the list is asked each time, as a rebinding name would be. A response
    code in its place is the answer.
    """

    records: Mapping[tuple[str, str], list[str] | Callable[[], list[str]] | dns.rcode.Rcode]
    authenticated: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text().rstrip(".")
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        answer = dns.message.make_response(query)
        if self.authenticated:
            answer.flags |= dns.flags.AD
        found = self.records.get((name, kind))
        if isinstance(found, dns.rcode.Rcode):
            answer.set_rcode(found)
        elif found is not None:
            texts = found() if callable(found) else found
            if texts:
                answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *texts))
        elif name not in {known for known, _ in self.records}:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        cast(asyncio.DatagramTransport, self._transport).sendto(answer.to_wire(), addr)

    @property
    def dial(self) -> str:
        """Return the address to ask."""
        return f"127.0.0.1:{self.port}"


@asynccontextmanager
async def resolving(zone: Zone) -> AsyncIterator[Zone]:
    """Serve a zone over UDP."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: zone, local_addr=("127.0.0.1", 0))
    zone.port = transport.get_extra_info("sockname")[1]
    try:
        yield zone
    finally:
        transport.close()


QUICK = Limits(connect_timeout=2.0, read_timeout=2.0, site_timeout=20.0, tries=3, try_spacing=0.01)


async def look(
    connect: Mapping[int, str],
    url: str = "http://site.example/",
    limits: Limits = QUICK,
    zone: Zone | None = None,
    grants: frozenset[str] = frozenset(),
) -> SiteEvidence:
    """Scan a site whose ports are pinned to servers of the test; without a zone it has no name."""
    async with resolving(zone or Zone({})) as names:
        target = Target("site", url, dict(connect), names.dial, grants)
        return await Prober(limits).collect(target)


def endpoint(evidence: SiteEvidence, scheme: str) -> Endpoint:
    """Return the one endpoint of a scheme."""
    (found,) = [end for end in evidence.endpoints if end.scheme == scheme]
    return found


def chain(evidence: SiteEvidence, scheme: str = "http") -> Exchange:
    """Return the chain of an endpoint that answered."""
    exchange = endpoint(evidence, scheme).http
    assert isinstance(exchange, Exchange), exchange
    return exchange


def unseen(evidence: SiteEvidence, scheme: str = "http") -> Missing:
    """Return why an endpoint has no chain."""
    exchange = endpoint(evidence, scheme).http
    assert isinstance(exchange, Missing), exchange
    return exchange
