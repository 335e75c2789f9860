"""The URL of a site: scheme, host by name, port, and a path on the web; written in one way only."""

import ipaddress
import re
from collections.abc import Collection, Mapping
from urllib.parse import SplitResult, quote, urlsplit

import idna

from secscan.evidence.schemes import GREETINGS, PORTS, WEB
from secscan.register.model import Kind

_LONGEST = 2000
_FORBIDDEN = re.compile(r"[\s\\\x00-\x1f\x7f-\x9f]")
# A host whose last label is a number is an IPv4 address to every browser, 0x7f.1 and 127.1
# included (WHATWG URL, "ends in a number").
_NUMBER = re.compile(r"\d+|0[xX][0-9a-fA-F]*")
_FORM = (
    "write http:// or https://, a host and a path, or smtp://, smtps://, imap://, imaps:// or "
    "tls:// and a host"
)
_SERVICE_FORM = "write " + ", ".join(f"{scheme}://" for scheme in GREETINGS) + " with a host"
_MAIL = ("smtp", "smtps", "imap", "imaps")
_PATH = "/%:@!$&'()*+,;=~"  # RFC 3986 pchar, and what is percent-encoded already


def normal_url(text: str) -> str:
    """Return the URL in its one form; raise ValueError saying what to write instead."""
    parts, port = _split(text, PORTS, _FORM)
    if "?" in text or "#" in text:
        raise ValueError('write it without "?" and "#": a site is scheme, host, port and path')
    host = _host(parts.hostname or "")
    return f"{parts.scheme}://{host}{_suffix(parts.scheme, port, PORTS)}{_path(parts)}"


def service_url(text: str) -> str:
    """Return the URL of a service that greets, in its one form, as ``normal_url`` does."""
    parts, port = _split(text, GREETINGS, _SERVICE_FORM)
    if parts.path not in ("", "/") or "?" in text or "#" in text:
        raise ValueError("write scheme, host and port only")
    host = _host(parts.hostname or "")
    return f"{parts.scheme}://{host}{_suffix(parts.scheme, port, GREETINGS)}"


def _split(text: str, schemes: Collection[str], form: str) -> tuple[SplitResult, int | None]:
    """Return the parts of a URL of these schemes, with a host, and the port that it names."""
    if len(text) > _LONGEST:
        raise ValueError(f"write a URL of at most {_LONGEST} characters")
    if _FORBIDDEN.search(text):  # first: urlsplit would drop tabs and line ends silently
        raise ValueError("write it without spaces, control characters and backslashes")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as fault:
        raise ValueError("write a port from 1 to 65535 and a host without brackets") from fault
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(form)
    if "@" in parts.netloc:
        raise ValueError("write it without user name and password")
    return parts, port


def site_id_of(url: str) -> str:
    """Return the id that a site has by default: its host, with port and path where it has any.

    http and https give the same id: a site that moves to HTTPS stays the same site. Other services
    of a host always have their port in it.
    """
    parts = urlsplit(url)
    own = None if parts.scheme in WEB else PORTS[parts.scheme]
    port = str(parts.port or own or "")
    path = re.sub(r"[^a-z0-9.]+", "-", parts.path.lower()).strip("-.")
    return "_".join(part for part in (parts.hostname or "", port, path) if part)


def kind_of(url: str) -> Kind:
    """Return the kind that a site has by default."""
    return Kind.MAIL if urlsplit(url).scheme in _MAIL else Kind.PORTAL


def _path(parts: SplitResult) -> str:
    if parts.scheme in WEB:
        return quote(parts.path or "/", _PATH)
    if parts.path not in ("", "/"):
        raise ValueError("write it without a path: only http:// and https:// have one")
    return ""


def _suffix(scheme: str, port: int | None, ports: Mapping[str, int | None]) -> str:
    if port == 0:
        raise ValueError("write a port from 1 to 65535")
    if port is None and ports[scheme] is None:
        raise ValueError(f"write its port: {scheme}:// is for any")
    return "" if port in (None, ports[scheme]) else f":{port}"


def _host(host: str) -> str:
    try:
        ascii_host = idna.encode(host, uts46=True).decode("ascii")
    except ValueError as fault:  # idna.IDNAError is one
        raise ValueError("write a host name of letters, digits and hyphens") from fault
    if ascii_host.endswith("."):
        raise ValueError("write the host without the dot at its end")
    if _is_address(ascii_host):
        raise ValueError('write the name of the host; "connect" pins its address')
    if "." not in ascii_host:
        raise ValueError("write the full name of the host, with its domain")
    return ascii_host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _NUMBER.fullmatch(host.rpartition(".")[2]) is not None
    return True
