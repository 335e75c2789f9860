"""The cookies of a site: what goes back to it, and that nothing shows what opens a session."""

import asyncio

import httpx
import pytest
from servers import answering, chain, endpoint, listening, look, response

from secscan.evidence import Body, Hop, SiteEvidence, dump
from secscan.probes.secrets import Secrets

OPENS = "q7v2l0c4m5n1t8k3"
SIGNED = "s%3Aq7v2l0c4%2Bm5n1"
SPELLINGS = (OPENS, SIGNED, "s:q7v2l0c4+m5n1", "s%253Aq7v2l0c4%252Bm5n1")


def scanned(*answers: tuple[bytes, bytes], seen: list[bytes] | None = None) -> SiteEvidence:
    """Look at a site that gives these answers to requests that begin so."""

    def answer(head: bytes) -> bytes:
        return next(found for start, found in answers if head.startswith(start))

    async def scenario() -> SiteEvidence:
        async with listening(answering(answer, seen)) as server:
            return await look({80: server.dial})

    return asyncio.run(scenario())


def kept(evidence: SiteEvidence) -> str:
    """Return all that the store would hold of a site."""
    text, bodies = dump(evidence)
    return text + b"".join(bodies.values()).decode("latin-1")


@pytest.mark.parametrize("attributes", ["; Path=/", "; Domain=elsewhere.example; Path=/"])
def test_a_page_does_not_show_what_its_own_answer_sets(attributes: str) -> None:
    page = f"<a href='/?PHPSESSID={OPENS}'>{SIGNED} s:q7v2l0c4+m5n1</a>".encode()
    cookies = f"Set-Cookie: PHPSESSID={OPENS}{attributes}", f"Set-Cookie: c={SIGNED}{attributes}"
    text = kept(scanned((b"", response(page, *cookies, "Content-Type: text/html"))))
    assert "<a href='/?PHPSESSID=redacted'>redacted redacted</a>" in text
    assert not [spelling for spelling in SPELLINGS if spelling in text]


def test_no_address_and_no_line_shows_it_on_this_hop_and_on_later_ones() -> None:
    cookies = f"Set-Cookie: sid={OPENS}; Path=/", f"Set-Cookie: c={SIGNED}; Path=/"
    echo = f"X-Echo: {OPENS} {SIGNED}", "Server-Timing: s;desc=s%253Aq7v2l0c4%252Bm5n1"
    moved = f"Location: /home?s={OPENS}&x=s:q7v2l0c4+m5n1"
    seen: list[bytes] = []
    evidence = scanned(
        (b"GET / ", response(b"", *cookies, *echo, moved, status="302 Found")),
        (b"", response(OPENS.encode(), *echo)),
        seen=seen,
    )
    text = kept(evidence)
    assert not [spelling for spelling in SPELLINGS if spelling in text]
    first, last = chain(evidence).hops
    assert first.first("location") == "/home?s=redacted&x=redacted"
    assert last.url == "http://site.example/home?s=redacted&x=redacted"
    assert last.first("x-echo") == "redacted redacted"
    assert f"GET /home?s={OPENS}&x=s:q7v2l0c4+m5n1 ".encode() in seen[1]


def test_what_a_further_request_is_given_stays_out_as_well() -> None:
    page = response(b"<b>redacted</b>", f"Set-Cookie: sid={OPENS}")
    evidence = scanned((b"GET / ", page), (b"", response(f"<b>{OPENS}</b>".encode())))
    bodies = [
        one.answer.body
        for one in endpoint(evidence, "http").resources
        if isinstance(one.answer, Hop)
    ]
    assert {body.content for body in bodies if isinstance(body, Body)} == {b"<b>redacted</b>"}


def test_words_that_are_cookie_values_too_stay_where_they_are_judged() -> None:
    lines = (
        "Set-Cookie: lang=vi-VN-lang",
        "Set-Cookie: a=unsafe-inline",
        "Set-Cookie: b=max-age=31536000",
        "Set-Cookie: c=text/html",
        "Set-Cookie: d=http://s1te2.example/v3a",
        "Set-Cookie: e=site.example",
        "Content-Security-Policy: script-src 'unsafe-inline' http://s1te2.example/v3a",
        "Strict-Transport-Security: max-age=31536000",
        "Content-Type: text/html",
    )
    evidence = scanned((b"", response(b"<p>vi-VN-lang site.example", *lines)))
    (hop,) = chain(evidence).hops
    assert hop.first("content-security-policy") == lines[-3].partition(": ")[2]
    assert hop.first("strict-transport-security") == "max-age=31536000"
    assert hop.first("content-type") == "text/html"
    assert hop.url == "http://site.example/"
    assert "<p>vi-VN-lang site.example" in kept(evidence)


@pytest.mark.parametrize(("size", "most"), [(8, 50), (1000, 16)])
def test_a_chain_sends_back_few_cookies_and_short_ones(size: int, most: int) -> None:
    seen: list[bytes] = []

    def answer(head: bytes) -> bytes:
        at = len(seen)
        lines = [f"Set-Cookie: c{at}n{number}={number:0{size}}" for number in range(60)]
        return response(b"", f"Location: /{at}", *lines, status="302 Found")

    async def scenario() -> None:
        async with listening(answering(answer, seen)) as server:
            await look({80: server.dial})

    asyncio.run(scenario())
    sent = [head.partition(b"\r\nCookie: ")[2].partition(b"\r\n")[0] for head in seen[1:6]]
    assert [len(line.split(b"; ")) for line in sent] == [most] * 5
    assert all(b"n59=" in line for line in sent)  # the latest


def test_so_many_values_are_looked_for_and_no_more() -> None:
    secrets = Secrets()
    request = httpx.Request("GET", "http://site.example/")
    for start in (0, 3000):
        lines = [(b"Set-Cookie", b"c=a1b2c3%06d" % at) for at in range(start, start + 3000)]
        secrets.learn(httpx.Response(200, headers=lines, request=request))
    text = b" ".join(b"a1b2c3%06d" % at for at in range(6000))
    assert secrets.out_of_body(text).split().count(b"redacted") == 50
    assert b"a1b2c3005999" not in secrets.out_of_body(text)


def test_a_longer_value_is_found_before_a_part_of_it() -> None:
    page = f"{OPENS} {OPENS}x1y2z3".encode()
    lines = f"Set-Cookie: a={OPENS}", f"Set-Cookie: b={OPENS}x1y2z3"
    assert ">redacted redacted<" in kept(scanned((b"", response(b">" + page + b"<", *lines))))
