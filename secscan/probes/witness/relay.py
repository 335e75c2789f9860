"""The way of sslyze's connections to a site: each is opened by our rules, counted and bounded."""

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType

from secscan.evidence import Missing
from secscan.probes.connect import Connections, Route
from secscan.probes.faults import missing_of

_CHUNK = 65_536
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER for no time at all


@dataclass
class Call:
    """One connection: why it could not be opened, and how each side began to speak."""

    fault: Missing | None = None
    asked: bytearray = field(default_factory=bytearray)
    answered: bytearray = field(default_factory=bytearray)


class Relay:
    """Listens on loopback while it is entered, and passes on to one endpoint what comes in.

    It opens ``most`` connections to the endpoint at most. ``calls`` are those since ``begin``.
    """

    def __init__(self, route: Route, connections: Connections, most: int) -> None:
        self._route = route
        self._connections = connections
        used = connections.usage(*route.endpoint).tls_connections
        self._most = used + most
        self._serving: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.calls: list[Call] = []

    @property
    def port(self) -> int:
        """Return the port of 127.0.0.1 that leads to the endpoint."""
        assert self._server is not None  # noqa: S101 - it is entered
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def fault(self) -> Missing | None:
        """Return why a connection since ``begin`` could not be opened, None where all could."""
        return next((call.fault for call in self.calls if call.fault), None)

    def begin(self) -> None:
        """Forget the connections so far: what comes now belongs to another question."""
        self.calls = []

    async def __aenter__(self) -> "Relay":
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a server runs its handlers as tasks
        self._serving.add(task)
        call = Call()
        self.calls.append(call)
        try:
            async with self._connections.tls(self._route, self._most) as opened:
                far = await asyncio.open_connection(sock=opened)
                await _pass_on((reader, writer), far, call)
        except Exception as fault:  # no connection, or none that was within the rules
            call.fault = missing_of(fault)
            _reset(writer)
        finally:
            writer.close()
            self._serving.discard(task)


_Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _pass_on(near: _Stream, far: _Stream, call: Call) -> None:
    """Pass bytes on in both directions until either side has had enough."""
    ways = (
        asyncio.create_task(_pump(near[0], far[1], call.asked)),
        asyncio.create_task(_pump(far[0], near[1], call.answered)),
    )
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        far[1].transport.abort()


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, begun: bytearray
) -> None:
    try:
        while part := await reader.read(_CHUNK):
            begun += part[: not begun]
            writer.write(part)
            await writer.drain()
    except OSError:
        _reset(writer)  # sslyze tells a reset from a close, and so has to get one


def _reset(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):  # it may be closed already
        own = writer.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
