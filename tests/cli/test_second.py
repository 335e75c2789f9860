"""The second opinion: what both saw, side by side, and each difference by its kind."""

import json
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from builders import GOOD_SUITES, site, tls
from programs import free_port
from rich.console import Console
from tls_certificates import HOST, ordinary
from tls_servers import nginx

from secscan.cli.second import Compared, comparison
from secscan.evidence import Endpoint, Missing, MissingKind, Tls
from secscan.locale import words
from secscan.parsing.parameters import VERSIONS
from secscan.probes.witness import Accepted, Opinion

STRONG, CHACHA = GOOD_SUITES["TLS 1.3"][0], "TLS_CHACHA20_POLY1305_SHA256"
NOTHING = Accepted(frozenset(), frozenset())


def said(
    suites: dict[str, Accepted | Missing] | None = None,
    curves: Accepted | Missing = NOTHING,
    lost: int = 0,
) -> Opinion:
    same = {
        version: Accepted(frozenset(GOOD_SUITES.get(version, ())), frozenset())
        for version in VERSIONS.values()
    }
    return Opinion({**same, **(suites or {})}, curves, 565, lost)


def shown(opinion: Opinion | Missing, seen: Tls | Missing | None = None) -> str:
    *_, https = site().endpoints
    endpoint: Endpoint = replace(https, tls=seen or tls())
    console = Console(file=StringIO(), width=160, color_system=None)
    comparison(console, Compared(endpoint, opinion), words("en"))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def line(opinion: Opinion | Missing, name: str, seen: Tls | Missing | None = None) -> str:
    found = [one for one in shown(opinion, seen).splitlines() if one.strip().startswith(name)]
    return " ".join(found[0].split())


def test_agreement_is_told_as_such() -> None:
    assert line(said(), "TLS 1.3") == "TLS 1.3 2 2 agree"
    assert "565 connections" in shown(said())
    assert "could not be opened" not in shown(said())


def test_each_difference_has_a_name() -> None:
    accepted, other = GOOD_SUITES["TLS 1.3"]
    theirs = Accepted(frozenset({accepted, CHACHA}), frozenset({other}))
    text = shown(said({"TLS 1.3": theirs}))
    assert f"only secscan saw: {other}" in text
    assert f"only sslyze saw: {CHACHA}" in text


def test_what_sslyze_does_not_try_is_no_contradiction() -> None:
    theirs = Accepted(frozenset({STRONG}), frozenset())
    told = line(said({"TLS 1.3": theirs}), "TLS 1.3")
    assert told.endswith(f"sslyze does not try: {GOOD_SUITES['TLS 1.3'][1]}")


def test_what_we_got_no_answer_on_is_no_contradiction() -> None:
    theirs = Accepted(frozenset({STRONG}), frozenset())
    told = line(said({"TLS 1.3": theirs}), "TLS 1.3", Missing(MissingKind.RESET))
    assert told == f"TLS 1.3 ? 1 secscan got no answer on: {STRONG}"


def test_what_sslyze_came_to_no_end_with_is_told() -> None:
    missing = Missing(MissingKind.TLS_FAILURE, "sslyze: \x1b[31mred")
    told = line(said({"TLS 1.3": missing}), "TLS 1.3")
    assert told.startswith("TLS 1.3 2 ? sslyze came to no result")
    assert "\\x1b[31m" in told
    assert "sslyze came to no result: No answer in time" in shown(Missing(MissingKind.TIMEOUT))


def test_connections_that_were_lost_are_told() -> None:
    assert "3 of them could not be opened" in shown(said(lost=3))


@pytest.mark.parametrize("as_json", [True, False])
def test_a_second_opinion_on_nginx_agrees_and_leaves_the_status(
    tmp_path: Path, as_json: bool
) -> None:
    port = free_port()
    command = [
        *(sys.executable, "-P", "-m", "secscan", "check", f"https://{HOST}/", "--second-opinion"),
        *("--connect-to", f"443=127.0.0.1:{port}", "--lang", "en", *["--json", "--deep"] * as_json),
    ]
    lines = "ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve X25519:prime256v1;"
    with nginx(port, [ordinary(tmp_path)], lines):
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
        )
    assert done.returncode == 0, done.stderr
    table = done.stderr if as_json else done.stdout
    rows = [" ".join(row.split()) for row in table.splitlines()]
    assert "TLS 1.3 3 3 agree" in rows
    assert "Groups 2 2 agree" in rows
    assert "Second opinion on" not in (done.stdout if as_json else done.stderr)
    if as_json:
        (seen,) = json.loads(done.stdout)["sites"]
        deep = {one["check"]: one["outcome"] for one in seen["findings"] if not one["scored"]}
        assert deep["vulnerabilities.heartbleed"] == "pass"
