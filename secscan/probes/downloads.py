"""The download of published files: the operator's own traffic, not a look at anybody's site.

So the proxies and the CA file of the environment are honoured, as they are by other downloads.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime

import httpx

MOST_SECONDS = 300.0
"""For one file, from the first packet to the last."""

_STEP_SECONDS = 30.0


class DownloadError(Exception):
    """Say in one sentence why a file could not be downloaded."""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file, and the day on which its server says that it was changed last."""

    raw: bytes
    modified: date | None


Told = Callable[[int, int | None], None]
"""Called with the bytes that are there, and all there will be where that is known."""


def download(url: str, most: int, user_agent: str, told: Told) -> Downloaded:
    """Return a file over https, of at most ``most`` bytes; raise DownloadError."""
    try:
        if httpx.URL(url).scheme != "https":
            raise DownloadError("it is not https")
        return asyncio.run(_download(url, most, user_agent, told))
    except TimeoutError as fault:
        raise DownloadError(f"no end after {MOST_SECONDS:.0f} seconds") from fault
    except httpx.InvalidURL as fault:  # what it says may be a part of a password
        raise DownloadError("it is no URL, or leads to none") from fault
    except httpx.HTTPError as fault:
        raise DownloadError(str(fault) or type(fault).__name__) from fault


async def _download(url: str, most: int, user_agent: str, told: Told) -> Downloaded:
    client = httpx.AsyncClient(
        follow_redirects=True,
        max_redirects=5,
        timeout=_STEP_SECONDS,
        event_hooks={"request": [_refuse_plain]},
        # Uncompressed: what would be inflated is a stranger's, and the files are small.
        headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
    )
    async with asyncio.timeout(MOST_SECONDS), client, client.stream("GET", url) as response:
        if response.status_code != httpx.codes.OK:
            raise DownloadError(f"the server answers {response.status_code}")
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise DownloadError("the server sends it compressed, which was not asked for")
        length = response.headers.get("Content-Length", "")
        whole = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None
        raw = bytearray()
        async for part in response.aiter_raw():
            raw += part
            if len(raw) > most:
                raise DownloadError(f"it has more than {most} bytes, which no published file has")
            told(len(raw), whole)
        return Downloaded(bytes(raw), _modified(response))


async def _refuse_plain(request: httpx.Request) -> None:
    """Refuse a redirect to http: what is downloaded decides verdicts."""
    if request.url.scheme != "https":
        # The host alone: what stands before and behind it may open a door.
        leads = f"{request.url.scheme}://{request.url.host}"
        raise DownloadError(f"it leads to {leads}, which is not https")


def _modified(response: httpx.Response) -> date | None:
    try:
        return parsedate_to_datetime(response.headers.get("Last-Modified", "")).date()
    except (ValueError, OverflowError):
        return None
