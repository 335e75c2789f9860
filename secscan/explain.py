"""The page of a check, from its docstring: for ``secscan explain`` and for ``docs/checks``.

``python -m secscan.explain`` writes ``docs/checks`` anew.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secscan.catalog import Catalog, load_catalog
from secscan.check import Check
from secscan.errors import SecscanError
from secscan.evidence import (
    Banners,
    Chain,
    Deep,
    Dns,
    Documents,
    ErrorPage,
    Exposure,
    Heads,
    Markup,
    Page,
    Plain,
    Response,
    Scripts,
    Secure,
    SecurityTxt,
    Sharing,
    Tls,
    Twin,
    Web,
)
from secscan.facts import Facts
from secscan.locale import N_, Words, unwrapped, words
from secscan.policy import Policy

DOCS = Path(__file__).parents[1] / "docs" / "checks"
"""Where the pages are kept in the repository."""

NOTICE = "<!-- Generated from the docstrings by `make docs`; do not edit. -->"
"""The first line of every page in docs/checks."""

SERVERS = ("nginx", "Apache", "IIS")
"""The sections that are configuration."""

NEEDS: dict[type, str] = {
    Dns: N_("the DNS answers"),
    Plain: N_("the answers over http://"),
    Secure: N_("the answers over https://"),
    Tls: N_("the TLS handshakes"),
    Chain: N_("the certificates"),
    Heads: N_("the headers of every answer of the site"),
    Response: N_("the headers of the final answer, a page or not"),
    Page: N_("the headers of the final page"),
    Markup: N_("the HTML of the final page"),
    Sharing: N_("the page as another origin asks for it"),
    ErrorPage: N_("the answer to a path that is not there"),
    Banners: N_("an error page, and what other services of the host say first"),
    Documents: N_("the feed and the manifest that the page suggests"),
    Scripts: N_("the page's own scripts"),
    Twin: N_("the answers of the name with www added or dropped"),
    Web: N_("all answers over http:// and https://"),
    SecurityTxt: N_("the file security.txt"),
    Exposure: N_("answers that need the grant “exposure” in the register"),
    Deep: N_("answers that need the grant “deep” in the register"),
    Policy: N_("the thresholds of the policy"),
    Facts: N_("the dated facts of secscan (software versions, lists of names, points)"),
}
"""What a check may ask for, in words; what was asked and when is always there, and not told."""


@dataclass(frozen=True, slots=True)
class CheckPage:
    """All there is to say of a check, in one language; ``configuration`` is by server."""

    id: str
    title: str
    severity: str
    family: str
    needs: tuple[str, ...]
    why: str
    fix: str
    configuration: tuple[tuple[str, str], ...]
    see: tuple[str, ...]


def page(check: Check[Any], words: Words) -> CheckPage:
    """Return the page of a check in the language of ``words``."""
    told = check.page
    return CheckPage(
        id=check.id,
        title=words.text(check.title),
        severity=words.name(check.severity),
        family=words.name(check.family),
        needs=tuple(words.text(NEEDS[need]) for need in check.needs.values() if need in NEEDS),
        why=unwrapped(words.text(told["Why"])),
        fix=unwrapped(words.text(told["Fix"])),
        configuration=tuple(
            (server, words.text(told[server])) for server in SERVERS if told.get(server)
        ),
        see=tuple(told["See"].splitlines()),
    )


def known_check(catalog: Catalog, check_id: str) -> Check[Any] | None:
    """Return a check by its id or a former one, or None where the catalogue has it no more."""
    try:
        return catalog.get(check_id)
    except SecscanError:
        return None


def check_title(catalog: Catalog, words: Words, check_id: str) -> str:
    """Return the title of a check, or its id: a stored finding may be of one that is gone."""
    check = known_check(catalog, check_id)
    return words.text(check.title) if check else check_id


def as_text(page: CheckPage, words: Words, width: int) -> str:
    """Return a page for a terminal of this width; configuration keeps its lines."""
    lines = []
    for told in (f"{page.id}: {page.title}", *_facts(page, words)):
        lines += _wrapped(told, width, "")
    lines += [""]
    for heading, prose in ((N_("Why"), page.why), (N_("Fix"), page.fix)):
        lines += [words.text(heading)]
        for paragraph in prose.split("\n\n"):
            lines += _wrapped(paragraph, width, "  ")
        lines += [""]
    for server, configuration in page.configuration:
        lines += [server, textwrap.indent(configuration, "    "), ""]
    lines += [words.text("See")]
    for told in page.see:
        lines += _wrapped(told, width, "  ")
    return "\n".join(lines) + "\n"


def as_markdown(page: CheckPage, words: Words) -> str:
    """Return a page as a section of a Markdown document."""
    parts = [f"## {page.id}: {page.title}", "\n".join(f"- {fact}" for fact in _facts(page, words))]
    for heading, prose in ((N_("Why"), page.why), (N_("Fix"), page.fix)):
        parts += [f"### {words.text(heading)}", prose]
    for server, configuration in page.configuration:
        parts += [f"#### {server}", f"```\n{configuration}\n```"]
    parts += [f"### {words.text('See')}", "\n".join(f"- {line}" for line in page.see)]
    return "\n\n".join(parts) + "\n"


def docs_pages(catalog: Catalog) -> dict[str, str]:
    """Return the text of each file of docs/checks: English, one a module of built-in checks."""
    english = words("en")
    pages: dict[str, list[str]] = {}
    for check in catalog:
        if catalog.origins[check.id] == "built-in":
            module = check.id.split(".", 1)[0]
            start = [f"{NOTICE}\n\n# {module}\n"]
            pages.setdefault(module, start).append(as_markdown(page(check, english), english))
    return {f"{module}.md": "\n".join(parts) for module, parts in sorted(pages.items())}


def _facts(page: CheckPage, words: Words) -> Iterator[str]:
    yield words.text("Severity: {severity}", severity=page.severity)
    yield words.text("Family: {family}", family=page.family)
    if page.needs:
        yield words.text("Looks at: {needs}", needs=", ".join(page.needs))


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    """Return the lines of a paragraph; words are never broken, an address stays whole."""
    return textwrap.wrap(
        text,
        max(width, 20),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def main() -> None:
    """Write docs/checks, and remove the pages of modules that are gone."""
    pages = docs_pages(load_catalog())
    DOCS.mkdir(parents=True, exist_ok=True)
    for path in DOCS.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (DOCS / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
