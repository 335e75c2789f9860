"""The facts of the wheel with the published files laid over them: functions on data alone."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from secscan.facts.endoflife import EndOfLife, with_cycles
from secscan.facts.folder import Stored
from secscan.facts.kev import KnownExploited, with_known_exploited
from secscan.facts.libraries import Library, with_exploited
from secscan.facts.products import Product
from secscan.facts.published import Libraries, Set
from secscan.facts.retire import with_repository


def overlaid_products(
    products: Mapping[str, Product], files: Mapping[Set, Stored]
) -> Mapping[str, Product]:
    """Return the products with what the files say of them."""
    for file in files.values():
        if isinstance(file.content, EndOfLife):
            products = with_cycles(products, file.content)
        if isinstance(file.content, KnownExploited):
            products = with_known_exploited(products, file.content)
    return products


def overlaid_libraries(
    libraries: Mapping[str, Library], files: Mapping[Set, Stored]
) -> Mapping[str, Library]:
    """Return the libraries with those of the files in their place or besides, then the days."""
    contents = [file.content for file in files.values()]
    for published in contents:
        if isinstance(published, Libraries):
            libraries = with_repository(libraries, published.repository)
    for catalogue in contents:
        if isinstance(catalogue, KnownExploited):
            libraries = with_exploited(libraries, catalogue.added)
    return libraries


def overlaid_version(version: str, files: Mapping[Set, Stored]) -> str:
    """Return the version of all facts together: the newest day, and a digest of every file.

    Only what is in the files counts, so the same files are the same version everywhere.
    """
    if not files:
        return version
    day, digest = version.split("+")
    own = [file.content.as_of for file in files.values()]
    newest = max([date.fromisoformat(day), *(one for one in own if one)])
    rows = sorted(f"{which} {file.entry.sha256}" for which, file in files.items())
    return f"{newest}+{sha256(' '.join([digest, *rows]).encode()).hexdigest()[:12]}"
