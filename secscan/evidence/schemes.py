"""The schemes that the URL of a site may have, and what each says of the connection."""

from collections.abc import Mapping
from types import MappingProxyType

PORTS: Mapping[str, int | None] = MappingProxyType(
    {
        "http": 80,
        "https": 443,
        "smtp": 25,
        "smtps": 465,
        "imap": 143,
        "imaps": 993,
        "tls": None,
    }
)
"""The port of each scheme where a URL names none; ``tls`` is for any port, and must name one."""

WEB = ("http", "https")
"""The schemes with pages; at the others TLS is all there is to look at."""

STARTTLS = ("smtp", "imap")
"""The schemes whose connections begin in plain text; TLS is asked for in it."""

FOREIGN_ORIGIN = "https://cors.secscan.invalid"
"""The origin in whose name the probe asks for a page across origins; RFC 2606 has it nobody's."""
