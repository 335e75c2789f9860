"""Mozilla's recommended set-ups of TLS servers, as mozilla.toml has them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Profile:
    """What a server of one profile may have: nothing but this. A size of 0 is no limit."""

    name: str
    versions: frozenset[str]
    suites: frozenset[str]
    groups: frozenset[str]
    prime_bits: int
    keys: frozenset[str]
    rsa_bits: int
    curves: frozenset[str]
    signatures: frozenset[str]
    days: int


@dataclass(frozen=True, slots=True)
class Guidelines:
    """One version of the guidelines: its profiles, best first.

    ``unknown_groups`` are younger than it, and so it says nothing of them.
    """

    version: str
    unknown_groups: frozenset[str]
    profiles: tuple[Profile, ...]


def read_guidelines(document: dict[str, Any]) -> tuple[Guidelines, ...]:
    """Return the guidelines of a document, oldest first."""
    return tuple(
        Guidelines(
            version=row["version"],
            unknown_groups=frozenset(row["unknown_groups"]),
            profiles=tuple(_profile(profile) for profile in row["profile"]),
        )
        for row in document["guidelines"]
    )


def _profile(row: dict[str, Any]) -> Profile:
    return Profile(
        name=row["name"],
        versions=frozenset(row["versions"]),
        suites=frozenset(row["suites"]),
        groups=frozenset(row["groups"]),
        prime_bits=row["prime_bits"],
        keys=frozenset(row["keys"]),
        rsa_bits=row["rsa_bits"],
        curves=frozenset(row["curves"]),
        signatures=frozenset(row["signatures"]),
        days=row["days"],
    )
