"""What is asked of a site besides its page: of which endpoint, how, and when no more."""

import asyncio
from pathlib import Path

import programs
import pytest
import servers
from servers import QUICK, Zone, answering, endpoint, listening, look, response

from secscan.evidence import Body, Exchange, Hop, Missing, MissingKind, SiteEvidence
from secscan.evidence.schemes import FOREIGN_ORIGIN
from secscan.probes.limits import Limits

PAGE = response(b"<!doctype html><title>page</title>", "Content-Type: text/html")
PURPOSES = ["security.txt", "cross-origin", "not-found", "robots.txt", "preflight"]
FURTHER = ["control", "git-head", "env", "server-status", "listing", "php-control", "phpinfo"]


def scanned(
    answer: servers.Handler,
    url: str = "http://site.example/",
    grants: frozenset[str] = frozenset(),
    limits: Limits = QUICK,
    zone: Zone | None = None,
) -> SiteEvidence:
    async def scenario() -> SiteEvidence:
        async with listening(answer) as server:
            return await look({80: server.dial}, url, limits, zone, grants)

    return asyncio.run(scenario())


def resources(evidence: SiteEvidence, scheme: str = "http") -> dict[str, Hop | Missing]:
    return {one.purpose: one.answer for one in endpoint(evidence, scheme).resources}


def kinds(evidence: SiteEvidence) -> dict[str, MissingKind | int]:
    """Return the status of each further answer, or why there is none."""
    return {
        purpose: answer.kind if isinstance(answer, Missing) else answer.status
        for purpose, answer in resources(evidence).items()
    }


def line(head: bytes) -> str:
    return head.split(b"\r\n")[0].decode().removesuffix(" HTTP/1.1")


def test_each_further_request_is_what_it_says() -> None:
    seen: list[bytes] = []
    url = "http://site.example/portal?lang=vi"
    evidence = scanned(answering(PAGE, seen), url)
    assert list(resources(evidence)) == PURPOSES
    page, contact, cross, missing, robots, preflight = seen
    assert (line(page), line(contact)) == (
        "GET /portal?lang=vi",
        "GET /.well-known/security.txt",
    )
    assert (line(cross), line(robots)) == ("GET /portal?lang=vi", "GET /robots.txt")
    assert line(missing).startswith("GET /secscan-")
    assert line(preflight) == "OPTIONS /portal?lang=vi"
    origin = f"\r\norigin: {FOREIGN_ORIGIN}\r\n".encode()
    assert [origin in head.lower() for head in seen] == [False, False, True, False, False, True]
    assert b"\r\naccess-control-request-method: get\r\n" in preflight.lower()
    assert b"access-control-request" not in cross.lower()
    assert endpoint(evidence, "http").usage.requests == 6


def test_the_exposure_grant_adds_what_should_not_be_there() -> None:
    seen: list[bytes] = []
    evidence = scanned(answering(PAGE, seen), grants=frozenset({"exposure"}))
    assert list(resources(evidence)) == [*PURPOSES, *FURTHER]
    control, *asked = [line(head) for head in seen[6:]]
    assert control.startswith("GET /.git-")
    assert asked[:3] == ["GET /.git/HEAD", "GET /.env", "GET /server-status"]
    assert asked[3].startswith("GET /info-")
    assert asked[4:] == ["GET /phpinfo.php", "GET /info.php"]
    assert evidence.grants == ("exposure",)


def test_how_much_is_kept_is_bounded_by_purpose() -> None:
    evidence = scanned(
        answering(response(b"x" * 2_000_000)), grants=frozenset({"exposure"}), limits=QUICK
    )
    first = servers.chain(evidence).hops[0]
    assert isinstance(first.body, Body)
    assert first.body.size == 1_048_576
    sizes = {}
    answered = {one: hop for one, hop in resources(evidence).items() if one != "listing"}
    for purpose, answer in answered.items():
        assert isinstance(answer, Hop)
        assert isinstance(answer.body, Body)
        assert answer.body.truncated
        sizes[purpose] = answer.body.size
    assert set(sizes.values()) == {65_536, 4096, 0}
    assert sizes["not-found"] == sizes["security.txt"] == sizes["robots.txt"] == 65_536
    assert sizes["preflight"] == sizes["cross-origin"] == 4096


def test_the_page_that_the_chain_led_to_is_what_another_origin_asks_for() -> None:
    seen: list[bytes] = []

    def answer(head: bytes) -> bytes:
        if line(head) == "GET /":
            # A word that is not stored is asked for all the same.
            return response(b"", "Location: /in?session=geheim1234", status="302 Found")
        return PAGE

    evidence = scanned(answering(answer, seen))
    asked = [line(head) for head in seen]
    assert "GET /in?session=geheim1234" in asked[2:]
    assert "OPTIONS /in?session=geheim1234" in asked
    assert "geheim1234" not in repr(evidence)


def test_another_origin_brings_no_cookies() -> None:
    seen: list[bytes] = []
    evidence = scanned(answering(response(b"in", "Set-Cookie: pass=secret12"), seen))
    assert kinds(evidence)["preflight"] == 200
    assert not any(b"pass=secret12" in head for head in seen)


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("/again", MissingKind.NOT_ASKED),
        ("http://elsewhere.invalid/", MissingKind.NOT_ASKED),
        ("ftp://site.example/", MissingKind.NOT_ASKED),
    ],
)
def test_where_the_chain_ends_in_no_page_another_origin_asks_for_none(
    location: str, why: MissingKind
) -> None:
    seen: list[bytes] = []
    moved = response(b"", f"Location: {location}", status="302 Found")
    found = kinds(scanned(answering(moved, seen)))
    assert found["preflight"] is found["cross-origin"] is why
    assert not any(b"OPTIONS" in head for head in seen)


@pytest.mark.parametrize(
    ("location", "status"),
    [("/security.txt", 200), ("http://other.example/security.txt", 301), ("/.well-known/x", 301)],
)
def test_security_txt_may_move_once_on_its_own_host(location: str, status: int) -> None:
    moved = response(b"", f"Location: {location}", status="301 Moved Permanently")
    evidence = scanned(answering(lambda head: moved if b" /.well-known/" in head else PAGE))
    assert kinds(evidence)["security.txt"] == status


def test_a_redirected_preflight_is_the_answer() -> None:
    seen: list[bytes] = []
    moved = response(b"", "Location: /elsewhere", status="302 Found")
    evidence = scanned(answering(lambda head: moved if head.startswith(b"OPTIONS") else PAGE, seen))
    assert kinds(evidence)["preflight"] == 302
    assert not any(b"/elsewhere" in head for head in seen)


@pytest.mark.parametrize(
    "answer",
    [
        response(b"no", status="403 Forbidden"),
        response(b"", "Retry-After: 3600", status="429 Too Many Requests"),
        response(b"<title>Just a moment...</title>", "cf-mitigated: challenge", status="503 No"),
    ],
)
def test_a_site_that_blocks_us_is_asked_nothing_more(answer: bytes) -> None:
    seen: list[bytes] = []
    evidence = scanned(answering(answer, seen), grants=frozenset({"exposure"}))
    assert len(seen) == 1
    assert kinds(evidence) == dict.fromkeys([*PURPOSES, *FURTHER], MissingKind.BLOCKED)


def test_a_site_that_has_enough_of_us_is_left_alone() -> None:
    seen: list[bytes] = []
    enough = response(b"", "Retry-After: 60", status="429 Too Many Requests")
    evidence = scanned(answering(lambda head: PAGE if len(seen) < 3 else enough, seen))
    assert kinds(evidence) == {
        "security.txt": 200,
        "cross-origin": 429,
        "not-found": MissingKind.BLOCKED,
        "robots.txt": MissingKind.BLOCKED,
        "preflight": MissingKind.BLOCKED,
    }
    assert len(seen) == 3


def test_a_forbidden_error_page_is_no_block() -> None:
    forbidden = response(b"", status="403 Forbidden")
    evidence = scanned(answering(lambda head: forbidden if b"/secscan-" in head else PAGE))
    assert kinds(evidence)["not-found"] == 403
    assert kinds(evidence)["preflight"] == 200


def test_a_server_that_falls_silent_costs_one_timeout() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"GET /secscan-"):
            writer.write(PAGE)
            await writer.drain()
            writer.close()
        await reader.read()

    evidence = scanned(answer, limits=Limits(read_timeout=0.3))
    assert list(kinds(evidence).values()) == [200, 200, *[MissingKind.TIMEOUT] * 3]


def test_what_the_budget_cut_is_named() -> None:
    seen: list[bytes] = []
    evidence = scanned(answering(PAGE, seen), limits=Limits(retrieval_requests=4))
    assert list(kinds(evidence).values()) == [200, 200, 200, *[MissingKind.OVER_BUDGET] * 2]
    assert len(seen) == 4


def test_further_requests_go_to_https_where_it_answers(tmp_path: Path) -> None:
    context = programs.server_context(programs.certificate(tmp_path, "site.example"))

    async def scenario() -> SiteEvidence:
        async with (
            listening(answering(PAGE)) as plain,
            listening(answering(PAGE), context) as secure,
        ):
            return await look({80: plain.dial, 443: secure.dial}, "https://site.example/")

    evidence = asyncio.run(scenario())
    assert resources(evidence) == {}
    assert list(resources(evidence, "https")) == PURPOSES
    hop = servers.chain(evidence, "https").hops[0]
    assert (hop.protocol, hop.tls) == ("HTTP/1.1", "TLSv1.3")
    assert hop.certificates == ()
    plain = servers.chain(evidence).hops[0]
    assert (plain.protocol, plain.tls) == ("HTTP/1.1", "")
    assert isinstance(endpoint(evidence, "https").http, Exchange)
