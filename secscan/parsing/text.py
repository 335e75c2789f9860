"""Text of a site, made short enough to quote in a reason."""

_LONGEST = 120


def quoted(text: str) -> str:
    """Return the text, cut where it is long; what is hostile in it is escaped at output."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def listed(names: list[str], most: int = 5) -> str:
    """Return names joined by commas, at most so many, with an ellipsis for the rest."""
    shown = [quoted(name) for name in names[:most]]
    return ", ".join([*shown, "…"] if len(names) > most else shown)
