"""The twin of a site: its name with www added or dropped, which visitors type as well."""

from dataclasses import dataclass

from secscan.evidence import Missing
from secscan.probes.connect import nearest
from secscan.probes.dns import NO_NAME, Addresses, Names, literal

_LONGEST_NAME = 253
"""Characters (RFC 1035, 2.3.4: 255 octets as sent)."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A name and where to ask it; ``fault`` where DNS did not say that."""

    host: str
    address: str
    fault: Missing | None = None


async def find_twin(host: str, names: Names, near: str, pinned: bool) -> Twin | None:
    """Return the twin of a name, None where there is none or none that may be asked.

    A pin speaks for the name that it was given for, and for no other that DNS has elsewhere.
    """
    name = twin_of(host)
    if name is None:
        return None
    found = await names.addresses(name)
    if pinned:
        return Twin(name, near) if _same(await names.addresses(host), found) else None
    address = nearest(found, near)
    if address is not None:
        return Twin(name, address)
    fault = _unknown(found)
    return None if fault is None else Twin(name, near, fault)


def twin_of(host: str) -> str | None:
    """Return a name with www added or dropped.

    An address has no twin, nor has a single label, nor a name that is too long for another one.
    """
    if literal(host) is not None:
        return None
    twin = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    bare = [name.rstrip(".") for name in (host, twin)]
    possible = all("." in name and len(name) <= _LONGEST_NAME for name in bare)
    return twin if possible else None


def _unknown(found: Addresses) -> Missing | None:
    """Return why nothing is known of a name, None where it is known not to exist."""
    fault = found.fault
    return None if fault is None or fault.detail.endswith(NO_NAME) else fault


def _same(site: Addresses, twin: Addresses) -> bool:
    own, other = {*site.ipv4, *site.ipv6}, {*twin.ipv4, *twin.ipv6}
    return bool(own) and own == other
