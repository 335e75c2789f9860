"""Network namespaces of the benchmark's own: nothing leaves them, and all ends with them."""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks import delayed_link

_INSIDE = "SECSCAN_BENCH_INSIDE"
_OTHERS = "so the connections of other programs count too"


@dataclass(frozen=True)
class Link:
    """A way to the server: its name, the command prefix to start from, and its addresses."""

    name: str
    enter: tuple[str, ...]
    network: str

    def address(self, last: int) -> str:
        """Return an address of the server on this link."""
        return f"{self.network}{last}"


def isolate(module: str) -> str | None:
    """Run this module again in namespaces of its own; say why not where that may not be.

    The PID namespace is there for its end: with its first process, the kernel ends all others.
    """
    if _INSIDE in os.environ:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return None
    enter = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        enter.append("--map-root-user")
    if not shutil.which("unshare") or not shutil.which("ip"):
        return f"network namespaces need unshare (util-linux) and ip (iproute2), {_OTHERS}"
    tried = subprocess.run([*enter, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"no network namespace may be made here ({tried.stderr.strip()}), {_OTHERS}"
    os.environ[_INSIDE] = "1"
    os.execvp("unshare", [*enter, sys.executable, "-m", module, *sys.argv[1:]])


@contextmanager
def delayed(round_trip: int) -> Iterator[tuple[str, ...] | str]:
    """Make a link with this round trip in milliseconds to a namespace for the server.

    Give the command prefix that starts a program there, or the reason why there is no link.
    """
    command = [sys.executable, "-m", "benchmarks.delayed_link", str(round_trip / 2)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, start_new_session=True) as process:
        assert process.stdout and process.stderr
        try:
            if process.stdout.readline() == b"ready\n":
                yield "nsenter", f"--net=/proc/{process.pid}/ns/net", "--"
            else:
                yield process.stderr.read().decode(errors="replace").strip()
        finally:
            process.kill()


def links(there: tuple[str, ...] | str, round_trip: int) -> list[Link]:
    """Return the loopback of the server's namespace and, where there is one, the delayed link."""
    if isinstance(there, str):
        return [Link("0 ms", (), "127.0.0.")]
    return [
        Link("0 ms", there, "127.0.0."),
        Link(f"{round_trip} ms", (), delayed_link.NETWORK),
    ]


def connect_time(address: str, port: int) -> float:
    """Return the median time in milliseconds that a TCP connection takes to open."""
    times = []
    for _ in range(5):
        start = time.monotonic()
        with socket.create_connection((address, port), 5):
            times.append(time.monotonic() - start)
    return statistics.median(times) * 1000
