"""What checks are called; a stored finding may be of a check that today's catalogue lacks."""

from typing import Any

from secscan.catalog import Catalog
from secscan.check import Check
from secscan.errors import SecscanError
from secscan.locale import Words


def known_check(catalog: Catalog, check_id: str) -> Check[Any] | None:
    """Return a check by its id or a former one, or None where the catalogue has it no more."""
    try:
        return catalog.get(check_id)
    except SecscanError:
        return None


def check_title(catalog: Catalog, words: Words, check_id: str) -> str:
    """Return the title of a check, or its id where it is no longer known."""
    check = known_check(catalog, check_id)
    return words.text(check.title) if check else check_id
