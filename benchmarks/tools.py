"""The tools that are compared, and how each is asked to look at one server."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from benchmarks.servers import NAME, PORT


@dataclass(frozen=True)
class Tool:
    """A tool: its row's name, its command for an address, its program, and how often it runs."""

    name: str
    command: Callable[[str], list[str]]
    program: str = sys.executable
    runs: int = 3


def ours(at_once: int, addresses: list[str]) -> list[str]:
    """Return the command that has secscan look at all these addresses in one process."""
    return [sys.executable, "-m", "benchmarks.ours", str(at_once), NAME, str(PORT), *addresses]


def _sslyze(*module: str) -> Callable[[str], list[str]]:
    return lambda address: [sys.executable, "-m", *module, "--sni", NAME, f"{address}:{PORT}"]


def _sslscan(address: str) -> list[str]:
    return ["sslscan", "--no-colour", f"--sni-name={NAME}", f"{address}:{PORT}"]


def _nmap(address: str) -> list[str]:
    script = ["--script", "ssl-enum-ciphers", "--script-args", f"tls.servername={NAME}"]
    return ["nmap", "-n", "-Pn", "-sT", "-p", str(PORT), *script, address]


_TESTSSL_PROGRAM = "testssl" if shutil.which("testssl") else "testssl.sh"  # the former is Debian's


def _testssl(address: str) -> list[str]:
    quiet = ["--quiet", "--color", "0", "--warnings", "batch", "--nodns", "none"]
    return [_TESTSSL_PROGRAM, *quiet, "--ip", address, f"{NAME}:{PORT}"]


OURS_2, OURS_5 = "secscan, 2 at once (its default)", "secscan, 5 at once"
SSLYZE_5, SSLYZE_1 = "sslyze, 5 at once (its default)", "sslyze, 1 at once"

TESTSSL = Tool("testssl.sh", _testssl, _TESTSSL_PROGRAM, runs=1)
TOOLS = (
    Tool(OURS_2, lambda address: ours(2, [address])),
    Tool(OURS_5, lambda address: ours(5, [address])),
    Tool(SSLYZE_5, _sslyze("sslyze")),
    Tool(SSLYZE_1, _sslyze("benchmarks.sslyze_at", "1"), runs=1),
    Tool("sslscan", _sslscan, "sslscan"),
    Tool("nmap ssl-enum-ciphers", _nmap, "nmap"),
    TESTSSL,
)


def versions(tools: list[Tool]) -> str:
    """Return the versions of the tools, for the record."""
    programs = dict.fromkeys(tool.program for tool in tools if tool.program != sys.executable)
    return ", ".join([f"sslyze {version('sslyze')}", *map(_version, programs)])


def _version(program: str) -> str:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"\d+\.\d+(\.\d+)?", told.stdout + told.stderr)
    return f"{program} {number[0] if number else ''}"
