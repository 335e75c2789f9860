"""The documentation is what the code says: check pages, commands, the README."""

from pathlib import Path

from secscan.catalog import load_catalog
from secscan.cli import cli
from secscan.explain import docs_pages

ROOT = Path(__file__).parents[1]


def test_the_check_pages_are_fresh() -> None:
    written = {path.name: path.read_text("utf-8") for path in (ROOT / "docs/checks").glob("*.md")}
    assert written == docs_pages(load_catalog()), "run `make docs`"


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in cli.commands if f"secscan {name}" not in readme] == []


def test_the_licence_is_the_one_named() -> None:
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in (ROOT / "LICENSE").read_text("utf-8")
