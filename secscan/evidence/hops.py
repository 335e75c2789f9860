"""One answer read by itself: the site's own page, a redirect, or a refusal of the scanner."""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from secscan.evidence.missing import Missing, MissingKind
from secscan.evidence.model import Body, Hop
from secscan.parsing.block_signs import Block
from secscan.parsing.blocking import block_kind
from secscan.parsing.locations import location_of
from secscan.parsing.text import quoted


def same_site(asked: str, final: str) -> bool:
    """Say whether a redirect stayed on the site: the same host, www added or dropped, or below.

    A redirect to the parent (a department's name to the city portal) leads to another site.
    """
    bare = asked.removeprefix("www.")
    return bare == final.removeprefix("www.") or final.endswith(f".{bare}")


def fault_of(hop: Hop) -> Missing | None:
    """Return why an answer is neither the site's own page nor a redirect of its own, or None."""
    block = block_of(hop)
    if block is not None or is_redirect(hop):
        return block
    if hop.status == 401:
        return Missing(MissingKind.LOGIN_REQUIRED, str(hop.status))
    if 200 <= hop.status < 300:
        return None
    return Missing(MissingKind.HTTP_ERROR, _told(hop))


def block_of(hop: Hop) -> Missing | None:
    """Return BLOCKED where an answer is a firewall's to the scanner, and not the site's own."""
    kind = _kind(hop)
    return None if kind is None else Missing(MissingKind.BLOCKED, f"{kind}: {_told(hop)}")


def is_bare_refusal(hop: Hop) -> bool:
    """Say whether an answer refuses by its status alone, with no sign of who it is from."""
    return _kind(hop) is Block.REFUSAL


def block_in(hops: Iterable[Hop]) -> Missing | None:
    """Return BLOCKED where one of these answers is not the site's own."""
    return next((fault for hop in hops if (fault := block_of(hop))), None)


@lru_cache(maxsize=16)  # each reading asks of the same few answers
def _kind(hop: Hop) -> Block | None:
    return block_kind(hop.status, [(line.name, line.value) for line in hop.headers], content(hop))


def _told(hop: Hop) -> str:
    """Return the status, and when to come back where that is told (RFC 9110 10.2.3)."""
    after = hop.first("retry-after") if hop.status in (429, 503) else None
    return str(hop.status) if after is None else f"{hop.status}, Retry-After: {quoted(after)}"


def content(hop: Hop) -> bytes:
    """Return what was kept of a body, b"" where nothing was."""
    return (hop.body.content or b"") if isinstance(hop.body, Body) else b""


def is_redirect(hop: Hop) -> bool:
    """Say whether an answer sends browsers on."""
    return hop.status in (301, 302, 303, 307, 308) and hop.first("location") is not None


def leads_away(host: str, hop: Hop) -> str | None:
    """Return the other site's host that a redirect leads to: its outage is not this site's."""
    if not is_redirect(hop):
        return None
    target = urlsplit(location_of(hop.url, hop.all("location"))).hostname or host
    return None if same_site(host, target) else target
