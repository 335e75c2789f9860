"""A server that floods costs itself, and no other site its time."""

import asyncio

from servers import QUICK, listening, look, response

from secscan.evidence import Endpoint, Missing

# HelloRequest (RFC 5246, 7.4.1.1), over and over: OpenSSL skips each and asks for more.
HELLO_REQUESTS = bytes.fromhex("160303000400000000") * 20_000


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    while True:
        writer.write(HELLO_REQUESTS)
        await writer.drain()


async def pages(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(response(b"<html>fine"))
    await writer.drain()
    writer.close()


def tls_of(endpoints: tuple[Endpoint, ...]) -> object:
    return next(end.tls for end in endpoints if end.scheme == "https")


def test_a_flood_of_hello_requests_ends_and_the_loop_goes_on() -> None:
    beats = 0

    async def heart() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0)

    async def scenario() -> tuple[object, Endpoint]:
        beating = asyncio.create_task(heart())
        async with listening(flood) as hostile, listening(pages) as healthy:
            seen = await asyncio.gather(
                look({80: healthy.dial, 443: hostile.dial}, url="https://a.example/", limits=QUICK),
                look({80: healthy.dial}, url="http://b.example/", limits=QUICK),
            )
        beating.cancel()
        plain = next(end for end in seen[1].endpoints if end.scheme == "http")
        return tls_of(seen[0].endpoints), plain

    tls, plain = asyncio.run(scenario())
    assert isinstance(tls, Missing)
    assert not isinstance(plain.http, Missing)
    assert beats > 100


def test_a_redirect_to_a_name_that_is_none_is_evidence() -> None:
    async def away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(response(b"", "Location: https://xn--a/", status="302 Found"))
        await writer.drain()
        writer.close()

    async def scenario() -> Endpoint:
        async with listening(away) as server:
            evidence = await look({80: server.dial}, url="http://a.example/", limits=QUICK)
        return next(end for end in evidence.endpoints if end.scheme == "http")

    http = asyncio.run(scenario()).http
    assert not isinstance(http, Missing)
    assert http.hops[0].status == 302
    assert http.end is not None
