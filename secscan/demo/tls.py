"""TLS as web servers speak it: a client that is turned away is told so by an alert.

asyncio's own hangs up without one, and the city would look as if Windows served all of it.
"""

import asyncio
import ssl
from collections.abc import Callable

from secscan.demo.http import Silence

_CHUNK = 65_536


class Encrypted(asyncio.Transport):
    """What the protocol inside writes to: encrypts, and passes on."""

    def __init__(self, below: asyncio.Transport, context: ssl.SSLContext) -> None:
        super().__init__()
        self._below = below
        self._received, self._sending = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._received, self._sending, server_side=True)
        self._shaken = False

    def decrypt(self, data: bytes) -> bytes | None:
        """Take bytes from the wire; return what is in them, None while hands are shaken."""
        self._received.write(data)
        try:
            if not self._shaken:
                self._tls.do_handshake()
                self._shaken = True
            return self._tls.read(_CHUNK)
        except ssl.SSLWantReadError:
            return b"" if self._shaken else None
        except ssl.SSLError:
            self.close()
            return None
        finally:
            self._flush()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Encrypt and send."""
        self._tls.write(data)
        self._flush()

    def close(self) -> None:
        """Hang up when all is sent."""
        self._flush()
        self._below.close()

    def abort(self) -> None:
        """Hang up."""
        self._below.abort()

    def is_closing(self) -> bool:
        """Say whether it is over."""
        return self._below.is_closing()

    def _flush(self) -> None:
        if not self._below.is_closing():
            self._below.write(self._sending.read())


class Secured(Silence):
    """Puts TLS before a protocol, which is made when a client has shaken hands."""

    def __init__(self, context: ssl.SSLContext, inside: Callable[[], asyncio.Protocol]) -> None:
        super().__init__()
        self._context = context
        self._make = inside
        self._inside: asyncio.Protocol | None = None
        self._transport: Encrypted | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to shake hands."""
        super().connection_made(transport)
        if isinstance(transport, asyncio.Transport):
            self._transport = Encrypted(transport, self._context)

    def data_received(self, data: bytes) -> None:
        """Pass on what is in it."""
        if self._transport is None:
            return
        inside = self._transport.decrypt(data)
        if inside is None:
            return
        if self._inside is None:
            self._inside = self._make()
            self._inside.connection_made(self._transport)
        if inside:
            self._inside.data_received(inside)

    def connection_lost(self, fault: Exception | None) -> None:
        """Pass on that it is over."""
        super().connection_lost(fault)
        if self._inside is not None:
            self._inside.connection_lost(fault)
