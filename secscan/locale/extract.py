"""Bring the Vietnamese catalogue up to the sources: ``python -m secscan.locale.extract``.

Translations are kept, new messages added, and those that are gone dropped. The file holds no
dates and no line numbers, so that it changes only where words do.
"""

import ast
import inspect
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from secscan.check import sections
from secscan.errors import SecscanError
from secscan.locale import unwrapped

ROOT = Path(__file__).parents[2]
"""The repository; an installed wheel has no sources to extract from."""

CATALOGUE = Path("secscan", "locale", "vi", "secscan.po")
"""The catalogue's place in the repository."""

PROSE = ("Why", "Fix")
"""The sections of a check that are sentences, and must be translated."""

CONFIGURATION = ("nginx", "Apache", "IIS")
"""The sections that may be: what is clicked is told in sentences, what is typed is not."""

_HINT = "Configuration: translate it where it holds sentences."

_TABLES = {"EXPLANATIONS", "DETAILED", "BLOCKED_BY"}
"""Names of module-level tables whose values are messages without a marker."""

_MESSAGE_AT = {
    "passed": 0,
    "partial": 1,
    "failed": 0,
    "not_applicable": 0,
    "not_tested": 0,
    "check": 0,
    "Reason.of": 0,
    "N_": 0,
    "_": 0,
    "text": 0,
}
"""The functions that take a message, and which of their arguments it is."""

_HEADER = r"""# Vietnamese words of secscan.
msgid ""
msgstr ""
"Language: vi\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def messages(root: Path) -> dict[str, set[str]]:
    """Return every message of the sources below ``root``, with the files that hold it."""
    found: dict[str, set[str]] = {}
    for path in sorted([*root.glob("secscan/**/*.py"), *root.glob("checks/*.py")]):
        where = path.relative_to(root).as_posix()
        for message in python_messages(path.read_text("utf-8"), where):
            found.setdefault(unwrapped(message), set()).add(where)
    for path in sorted(root.glob("templates/*.html")):
        for message in _template_messages(path):
            found.setdefault(unwrapped(message), set()).add(path.relative_to(root).as_posix())
    return found


def configurations(root: Path) -> dict[str, set[str]]:
    """Return the configuration that the checks show: it can be translated, and need not be."""
    found: dict[str, set[str]] = {}
    for path in sorted(root.glob("checks/*.py")):
        for page in _pages(ast.parse(path.read_text("utf-8"))):
            for name in CONFIGURATION:
                if name in page:
                    place = path.relative_to(root).as_posix()
                    found.setdefault(unwrapped(page[name]), set()).add(place)
    return found


def python_messages(source: str, where: str) -> Iterator[str]:
    """Yield the messages of one module."""
    tree = ast.parse(source, where)
    for page in _pages(tree):
        yield from (page[name] for name in PROSE if name in page)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _call(node, where)
        elif isinstance(node, ast.AnnAssign):
            yield from _table(node, where)


def updated(
    catalogue: bytes, required: dict[str, set[str]], optional: dict[str, set[str]]
) -> bytes:
    """Return the catalogue with exactly these messages, and the translations it has of them."""
    old = read_po(BytesIO(catalogue), locale="vi", charset="utf-8")
    new = Catalog(locale="vi")
    for message, places in {**optional, **required}.items():
        known = old.get(message)
        new.add(
            message,
            known.string if known else "",
            locations=[(place, 0) for place in sorted(places)],
            flags=known.flags if known else (),
            auto_comments=() if message in required else (_HINT,),
            user_comments=known.user_comments if known else (),
        )
    # No wrapping: how lines break is the writing library's, and may change with its version.
    written = BytesIO()
    write_po(written, new, width=0, omit_header=True, sort_output=True, include_lineno=False)
    return _HEADER.encode() + written.getvalue()


def _call(node: ast.Call, where: str) -> Iterator[str]:
    position = _MESSAGE_AT.get(_called(node.func))
    if position is not None and len(node.args) > position:
        yield from _literals(node.args[position], where)


def _called(function: ast.expr) -> str:
    """Return the name that a call is known by; ``of`` says too little without its class."""
    if isinstance(function, ast.Name):
        return function.id
    if not isinstance(function, ast.Attribute):
        return ""
    if function.attr == "of" and isinstance(function.value, ast.Name):
        return f"{function.value.id}.of"
    return function.attr


def _literals(node: ast.expr, where: str) -> Iterator[str]:
    """Yield the messages an argument may be; refuse one whose words are made at run time."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body, where)
        yield from _literals(node.orelse, where)
    elif isinstance(node, ast.JoinedStr | ast.BinOp):
        raise SecscanError(
            f"{where}:{node.lineno} puts a message together, and nobody can translate it: "
            "write one template and name its data"
        )


def _table(node: ast.AnnAssign, where: str) -> Iterator[str]:
    named = isinstance(node.target, ast.Name) and node.target.id in _TABLES
    if named and isinstance(node.value, ast.Dict):
        for value in node.value.values:
            yield from _literals(value, where)


def _pages(tree: ast.Module) -> Iterator[dict[str, str]]:
    """Yield the page of each check, split as it is split at run time."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(map(_is_check, node.decorator_list)):
            yield sections(inspect.cleandoc(ast.get_docstring(node, clean=False) or ""))


def _is_check(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and _called(decorator.func) == "check"


def _template_messages(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for _, _, message, _ in babel_extract(file, ["_"], [], {"silent": "false"}):
            first = message[0] if isinstance(message, tuple) else message
            if first is not None:
                yield first


def main() -> None:
    """Write the catalogue anew."""
    path = ROOT / CATALOGUE
    known = path.read_bytes() if path.exists() else b""
    path.write_bytes(updated(known, messages(ROOT), configurations(ROOT)))


if __name__ == "__main__":
    main()
