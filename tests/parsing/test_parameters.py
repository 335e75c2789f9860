from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.parameters import (
    ALERTS,
    CODES,
    GROUPS,
    KINDS,
    NUMBERS,
    SIGNATURES,
    SUITES,
    VERSIONS,
    named,
)


def test_names_and_numbers_go_both_ways() -> None:
    assert {NUMBERS[name]: name for name in NUMBERS} == dict(VERSIONS)
    assert {CODES[name] for name in SUITES.values()} == set(SUITES)
    assert {CODES[name] for name in KINDS.values()} == set(KINDS)
    for table in (GROUPS, SIGNATURES, ALERTS, SUITES, KINDS):
        assert len(set(table.values())) == len(table)


def test_versions_stand_oldest_first() -> None:
    assert list(VERSIONS) == sorted(VERSIONS)
    assert next(iter(VERSIONS.values())) == "SSLv2"


def test_well_known_numbers() -> None:
    assert SUITES[0x1301] == "TLS_AES_128_GCM_SHA256"
    assert SUITES[0xC02F] == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    assert SUITES[0xCCA8] == "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    assert KINDS[0x0700C0] == "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"
    assert (GROUPS[29], GROUPS[0x11EC]) == ("x25519", "X25519MLKEM768")
    assert SIGNATURES[0x0804] == "rsa_pss_rsae_sha256"
    assert (ALERTS[40], ALERTS[86]) == ("handshake_failure", "inappropriate_fallback")


def test_signals_are_no_suites() -> None:
    assert not {0x00FF, 0x5600, 0x0A0A} & set(SUITES)
    assert all(code <= 0xFFFF for code in SUITES)
    assert all(code > 0xFFFF for code in KINDS)


@given(st.integers(0, 0xFFFFFF))
def test_what_nobody_has_assigned_is_told_by_its_number(code: int) -> None:
    for table in (SUITES, KINDS, GROUPS, SIGNATURES, ALERTS):
        assert named(table, code) == table.get(code, f"0x{code:04X}")
