"""Runs the world of the made-up sites in a namespace, and reads what it leaves."""

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography import x509
from node_packages import installed, node
from observatory_answers import Answers
from observatory_cases import Site
from observatory_evidence import evidence_of, world_facts

from secscan.evidence import Exchange, SiteEvidence, load
from secscan.facts import Facts

NETWORK = (
    "ip link set lo up && ip route add default dev lo"
    ' && ip route add local 45.33.0.0/16 dev lo && exec "$@"'
)


@dataclass(frozen=True)
class Look:
    """MDN's answers by host, secscan's evidence, and the facts with the CA of this run."""

    answers: Answers
    evidence: Mapping[str, SiteEvidence]
    facts: Facts

    def agrees(self, site: Site) -> bool:
        """Say whether secscan saw of a site what tests without a look take it to see."""
        return _seen(self.evidence[site.host]) == _seen(evidence_of(site))


def _seen(evidence: SiteEvidence) -> list[object]:
    return [
        [(hop.url, hop.status) for hop in end.http.hops]
        if isinstance(end.http, Exchange)
        else end.http.kind
        for end in evidence.endpoints
    ]


def look_at_all(folder: Path) -> Look:
    """Return what a run of both programs brings, or skip where it cannot be made."""
    for needed in ("unshare", "ip"):
        if shutil.which(needed) is None:
            pytest.skip(f"{needed} is not installed")
    world = Path(__file__).parent / "observatory_world.py"
    command = ["unshare", "--map-root-user", "--net", "sh", "-c", NETWORK, "sh", sys.executable]
    asked = [*command, str(world), node(), str(installed()), str(folder)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=900)
    if "unshare failed" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip(f"no network namespace may be made here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return read(folder)


def read(folder: Path) -> Look:
    """Return what a run left in a folder."""
    stored = json.loads(gzip.decompress((folder / "evidence.json.gz").read_bytes()))
    evidence = {
        host: load(text, {name: body.encode("latin-1") for name, body in bodies.items()})
        for host, (text, bodies) in stored.items()
    }
    root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    answers = json.loads((folder / "answers.json").read_text())
    return Look(answers, evidence, replace(world_facts(), trust_anchors=(root,)))
