"""What is written out of software: components, first sight, deadlines and the share, everywhere."""

import csv
import io
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cities import ASSESSOR, CATALOG, HOSTILE, evidence
from rich.console import Console
from software_runs import EXPLOITED, ONE_SITE, SITE, SOFTWARE, component, finding, item, on, runs
from test_report import Page

from secscan.assessment import Assessment
from secscan.check import Outcome, Reason
from secscan.cli.sheets import site_sheet
from secscan.evidence.schemes import GREETINGS
from secscan.export.csv import write_csv
from secscan.export.json import check_document, write_json
from secscan.facts import load_facts
from secscan.facts.holes import Hole
from secscan.finding import Finding
from secscan.index import site_index
from secscan.locale import words
from secscan.locale.names import SOURCES
from secscan.profiles import load_profile
from secscan.report import write_report
from secscan.report.software import source_told
from secscan.results import Results

GOLDEN = Path(__file__).parent / "golden"
EN = words("en")
NEWER_PHP = finding(
    "patch.software",
    item(Outcome.PASS, component("Apache", "2.4.80", "current")),
    item(Outcome.PASS, component("PHP", "8.5.1", "current")),
)


@pytest.fixture
def results(tmp_path: Path) -> Iterator[Results]:
    """Give a site that did well in January, and badly in February and March."""
    with runs(tmp_path, [NEWER_PHP], SOFTWARE, SOFTWARE) as found:
        yield found


def document(results: Results) -> dict[str, Any]:
    stream = io.StringIO()
    write_json(results, CATALOG, EN, stream)
    loaded: dict[str, Any] = json.loads(stream.getvalue())
    return loaded


def rows(results: Results) -> list[dict[str, str]]:
    stream = io.StringIO(newline="")
    write_csv(results, CATALOG, EN, stream)
    return list(csv.DictReader(io.StringIO(stream.getvalue().lstrip("\ufeff"), newline="")))


def page(results: Results, folder: Path, name: str) -> list[str]:
    write_report(results, CATALOG, EN, folder / "report")
    return Page(folder / "report" / name).text


def told_items(results: Results) -> list[dict[str, Any]]:
    (site,) = document(results)["sites"]
    return [part for one in site["findings"] for part in one["items"]]


def test_the_components_in_json_are_as_they_were(results: Results) -> None:
    facts = results.judgement.facts
    text = json.dumps(told_items(results), indent=1).replace(facts, "facts")
    assert text + "\n" == (GOLDEN / "components.json").read_text("utf-8")


def test_the_components_in_csv_are_as_they_were(results: Results) -> None:
    columns = ("item_id", "subject", "product", "version", "state", "confidence", "holes")
    more = ("exploited", "first_seen", "due", "site_assessable", "site_assessable_change")
    found = "".join(
        ",".join(row[column] for column in (*columns, *more)) + "\n" for row in rows(results)
    )
    assert found == (GOLDEN / "components.csv").read_text("utf-8")


def test_the_table_of_a_site_is_as_it_was(results: Results, tmp_path: Path) -> None:
    text = page(results, tmp_path, f"site/{SITE}.html")
    start = text.index("Software that was seen")
    end = text.index("Checks outside the index", start)
    assert "\n".join(text[start:end]) + "\n" == (GOLDEN / "components.txt").read_text("utf-8")


def test_a_file_that_is_public_has_its_deadline_too(results: Results, tmp_path: Path) -> None:
    text = page(results, tmp_path, f"site/{SITE}.html")
    notice = text.index("Something is not in order that the index does not count:")
    assert text[notice + 1] == "Checks outside the index"
    start = text.index("Checks outside the index", notice + 2)
    assert text[text.index("Deadline:", start) + 1] == "2026-02-04"
    assert text[text.index("Deadline:", start) + 2] == "overdue"


def test_the_share_stands_beside_the_family_everywhere(results: Results, tmp_path: Path) -> None:
    share = "3 of 5 components assessable (60%)"
    site = page(results, tmp_path, f"site/{SITE}.html")
    assert site[site.index("Patch status") + 1] == f"{share}, as on 2026-02-01"
    agency = page(results, tmp_path, "agency/so-y-te.html")
    assert agency.count(f"Patch status: {share}, as on 2026-02-01") == 2  # of all, and of the site
    found = document(results)
    for told in (found["sites"][0]["assessable"], found["agencies"][0]["assessable"]):
        assert (told["judged"], told["seen"], told["percent"], told["change"]) == (3, 5, 60, 0)
    assert {row["site_assessable"] for row in rows(results)} == {"60"}


def test_who_hides_every_version_has_no_family_and_yet_the_share(tmp_path: Path) -> None:
    hidden = item(Outcome.NOT_APPLICABLE, component("PHP", "", "hidden"))
    with runs(tmp_path, [finding("patch.software", hidden)]) as results:
        assert "patch" not in results.indexes[SITE].families
        told = "Patch status: 0 of 1 components assessable (0%)"
        assert told in page(results, tmp_path, f"site/{SITE}.html")
        assert page(results, tmp_path, "agency/so-y-te.html").count(told) == 2


def test_of_a_look_alone_the_share_is_told_too() -> None:
    known = tuple(one for one in SOFTWARE if one.check_id in CATALOG.checks)
    index = site_index(known, ASSESSOR.policy)
    assessment = Assessment(SITE, known, index, ASSESSOR.fingerprint)
    seen = evidence(ONE_SITE.sites[0])
    console = Console(file=io.StringIO(), width=120)
    site_sheet(console, seen, assessment, ASSESSOR, EN)
    assert isinstance(console.file, io.StringIO)
    assert "Patch status: 1 of 3 components assessable (33%)\n" in console.file.getvalue()
    (site,) = check_document([(seen, assessment)], ASSESSOR, EN)["sites"]
    assert (site["assessable"]["percent"], site["assessable"]["change"]) == (33, None)


def test_what_no_deadline_is_set_for_says_so(results: Results, tmp_path: Path) -> None:
    empty = replace(results, profile=load_profile("vn-custom"))
    due = [part["deadline"] for part in told_items(empty) if part["deadline"]]
    assert {one["reason"]["text"] for one in due} == {
        "the deadlines of vn-custom have no row for this"
    }
    assert {row["due"] for row in rows(empty)} == {""}
    text = page(empty, tmp_path, f"site/{SITE}.html")
    assert "the deadlines of vn-custom have no row for this" in text


def test_findings_that_were_stored_before_there_were_components(
    results: Results, tmp_path: Path
) -> None:
    with sqlite3.connect(results.store.path) as db:
        for run, check, text in db.execute(
            "SELECT run, check_id, document FROM finding"
        ).fetchall():
            old = json.loads(text)
            for part in old["items"]:
                del part["component"]
            db.execute(
                "UPDATE finding SET document = ? WHERE run = ? AND check_id = ?",
                (json.dumps(old, separators=(",", ":")), run, check),
            )
    assert {part["component"] for part in told_items(results)} == {None}
    assert "Software that was seen" not in page(results, tmp_path, f"site/{SITE}.html")
    assert {row["product"] for row in rows(results)} == {""}
    assert document(results)["sites"][0]["assessable"] is None
    assert "2026-02-01T01:30:00+00:00" in {row["first_seen"] for row in rows(results)}


def test_one_component_is_one_line_however_often_it_is_told(tmp_path: Path) -> None:
    php = component("PHP", "7.4.33", "eol", EXPLOITED)
    bare = replace(php, holes=())
    twice = (
        finding("patch.runtime", item(Outcome.FAIL, bare), item(Outcome.FAIL, bare, "", "[IPv6]")),
        finding("patch.software", item(Outcome.FAIL, php)),
    )
    with runs(tmp_path, twice) as results:
        text = page(results, tmp_path, f"site/{SITE}.html")
    start = text.index("Software that was seen")
    lines = text[start : text.index("What was asked of this site")]
    assert lines.count("PHP 7.4.33") == 1
    assert lines.count("yte.example PHP") == lines.count("yte.example [IPv6] PHP") == 1
    assert "CVE-2020-11023 is in CISA's list of exploited vulnerabilities" in lines


def test_a_version_that_is_too_uncertain_is_marked_and_not_counted(tmp_path: Path) -> None:
    unsure = item(Outcome.NOT_APPLICABLE, component("WordPress", "6.1", "outdated"))
    with runs(tmp_path, [finding("patch.software", unsure)]) as results:
        assert results.share_of_site(SITE).now.judged == 0
        text = page(results, tmp_path, f"site/{SITE}.html")
    assert text[text.index("Outdated") + 1 :][:2] == ["because", "too uncertain to count"]


def table(folder: Path, *findings: Finding) -> list[str]:
    """Return the text of the table of software of a site with these findings."""
    with runs(folder, findings) as results:
        text = page(results, folder, f"site/{SITE}.html")
    start = text.index("Deadline", text.index("Software that was seen"))
    return text[start + 1 : text.index("What was asked of this site")]


def test_a_version_that_a_public_page_shows_has_no_deadline_of_its_own(tmp_path: Path) -> None:
    apache = component("Apache", "2.4.68", "current")
    public = finding("exposure.server_status", item(Outcome.FAIL, apache))
    scored = finding("patch.server_supported", item(Outcome.PASS, apache))
    for number, findings in enumerate(((public,), (public, scored))):
        (tmp_path / str(number)).mkdir()
        lines = table(tmp_path / str(number), *findings)
        lines = lines[: lines.index("Checks outside the index")]
        assert lines[:5] == ["Apache 2.4.68", "read in: X-Powered-By", "Supported", "because", "–"]
        assert lines[6:] == ["–", "–"]


def test_the_reason_of_the_state_stands_under_it(tmp_path: Path) -> None:
    php = component("PHP", "7.4.33", "eol", EXPLOITED)
    holes = finding("patch.known_exploited", item(Outcome.FAIL, php))
    over = replace(item(Outcome.FAIL, php), reason=Reason.of("support ended on {day}", day="2022"))
    lines = table(tmp_path, holes, finding("patch.runtime_supported", over))
    assert lines[lines.index("End of life") + 1] == "support ended on 2022"


def test_holes_stand_in_one_order_whoever_told_them(tmp_path: Path) -> None:
    low, high = Hole("CVE-1", "low"), Hole("CVE-2", "high")
    jquery = component("jQuery", "1.12.4", "eol", low, high, EXPLOITED)
    lines = table(tmp_path, finding("patch.libraries_vulnerable", item(Outcome.FAIL, jquery)))
    told = [line for line in lines if line.startswith("CVE-") and " " not in line]
    assert told == [EXPLOITED.id, high.id, low.id]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("joomla-manifest", "Joomla's manifest"),
        ("server-status", "the server-status page"),
        ("ssh", "the greeting of ssh"),
        ("Server (behind a CDN)", "Server, behind a CDN"),
        ("error-page (behind a CDN)", "an error page, behind a CDN"),
        ("https://a.example/a.js", "https://a.example/a.js"),
    ],
)
def test_where_software_was_read_is_told_in_words(source: str, told: str) -> None:
    assert source_told(source, EN) == told


def test_every_place_of_a_sign_has_words() -> None:
    bare = {place for place in load_facts().signals.places if not place.startswith("header:")}
    assert bare <= SOURCES.keys() | GREETINGS.keys()


def test_what_a_site_sent_as_a_version_acts_nowhere(tmp_path: Path) -> None:
    hostile = replace(component("PHP", HOSTILE, "eol"), source=HOSTILE, name=HOSTILE)
    with runs(tmp_path, [finding("patch.software", item(Outcome.FAIL, hostile))]) as results:
        page(results, tmp_path, f"site/{SITE}.html")
        text = (tmp_path / "report" / "site" / f"{SITE}.html").read_text("utf-8")
        assert all(value.isprintable() for row in rows(results) for value in row.values())
    assert HOSTILE not in text
    assert "<script" not in text
    assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize("command", [["report", "--out", "r"], ["export", "--format", "csv"]])
def test_deadlines_are_chosen_and_mistakes_are_the_users(
    results: Results, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "ours.toml").write_text('name = 1\ndays = 3\nsource = ""\n')

    def secscan(deadlines: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-P", "-m", "secscan", *command, "--deadlines", deadlines],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    assert secscan("vn-custom").returncode == 0
    wrong = secscan("ours.toml")
    assert wrong.returncode == 2
    assert "days is not known here; name is a text; version is a whole number" in wrong.stderr
    assert "name one of cisa-26-04, vn-custom, or a file" in secscan("nothing").stderr


def test_since_when_is_told_as_the_store_knows_it(results: Results) -> None:
    assert set(results.first_seen.values()) == {on(2)}
