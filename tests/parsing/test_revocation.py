"""Lists of revoked certificates: what they say, and when that may be believed."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st
from revocation_lists import URL, chain, leaf, revocation_list, scope
from tls_certificates import TODAY, root

from secscan.parsing.revocation import list_urls, read_list

LEAF = leaf(URL)
CHAIN = chain(LEAF)
SERIAL = LEAF.certificate.serial_number
KEY_COMPROMISE = frozenset({x509.ReasonFlags.key_compromise})


@pytest.mark.parametrize(
    ("made", "urls"),
    [
        (leaf(), ()),
        (LEAF, (URL,)),
        (leaf(URL, "http://b.example/", URL), (URL, "http://b.example/")),
        (leaf("ldap://a.example/", "https://a.example/", URL), (URL,)),
        (leaf(URL, reasons=KEY_COMPROMISE), ()),
    ],
)
def test_a_certificate_says_where_its_lists_are(made: object, urls: tuple[str, ...]) -> None:
    assert list_urls(chain(made)[0]) == urls  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "verified"),
    [
        (revocation_list(), True),
        (revocation_list(encoding=serialization.Encoding.PEM), True),
        (revocation_list(extensions=[scope(URL)]), True),
        (revocation_list(extensions=[scope(only_contains_user_certs=True)]), True),
        (revocation_list(extensions=[scope("http://b.example/")]), False),
        (revocation_list(extensions=[scope(only_contains_ca_certs=True)]), False),
        (revocation_list(extensions=[scope(indirect_crl=True)]), False),
        (revocation_list(extensions=[(x509.DeltaCRLIndicator(1), True)]), False),
        (revocation_list(issuer=root()), False),
        (revocation_list(key=root()), False),
    ],
)
def test_only_the_issuers_list_for_the_leaf_is_verified(content: bytes, verified: bool) -> None:
    found = read_list(content, URL, CHAIN)
    assert found is not None
    assert found.verified is verified
    assert found.revoked_at is None


def test_who_is_in_the_list_is_revoked() -> None:
    found = read_list(revocation_list(5, SERIAL), URL, CHAIN)
    assert found is not None
    assert found.verified
    assert found.revoked_at == TODAY - timedelta(days=1)
    assert found.this_update == TODAY - timedelta(hours=1)
    assert found.next_update == TODAY + timedelta(days=7)


def test_without_its_issuer_in_the_chain_nothing_is_verified() -> None:
    found = read_list(revocation_list(SERIAL), URL, CHAIN[:1])
    assert found is not None
    assert not found.verified


@given(st.binary(max_size=200), st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_any_bytes_give_a_listing_or_none(junk: bytes, at: int, patch: bytes) -> None:
    whole = revocation_list(SERIAL)
    broken = whole[:at] + patch + whole[at + len(patch) :]
    for content in (junk, broken, whole[:at]):
        found = read_list(content, URL, CHAIN)
        assert found is None or found.revoked_at is None or found.this_update
    assert read_list(whole, URL, (junk,)) is None
    assert list_urls(junk) == ()
