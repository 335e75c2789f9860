"""One more weak suite never raises the index, whatever stands beside it."""

from builders import (
    catalog,
    facts,
    policy,
    site,
    tls,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from secscan.finding import judge
from secscan.index import site_index

ECDHE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
DHE = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
RSA = "TLS_RSA_WITH_AES_128_GCM_SHA256"
EXPORT = "TLS_RSA_EXPORT_WITH_RC4_40_MD5"
NEW = "TLS_AES_128_GCM_SHA256"
STRONG = ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", ECDHE)
WEAK = (DHE, CBC, RSA, "TLS_RSA_WITH_AES_128_CBC_SHA")
BROKEN = ("TLS_ECDHE_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_NULL_SHA256", EXPORT)
OWN = [c for c in catalog() if c.id.split(".")[0] in ("transport", "tls", "handshake", "mozilla")]


def value(names: list[str], version: str = "TLS 1.2") -> object:
    """Return the index of a site, as far as this module's family goes."""
    ordered = [name for name in (*STRONG, *WEAK, *BROKEN) if name in names]
    evidence = site(spoken=tls({"TLS 1.3": (NEW,), version: ordered}))
    return site_index(judge(OWN, evidence, policy(), facts()), policy()).value


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(STRONG + WEAK), min_size=1), st.sampled_from(WEAK + BROKEN))
def test_a_weaker_suite_beside_strong_ones_never_raises_the_index(
    names: set[str], weaker: str
) -> None:
    with_strong = [*names, *STRONG]
    before, after = value(with_strong), value([*with_strong, weaker])
    assert isinstance(before, type(after))
    assert after <= before  # type: ignore[operator]


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(WEAK), min_size=1), st.sampled_from(BROKEN))
def test_a_broken_suite_never_raises_the_index(names: set[str], broken: str) -> None:
    assert value([*names, broken]) <= value([*names])  # type: ignore[operator]
