"""The MDN HTTP Observatory's own reading of Content-Security-Policy, and what it says of it.

Its way to put several policies together is not the browsers', which enforce each by itself. There
is no check in this module.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from .observatory_requests import BLANKS

_SHORTEST = 6
_LONGEST_SOURCE = 1_000
"""Characters; to decompose marks upon marks costs the square of their number."""

_MOST_COMPARED = 300_000
"""Characters: each policy is compared with all before it, so twice as many cost four times."""

_OF_A_SOURCE = 8
"""Characters that a source counts for besides its own."""

_HEADER_ONLY = ("frame-ancestors", "report-uri", "sandbox")
_MAY_REPEAT = ("report-uri", "report-to")
_REPEATED = ""
"""The name under which it keeps that such a directive was repeated."""

_BROAD = ("ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*")
_INLINE = ("'unsafe-inline'", "data:")
_PROOFS = ("'sha256-", "'sha384-", "'sha512-", "'nonce-")
_PASSIVE = ("img-src", "media-src")

_SPACE = re.compile(f"[{re.escape(BLANKS)}]+")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+|%")
_ORDER = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"
"""ASCII as the root collation of Unicode sorts it."""

Sources = dict[str, None]
"""A set that keeps its order."""


class PolicyFault(StrEnum):
    """Why MDN takes a policy for invalid, or why what it makes of it is not known: too long."""

    SHORT = "short"
    REPEATED = "repeated"
    ESCAPE = "escape"
    TOO_LONG = "too long"


class _EscapeError(ValueError):
    """A percent sign that decodeURIComponent refuses."""


@dataclass(slots=True)
class _Source:
    text: str
    policy: int
    keep: bool


Directives = dict[str, Sources]


def read_directives(policies: Sequence[str]) -> Directives | PolicyFault:
    """Return the directives of all policies together, or why they are invalid."""
    cleaned = [policy.replace("\r", "").replace("\n", "").strip(BLANKS) for policy in policies]
    if any(len(policy) < _SHORTEST for policy in cleaned):
        return PolicyFault.SHORT
    reading = _Reading(several=len(cleaned) > 1)
    for at, policy in enumerate(cleaned):
        fault = reading.add(at, policy)
        if fault is not None:
            return fault
    directives: Directives = {
        name: dict.fromkeys([one.text for one in sources] or ["'none'"])
        for name, sources in reading.found.items()
    }
    return directives | {_REPEATED: reading.repeated} if reading.repeated else directives


class _Reading:
    """What was found in the policies so far."""

    def __init__(self, several: bool) -> None:
        self.several = several
        self.found: dict[str, list[_Source]] = {}
        self.repeated: Sources = {}
        self.left = _MOST_COMPARED

    def add(self, at: int, policy: str) -> PolicyFault | None:
        """Add one policy to what was found in those before it."""
        seen: set[str] = set()
        for part in policy.split(";"):
            name, *sources = _SPACE.split(part.strip(BLANKS))
            directive = name.lower()
            if directive in seen and directive not in _MAY_REPEAT:
                return PolicyFault.REPEATED
            if directive in seen:
                self.repeated[directive] = None
            if directive:
                seen.add(directive)
                fault = self._merge(directive, _sources(directive, sources, at), at)
                if fault is not None:
                    return fault
        return None

    def _merge(self, directive: str, own: list[_Source], at: int) -> PolicyFault | None:
        """Compare a directive's sources with those of the policies before it."""
        together = own if at == 0 else self.found.get(directive, []) + own
        self.left -= sum(len(one.text) + _OF_A_SOURCE for one in together)
        if self.left < 0 or any(len(one.text) > _LONGEST_SOURCE for one in together):
            return PolicyFault.TOO_LONG
        try:
            merged = _merged(together, is_first_of_several=self.several and at == 0)
        except _EscapeError:
            return PolicyFault.ESCAPE
        self.found[directive] = merged
        return None


def _sources(directive: str, sources: Sequence[str], at: int) -> list[_Source]:
    texts = sources or (["'none'"] if directive.endswith("-src") else [])
    return [_Source(text.lower(), at, at == 0) for text in texts]


def _merged(sources: list[_Source], is_first_of_several: bool) -> list[_Source]:
    """Return what is left of a directive's sources; of a first policy only what another has too."""
    ordered = sorted(sources, key=lambda one: _collation(one.text))
    _compare_neighbours(ordered)
    kept = [one for one in ordered if one.keep]
    for one in kept:
        one.keep = one.keep and not is_first_of_several
    return kept


def _compare_neighbours(sources: Sequence[_Source]) -> None:
    """Drop what begins as its neighbour in the same policy, keep what another policy has too."""
    for before, after in pairwise(sources):
        if after.policy == before.policy:
            after.keep = after.keep and not after.text.startswith(before.text)
        elif _covers(before.text, after.text):
            after.keep = True


def _covers(one: str, other: str) -> bool:
    """Say whether a path part matches another (CSP 3, 6.7.2.12), with whole sources for paths."""
    if not one or (one == "/" and not other):
        return True
    parts, others = one.split("/"), other.split("/")
    exact = not one.endswith("/")
    if len(parts) > len(others) or (exact and len(parts) != len(others)):
        return False
    if not exact:
        parts.pop()
    return all(_decoded(a) == _decoded(b) for a, b in zip(parts, others, strict=False))


def _decoded(text: str) -> str:
    return _ESCAPES.sub(_bytes, text)


def _bytes(escapes: re.Match[str]) -> str:
    if escapes[0] == "%":
        raise _EscapeError
    try:
        return bytes.fromhex(escapes[0].replace("%", "")).decode("utf-8")
    except UnicodeDecodeError as fault:
        raise _EscapeError from fault


def _collation(text: str) -> tuple[tuple[int, ...], str]:
    """Return what sorts as Intl.Collator("en") does: base characters first, then accents."""
    decomposed = unicodedata.normalize("NFD", text)
    base = (c for c in decomposed if not unicodedata.combining(c) and c.isprintable())
    weights = ((_ORDER.find(c) if c in _ORDER else len(_ORDER) + ord(c)) for c in base)
    return tuple(weights), decomposed


@dataclass(frozen=True, slots=True)
class PolicyVerdict:
    """The outcome for Content-Security-Policy, and whether it has frame-ancestors at all."""

    outcome: str
    has_frame_ancestors: bool = False


def judge_policies(
    sent: str | None, metas: Sequence[str], report_only: str | None, is_secure: bool
) -> PolicyVerdict | None:
    """Judge the header field and the meta elements of a page, as one policy.

    None is for policies that are too long to be put together.
    """
    of_header = [sent] if sent is not None else []
    together = read_directives([*of_header, *metas])
    if together is PolicyFault.TOO_LONG:
        return None
    if isinstance(together, PolicyFault):
        return PolicyVerdict("csp-header-invalid")
    if not _of_header(of_header) and not _of_metas(metas):
        reports = "-but-reporting-enabled" if report_only else ""
        return PolicyVerdict(f"csp-not-implemented{reports}")
    outcome = _outcome(together, is_secure)
    return PolicyVerdict(outcome, "frame-ancestors" in together)


def _of_header(policies: Sequence[str]) -> Directives:
    found = read_directives(policies)
    return {} if isinstance(found, PolicyFault) else found


def _of_metas(policies: Sequence[str]) -> Directives:
    """Return the directives of meta elements without those that count in a header only."""
    found = _of_header(policies)
    return {name: sources for name, sources in found.items() if name not in _HEADER_ONLY}


def _outcome(csp: Directives, is_secure: bool) -> str:
    scripts, styles, objects = (
        csp.get(name) or csp.get("default-src") or {"*": None}
        for name in ("script-src", "style-src", "object-src")
    )
    # These take sources out of default-src too, where that is what they come from.
    for sources in (scripts, styles):
        if _has_proof(sources):
            sources.pop("'unsafe-inline'", None)
    if "'strict-dynamic'" in scripts and not _has_proof(scripts):
        return "csp-header-invalid"
    if "'strict-dynamic'" in scripts:
        for source in [one for one in scripts if one.startswith(_BROAD) or one == "'self'"]:
            del scripts[source]
    outcome = _fault(csp, scripts, styles, objects, is_secure)
    if outcome is None:
        only_none = list(csp.get("default-src", ())) == ["'none'"]
        ending = "-default-src-none" if only_none else ""
        outcome = f"csp-implemented-with-no-unsafe{ending}"
    if _REPEATED in csp and outcome not in _FAILED:
        return "csp-implemented-but-duplicate-directives"
    return outcome


_FAILED = (
    "csp-implemented-with-unsafe-inline",
    "csp-implemented-with-insecure-scheme",
    "csp-implemented-with-unsafe-eval",
)


def _fault(
    csp: Directives, scripts: Sources, styles: Sources, objects: Sources, is_secure: bool
) -> str | None:
    """Return the first that MDN finds fault with, in its order."""
    apart = (*_PASSIVE, "script-src")
    active = [s for name, sources in csp.items() if name not in apart for s in sources]
    passive = [s for name in _PASSIVE for s in csp.get(name) or csp.get("default-src") or ()]
    if _any(scripts, (*_BROAD, *_INLINE)) or _any(objects, _BROAD):
        return "csp-implemented-with-unsafe-inline"
    if is_secure and _has_insecure([*active, *scripts]):
        return "csp-implemented-with-insecure-scheme"
    if "'unsafe-eval'" in scripts or "'unsafe-eval'" in styles:
        return "csp-implemented-with-unsafe-eval"
    if is_secure and _has_insecure(passive):
        return "csp-implemented-with-insecure-scheme-in-passive-content-only"
    if _any(styles, (*_BROAD, *_INLINE)):
        return "csp-implemented-with-unsafe-inline-in-style-src-only"
    return None


def _has_proof(sources: Iterable[str]) -> bool:
    return any(source.startswith(_PROOFS) for source in sources)


def _any(sources: Iterable[str], bad: Sequence[str]) -> bool:
    return any(source in bad for source in sources)


def _has_insecure(sources: Iterable[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)
