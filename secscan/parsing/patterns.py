"""Patterns that come as data, matched in linear time whatever they are and whatever they read.

RE2 knows neither back-references nor look-around, and in exchange its time is proportional to the
text: a hostile file cannot hold a worker, nor can a pattern that somebody published.
"""

from collections.abc import Mapping

import re2

_MEMORY = 16 << 20
"""Bytes for one pattern; the long repetitions of published ones need some."""


class PatternError(ValueError):
    """A pattern that RE2 does not take."""


class Pattern:
    """A compiled pattern over bytes. Named groups are what a match gives."""

    __slots__ = ("_compiled", "source")

    def __init__(self, source: str, *, ignore_case: bool = False) -> None:
        """Compile a pattern; raise PatternError where it needs backtracking or is none."""
        options = re2.Options()
        options.max_mem = _MEMORY
        options.log_errors = False
        options.encoding = re2.Options.Encoding.LATIN1
        options.case_sensitive = not ignore_case
        self.source = source
        try:
            self._compiled = re2.compile(source.encode("latin-1"), options)
        except (re2.error, UnicodeEncodeError) as fault:
            raise PatternError(f"{source[:100]!r}: {fault}") from fault

    def first(self, content: bytes) -> tuple[str, ...] | None:
        """Return the groups of the first match ("" for one that took no part), or None."""
        match = self._compiled.search(content)
        if match is None:
            return None
        return tuple((group or b"").decode("latin-1") for group in match.groups())

    def all(self, content: bytes, most: int) -> list[tuple[str, ...]]:
        """Return the groups of the first ``most`` matches."""
        found = []
        for match in self._compiled.finditer(content):
            found.append(tuple((group or b"").decode("latin-1") for group in match.groups()))
            if len(found) == most:
                break
        return found

    def named(self, content: bytes) -> Mapping[str, str] | None:
        """Return the named groups of the first match, or None."""
        match = self._compiled.search(content)
        if match is None:
            return None
        groups = match.groupdict().items()
        return {name.decode("latin-1"): (text or b"").decode("latin-1") for name, text in groups}
