"""Source expressions of a Content-Security-Policy (CSP level 3, section 2.3.1)."""

import re
from dataclasses import dataclass

KEYWORDS = frozenset(
    {"'none'", "'self'", "'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "'strict-dynamic'"}
    | {"'report-sample'", "'wasm-unsafe-eval'", "'trusted-types-eval'", "'report-sha256'"}
    | {"'report-sha384'", "'report-sha512'", "'inline-speculation-rules'"}
    | {"'unsafe-webtransport-hashes'"}
)
"""Those of CSP 3, and the one that HTML adds for speculation rules."""

_BASE64 = r"[A-Za-z0-9+/_-]+={0,2}"
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*"
_NONCE = re.compile(rf"'nonce-({_BASE64})'", re.IGNORECASE)
_HASH = re.compile(rf"'(sha256|sha384|sha512)-({_BASE64})'", re.IGNORECASE)
_SCHEME_SOURCE = re.compile(rf"({_SCHEME}):")
# The grammar has no underscore and no address in brackets: browsers take the one, people write
# the other.
_HOST_SOURCE = re.compile(
    rf"(?:({_SCHEME})://)?"
    r"(\*|\[[0-9A-Fa-f:.]+\]|(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)"
    r"(?::([0-9]{1,9}|\*))?(/[^;,?#]*)?"
)


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword in its quotes, in lower case; it need not be one that exists."""

    text: str

    @property
    def known(self) -> bool:
        """Say whether it is in the standard."""
        return self.text in KEYWORDS


@dataclass(frozen=True, slots=True)
class Nonce:
    """A nonce, which is compared with its case."""

    text: str
    value: str


@dataclass(frozen=True, slots=True)
class Hash:
    """A hash of a script or style, the algorithm in lower case."""

    text: str
    algorithm: str
    value: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme alone, in lower case: every address that has it."""

    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Host:
    """A host in lower case, ``*`` for any; scheme, port and path are "" where none is given."""

    text: str
    scheme: str
    host: str
    port: str
    path: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What fits no form: browsers ignore it."""

    text: str


Source = Keyword | Nonce | Hash | Scheme | Host | Unreadable


def read_source(text: str) -> Source:
    """Return a source expression by its form."""
    if text.startswith("'"):
        return _quoted(text)
    scheme = _SCHEME_SOURCE.fullmatch(text)
    if scheme:
        return Scheme(text, scheme[1].lower())
    host = _HOST_SOURCE.fullmatch(text)
    if host:
        return Host(text, (host[1] or "").lower(), host[2].lower(), host[3] or "", host[4] or "")
    return Unreadable(text)


def _quoted(text: str) -> Source:
    nonce = _NONCE.fullmatch(text)
    if nonce:
        return Nonce(text, nonce[1])
    hashed = _HASH.fullmatch(text)
    if hashed:
        return Hash(text, hashed[1].lower(), hashed[2])
    if len(text) > 2 and text.endswith("'") and not is_proof(text):
        return Keyword(text.lower())
    return Unreadable(text)


def is_proof(text: str) -> bool:
    """Say whether a text means to be a nonce or a hash, well formed or not."""
    return text.lstrip("'").lower().startswith(("nonce-", "sha256-", "sha384-", "sha512-"))
