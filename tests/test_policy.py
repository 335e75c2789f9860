"""The policy is validated whole, with every mistake named, and is exact."""

from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import pytest

from secscan.errors import SecscanError
from secscan.policy import load_policy

DEFAULT = (files("secscan.policies") / "default.toml").read_text("utf-8")


def test_the_default_is_exact() -> None:
    policy = load_policy()
    assert policy.severity["high"] == Fraction(15, 2)
    assert policy.factor["high"] == Fraction(69, 100)


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    text = DEFAULT.replace("info = 0", "info = 1").replace("family = 60", "family = 160")
    text = text.replace("mean_share = 0.75", "mean_share = 0.5").replace("E = 40", "G = 40")
    text = text.replace("high = 0.69", "high = 1.5").replace("rsa_bits = 2048", 'rsa_bits = "2k"')
    path.write_text(text, "utf-8")
    with pytest.raises(SecscanError) as raised:
        load_policy(path)
    for mistake in (
        "severity.info is 0",
        "floor.family is a percentage",
        "agency.mean_share and agency.lowest_share add up to 1",
        "band.G is not known here",
        "band.E is missing",
        "factor.high is above 0 and at most 1",
        "threshold.rsa_bits is a number that is not negative",
    ):
        assert mistake in str(raised.value)


def test_a_weight_of_zero_is_refused_as_a_fix_must_gain(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(DEFAULT.replace("low = 2.5", "low = 0"), "utf-8")
    with pytest.raises(SecscanError, match="a fix must always gain something"):
        load_policy(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name = ",
        "\x00",
        "[severity]\nlow = true",
        "version = " + "9" * 5000,
        "a" + ".a" * 3000 + " = 1",
    ],
)
def test_what_is_no_policy_is_the_users_mistake(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SecscanError, match=r"policy\.toml"):
        load_policy(path)


def test_a_policy_that_is_not_there_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(SecscanError, match="cannot be read"):
        load_policy(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("number", ["nan", "inf", "-1", "true", '"10"'])
def test_a_weight_is_a_finite_number(tmp_path: Path, number: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(DEFAULT.replace("critical = 10", f"critical = {number}"), "utf-8")
    with pytest.raises(SecscanError, match=r"severity\.critical is a number"):
        load_policy(path)
