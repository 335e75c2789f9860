"""The command line's one funnel: what a user can mend is one sentence and status 2."""

import subprocess
import sys
from pathlib import Path

import pytest

MODULE = [sys.executable, "-P", "-m", "secscan"]


def secscan(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*MODULE, *arguments], cwd=cwd, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rank"], "there is no database secscan.db"),
        (["report", "--out", "r"], "there is no database secscan.db"),
        (["judge", "--run", "9"], "there is no database secscan.db"),
        (["scan", "--register", "nowhere.toml"], "nowhere.toml cannot be read"),
        (["scan", "--register", "."], "is a directory"),
        (["explain", "headers.nothing"], "there is no check 'headers.nothing'"),
        (["checks", "--checks-dir", "nowhere"], "is not a folder"),
        (["check", "ftp://a.example/"], "write http:// or https://"),
        (["check", "smtp://a.example/inbox"], "write it without a path"),
        (["check", "https://a.example/", "--connect-to", "x"], "--connect-to is wrong"),
        (["check", "https://a.example/", "--resolver", "x"], "--resolver is wrong"),
        (["check", "https://a.example/", "--policy", "nowhere.toml"], "cannot be read"),
        (["check", "https://a.example/", "--ca-bundle", "nowhere.pem"], "nowhere.pem"),
        (["check", "https://a.example/", "--fail-under", "nan"], "--fail-under"),
        (["nothing"], "No such command"),
    ],
)
def test_a_users_mistake_is_told_and_nothing_is_left(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    done = secscan(*arguments, cwd=tmp_path)
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_damaged_is_told(tmp_path: Path) -> None:
    (tmp_path / "secscan.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 4096)
    done = secscan("rank", cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    with subprocess.Popen([*MODULE, "checks"], stdout=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait() == 0


def test_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*MODULE, "checks"], stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, check=False
        )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
