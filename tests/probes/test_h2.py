"""HTTP/2: servers that speak it alone, or badly, or to do harm."""

import asyncio

import h2_servers
import programs
import pytest
import servers
from h2_servers import (
    CONTINUATION,
    DATA,
    END_HEADERS,
    GOAWAY,
    HEADERS,
    PADDED,
    PING,
    PUSH_PROMISE,
    RST_STREAM,
    SETTINGS,
    WINDOW_UPDATE,
    either,
    frame,
    script,
    speaking,
)
from servers import QUICK, Handler, chain, endpoint, listening, look, response

from secscan.evidence import Body, Hop, Missing, MissingKind, SiteEvidence, Tls
from secscan.probes.limits import Limits

SHORT = Limits(read_timeout=0.5, try_spacing=0.01, body_bytes=10_000, retrieval_requests=2)
OK = frame(HEADERS, b"\x88", END_HEADERS)  # :status 200 (RFC 7541, A)
OLDER = servers.answering(response(b"older", "Server: older"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> programs.Certificate:
    return programs.certificate(tmp_path_factory.mktemp("h2"), "site.example")


def scan(
    made: programs.Certificate, handler: Handler, *protocols: str, limits: Limits = QUICK
) -> SiteEvidence:
    context = speaking(programs.server_context(made), *protocols)

    async def scenario() -> SiteEvidence:
        async with asyncio.timeout(20), listening(handler, context) as server:
            return await look({443: server.dial}, "https://site.example:443/", limits)

    return asyncio.run(scenario())


def ok(*lines: tuple[str, str], body: bytes = b"page") -> Handler:
    """Return a server of HTTP/2 that answers every request with these header lines."""
    return h2_servers.answering(lambda _: (((":status", "200"), *lines), body))


def hop_of(evidence: SiteEvidence) -> Hop:
    (hop,) = chain(evidence, "https").hops
    return hop


def content(hop: Hop) -> bytes | None:
    assert isinstance(hop.body, Body), hop.body
    return hop.body.content


def test_a_server_of_http_2_alone_is_read(made: programs.Certificate) -> None:
    lines = (("server", "two"), ("x-twice", "1"), ("x-twice", "2"), ("a-last", "\xe9"))
    hop = hop_of(scan(made, ok(*lines)))
    assert (hop.protocol, hop.status, content(hop)) == ("HTTP/2", 200, b"page")
    assert hop.tls in ("TLSv1.2", "TLSv1.3")
    assert [(line.name, line.value) for line in hop.headers] == [
        *lines[:3],
        ("a-last", "\xe9".encode().decode("latin-1")),
    ]


def test_what_is_asked_is_what_browsers_may_ask(made: programs.Certificate) -> None:
    seen: list[dict[str, str]] = []
    handler = h2_servers.answering(lambda _: (((":status", "204"),), b""), seen)
    scan(made, handler)
    first = seen[0]
    assert (first[":method"], first[":authority"], first[":path"]) == ("GET", "site.example", "/")
    assert first["user-agent"].startswith("secscan/")
    assert "connection" not in first


@pytest.mark.parametrize(
    ("protocols", "spoken"),
    [(("h2", "http/1.1"), "HTTP/2"), (("http/1.1", "h2"), "HTTP/1.1"), (("http/1.1",), "HTTP/1.1")],
)
def test_the_server_chooses(
    made: programs.Certificate, protocols: tuple[str, ...], spoken: str
) -> None:
    assert hop_of(scan(made, either(ok(), OLDER), *protocols)).protocol == spoken


def test_nginx_over_http_2(made: programs.Certificate) -> None:
    port = programs.free_port()
    block = (
        f"server {{ listen 127.0.0.1:{port} ssl http2; ssl_certificate {made.chain}; "
        f"ssl_certificate_key {made.key}; add_header X-Frame-Options DENY; return 200 page; }}"
    )
    with programs.nginx(block, port):
        evidence = asyncio.run(look({443: f"127.0.0.1:{port}"}, "https://site.example:443/"))
    hop = hop_of(evidence)
    assert (hop.protocol, content(hop)) == ("HTTP/2", b"page")
    assert ("x-frame-options", "DENY") in [(line.name, line.value) for line in hop.headers]
    answers = endpoint(evidence, "https").resources
    assert all(isinstance(one.answer, Hop) for one in answers)


@pytest.mark.parametrize(
    "said",
    [
        frame(GOAWAY, bytes(4) + b"\0\0\0\x0c", stream=0),  # INADEQUATE_SECURITY
        frame(RST_STREAM, b"\0\0\0\x0d"),  # HTTP_1_1_REQUIRED
        frame(HEADERS, b"\xff\xff\xff\xff\xff\xff", END_HEADERS),
        frame(DATA, b"x" * 20_000),  # longer than we said we take
        frame(PUSH_PROMISE, b"\0\0\0\x02\x88", END_HEADERS),  # we said that we take none
        frame(WINDOW_UPDATE, b"\x7f\xff\xff\xff", stream=0),
        frame(
            HEADERS, b"\x88@\1a\x7f\xa1\x1e" + b"b" * 4000 + b"\xbe" * 100, END_HEADERS
        ),  # a bomb
        OK * 2,
    ],
)
def test_where_http_2_fails_http_1_1_is_asked_once_and_from_then_on(
    made: programs.Certificate, said: bytes
) -> None:
    evidence = scan(made, either(script(said), OLDER), "h2", "http/1.1")
    hop = hop_of(evidence)
    assert (hop.protocol, hop.first("server"), content(hop)) == ("HTTP/1.1", "older", b"older")
    end = endpoint(evidence, "https")
    assert end.usage.requests == 1 + 1 + len(end.resources)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_server_that_hangs_up_on_http_2_is_asked_over_http_1_1(
    made: programs.Certificate, said: bytes
) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(said)
        await writer.drain()

    hop = hop_of(scan(made, either(hang_up, OLDER), "h2", "http/1.1"))
    assert hop.protocol == "HTTP/1.1"


FLOODS = {
    "continuation": (frame(HEADERS, b"\x88"), frame(CONTINUATION)),
    "continuation with bytes": (frame(HEADERS, b"\x88"), frame(CONTINUATION, b"\x88" * 9000)),
    "data before the head": (b"", frame(DATA)),
    "settings": (b"", frame(SETTINGS, stream=0)),
    "pings": (b"", frame(PING, bytes(8), stream=0)),
    "windows": (b"", frame(WINDOW_UPDATE, b"\0\0\0\1")),
    "informational heads": (b"", frame(HEADERS, b"\x08\x03103", END_HEADERS)),
    "streams of its own": (b"", frame(HEADERS, b"\x88", END_HEADERS, 2)),
    "frames that nobody knows": (b"", frame(0x77, b"x" * 100)),
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS.keys())
def test_a_flood_instead_of_a_head_ends_in_a_named_state(
    made: programs.Certificate, flood: tuple[bytes, bytes]
) -> None:
    first, over_and_over = flood
    evidence = scan(made, script(first, over_and_over * 500), limits=SHORT)
    exchange = endpoint(evidence, "https").http
    assert isinstance(exchange, Missing)
    assert exchange.kind in (MissingKind.MALFORMED, MissingKind.TIMEOUT, MissingKind.RESET)


BODIES = {
    "nothing": frame(DATA),
    "padding": frame(DATA, b"\xff" + bytes(255), PADDED),
    "pings": frame(PING, bytes(8), stream=0),
}


@pytest.mark.parametrize("flood", BODIES.values(), ids=BODIES.keys())
def test_a_flood_instead_of_a_body_keeps_the_head(made: programs.Certificate, flood: bytes) -> None:
    hop = hop_of(scan(made, script(OK, flood * 500), limits=SHORT))
    assert hop.status == 200
    assert isinstance(hop.body, Missing)


def test_a_body_without_end_is_cut_and_its_server_is_told_no_more(
    made: programs.Certificate,
) -> None:
    hop = hop_of(scan(made, script(OK, frame(DATA, b"x" * 16_384)), limits=SHORT))
    assert isinstance(hop.body, Body)
    assert (hop.body.size, hop.body.truncated) == (SHORT.body_bytes, True)


def test_a_body_that_is_cut_off_is_no_body(made: programs.Certificate) -> None:
    cut = OK + frame(DATA, b"half") + frame(RST_STREAM, b"\0\0\0\2")
    hop = hop_of(scan(made, script(cut)))
    assert isinstance(hop.body, Missing)
    assert hop.body.kind is MissingKind.MALFORMED


def test_a_server_that_says_nothing_is_a_timeout_and_not_asked_twice(
    made: programs.Certificate,
) -> None:
    evidence = scan(made, script(b""), limits=SHORT)
    end = endpoint(evidence, "https")
    assert getattr(end.http, "kind", None) is MissingKind.TIMEOUT
    assert end.usage.requests == 1


def test_a_header_list_of_more_than_64_kilobytes_is_refused(made: programs.Certificate) -> None:
    lines = [(f"x-{number}", "a" * 500) for number in range(200)]
    evidence = scan(made, either(ok(*lines), OLDER), "h2", "http/1.1")
    assert hop_of(evidence).protocol == "HTTP/1.1"


def test_the_tls_probe_sees_the_same_server(made: programs.Certificate) -> None:
    evidence = scan(made, ok())
    assert isinstance(endpoint(evidence, "https").tls, Tls)
