"""What went wrong, as a Missing: the one place where an exception becomes evidence."""

import errno
import ssl

import httpcore
import httpx

from secscan.evidence import Missing, MissingKind

_DETAIL = 200  # characters: a target writes part of this text

# These repeat what was sent, and that may be a cookie or a password: only their kind is kept.
_QUOTES_THE_TARGET = (httpcore.RemoteProtocolError, httpx.InvalidURL, ValueError)

_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


class UnseenError(Exception):
    """Something could not be looked at, for the reason that ``missing`` gives."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(missing.detail)
        self.missing = missing


def missing_of(fault: Exception) -> Missing:
    """Return what kept us from seeing: the network's fault, or else what was sent to us."""
    if isinstance(fault, UnseenError):
        return fault.missing
    kind = _kind(fault)
    if kind is MissingKind.TIMEOUT:
        return Missing(kind)
    told = "" if isinstance(fault, _QUOTES_THE_TARGET) else str(fault)
    text = " ".join(f"{type(fault).__name__}: {told}".split())
    return Missing(kind, text.removesuffix(":")[:_DETAIL])


def _kind(fault: Exception) -> MissingKind:
    if isinstance(fault, TimeoutError | httpcore.TimeoutException | httpx.TimeoutException):
        return MissingKind.TIMEOUT
    if isinstance(fault, ssl.SSLError):
        return MissingKind.TLS_FAILURE
    if isinstance(fault, ConnectionRefusedError):
        return MissingKind.REFUSED
    if isinstance(fault, OSError):
        unreachable = fault.errno in _UNREACHABLE
        return MissingKind.UNREACHABLE if unreachable else MissingKind.RESET
    if isinstance(fault, httpcore.NetworkError) or "Server disconnected" in str(fault):
        return MissingKind.RESET
    return MissingKind.MALFORMED
