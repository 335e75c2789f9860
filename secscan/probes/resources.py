"""What is asked of an endpoint besides its page, and in which order."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from secscan.evidence import Exchange, Hop, Missing, MissingKind, Resource
from secscan.evidence.hops import block_of, same_site
from secscan.probes.faults import missing_of
from secscan.probes.http import Followed, Retriever
from secscan.probes.request import host_of

Ask = Callable[[httpx.URL, str], Awaitable[Hop | Missing]]


@dataclass(frozen=True, slots=True)
class Question:
    """One further request: for what, how, and where."""

    purpose: str
    ask: Ask
    url: httpx.URL | Missing


def questions(
    retriever: Retriever, root: httpx.URL, page: httpx.URL | Missing, suggested: list[Question]
) -> list[Question]:
    """Return what to ask, most important first: the budget cuts the end off.

    The preflight is the last: some firewalls fall silent on it.
    """
    return [
        Question("security.txt", retriever.resource, at(root, "/.well-known/security.txt")),
        Question("cross-origin", retriever.cross_origin, page),
        Question("not-found", retriever.resource, at(root, f"/secscan-{secrets.token_hex(8)}")),
        Question("robots.txt", retriever.resource, at(root, "/robots.txt")),
        *suggested,
        Question("preflight", retriever.preflight, page),
    ]


async def answers(
    plan: list[Question],
    hindrance: Missing | None,
    ask: Callable[[Question, httpx.URL], Awaitable[Hop | Missing]],
) -> tuple[Resource, ...]:
    """Ask in turn, until the server falls silent or has enough of us."""
    found = []
    for question in plan:
        answer: Hop | Missing
        if hindrance is not None:
            answer = hindrance
        elif isinstance(question.url, Missing):
            answer = question.url
        else:
            answer = await ask(question, question.url)
            hindrance = _hindrance(answer)
        found.append(Resource(question.purpose, answer))
    return tuple(found)


def page_of(host: str, followed: Followed) -> httpx.URL | Missing:
    """Return the URL of the page that a chain ended in, where that is the site's own."""
    exchange = followed.exchange
    if isinstance(exchange, Missing):
        return exchange
    if exchange.end is not None:
        return Missing(MissingKind.NOT_ASKED, "the chain ended before a page")
    if not same_site(host, host_of(followed.url)):
        return Missing(MissingKind.NOT_ASKED, "the chain led to another site")
    return followed.url


def blocked(host: str, exchange: Exchange) -> Missing | None:
    """Return that the site blocked us, where it did: then nothing more is asked of it."""
    last = exchange.hops[-1]
    return block_of(last) if same_site(host, urlsplit(last.url).hostname or "") else None


def hindrance_in(found: tuple[Resource, ...]) -> Missing | None:
    """Return why nothing more is asked after these answers, or None."""
    hindrances = (_hindrance(one.answer) for one in found)
    return next((why for why in hindrances if why is not None), None)


def url_of(address: str) -> httpx.URL | Missing:
    """Return an address that a page names as a URL, where it can be one."""
    try:
        return httpx.URL(address)
    except (httpx.InvalidURL, ValueError) as fault:
        return missing_of(fault)


def at(root: httpx.URL, path: str) -> httpx.URL:
    """Return the URL of another path of an origin."""
    return root.copy_with(raw_path=path.encode("ascii"))


def _hindrance(answer: Hop | Missing) -> Missing | None:
    if isinstance(answer, Hop):
        return block_of(answer) if answer.status == 429 else None
    return answer if answer.kind in (MissingKind.TIMEOUT, MissingKind.BLOCKED) else None
