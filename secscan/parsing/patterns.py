"""Patterns that come as data, matched in linear time whatever they are and whatever they read.

RE2 knows neither back-references nor look-around, and in exchange its time is proportional to the
text: a hostile file cannot hold a worker, nor can a pattern that somebody published.

It is also proportional to the pattern once it is compiled, and ``="1".{300,1000}x`` is a thousand
steps for every character: a pattern with such a wide gap is tried only where what stands before the
gap is found. That holds for gaps outside of groups and choices. A gap elsewhere, or many narrow
ones, still cost as much as they are long: who takes a stranger's pattern asks ``is_quick``.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import re2

_MEMORY = 16 << 20
"""Bytes for one pattern; the long repetitions of published ones need some."""

_WIDE = 50
_MOST_REPEATS = 1000
"""What RE2 takes; a gap that may be longer ends where the reach of its pattern ends."""

_BESIDE_GAPS = 512
"""Bytes that a match may take beside its gaps."""

_MOST_REACHED = 1 << 19
"""Bytes behind heads that are read in one text: as many as it has, but each for few steps."""

_MOST_STEPS = 300
_MOST_STEPS_BEHIND = 5000
"""Instructions of a quick pattern: of what is tried at every byte, and of all behind a head."""

_PIECE = re.compile(
    r"(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.)(?:\{(?P<least>\d+),(?P<most>\d+)\})?", re.DOTALL
)


class PatternError(ValueError):
    """A pattern that RE2 does not take."""


class Pattern:
    """A compiled pattern over bytes. Named groups are what a match gives."""

    __slots__ = ("_compiled", "_head", "_reach", "source")

    def __init__(self, source: str, *, ignore_case: bool = False) -> None:
        """Compile a pattern; raise PatternError where it needs backtracking or is none."""
        self.source = source
        head, self._reach, taken = _split(source)
        self._compiled = _compiled(taken, ignore_case)
        self._head = _compiled(head, ignore_case) if head else None

    @property
    def groups(self) -> int:
        """Return how many groups a match gives."""
        return int(self._compiled.groups)

    @property
    def is_quick(self) -> bool:
        """Say whether every text is read in few steps, as with the patterns that are in use."""
        everywhere = self._compiled if self._head is None else self._head
        behind = int(self._compiled.programsize)
        return int(everywhere.programsize) <= _MOST_STEPS and behind <= _MOST_STEPS_BEHIND

    def first(self, content: bytes) -> tuple[str, ...] | None:
        """Return the groups of the first match ("" for one that took no part), or None."""
        return next((_texts(match) for match in self._matches(content)), None)

    def all(self, content: bytes, most: int) -> list[tuple[str, ...]]:
        """Return the groups of the first ``most`` matches."""
        return [_texts(match) for match in islice(self._matches(content), most)]

    def named(self, content: bytes) -> Mapping[str, str] | None:
        """Return the named groups of the first match, or None."""
        for match in self._matches(content):
            groups = match.groupdict().items()
            return {name.decode("latin-1"): (it or b"").decode("latin-1") for name, it in groups}
        return None

    def _matches(self, content: bytes) -> Iterator[Any]:
        if self._head is None:
            yield from self._compiled.finditer(content)
            return
        end, left = 0, _MOST_REACHED
        for head in self._head.finditer(content):
            start = head.start()
            if start < end:
                continue
            left -= self._reach
            if left < 0:
                return
            match = self._compiled.match(content, start, start + self._reach)
            if match is not None:
                yield match
                end = match.end()


def _texts(match: Any) -> tuple[str, ...]:
    return tuple((group or b"").decode("latin-1") for group in match.groups())


def _compiled(source: str, ignore_case: bool) -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(source.encode("latin-1"), options)
    except (re2.error, UnicodeEncodeError) as fault:
        raise PatternError(f"{source[:100]!r}: {fault}") from fault


def _split(source: str) -> tuple[str, int, str]:
    """Return what stands before the first wide gap, how far a match may reach, and the pattern.

    The first is "" where there is none, or where gaps stand in a choice.
    """
    head, taken, reach, depth = "", "", _BESIDE_GAPS, 0
    for piece in _PIECE.finditer(source):
        atom, text = piece["atom"], piece[0]
        depth += (atom == "(") - (atom == ")")
        if atom == "|" and depth == 0:
            return "", 0, source
        most = int(piece["most"] or 0)
        if most >= _WIDE and depth == 0 and (atom == "." or atom[0] == "["):
            head = head or taken
            reach += most
            if most > _MOST_REPEATS:
                text = f"{atom}{{{piece['least']},}}"
        taken += text
    return head, reach, taken
