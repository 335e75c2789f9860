import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.suites import Strength, is_ephemeral, strength


@pytest.mark.parametrize(
    ("suite", "grade", "ephemeral"),
    [
        ("TLS_AES_128_GCM_SHA256", Strength.STRONG, True),
        ("TLS_CHACHA20_POLY1305_SHA256", Strength.STRONG, True),
        ("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", Strength.STRONG, True),
        ("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", Strength.STRONG, True),
        ("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", Strength.PHASE_OUT, True),
        ("TLS_RSA_WITH_AES_256_GCM_SHA384", Strength.PHASE_OUT, False),
        ("TLS_DH_RSA_WITH_AES_128_GCM_SHA256", Strength.PHASE_OUT, False),
        ("TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", Strength.BROKEN, True),
        ("TLS_ECDH_anon_WITH_AES_128_CBC_SHA", Strength.BROKEN, False),
        ("TLS_RSA_EXPORT1024_WITH_RC4_56_SHA", Strength.BROKEN, False),
        ("SSL_CK_DES_192_EDE3_CBC_WITH_MD5", Strength.BROKEN, False),
        ("TLS_SHA256_SHA256", Strength.BROKEN, False),
        ("GOST2012-GOST8912-GOST8912", Strength.PHASE_OUT, False),
    ],
)
def test_table(suite: str, grade: Strength, ephemeral: bool) -> None:
    assert (strength(suite), is_ephemeral(suite)) == (grade, ephemeral)


@given(st.text())
def test_what_is_not_known_is_not_strong(suite: str) -> None:
    if not suite.startswith("TLS_"):
        assert strength(suite) is not Strength.STRONG
