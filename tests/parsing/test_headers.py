from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing import headers


@given(st.lists(st.text()))
def test_any_text_is_read(values: list[str]) -> None:
    headers.blocks_framing(values)
    headers.is_nosniff(values)
    headers.referrer_policy(values)
    headers.meta_referrer_policy("".join(values))
    headers.opener_policy(tuple(values))


@given(st.sampled_from(["deny", "SAMEORIGIN", "allow-from a", ""]), st.integers(1, 4))
def test_equal_frame_options_collapse(value: str, times: int) -> None:
    assert headers.blocks_framing([value] * times) == headers.blocks_framing([value])
