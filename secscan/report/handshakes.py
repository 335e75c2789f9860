"""What was asked of an endpoint's TLS, and what for: its owner may want to know."""

from collections.abc import Iterable
from dataclasses import dataclass

from secscan.evidence import Answer, Hello, Missing, Purpose, SiteEvidence, Tls


@dataclass(frozen=True, slots=True)
class Asked:
    """The hellos of one purpose: how many were answered, turned away, and met by silence."""

    purpose: Purpose
    sent: int
    answered: int
    refused: int
    unseen: int


def handshakes(evidence: SiteEvidence | None) -> tuple[Asked, ...]:
    """Return what was asked of all endpoints of a site, by purpose."""
    hellos: dict[Purpose, list[Hello]] = {purpose: [] for purpose in Purpose}
    for endpoint in evidence.endpoints if evidence else ():
        if isinstance(endpoint.tls, Tls):
            for hello in endpoint.tls.hellos:
                hellos[hello.purpose].append(hello)
    return tuple(_asked(purpose, sent) for purpose, sent in hellos.items() if sent)


def _asked(purpose: Purpose, hellos: Iterable[Hello]) -> Asked:
    kinds = [type(hello.answer) for hello in hellos]
    answered, unseen = kinds.count(Answer), kinds.count(Missing)
    return Asked(purpose, len(kinds), answered, len(kinds) - answered - unseen, unseen)
