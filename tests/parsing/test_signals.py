"""The corpus of synthetic answers: what each product is known to send, and what looks like it."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from secscan.facts.signals import read_signals
from secscan.parsing.patterns import PatternError
from secscan.parsing.software import (
    Component,
    combined,
    from_banner,
    from_document,
    from_error_page,
    from_headers,
    from_page,
    system_of,
)

CORPUS = Path(__file__).parents[1] / "synthetic"
ANSWERS = [
    (path.stem, answer)
    for path in sorted(CORPUS.glob("*.toml"))
    for answer in tomllib.loads(path.read_text(encoding="utf-8"))["answer"]
]
DOCUMENT = tomllib.loads((files("secscan.facts") / "signals.toml").read_text(encoding="utf-8"))
SIGNALS = read_signals(DOCUMENT)
GREETINGS = ("ssh", "smtp", "smtps", "ftp", "imap", "pop3", "pop3s")
GREENBONE = {0, 30, 50, 70, 80, 90}


def seen(answer: dict[str, Any]) -> tuple[Component, ...]:
    """Return all that an answer of the corpus names."""
    pairs = [line.partition(": ") for line in answer.get("headers", ())]
    lines = [(name, value) for name, _, value in pairs]
    found = [*from_headers(SIGNALS, lines)]
    found += from_page(SIGNALS, answer.get("page", ""))
    for purpose in ("feed", "joomla-manifest"):
        found += from_document(SIGNALS, purpose, answer.get(purpose, ""))
    if "error" in answer:
        found += from_error_page(SIGNALS, lines, answer["error"])
    for scheme in GREETINGS:
        found += from_banner(SIGNALS, scheme, answer.get(scheme, ""))
    return combined(found)


def told(one: Component) -> str:
    branch = "" if one.exact else " branch"
    return f"{one.product} {one.version or '-'} {one.confidence}{branch}"


@pytest.mark.parametrize(
    "answer", [answer for _, answer in ANSWERS], ids=[f"{file}: {a['name']}" for file, a in ANSWERS]
)
def test_each_answer_names_what_it_should(answer: dict[str, Any]) -> None:
    found = seen(answer)
    assert sorted(map(told, found)) == sorted(answer.get("expected", ()))
    systems = [" ".join(shown).strip() for one in found if (shown := system_of(one))]
    assert sorted(systems) == sorted(answer.get("systems", ()))


def test_every_product_of_the_table_is_in_the_corpus() -> None:
    named = {one.product for _, answer in ANSWERS for one in seen(answer)}
    listed = {row["product"] for row in DOCUMENT["signal"]}
    assert listed - named == {"wildfly", "sendmail", "pure-ftpd", "iis-ftp"}


def test_every_row_has_a_source_and_a_confidence_of_the_scale() -> None:
    assert all(row["source"] for row in DOCUMENT["signal"])
    assert {row["confidence"] for row in DOCUMENT["signal"]} <= GREENBONE


def test_only_known_groups_are_read() -> None:
    groups = {
        name for row in DOCUMENT["signal"] for name in re.findall(r"\?P<(\w+)>", row["pattern"])
    }
    assert groups == {"version", "build", "packager", "revision"}


def test_a_pattern_that_is_none_is_refused() -> None:
    row = {"place": "cookie", "product": "x", "confidence": 50, "pattern": "(?=a)"}
    with pytest.raises(PatternError):
        read_signals({"signal": [row], "front": []})


def test_a_place_without_signals_has_none() -> None:
    assert SIGNALS.at("header:date") == ()
    assert {signal.product for signal in SIGNALS.at("header:x-umbraco-version")} == {"umbraco"}
