"""Content-Security-Policy (CSP level 3, section 2.2): policies as sent, by their grammar.

What they let run is in ``csp_matching``, what is wrong in their text in ``csp_faults``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from secscan.parsing.csp_sources import Source, read_source
from secscan.parsing.html import Element, head, metas

META_IGNORED = ("frame-ancestors", "report-uri", "sandbox")
"""CSP 3 section 3.3: a meta element's policy loses these."""

SOURCE_LISTS = frozenset(
    {"base-uri", "child-src", "connect-src", "default-src", "fenced-frame-src", "font-src"}
    | {"form-action", "frame-ancestors", "frame-src", "img-src", "manifest-src", "media-src"}
    | {"object-src", "script-src", "script-src-attr", "script-src-elem", "style-src"}
    | {"style-src-attr", "style-src-elem", "worker-src"}
)
"""The directives whose value is a list of sources."""

ENFORCED = SOURCE_LISTS | frozenset(
    {"require-trusted-types-for", "sandbox", "trusted-types", "upgrade-insecure-requests", "webrtc"}
)
"""The directives that do something in browsers of today."""

DEPRECATED = frozenset(
    {"block-all-mixed-content", "disown-opener", "navigate-to", "plugin-types", "prefetch-src"}
    | {"referrer", "reflected-xss", "require-sri-for"}
)
"""What drafts or older levels had, and browsers of today ignore."""

REPORTING = frozenset({"report-to", "report-uri"})

_MOST_POLICIES = 64
"""Those beyond could only close more."""

_MOST_DIRECTIVES = _MOST_WORDS = 20_000
"""What is read of one policy: more than a response's head can hold."""

_WORD = re.compile(r"[^\t\n\f\r ]+")  # ASCII whitespace (Infra); str.split() knows more blanks


class Ignored(StrEnum):
    """Why browsers pass over a directive although it is there."""

    NOT_ASCII = "not ASCII"
    REPEATED = "repeated"
    IN_META = "in a meta element"


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive: its name in lower case, its words, and they as sources where it has some."""

    name: str
    words: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class ContentPolicy:
    """One policy: the directives that count, by name, and the names of those that do not."""

    directives: Mapping[str, Directive]
    ignored: tuple[tuple[str, Ignored], ...] = ()

    @property
    def is_enforced(self) -> bool:
        """Say whether the policy does anything at all."""
        return bool(ENFORCED & self.directives.keys())


def read_policies(values: Iterable[str]) -> tuple[ContentPolicy, ...]:
    """Return the policies of header lines: each value may hold several, split by commas."""
    texts = (text for value in values for text in value.split(",", _MOST_POLICIES))
    return _enforced(read_policy(text) for text in texts)


def meta_policies(found: Iterable[Element]) -> tuple[ContentPolicy, ...]:
    """Return the policies of a page's meta elements: outside the head they count for nothing."""
    texts = metas(head(found), "http-equiv", "content-security-policy")
    return _enforced(map(read_meta_policy, texts))


def read_meta_policy(text: str) -> ContentPolicy:
    """Return the one policy of a meta element: a comma splits nothing there (CSP 3, 3.3)."""
    policy = read_policy(text)
    lost = [name for name in META_IGNORED if name in policy.directives]
    return replace(
        policy,
        directives={k: v for k, v in policy.directives.items() if k not in lost},
        ignored=(*policy.ignored, *((name, Ignored.IN_META) for name in lost)),
    )


def read_policy(text: str) -> ContentPolicy:
    """Return a serialized policy's directives (CSP 3, 2.2.1): of a name, the first counts."""
    directives: dict[str, Directive] = {}
    ignored: dict[tuple[str, Ignored], None] = {}
    for part in text.split(";", _MOST_DIRECTIVES)[:_MOST_DIRECTIVES]:
        words = tuple(_words(part))
        if not words:
            continue
        name = words[0].lower() if words[0].isascii() else words[0]
        if not part.isascii():
            ignored[name, Ignored.NOT_ASCII] = None
        elif name in directives:
            ignored[name, Ignored.REPEATED] = None
        else:
            directives[name] = _directive(name, words[1:])
    return ContentPolicy(directives, tuple(ignored))


def _words(part: str) -> Iterator[str]:
    for word, _ in zip(_WORD.finditer(part), range(_MOST_WORDS), strict=False):
        yield word[0]


def _directive(name: str, words: tuple[str, ...]) -> Directive:
    return Directive(name, words, tuple(map(read_source, words)) if name in SOURCE_LISTS else ())


def _enforced(policies: Iterable[ContentPolicy]) -> tuple[ContentPolicy, ...]:
    """Return the policies that do something, bounded."""
    read = (policy for policy, _ in zip(policies, range(_MOST_POLICIES), strict=False))
    return tuple(policy for policy in read if policy.is_enforced)
