import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.parameters import VERSIONS
from secscan.parsing.suites import groups_of, is_ephemeral, is_new, suites_of


@pytest.mark.parametrize(
    ("suite", "new", "ephemeral"),
    [
        ("TLS_AES_128_GCM_SHA256", True, True),
        ("TLS_CHACHA20_POLY1305_SHA256", True, True),
        ("TLS_GOSTR341112_256_WITH_MAGMA_MGM_S", True, True),
        ("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", False, True),
        ("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", False, True),
        ("TLS_PSK_DHE_WITH_AES_128_CCM_8", False, True),
        ("TLS_RSA_WITH_AES_256_GCM_SHA384", False, False),
        ("TLS_DH_RSA_WITH_AES_128_GCM_SHA256", False, False),
        ("TLS_ECDH_anon_WITH_AES_128_CBC_SHA", False, False),
        ("SSL_CK_DES_192_EDE3_CBC_WITH_MD5", False, False),
    ],
)
def test_what_a_name_says(suite: str, new: bool, ephemeral: bool) -> None:
    assert (is_new(suite), is_ephemeral(suite)) == (new, ephemeral)


@given(st.text())
def test_what_is_not_known_keeps_no_secrets(suite: str) -> None:
    if not suite.startswith("TLS_") and not suite.endswith(("_MGM_L", "_MGM_S")):
        assert not is_ephemeral(suite)


def test_each_version_has_its_own_suites() -> None:
    count = {version: len(suites_of(version)) for version in VERSIONS.values()}
    assert count["SSLv3"] == count["TLS 1.0"] == count["TLS 1.1"] < count["TLS 1.2"]
    assert set(suites_of("TLS 1.0")) < set(suites_of("TLS 1.2"))
    for version in ("SSLv2", "TLS 1.3"):
        assert not set(suites_of(version)) & set(suites_of("TLS 1.2"))
    assert "TLS_RSA_WITH_AES_128_GCM_SHA256" not in suites_of("TLS 1.1")


def test_old_versions_are_not_offered_finite_groups() -> None:
    assert "ffdhe2048" in groups_of("TLS 1.3")
    assert not [name for name in groups_of("TLS 1.2") if name.startswith("ffdhe")]
    assert "brainpoolP256r1" not in groups_of("TLS 1.3")
