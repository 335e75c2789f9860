"""What the fuzzers share: instrumentation, and a small corpus that is made, not kept."""

import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import atheris

_GREETING = bytes.fromhex("0303") + bytes(32) + b"\0" + bytes.fromhex("c02f00")
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def instrumented() -> AbstractContextManager[None]:
    """Import within this what is to be fuzzed by its coverage."""
    found: AbstractContextManager[None] = atheris.instrument_imports(include=["secscan"])
    return found


def fuzz(once: Callable[[bytes], None], seeds: Iterable[bytes]) -> None:
    """Fuzz from these seeds; libFuzzer reads its options from the command line."""
    with tempfile.TemporaryDirectory() as corpus:
        for at, seed in enumerate(seeds):
            (Path(corpus) / str(at)).write_bytes(seed)
        atheris.Setup([*sys.argv, corpus], once)
        atheris.Fuzz()


def bodies() -> list[bytes]:
    """Return bodies of messages that servers send."""
    retry = bytes.fromhex("0303") + _RETRY + b"\0" + bytes.fromhex("130100")
    return [
        _GREETING,
        _GREETING + bytes.fromhex("000900100005000302") + b"h2",
        retry + bytes.fromhex("000c002b00020304003300020017"),
        bytes.fromhex("00000a00000700") + b"\0\4leaf",
        bytes.fromhex("0000000c000004") + b"leaf" + bytes.fromhex("0003000500"),
        b"\1\0\0\3abc",
        bytes.fromhex("03001d0104040100") + b"\1s",
        bytes.fromhex("0001170001020001050401") + b"\0\1s",
        bytes.fromhex("0303") + b"SSL",
        bytes.fromhex("800b0400010002000000030000010080"),
    ]


def flights() -> list[bytes]:
    """Return what servers send, in records."""
    kinds = (2, 2, 2, 11, 11, 22, 12, 12)
    parts = [
        bytes([kind]) + len(body).to_bytes(3, "big") + body
        for kind, body in zip(kinds, bodies(), strict=False)
    ]
    whole = [_record(22, part) for part in parts]
    done = _record(22, b"\x0e\0\0\0")
    alerts = [_record(21, bytes([2, 40])), _record(21, bytes([1, 112]))]
    flight = whole[0] + whole[3] + whole[5] + whole[6] + done
    return [*whole, *alerts, flight, alerts[1] + flight, *bodies()[-1:]]


def _record(kind: int, fragment: bytes) -> bytes:
    return bytes([kind, 3, 3]) + len(fragment).to_bytes(2, "big") + fragment
