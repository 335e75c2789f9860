"""The schemes that the URL of a site or of a service beside it may have, and what each says."""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

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

GREETINGS: Mapping[str, int] = MappingProxyType(
    {
        "ssh": 22,
        "smtp": 25,
        "smtps": 465,
        "ftp": 21,
        "imap": 143,
        "imaps": 993,
        "pop3": 110,
        "pop3s": 995,
    }
)
"""The port of each service that greets whoever connects, before anything is asked of it."""

TLS_FIRST = ("smtps", "imaps", "pop3s")
"""Those of them that greet behind TLS only."""

STARTTLS = ("smtp", "imap")
"""The schemes whose connections begin in plain text; TLS is asked for in it."""

FOREIGN_ORIGIN = "https://cors.secscan.invalid"
"""The origin in whose name the probe asks for a page across origins; RFC 2606 has it nobody's."""


def service_place(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of a service's URL, its scheme's own port if it has none."""
    parts = urlsplit(url)
    if parts.scheme not in GREETINGS or not parts.hostname:
        raise ValueError(f"not a service that greets: {url[:100]}")
    return parts.scheme, parts.hostname, parts.port or GREETINGS[parts.scheme]
