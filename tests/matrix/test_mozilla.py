"""On the servers of the matrix secscan says of Mozilla's profiles what sslyze's checker says."""

import asyncio
from pathlib import Path

import pytest
from oracles import sslyze_result
from programs import free_port
from secscan.checks.mozilla import deviations, observe
from sslyze.mozilla_tls_profile.tls_config_checker import (
    SCAN_COMMANDS_NEEDED_BY_MOZILLA_CHECKER,
    MozillaTlsConfiguration,
    ServerNotCompliantWithTlsConfiguration,
    ServerScanResultIncomplete,
    TlsConfigurationEnum,
    check_server_against_tls_configuration,
)
from sslyze.scanner.models import ServerScanResult
from tls_looks import look_at
from tls_setup import SetUp
from tls_setups import ALL

from secscan.evidence import Tls
from secscan.facts import load_facts

pytestmark = pytest.mark.oracle

MATTERS = {
    "tls_versions": "versions",
    "ciphersuites": "suites",
    "ciphers": "suites",
    "tls_curves": "groups",
    "dh_param_size": "prime",
    "rsa_key_size": "RSA key",
    "ecdh_param_size": "groups",
    "certificate_curves": "key's curve",
    "certificate_types": "key",
    "certificate_signatures": "signature",
    "maximum_certificate_lifespan": "lifetime",
    "tls_vulnerability_compression": "compression",
    "tls_vulnerability_renegotiation": "renegotiation",
    "tls_vulnerability_extended_master_secret": "master secret",
    "tls_vulnerability_fallback_scsv": "fallback",
}
"""secscan's names for sslyze's issues. It judges trust and names by checks of their own."""

LEFT_OUT = {"certificate_path_validation", "certificate_hostname_validation"}

SPOKEN = [setup for setup in ALL if "sslyze" not in setup.silent]


def issues(result: ServerScanResult, profile: str) -> set[str]:
    """Return what sslyze's checker finds against a profile, in secscan's names."""
    wanted = MozillaTlsConfiguration.get(TlsConfigurationEnum(profile))
    try:
        check_server_against_tls_configuration(result, wanted)
    except ServerNotCompliantWithTlsConfiguration as found:
        return {MATTERS[issue] for issue in found.issues.keys() - LEFT_OUT}
    except ServerScanResultIncomplete as fault:
        pytest.skip(f"sslyze cannot judge it: {fault}")
    return set()


@pytest.mark.parametrize("setup", SPOKEN, ids=[setup.name for setup in SPOKEN])
def test_the_profiles_are_judged_as_sslyze_judges_them(setup: SetUp, tmp_path: Path) -> None:
    port = free_port()
    with setup.start(tmp_path, port):
        result = sslyze_result(setup, port, SCAN_COMMANDS_NEEDED_BY_MOZILLA_CHECKER)
        seen = asyncio.run(look_at(setup.starttls, port)).tls
    assert isinstance(seen, Tls)
    (guidelines,) = (one for one in load_facts().mozilla if one.version == "5.7")
    ours = {
        profile.name: set(deviations(profile, guidelines.unknown_groups, observe(seen)))
        for profile in guidelines.profiles
    }
    assert ours == {name: issues(result, name) for name in ours}
