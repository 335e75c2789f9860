"""The main job on the demo city, by the command line: scan, judge, rank, report, export, check."""

import csv
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from secscan.cli import cli, run
from secscan.demo import City
from secscan.register import Site, read_register


class Scanned:
    """The demo city, open, and a database in which it was scanned once."""

    def __init__(self, folder: Path, city: City) -> None:
        self.city = city
        self.database = folder / "secscan.db"
        self.sites: dict[str, Site] = {
            site.id: site for site in read_register(city.register_path).sites
        }

    def secscan(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "secscan", *arguments],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **environment},
            check=False,
        )

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.database) as db:
            return db.execute(query).fetchall()

    def published(self) -> dict[str, str | None]:
        query = "SELECT score.site, published FROM score JOIN run USING (fingerprint)"
        return {
            str(site): None if value is None else str(value) for site, value in self.rows(query)
        }


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    folder = tmp_path_factory.mktemp("city")
    with City(folder) as city:
        found = Scanned(folder, city)
        done = found.secscan(
            "scan", "--register", str(city.register_path), "--ca-bundle", str(city.ca_path),
            "--db", str(found.database),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        yield found


KINDS = ("csv", "json")


def dialled(site: Site) -> list[str]:
    """Return the options by which ``check`` reaches a site of the city."""
    pins = [f"--connect-to={port}={pin}" for port, pin in site.connect.items()]
    services = [f"--service={service}" for service in site.services]
    return [*pins, *services, "--resolver", str(site.resolver)]


def judged(scanned: Scanned) -> list[list[tuple[object, ...]]]:
    return [
        scanned.rows("SELECT * FROM finding ORDER BY run, site, fingerprint, check_id"),
        scanned.rows("SELECT * FROM score ORDER BY run, site, fingerprint"),
    ]


def test_every_site_of_the_register_is_there(scanned: Scanned) -> None:
    expected = {id for id, site in scanned.sites.items() if site.platform is None}
    assert {site for (site,) in scanned.rows("SELECT site FROM evidence")} == expected
    assert scanned.rows("SELECT count(*) FROM run WHERE finished_at IS NULL") == [(0,)]


def test_no_finding_is_a_fault_of_ours(scanned: Scanned) -> None:
    assert scanned.rows("SELECT * FROM finding WHERE outcome = 'error'") == []


def test_no_index_is_shared_by_more_than_a_quarter(scanned: Scanned) -> None:
    values = [value for value in scanned.published().values() if value is not None]
    assert max(Counter(values).values()) <= len(values) / 4


def test_judging_again_elsewhere_gives_the_same_bytes(scanned: Scanned) -> None:
    before = judged(scanned)
    with sqlite3.connect(scanned.database) as db:
        db.execute("DELETE FROM finding")
        db.execute("DELETE FROM score")
    again = scanned.secscan(
        "judge", "--db", str(scanned.database), "--ca-bundle", str(scanned.city.ca_path),
        TZ="America/St_Johns", LANG="C", LC_ALL="C", PYTHONHASHSEED="4711",
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    assert judged(scanned) == before


def test_judging_sends_nothing(scanned: Scanned, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("judge opened a socket")

    monkeypatch.setattr(socket, "socket", forbidden)
    arguments = ["--db", str(scanned.database), "--ca-bundle", str(scanned.city.ca_path)]
    assert run(["judge", *arguments]) == 0


def test_another_policy_gives_other_scores_that_are_not_comparable(
    scanned: Scanned, tmp_path: Path
) -> None:
    from importlib.resources import files

    text = (files("secscan.policies") / "default.toml").read_text("utf-8")
    policy = tmp_path / "policy.toml"
    policy.write_text(text.replace("transport = 35", "transport = 65"), "utf-8")
    arguments = ["--db", str(scanned.database), "--ca-bundle", str(scanned.city.ca_path)]
    before = scanned.rows("SELECT count(DISTINCT fingerprint) FROM score")
    changed = scanned.secscan("judge", *arguments, "--policy", str(policy), "--lang", "en")
    assert changed.returncode == 0
    assert "the numbers of the two are not comparable" in changed.stderr
    assert before == [(1,)]
    assert scanned.rows("SELECT count(DISTINCT fingerprint) FROM score") == [(2,)]
    assert scanned.secscan("judge", *arguments).returncode == 0


@pytest.mark.parametrize("kind", ["best", "worst", "middle"])
def test_check_shows_the_index_of_the_scan(scanned: Scanned, kind: str) -> None:
    known = {site: value for site, value in scanned.published().items() if value is not None}
    order = sorted(known, key=lambda site: float(known[site] or 0))
    site = scanned.sites[order[{"worst": 0, "middle": len(order) // 2, "best": -1}[kind]]]
    trusting = ["--ca-bundle", str(scanned.city.ca_path)]
    checked = scanned.secscan("check", site.url, *dialled(site), "--json", *trusting)
    (seen,) = json.loads(checked.stdout)["sites"]
    assert str(seen["index"]["value"]) == known[site.id]
    exact = scanned.rows(f"SELECT document FROM score WHERE site = '{site.id}'")  # noqa: S608
    assert seen["index"]["exact"] in {
        value if "/" in value else f"{value}/1"
        for value in (str(json.loads(str(row[0]))["value"]) for row in exact)
    }


def test_an_agency_gets_the_auditors_number_at_home(scanned: Scanned, tmp_path: Path) -> None:
    agency = next(site.owners[-1].agency for site in scanned.sites.values() if site.platform)
    extract, home = tmp_path / "agency.toml", tmp_path / "home.db"
    register = str(scanned.city.register_path)
    done = scanned.secscan(
        "register", "extract", "--register", register, "--agency", agency, "--out", str(extract)
    )
    assert done.returncode == 0, done.stderr
    done = scanned.secscan(
        "scan", "--register", str(extract), "--db", str(home),
        "--ca-bundle", str(scanned.city.ca_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

    def row(database: Path) -> dict[str, object]:
        told = scanned.secscan("export", "--format", "json", "--db", str(database))
        agencies = json.loads(told.stdout)["agencies"]
        return next(found for found in agencies if found["id"] == agency)

    auditor, own = row(scanned.database), row(home)
    assert (own["index"], own["coverage"]) == (auditor["index"], auditor["coverage"])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_rank_and_report_and_export_hold_what_they_promise(
    scanned: Scanned, tmp_path: Path, language: str
) -> None:
    common = ["--db", str(scanned.database), "--lang", language]
    ranked = scanned.secscan("rank", *common)
    reported = scanned.secscan("report", *common, "--out", str(tmp_path / "report"))
    exported = scanned.secscan(
        "export", *common, "--format", "csv", "--out", str(tmp_path / "findings.csv")
    )
    assert (ranked.returncode, reported.returncode, exported.returncode) == (0, 0, 0)
    heading = {"vi": "Độ bao phủ %", "en": "Coverage %"}[language]
    assert heading in ranked.stdout
    assert (tmp_path / "report" / "index.html").exists()
    rows = list(csv.DictReader((tmp_path / "findings.csv").read_text("utf-8-sig").splitlines()))
    assert {row["site_id"] for row in rows} == set(scanned.published())


def test_nothing_that_a_site_sent_acts_on_a_terminal_or_a_page(
    scanned: Scanned, tmp_path: Path
) -> None:
    hostile = scanned.sites["cau-vong"]
    database = ["--db", str(scanned.database)]
    scanned.secscan("report", *database, "--out", str(tmp_path / "report"))
    pages = [path.read_text("utf-8") for path in (tmp_path / "report").rglob("*.html")]
    told = [scanned.secscan("export", *database, "--format", kind).stdout for kind in KINDS]
    for options in (["--json"], ["--lang", "vi"]):
        told.append(scanned.secscan("check", hostile.url, *dialled(hostile), *options).stdout)
    for text in (*pages, *told):
        assert [c for c in text if not c.isprintable() and c not in "\n\r\ufeff"] == []
    assert any("\\x1b" in text for text in pages)
    assert all("<script>" not in page for page in pages)


def test_fail_under_tells_why(scanned: Scanned) -> None:
    known = scanned.published()
    scored = next(id for id, value in known.items() if value is not None)
    unscored = next(id for id, value in known.items() if value is None)
    for site in (scanned.sites[scored], scanned.sites[unscored]):
        options = ["--fail-under", "100", "--lang", "en"]
        done = scanned.secscan("check", site.url, *dialled(site), *options)
        assert done.returncode == 1
        assert "and at least 100.0 was asked" in done.stderr


def test_a_narrow_terminal_breaks_no_id_and_costs_add_up(scanned: Scanned) -> None:
    ids = (Path(__file__).parent / "ids.txt").read_text("utf-8").split()
    told = scanned.secscan("checks", COLUMNS="60").stdout
    assert [id for id in ids if id not in told] == []
    site = scanned.sites["thanh-tra"]
    told = scanned.secscan("check", site.url, *dialled(site), "--lang", "en", COLUMNS="60").stdout
    costs = re.findall(r"^ [×✗~] +(\S+) +([0-9]+\.[0-9])  ", told, re.MULTILINE)
    points = [Decimal(cost) for _, cost in costs]
    assert points == sorted(points, reverse=True)
    assert {id for id, _ in costs} <= set(ids)
    total = re.search(r"^ +([0-9.]+) +Sum of", told, re.MULTILINE)
    assert total and sum(points) == Decimal(total[1])
    assert "transport.https (+" in told.split("What to fix first")[1]
    assert "transport.tls13 (+" not in told
    assert re.search(r"^ ×  ", told, re.MULTILINE)


def test_every_command_has_help() -> None:
    runner = CliRunner()
    for name, command in cli.commands.items():
        done = runner.invoke(cli, [name, "--help"])
        assert done.exit_code == 0
        assert command.help
