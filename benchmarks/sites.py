"""The sites that `bench-patch` looks at, served from a process of their own, which counts bytes."""

import asyncio
import multiprocessing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

HOST = "127.0.0.1"
"""An address: no name server is asked for it."""

MEBIBYTE = 1_048_576 - 32
"""As much as is kept of a page, its number included."""

SCRIPTS = 6
"""As many as a scan asks for."""

GREETING = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"


@dataclass(frozen=True)
class Served:
    """The ports of a running site, and the count of the bytes that it has sent so far."""

    web: int
    ssh: int
    _counter: Connection

    def sent(self) -> int:
        """Return how many bytes were sent since this was asked last."""
        self._counter.send(None)
        return int(self._counter.recv())


def sites() -> Mapping[str, Mapping[str, bytes]]:
    """Return what each site answers, by path; what it has not is its 404."""
    return {
        "a plain page": {
            "/": _filled(b"<!doctype html><title>A page</title>", b"<p>Text.\n", 20_000)
        },
        "a page of WordPress": _wordpress(),
        "a hostile page of 1 MiB": _hostile(),
    }


def _wordpress() -> dict[str, bytes]:
    head = b'<!doctype html><title>A site</title><meta name="generator" content="WordPress 6.9.1">'
    paths = [f"/wp-includes/js/part{number}.min.js?ver=6.9.1" for number in range(SCRIPTS)]
    script = _filled(
        b"/*! jQuery v3.7.1 | (c) OpenJS Foundation */\n", b"!function(e,t){}();\n", 90_000
    )
    feed = b"<rss><channel><generator>https://wordpress.org/?v=6.9.1</generator></channel></rss>"
    page = head + _elements(paths)
    pages = {"/": _filled(page, b"<p class=text>Text of an article.</p>\n", 60_000), "/feed/": feed}
    return pages | dict.fromkeys(paths, script)


def _hostile() -> dict[str, bytes]:
    """Return what is all beginnings of what is looked for, and never an end."""
    paths = [f"/{number}.js" for number in range(SCRIPTS)]
    signs = b'<meta name=generator content="WordPress 1.<script src="/wp-includes/jquery-1.'
    script = _filled(b"", b"/*! jQuery v1./*! jQuery JavaScript Library v", MEBIBYTE)
    page = b"<!doctype html><title>A page</title>" + _elements(paths)
    return {"/": _filled(page, signs, MEBIBYTE)} | dict.fromkeys(paths, script)


def _elements(paths: list[str]) -> bytes:
    return "".join(f'<script src="{path}"></script>' for path in paths).encode()


def _filled(begin: bytes, part: bytes, size: int) -> bytes:
    return (begin + part * (size // len(part)))[:size]


@contextmanager
def served(pages: Mapping[str, bytes]) -> Iterator[Served]:
    """Serve a site on loopback, and an SSH greeting beside it."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(pages, theirs), daemon=True)
    process.start()
    try:
        web, ssh = ours.recv()
        yield Served(web, ssh, ours)
    finally:
        process.terminate()
        process.join()


def _serve(pages: Mapping[str, bytes], counter: Connection) -> None:
    asyncio.run(_Site(pages).run(counter))


class _Site:
    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self._pages = pages
        self._sent = 0
        self._answers = 0

    async def run(self, counter: Connection) -> None:
        web = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        ssh = await asyncio.start_server(self._greet, "127.0.0.1", 0)
        counter.send([server.sockets[0].getsockname()[1] for server in (web, ssh)])
        while await asyncio.to_thread(_asked, counter):
            counter.send(self._sent)
            self._sent = 0

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = self._pages.get(head.split(b" ", 2)[1].decode("latin-1"))
        status = "404 Not Found" if body is None else "200 OK"
        self._answers += 1  # no answer is as another was: none is remembered
        body = b"%b\n<!-- %d -->" % (
            body or b"<!doctype html><title>Not Found</title>",
            self._answers,
        )
        lines = f"HTTP/1.1 {status}\r\nServer: nginx/1.22.1\r\nContent-Type: text/html\r\n"
        await self._send(writer, f"{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._send(writer, GREETING)
        await reader.read()

    async def _send(self, writer: asyncio.StreamWriter, sent: bytes) -> None:
        self._sent += len(sent)
        writer.write(sent)
        try:
            await writer.drain()
        except ConnectionError:  # a preflight is not read to its end
            return
        writer.close()


def _asked(counter: Connection) -> bool:
    try:
        counter.recv()
    except EOFError:
        return False
    return True
