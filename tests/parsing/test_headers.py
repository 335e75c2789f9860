import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing import headers


@given(st.lists(st.text()))
def test_any_text_is_read(values: list[str]) -> None:
    headers.blocks_framing(values)
    headers.is_nosniff(values)
    headers.referrer_policy(values, values)
    headers.token_item(values)
    headers.resource_policy(values)
    headers.shared_with(values, values)


@given(st.sampled_from(["deny", "SAMEORIGIN", "allow-from a", ""]), st.integers(1, 4))
def test_equal_frame_options_collapse(value: str, times: int) -> None:
    assert headers.blocks_framing([value] * times) == headers.blocks_framing([value])


def test_only_the_blanks_of_http_are_taken_off() -> None:
    assert headers.is_nosniff(["\t nosniff"])
    assert not headers.is_nosniff(["\xa0nosniff"])


@pytest.mark.parametrize(
    ("lines", "keywords", "policy"),
    [
        (["no-referrer, Unsafe-URL , later"], [], "unsafe-url"),
        (["origin", "same-origin"], [], "same-origin"),
        (["origin"], ["Never"], "no-referrer"),
        (["origin"], ["no-referrer, same-origin"], "origin"),
        (["origin"], [""], "origin"),
        (["never"], [], None),
        ([], [], None),
    ],
)
def test_the_last_known_referrer_policy_holds(
    lines: list[str], keywords: list[str], policy: str | None
) -> None:
    assert headers.referrer_policy(lines, keywords) == policy


@pytest.mark.parametrize(
    ("lines", "policy"),
    [
        (["same-origin"], "same-origin"),
        (['same-origin; report-to="a"'], "same-origin"),
        (["same-origin", "same-origin"], ""),
        (['"same-origin"'], ""),
        (["Same-Origin"], "Same-Origin"),
        ([], ""),
    ],
)
def test_a_policy_that_is_one_token(lines: list[str], policy: str) -> None:
    assert headers.token_item(lines) == policy


@pytest.mark.parametrize(
    ("lines", "policy"),
    [
        (["same-site"], "same-site"),
        (["Same-Site"], None),
        (["same-site", "same-site"], None),
        (["same-site;a"], None),
        ([], None),
    ],
)
def test_a_resource_policy_is_one_word(lines: list[str], policy: str | None) -> None:
    assert headers.resource_policy(lines) == policy


def test_credentials_are_shared_in_one_spelling() -> None:
    assert headers.shared_with(["https://a.example"], ["true"]) == ("https://a.example", True)
    assert headers.shared_with(["*"], ["True"]) == ("*", False)
    assert headers.shared_with(["a", "b"], ["true", "true"]) == ("a, b", False)
    assert headers.shared_with([], []) == ("", False)
