"""What is wrong in the text of a Content-Security-Policy: mistakes, and what browsers pass over.

None of it decides what a policy stops: ``csp_matching`` reads the text as browsers do.
"""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from secscan.parsing.csp import (
    DEPRECATED,
    ENFORCED,
    REPORTING,
    SOURCE_LISTS,
    ContentPolicy,
    Directive,
    Ignored,
)
from secscan.parsing.csp_sources import (
    KEYWORDS,
    Hash,
    Host,
    Keyword,
    Source,
    Unreadable,
    is_proof,
)

_KNOWN = ENFORCED | DEPRECATED | REPORTING
_UNQUOTED = frozenset(keyword.strip("'") for keyword in KEYWORDS)
_LENGTHS = {"sha256": 32, "sha384": 48, "sha512": 64}
_SINKS = frozenset({"'script'"})
_TRUSTED_TYPES = frozenset({"'none'", "'allow-duplicates'"})


class CspFault(StrEnum):
    """A mistake in a policy's text, or something in it that is of no use, or better left out."""

    NOT_ASCII = "not ASCII"
    REPEATED_DIRECTIVE = "repeated directive"
    IGNORED_IN_META = "ignored in meta"
    UNKNOWN_DIRECTIVE = "unknown directive"
    DEPRECATED_DIRECTIVE = "deprecated directive"
    MISSING_SEMICOLON = "missing semicolon"
    MISSING_QUOTES = "missing quotes"
    UNKNOWN_KEYWORD = "unknown keyword"
    MALFORMED_NONCE_OR_HASH = "malformed nonce or hash"
    MALFORMED_SOURCE = "malformed source"
    NONE_BESIDE_OTHERS = "'none' beside others"
    IP_ADDRESS = "IP address"
    PLAIN_HTTP = "plain HTTP"
    UNSAFE_HASHES = "'unsafe-hashes'"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, the directive it sits in, and the text at fault where it is one word of it."""

    kind: CspFault
    directive: str
    text: str = ""


_IGNORED = {
    Ignored.NOT_ASCII: CspFault.NOT_ASCII,
    Ignored.REPEATED: CspFault.REPEATED_DIRECTIVE,
    Ignored.IN_META: CspFault.IGNORED_IN_META,
}


def faults(policy: ContentPolicy) -> Iterator[Fault]:
    """Yield the faults of a policy's text, directive by directive."""
    for name, why in policy.ignored:
        yield Fault(_IGNORED[why], name)
    for directive in policy.directives.values():
        yield from _of_name(directive.name)
        yield from _of_words(directive)
        yield from _of_sources(directive)


def _of_name(name: str) -> Iterator[Fault]:
    if name not in _KNOWN:
        yield Fault(CspFault.UNKNOWN_DIRECTIVE, name)
    if name in DEPRECATED:
        yield Fault(CspFault.DEPRECATED_DIRECTIVE, name)


def _of_words(directive: Directive) -> Iterator[Fault]:
    """Yield directives' names that stand as values: before them, a semicolon was forgotten."""
    for word in directive.words:
        if word.lower() in _KNOWN:
            yield Fault(CspFault.MISSING_SEMICOLON, directive.name, word)
        if directive.name not in SOURCE_LISTS and _is_strange(directive.name, word):
            yield Fault(CspFault.UNKNOWN_KEYWORD, directive.name, word)


def _is_strange(name: str, word: str) -> bool:
    """Say whether a quoted word is none of those that Trusted Types know."""
    known = {"require-trusted-types-for": _SINKS, "trusted-types": _TRUSTED_TYPES}.get(name)
    return known is not None and word.startswith("'") and word.lower() not in known


def _of_sources(directive: Directive) -> Iterator[Fault]:
    others = [s for s in directive.sources if s.text.lower() not in ("'none'", "'report-sample'")]
    for source in directive.sources:
        kind = _of_source(source)
        if isinstance(source, Keyword) and source.text == "'none'" and others:
            kind = CspFault.NONE_BESIDE_OTHERS  # 6.7.2: it counts alone only
        if kind is not None:
            yield Fault(kind, directive.name, source.text)


def _of_source(source: Source) -> CspFault | None:
    text = source.text.lower().strip("'")
    if not source.text.startswith("'") and (text in _UNQUOTED or is_proof(text)):
        return CspFault.MISSING_QUOTES
    if isinstance(source, Keyword):
        return _of_keyword(source)
    if isinstance(source, Unreadable):
        return _of_unreadable(source.text)
    if isinstance(source, Hash):
        return None if _is_whole(source) else CspFault.MALFORMED_NONCE_OR_HASH
    return _of_host(source) if isinstance(source, Host) else None


def _of_keyword(source: Keyword) -> CspFault | None:
    if source.text == "'unsafe-hashes'":  # 8.3: an element of the attacker's may have the handler
        return CspFault.UNSAFE_HASHES
    return None if source.known else CspFault.UNKNOWN_KEYWORD


def _of_unreadable(text: str) -> CspFault:
    if is_proof(text):
        return CspFault.MALFORMED_NONCE_OR_HASH
    return CspFault.UNKNOWN_KEYWORD if text.startswith("'") else CspFault.MALFORMED_SOURCE


def _of_host(source: Host) -> CspFault | None:
    if source.host in _KNOWN and not source.text.startswith("http"):
        return None  # told as a forgotten semicolon
    if _is_address(source.host):
        return CspFault.IP_ADDRESS
    return CspFault.PLAIN_HTTP if source.scheme == "http" else None


def _is_whole(source: Hash) -> bool:
    """Say whether a hash is as long as its algorithm makes it: another one matches nothing."""
    digits = source.value.rstrip("=")
    try:
        raw = urlsafe_b64decode(digits.translate({43: "-", 47: "_"}) + "=" * (-len(digits) % 4))
    except binascii.Error:
        return False
    return len(raw) == _LENGTHS[source.algorithm]


def _is_address(host: str) -> bool:
    """Say whether a source is an IP address: of those, only 127.0.0.1 matches (6.7.2)."""
    try:
        return ip_address(host.strip("[]")) is not None
    except ValueError:
        return host.startswith("[")
