"""A TLS server of the OpenSSL 1.0.2 that nassl brings: SSLv2, SSLv3, export, RC4, IDEA, SEED.

nassl binds a client only. A connection becomes a server's as SSL_set_accept_state() makes it:
by the method's ssl_accept and the state of its beginning, written to its ``struct ssl_st``.
Arguments: port, chain, key, and JSON: the cipher list.
"""

import ctypes
import json
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path

from nassl import _nassl_legacy as old
from nassl._nassl import OpenSSLError, WantReadError

SSLV23 = 0
PEM = 1

# Offsets of OpenSSL 1.0.2 (ssl/ssl.h) where pointers have 8 bytes.
METHOD, HANDSHAKE_FUNCTION, SERVER, SHUTDOWN, STATE = 8, 48, 56, 68, 72
METHOD_ACCEPT = 32
BEFORE_ACCEPT = 0x4000 | 0x2000


def _pointer(address: int) -> "ctypes.c_void_p":
    return ctypes.c_void_p.from_address(address)


def _become_server(connection: old.SSL) -> None:
    own = _pointer(id(connection) + object.__basicsize__).value
    assert own is not None
    method = _pointer(own + METHOD).value
    assert method is not None
    _pointer(own + HANDSHAKE_FUNCTION).value = _pointer(method + METHOD_ACCEPT).value
    for offset, value in ((SERVER, 1), (SHUTDOWN, 0), (STATE, BEFORE_ACCEPT)):
        ctypes.c_int.from_address(own + offset).value = value


def _serve(opened: socket.socket, context: old.SSL_CTX, ciphers: str) -> None:
    connection, inner, wire = old.SSL(context), old.BIO(), old.BIO()
    connection.set_cipher_list(ciphers)
    old.BIO.make_bio_pair(inner, wire)
    connection.set_bio(inner)
    connection.set_network_bio_to_free_when_dealloc(wire)
    _become_server(connection)

    def flush() -> None:
        while pending := wire.pending():
            opened.sendall(wire.read(pending))

    with opened, suppress(OSError):
        while True:
            try:
                connection.do_handshake()
            except WantReadError:
                flush()
                received = opened.recv(4096)
                if not received:
                    return
                wire.write(received)
            except OpenSSLError:
                return flush()  # the alert
            else:
                flush()
                opened.recv(4096)
                return


def main(port: str, chain: str, key: str, given: str) -> None:
    """Shake hands with everybody, until terminated."""
    context = old.SSL_CTX(SSLV23)
    context.use_certificate_chain_file(str(Path(chain)))
    context.use_PrivateKey_file(str(Path(key)), PEM)
    ciphers = json.loads(given)["ciphers"]
    with socket.create_server(("127.0.0.1", int(port)), backlog=64) as server:
        while True:
            opened, _ = server.accept()
            opened.settimeout(10)
            threading.Thread(target=_serve, args=(opened, context, ciphers), daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
