"""The tree is the architecture: who may import whom, and how long a module may get."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*ROOT.glob("secscan/**/*.py"), *ROOT.glob("checks/*.py")])

JUDGING = {"errors", "parsing", "evidence", "policy", "facts", "check"}
WORDS = {"errors", "locale", "explain", "terminal"}
ASSESSING = JUDGING | {"finding", "catalog", "index", "costs", "assessment"}
AGES = {"assessable", "deadlines", "first_seen", "profiles"}
RESULTS = ASSESSING | AGES | {"register", "ranking", "store", "results", "clock"}

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "clock": set(),
    "terminal": set(),
    "parsing": set(),
    "evidence": {"errors", "parsing"},
    "policy": {"errors"},
    "facts": {"errors", "parsing"},
    "check": {"errors", "evidence", "policy", "facts"},
    "checks": JUDGING - {"errors"},
    "probes": {"evidence", "parsing"},
    "register": {"errors", "evidence"},
    "finding": JUDGING,
    "catalog": JUDGING,
    "index": JUDGING | {"finding"},
    "costs": JUDGING | {"finding", "index"},
    "assessment": JUDGING | {"finding", "index", "catalog"},
    "profiles": {"errors"},
    "deadlines": JUDGING | {"finding", "profiles"},
    "assessable": JUDGING | {"finding"},
    "first_seen": JUDGING | {"finding", "deadlines"},
    "locale": {"errors", "check"},
    "explain": JUDGING | {"catalog", "locale"},
    "ranking": JUDGING | {"index", "register"},
    "store": ASSESSING | {"assessable", "first_seen", "clock"},
    "results": RESULTS,
    "scan": RESULTS | {"probes"},
    "report": RESULTS | WORDS,
    "export": RESULTS | WORDS,
    "demo": {"errors", "register", "probes", "clock"},
    "cli": RESULTS | WORDS | {"scan", "probes", "report", "export", "demo"},
    "__main__": {"cli"},
    "criteria": set(),
    "policies": set(),
    "__init__": set(),
}


def room(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return "checks" if parts[0] == "checks" else parts[1].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Return the rooms that a module imports, its own left out."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "secscan" and len(parts) > 1 and parts[1] != "__version__":
                found.add(parts[1])
    return found - {room(path)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    assert imported(path) <= MAY_IMPORT[room(path)]


def test_there_is_no_circle() -> None:
    direct = {name: set[str]() for name in MAY_IMPORT}
    for path in SOURCES:
        direct[room(path)] |= imported(path)
    done: set[str] = set()
    while ready := {name for name in direct.keys() - done if direct[name] <= done | {name}}:
        done |= ready
    assert direct.keys() - done == set()


def test_modules_are_small() -> None:
    lengths = sorted(len(path.read_text("utf-8").splitlines()) for path in SOURCES)
    assert lengths[-1] <= 400
    assert lengths[len(lengths) // 2] <= 150


@pytest.mark.parametrize("pure", ["checks/x.py", "secscan/index.py", "secscan/parsing/x.py"])
@pytest.mark.parametrize(
    "line",
    [
        "import httpx",
        "import socket",
        "import sslyze",
        "import dns.resolver",
        "import sqlite3",
        "from datetime import datetime\n\nNOW = datetime.now()",
    ],
)
def test_lint_keeps_network_disk_and_clock_out_of_the_pure_part(pure: str, line: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--stdin-filename", pure],
        input=line + "\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "TID251" in done.stdout
