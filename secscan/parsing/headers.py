"""Small header fields, each as its own standard reads repeated and unknown values."""

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
_LEGACY_REFERRER = {
    "never": "no-referrer",
    "default": "strict-origin-when-cross-origin",
    "always": "unsafe-url",
    "origin-when-crossorigin": "origin-when-cross-origin",
}


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


def meta_referrer_policy(keyword: str) -> str:
    """Return the policy that a meta element's keyword stands for (HTML 4.2.5.1 keeps old ones)."""
    return _LEGACY_REFERRER.get(keyword.lower(), keyword)


def referrer_policy(values: Iterable[str]) -> str | None:
    """Return the policy in force: the last token that is known (Referrer Policy, 8.1)."""
    known = [token for token in tokens(values) if token in _REFERRER_POLICIES]
    return known[-1] if known else None


def opener_policy(values: tuple[str, ...]) -> str | None:
    """Return the token of Cross-Origin-Opener-Policy: one item (RFC 9651), or nothing."""
    if len(values) != 1:
        return None
    return values[0].split(";", 1)[0].strip()
