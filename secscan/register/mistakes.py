"""What is wrong with a register, every mistake at once: the file, the row, what to write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from secscan.errors import SecscanError

MOST_TOLD = 1000
"""Mistakes that are told at once; nobody mends more at one sitting."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the file, its row in the words of the file's format, and the sentence."""

    file: str
    row: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}, {self.row}: {self.message}"


class RegisterError(SecscanError):
    """Every mistake of a register, in the order of its rows; nothing is scanned from it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


class PartError(ValueError):
    """Say what to write instead of one part of a list; the other parts may be right."""

    def __init__(self, part: object, fault: object) -> None:
        self.part = part
        super().__init__(str(fault))


@dataclass(frozen=True, slots=True)
class Record:
    """A row before it is understood: what it describes, where it stands, its fields by name."""

    kind: str
    row: str
    position: int
    fields: Mapping[str, object]


class Mistakes:
    """The mistakes found so far in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: list[tuple[int, Mistake]] = []

    def note(self, record: Record, message: str) -> None:
        """Keep a mistake of this record."""
        self._found.append((record.position, Mistake(self.file, record.row, message)))

    def raise_any(self) -> None:
        """Raise RegisterError when there is any mistake, in the order of the rows."""
        if self._found:
            found = [mistake for _, mistake in sorted(self._found, key=lambda entry: entry[0])]
            if len(found) > MOST_TOLD:
                left = len(found) - MOST_TOLD
                told = f"{left:,} more mistakes; correct these first"
                found = [*found[:MOST_TOLD], Mistake(self.file, "further rows", told)]
            raise RegisterError(found)
