"""Content-Security-Policy (CSP level 3): policies as sent, and what weakens them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

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

_ANY_HOST = frozenset(
    {"*", "http:", "https:", "http://*", "https://*", "http://*:*", "https://*:*"}
)
_ANY_SCRIPT = _ANY_HOST | {"data:", "blob:", "filesystem:"}


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
        if objects is None or _ANY_HOST & set(objects):
            found.add(Weakness.NO_OBJECT_SRC)
        base = self.sources("base-uri")
        if base is None or _ANY_HOST & set(base):
            found.add(Weakness.NO_BASE_URI)
        return frozenset(found)


def _script_weaknesses(policy: ContentPolicy) -> Iterable[Weakness]:
    sources = policy.sources("script-src-elem", "script-src", "default-src")
    if sources is None:
        yield Weakness.NO_SCRIPT_SRC
        return
    strict = "'strict-dynamic'" in sources
    proven = strict or any(
        s.startswith(("'nonce-", "'sha256-", "'sha384-", "'sha512-")) for s in sources
    )
    if "'unsafe-inline'" in sources and not proven:
        yield Weakness.INLINE
    if _ANY_SCRIPT & set(sources) and not strict:  # strict-dynamic ignores hosts and schemes
        yield Weakness.ANY_SOURCE
    if "'unsafe-eval'" in (policy.sources("script-src", "default-src") or ()):
        yield Weakness.EVAL


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


def common_weaknesses(policies: Iterable[ContentPolicy]) -> frozenset[Weakness]:
    """Return what weakens all policies together: a browser enforces every one of them."""
    each = [policy.weaknesses() for policy in policies]
    return frozenset.intersection(*each) if each else frozenset()


def limits_framing(policy: ContentPolicy) -> bool | None:
    """Say whether frame-ancestors keeps strangers out; None where it is not there."""
    ancestors = policy.sources("frame-ancestors")
    return None if ancestors is None else not _ANY_HOST & set(ancestors)


def _policy(text: str) -> ContentPolicy:
    directives: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        words = part.split()
        if words:  # CSP 3 section 2.2.1: the first of a name counts
            directives.setdefault(words[0].lower(), tuple(words[1:]))
    return ContentPolicy(directives)
