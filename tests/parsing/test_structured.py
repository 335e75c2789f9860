"""Structured fields as RFC 9651 reads them: a value, or the fault that voids the field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import assert_linear

from secscan.parsing.structured import (
    TRUE,
    Bare,
    InnerList,
    Item,
    Kind,
    StructuredFault,
    read_dictionary,
    read_item,
    read_list,
)

PIECES = st.sampled_from(
    [
        "a",
        "b=",
        "(",
        ")",
        ",",
        " ",
        ";",
        '"a"',
        '"',
        "?1",
        "1",
        ".5",
        "-",
        ":aGk=:",
        '%"%c3%a9"',
        "\t",
    ]
)


def bare(kind: Kind, text: str) -> Item:
    return Item(Bare(kind, text), {})


def token(text: str) -> Item:
    return bare(Kind.TOKEN, text)


@pytest.mark.parametrize(
    ("sent", "kind", "text"),
    [
        ("same-origin", Kind.TOKEN, "same-origin"),
        ("*foo/bar:1", Kind.TOKEN, "*foo/bar:1"),
        ('"a \\"b\\" \\\\"', Kind.STRING, 'a "b" \\'),
        ('""', Kind.STRING, ""),
        ("42", Kind.INTEGER, "42"),
        ("-999999999999999", Kind.INTEGER, "-999999999999999"),
        ("4.50", Kind.DECIMAL, "4.50"),
        ("?0", Kind.BOOLEAN, "0"),
        (":aGk=:", Kind.BYTES, "hi"),
        (":aGk:", Kind.BYTES, "hi"),
        ("@1659578233", Kind.DATE, "1659578233"),
        ('%"f%c3%bc%c3%bc"', Kind.DISPLAY, "füü"),
        ("  a  ", Kind.TOKEN, "a"),
    ],
)
def test_bare_items(sent: str, kind: Kind, text: str) -> None:
    assert read_item([sent]) == bare(kind, text)


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ("", StructuredFault.VALUE),
        ("'a'", StructuredFault.VALUE),
        ('"a', StructuredFault.VALUE),
        ('"\\a"', StructuredFault.VALUE),
        ("1234567890123456", StructuredFault.VALUE),
        ("1.2345", StructuredFault.VALUE),
        ("1.", StructuredFault.VALUE),
        ("--1", StructuredFault.VALUE),
        ("?2", StructuredFault.VALUE),
        (":a:", StructuredFault.VALUE),
        (":aGk", StructuredFault.VALUE),
        ("@1.5", StructuredFault.VALUE),
        ('%"%C3"', StructuredFault.VALUE),
        ('%"%ff"', StructuredFault.VALUE),
        ("a b", StructuredFault.TRAILING),
        ("a, b", StructuredFault.TRAILING),
        ("a;", StructuredFault.KEY),
        ("a;B=1", StructuredFault.KEY),
        ("a;b=", StructuredFault.VALUE),
        ("é", StructuredFault.NOT_ASCII),
        ("a" * 300_000, StructuredFault.TOO_LONG),
    ],
)
def test_faults_of_items(sent: str, fault: StructuredFault) -> None:
    assert read_item([sent]) is fault


def test_an_item_sent_twice_is_none() -> None:
    assert read_item(["a", "a"]) is StructuredFault.TRAILING


def test_parameters() -> None:
    item = read_item(['same-origin; report-to="a";b;b=?0'])
    assert isinstance(item, Item)
    assert item.value == Bare(Kind.TOKEN, "same-origin")
    assert item.parameters == {
        "report-to": Bare(Kind.STRING, "a"),
        "b": Bare(Kind.BOOLEAN, "0"),
    }
    assert read_item(["a;b"]) == Item(Bare(Kind.TOKEN, "a"), {"b": TRUE})


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        ([""], ()),
        (["a , b"], (token("a"), token("b"))),
        (["a", "b,\tc"], (token("a"), token("b"), token("c"))),
        (["( a  b );x"], (InnerList((token("a"), token("b")), {"x": TRUE}),)),
        (["()"], (InnerList((), {}),)),
        (["a,"], StructuredFault.COMMA),
        (["a b"], StructuredFault.TRAILING),
        (["(a"], StructuredFault.INNER_LIST),
        (['("a""b")'], StructuredFault.INNER_LIST),
        (["(a,b)"], StructuredFault.INNER_LIST),
        ([",a"], StructuredFault.VALUE),
        (["(a"], StructuredFault.INNER_LIST),
        (["((a))"], StructuredFault.VALUE),
    ],
)
def test_lists(lines: list[str], read: object) -> None:
    assert read_list(lines) == read


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("", {}),
        ("a=1, b;x, a=?0", {"a": bare(Kind.BOOLEAN, "0"), "b": Item(TRUE, {"x": TRUE})}),
        ("a=(b)", {"a": InnerList((token("b"),), {})}),
        ("a= 1", StructuredFault.VALUE),
        ("A=1", StructuredFault.KEY),
        ("a=1,", StructuredFault.COMMA),
        ("a 'none'", StructuredFault.TRAILING),
    ],
)
def test_dictionaries(sent: str, read: object) -> None:
    assert read_dictionary([sent]) == read


@given(st.lists(st.text() | st.lists(PIECES).map("".join)))
def test_any_text_is_a_value_or_a_named_fault(lines: list[str]) -> None:
    for read in (read_item, read_list, read_dictionary):
        read(lines)


HOSTILE = ["(", ")", "a=(),", ";", " ", "a=(", "a ", "a;", '"', "\\", '"" ', "1", ":", "%41", ",\t"]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("before", ["", "a=(", 'a;b="'])
def test_a_field_of_twice_the_length_takes_twice_the_steps(piece: str, before: str) -> None:
    assert_linear(lambda text: read_dictionary([text]), piece, before)


@pytest.mark.parametrize("piece", ["a,", "(", "()", '"', "a;b,"])
def test_a_list_of_twice_the_length_takes_twice_the_steps(piece: str) -> None:
    assert_linear(lambda text: read_list([text]), piece)
    assert_linear(lambda text: read_item([text]), piece)
