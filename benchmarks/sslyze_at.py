"""sslyze's own command line with another number of connections at once: it has no option for it.

Usage: python -m benchmarks.sslyze_at NUMBER [what sslyze's command line takes]
"""

import sys
from typing import Any

from sslyze import __main__ as command_line
from sslyze.scanner.scanner import Scanner


class _Slower(Scanner):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "per_server_concurrent_connections_limit": _at_once})


if __name__ == "__main__":
    _at_once = int(sys.argv.pop(1))
    vars(command_line)["Scanner"] = _Slower
    command_line.main()
