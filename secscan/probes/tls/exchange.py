"""Sends one hello over a connection and reads what comes back, bounded in bytes."""

import asyncio
import socket

from secscan.evidence import Closed, Missing, MissingKind
from secscan.evidence.tls import Reply
from secscan.parsing.records import MalformedError
from secscan.probes.tls.conversation import Conversation, OldConversation

_CHUNK = 16_384
_MOST_BYTES = 262_144  # of a handshake: a chain has 100 kB at most


async def exchange(
    opened: socket.socket, talk: Conversation | OldConversation, timeout: float
) -> Reply:
    """Return the answer; whatever fails after a ServerHello, that one has been given."""
    try:
        async with asyncio.timeout(timeout):
            closed = await _converse(opened, talk)
    except TimeoutError:
        closed = Missing(MissingKind.TIMEOUT, f"no answer to the hello in {timeout:g} s")
    except OSError as fault:
        closed = Closed(str(fault))
    except MalformedError as fault:
        if not talk.started:
            return Missing(MissingKind.NOT_TLS, str(fault))
        closed = Missing(MissingKind.TLS_FAILURE, f"the server {fault}")
    return talk.answer or closed


async def _converse(opened: socket.socket, talk: Conversation | OldConversation) -> Reply:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(opened, talk.bytes)
    total = 0
    while not talk.done:
        received = await loop.sock_recv(opened, _CHUNK)
        if not received:
            return Closed("closed during the handshake")
        total += len(received)
        if total > _MOST_BYTES:
            return Missing(MissingKind.TLS_FAILURE, f"sent more than {_MOST_BYTES} bytes")
        talk.feed(received)
        # sock_recv does not yield while bytes are waiting: a flood would stop every other site.
        await asyncio.sleep(0)
    return Closed("closed after an alert")
