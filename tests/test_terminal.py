"""Nothing that a site sent reaches the terminal as anything but text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from secscan.terminal import console, safe

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("nginx/1.24.0 (Ubuntu)", "nginx/1.24.0 (Ubuntu)"),
        ("Cổng thông tin điện tử", "Cổng thông tin điện tử"),
        ("\x1b[2Jx", r"\x1b[2Jx"),
        ("a\r\nb\tc\x00", r"a\r\nb\tc\x00"),
        ("\x7f\x85\x9b31m", r"\x7f\x85\x9b31m"),
        ("\u202egpj\u2066\u2069\u200f\u061c", r"\u202egpj\u2066\u2069\u200f\u061c"),
        ("a\u200bb\ufeffc\u00add", r"a\u200bb\ufeffc\xadd"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\udcff", r"\udcff"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_what_acts_is_shown(sent: str, shown: str) -> None:
    assert safe(sent) == shown


@given(ANY_TEXT)
def test_no_text_acts_and_twice_is_once(text: str) -> None:
    shown = safe(text)
    kinds = {unicodedata.category(character) for character in shown}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert safe(shown) == shown
    shown.encode("utf-8")


@given(ANY_TEXT)
def test_a_console_prints_it_as_it_is(text: str) -> None:
    target = console()
    with target.capture() as capture:
        target.print(safe(text), soft_wrap=True)
    assert capture.get() == safe(text) + "\n"


def test_markup_and_emoji_codes_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    console(stderr=True).print("[bold red]x[/] :warning: 42")
    assert capsys.readouterr().err == "[bold red]x[/] :warning: 42\n"


def test_no_colour_off_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    assert printed_red(console()) == "x\n"


def test_no_colour_when_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "31" not in printed_red(console())


def printed_red(target: Console) -> str:
    with target.capture() as capture:
        target.print("x", style="red")
    return capture.get()
