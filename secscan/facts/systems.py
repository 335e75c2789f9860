"""Distributions: which versions they keep and patch in place, and when their packages came out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

System = tuple[str, str]
"""A product and a cycle of the facts: ``("debian", "12")``."""


@dataclass(frozen=True, slots=True)
class Base:
    """A version that systems come with and patch in place: it may be a package of any of these."""

    product: str
    version: str
    systems: tuple[System, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """A release of a distribution's package, and the day everybody was given it.

    ``version`` is as banners show it: upstream version, a hyphen, the package's revision.
    """

    product: str
    version: str
    system: System
    day: date


Bases = Mapping[tuple[str, str], Base]
Revisions = Mapping[tuple[str, System], tuple[Revision, ...]]


def release_name(cycle: str) -> str:
    """Return a system's cycle as people write it: 2012 R2 for 2012-r2."""
    return cycle.replace("-", " ").upper()


def packaged_for(
    bases: Bases, product: str, version: str, system: str, release: str
) -> tuple[System, ...]:
    """Return the releases of a system whose package a version may be.

    ``release`` is the number in ``+deb12u10``, "" where the revision has none: then the version
    tells it (Ubuntu's OpenSSH 9.6p1 is that of 24.04), or nothing does.
    """
    if release:
        return ((system, release),)
    base = bases.get((product, version))
    return tuple(one for one in base.systems if one[0] == system) if base else ()


def read_bases(document: Mapping[str, Any]) -> Bases:
    """Return the versions that systems keep, by product and version, with all their systems."""
    systems: dict[tuple[str, str], list[System]] = {}
    for group in document["bases"]:
        for row in group["versions"]:
            known = systems.setdefault((row["product"], row["version"]), [])
            known.extend(map(_system, row["systems"]))
    return {key: Base(*key, tuple(found)) for key, found in systems.items()}


def read_revisions(document: Mapping[str, Any]) -> Revisions:
    """Return the revisions of packages, newest first, by product and system."""
    return {
        (group["product"], _system(group["system"])): tuple(
            Revision(group["product"], row["version"], _system(group["system"]), row["day"])
            for row in group["releases"]
        )
        for group in document["revisions"]
    }


def _system(named: list[str]) -> System:
    product, cycle = named
    return product, cycle
