"""The parts of a page in which its maker leaves signs: generators, tags, inline scripts.

What an article quotes is none of them: it stands in text, in comments, or in links.
"""

from itertools import islice

from secscan.parsing.html import Element, elements, metas
from secscan.parsing.tags import RAW, Tag, end_of_text, next_piece, normalised

_TELLING = frozenset({"html", "body", "form", "input", "link", "meta", "script"})
"""Elements that a template writes; links and pictures lead to other sites too."""

_MOST_GENERATORS = 20
_MOST_TAGS = 4_000
_MOST_ATTRIBUTES = 20
_LONGEST = 1_024
_MOST_PIECES = 100_000


def generators(html: str) -> list[str]:
    """Return what the generator elements of a page say; bounded."""
    found = metas(elements(html), "name", "generator")
    return [text[:_LONGEST] for text in found[:_MOST_GENERATORS]]


def template_tags(html: str) -> str:
    """Return the tags of a page that its template writes, one a line, in one form; bounded.

    Names in lower case, every value in double quotes and without any inside.
    """
    telling = (element for element in elements(html) if element.name in _TELLING)
    return "\n".join(map(_written, islice(telling, _MOST_TAGS)))


def _written(element: Element) -> str:
    pairs = islice(element.attributes.items(), _MOST_ATTRIBUTES)
    return f"<{element.name}{''.join(_attribute(name, value) for name, value in pairs)}>"


def _attribute(name: str, value: str) -> str:
    shown = value[:_LONGEST].replace('"', "'").replace("\n", " ")
    return f' {name[:_LONGEST]}="{shown.strip()}"'


def inline_scripts(html: str) -> str:
    """Return the texts of the scripts that stand in a page, a line between them; bounded."""
    text = normalised(html)
    position, found = 0, []
    for _ in range(_MOST_PIECES):
        piece = next_piece(text, position, foreign=False)
        if piece is None:
            break
        position = piece.end
        if piece.tag is not None and piece.tag.name in RAW and not piece.tag.is_end:
            position = end_of_text(text, piece.end, piece.tag.name)
            if _is_inline_script(piece.tag):
                found.append(text[piece.end : position])
    return "\n".join(found)


def _is_inline_script(tag: Tag) -> bool:
    return tag.name == "script" and "src" not in tag.attributes
