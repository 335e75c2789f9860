"""The one way by which what a site sent reaches a terminal: never as a command to it."""

import unicodedata

from rich.console import Console

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode's controls, format characters (bidi, zero-width), lone surrogates, line separators."""


def safe(text: str) -> str:
    r"""Return the text with every character that acts instead of showing as ``\x1b``, ``\u202e``.

    Line feeds and tabs too: what one site sent must not look like a line of our own.
    """
    if text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if unicodedata.category(character) in _UNSEEN:
        return character.encode("unicode_escape").decode("ascii")
    return character


def console(stderr: bool = False) -> Console:
    """Return a console that takes text as text: no markup, no emoji codes, no guessed colours.

    Colours that we ask for are left out by rich itself off a terminal and under NO_COLOR.
    """
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)
