import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.hsts import Hsts, HstsFault, read_hsts

PIECES = ['"', "\\", ";", "=", ",", "a", " ", "\t", "max-age", "includeSubDomains", "preload", "1"]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("max-age=300", Hsts(300, False)),
        ("max-age=0", Hsts(0, False)),
        (' ;max-age = "300" ;; IncludeSubDomains;', Hsts(300, True)),
        ('max-age=300; x="a;b\\""', Hsts(300, False)),
        ("PRELOAD;max-age=300", Hsts(300, False, True)),
        ("max-age=" + "9" * 5000, Hsts(10**12, False)),
        ("max-age=" + "0" * 5000 + "7", Hsts(7, False)),
        ("max-age=-1", HstsFault.MAX_AGE_NOT_SECONDS),
        ("max-age=³", HstsFault.NOT_DIRECTIVES),
        ('max-age="³"', HstsFault.MAX_AGE_NOT_SECONDS),
        ('max-age=""', HstsFault.MAX_AGE_NOT_SECONDS),
        ("max-age=1.5", HstsFault.MAX_AGE_NOT_SECONDS),
        ("max-age", HstsFault.MAX_AGE_NOT_SECONDS),
        ("max-age=", HstsFault.NOT_DIRECTIVES),
        ("max-age=300, max-age=300", HstsFault.NOT_DIRECTIVES),
        ('max-age="300', HstsFault.NOT_DIRECTIVES),
        ("max-age=300 includeSubDomains", HstsFault.NOT_DIRECTIVES),
        ("max-age=300; MAX-AGE=300", HstsFault.REPEATED_DIRECTIVE),
        ("max-age=300; a=1; A", HstsFault.REPEATED_DIRECTIVE),
        ("max-age=300; includeSubDomains=1", HstsFault.INCLUDE_SUBDOMAINS_VALUE),
        ("includeSubDomains", HstsFault.NO_MAX_AGE),
        ("max_age=300", HstsFault.NO_MAX_AGE),
        ("", HstsFault.NO_MAX_AGE),
    ],
)
def test_grammar(value: str, read: Hsts | HstsFault) -> None:
    assert read_hsts(value) == read


@given(st.text())
def test_any_text_is_read(value: str) -> None:
    assert isinstance(read_hsts(value), Hsts | HstsFault)


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_pieces_of_the_grammar_are_read(value: str) -> None:
    assert isinstance(read_hsts(value), Hsts | HstsFault)


@given(
    seconds=st.integers(0, 10**11),
    others=st.permutations(["includeSubDomains", "preload", "", "x=y", 'z="a;b"']),
    quote=st.sampled_from(["", '"']),
)
def test_order_case_quotes_and_unknown_directives_change_nothing(
    seconds: int, others: list[str], quote: str
) -> None:
    value = " ; ".join([f"mAx-AgE={quote}{seconds}{quote}", *others])
    for spelled in (value, value.upper(), value.lower()):
        assert read_hsts(spelled) == Hsts(seconds, True, True)


@pytest.mark.parametrize("piece", [" ", "a", '"', "\\", "=", ";", "a=", 'a="', "0", "a;"])
def test_a_hostile_value_is_read_in_one_pass(piece: str) -> None:
    """A quadratic reader would need hours for these."""
    for value in (piece * 500_000, f"max-age={piece * 500_000}\0", f'a="{piece * 500_000}'):
        read_hsts(value)
