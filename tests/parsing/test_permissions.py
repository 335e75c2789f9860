import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.permissions import restricted_features
from secscan.parsing.structured import StructuredFault

PIECES = st.sampled_from(["camera", "usb", "=", "(", ")", "self", "*", ",", " ", ";", '"a"', "?1"])


@pytest.mark.parametrize(
    ("value", "restricted"),
    [
        ('camera=("https://a.example"), usb=*, midi=();report-to=x', ("camera", "midi")),
        ('camera=(self "https://a.example" ), usb=self', ()),
        ("gamepad=self, sync-xhr=*", ("gamepad",)),
        ("camera=(), camera=*", ()),
        ("camera, usb=?0", ("camera", "usb")),
        ('camera="self", usb="*"', ("camera", "usb")),
        ("camera=(self;x=1)", ()),
        ('a=1.5, b=-2, c="d\\"e", f=:aGk=:, g=@1, h=token;i=?1;j, camera=()', ("camera",)),
        ("interest-cohort=()", ()),
        ("camera=() ,\tusb=()", ("camera", "usb")),
        ("", ()),
        ("camera=(),", StructuredFault.COMMA),
        ("camera=() usb=()", StructuredFault.TRAILING),
        ("camera=(self", StructuredFault.INNER_LIST),
        ("Camera=()", StructuredFault.KEY),
        ("camera=('self')", StructuredFault.VALUE),
        ("geolocation 'none'", StructuredFault.TRAILING),
    ],
)
def test_features(value: str, restricted: tuple[str, ...] | StructuredFault) -> None:
    assert restricted_features([value]) == restricted


def test_lines_are_one_dictionary() -> None:
    assert restricted_features(["camera=() ", " usb=()"]) == ("camera", "usb")


@given(st.lists(st.text() | st.lists(PIECES).map("".join)))
def test_any_text_is_read(values: list[str]) -> None:
    restricted_features(values)
