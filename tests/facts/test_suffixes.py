"""Whose a host is, by the public suffix list."""

import pytest
from builders import facts
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("host", "owner", "by_registries"),
    [
        ("www.sub.hue.gov.vn", "hue.gov.vn", "hue.gov.vn"),
        ("WWW.Example.COM.", "example.com", "example.com"),
        ("a.github.io", "a.github.io", "github.io"),
        ("github.io", "", "github.io"),
        ("gov.vn", "", ""),
        ("192.0.2.1", "", ""),
        ("[2001:db8::1]", "", ""),
        ("localhost", "", ""),
        ("", "", ""),
    ],
)
def test_whose_a_host_is(host: str, owner: str, by_registries: str) -> None:
    suffixes = facts().suffixes
    assert (suffixes.registrable(host), suffixes.registered(host)) == (owner, by_registries)


@given(st.text())
def test_any_text_is_somebodys_or_nobodys(host: str) -> None:
    assert len(facts().suffixes.registrable(host)) <= len(host.lower())
