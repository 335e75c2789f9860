"""Profiles of deadlines as data: how many days there are to put right what was found."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from secscan.errors import SecscanError

DEFAULT = "cisa-26-04"
"""The profile that is taken where none is named."""

Answers = tuple[bool, bool, bool, bool]
"""What is asked of a vulnerability: exploited, exposed, automatable, total."""

ANSWERS = ("exploited", "exposed", "automatable", "total")
"""The keys of these answers, in order."""

_SEVERITIES = frozenset({"critical", "high", "medium", "low"})
_TOP = frozenset({"name", "version", "source", "vulnerability", "end_of_life", "granted"})
_ROW = frozenset({*ANSWERS, "days", "next_upgrade", "forensic_triage"})


@dataclass(frozen=True, slots=True)
class Term:
    """What is asked for: days from the first sight, or None for the next upgrade."""

    days: int | None
    forensic_triage: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """A validated profile. What it has no row for has no deadline."""

    name: str
    version: int
    source: str
    vulnerability: Mapping[Answers, Term]
    end_of_life: Term | None
    granted: Mapping[str, Term]


def shipped() -> tuple[str, ...]:
    """Return the names of the profiles that come with secscan."""
    folder = files("secscan.policies") / "deadlines"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir()))


def load_profile(named: str = DEFAULT) -> Profile:
    """Read a profile by name, or from a file; raise SecscanError naming every mistake."""
    source = files("secscan.policies") / "deadlines" / f"{named}.toml"
    try:
        text = (source if named in shipped() else Path(named)).read_text("utf-8")
        document = tomllib.loads(text)
    except FileNotFoundError as fault:
        known = ", ".join(shipped())
        raise SecscanError(
            f"there is no profile of deadlines {named!r}: name one of {known}, or a file"
        ) from fault
    except (OSError, ValueError, RecursionError) as fault:  # every fault of TOML is a ValueError
        told = getattr(fault, "strerror", None) or fault
        raise SecscanError(f"the deadlines {named} cannot be read: {told}") from fault
    mistakes = list(_mistakes(document))
    if mistakes:
        raise SecscanError(f"the deadlines {named} have mistakes: " + "; ".join(mistakes))
    end = document.get("end_of_life")
    return Profile(
        name=document["name"],
        version=document["version"],
        source=document["source"],
        vulnerability={_answers(row): _term(row) for row in document.get("vulnerability", ())},
        end_of_life=None if end is None else Term(end["days"]),
        granted={name: Term(days) for name, days in document.get("granted", {}).items()},
    )


def _answers(row: Mapping[str, Any]) -> Answers:
    exploited, exposed, automatable, total = (row.get(key) for key in ANSWERS)
    return bool(exploited), bool(exposed), bool(automatable), bool(total)


def _term(row: Mapping[str, Any]) -> Term:
    return Term(row.get("days"), row.get("forensic_triage", False))


def _mistakes(document: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(document.keys() - _TOP):
        yield f"{key} is not known here"
    for key in ("name", "source"):
        if not isinstance(document.get(key), str):
            yield f"{key} is a text"
    if not _is_number(document.get("version")):
        yield "version is a whole number"
    yield from _table_mistakes("end_of_life", document.get("end_of_life", {"days": 0}), {"days"})
    yield from _table_mistakes("granted", document.get("granted", {}), _SEVERITIES)
    if document.get("end_of_life") == {}:
        yield "end_of_life.days is missing"
    yield from _row_mistakes(document.get("vulnerability", []))


def _table_mistakes(name: str, table: object, known: set[str] | frozenset[str]) -> Iterator[str]:
    if not isinstance(table, dict):
        yield f"{name} is a table"
        return
    for key, value in table.items():
        if key not in known:
            yield f"{name}.{key} is not known here"
        elif not _is_number(value):
            yield f"{name}.{key} is a number of days"


def _row_mistakes(rows: object) -> Iterator[str]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield "each vulnerability is a [[vulnerability]] of its own"
        return
    seen: dict[Answers, int] = {}
    for number, row in enumerate(rows, 1):
        for told in _one_row(row):
            yield f"vulnerability {number}: {told}"
        first = seen.setdefault(_answers(row), number)
        if first != number:
            yield f"vulnerability {number}: it has the answers of {first}"


def _one_row(row: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(row.keys() - _ROW):
        yield f"{key} is not known here"
    for key, value in {"forensic_triage": False, **dict.fromkeys(ANSWERS), **row}.items():
        if key in (*ANSWERS, "forensic_triage") and not isinstance(value, bool):
            yield f"{key} is true or false"
    if ("days" in row) == ("next_upgrade" in row):
        yield "write either days or next_upgrade"
    elif "days" in row and not _is_number(row["days"]):
        yield "days is a number of days"
    elif "next_upgrade" in row and row["next_upgrade"] is not True:
        yield "next_upgrade is true, or is left out"


def _is_number(value: object) -> bool:
    """Say whether this is a whole number that a date can be moved by; true is none."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 36500
