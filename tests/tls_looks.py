"""secscan's own look at a TLS server of the matrix."""

from dataclasses import replace

import servers
from tls_certificates import HOST

from secscan.evidence import Endpoint

_AT = {None: ("https", 443), "smtp": ("smtp", 25), "imap": ("imap", 143)}

_WHOLE = replace(servers.QUICK, tls_connections=200, tls_details=200)
"""Some set-ups have every suite that their library knows: more than a scan asks an owner for."""


async def look_at(starttls: str | None, port: int) -> Endpoint:
    """Look at a server on loopback as a scan does."""
    scheme, nominal = _AT[starttls]
    connect = {nominal: f"127.0.0.1:{port}"}
    evidence = await servers.look(connect=connect, url=f"{scheme}://{HOST}", limits=_WHOLE)
    return servers.endpoint(evidence, scheme)
