"""Public addresses that are the loopback's, in a network namespace of the test's own."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest


def in_namespace(addresses: Sequence[str], program: str) -> str:
    """Return what a Python program prints where these addresses are our own, or skip."""
    for needed in ("unshare", "ip"):
        if shutil.which(needed) is None:
            pytest.skip(f"{needed} is not installed")
    own = "".join(f"ip address add {address} dev lo && " for address in addresses)
    shell = f'ip link set lo up && {own}ip route add default dev lo && exec "$0" -P -c "$1"'
    program = f"import sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n{program}"
    command = ["unshare", "--map-root-user", "--net", "sh", "-c", shell, sys.executable, program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if "unshare failed" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip(f"no network namespace may be made here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return done.stdout
