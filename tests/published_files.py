"""Published files in the shapes of their publishers, of our own writing, and a server of them."""

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from programs import certificate

from secscan.facts import load_facts
from secscan.facts.published import Set
from secscan.facts.update import names_of

DAY = "2026-11-01"


@lru_cache
def known() -> Mapping[Set, frozenset[str]]:
    """Return the names of our own that each file should have."""
    return names_of(load_facts())


def release(name: str, latest: str | None, **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "label": name,
        "releaseDate": "2020-01-01",
        "isLts": False,
        "isEol": False,
        "eolFrom": None,
        "latest": latest and {"name": latest, "date": "2026-10-01", "link": None},
        **changes,
    }


def endoflife(day: str = DAY, /, **products: list[dict[str, Any]]) -> bytes:
    """Return all products that secscan knows; a name in Python has _ for the publisher's -."""
    written = {name.replace("_", "-"): releases for name, releases in products.items()}
    one = [release("1", "1.1")]
    rows = {**dict.fromkeys(sorted(known()[Set.END_OF_LIFE]), one), **written}
    return json.dumps(
        {
            "schema_version": "1.1.0",
            "generated_at": f"{day}T03:00:00+00:00",
            "total": len(rows),
            "result": [
                {"name": name, "aliases": [], "label": name, "releases": releases}
                for name, releases in rows.items()
            ],
        }
    ).encode()


def kev(day: str = DAY, /, **added: str) -> bytes:
    """Return a catalogue of what secscan knows to be exploited, and of what is added."""
    written = {name.replace("_", "-"): when for name, when in added.items()}
    rows = {**dict.fromkeys(sorted(known()[Set.KNOWN_EXPLOITED]), "2025-01-01"), **written}
    return json.dumps(
        {
            "title": "a catalogue",
            "catalogVersion": day.replace("-", "."),
            "dateReleased": f"{day}T15:00:00.1234Z",
            "count": len(rows),
            "vulnerabilities": [
                {"cveID": id, "dateAdded": when, "knownRansomwareCampaignUse": "Unknown"}
                for id, when in rows.items()
            ],
        }
    ).encode()


def retire(**libraries: dict[str, Any]) -> bytes:
    """Return a repository of the libraries that secscan knows, and of others."""
    row = {"vulnerabilities": [], "extractors": {"filename": ["x-(§§version§§)\\.js"]}}
    rows = {**dict.fromkeys(sorted(known()[Set.LIBRARIES]), row), **libraries}
    return json.dumps(rows).encode()


def folder_of(path: Path, **files: bytes) -> Path:
    """Write files into a folder, under names that say nothing."""
    path.mkdir(parents=True, exist_ok=True)
    for name, raw in files.items():
        (path / name).write_bytes(raw)
    return path


@dataclass
class Answers:
    """What the server answers by path: status, headers, body; and what it was asked for."""

    by_path: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    url: str = ""
    ca: Path = Path()
    asked: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def https(directory: Path) -> Iterator[Answers]:
    """Serve over https on loopback, with a certificate for localhost of its own making."""
    answers = Answers()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers.asked.append(self.path)
            if self.path == "/silent":
                answers.ended.wait()
            status, headers, body = answers.by_path.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_CONNECT(self) -> None:
            answers.asked.append(self.path)
            self.send_error(407)

        def log_message(self, *_: Any) -> None:
            pass

    made = certificate(directory, "localhost", datetime.now(UTC) + timedelta(days=1))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.chain, made.key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    answers.url, answers.ca = f"https://localhost:{server.server_port}", made.chain
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield answers
    finally:
        answers.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
