"""How many steps a parser takes, counted: what it is given counts what is done to it.

``steps(parse, text)`` runs a parser as it is on a ``str`` or ``bytes`` whose methods count the
characters that they travel and return the same kind again. Meanwhile patterns are read by
``steps_regex``, library functions count the length of what they are given, as do the patterns of
RE2, which are linear by construction, and every bytecode of a parser counts as a step.

What it cannot see: work on lists and sets inside one bytecode, and text that an f-string has made.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import _lru_cache_wrapper
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, ModuleType
from typing import Any
from unittest.mock import patch

from steps_regex import find

from secscan.parsing.patterns import Pattern

PACKAGE = ("secscan.parsing.", "secscan.checks.observatory_")
FIRST_LENGTH = 256
DOUBLINGS = 3
ALLOWANCE = 10_000
"""Steps that a doubling may cost beside: what is done once, and bounds that are not yet reached."""


class Counter:
    """The steps that were taken so far."""

    taken = 0


def wrapped(value: Any) -> Any:
    """Return text, or text in lists and tuples, as the kind that counts."""
    if type(value) in KINDS:
        return KINDS[type(value)](value)
    if type(value) in (list, tuple):
        return type(value)(map(wrapped, value))
    return value


def plain(value: Any) -> Any:
    """Return text that counts as text that does not, and anything else as it is."""
    for base, copied in ((str, str.__str__), (bytes, bytes.__bytes__)):
        if base in KINDS and type(value) is KINDS[base]:
            return copied(value)
    return value


def counted(base: type[Any]) -> type[Any]:
    """Return a subclass of str or bytes whose methods count what they travel."""
    left = {"__new__", "__len__", "__doc__", "__repr__", "__getnewargs__", "__getattribute__"}
    left |= {"maketrans", "fromhex", "__sizeof__"}
    body = {name: method(base, name) for name in vars(base) if name not in left}
    body["__radd__"] = lambda self, other: wrapped(other) + self
    if base is str:
        body["__iter__"] = lambda self: (self[at] for at in range(len(self)))
    return type(f"Counted{base.__name__}", (base,), body)


def method(base: type[Any], name: str) -> Callable[..., Any]:
    """Return a method that counts and then does what it always did."""
    original = getattr(base, name)

    def counting(self: Any, *args: Any, **named: Any) -> Any:
        result = original(self, *args, **named)
        Counter.taken += 1 + cost(base, name, self, args, result)
        return wrapped(result)

    return counting


def cost(base: type[Any], name: str, text: Any, args: tuple[Any, ...], result: Any) -> int:
    """Return how many characters a method has travelled."""
    if name in ("find", "index", "__contains__") and isinstance(args[0], base):
        begin = args[1] if len(args) > 1 else 0
        at = base.find(text, *args)
        return abs(at - begin) if at >= 0 else abs(len(text) - begin)
    if name in ("startswith", "endswith"):
        return sum(map(len, args[0])) if isinstance(args[0], tuple) else len(args[0])
    if name in ("__eq__", "__ne__"):
        return len(text) if isinstance(args[0], base) and len(args[0]) == len(text) else 1
    if name == "__getitem__":
        return length(result)
    return len(text) + length(result)


def length(result: Any) -> int:
    """Return the length of text, 1 of anything else."""
    return len(result) if isinstance(result, str | bytes) else 1


KINDS: dict[type[Any], type[Any]] = {}
KINDS.update({str: counted(str), bytes: counted(bytes)})


class CountedMatch:
    """A match whose groups count."""

    def __init__(self, match: re.Match[Any]) -> None:
        self.match = match

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.match, name)
        return self.text(value) if callable(value) else value

    def __getitem__(self, group: int | str) -> Any:
        return self.text(self.match.group)(group)

    @staticmethod
    def text(original: Callable[..., Any]) -> Callable[..., Any]:
        """Return a method of a match that counts what it copies."""

        def counting(*args: Any) -> Any:
            result = original(*args)
            Counter.taken += sum(map(length, result)) if type(result) is tuple else length(result)
            return wrapped(result)

        return counting


class CountedPattern:
    """A pattern that finds what ``re`` finds, and counts what a backtracking reader needs."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        self.original = pattern

    def __getattr__(self, name: str) -> Any:
        return getattr(self.original, name)

    def one(self, how: str, text: Any, position: int, end: int | None) -> CountedMatch | None:
        """Return what is found from here."""
        same = plain(text)[:end]
        span, steps = find(self.original, same, how, position)
        Counter.taken += steps
        match = getattr(self.original, how)(same, position)
        assert span == (match.span() if match else None), (self.original, same, how)
        return CountedMatch(match) if match else None

    def match(self, text: Any, position: int = 0, end: int | None = None) -> CountedMatch | None:
        return self.one("match", text, position, end)

    def fullmatch(self, text: Any, position: int = 0) -> CountedMatch | None:
        return self.one("fullmatch", text, position, None)

    def search(self, text: Any, position: int = 0, end: int | None = None) -> CountedMatch | None:
        return self.one("search", text, position, end)

    def finditer(self, text: Any, position: int = 0) -> Iterator[CountedMatch]:
        same = plain(text)
        for match in self.original.finditer(same, position):
            Counter.taken += find(self.original, same, "search", position)[1]
            position = match.end()
            yield CountedMatch(match)
        Counter.taken += find(self.original, same, "search", position)[1]

    def findall(self, text: Any) -> Any:
        list(self.finditer(text))
        return wrapped(self.original.findall(plain(text)))

    def split(self, text: Any, most: int = 0) -> Any:
        list(self.finditer(text))
        return wrapped(self.original.split(plain(text), most))

    def sub(self, new: Any, text: Any, most: int = 0) -> Any:
        list(self.finditer(text))
        made = (lambda match: plain(new(CountedMatch(match)))) if callable(new) else new
        result = self.original.sub(made, plain(text), most)
        Counter.taken += len(text) + len(result)
        return wrapped(result)


class CountedRe:
    """The module ``re``, for parsers that call its functions."""

    def __getattr__(self, name: str) -> Any:
        if name not in ("match", "fullmatch", "search", "finditer", "findall", "split", "sub"):
            return getattr(re, name)

        def call(pattern: Any, *args: Any, flags: int = 0) -> Any:
            compiled = re.compile(plain(pattern), flags)
            return getattr(CountedPattern(compiled), name)(*args)

        return call


def counting_matches(original: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """Return the matches of a pattern of RE2, which travels the text once."""

    def counting(self: Pattern, content: bytes) -> Iterator[Any]:
        Counter.taken += 1 + len(content)
        return original(self, plain(content))

    return counting


def counting_global(value: Any) -> Any:
    """Return what stands in for a global name of a parser while steps are counted."""
    if value is re:
        return CountedRe()
    if isinstance(value, re.Pattern):
        return CountedPattern(value)
    if type(value) in (tuple, list):
        return type(value)(map(counting_global, value))
    if type(value) is dict:
        return {key: counting_global(one) for key, one in value.items()}
    is_function = isinstance(value, FunctionType | BuiltinFunctionType)
    if is_function and not (value.__module__ or "").startswith(PACKAGE):
        return library(value)
    return value


def library(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of a library that counts what it is given; it must be linear."""

    def counting(*args: Any, **named: Any) -> Any:
        Counter.taken += 1 + sum(map(length, args))
        return wrapped(function(*map(plain, args), **named))

    return counting


def functions(module: ModuleType) -> Iterator[FunctionType]:
    """Yield the functions and methods of a module."""
    own = [
        value
        for value in vars(module).values()
        if getattr(value, "__module__", "") == module.__name__
    ]
    members = [
        member for value in own if isinstance(value, type) for member in vars(value).values()
    ]
    for value in (*own, *members):
        inner = getattr(value, "fget", None) or getattr(value, "__wrapped__", value)
        if isinstance(inner, FunctionType):
            yield inner


def with_counted_constants(code: CodeType) -> CodeType:
    """Return code whose literal text counts too: ``", ".join`` is a method of a constant."""
    constants = (
        with_counted_constants(one)
        if isinstance(one, CodeType)
        else KINDS.get(type(one), lambda x: x)(one)
        for one in code.co_consts
    )
    return code.replace(co_consts=tuple(constants))


def trace(frame: FrameType, _event: str, _argument: Any) -> Any:
    """Count the bytecodes of parsers."""
    if not str(frame.f_globals.get("__name__", "")).startswith(PACKAGE):
        return None
    frame.f_trace_opcodes, frame.f_trace_lines = True, False
    return count_opcode


def count_opcode(_frame: FrameType, event: str, _argument: Any) -> Any:
    """Count one bytecode."""
    Counter.taken += event == "opcode"
    return count_opcode


@contextmanager
def counting() -> Iterator[None]:
    """Let every parser that is imported count what it does."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith(PACKAGE)]
    caches = [
        v for module in modules for v in vars(module).values() if isinstance(v, _lru_cache_wrapper)
    ]
    previous = sys.gettrace()
    with ExitStack() as stack:
        for cached in caches:
            cached.cache_clear()
            stack.callback(cached.cache_clear)
        stack.enter_context(patch.object(Pattern, "_matches", counting_matches(Pattern._matches)))
        for module in modules:
            for name, value in list(vars(module).items()):
                if not name.startswith("__") and (new := counting_global(value)) is not value:
                    stack.enter_context(patch.object(module, name, new))
            for function in functions(module):
                code = with_counted_constants(function.__code__)
                stack.callback(setattr, function, "__code__", function.__code__)
                function.__code__ = code
        sys.settrace(trace)
        try:
            yield
        finally:
            sys.settrace(previous)


def steps(parse: Callable[[Any], object], given: Any) -> int:
    """Return how many steps a parser takes on what it is given."""
    with counting():
        Counter.taken = 0
        result = parse(wrapped(given))
        if isinstance(result, Iterator):
            for _ in result:
                pass
        return Counter.taken


def assert_linear(
    parse: Callable[[Any], object], piece: Any, before: Any = "", after: Any = ""
) -> None:
    """Assert that a text of twice as many pieces takes at most twice the steps, and twice more."""
    least = -(-FIRST_LENGTH // len(piece))
    if isinstance(piece, bytes):
        before, after = before or b"", after or b""
    taken = [steps(parse, before + piece * least + after)]
    for doubling in range(1, DOUBLINGS + 1):
        taken.append(steps(parse, before + piece * (least << doubling) + after))
        assert taken[-1] <= 2 * taken[-2] + ALLOWANCE, (piece, taken)
