"""A backtracking reader of regular expressions that counts every step it takes.

It compiles what ``re`` itself has parsed, and tries alternatives in the order in which ``re`` does.
Single characters and boundaries are judged by ``re``.
"""

import re
from collections.abc import Callable
from functools import cache
from re import _compiler, _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

Text = str | bytes
Code = list[Any]
Groups = tuple[int | None, ...]

MOST_STEPS = 400_000
ONE = {"LITERAL", "NOT_LITERAL", "ANY", "IN"}
REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
WRITERS = {
    "SUBPATTERN": "subpattern",
    "BRANCH": "branch",
    "ATOMIC_GROUP": "atomic_group",
    "ASSERT": "around",
    "ASSERT_NOT": "not_around",
    "GROUPREF": "groupref",
}
FOR_EVER = _parser.MAXREPEAT


class Char(NamedTuple):
    """Take one character that passes."""

    passes: Callable[[Text], bool]


class At(NamedTuple):
    """Go on where ``re`` finds this at the position: a boundary, an end."""

    pattern: re.Pattern[Any]


class Split(NamedTuple):
    """Go to the first; to the second when all that followed has failed."""

    first: int
    second: int


class Save(NamedTuple):
    """Keep the position: where a group begins or ends, or the turn of a loop."""

    slot: int


class Moved(NamedTuple):
    """Fail where the turn of a loop took nothing: it would go on for ever."""

    slot: int


class Look(NamedTuple):
    """Match other code here, once, and take what it takes only where it is an atomic group."""

    code: Code
    back: int
    wanted: bool
    takes: bool


class Again(NamedTuple):
    """Take what a group has taken."""

    group: int


class Compiler:
    """Writes the code of one pattern."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        self.slots = 2 * pattern.groups + 2
        self.parsed = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
        self.code = self.of(self.parsed, pattern.flags)

    def of(self, parsed: Any, flags: int) -> Code:
        """Return the code of a sequence."""
        code: Code = []
        self.write(parsed, code, flags)
        return code

    def write(self, parsed: Any, code: Code, flags: int) -> None:
        """Append the code of a sequence."""
        for op, argument in parsed:
            name = str(op)
            if name in ONE:
                code.append(Char(passes(self.alone(op, argument, flags))))
            elif name == "AT":
                code.append(At(self.alone(op, argument, flags)))
            elif name in REPEATS:
                self.repeat(name, argument, code, flags)
            else:
                getattr(self, WRITERS[name])(argument, code, flags)

    def alone(self, op: Any, argument: Any, flags: int) -> re.Pattern[Any]:
        """Return a pattern of ``re`` that is this one part."""
        part = _parser.SubPattern(self.parsed.state, [(op, argument)])
        compiled: re.Pattern[Any] = _compiler.compile(part, flags & ~re.VERBOSE)
        return compiled

    def subpattern(self, argument: Any, code: Code, flags: int) -> None:
        """Write a group: its two ends are kept."""
        group, added, removed, parsed = argument
        inside = (flags | added) & ~removed
        if group is None:
            self.write(parsed, code, inside)
            return
        code.append(Save(2 * group))
        self.write(parsed, code, inside)
        code.append(Save(2 * group + 1))

    def branch(self, argument: Any, code: Code, flags: int) -> None:
        """Write alternatives."""
        ends = []
        for parsed in argument[1][:-1]:
            split = len(code)
            code.append(None)
            self.write(parsed, code, flags)
            ends.append(len(code))
            code.append(None)
            code[split] = Split(split + 1, len(code))
        self.write(argument[1][-1], code, flags)
        for end in ends:
            code[end] = len(code)  # a number is a jump

    def repeat(self, name: str, argument: Any, code: Code, flags: int) -> None:
        """Write what must be there, and then what may be."""
        least, most, parsed = argument
        if name == "POSSESSIVE_REPEAT":
            alone: Code = []
            self.repeat("MAX_REPEAT", argument, alone, flags)
            code.append(Look(alone, 0, wanted=True, takes=True))
            return
        for _ in range(least):
            self.write(parsed, code, flags)
        if most is FOR_EVER:
            self.loop(name, parsed, code, flags)
            return
        splits = []
        for _ in range(most - least):
            splits.append(len(code))
            code.append(None)
            self.write(parsed, code, flags)
        for split in splits:
            code[split] = self.split(name, split + 1, len(code))

    def loop(self, name: str, parsed: Any, code: Code, flags: int) -> None:
        """Write a loop without an end; each turn must take something."""
        top = len(code)
        code.append(None)
        if str(parsed[0][0]) in ONE and len(parsed) == 1:  # it always takes something
            self.write(parsed, code, flags)
        else:
            slot, self.slots = self.slots, self.slots + 1
            code.append(Save(slot))
            self.write(parsed, code, flags)
            code.append(Moved(slot))
        code.append(top)
        code[top] = self.split(name, top + 1, len(code))

    @staticmethod
    def split(name: str, inside: int, after: int) -> Split:
        """Return the choice of a greedy or a lazy repeat."""
        return Split(after, inside) if name == "MIN_REPEAT" else Split(inside, after)

    def atomic_group(self, argument: Any, code: Code, flags: int) -> None:
        """Write a group that is matched once."""
        code.append(Look(self.of(argument, flags), 0, wanted=True, takes=True))

    def around(self, argument: Any, code: Code, flags: int, wanted: bool = True) -> None:
        """Write a lookaround."""
        direction, parsed = argument
        back = parsed.getwidth()[0] if direction < 0 else 0
        code.append(Look(self.of(parsed, flags), back, wanted, takes=False))

    def not_around(self, argument: Any, code: Code, flags: int) -> None:
        """Write a lookaround that must not match."""
        self.around(argument, code, flags, wanted=False)

    def groupref(self, argument: Any, code: Code, _flags: int) -> None:
        """Write a reference to a group."""
        code.append(Again(argument))


def passes(pattern: re.Pattern[Any]) -> Callable[[Text], bool]:
    """Return the judgement of ``re`` on a character, remembered."""
    return cache(lambda character: pattern.fullmatch(character) is not None)


class Run:
    """One match of a pattern's code, and the steps that it took."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.steps = 0

    def match(self, code: Code, start: int, groups: Groups, end: int | None) -> Any:
        """Return where the code ends that begins here, and its groups; None where it fails."""
        tried: list[tuple[int, int, Groups]] = [(0, start, groups)]
        while tried:
            at, position, groups = tried.pop()
            while at < len(code):
                self.steps += 1
                if self.steps > MOST_STEPS:
                    raise AssertionError(f"more than {MOST_STEPS} steps")
                op = code[at]
                if isinstance(op, int):
                    at = op
                elif isinstance(op, Split):
                    tried.append((op.second, position, groups))
                    at = op.first
                else:
                    moved = self.step(op, position, groups)
                    if moved is None:
                        break
                    position, groups = moved
                    at += 1
            else:
                if end is None or position == end:
                    return position, groups
        return None

    def step(self, op: Any, position: int, groups: Groups) -> tuple[int, Groups] | None:
        """Return the position and the groups after one step, None where it fails."""
        if isinstance(op, Char):
            character = self.text[position : position + 1]
            return (position + 1, groups) if character and op.passes(character) else None
        if isinstance(op, Save):
            return position, (*groups[: op.slot], position, *groups[op.slot + 1 :])
        if isinstance(op, Moved):
            return (position, groups) if groups[op.slot] != position else None
        if isinstance(op, At):
            return (position, groups) if op.pattern.match(self.text, position) else None
        if isinstance(op, Again):
            return self.again(op, position, groups)
        return self.look(op, position, groups)

    def again(self, op: Again, position: int, groups: Groups) -> tuple[int, Groups] | None:
        """Take what a group has taken, in whatever case."""
        begin, end = groups[2 * op.group], groups[2 * op.group + 1]
        if begin is None or end is None:
            return None
        taken = self.text[begin:end]
        self.steps += len(taken)
        here = self.text[position : position + len(taken)].lower() == taken.lower()
        return (position + len(taken), groups) if here else None

    def look(self, op: Look, position: int, groups: Groups) -> tuple[int, Groups] | None:
        """Match a lookaround or an atomic group."""
        start = position - op.back
        behind = position if op.back else None
        found = self.match(op.code, start, groups, behind) if start >= 0 else None
        if (found is not None) != op.wanted:
            return None
        if found is None:
            return position, groups
        return (found[0] if op.takes else position), found[1]


@cache
def compiled(pattern: re.Pattern[Any]) -> Compiler:
    """Return the code of a pattern."""
    return Compiler(pattern)


def find(
    pattern: re.Pattern[Any], text: Text, how: str, start: int = 0
) -> tuple[tuple[int, int] | None, int]:
    """Return the span that match, fullmatch or search finds from here, and its steps."""
    compiler = compiled(pattern)
    run = Run(text)
    none: Groups = (None,) * compiler.slots
    last = len(text) if how == "search" else start
    for begin in range(start, last + 1):
        run.steps += 1
        ended = run.match(compiler.code, begin, none, len(text) if how == "fullmatch" else None)
        if ended is not None:
            return (begin, ended[0]), run.steps
    return None, run.steps
