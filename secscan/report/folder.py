"""The folder a report is written to: private, ours alone, and without pages of an earlier one."""

import hashlib
import os
import re
from pathlib import Path
from types import TracebackType

from secscan.errors import SecscanError

MARKER = ".secscan-report"
"""The file that says a folder is a report of ours; it lists the pages, one a line."""

_PLAIN = re.compile(r"[a-z0-9_-](?:[a-z0-9._-]{0,98}[a-z0-9_-])?")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_PAGE = re.compile(r"(?:index|methodology|(?:agency|site|check)/[a-z0-9._~-]+)\.html")


def file_name(id: str) -> str:
    """Return the file name of an id's page: the id itself, or a readable part and its hash.

    No file system takes it for a path, a device or the name of another id: ``~`` stands only in
    names with a hash, and Windows neither knows case nor keeps a dot at the end.
    """
    if _PLAIN.fullmatch(id) and ".." not in id and not _DEVICES.fullmatch(id):
        return f"{id}.html"
    digest = hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    readable = re.sub(r"[^a-z0-9]+", "-", id.lower())[:40].strip("-")
    return f"{readable}~{digest}.html"


class ReportFolder:
    """A folder being filled. Leaving it without a fault removes the pages that are stale."""

    def __init__(self, path: Path) -> None:
        """Take a folder that is new, empty, or a report of ours; refuse any other."""
        self.path = path
        self._written: set[str] = set()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            ours = (path / MARKER).is_file()
            foreign = not ours and any(path.iterdir())
            if foreign:
                raise SecscanError(
                    f"the folder {path} holds files that are no report of secscan: "
                    "name a new or an empty folder"
                )
            self._earlier = set((path / MARKER).read_text("utf-8").splitlines()) if ours else set()
        except (OSError, UnicodeDecodeError) as fault:
            raise SecscanError(f"the report cannot be written to {path}: {fault}") from fault

    def __enter__(self) -> "ReportFolder":
        """Mark the folder as ours before the first page: an interrupted report is still ours."""
        self._mark(self._earlier)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Remove what an earlier report left, unless this one was interrupted."""
        if kind is not None:
            self._mark(self._earlier | self._written)
            return
        for name in sorted(self._earlier - self._written):
            # The marker is only a file: it never makes us delete anything but a page of ours.
            if _PAGE.fullmatch(name):
                (self.path / name).unlink(missing_ok=True)
        self._mark(self._written)

    def write(self, name: str, text: str) -> None:
        """Write a page, whole or not at all, for nobody else to read."""
        self._put(self.path / name, text)
        self._written.add(name)

    def _mark(self, names: set[str]) -> None:
        self._put(self.path / MARKER, "".join(f"{name}\n" for name in sorted(names)))

    def _put(self, path: Path, text: str) -> None:
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            temporary = path.with_name(f".{path.name}.tmp")
            temporary.unlink(missing_ok=True)
            number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            temporary.replace(path)
        except OSError as fault:
            raise SecscanError(f"the page {path} cannot be written: {fault}") from fault
