"""Small header fields, each as its own standard reads repeated and unknown values."""

from collections.abc import Iterable

from secscan.parsing.structured import StructuredFault, read_item

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
_RESOURCE_POLICIES = ("same-origin", "same-site", "cross-origin")


def tokens(values: Iterable[str]) -> list[str]:
    """Return the values of all lines, split at commas, in lower case, without HTTP's blanks."""
    return [token.strip(" \t").lower() for value in values for token in value.split(",")]


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


def referrer_policy(values: Iterable[str], keywords: Iterable[str] = ()) -> str | None:
    """Return the policy in force: the last token that is known (Referrer Policy, 8.1).

    ``keywords`` are those of meta elements, which come after the header: each is one policy and no
    list, and some old ones stand for others (HTML, 4.2.5.1).
    """
    lowered = [keyword.lower() for keyword in keywords]
    sent = [*tokens(values), *(_LEGACY_REFERRER.get(keyword, keyword) for keyword in lowered)]
    known = [token for token in sent if token in _REFERRER_POLICIES]
    return known[-1] if known else None


def token_item(values: Iterable[str]) -> str:
    """Return the token of a field that is one structured item, "" where it is nothing of the kind.

    So are Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy (HTML, 7.1).
    """
    item = read_item(values)
    return "" if isinstance(item, StructuredFault) else item.token


def resource_policy(values: Iterable[str]) -> str | None:
    """Return the Cross-Origin-Resource-Policy: one of three words, in this case (Fetch, 3.7)."""
    sent = ", ".join(values)
    return sent if sent in _RESOURCE_POLICIES else None


def shared_with(origins: Iterable[str], credentials: Iterable[str]) -> tuple[str, bool]:
    """Return whom a response may be handed to, and whether with the visitor's login.

    An origin, "*" or "null" in Access-Control-Allow-Origin, as sent: of several browsers take none
    (Fetch, CORS check), nor anything but "true" in Access-Control-Allow-Credentials.
    """
    return ", ".join(origins), ", ".join(credentials) == "true"
