"""What the scanner itself has: its own addresses, found without sending a packet."""

import socket

from secscan.parsing.addresses import refusal

# "Connecting" UDP only asks the routing table; these are for documentation (RFC 5737, RFC 3849)
# and lie behind the same default route as the public internet.
_BEYOND = {
    "IPv4": (socket.AF_INET, "198.51.100.1"),
    "IPv6": (socket.AF_INET6, "2001:db8:ffff::1"),
}


def source_addresses() -> dict[str, str]:
    """Map each address family that reaches the public internet to our own address in it."""
    found = {family: _source(*beyond) for family, beyond in _BEYOND.items()}
    return {family: address for family, address in found.items() if _useful(family, address)}


def _source(family: socket.AddressFamily, beyond: str) -> str:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            asking.connect((beyond, 53))
            return str(asking.getsockname()[0])
    except OSError:
        return ""


def _useful(family: str, address: str) -> bool:
    # A private IPv4 address is translated on the way out; a private IPv6 address goes nowhere.
    return bool(address) and (family == "IPv4" or refusal(address) is None)
