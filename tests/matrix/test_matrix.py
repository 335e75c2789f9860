"""secscan sees on every set-up of the matrix what is configured there."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from programs import free_port
from tls_looks import look_at
from tls_setup import SetUp
from tls_setups import ALL

from secscan.evidence import Tls


@dataclass(frozen=True)
class Seen:
    """What a look at a set-up found."""

    suites: Mapping[str, frozenset[str]]
    groups: frozenset[str]
    dh_bits: frozenset[int]
    chains: frozenset[tuple[bytes, ...]]
    connections: int


def seen(setup: SetUp, port: int) -> Seen:
    """Look at a set-up as a scan does: the one place that knows secscan's own types."""
    endpoint = asyncio.run(look_at(setup.starttls, port))
    connections = endpoint.usage.tls_connections
    if not isinstance(endpoint.tls, Tls):
        return Seen({}, frozenset(), frozenset(), frozenset(), connections)
    tls, accepted = endpoint.tls, endpoint.tls.accepted()
    return Seen(
        {version: frozenset(suites) for version, suites in accepted.items()},
        frozenset(
            group
            for version in accepted
            for group in tls.groups(version)
            if version == "TLS 1.3" or "ffdhe" not in group  # DHE of TLS 1.2 is its dh_bits
        ),
        frozenset(answer.bits for answer in tls.answers() if "_DHE_" in answer.suite),
        frozenset(chain.certificates for chain in tls.chains() if chain.certificates),
        connections,
    )


@pytest.mark.parametrize("setup", ALL, ids=[setup.name for setup in ALL])
def test_what_is_configured_is_seen(setup: SetUp, tmp_path: Path) -> None:
    port, expected = free_port(), setup.suites()
    with setup.start(tmp_path, port) as chains:
        found = seen(setup, port)
    assert found.suites == expected
    assert found.groups == setup.groups
    if setup.dh_bits is not None:
        assert found.dh_bits == {setup.dh_bits}
    if "chains" not in setup.silent:
        assert found.chains == {chain.sent for chain in chains}
    assert found.connections > 0
