import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.hsts import Hsts, read_hsts


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("max-age=300", Hsts(300, False)),
        (' ;max-age = "300" ;; IncludeSubDomains;', Hsts(300, True)),
        ('max-age=300; x="a;b\\""', Hsts(300, False)),
        ("max-age=" + "9" * 5000, Hsts(10**12, False)),
        ("max-age=" + "0" * 5000 + "7", Hsts(7, False)),
        ("max-age=-1", None),
        ("max-age=³", None),
        ("max-age=300, max-age=300", None),
        ("max-age=300; includeSubDomains=1", None),
        ("max-age", None),
        ("", None),
    ],
)
def test_grammar(value: str, read: Hsts | None) -> None:
    assert read_hsts(value) == read


@given(st.text())
def test_any_text_is_read(value: str) -> None:
    read_hsts(value)


@given(st.lists(st.sampled_from(['"', "\\", ";", "=", "a", " ", "max-age", "1"])).map("".join))
def test_any_pieces_of_the_grammar_are_read(value: str) -> None:
    read_hsts(value)


@pytest.mark.parametrize("piece", [" ", "a", '"', "\\", "=", ";", "a=", 'a="', "0"])
def test_a_hostile_value_is_read_in_one_pass(piece: str) -> None:
    """A quadratic reader would need hours for these."""
    for value in (piece * 500_000, f"max-age={piece * 500_000}\0", f'a="{piece * 500_000}'):
        read_hsts(value)
