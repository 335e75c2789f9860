"""What checks are called; a stored finding may be of a check that today's catalogue lacks."""

from secscan.catalog import Catalog
from secscan.errors import SecscanError
from secscan.locale import Words


def check_title(catalog: Catalog, words: Words, check_id: str) -> str:
    """Return the title of a check, or its id where it is no longer known."""
    try:
        return words.text(catalog.get(check_id).title)
    except SecscanError:
        return check_id
