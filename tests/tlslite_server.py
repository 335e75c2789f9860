"""A TLS server of tlslite-ng: SSLv3, RC4 and others that no packaged OpenSSL serves.

Arguments: port, chain, key, and JSON: attributes of tlslite's HandshakeSettings.
"""

import json
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path

from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
from tlslite.errors import BaseTLSException


def main(port: str, chain: str, key: str, given: str) -> None:
    """Shake hands with everybody, until terminated."""
    options = json.loads(given)
    settings = HandshakeSettings()
    for name, value in options.items():
        setattr(settings, name, tuple(value) if name.endswith("Version") else value)
    # Without this it answers supported_versions (RFC 8446) with what maxVersion forbids.
    settings.versions = [
        version
        for version in ((3, 4), (3, 3), (3, 2), (3, 1), (3, 0))
        if settings.minVersion <= version <= settings.maxVersion
    ]
    certificates = X509CertChain()
    certificates.parsePemList(Path(chain).read_text())
    secret = parsePEMKey(Path(key).read_text(), private=True)

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError, BaseTLSException, ValueError):
            TLSConnection(connection).handshakeServer(
                certChain=certificates, privateKey=secret, settings=settings
            )

    with socket.create_server(("127.0.0.1", int(port)), backlog=64) as server:
        while True:
            connection, _ = server.accept()
            connection.settimeout(10)
            threading.Thread(target=serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
