"""Where published files are brought from by hand: a file, a folder or a zip, all bounded."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from secscan.errors import SecscanError

MOST_BYTES = 16 * 1024 * 1024
"""Of one source, once it is unpacked; the largest file that is published has some six million."""

MOST_FILES = 500
"""Looked at in one folder or zip."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others inflate without a bound

_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, IndexError)
"""A RuntimeError is a password; an IndexError, a member without a name."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that may be one of those published: where it was found, and how old it is at most."""

    place: str
    raw: bytes
    modified: date


def bring(path: Path) -> list[Brought]:
    """Return the JSON documents of a file, a zip, or the top of a folder."""
    try:
        if not path.is_dir():
            return unpacked(str(path), _read(path, MOST_BYTES), _day(path))
        return list(_in_folder(path))
    except OSError as fault:
        raise SecscanError(f"{path} cannot be read: {fault.strerror}") from fault


def unpacked(place: str, raw: bytes, modified: date) -> list[Brought]:
    """Return what a source holds: the documents of a zip, or the one that it is."""
    if not raw.startswith(b"PK\x03\x04"):
        return [Brought(place, raw, modified)]
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return list(_in_zip(place, packed))
    except _ZIP_FAULTS as fault:
        raise SecscanError(f"{place} is no zip that can be read: {fault}") from fault


def _in_folder(folder: Path) -> Iterator[Brought]:
    left = MOST_BYTES
    for number, path in enumerate(sorted(folder.iterdir())):
        _count(str(folder), number)
        if path.is_file() and _may_be_document(_read_start(path)):
            raw = _read(path, left)
            left -= len(raw)
            yield Brought(str(path), raw, _day(path))


def _in_zip(place: str, packed: zipfile.ZipFile) -> Iterator[Brought]:
    """Read the members into memory: no name in a zip ever becomes a path."""
    left = MOST_BYTES
    for number, member in enumerate(packed.infolist()):
        _count(place, number)
        if member.is_dir():
            continue
        if member.compress_type not in _METHODS:
            raise SecscanError(f"{place} is packed in a way that is not read: write it as deflate")
        with packed.open(member) as stream:
            raw = stream.read(left + 1)  # what it really has, whatever its header says
        left -= len(raw)
        if left < 0:
            raise SecscanError(f"{place} has more than {MOST_BYTES} bytes once it is unpacked")
        if _may_be_document(raw):
            yield Brought(f"{place}: {member.filename}", raw, _member_day(member))


def _count(place: str, number: int) -> None:
    if number >= MOST_FILES:
        raise SecscanError(f"{place} has more than {MOST_FILES} files: name a smaller one")


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as stream:
        raw = stream.read(most + 1)
    if len(raw) > most:
        raise SecscanError(f"{path} has more than {most} bytes, which no published file has")
    return raw


def _read_start(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(100)


def _may_be_document(start: bytes) -> bool:
    return start[:100].lstrip().startswith(b"{")


def _member_day(member: zipfile.ZipInfo) -> date:
    try:
        return date(*member.date_time[:3])
    except ValueError:  # a zip may say month 0
        return date.max


def _day(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
