"""Which addresses a scan may dial: globally routable ones, looked at through every disguise."""

from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

_GLOBAL_UNICAST = IPv6Network("2000::/3")  # all that IANA has given out (RFC 4291, 2.4)
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")  # RFC 8215
_SITE_LOCAL = IPv6Network("fec0::/10")  # RFC 3879
_6TO4 = IPv6Network("2002::/16")  # RFC 3056
_TEREDO = IPv6Network("2001::/32")  # RFC 4380

# Python's own table of 3.11 does not have these.
_NOT_GLOBAL_4 = (
    IPv4Network("192.0.0.0/24"),  # RFC 6890: protocol assignments
    IPv4Network("192.88.99.0/24"),  # RFC 7526: the withdrawn 6to4 relay
)
_NOT_GLOBAL_6 = (IPv6Network("3fff::/20"),)  # RFC 9637: documentation


def refusal(address: str) -> str | None:
    """Return why this address must not be dialled, or None where it is globally routable."""
    if "%" in address:
        return "an address with a zone id is local to a link"
    try:
        parsed = ip_address(address)
    except (AddressValueError, ValueError):
        return "not an IP address"
    return _refusal_4(parsed) if isinstance(parsed, IPv4Address) else _refusal_6(parsed)


def _refusal_4(address: IPv4Address) -> str | None:
    if address.is_unspecified:
        return "unspecified address"
    if address.is_multicast:
        return "multicast address"
    if not address.is_global or any(address in network for network in _NOT_GLOBAL_4):
        return "not a globally routable address"
    return None


def _refusal_6(address: IPv6Address) -> str | None:
    if address.ipv4_mapped is not None:  # never on the wire (RFC 4291, 2.5.5.2): a second way in
        return f"IPv4-mapped form of {address.ipv4_mapped}"
    if address in _LOCAL_NAT64:
        return "local-use NAT64 address"
    embedded = _embedded(address)
    if embedded is not None:
        form, inner = embedded
        why = _refusal_4(inner)
        if why is not None:
            return f"{form} form of {inner}: {why}"
        return "Teredo address" if address in _TEREDO else None
    return _refusal_plain_6(address)


def _embedded(address: IPv6Address) -> tuple[str, IPv4Address] | None:
    """Return the IPv4 address that an IPv6 address carries, and the form it is carried in."""
    packed = address.packed
    if address in _NAT64:
        return "NAT64", IPv4Address(packed[12:])
    if address in _6TO4:
        return "6to4", IPv4Address(packed[2:6])
    if address in _TEREDO:  # the client's address is stored inverted (RFC 4380, 4)
        return "Teredo", IPv4Address(bytes(byte ^ 0xFF for byte in packed[12:]))
    return None


def _refusal_plain_6(address: IPv6Address) -> str | None:
    if address.is_unspecified:
        return "unspecified address"
    if address.is_multicast:
        return "multicast address"
    if address in _SITE_LOCAL:
        return "site-local address"
    if address not in _GLOBAL_UNICAST or not address.is_global:
        return "not a globally routable address"
    if any(address in network for network in _NOT_GLOBAL_6):
        return "not a globally routable address"
    return None
