"""Exports: stable shapes, no formula in a spreadsheet, nothing that acts."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cities import ASSESSOR, CATALOG, GONE, HOSTILE, city, evidence, judged
from hypothesis import example, given
from hypothesis import strategies as st

from secscan.assessment import Assessment
from secscan.export.csv import COLUMNS, cell, write_csv
from secscan.export.json import check_document, write_json
from secscan.index import site_index
from secscan.locale import words
from secscan.results import Results
from secscan.terminal import safe

GOLDEN = Path(__file__).parent / "golden"
FINGERPRINT = "0" * 64


@pytest.fixture
def results(tmp_path: Path) -> Iterator[Results]:
    with city(tmp_path) as found:
        yield found


def exported(write: Callable[..., None], results: Results) -> str:
    stream = io.StringIO(newline="")
    write(results, CATALOG, words("en"), stream)
    return stream.getvalue()


def rows(results: Results) -> list[dict[str, str]]:
    """Read the CSV as a spreadsheet does: bytes, with the mark that says UTF-8."""
    raw = exported(write_csv, results).encode("utf-8")
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def document(results: Results) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(exported(write_json, results))
    return loaded


def test_the_csv_of_a_site_is_as_it_was(results: Results) -> None:
    judgement = results.judgement
    text = exported(write_csv, results).replace(judgement.fingerprint, FINGERPRINT)
    text = text.replace(judgement.facts, "facts")
    lines = text.split("\r\n")
    kept = [line for line in lines if ",cu.yte.example," in line or "finding_id" in line]
    golden = (GOLDEN / "findings.csv").read_text("utf-8")
    assert "\n".join(kept) + "\n" == golden


def test_the_json_of_a_site_is_as_it_was(results: Results) -> None:
    found = document(results)
    kept = {
        **found,
        "judgement": {**found["judgement"], "fingerprint": FINGERPRINT, "facts": "facts"},
        "agencies": found["agencies"][:1],
        "sites": [site for site in found["sites"] if site["id"] == "cu.yte.example"],
    }
    assert kept == json.loads((GOLDEN / "export.json").read_text("utf-8"))


def test_the_same_results_give_the_same_bytes(results: Results) -> None:
    for write in (write_csv, write_json):
        assert exported(write, results) == exported(write, results)


def test_csv_has_a_row_for_each_item_and_every_line_ends_in_crlf(results: Results) -> None:
    items = [
        (finding.id, finding.item_id(item.subject))
        for site in results.register.scanned()
        for finding in results.findings(site.id)
        for item in finding.items
    ]
    assert [(row["finding_id"], row["item_id"]) for row in rows(results)] == items
    text = exported(write_csv, results)
    assert text.count("\n") == text.count("\r\n") == len(items) + 1


def test_vietnamese_arrives_intact_in_csv(results: Results) -> None:
    assert {"Sở Y tế", "Sở Nội vụ", "Sở Xây dựng"} == {row["agency"] for row in rows(results)}


def test_costs_in_csv_add_up_to_what_the_index_lacks(results: Results) -> None:
    for site in ("yte.example", "cu.yte.example", "noivu.example"):
        own = [row for row in rows(results) if row["site_id"] == site]
        total = sum(Decimal(row[name] or 0) for row in own for name in ("cost", "factor_cost"))
        assert total == 100 - Decimal(own[0]["site_index"])


def test_what_a_site_sent_acts_neither_in_csv_nor_in_json(results: Results) -> None:
    for row in rows(results):
        assert all(value.isprintable() for value in row.values())
    assert exported(write_json, results).replace("\n", "").isprintable()
    assert exported(write_json, results).isascii()
    found = document(results)
    site = next(site for site in found["sites"] if site["id"] == "cu.yte.example")
    csp = next(finding for finding in site["findings"] if finding["check"] == "headers.csp")
    assert csp["reason"]["data"] == {"value": HOSTILE}


def test_a_check_that_is_gone_is_told_by_its_id(results: Results) -> None:
    assert GONE in {row["title"] for row in rows(results)}
    titles = {f["title"] for site in document(results)["sites"] for f in site["findings"]}
    assert GONE in titles


def test_json_numbers_are_published_and_exact(results: Results) -> None:
    found = document(results)
    noi_vu = next(agency for agency in found["agencies"] if agency["id"] == "so-noi-vu")
    assert noi_vu["index"]["value"] == 95.8
    assert "/" in noi_vu["index"]["exact"]
    xay_dung = next(agency for agency in found["agencies"] if agency["id"] == "so-xay-dung")
    assert (xay_dung["index"], xay_dung["unranked"]) == (None, "no-index")
    assert xay_dung["coverage"] == {"value": 0.0, "exact": "0/1"}


def test_a_look_at_one_site_has_the_shape_of_a_site_of_a_run(results: Results) -> None:
    site = results.register.sites[0]
    found = judged(site, HOSTILE)
    index = site_index(found, ASSESSOR.policy)
    assessment = Assessment(site.id, found, index, ASSESSOR.fingerprint)
    alone = check_document([(evidence(site), assessment)], ASSESSOR, words("en"))
    assert json.loads(json.dumps(alone))["judgement"] == document(results)["judgement"]
    of_run = document(results)["sites"][0]
    for one in of_run["findings"]:
        for part in one["items"]:
            part |= {"first_seen": None, "deadline": None}  # of a look alone there is no history
    assert json.loads(json.dumps(alone))["sites"] == [
        {key: value for key, value in of_run.items() if key not in ("kind", "agency")}
    ]


STARTERS = tuple("=+-@\t\r＝＋－＠")
texts = st.text(st.sampled_from("=+-@＝＋ \t\r\n\"';,a1\x00\u202e\u00a0") | st.characters())


@given(texts)
@example("=1+1")
@example("; =1+1;")
@example('";"=cmd')
@example("\u200b=1")
def test_no_cell_is_ever_a_formula_whatever_divides_the_cells(text: str) -> None:
    for delimiter in (",", ";"):
        stream = io.StringIO(newline="")
        csv.writer(stream, lineterminator="\r\n").writerow(["x", cell(text), cell("+1"), "y"])
        for read in csv.reader(io.StringIO(stream.getvalue(), newline=""), delimiter=delimiter):
            for value in read:
                assert not value.lstrip(' "\u00a0\u3000').startswith(STARTERS)


@given(st.text())
def test_text_that_no_spreadsheet_would_run_is_kept(text: str) -> None:
    if not any(starter in text for starter in STARTERS):
        assert cell(text) == safe(text)


def test_numbers_stay_numbers() -> None:
    assert [cell(Decimal("82.4")), cell(7), cell(None)] == ["82.4", "7", ""]


def test_the_documentation_names_every_column() -> None:
    text = (Path(__file__).parents[1] / "docs" / "export.md").read_text("utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in text] == []
