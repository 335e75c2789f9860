"""Names that browsers keep on HTTPS without having been there, as preload.toml has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Preloaded:
    """What is known of the preload list as of a day; of a name that is not in it, nothing is known.

    ``hosts`` says of each name whether those below it are preloaded too.
    """

    as_of: date
    hosts: Mapping[str, bool]

    def covers(self, host: str) -> str:
        """Return the name by which a host is preloaded, itself or a parent, "" if none is known."""
        labels = host.lower().split(".")
        if host.lower() in self.hosts:
            return host.lower()
        parents = (".".join(labels[at:]) for at in range(1, len(labels)))
        return next((parent for parent in parents if self.hosts.get(parent)), "")


def read_preloaded(document: dict[str, Any]) -> Preloaded:
    """Return the names of a document."""
    with_subdomains = dict.fromkeys(document["with_subdomains"], True)
    return Preloaded(document["as_of"], with_subdomains | dict.fromkeys(document["alone"], False))
