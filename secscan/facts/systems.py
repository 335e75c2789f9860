"""Distributions: which versions they keep and patch in place, and when their packages came out."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Base:
    """A version that distributions keep: such a bare version may be a package of any of these.

    ``systems`` are (product, cycle) of the facts: ``("debian", "12")``.
    """

    product: str
    version: str
    systems: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """A release of a distribution's package, and the day of it.

    ``version`` is as banners show it: upstream version, a hyphen, the package's revision.
    """

    product: str
    version: str
    system: tuple[str, str]
    day: date
    holes_closed: tuple[str, ...] = ()
