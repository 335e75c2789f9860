"""The names in a file of settings, and never a part of a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.environment import variable_names

BOTH = b"APP_KEY=\nDB_HOST=\n"


@pytest.mark.parametrize(
    "content",
    [
        b"APP_KEY=a\nDB_HOST=b\n",
        b"APP_KEY=a\r\nDB_HOST=b\r\n",
        b"APP_KEY=a\rDB_HOST=b",
        b"export APP_KEY=a\n  export  DB_HOST = b",
        b"APP_KEY='a # b'\n# DB_NAME=x\n\nDB_HOST=\"b\"\n",
        b"\xef\xbb\xbfAPP_KEY=a\nDB_HOST=b\n",
        "\ufeffAPP_KEY=ế\nDB_HOST=b\n".encode("utf-16-le"),
        "\ufeffAPP_KEY=ế\nDB_HOST=b\n".encode("utf-16-be"),
        "APP_KEY=a\nDB_HOST=b\n".encode("utf-16-le"),
        "APP_KEY=a\nDB_HOST=b\n".encode("utf-16-be"),
        b"APP_KEY=\nDB_HOST=\nDB_PASSWO",
        b"APP_KEY=a\nDB_HOST=b\nAPP_KEY=c\n",
    ],
)
def test_the_names_are_returned(content: bytes) -> None:
    assert variable_names(content) == BOTH


@pytest.mark.parametrize(
    "rest",
    [
        b'KEY_A="-----BEGIN KEY-----\nAQAB=\nSECRET_PART=x\n-----END KEY-----"\n',
        b"KEY_A='{\n\"x\": 1,\nSECRET_PART=1\n}'\n",
        b'KEY_A="""\nSECRET_PART="a"\n"b"\nMORE_OF=it\n"""\n',
        b'KEY_A="a\\"\nSECRET_PART=x\n"\n',
        b"KEY_A=-----BEGIN KEY-----\nMIIE\nAQAB=\nSECRET_PART=\n-----END KEY-----\n",
        b"KEY_A=one\\\nSECRET_PART=x\n",
        b"KEY_A=Q29uZ3JhdHVsYXRpb25z\nQUJDREVGRw==\n",
        b"KEY_A=QUJD\nAQAB=\n",
        b"KEY_A=x\n0123ABCD=\nDEADBEEFDEADBEEFDEADBEEF=1\n",
    ],
)
def test_a_value_of_several_lines_gives_no_name(rest: bytes) -> None:
    assert variable_names(rest) == b"KEY_A=\n"


OPEN = (
    'A_B="x\n{}"',
    'A_B="it\\"s\n{}"',
    "A_B='x\n{}'",
    "A_B='it\\'s\n{}'",
    "A_B='a\\'b'\n{}'",
    """A_B='a"b'c"\n{}'""",
    'A_B=x"first\n{}"',
    'A_B="x" "\n{}"',
    'A_B="x"#"\n{}"',
    'A_B = """\n{}\n"""',
    "A_B='x\n\n# {}\n{}'",
    "A_B=`cat\n{}`",
    "A_B=$(cat <<EOF\n\n{}\nEOF\n)",
    "A_B=x$(cat <<EOF\n{}\nEOF\n)",
    'A_B={{"k":\n\n{}\n}}',
    "A_B=[\n{}\n]",
    "A_B=(\n{}\n)",
    "A_B=<<EOF\n{}\nEOF",
    "A_B=|\n  {}",
    "A_B: |\n  {}",
    "A_B: x\n{}",
    "A_B=x\\\n{}",
    "A_B=x\\\\\n{}",
    "A_B=x\r{}\nX_Y=1",
    "A_B=-----BEGIN KEY-----\nMIIE\n\n{}",
    "A_B=QUJD\nQUJDREVG==\n{}",
)
"""Values of several lines, in every quoting."""

WORDS = st.from_regex(r"[a-zA-Z_]{4,10}", fullmatch=True).map(lambda word: f"hidden_{word}")
PARTS = st.tuples(WORDS, st.sampled_from(["=", "=1", ' = "x"', "='", "", '="', "=`x`", ": 1"]))


@pytest.mark.parametrize("value", OPEN)
@given(st.lists(PARTS.map("".join), min_size=1, max_size=5), st.sampled_from(["\n", "\n\n"]))
def test_no_word_of_an_open_value_passes_for_a_name(value: str, lines: list[str], gap: str) -> None:
    content = "FIRST_ONE=1\n" + value.format(*[gap.join(lines)] * 2) + "\nLAST_ONE=1\n"
    names = variable_names(content.encode()).splitlines()
    assert names[0] == b"FIRST_ONE="
    assert set(names) <= {b"FIRST_ONE=", b"A_B=", b"LAST_ONE="}


def test_values_that_end_with_their_lines_hide_no_name() -> None:
    lines = [
        'ONE_A="a \\\\ b\\n" # of 2024',
        "ONE_B='a # b' # c",
        "ONE_C=base64:YWJj==",
        "ONE_D=${HOME}/x # ok",
        "ONE_E=C:\\dir\\x",
        'ONE_F=""',
        "ONE_G=a(b){c}",
    ]
    names = [line.partition("=")[0] for line in lines]
    assert variable_names("\n".join(lines).encode()).decode().split("=\n")[:-1] == names


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html>\nAPP_KEY=a\nDB_HOST=b",
        b"<?xml version='1.0'?>\nAPP_KEY=a\nDB_HOST=b",
        b'{"APP_KEY": "a"}\nAPP_KEY=a\n',
        b"not found",
        b"var a=1;\nb=2;\nc=3;",
        b"status: 404\nerror: not found\n",
        b"User-agent: *\nDisallow: /\n",
    ],
)
def test_what_is_no_such_file_gives_no_name(content: bytes) -> None:
    assert variable_names(content) == b""


VALUES = st.text(min_size=1, max_size=30).map(lambda text: f"geheim{text}")


def quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def one_line(value: str) -> str:
    return " ".join(value.split()).replace("\\", "")


@given(
    st.lists(st.tuples(VALUES, st.booleans()), max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_no_value_is_kept(values: list[tuple[str, bool]], end: str, encoding: str) -> None:
    lines = [
        f"NAME_{number}={quoted(value) if in_quotes else one_line(value)}"
        for number, (value, in_quotes) in enumerate(values)
    ]
    content = end.join(lines).encode(encoding, "replace")
    names = {f"NAME_{number}=".encode() for number in range(len(values))}
    assert set(variable_names(content).splitlines()) <= names


@given(st.binary(max_size=300))
def test_read_again_it_is_the_same(content: bytes) -> None:
    names = variable_names(content)
    assert set(variable_names(names).splitlines()) <= set(names.splitlines())
