"""What the checks of redirects share: where an answer sends browsers on.

There is no check in this module.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from secscan.evidence import Hop, same_site
from secscan.evidence.hops import content, is_redirect
from secscan.parsing.html import elements, metas
from secscan.parsing.locations import location_of, refresh_of


def target(hop: Hop) -> str | None:
    """Return the URL that an answer redirects to, "" where browsers cannot, None if it does not."""
    return location_of(hop.url, hop.all("location")) if is_redirect(hop) else None


def refresh(hop: Hop) -> str:
    """Return the URL to which a page or its head refreshes, "" where to none."""
    page = content(hop).decode("utf-8", errors="replace")
    told = [*hop.all("refresh"), *metas(elements(page), "http-equiv", "refresh")]
    found = (refresh_of(hop.url, one) for one in told)
    return next((url for url in found if url), "")


def host_of(url: str) -> str:
    """Return the host of a URL, "" where it has none that can be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_address(host: str) -> bool:
    """Say whether a host is an IP address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_https(url: str | None) -> bool:
    """Say whether a URL is one of https, in any case."""
    return url is not None and url[:6].lower() == "https:"


def leads_back(host: str, hop: Hop) -> bool:
    """Say whether the site itself redirects from https:// to http://."""
    onward = target(hop)
    return (
        is_https(hop.url)
        and same_site(host, host_of(hop.url))
        and bool(onward)
        and not is_https(onward)
    )
