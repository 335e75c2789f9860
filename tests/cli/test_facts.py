"""The commands on the facts, as an operator runs them; the publishers are servers on loopback."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import changed, site
from published_files import Answers, endoflife, folder_of, https, kev, release, retire

from secscan.assessment import Assessor
from secscan.catalog import load_catalog
from secscan.cli import run
from secscan.facts import load_facts
from secscan.facts.folder import PREVIOUS, read_folder, stored, write_generation
from secscan.facts.published import Set, read
from secscan.policy import load_policy
from secscan.probes import downloads
from secscan.register import parse_register, to_toml
from secscan.store import Store

TODAY = datetime.now(UTC).date()

Told = tuple[int, str, str]
"""The exit status, what was written, and what was told of mistakes."""


class Secscan:
    """The command line in this process, with an environment and a working folder of its own."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: Any) -> None:
        self.folder, self._patch, self._capture = folder, patch, capture
        patch.chdir(folder)
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            patch.delenv(name)
        self.set(SECSCAN_LANG="en", XDG_DATA_HOME=folder / "data", COLUMNS=200)

    def set(self, **environment: object) -> None:
        for name, value in environment.items():
            self._patch.setenv(name, str(value))

    def __call__(self, *arguments: object) -> Told:
        status = run([str(argument) for argument in arguments])
        told = self._capture.readouterr()
        assert "Traceback" not in told.err
        return status, told.out, told.err


@pytest.fixture
def secscan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Secscan:
    return Secscan(tmp_path, monkeypatch, capsys)


def default(folder: Path) -> Path:
    return folder / "data" / "secscan" / "facts"


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days)).isoformat()


def loaded(folder: Path, **raw: bytes) -> None:
    """Write a generation as an update would have."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {Set(which): one for which, one in raw.items()}
    write_generation(
        folder,
        {which: stored(one, read(which, one), "here", TODAY) for which, one in files.items()},
    )


def test_from_a_folder_then_a_zip_then_back(tmp_path: Path, secscan: Secscan) -> None:
    stick = folder_of(tmp_path / "stick", full=endoflife(days_ago(9)), b=kev(), c=retire())
    status, first, wrong = secscan("facts", "update", "--from", stick)
    assert (status, wrong) == (0, "")
    assert f"rows as of {days_ago(9)}, from {stick}/full" in first
    assert "Nothing is new." in secscan("facts", "update", "--from", stick)[1]
    with zipfile.ZipFile(tmp_path / "z", "w") as archive:
        archive.writestr("a/b/c", endoflife(days_ago(1)))
    status, second, _ = secscan("facts", "update", "--from", "z")
    assert status == 0
    folder = default(tmp_path)
    command = f"secscan facts update --facts {folder} --from {folder / PREVIOUS}"
    assert f"To go back: {command}" in second
    assert len(read_folder(default(tmp_path)).files) == 3
    version = load_facts(folder=default(tmp_path)).version
    assert secscan(*command.split()[1:])[0] == 0
    again = load_facts(folder=default(tmp_path)).version
    assert (version in second, again in first, version != again) == (True, True, True)


def serve(answers: Answers) -> None:
    body = endoflife(days_ago(1))
    answers.by_path = {
        "/full": (200, {}, body),
        "/moved": (302, {"Location": "/full"}, b""),
        "/plain": (302, {"Location": "http://me:s3cret@localhost:1/s3cret"}, b""),
        "/gzip": (200, {"Content-Encoding": "gzip"}, body),
        "/cut": (200, {"Content-Length": str(len(body) + 1)}, body),
        "/large": (200, {}, b" " * 16_777_217),
        "/html": (200, {}, b"<html>Login</html>"),
    }


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/full", ""),
        ("/moved", ""),
        ("/plain", "it leads to http://localhost, which is not https"),
        ("/nowhere", "the server answers 404"),
        ("/gzip", "compressed, which was not asked for"),
        ("/cut", "cannot be downloaded"),
        ("/large", "more than 16777216 bytes"),
        ("/html", "nothing in it is a file of endoflife, kev, retire"),
    ],
)
def test_from_an_address(tmp_path: Path, secscan: Secscan, path: str, told: str) -> None:
    with https(tmp_path) as answers:
        serve(answers)
        secscan.set(SSL_CERT_FILE=answers.ca)
        url = answers.url.replace("localhost", "me:s3cret@localhost")
        status, out, wrong = secscan("facts", "update", "--from", url + path)
    assert told in wrong
    assert "s3cret" not in out + wrong + "".join(
        file.entry.source for file in read_folder(default(tmp_path)).files.values()
    )
    assert len(wrong.splitlines()) == bool(told)
    assert status == (2 if told else 0)
    assert list(read_folder(default(tmp_path)).files) == ([] if told else [Set.END_OF_LIFE])


def test_an_address_that_is_not_https_is_never_asked(tmp_path: Path, secscan: Secscan) -> None:
    status, _, wrong = secscan("facts", "update", "--from", "http://127.0.0.1:1/full")
    assert (status, wrong) == (
        2,
        "secscan: http://127.0.0.1:1/full cannot be downloaded: it is not https\n",
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://me:s3cret@127.0.0.1:1/x",
        "https://me:s3/cret@127.0.0.1:1/x",
        "https://me:s3cret/x@127.0.0.1:1/x",
        "https://me:?s3cret@127.0.0.1:1/x",
        "https://127.0.0.1:1/x?token=s3cret",
    ],
)
def test_no_password_of_an_address_is_shown(secscan: Secscan, address: str) -> None:
    status, out, wrong = secscan("facts", "update", "--from", address)
    assert (status, "cannot be downloaded" in wrong) == (2, True)
    assert "s3" not in out + wrong
    assert "cret" not in out + wrong


def test_a_wrong_service_is_named_with_what_to_write(secscan: Secscan) -> None:
    services = ("--service", "ssh://a.example.vn", "--service", "gopher://a.example.vn")
    status, _, wrong = secscan("check", "https://a.example.vn/", *services)
    assert (status, '--service "gopher://a.example.vn" is wrong: write ssh://' in wrong) == (
        2,
        True,
    )


def test_a_server_says_how_old_its_file_is(tmp_path: Path, secscan: Secscan) -> None:
    changed_on = {"Last-Modified": "Sun, 01 Nov 2026 00:00:00 GMT"}
    with https(tmp_path) as answers:
        answers.by_path = {"/x": (200, changed_on, retire())}
        secscan.set(SSL_CERT_FILE=answers.ca)
        assert secscan("facts", "update", "--from", f"{answers.url}/x")[0] == 0
    entry = read_folder(default(tmp_path)).files[Set.LIBRARIES].entry
    assert entry.as_of == date(2026, 11, 1)


@pytest.mark.parametrize("year", ["99999999999999999999", "2024 00:00:00 +9999999999", "x"])
def test_a_server_that_says_no_day_is_believed_of_today(
    tmp_path: Path, secscan: Secscan, year: str
) -> None:
    with https(tmp_path) as answers:
        changed_on = {"Last-Modified": f"Mon, 01 Jan {year} 00:00:00 GMT"}
        answers.by_path = {"/x": (200, changed_on, retire())}
        secscan.set(SSL_CERT_FILE=answers.ca)
        assert secscan("facts", "update", "--from", f"{answers.url}/x")[0] == 0
    assert read_folder(default(tmp_path)).files[Set.LIBRARIES].entry.as_of == TODAY


def test_a_server_that_never_answers_is_left(
    tmp_path: Path, secscan: Secscan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_SECONDS", 0.5)
    with https(tmp_path) as answers:
        secscan.set(SSL_CERT_FILE=answers.ca)
        status, _, wrong = secscan("facts", "update", "--from", f"{answers.url}/silent")
    assert (status, "no end after" in wrong) == (2, True)


def test_a_certificate_that_nobody_vouches_for_ends_it(tmp_path: Path, secscan: Secscan) -> None:
    with https(tmp_path) as answers:
        status, _, wrong = secscan("facts", "update", "--from", f"{answers.url}/full")
        assert answers.asked == []
    assert (status, "CERTIFICATE_VERIFY_FAILED" in wrong) == (2, True)


def test_a_proxy_of_the_environment_is_asked(tmp_path: Path, secscan: Secscan) -> None:
    with https(tmp_path) as proxy:  # one that is asked to CONNECT, and does not
        secscan.set(HTTPS_PROXY=proxy.url, SSL_CERT_FILE=proxy.ca)
        status, _, wrong = secscan("facts", "update", "--from", "https://feeds.example/full")
    assert (status, proxy.asked) == (2, ["feeds.example:443"])
    assert "407" in wrong


def test_what_is_fine_is_taken_and_what_is_refused_is_said(
    tmp_path: Path, secscan: Secscan
) -> None:
    stick = folder_of(tmp_path / "stick", a=kev(), b=endoflife(days_ago(-3)))
    status, _, wrong = secscan("facts", "update", "--from", stick, "--from", "nowhere")
    assert status == 2
    assert "secscan: nowhere cannot be read" in wrong
    assert f"secscan: {stick}/b: refused, as it is of {days_ago(-3)}" in wrong
    assert list(read_folder(default(tmp_path)).files) == [Set.KNOWN_EXPLOITED]


def test_one_publisher_with_another_page_is_named(tmp_path: Path, secscan: Secscan) -> None:
    stick = folder_of(tmp_path / "stick", a=kev())
    (tmp_path / "login").write_bytes(b"<html>Login</html>")
    status, _, wrong = secscan("facts", "update", "--from", stick, "--from", "login")
    assert (status, wrong) == (
        2,
        "secscan: login: nothing in it is a file of endoflife, kev, retire\n",
    )
    assert list(read_folder(default(tmp_path)).files) == [Set.KNOWN_EXPLOITED]


def test_only_what_was_asked_for_is_taken(tmp_path: Path, secscan: Secscan) -> None:
    stick = folder_of(tmp_path / "stick", a=kev(), b=endoflife(), c=retire())
    assert secscan("facts", "update", "--from", stick, "--only", "kev,retire")[0] == 0
    assert set(read_folder(default(tmp_path)).files) == {Set.KNOWN_EXPLOITED, Set.LIBRARIES}
    status, _, wrong = secscan("facts", "update", "--from", stick, "--only", "cve")
    assert (status, "'cve' is not a set of facts: write endoflife, kev or retire" in wrong) == (
        2,
        True,
    )


def test_status_tells_where_facts_come_from_and_how_old_they_are(
    tmp_path: Path, secscan: Secscan
) -> None:
    assert "the wheel judges alone" in secscan("facts", "verify")[1]
    status, bare, _ = secscan("facts", "status")
    assert (status, bare.count("not loaded")) == (0, 3)
    assert bare.count("secscan facts update") == 1
    secscan.set(COLUMNS=80)
    assert f"together: {load_facts().version}" in bare
    loaded(tmp_path / "f", kev=kev("2026-01-01"), retire=retire())
    status, told, _ = secscan("facts", "status", "--facts", "f")
    assert "Script libraries (retire.js): from here" in told
    assert told.count("Folder of published files: f\n") == 1
    assert told.count("secscan facts update --facts f\n") == 1
    rows = {line.split("  ")[0]: set(line.split()) for line in told.splitlines()}
    old = str((TODAY - date(2026, 1, 1)).days)
    assert {"2026-01-01", old} <= rows["Known to be exploited (CISA KEV)"]
    assert {TODAY.isoformat(), "0"} <= rows["Script libraries (retire.js)"]
    assert "(CISA KEV): more than 90 days old" in told
    assert "(retire.js): more than" not in told
    assert f"together: {load_facts(folder=tmp_path / 'f').version}" in told
    assert status == 0


def test_verify_and_every_judging_command_see_a_changed_file(
    tmp_path: Path, secscan: Secscan
) -> None:
    loaded(tmp_path / "f", kev=kev(), endoflife=endoflife())
    secscan.set(SECSCAN_FACTS=tmp_path / "f")
    status, told, _ = secscan("facts", "verify")
    assert (status, "2 files, all as loaded" in told) == (0, True)
    with (tmp_path / "f" / "current" / "kev.json").open("ab") as stream:
        stream.write(b" ")
    for command in (
        ("facts", "verify"),
        ("facts", "status"),
        ("judge",),
        ("check", "https://site.example/"),
    ):
        status, _, wrong = secscan(*command)
        assert status == 2
        assert "kev.json is damaged: its SHA-256 is not that of the manifest" in wrong
    stick = folder_of(tmp_path / "stick", a=kev())
    assert secscan("facts", "update", "--from", stick)[::2] == (0, "")
    assert secscan("facts", "verify")[0] == 0
    assert len(read_folder(tmp_path / "f").files) == 2


def test_what_an_update_does_not_mend_is_told_as_lost(tmp_path: Path, secscan: Secscan) -> None:
    loaded(tmp_path / "f", kev=kev(), endoflife=endoflife())
    (tmp_path / "f" / "current" / "kev.json").unlink()
    stick = folder_of(tmp_path / "stick", a=retire())
    status, _, wrong = secscan("facts", "update", "--facts", "f", "--from", stick)
    assert (status, "kev.json is damaged" in wrong) == (2, True)
    assert set(read_folder(tmp_path / "f").files) == {Set.END_OF_LIFE, Set.LIBRARIES}


def test_a_folder_that_was_named_must_hold_facts(tmp_path: Path, secscan: Secscan) -> None:
    for command in ("judge",), ("facts", "status"), ("facts", "verify"):
        status, _, wrong = secscan(*command, "--facts", "nowhere")
        assert (status, "nowhere holds no facts" in wrong) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_an_update_that_is_killed_leaves_what_was_there(tmp_path: Path) -> None:
    loaded(tmp_path / "f", kev=kev("2026-10-01"))
    before = {path.name for path in (tmp_path / "f").iterdir()}
    stick = folder_of(tmp_path / "stick", a=kev())
    command = ["facts", "update", "--facts", str(tmp_path / "f"), "--from", str(stick)]
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "secscan", *command], stdout=subprocess.DEVNULL
    ) as process:
        while {path.name for path in (tmp_path / "f").glob("generation-*")} <= before:
            if process.poll() is not None:
                break
        process.kill()
    found = read_folder(tmp_path / "f")
    assert found.faults == ()
    assert found.files[Set.KNOWN_EXPLOITED].raw in (kev("2026-10-01"), kev())


REGISTER = """
[register]
name = "Thành phố mẫu"
authorisation = { document = "12/KH", contact = "ông A" }
[[group]]
id = "so"
name = "Sở"
[[agency]]
id = "a"
name = "Sở A"
group = "so"
[[site]]
id = "portal"
url = "https://portal.example/"
owner = "a"
"""


def facts_of_export(secscan: Secscan) -> tuple[str, str]:
    """Return the version of the facts and the fingerprint that both exports name."""
    judgement = json.loads(secscan("export", "--format", "json")[1])["judgement"]
    text = secscan("export", "--format", "csv")[1].lstrip("\ufeff")
    (fingerprint,) = {row["fingerprint"] for row in csv.DictReader(io.StringIO(text))}
    assert fingerprint == judgement["fingerprint"]
    return judgement["facts"], fingerprint


def test_stored_evidence_is_judged_again_under_newer_facts(
    tmp_path: Path, secscan: Secscan
) -> None:
    """Apache 2.4 is supported in the wheel; the folder says that its support is over."""
    wheel = Assessor(load_catalog(), load_policy(), load_facts())
    evidence = site(headers=changed(("Server", "Apache/2.4.68")))
    with Store(tmp_path / "secscan.db", create=True) as store:
        run = store.begin_run(to_toml(parse_register(REGISTER)), "secscan")
        store.save_site(run, evidence, wheel.assess(evidence))
        store.set_judged_by(run, wheel)
        store.finish_run(run)
    ended = release("2.4", "2.4.68", isEol=True, eolFrom="2025-01-01")
    loaded(tmp_path / "f", endoflife=endoflife(**{"apache-http-server": [ended]}))
    newer = load_facts(folder=tmp_path / "f").version
    before = facts_of_export(secscan)
    status, _, told = secscan("judge", "--facts", "f")
    assert (status, newer in told, wheel.facts.version in told) == (0, True, True)
    after = facts_of_export(secscan)
    assert (before, after[0]) == ((wheel.facts.version, wheel.fingerprint), newer)
    with Store(tmp_path / "secscan.db") as store:
        (run,) = store.runs()
        old, new = (
            {one.check_id: one.outcome.value for one in store.findings(run, "portal", fingerprint)}
            for _, fingerprint in (before, after)
        )
        kept = [store.judgement(fingerprint).facts for _, fingerprint in (before, after)]
    assert kept == [wheel.facts.version, newer]
    assert {id: new[id] for id in old if old[id] != new[id]} == {"patch.server_supported": "fail"}
