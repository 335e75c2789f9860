"""A link with a delay: packets between two network namespaces wait in a process of ours.

The kernel's own netem is missing on some kernels. A TUN device hands whole IP packets to a
program, so the TCP handshake is delayed like everything else.
"""

import ctypes
import fcntl
import os
import select
import struct
import subprocess
import sys
import time
from collections import deque

NETWORK = "198.18.0."
"""Addresses of the server's end; RFC 2544 keeps this network for benchmarks."""

_CLIENT = "198.18.255.1"
_MTU = 1500
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_CLONE_NEWNET = 0x40000000


def main() -> None:
    """Join this namespace to a new one, say "ready", and carry packets until ended."""
    delay = float(sys.argv[1]) / 1000
    near = _tun("near")
    _ip(f"address add {_CLIENT}/32 dev near")
    _ip(f"link set near mtu {_MTU} up")
    _ip(f"route add {NETWORK}0/24 dev near")
    _leave_namespace()
    far = _tun("far")
    _ip("link set lo up")
    _ip(f"link set far mtu {_MTU} up")
    _ip(f"route add local {NETWORK}0/24 dev lo")  # every address of the network is ours
    _ip(f"route add {_CLIENT}/32 dev far")
    print("ready", flush=True)
    _carry({near: far, far: near}, delay)


def _tun(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return device


def _ip(arguments: str) -> None:
    subprocess.run(["ip", *arguments.split()], check=True)


def _leave_namespace() -> None:
    # os.unshare came with Python 3.12. Both devices stay open here, which joins the namespaces.
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "no second network namespace")


def _carry(other: dict[int, int], delay: float) -> None:
    # One delay for both directions, so one queue keeps the packets of each in order.
    waiting: deque[tuple[float, int, bytes]] = deque()
    while True:
        pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        ready, _, _ = select.select(list(other), [], [], pause)
        waiting.extend((time.monotonic() + delay, other[end], os.read(end, 65536)) for end in ready)
        while waiting and waiting[0][0] <= time.monotonic():
            _, end, packet = waiting.popleft()
            os.write(end, packet)


if __name__ == "__main__":
    try:
        main()
    except (OSError, subprocess.CalledProcessError) as fault:
        sys.exit(f"no delayed link can be made here: {fault}")
