"""A site of the tests that answers by path over plain HTTP, and notes what it was asked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from servers import QUICK, answering, endpoint, listening, look, response

from secscan.evidence import Hop, Missing, SiteEvidence

URL = "http://site.example/"
HTML = "Content-Type: text/html"
MISSING = response(b"no", status="404 Not Found")


@dataclass
class Site:
    """Answers with ``pages`` by path, and with ``rest`` to all else."""

    pages: Mapping[str, bytes]
    rest: bytes = MISSING
    asked: list[str] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)

    def answer(self, head: bytes) -> bytes:
        """Return the answer to a request head."""
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        self.asked.append(f"{method} {target}")
        self.heads.append(head)
        return self.pages.get(target.partition("?")[0], self.rest)


def page(markup: str, media: str = HTML) -> bytes:
    """Return an answer with a page that has this markup."""
    return response(f"<!doctype html><title>page</title>{markup}".encode(), media)


def scanned(site: Site, grants: frozenset[str] = frozenset()) -> SiteEvidence:
    """Look at a site as a scan does."""

    async def scenario() -> SiteEvidence:
        async with listening(answering(site.answer)) as server:
            return await look({80: server.dial}, URL, QUICK, grants=grants)

    return asyncio.run(scenario())


def purposes(evidence: SiteEvidence) -> list[str]:
    """Return what was asked for, or would have been."""
    return [one.purpose for one in endpoint(evidence, "http").resources]


def answers(evidence: SiteEvidence, purpose: str) -> list[Hop | Missing]:
    """Return the answers to the questions of one purpose."""
    kept = endpoint(evidence, "http").resources
    return [one.answer for one in kept if one.purpose == purpose]


def missing(evidence: SiteEvidence, purpose: str) -> list[Missing]:
    """Return why questions of one purpose have no answer."""
    return [one for one in answers(evidence, purpose) if isinstance(one, Missing)]
