"""The only code that touches SQLite: runs, evidence, bodies, findings, scores.

A site is stored in one transaction, with its evidence, findings and score, at the moment it is
done: whatever stops secscan, the next run goes on from there. Findings and scores are kept under
the fingerprint of what judged them.
"""

import fcntl
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from pydantic import TypeAdapter
from sqlite_utils import Database

from secscan.assessable import Seen
from secscan.assessment import Assessment, Assessor
from secscan.check import Outcome
from secscan.clock import utc_now
from secscan.errors import SecscanError
from secscan.evidence import SCHEMA, SiteEvidence, dump, load
from secscan.finding import Finding
from secscan.first_seen import Look
from secscan.index import SiteIndex, published
from secscan.policy import Policy

DatabaseFault = sqlite3.DatabaseError
"""What a full disk, a damaged file or a lock of another program ends in."""

VERSION = 1
"""The database's user_version; raised with a forward migration in MIGRATIONS."""

MIGRATIONS: Mapping[int, tuple[str, ...]] = {
    0: (
        """CREATE TABLE run (
            id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT,
            register TEXT NOT NULL, scanner TEXT NOT NULL, fingerprint TEXT)""",
        """CREATE TABLE evidence (
            run INTEGER NOT NULL REFERENCES run(id), site TEXT NOT NULL,
            observed_at TEXT NOT NULL, schema INTEGER NOT NULL, document BLOB NOT NULL,
            PRIMARY KEY (run, site))""",
        "CREATE TABLE body (sha256 TEXT PRIMARY KEY, content BLOB NOT NULL)",
        """CREATE TABLE judgement (
            fingerprint TEXT PRIMARY KEY, policy TEXT NOT NULL, facts TEXT NOT NULL,
            local_checks INTEGER NOT NULL)""",
        """CREATE TABLE finding (
            run INTEGER NOT NULL, site TEXT NOT NULL, fingerprint TEXT NOT NULL,
            check_id TEXT NOT NULL, id TEXT NOT NULL, outcome TEXT NOT NULL, document TEXT NOT NULL,
            PRIMARY KEY (run, site, fingerprint, check_id))""",
        """CREATE TABLE score (
            run INTEGER NOT NULL, site TEXT NOT NULL, fingerprint TEXT NOT NULL,
            published TEXT, state TEXT, document TEXT NOT NULL,
            PRIMARY KEY (run, site, fingerprint))""",
    ),
}
"""From version n to n + 1."""

_FINDING = TypeAdapter(Finding)
_INDEX = TypeAdapter(SiteIndex)
_POLICY = TypeAdapter(Policy)


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over a register; ``fingerprint`` names what last judged it."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    register: str
    scanner: str
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What judged: its fingerprint, the policy, the version of the facts, and local checks."""

    fingerprint: str
    policy: Policy
    facts: str
    local_checks: bool


class Store:
    """An open database. Use as a context manager; one process writes at a time."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Open the database, or create it (mode 0600); bring an older one forward."""
        self.path = path
        if not create and not path.is_file():
            raise SecscanError(f"there is no database {path}: run `secscan scan` first")
        try:
            path.touch(mode=0o600)
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._db = Database(self._connection)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._migrate()
        except (OSError, sqlite3.DatabaseError) as fault:
            raise SecscanError(f"the database {path} cannot be opened: {fault}") from fault

    def __enter__(self) -> "Store":
        """Return the store."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the database."""
        self._connection.close()

    def _migrate(self) -> None:
        version = int(self._connection.execute("PRAGMA user_version").fetchone()[0])
        if version > VERSION:
            raise SecscanError(
                f"the database {self.path} was written by a newer secscan (version {version}, "
                f"this one knows {VERSION}): install that one"
            )
        tables = set(self._db.table_names())
        if tables and (version == 0 or not {"run", "evidence", "score"} <= tables):
            raise SecscanError(f"{self.path} is another program's database: name another --db")
        if 0 < version < VERSION:
            self._back_up(self.path.with_name(f"{self.path.name}.v{version}.backup"))
        for step in range(version, VERSION):
            with self._db.atomic():
                for statement in MIGRATIONS[step]:
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {step + 1}")

    def _back_up(self, path: Path) -> None:
        path.touch(mode=0o600)
        with closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to scan or judge into this database; the kernel frees it at any death."""
        with self._lock():
            yield

    def _lock(self) -> TextIO:
        path = self.path.with_name(f"{self.path.name}.lock")
        try:
            lock = path.open("w")
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise SecscanError(
                f"another secscan is writing to {self.path}: wait for it to end"
            ) from fault
        except OSError as fault:
            raise SecscanError(f"the lock {path} cannot be opened: {fault.strerror}") from fault
        return lock

    def begin_run(self, register: str, scanner: str) -> Run:
        """Start a run over a register (its canonical TOML), from now."""
        row = {
            "started_at": utc_now().isoformat(),
            "finished_at": None,
            "register": register,
            "scanner": scanner,
            "fingerprint": None,
        }
        self._db.table("run").insert(row)
        return self.runs()[-1]

    def unfinished_run(self, register: str) -> Run | None:
        """Return the last run if it is over this register and was never finished."""
        last = self.runs()[-1:]
        same = [run for run in last if run.register == register and run.finished_at is None]
        return same[0] if same else None

    def runs(self) -> list[Run]:
        """Return all runs, oldest first."""
        return [
            Run(
                row["id"],
                datetime.fromisoformat(row["started_at"]),
                datetime.fromisoformat(row["finished_at"]) if row["finished_at"] else None,
                row["register"],
                row["scanner"],
                row["fingerprint"],
            )
            for row in self._db.query("SELECT * FROM run ORDER BY id")
        ]

    def chosen(self, run_id: int | None) -> list[Run]:
        """Return the one run of that number, or all; raise SecscanError where there is none."""
        found = [run for run in self.runs() if run_id in (None, run.id)]
        if not found:
            wanted = "run" if run_id is None else f"run {run_id}"
            raise SecscanError(f"{self.path} holds no {wanted}: run `secscan scan` first")
        return found

    def finish_run(self, run: Run) -> None:
        """Mark a run as finished, unless it already was."""
        self._db.execute(
            "UPDATE run SET finished_at = ? WHERE id = ? AND finished_at IS NULL",
            (utc_now().isoformat(), run.id),
        )

    def sites_of(self, run: Run) -> list[str]:
        """Return the ids of the sites whose evidence the run holds, sorted."""
        rows = self._db.query("SELECT site FROM evidence WHERE run = ? ORDER BY site", [run.id])
        return [row["site"] for row in rows]

    def save_site(self, run: Run, evidence: SiteEvidence, assessment: Assessment) -> None:
        """Store all that is known of a finished site, or nothing: one transaction."""
        document, bodies = dump(evidence)
        with self._db.atomic():
            self._db.table("body").insert_all(
                ({"sha256": key, "content": zlib.compress(raw)} for key, raw in bodies.items()),
                ignore=True,
            )
            self._db.table("evidence").insert(
                {
                    "run": run.id,
                    "site": evidence.site_id,
                    "observed_at": evidence.observed_at.isoformat(),
                    "schema": SCHEMA,
                    "document": zlib.compress(document.encode("utf-8")),
                }
            )
            self.save_assessment(run, assessment)

    def save_assessment(self, run: Run, assessment: Assessment) -> None:
        """Store findings and score of a site, in place of those of the same fingerprint."""
        key = {
            "run": run.id,
            "site": assessment.site_id,
            "fingerprint": assessment.fingerprint,
        }
        index = assessment.index
        with self._db.atomic():
            for table in ("finding", "score"):
                self._db.table(table).delete_where(
                    "run = :run AND site = :site AND fingerprint = :fingerprint", key
                )
            self._db.table("finding").insert_all(
                {
                    **key,
                    "check_id": finding.check_id,
                    "id": finding.id,
                    "outcome": finding.outcome.value,
                    "document": _FINDING.dump_json(finding).decode("utf-8"),
                }
                for finding in assessment.findings
            )
            self._db.table("score").insert(
                {
                    **key,
                    "published": None if index.value is None else str(published(index.value)),
                    "state": index.state,
                    "document": _INDEX.dump_json(index).decode("utf-8"),
                }
            )

    def set_judged_by(self, run: Run, assessor: Assessor) -> None:
        """Say what judged the run as it stands."""
        with self._db.atomic():
            self._db.table("judgement").insert(
                {
                    "fingerprint": assessor.fingerprint,
                    "policy": _POLICY.dump_json(assessor.policy).decode("utf-8"),
                    "facts": assessor.facts.version,
                    "local_checks": bool(assessor.catalog.local),
                },
                ignore=True,
            )
            self._db.execute(
                "UPDATE run SET fingerprint = ? WHERE id = ?", (assessor.fingerprint, run.id)
            )

    def judgement(self, fingerprint: str) -> Judgement:
        """Return the policy and the facts behind a fingerprint."""
        row = self._db.table("judgement").get(fingerprint)
        return Judgement(
            row["fingerprint"],
            _POLICY.validate_json(row["policy"]),
            row["facts"],
            bool(row["local_checks"]),
        )

    def evidence(self, run: Run, site: str, *, bodies: bool = True) -> SiteEvidence:
        """Return the stored evidence of a site, with the bodies that are still kept or without."""
        row = self._db.table("evidence").get((run.id, site))
        document = zlib.decompress(row["document"]).decode("utf-8")
        return load(document, _Bodies(self._db) if bodies else {})

    def findings(self, run: Run, site: str, fingerprint: str) -> tuple[Finding, ...]:
        """Return the findings of a site under a fingerprint, by check id."""
        rows = self._db.query(
            "SELECT document FROM finding WHERE run = ? AND site = ? AND fingerprint = ? "
            "ORDER BY check_id",
            [run.id, site, fingerprint],
        )
        return tuple(_FINDING.validate_json(row["document"]) for row in rows)

    def indexes(self, run: Run, fingerprint: str) -> dict[str, SiteIndex]:
        """Return the index of each site of a run under a fingerprint."""
        rows = self._db.query(
            "SELECT site, document FROM score WHERE run = ? AND fingerprint = ? ORDER BY site",
            [run.id, fingerprint],
        )
        return {row["site"]: _INDEX.validate_json(row["document"]) for row in rows}

    def looks(self, run: Run, bad_in: Run) -> Iterator[Look]:
        """Yield what a run saw of the findings that are bad in a run."""
        # CROSS JOIN keeps this order: each bad finding is then one step in the other's index.
        rows = self._connection.execute(
            """SELECT f.site, f.check_id, json_extract(f.document, '$.items')
            FROM finding AS bad CROSS JOIN finding AS f
            ON f.run = ? AND f.site = bad.site AND f.fingerprint = ? AND f.check_id = bad.check_id
            WHERE bad.run = ? AND bad.fingerprint = ? AND bad.outcome IN ('partial', 'fail')
            AND (f.outcome IN ('pass', 'partial', 'fail') OR f.outcome = 'not-applicable'
            AND json_extract(f.document, '$.cause') IS NULL)""",
            (run.id, run.fingerprint, bad_in.id, bad_in.fingerprint),
        )
        for site, check_id, items in rows:
            yield Look(site, check_id, _by_subject(json.loads(items)))

    def components(self, run: Run) -> Iterator[tuple[str, Seen]]:
        """Yield the components in the scored findings of a run as it stands, with their sites."""
        yield from (
            (site, Seen(subject, product, state, Outcome(outcome)))
            for site, subject, product, state, outcome in self._connection.execute(
                """SELECT site, json_extract(item.value, '$.subject'),
                json_extract(item.value, '$.component.product'),
                json_extract(item.value, '$.component.state'),
                json_extract(item.value, '$.outcome')
                FROM finding, json_each(document, '$.items') AS item
                WHERE run = ? AND fingerprint = ? AND instr(document, '"component":{') > 0
                AND json_extract(document, '$.scored')
                AND json_type(item.value, '$.component') = 'object'""",
                (run.id, run.fingerprint),
            )
        )


def _by_subject(items: Iterable[dict[str, Any]]) -> dict[str, frozenset[Outcome]]:
    found: dict[str, frozenset[Outcome]] = {}
    for item in items:
        known = found.get(item["subject"], frozenset())
        found[item["subject"]] = known | {Outcome(item["outcome"])}
    return found


class _Bodies(dict[str, bytes]):
    """The bodies of the database, looked up when the evidence asks for one."""

    def __init__(self, db: Database) -> None:
        super().__init__()
        self._db = db

    def get(self, sha256: str, default: Any = None) -> Any:
        """Return the content of a body, or the default where it was pruned."""
        row = next(self._db.query("SELECT content FROM body WHERE sha256 = ?", [sha256]), None)
        return default if row is None else zlib.decompress(row["content"])
