"""The process that sslyze runs in: no hang, crash or leak in there can stop a scan."""

import asyncio
import json
import math
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from secscan.evidence import Missing, MissingKind

COMMAND = (sys.executable, "-P", "-m", "secscan.probes.witness")
"""The command line of the child."""

USES = 60
"""Jobs after which the child is replaced: whatever leaks in it does not leak for long."""

_LONGEST_ANSWER = 1_048_576  # bytes
_DETAIL = 200  # characters


class Witness:
    """A child process that is started on first use and does one job at a time.

    It speaks JSON lines: a job in, ``{"said": …}`` or ``{"unsaid": why}`` out.
    """

    def __init__(self, user_agent: str, command: Sequence[str] = COMMAND, uses: int = USES) -> None:
        self._user_agent = user_agent
        self._command = command
        self._uses = uses
        self._left = 0
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def ask(self, job: Mapping[str, object], seconds: float) -> Any | Missing:
        """Return what sslyze said to a job; its time begins when its turn has come."""
        async with self._turn:
            whole = False
            try:
                async with asyncio.timeout(seconds):
                    said = _said(await self._exchange(job, seconds))
                whole = True
            except TimeoutError:
                said = Missing(MissingKind.TIMEOUT, "sslyze came to no end in time")
            except (OSError, EOFError, ValueError, RecursionError) as fault:
                why = f"sslyze's process: {type(fault).__name__} {fault}".strip()
                said = Missing(MissingKind.SCANNER_FAULT, why[:_DETAIL])
            finally:
                self._left -= 1
                if not whole or self._left <= 0:
                    await self._end()
        return said

    async def close(self) -> None:
        """End the child, where there is one."""
        async with self._turn:
            await self._end()

    async def _exchange(self, job: Mapping[str, object], seconds: float) -> Any:
        # The child's own alarm is the later one, for when nobody is left to kill it.
        own = {"user_agent": self._user_agent, "seconds": math.ceil(seconds) + 1}
        process = self._process or await self._start()
        assert process.stdin is not None  # noqa: S101 - both were asked for
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(json.dumps({**job, **own}).encode() + b"\n")
        await process.stdin.drain()
        line = await process.stdout.readline()
        if not line.endswith(b"\n"):
            raise EOFError(f"ended with status {await process.wait()}")
        return json.loads(line)

    async def _start(self) -> asyncio.subprocess.Process:
        self._left = self._uses
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LONGEST_ANSWER,
            start_new_session=True,  # Ctrl-C is for us, and we end the child
        )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()  # until its pipes are closed, too


def _said(answer: Any) -> Any | Missing:
    """Return what an answer says, or why it says nothing; raise ValueError where it is none."""
    if not isinstance(answer, dict) or not answer.keys() & {"said", "unsaid"}:
        raise ValueError("no answer")
    if "unsaid" in answer:
        return Missing(MissingKind.TLS_FAILURE, f"sslyze: {answer['unsaid']}"[:_DETAIL])
    return answer["said"]
