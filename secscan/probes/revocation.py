"""Whether a certificate is revoked: the lists that it names are fetched, read and left behind."""

import asyncio
from threading import Lock

import httpx

from secscan.evidence import Body, Hop, Missing, MissingKind, RevocationList
from secscan.parsing.revocation import Listing, list_urls, read_list
from secscan.probes.faults import missing_of
from secscan.probes.http import Retriever
from secscan.probes.limits import Limits

_READING = Lock()
"""One list at a time: a long one takes some hundred megabytes while it is read."""


async def revocation(
    chain: tuple[bytes, ...], near: str, retriever: Retriever, limits: Limits
) -> tuple[RevocationList | Missing, ...] | Missing:
    """Return what the lists say that the leaf of a chain names; () where it names none."""
    if not chain:
        return Missing(MissingKind.TLS_FAILURE, "no certificate was seen")
    urls = list_urls(chain[0])[: limits.revocation_lists]
    return tuple([await _list(url, chain, near, retriever, limits) for url in urls])


async def _list(
    url: str, chain: tuple[bytes, ...], near: str, retriever: Retriever, limits: Limits
) -> RevocationList | Missing:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as fault:
        return missing_of(fault)
    content = _content(await retriever.download(parsed, near, limits.revocation_bytes))
    if isinstance(content, Missing):
        return content
    # In a thread: a list may be long, and the loop has others to serve.
    found = await asyncio.to_thread(_read, content, url, chain)
    if found is None:
        return Missing(MissingKind.TLS_FAILURE, "the revocation list cannot be read")
    return RevocationList(
        url, found.verified, found.this_update, found.next_update, found.revoked_at
    )


def _read(content: bytes, url: str, chain: tuple[bytes, ...]) -> Listing | None:
    with _READING:
        return read_list(content, url, chain)


def _content(answer: Hop | Missing) -> bytes | Missing:
    if isinstance(answer, Missing):
        return answer
    if answer.status != 200:
        return Missing(MissingKind.HTTP_ERROR, str(answer.status))
    if not isinstance(answer.body, Body):
        return answer.body or Missing(MissingKind.NO_CONTENT)
    if answer.body.truncated:
        return Missing(MissingKind.OVER_BUDGET, "the revocation list is too long")
    return answer.body.content or b""
