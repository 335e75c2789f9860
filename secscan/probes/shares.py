"""What each part of a scan may ask of an endpoint: no part uses up what is another one's."""

from collections import Counter
from dataclasses import dataclass

from secscan.evidence import Missing, MissingKind
from secscan.probes.connect import Route
from secscan.probes.faults import UnseenError


@dataclass(frozen=True, slots=True)
class Share:
    """Requests of one kind to one endpoint; ``granted`` of them are beside all others."""

    name: str
    requests: int
    granted: int = 0


class Shares:
    """Counts what was asked of each endpoint, kind by kind."""

    def __init__(self) -> None:
        self._used: Counter[tuple[tuple[str, str, int], str]] = Counter()

    def take(self, route: Route, share: Share) -> None:
        """Count one more request, or raise where there were as many as there may be."""
        key = route.endpoint, share.name
        if self._used[key] >= share.requests:
            told = f"{self._used[key]} requests for {share.name}"
            raise UnseenError(Missing(MissingKind.OVER_BUDGET, told))
        self._used[key] += 1
