"""The deep look: what a raw hello cannot tell is asked of sslyze, item by item."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from secscan.evidence import Deep, Missing, MissingKind, Renegotiation, Resumption
from secscan.probes.connect import Connections, Route
from secscan.probes.http import Retriever
from secscan.probes.limits import Limits
from secscan.probes.revocation import revocation
from secscan.probes.witness.process import Witness
from secscan.probes.witness.relay import Call, Relay

ITEMS: Mapping[str, TypeAdapter[Any]] = {
    "heartbleed": TypeAdapter(bool),
    "ccs_injection": TypeAdapter(bool),
    "robot": TypeAdapter(str),
    "renegotiation": TypeAdapter(Renegotiation),
    "resumption": TypeAdapter(Resumption),
    "early_data": TypeAdapter(bool),
}
"""The items in the order they are asked, with the shape of the answer."""

PATIENCE = 10
"""Seconds for which sslyze waits for an answer to one message: our own gate may be busy."""

_HOPELESS = (MissingKind.TIMEOUT, MissingKind.OVER_BUDGET)
_ANSWERED_HELLO = b"\x16"  # a handshake message; an alert is \x15


async def deep_look(
    witness: Witness,
    route: Route,
    connections: Connections,
    retriever: Retriever,
    limits: Limits,
    chain: tuple[bytes, ...],
) -> Deep:
    """Look at an endpoint as the ``deep`` grant allows; ``chain`` is what it presented."""
    said: dict[str, Any] = {}
    hopeless: Missing | None = None
    async with Relay(route, connections, limits.deep_connections) as relay:
        for item, shape in ITEMS.items():
            job = {
                "item": item,
                "host": route.host,
                "port": relay.port,
                "at_once": 1,  # so that the last connection is the one that decided
                "patience": PATIENCE,
            }
            relay.begin()
            found = hopeless or await witness.ask(job, limits.deep_timeout)
            said[item] = relay.fault or _checked(item, shape, found, relay.calls)
            if isinstance(said[item], Missing) and said[item].kind in _HOPELESS:
                hopeless = said[item]
    return Deep(**said, revocation=await revocation(chain, route.address, retriever, limits))


def _checked(item: str, shape: TypeAdapter[Any], found: Any, calls: list[Call]) -> Any | Missing:
    """Return what sslyze said, where it follows from an answer of the server.

    A server that hangs up on us is "not vulnerable" to sslyze; to us it is unknown.
    """
    if isinstance(found, Missing):
        return found
    spoken = [call for call in calls if call.asked]
    last = spoken[-1].answered if spoken else b""
    probed = item in ("heartbleed", "ccs_injection")  # behind a ServerHello, or not at all
    if not last or (probed and last != _ANSWERED_HELLO):
        return Missing(MissingKind.RESET, f"no handshake in which to look for {item}")
    try:
        return shape.validate_python(found)
    except ValidationError:
        return Missing(MissingKind.SCANNER_FAULT, f"sslyze's word on {item} is no word we know")
