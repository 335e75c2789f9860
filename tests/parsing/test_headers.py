import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing import headers


@given(st.lists(st.text()))
def test_any_text_is_read(values: list[str]) -> None:
    headers.blocks_framing(values)
    headers.is_nosniff(values)
    headers.referrer_policy(values)
    headers.restricted_features(values)
    headers.opener_policy(tuple(values))


@given(st.sampled_from(["deny", "SAMEORIGIN", "allow-from a", ""]), st.integers(1, 4))
def test_equal_frame_options_collapse(value: str, times: int) -> None:
    assert headers.blocks_framing([value] * times) == headers.blocks_framing([value])


def test_features_in_parentheses_stay_together() -> None:
    value = 'camera=(self "https://a.example"), usb=*, midi=();report-to=x'
    assert headers.restricted_features([value]) == ("camera", "midi")


@pytest.mark.parametrize("piece", ["(", ")", ",", "a=", "a=(),", ";", " ", "a=("])
def test_a_hostile_policy_is_read_in_one_pass(piece: str) -> None:
    """A quadratic reader would need hours for these."""
    headers.restricted_features([piece * 200_000, f"camera=({piece * 200_000}"])
