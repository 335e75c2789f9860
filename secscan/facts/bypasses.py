"""Addresses on other sites' hosts by which injected scripts run, as csp_bypasses.toml has them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bypass:
    """An address that runs what its caller wants; ``needs_eval`` where 'unsafe-eval' must help."""

    url: str
    needs_eval: bool


def read_bypasses(document: dict[str, Any]) -> tuple[Bypass, ...]:
    """Return the addresses of a document."""
    return tuple(
        Bypass(url, row.get("needs_eval", False))
        for row in document["bypass"]
        for url in row["urls"]
    )
