"""The demo city: 24 agencies that do not exist, and their sites, on loopback addresses.

``secscan.demo.city`` is the table of the sites: read it to see what secscan sees.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from secscan.demo.authority import write_certificates
from secscan.demo.city import SITES
from secscan.demo.register import register_toml
from secscan.errors import SecscanError

STOPPING_TIME = 5
"""Seconds that the city gets to end by itself once its stdin is closed."""


class City:
    """The demo city as a context manager: within it, the city can be scanned.

    It writes into ``folder`` the register (``register_path``), the certificate of the authority
    to trust (``ca_path``), and the keys of its sites; nothing of it is ever used again.
    """

    def __init__(self, folder: Path) -> None:
        self.register_path = folder / "register.toml"
        self._certificates = folder / "certificates"
        self.ca_path = self._certificates / "ca.pem"
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Build the city, open it, and write its register."""
        self._certificates.mkdir(mode=0o700, parents=True, exist_ok=True)
        now = datetime.now(UTC)
        write_certificates(self._certificates, SITES, now)
        self._process = _start(self._certificates)
        try:
            where = _answer(self._process)
        except BaseException:
            self._stop()
            raise
        self.register_path.write_text(
            register_toml(where["connect"], where["resolver"], now.date()), "utf-8"
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the city."""
        self._stop()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with process:  # closes its stdin, which ends it, and waits
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(STOPPING_TIME)
            except subprocess.TimeoutExpired:
                process.kill()


def _start(certificates: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own module, in our own interpreter
        [sys.executable, "-m", "secscan.demo", str(certificates)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for secscan, which then closes stdin
    )


def _answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    line = process.stdout.readline() if process.stdout else ""
    answer: dict[str, Any] = json.loads(line) if line else {"fault": "its process ended"}
    if "fault" in answer:
        raise SecscanError(
            f"the demo city cannot start: {answer['fault']}; it needs all of 127.0.0.0/8"
        )
    return answer
