"""One answer read by itself: the site's own page, a redirect, or a refusal of the scanner."""

from urllib.parse import urljoin, urlsplit

from secscan.evidence.missing import Missing, MissingKind
from secscan.evidence.model import Body, Hop
from secscan.parsing.blocking import is_block_page


def same_site(asked: str, final: str) -> bool:
    """Say whether a redirect stayed on the site: the same host, www added or dropped, or below.

    A redirect to the parent (a department's name to the city portal) leads to another site.
    """
    bare = asked.removeprefix("www.")
    return bare == final.removeprefix("www.") or final.endswith(f".{bare}")


def fault_of(hop: Hop) -> Missing | None:
    """Return why a final response is not the site's own page, or None: a block page is no page."""
    status = str(hop.status)
    if hop.status in (401, 407):
        return Missing(MissingKind.LOGIN_REQUIRED, status)
    if is_blocked(hop):
        return Missing(MissingKind.BLOCKED, status)
    if hop.status >= 400 or is_redirect(hop):
        return Missing(MissingKind.HTTP_ERROR, status)
    return None


def is_blocked(hop: Hop) -> bool:
    """Say whether an answer is a firewall's to the scanner, and not the site's own."""
    return is_block_page(hop.status, [(h.name, h.value) for h in hop.headers], content(hop))


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
    try:
        target = urlsplit(urljoin(hop.url, hop.first("location") or "")).hostname or host
    except ValueError:
        return None
    return None if same_site(host, target) else target
