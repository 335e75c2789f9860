"""How services beside a site greet: read, and nothing is asked of them."""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from secscan.evidence import Missing, MissingKind, Service, Target, Usage
from secscan.evidence.schemes import GREETINGS, TLS_FIRST, service_place
from secscan.parsing.greetings import is_last_line
from secscan.probes.connect import Connections, Route, Routes, best
from secscan.probes.dns import Names
from secscan.probes.faults import UnseenError, missing_of
from secscan.probes.limits import Limits
from secscan.probes.stream import OpenedStream

_MOST_BYTES = 4096
"""Of a greeting; real ones have some hundred."""

_GOODBYE = {
    "smtp": b"QUIT\r\n",
    "smtps": b"QUIT\r\n",
    "ftp": b"QUIT\r\n",
    "imap": b"a1 LOGOUT\r\n",
    "imaps": b"a1 LOGOUT\r\n",
    "pop3": b"QUIT\r\n",
    "pop3s": b"QUIT\r\n",
}
"""Who hangs up without a word looks like an attack in the logs (RFC 5321, 4.1.1.10)."""

_ANSWER_BYTES = 512
_ANSWER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Call:
    """One service at one address of its host."""

    scheme: str
    route: Route

    def service(self, banner: str | Missing, connections: int = 0) -> Service:
        """Return what it said, or why that is not known."""
        route = self.route
        # A greeting comes unasked: it is a connection, and no request.
        usage = Usage(other_connections=connections)
        return Service(self.scheme, route.host, route.address, route.port, banner, usage)


def service_urls(target: Target) -> tuple[str, ...]:
    """Return the URLs of the services whose greeting is read: a mail site's own is one."""
    own = (target.url,) if urlsplit(target.url).scheme in GREETINGS else ()
    return tuple(dict.fromkeys((*own, *target.services)))


async def calls(
    url: str, pins: Routes | None, names: Names, seen: Sequence[str]
) -> tuple[Call, ...] | Service:
    """Return where a service is called: where its host is pinned, or at one address a family.

    Addresses that are ``seen`` go first: there the web server is, of which it may tell more.
    """
    scheme, host, port = service_place(url)
    if pins is not None:
        try:
            return (Call(scheme, await pins.find(host, port, "")),)
        except UnseenError as unseen:
            return Service(scheme, host, next(iter(seen), ""), port, unseen.missing)
    found = await names.addresses(host)
    families = [family for family in (found.ipv4, found.ipv6) if family]
    if not families:
        nothing = Missing(MissingKind.DNS_FAILURE, f"{host} has no address")
        return Service(scheme, host, "", port, found.fault or nothing)
    addresses = [next((one for one in seen if one in each), best(each)) for each in families]
    return tuple(Call(scheme, Route(host, one, port, port)) for one in addresses)


async def greetings(
    called: Sequence[Call], connections: Connections, context: ssl.SSLContext, limits: Limits
) -> tuple[Service, ...]:
    """Read how services greet, one after another; their clock starts now."""
    deadline = asyncio.get_running_loop().time() + limits.site_timeout
    found = []
    for call in called:
        try:
            async with asyncio.timeout_at(deadline):
                banner = await _greeting(call, connections, context, limits)
        except TimeoutError:
            banner = Missing(MissingKind.TIMEOUT, "the time for this site is used up")
        paid = connections.usage(*call.route.endpoint).other_connections
        found.append(call.service(banner, paid))
    return tuple(found)


async def _greeting(
    call: Call, connections: Connections, context: ssl.SSLContext, limits: Limits
) -> str | Missing:
    try:
        async with connections.request(call.route, 1) as opened:
            return await _listen(call, opened, context, limits.read_timeout)
    except Exception as fault:  # whatever a hostile greeting provokes is the greeting's fault
        return missing_of(fault)


async def _listen(
    call: Call, opened: socket.socket, context: ssl.SSLContext, seconds: float
) -> str | Missing:
    """Return the greeting; of one that does not end in time or in size, its whole lines."""
    received = bytearray()
    stream = await OpenedStream.of(opened, _MOST_BYTES + _ANSWER_BYTES)
    try:
        async with asyncio.timeout(seconds):
            if call.scheme in TLS_FIRST:
                await stream.start_tls(context, call.route.host)
            await _receive(stream, call.scheme, received)
        await _say_goodbye(stream, call.scheme)
    except Exception as fault:
        # A line that was cut off might show another version than the server's.
        del received[received.rfind(b"\n") + 1 :]
        if not received:
            return missing_of(fault)
    finally:
        await stream.aclose()
    return received.decode("latin-1")


async def _receive(stream: OpenedStream, scheme: str, received: bytearray) -> None:
    """Collect a greeting, without what comes behind it."""
    first, start = None, 0
    while True:
        while (end := received.find(b"\n", start)) >= 0:
            line = bytes(received[start:end]).removesuffix(b"\r")
            first = line if first is None else first
            if is_last_line(scheme, first, line):
                del received[end + 1 :]
                return
            start = end + 1
        if len(received) >= _MOST_BYTES:
            told = f"a greeting of more than {_MOST_BYTES} bytes"
            raise UnseenError(Missing(MissingKind.MALFORMED, told))
        part = await stream.read(_MOST_BYTES - len(received))
        if not part:
            break
        received += part
    if not received:
        raise ConnectionResetError("closed without a greeting")


async def _say_goodbye(stream: OpenedStream, scheme: str) -> None:
    goodbye = _GOODBYE.get(scheme)
    if goodbye is not None:
        with suppress(Exception):  # what comes of it is nobody's business
            async with asyncio.timeout(_ANSWER_SECONDS):
                await stream.write(goodbye)
                await stream.read(_ANSWER_BYTES)
