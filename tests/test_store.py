"""The store: one transaction a site, resume, versions, modes, one writer."""

import json
import sqlite3
import stat
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from scores import finding

from secscan import store as store_module
from secscan.assessment import Assessment, Assessor
from secscan.catalog import load_catalog
from secscan.errors import SecscanError
from secscan.evidence import (
    Body,
    Endpoint,
    Exchange,
    Header,
    Hop,
    Markup,
    Missing,
    MissingKind,
    Scanner,
    SiteEvidence,
    views,
)
from secscan.facts import load_facts
from secscan.index import site_index
from secscan.policy import load_policy
from secscan.store import Store

ASSESSOR = Assessor(load_catalog(), load_policy(), load_facts())
HTML = b"<html><title>Trang ch\xe1\xbb\xa7</title></html>"


def evidence(site: str = "s", body: bytes = HTML) -> SiteEvidence:
    kept = Body("0" * 60 + f"{len(body):04d}", len(body), False, body)
    hop = Hop("https://s.example/", "192.0.2.1", 200, (Header("Content-Type", "text/html"),), kept)
    endpoint = Endpoint("https", "s.example", "192.0.2.1", 443, Exchange((hop,)))
    return SiteEvidence(
        site_id=site,
        url="https://s.example/",
        observed_at=datetime(2026, 11, 23, 8, tzinfo=UTC),
        scanner=Scanner("0", "secscan", ("IPv4",)),
        grants=(),
        dns=Missing(MissingKind.DNS_FAILURE, "NXDOMAIN"),
        endpoints=(endpoint,),
    )


def assessment(site: str = "s") -> Assessment:
    findings = (finding("headers.hsts"), finding("transport.https"))
    return Assessment(site, findings, site_index(findings, ASSESSOR.policy), "f" * 64)


def test_what_is_stored_comes_back(tmp_path: Path) -> None:
    with Store(tmp_path / "secscan.db", create=True) as store:
        run = store.begin_run("register", "scanner")
        store.save_site(run, evidence(), assessment())
        assert store.evidence(run, "s") == evidence()
        assert store.findings(run, "s", "f" * 64) == assessment().findings
        assert store.indexes(run, "f" * 64)["s"] == assessment().index
        assert assessment().index.value == Fraction(100)


def test_a_body_is_kept_once_and_may_be_pruned(tmp_path: Path) -> None:
    path = tmp_path / "secscan.db"
    with Store(path, create=True) as store:
        run = store.begin_run("register", "scanner")
        for site in ("a", "b"):
            store.save_site(run, evidence(site), assessment(site))
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM body").fetchone() == (1,)
        db.execute("DELETE FROM body")
    with Store(path, create=True) as store:
        pruned = views(store.evidence(run, "a"))[0].readings[Markup]
        assert pruned == Missing(MissingKind.NO_CONTENT)


def test_a_site_is_stored_whole_or_not_at_all(tmp_path: Path) -> None:
    with Store(tmp_path / "secscan.db", create=True) as store:
        run = store.begin_run("register", "scanner")
        broken = replace(assessment(), findings=(*assessment().findings, assessment().findings[0]))
        with pytest.raises(sqlite3.IntegrityError):
            store.save_site(run, evidence(), broken)
        assert store.sites_of(run) == []
        assert store.indexes(run, "f" * 64) == {}


def test_only_the_last_run_over_the_same_register_is_resumed(tmp_path: Path) -> None:
    with Store(tmp_path / "secscan.db", create=True) as store:
        run = store.begin_run("register", "scanner")
        assert store.unfinished_run("register") == run
        assert store.unfinished_run("another") is None
        store.finish_run(run)
        assert store.unfinished_run("register") is None


def test_scores_of_two_judgements_stand_side_by_side(tmp_path: Path) -> None:
    with Store(tmp_path / "secscan.db", create=True) as store:
        run = store.begin_run("register", "scanner")
        store.save_site(run, evidence(), assessment())
        store.save_assessment(run, replace(assessment(), fingerprint="e" * 64))
        assert store.indexes(run, "e" * 64) == store.indexes(run, "f" * 64)
        store.set_judged_by(run, ASSESSOR)
        judged = store.judgement(ASSESSOR.fingerprint)
        assert (judged.policy, judged.local_checks) == (ASSESSOR.policy, False)
        assert store.runs()[0].fingerprint == ASSESSOR.fingerprint


def test_the_database_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "secscan.db"
    with Store(path, create=True):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secscan.db"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(SecscanError, match=r"newer secscan .*install that one"):
        Store(path, create=True)


def test_a_file_that_is_no_database_is_the_users_mistake(tmp_path: Path) -> None:
    path = tmp_path / "secscan.db"
    path.write_text("This is no database, it is a letter. " * 40)
    with pytest.raises(SecscanError, match="cannot be opened"):
        Store(path, create=True)


def test_an_older_database_is_brought_forward_after_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secscan.db"
    with Store(path, create=True) as store:
        store.begin_run("register", "scanner")
    more = {**store_module.MIGRATIONS, 1: ("ALTER TABLE run ADD COLUMN remark TEXT",)}
    monkeypatch.setattr(store_module, "MIGRATIONS", more)
    monkeypatch.setattr(store_module, "VERSION", 2)
    with Store(path, create=True) as store:
        assert len(store.runs()) == 1
    backup = tmp_path / "secscan.db.v1.backup"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    for file, version in ((path, 2), (backup, 1)):
        with sqlite3.connect(file) as db:
            assert db.execute("PRAGMA user_version").fetchone() == (version,)
            assert db.execute("SELECT count(*) FROM run").fetchone() == (1,)


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE photo (id INTEGER)")
    with pytest.raises(SecscanError, match="another program's database"):
        Store(path, create=True)


def test_a_database_of_another_program_with_a_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE photo (id INTEGER)")
        db.execute("PRAGMA user_version = 1")
    with pytest.raises(SecscanError, match="another program's database"):
        Store(path)


def test_a_database_that_is_not_there_is_not_made_by_reading(tmp_path: Path) -> None:
    path = tmp_path / "typo.db"
    with pytest.raises(SecscanError, match="there is no database"):
        Store(path)
    assert not path.exists()


def test_a_lock_that_cannot_be_opened_is_the_users_to_mend(tmp_path: Path) -> None:
    path = tmp_path / "secscan.db"
    (tmp_path / "secscan.db.lock").mkdir()
    with (
        Store(path, create=True) as store,
        pytest.raises(SecscanError, match="cannot be opened"),
        store.writing(),
    ):
        pass


def test_evidence_of_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secscan.db"
    with Store(path, create=True) as store:
        run = store.begin_run("register", "scanner")
        store.save_site(run, evidence(), assessment())
    with sqlite3.connect(path) as db:
        newer = zlib.compress(json.dumps({"schema": 99, "evidence": {}}).encode())
        db.execute("UPDATE evidence SET document = ?", [newer])
    with Store(path, create=True) as store, pytest.raises(SecscanError, match="schema 99"):
        store.evidence(run, "s")


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "secscan.db"
    with (
        Store(path, create=True) as one,
        Store(path, create=True) as other,
        one.writing(),
        pytest.raises(SecscanError, match="another secscan is writing"),
        other.writing(),
    ):
        pass
