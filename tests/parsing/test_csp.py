import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.csp import (
    Weakness,
    common_weaknesses,
    limits_framing,
    read_meta_policies,
    read_policies,
)

PIECES = st.sampled_from(
    ["script-src", "default-src", "frame-ancestors", "'none'", "*", ";", ",", " ", "'nonce-"]
)


def test_a_meta_policy_loses_what_counts_in_headers_only() -> None:
    assert read_meta_policies(["frame-ancestors 'none'; sandbox"]) == ()
    (policy,) = read_meta_policies(["frame-ancestors 'none'; default-src 'self'"])
    assert limits_framing(policy) is None


def test_names_and_sources_are_compared_without_case() -> None:
    (policy,) = read_policies(["Script-Src 'UNSAFE-INLINE'"])
    assert Weakness.INLINE in policy.weaknesses()


@pytest.mark.parametrize(
    ("ancestors", "limits"),
    [
        ("*", False),
        ("*:*", False),
        ("https://*:443", False),
        ("http:", False),
        ("*/a", False),
        ("'self'", True),
        ("*.example", True),
        ("https://a.example:*", True),
        ("", True),
    ],
)
def test_a_wildcard_with_a_port_is_any_host(ancestors: str, limits: bool) -> None:
    (policy,) = read_policies([f"frame-ancestors {ancestors}"])
    assert limits_framing(policy) is limits


def test_what_a_policy_does_not_limit_is_open_in_every_way() -> None:
    (silent,) = read_policies(["img-src 'self'"])
    assert silent.weaknesses() == set(Weakness)
    (files,) = read_policies(["script-src-elem 'self'"])
    assert {Weakness.INLINE, Weakness.EVAL} <= files.weaknesses()
    assert Weakness.NO_SCRIPT_SRC not in files.weaknesses()


def test_the_number_of_policies_is_bounded() -> None:
    assert len(read_policies(["default-src 'self'," * 10_000])) == 64


@given(st.lists(st.text() | st.lists(PIECES).map(" ".join)))
def test_any_text_is_read(values: list[str]) -> None:
    policies = read_policies(values) + read_meta_policies(values)
    assert common_weaknesses(policies) <= set(Weakness)


@given(st.lists(PIECES).map(" ".join), st.lists(PIECES).map(" ".join))
def test_another_policy_never_weakens(one: str, other: str) -> None:
    alone = read_policies([one])
    if alone:
        assert common_weaknesses(read_policies([one, other])) <= common_weaknesses(alone)
