"""The second opinion: every suite and curve that sslyze finds, by trying each one."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from secscan.evidence import Missing, MissingKind
from secscan.probes.connect import Connections, Route
from secscan.probes.limits import Limits
from secscan.probes.witness.deep import PATIENCE
from secscan.probes.witness.process import Witness
from secscan.probes.witness.relay import Relay


@dataclass(frozen=True, slots=True)
class Accepted:
    """What sslyze tried and what of it was accepted, by IANA's names."""

    accepted: frozenset[str]
    rejected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What sslyze says: suites by version, and curves; Missing what it came to no end with.

    ``lost`` of its ``connections`` could not be opened: what it rejected may then be no
    rejection of the server's.
    """

    suites: Mapping[str, Accepted | Missing]
    curves: Accepted | Missing
    connections: int
    lost: int


_SAID = TypeAdapter(dict[str, Accepted | str])


async def ask_opinion(
    witness: Witness, route: Route, connections: Connections, limits: Limits
) -> Opinion | Missing:
    """Have sslyze try every suite of every version, and every curve, on an endpoint."""
    async with Relay(route, connections, limits.opinion_connections) as relay:
        job = {
            "item": "opinion",
            "host": route.host,
            "port": relay.port,
            "at_once": 2,
            "patience": PATIENCE,
        }
        said = await witness.ask(job, limits.opinion_timeout)
        calls = relay.calls
        lost = sum(call.fault is not None for call in calls)
        fault = relay.fault
    if isinstance(said, Missing):
        return fault or said
    try:
        found = {name: _accepted(one) for name, one in _SAID.validate_python(said).items()}
    except ValidationError:
        return Missing(MissingKind.SCANNER_FAULT, "sslyze's opinion is none that we can read")
    return Opinion(found, found.pop("curves"), len(calls), lost)


def _accepted(said: Accepted | str) -> Accepted | Missing:
    return Missing(MissingKind.TLS_FAILURE, f"sslyze: {said}") if isinstance(said, str) else said
