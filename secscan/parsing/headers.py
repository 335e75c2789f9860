"""Small header fields, each as its own standard reads repeated and unknown values."""

import re
from collections.abc import Iterable

_REFERRER_POLICIES = frozenset(
    {
        "no-referrer",
        "no-referrer-when-downgrade",
        "origin",
        "origin-when-cross-origin",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    }
)
_FEATURE = re.compile(r"[a-z*][a-z0-9_.*-]*=(\*|self|\([^()]*\))(?:;[^,]*)?")


def tokens(values: Iterable[str]) -> list[str]:
    """Return the values of all lines, split at commas, trimmed, in lower case."""
    return [token.strip().lower() for value in values for token in value.split(",")]


def blocks_framing(values: Iterable[str]) -> bool:
    """Say whether X-Frame-Options keeps strangers out, as HTML's own algorithm decides.

    Equal values collapse; a known value beside any other blocks every frame; ALLOW-FROM is none.
    """
    found = set(tokens(values))
    if len(found) > 1:
        return bool(found & {"deny", "sameorigin", "allowall"})
    return bool(found & {"deny", "sameorigin"})


def is_nosniff(values: Iterable[str]) -> bool:
    """Say whether X-Content-Type-Options is on: the first value decides (Fetch)."""
    return next(iter(tokens(values)), "") == "nosniff"


def referrer_policy(values: Iterable[str]) -> str | None:
    """Return the policy in force: the last token that is known (Referrer Policy, 8.1)."""
    known = [token for token in tokens(values) if token in _REFERRER_POLICIES]
    return known[-1] if known else None


def restricted_features(values: Iterable[str]) -> tuple[str, ...] | None:
    """Return the features a Permissions-Policy takes from somebody, None where it is invalid.

    It is a dictionary of structured fields (RFC 9651): one broken member voids all of it.
    """
    joined = ", ".join(values)
    members = [_FEATURE.fullmatch(part.strip()) for part in _split(joined)]
    if not all(members):
        return None
    return tuple(
        match[0].split("=", 1)[0] for match in members if match and "*" not in match[1].strip("()")
    )


def _split(text: str) -> list[str]:
    """Split at commas outside parentheses, in one pass."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character in "()":
            depth += 1 if character == "(" else -1
        elif character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def opener_policy(values: tuple[str, ...]) -> str | None:
    """Return the token of Cross-Origin-Opener-Policy: one item (RFC 9651), or nothing."""
    if len(values) != 1:
        return None
    return values[0].split(";", 1)[0].strip()
