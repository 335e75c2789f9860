import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.permissions import restricted_features

PIECES = st.sampled_from(["camera", "usb", "=", "(", ")", "self", "*", ",", " ", ";", '"a"', "?1"])


@pytest.mark.parametrize(
    ("value", "restricted"),
    [
        ('camera=("https://a.example"), usb=*, midi=();report-to=x', ("camera", "midi")),
        ('camera=(self "https://a.example" ), usb=self', ()),
        ("gamepad=self, sync-xhr=*", ("gamepad",)),
        ("camera=(), camera=*", ()),
        ("camera, usb=?0", ("camera", "usb")),
        ('a=1.5, b=-2, c="d\\"e", f=:aGk=:, g=@1, h=token;i=?1;j, camera=()', ("camera",)),
        ("interest-cohort=()", ()),
        ("camera=() ,\tusb=()", ("camera", "usb")),
        ("", None),
        ("camera=(),", None),
        ("camera=() usb=()", None),
        ("camera=(self", None),
        ("Camera=()", None),
        ("camera=('self')", None),
        ("geolocation 'none'", None),
    ],
)
def test_features(value: str, restricted: tuple[str, ...] | None) -> None:
    assert restricted_features([value]) == restricted


def test_lines_are_one_dictionary() -> None:
    assert restricted_features(["camera=() ", " usb=()"]) == ("camera", "usb")


@given(st.lists(st.text() | st.lists(PIECES).map("".join)))
def test_any_text_is_read(values: list[str]) -> None:
    restricted_features(values)


HOSTILE = ["(", ")", ",", "a=", "a=(),", ";", " ", "a=(", "a ", "a;", ";a", '"', '"" ', "1", ":"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_policy_is_read_in_one_pass(piece: str) -> None:
    """A quadratic reader would need hours for these."""
    restricted_features([piece * 200_000])
    restricted_features([f"camera=({piece * 200_000}"])
    restricted_features([f"camera{piece * 200_000}"])
