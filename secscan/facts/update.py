"""What of the files that were brought is taken, and what is refused: pure, on bytes and days."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from secscan.errors import SecscanError
from secscan.facts import Facts
from secscan.facts.folder import Stored, stored
from secscan.facts.published import Set, implausible, read, recognised
from secscan.facts.sources import Brought


@dataclass(frozen=True, slots=True)
class Known:
    """What the files are held against: names of ours, what is there, what was before, and today.

    What is there, or was before, has been believed once: it is taken without another word.
    """

    names: Mapping[Set, frozenset[str]]
    present: Mapping[Set, Stored]
    previous: Mapping[Set, Stored]
    today: date


def names_of(facts: Facts) -> Mapping[Set, frozenset[str]]:
    """Return what of our own facts each published file should have, too."""
    products = facts.products.values()
    holes = {one.hole for product in products for one in product.affected}
    return {
        Set.END_OF_LIFE: frozenset(one.endoflife for one in products if one.endoflife),
        Set.KNOWN_EXPLOITED: frozenset(
            hole.id for hole in holes if hole.exploited and hole.id.startswith("CVE-")
        ),
        Set.LIBRARIES: frozenset(one.retire for one in facts.libraries.values() if one.retire),
    }


def chosen(
    brought: Iterable[Brought], wanted: Collection[Set], known: Known
) -> tuple[dict[Set, Stored], list[str]]:
    """Return the files to take, and a sentence on each that is refused."""
    found: dict[Set, dict[bytes, Brought]] = {}
    for file in brought:
        which = recognised(file.raw)
        if which is not None and which in wanted:
            found.setdefault(which, {}).setdefault(file.raw, file)
    taken, refused = {}, []
    for which, files in found.items():
        first, *others = files.values()
        places = " and ".join(file.place for file in files.values())
        try:
            if others:
                raise SecscanError(f"these are several files of {which}, so name one of them")
            taken[which] = _believed(which, first, known)
        except SecscanError as fault:
            refused.append(f"{places}: refused, as {fault}")
    return taken, refused


def _believed(which: Set, file: Brought, known: Known) -> Stored:
    content = read(which, file.raw)
    previous, present = known.previous.get(which), known.present.get(which)
    for believed in (present, previous):
        if believed and believed.raw == file.raw:
            return believed
    before = present.content if present else None
    doubt = implausible(content, before, known.names[which], known.today)
    if doubt:
        raise SecscanError(doubt)
    found = stored(file.raw, content, file.place, min(file.modified, known.today))
    if present and found.entry.as_of < present.entry.as_of:
        day, there = found.entry.as_of, present.entry.as_of
        raise SecscanError(f"it is of {day}, older than what is there ({there})")
    return found
