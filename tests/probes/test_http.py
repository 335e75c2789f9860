"""HTTP against real servers: what is kept, and that no answer can hurt."""

import asyncio
import gzip
import hashlib

import brotli
import programs
import pytest
import servers
from servers import QUICK, answering, chain, listening, look, response, unseen

from secscan.evidence import Body, Hop, Missing, MissingKind
from secscan.probes.limits import Limits


def fetch(answer: bytes, limits: Limits = QUICK) -> Hop:
    async def scenario() -> Hop:
        async with listening(answering(answer)) as server:
            return chain(await look({80: server.dial}, limits=limits)).hops[-1]

    return asyncio.run(scenario())


def fault(answer: bytes, limits: Limits = QUICK) -> Missing:
    async def scenario() -> Missing:
        async with listening(answering(answer)) as server:
            return unseen(await look({80: server.dial}, limits=limits))

    return asyncio.run(scenario())


def body_of(hop: Hop) -> Body:
    assert isinstance(hop.body, Body), hop.body
    return hop.body


def test_header_lines_are_kept_as_sent_in_order_case_and_bytes() -> None:
    hop = fetch("HTTP/1.1 200 OK\r\nsErVeR: một\r\nX-Twice: 1\r\nX-Twice:  2 \r\n\r\n".encode())
    assert [(line.name, line.value) for line in hop.headers] == [
        ("sErVeR", "một".encode().decode("latin-1")),
        ("X-Twice", "1"),
        ("X-Twice", "2"),
    ]


def test_cookie_values_are_not_kept() -> None:
    hop = fetch(response(b"", "Set-Cookie: session=verysecret; Secure"))
    assert "verysecret" not in repr(hop)
    assert "Secure" in (hop.first("set-cookie") or "")


def test_a_body_is_kept_with_its_hash() -> None:
    body = body_of(fetch(response(b"<!doctype html>", "Content-Type: text/html")))
    assert body.content == b"<!doctype html>"
    assert body.sha256 == hashlib.sha256(b"<!doctype html>").hexdigest()
    assert (body.size, body.truncated) == (15, False)


def test_a_long_body_is_cut() -> None:
    limits = Limits(body_bytes=1000, read_timeout=2.0)
    body = body_of(fetch(response(b"x" * 5000), limits))
    assert (body.size, body.truncated) == (1000, True)


def test_an_encoding_we_cannot_read_loses_the_body_and_keeps_the_head() -> None:
    hop = fetch(response(b"not br at all", "Content-Encoding: br", "X-Frame-Options: DENY"))
    assert isinstance(hop.body, Missing)
    assert hop.body.kind is MissingKind.MALFORMED
    assert hop.first("x-frame-options") == "DENY"


def test_an_encoding_that_was_not_asked_for_is_read() -> None:
    body = body_of(fetch(response(brotli.compress(b"page"), "Content-Encoding: br")))
    assert (body.content, body.truncated) == (b"page", False)


def test_encodings_on_lines_of_their_own_are_two_layers() -> None:
    lines = ("Content-Encoding: gzip", "Content-Encoding: gzip")
    hop = fetch(response(gzip.compress(gzip.compress(b"page")), *lines))
    assert isinstance(hop.body, Missing)


def test_a_compression_bomb_gives_no_more_than_the_limit() -> None:
    bomb = gzip.compress(bytes(100_000_000))
    body = body_of(fetch(response(bomb, "Content-Encoding: gzip")))
    assert (body.size, body.truncated) == (QUICK.body_bytes, True)


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\x00\x00\x05\r\n\r\n",
        b"\x00\xff" * 500,
        b"HTTP/1.1 abc nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 300_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 2700 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
    ],
)
def test_what_is_not_http_is_malformed(answer: bytes) -> None:
    assert fault(answer).kind is MissingKind.MALFORMED


def test_many_short_lines_are_read() -> None:
    assert len(fetch(response(b"", *["X: a"] * 2500)).all("x")) == 2500


def test_an_answer_that_never_comes_is_a_reset() -> None:
    assert fault(b"").kind is MissingKind.RESET


def test_a_refused_port_is_refused() -> None:
    port = programs.free_port()
    evidence = asyncio.run(look({80: f"127.0.0.1:{port}"}))
    assert unseen(evidence).kind is MissingKind.REFUSED


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a header line that never ends, byte by byte, until the client goes away."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nX: ")
    gone = asyncio.create_task(reader.read())
    while not gone.done():
        writer.write(b"a")
        await writer.drain()
        await asyncio.wait([gone], timeout=0.02)


def test_a_dripping_head_costs_the_read_timeout_and_no_more() -> None:
    async def scenario() -> Missing:
        limits = Limits(read_timeout=0.3)
        async with asyncio.timeout(3), listening(_drip) as server:
            return unseen(await look({80: server.dial}, limits=limits))

    assert asyncio.run(scenario()).kind is MissingKind.TIMEOUT


def test_a_body_that_stalls_loses_the_body_and_keeps_the_head() -> None:
    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nServer: slow\r\nContent-Length: 100\r\n\r\nhalf")
        await reader.read()

    async def scenario() -> Hop:
        async with listening(stall) as server:
            return chain(await look({80: server.dial}, limits=Limits(read_timeout=0.3))).hops[0]

    hop = asyncio.run(scenario())
    assert isinstance(hop.body, Missing)
    assert hop.body.kind is MissingKind.TIMEOUT
    assert hop.first("server") == "slow"


def test_a_site_that_uses_up_its_time_is_a_timeout() -> None:
    async def scenario() -> Missing:
        async with asyncio.timeout(3), listening(_drip) as server:
            return unseen(await look({80: server.dial}, limits=Limits(site_timeout=0.3)))

    assert asyncio.run(scenario()).kind is MissingKind.TIMEOUT


def test_each_hop_of_a_chain_is_kept_and_only_the_last_has_a_body() -> None:
    def answer(head: bytes) -> bytes:
        if head.startswith(b"GET /home "):
            return response(b"home")
        return response(b"moved", "Location: /home", status="302 Found")

    async def scenario() -> tuple[Hop, ...]:
        async with listening(answering(answer)) as server:
            return chain(await look({80: server.dial})).hops

    first, last = asyncio.run(scenario())
    assert (first.url, first.status, first.body) == ("http://site.example/", 302, None)
    assert (last.url, last.address) == ("http://site.example/home", "127.0.0.1")
    assert body_of(last).content == b"home"


def test_a_redirect_loop_ends_within_the_budget() -> None:
    async def scenario() -> None:
        loop = response(b"", "Location: /again", status="302 Found")
        async with listening(answering(loop)) as server:
            evidence = await look({80: server.dial})
            exchange = chain(evidence)
            assert exchange.end is not None
            assert exchange.end.kind is MissingKind.REDIRECT_LOOP
            assert len(exchange.hops) == QUICK.max_hops + 1
            usage = servers.endpoint(evidence, "http").usage
            assert usage.requests == usage.other_connections == server.connections
            assert usage.requests <= QUICK.retrieval_requests

    asyncio.run(scenario())


def test_a_request_over_budget_is_not_sent() -> None:
    async def scenario() -> None:
        loop = response(b"", "Location: /again", status="302 Found")
        async with listening(answering(loop)) as server:
            limits = Limits(retrieval_requests=3, read_timeout=2.0)
            exchange = chain(await look({80: server.dial}, limits=limits))
            assert exchange.end is not None
            assert exchange.end.kind is MissingKind.OVER_BUDGET
            assert server.connections == 3

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "location",
    [
        "ftp://site.example/",
        "javascript:alert(1)",
        "http://[::1",
        "http://a:b:c/",
        "/" + "a" * 10_000,
        "http://site.example:25/",
        "https://site.example:6667/",
        "http://site.example:0/",
    ],
)
def test_a_location_that_leads_nowhere_ends_the_chain(location: str) -> None:
    async def scenario() -> None:
        moved = response(b"", f"Location: {location}", status="301 Moved Permanently")
        async with listening(answering(moved)) as server:
            exchange = chain(await look({80: server.dial}))
            assert len(exchange.hops) == 1
            assert exchange.end is not None
            assert exchange.end.kind is MissingKind.MALFORMED

    asyncio.run(scenario())


def test_a_cookie_that_a_redirect_waits_for_is_sent_back() -> None:
    def answer(head: bytes) -> bytes:
        if b"pass=1" in head:
            return response(b"in")
        return response(b"", "Set-Cookie: pass=1", "Location: /", status="302 Found")

    async def scenario() -> int:
        async with listening(answering(answer)) as server:
            return chain(await look({80: server.dial})).hops[-1].status

    assert asyncio.run(scenario()) == 200


def test_credentials_in_a_location_are_neither_sent_nor_kept() -> None:
    seen: list[bytes] = []

    def answer(head: bytes) -> bytes:
        if head.startswith(b"GET /in "):
            return response(b"in")
        return response(b"", "Location: http://me:geheim@site.example/in", status="302 Found")

    async def scenario() -> str:
        async with listening(answering(answer, seen)) as server:
            return repr(await look({80: server.dial}))

    assert "geheim" not in asyncio.run(scenario())
    assert not any(b"authorization" in head.lower() for head in seen)


def test_who_asks_is_said_and_the_name_asked_for_is_the_nominal_one() -> None:
    seen: list[bytes] = []

    async def scenario() -> None:
        async with listening(answering(response(b""), seen)) as server:
            await look({80: server.dial}, url="http://site.example/path?q=1")

    asyncio.run(scenario())
    head = seen[0].decode().lower()
    assert head.startswith("get /path?q=1 http/1.1\r\n")
    assert "\r\nhost: site.example\r\n" in head
    assert "\r\nuser-agent: secscan/" in head
    assert "\r\naccept-encoding: gzip\r\n" in head


def test_proxies_of_the_environment_are_not_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with (
            listening(answering(response(b"proxy"))) as proxy,
            listening(answering(response(b"site"))) as server,
        ):
            for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
                monkeypatch.setenv(name, f"http://{proxy.dial}")
            hop = chain(await look({80: server.dial})).hops[0]
            assert body_of(hop).content == b"site"
            assert proxy.connections == 0

    asyncio.run(scenario())
