"""Where a redirect leads, as browsers would follow it."""

import httpx

from secscan.evidence import Missing, MissingKind
from secscan.probes.faults import missing_of
from secscan.probes.request import host_of

_LONGEST_LOCATION = 8192

_BAD_PORTS = frozenset(
    {0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95}
    | {101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179}
    | {389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601}
    | {636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566}
    | {6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}
)
"""What no browser connects to (WHATWG Fetch, 2.9): a site must not make us talk to mail servers."""


def next_url(url: httpx.URL, location: str) -> httpx.URL | Missing:
    """Return the URL that a Location leads to, without what would become credentials."""
    if len(location) > _LONGEST_LOCATION:
        return Missing(MissingKind.MALFORMED, f"Location of {len(location)} characters")
    try:
        target = url.join(location).copy_with(userinfo=b"", fragment=None)
        usable = target.scheme in ("http", "https") and bool(host_of(target))
    except (httpx.InvalidURL, ValueError) as fault:
        return missing_of(fault)
    if not usable:
        # The Location itself stays out of it: it can hold a password that no pattern finds.
        return Missing(MissingKind.MALFORMED, "Location of another kind")
    if target.port in _BAD_PORTS:
        told = f"Location with port {target.port}, which browsers do not open"
        return Missing(MissingKind.MALFORMED, told)
    return target
