"""Web servers that are programs: Python's http.server, and node with http, https and http2."""

import json
import socket
import ssl
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tls_certificates import Chain
from tls_servers import node_binary
from web_servers import NAME, PAGE, Pins, certificate

HTML = ("Content-Type", "text/html")


@dataclass(frozen=True)
class Answer:
    """What is answered: a status, header lines as (name, value), a body.

    ``wire`` are the bytes of the whole answer, for what no library would send. ``encoding`` is
    what node compresses the body with.
    """

    headers: tuple[tuple[str, str], ...] = (HTML,)
    body: bytes = PAGE
    status: int = 200
    wire: bytes = b""
    encoding: str = ""


Answers = Mapping[str, Answer]
"""By path; for every other path there is a 404."""

NOT_FOUND = Answer((("Content-Type", "text/plain"),), b"not found", 404)
TO_HTTPS = {"/": Answer((("Location", f"https://{NAME}/"),), b"", 301)}


def wire(*lines: str) -> Answer:
    """Return a page whose header lines are sent just as they are."""
    head = "\r\n".join(["HTTP/1.1 200 OK", *lines, f"Content-Length: {len(PAGE)}", "", ""])
    return Answer(wire=head.encode("latin-1") + PAGE)


@contextmanager
def python(https: Answers, http: Answers = TO_HTTPS) -> Iterator[Pins]:
    """Run http.server, which sends header lines as they are given: twice, in any case, in order."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        plain = stack.enter_context(_threaded(http, None))
        secure = stack.enter_context(_threaded(https, certificate(directory, NAME)))
        yield {80: f"127.0.0.1:{plain}", 443: f"127.0.0.1:{secure}"}


@contextmanager
def _threaded(answers: Answers, made: Chain | None) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            answer = answers.get(self.path, NOT_FOUND)
            if answer.wire:
                self.wfile.write(answer.wire)
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def do_OPTIONS(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    class Server(ThreadingHTTPServer):
        def finish_request(self, request: Any, client_address: Any) -> None:
            # The handshake belongs to the connection's own thread: a half-sent one stops nobody.
            with suppress(OSError), _secured(request, context) as own:
                super().finish_request(own, client_address)

    context = _context(made) if made else None
    with Server(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def _context(made: Chain) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.chain, made.key)
    return context


def _secured(opened: socket.socket, context: ssl.SSLContext | None) -> socket.socket:
    return context.wrap_socket(opened, server_side=True) if context else opened


_NODE = """
const fs = require('fs'), zlib = require('zlib');
const given = JSON.parse(fs.readFileSync(process.argv[1]));
const encode = {
  '': body => body, gzip: zlib.gzipSync, br: zlib.brotliCompressSync, zstd: zlib.zstdCompressSync,
};
const answering = answers => (request, response) => {
  const found = answers[request.url] ?? given.notFound;
  if (found.wire) {
    response.socket.end(Buffer.from(found.wire, 'base64'));
    return;
  }
  const values = {};
  for (const [name, value] of found.headers) (values[name] ??= []).push(value);
  for (const name in values)
    response.setHeader(name, values[name].length > 1 ? values[name] : values[name][0]);
  if (found.encoding) response.setHeader('Content-Encoding', found.encoding);
  response.statusCode = found.status;
  response.end(encode[found.encoding](Buffer.from(found.body, 'base64')));
};
const keys = {cert: fs.readFileSync(given.cert), key: fs.readFileSync(given.key)};
const both = {...keys, allowHTTP1: true, strictSingleValueFields: false};
const secure = given.http2
  ? require('http2').createSecureServer(both, answering(given.https))
  : require('https').createServer(keys, answering(given.https));
const plain = require('http').createServer(answering(given.http));
plain.listen(0, '127.0.0.1', () => secure.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify([plain.address().port, secure.address().port]))));
"""


@contextmanager
def node(https: Answers, http: Answers = TO_HTTPS, http2: bool = False) -> Iterator[Pins]:
    """Run node's http, and its https or http2, at ports of its own choice: it starts slowly."""
    with tempfile.TemporaryDirectory() as name:
        made = certificate(Path(name), NAME)
        given = {
            **{"cert": str(made.chain), "key": str(made.key), "http2": http2},
            **{"http": _as_json(http), "https": _as_json(https)},
            "notFound": _as_json({"": NOT_FOUND})[""],
        }
        file = Path(name) / "given.json"
        file.write_text(json.dumps(given))
        command = (node_binary(), "-e", _NODE, str(file))
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            try:
                plain, secure = json.loads(process.stdout.readline())
                yield {80: f"127.0.0.1:{plain}", 443: f"127.0.0.1:{secure}"}
            finally:
                process.terminate()


def _as_json(answers: Answers) -> dict[str, dict[str, object]]:
    return {
        path: {
            "headers": answer.headers,
            "body": b64encode(answer.body).decode(),
            "status": answer.status,
            "wire": b64encode(answer.wire).decode(),
            "encoding": answer.encoding,
        }
        for path, answer in answers.items()
    }
