"""The folder of published files: the present generation, the one before, and a manifest in each.

A generation is written whole beside the present one, then a symbolic link is renamed over: whoever
is killed at whatever moment leaves the old one or the new one. What the link names is never written
to again, so a reader sees one generation from beginning to end.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from secscan.errors import SecscanError
from secscan.facts.published import Content, Set, read

CURRENT, PREVIOUS, MANIFEST = "current", "previous", "manifest.json"
_GENERATION = "generation-"


class Entry(BaseModel):
    """A row of the manifest: what a file is, where it came from, and its SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    as_of: date
    rows: int
    source: str


_MANIFEST = TypeAdapter(dict[Set, Entry])


@dataclass(frozen=True, slots=True)
class Stored:
    """A published file in the folder."""

    entry: Entry
    raw: bytes
    content: Content


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder holds, and a sentence on each file that is damaged."""

    files: Mapping[Set, Stored]
    damaged: Mapping[Set, str] = field(default_factory=dict)

    @property
    def faults(self) -> tuple[str, ...]:
        """Return the sentences on what is damaged, each once."""
        return tuple(dict.fromkeys(self.damaged.values()))


def stored(raw: bytes, content: Content, source: str, modified: date) -> Stored:
    """Return a file to write; one that tells no day of its own is as old as it was ``modified``."""
    as_of = content.as_of or modified
    entry = Entry(sha256=_sha256(raw), as_of=as_of, rows=content.rows, source=source)
    return Stored(entry, raw, content)


def read_folder(folder: Path, link: str = CURRENT) -> Folder:
    """Read a generation of a folder; nothing where the folder, or its link, does not exist."""
    if not os.path.lexists(folder / link):
        return Folder({})
    if not (folder / link).is_symlink():
        return Folder({}, dict.fromkeys(Set, _no_link(folder / link)))
    entries = {}
    with suppress(OSError, ValidationError):
        generation = (folder / link).resolve(strict=True)
        entries = _MANIFEST.validate_json((generation / MANIFEST).read_bytes())
    if not entries:  # none is written without files
        return Folder({}, dict.fromkeys(Set, f"{folder / link / MANIFEST} is gone or damaged"))
    files, damaged = {}, {}
    for which, entry in entries.items():
        try:
            files[which] = _stored(generation / _file(which), which, entry)
        except (OSError, SecscanError) as fault:
            told = getattr(fault, "strerror", None) or fault
            damaged[which] = f"{folder / link / _file(which)} is damaged: {told}"
    return Folder(files, damaged)


def _no_link(path: Path) -> str:
    return f"{path} is damaged: it is no link, so move it away"


def _stored(path: Path, which: Set, entry: Entry) -> Stored:
    raw = path.read_bytes()
    if _sha256(raw) != entry.sha256:
        raise SecscanError("its SHA-256 is not that of the manifest")
    return Stored(entry, raw, read(which, raw))


def _file(which: Set) -> str:
    return f"{which}.json"


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


@contextmanager
def updating(folder: Path) -> Iterator[None]:
    """Hold the right to write into a folder, made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    # Whoever may write here must not have another file of ours emptied, or made.
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(folder / "lock", flags, 0o644)
    except OSError as fault:
        raise SecscanError(f"{folder / 'lock'} cannot be opened: {fault.strerror}") from fault
    with os.fdopen(handle, "r+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise SecscanError(f"another secscan is updating {folder}: wait for it") from fault
        yield


def write_generation(folder: Path, files: Mapping[Set, Stored]) -> None:
    """Make these files the present generation; what was present becomes the previous one."""
    for link in (folder / CURRENT, folder / PREVIOUS):
        if os.path.lexists(link) and not link.is_symlink():
            raise SecscanError(_no_link(link))
    new = Path(mkdtemp(prefix=_GENERATION, dir=folder))
    new.chmod(0o755)  # facts are public, and a scan may run as another user
    for which, file in files.items():
        _write(new / _file(which), file.raw)
    manifest = {which: file.entry for which, file in files.items()}
    _write(new / MANIFEST, _MANIFEST.dump_json(manifest, indent=1))
    _sync(new)
    if (folder / CURRENT).is_symlink():
        _link(folder / PREVIOUS, (folder / CURRENT).readlink().name)
    _link(folder / CURRENT, new.name)
    _remove_others(folder)


def _write(path: Path, raw: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())
    path.chmod(0o644)


def _link(path: Path, target: str) -> None:
    """Let a link name a generation from one moment to the next, also after a loss of power."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)  # of one that was killed
    beside.symlink_to(target)
    beside.rename(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_others(folder: Path) -> None:
    """Remove older generations, and what an update that was killed has left.

    What cannot be removed stays: the new generation is in place.
    """
    links = [folder / CURRENT, folder / PREVIOUS]
    kept = {link.readlink().name for link in links if link.is_symlink()}
    for path in folder.glob(f"{_GENERATION}*"):
        if path.name in kept:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()
