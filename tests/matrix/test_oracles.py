"""The matrix's expectations are true: every scanner that speaks a set-up says the same."""

from pathlib import Path

import pytest
from known_suites import openssl_name
from oracles import ORACLES, node_groups, prefers_own_order
from programs import free_port
from tls_setup import SetUp
from tls_setups import ALL

pytestmark = pytest.mark.oracle

NAMES = [setup.name for setup in ALL]


def silence(setup: SetUp, oracle: str) -> str | None:
    """Say why an oracle cannot judge a set-up at all."""
    if oracle == "nmap" and setup.starttls:
        return "it knows STARTTLS by the port's number only"
    return setup.silent.get(oracle)


@pytest.mark.parametrize("oracle", ORACLES)
@pytest.mark.parametrize("setup", ALL, ids=NAMES)
def test_an_oracle_sees_what_is_configured(setup: SetUp, oracle: str, tmp_path: Path) -> None:
    why = silence(setup, oracle)
    if why is not None:
        pytest.skip(f"{oracle} cannot judge it: {why}")
    known, port, expected = ORACLES[oracle], free_port(), setup.suites()
    with setup.start(tmp_path, port) as chains:
        witness = known.ask(setup, port)
    assert witness.suites == known.expects(expected)
    if witness.versions is not None:
        assert witness.versions == set(expected)
    if witness.groups is not None and f"{oracle} groups" not in setup.silent:
        assert witness.groups == {group for group in setup.groups if known.knows_group(group)}
    if witness.dh_bits and setup.dh_bits:
        assert witness.dh_bits == {setup.dh_bits}
    if witness.chains is not None:
        assert witness.chains == {chain.sent for chain in chains}


@pytest.mark.parametrize(
    "setup", [setup for setup in ALL if setup.server_order is not None], ids=lambda one: one.name
)
def test_the_order_is_the_one_configured(setup: SetUp, tmp_path: Path) -> None:
    known = [suite for suite in sorted(setup.suites().get("TLS 1.2", ())) if openssl_name(suite)]
    # ChaCha20 is moved to the front for some clients, whatever the order.
    plain = [suite for suite in known if "CHACHA20" not in suite]
    port = free_port()
    with setup.start(tmp_path, port):
        own = prefers_own_order(port, setup.starttls, plain[0], plain[-1])
    assert own is setup.server_order


@pytest.mark.parametrize(
    "setup", [setup for setup in ALL if setup.name.startswith("node")], ids=lambda one: one.name
)
def test_node_agrees_on_post_quantum_groups(setup: SetUp, tmp_path: Path) -> None:
    port = free_port()
    candidates = ("X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024")
    with setup.start(tmp_path, port):
        found = node_groups(port, *candidates)
    assert found == (setup.groups or frozenset()) & set(candidates)
