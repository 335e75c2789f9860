"""Content-Security-Policy (CSP level 3): policies as sent, and what weakens them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from secscan.parsing.html import Element, head, metas

_META_IGNORED = ("frame-ancestors", "report-uri", "sandbox")
"""CSP 3 section 3.3: a meta element's policy loses these."""

_KNOWN = frozenset(
    {
        "base-uri",
        "block-all-mixed-content",
        "child-src",
        "connect-src",
        "default-src",
        "font-src",
        "form-action",
        "frame-ancestors",
        "frame-src",
        "img-src",
        "manifest-src",
        "media-src",
        "object-src",
        "require-trusted-types-for",
        "sandbox",
        "script-src",
        "script-src-attr",
        "script-src-elem",
        "style-src",
        "style-src-attr",
        "style-src-elem",
        "trusted-types",
        "upgrade-insecure-requests",
        "worker-src",
    }
)
_MOST = 64
"""Policies that are read of one page; nobody sends more in earnest."""

_ANY_HOST = re.compile(r"https?:|(?:https?://)?\*(?::(?:\*|[0-9]+))?(?:/.*)?")
"""A scheme alone, or a host that is a bare wildcard, at whatever port and path."""

_ANY_SCRIPT = ("data:", "blob:", "filesystem:")


class Weakness(StrEnum):
    """What keeps a policy from stopping injected script, by the directive to mend."""

    NO_SCRIPT_SRC = "script-src"
    INLINE = "script-src 'unsafe-inline'"
    ANY_SOURCE = "script-src *"
    EVAL = "script-src 'unsafe-eval'"
    NO_OBJECT_SRC = "object-src"
    NO_BASE_URI = "base-uri"


@dataclass(frozen=True, slots=True)
class ContentPolicy:
    """One policy: its directives with their source expressions, names in lower case."""

    directives: Mapping[str, tuple[str, ...]]

    def sources(self, *names: str) -> tuple[str, ...] | None:
        """Return the sources of the first of these directives that is there, else None."""
        for name in names:
            if name in self.directives:
                return tuple(source.lower() for source in self.directives[name])
        return None

    def weaknesses(self) -> frozenset[Weakness]:
        """Return what weakens this policy against injected script."""
        found = set(_script_weaknesses(self))
        objects = self.sources("object-src", "default-src")
        if objects is None or _has_any_host(objects):
            found.add(Weakness.NO_OBJECT_SRC)
        base = self.sources("base-uri")
        if base is None or _has_any_host(base):
            found.add(Weakness.NO_BASE_URI)
        return frozenset(found)


def _script_weaknesses(policy: ContentPolicy) -> Iterable[Weakness]:
    """Judge script elements, handlers in attributes, and eval, each by the directives that rule it.

    What a policy does not limit is open in every way: another policy may close one of them.
    """
    files = policy.sources("script-src-elem", "script-src", "default-src")
    handlers = policy.sources("script-src-attr", "script-src", "default-src")
    evaluated = policy.sources("script-src", "default-src")
    if files is None:
        yield Weakness.NO_SCRIPT_SRC
    if _allows_inline(files) or _allows_inline(handlers):
        yield Weakness.INLINE
    if files is None or _allows_any_file(files):
        yield Weakness.ANY_SOURCE
    if evaluated is None or "'unsafe-eval'" in evaluated:
        yield Weakness.EVAL


def _allows_inline(sources: tuple[str, ...] | None) -> bool:
    """Say whether injected text runs: a nonce, a hash or strict-dynamic switches it off."""
    if sources is None:
        return True
    proofs = ("'nonce-", "'sha256-", "'sha384-", "'sha512-", "'strict-dynamic'")
    return "'unsafe-inline'" in sources and not any(s.startswith(proofs) for s in sources)


def _allows_any_file(sources: tuple[str, ...]) -> bool:
    if "'strict-dynamic'" in sources:  # it ignores hosts and schemes
        return False
    return _has_any_host(sources) or any(source in _ANY_SCRIPT for source in sources)


def _has_any_host(sources: tuple[str, ...]) -> bool:
    return any(_ANY_HOST.fullmatch(source) for source in sources)


def read_policies(values: Iterable[str]) -> tuple[ContentPolicy, ...]:
    """Return the policies of header lines: each value may hold several, split by commas."""
    texts = [text for value in values for text in value.split(",")]
    policies = [_policy(text) for text in texts[:_MOST]]
    return tuple(policy for policy in policies if _KNOWN & policy.directives.keys())


def read_meta_policies(values: Iterable[str]) -> tuple[ContentPolicy, ...]:
    """Return the policies of meta elements, without the directives that count in headers only."""
    kept = [
        ContentPolicy({k: v for k, v in policy.directives.items() if k not in _META_IGNORED})
        for policy in read_policies(values)
    ]
    return tuple(policy for policy in kept if _KNOWN & policy.directives.keys())


def meta_policies(found: Iterable[Element]) -> tuple[ContentPolicy, ...]:
    """Return the policies of a page's meta elements: outside the head they count for nothing."""
    return read_meta_policies(metas(head(found), "http-equiv", "content-security-policy"))


def common_weaknesses(policies: Iterable[ContentPolicy]) -> frozenset[Weakness]:
    """Return what weakens all policies together: a browser enforces every one of them."""
    each = [policy.weaknesses() for policy in policies]
    return frozenset.intersection(*each) if each else frozenset()


def limits_framing(policy: ContentPolicy) -> bool | None:
    """Say whether frame-ancestors keeps strangers out; None where it is not there."""
    ancestors = policy.sources("frame-ancestors")
    return None if ancestors is None else not _has_any_host(ancestors)


def _policy(text: str) -> ContentPolicy:
    directives: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        words = part.split()
        if words:  # CSP 3 section 2.2.1: the first of a name counts
            directives.setdefault(words[0].lower(), tuple(words[1:]))
    return ContentPolicy(directives)
