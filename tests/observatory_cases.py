"""Made-up sites for the comparison with MDN: what each answers, the same in every run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import TypeVar

from observatory_fields import (
    COOKIES,
    FRAMING,
    HSTS,
    METAS,
    OFTEN,
    OFTEN_SET,
    POLICIES,
    RANDOM,
    REFERRER,
    RESOURCE,
    SCRIPTS,
    SHARING,
    SNIFFING,
    TYPES,
    Field,
)

T = TypeVar("T")

COUNT = 660
ELSEWHERE = "elsewhere.grade.example"
UNTRUSTED = "elsewhere.untrusted.example"
NOWHERE = "nowhere.grade.example"

WILDCARDS = ("*.grade.example", "*.github.io", "*.com.vn", "*.preloaded.example", "*.alone.example")
PRELOADED = {"preloaded.example": True, "alone.example": False}
"""Names of the preload list, and whether all below them are in it too."""


@dataclass(frozen=True)
class Reply:
    """One answer; ASKER in a line stands for the origin that asks."""

    status: int
    headers: tuple[Field, ...] = ()
    body: str = ""


@dataclass(frozen=True)
class Site:
    """A host, what it answers by URL, and to OPTIONS at any URL; a scheme without URLs is shut."""

    host: str
    pages: Mapping[str, Reply]
    preflight: Reply

    def listens(self, scheme: str) -> bool:
        """Say whether the port of a scheme is open."""
        return any(url.startswith(f"{scheme}://{self.host}/") for url in self.pages)


SETTINGS = (
    *["usual"] * 9,
    *["inside", "cookies on the way", "no http", "plain page", "hop", "ends plain", "off host"],
    *["untrusted", "to untrusted", "no https", "preloaded", "not preloaded"],
    *["to nowhere", "suffix", "status"],
)


@cache
def sites() -> tuple[Site, ...]:
    """Return all sites, the two that others lead to first."""
    random = Random(20261123)  # noqa: S311 - the same in every run
    page = Reply(200, (("Content-Type", "text/html"),), "<p>elsewhere")
    fixed = [
        Site(host, {f"http://{host}/": page, f"https://{host}/": page}, Reply(405))
        for host in (ELSEWHERE, UNTRUSTED)
    ]
    chosen = zip(
        *(_cycled(random, SETTINGS), _cycled(random, SCRIPTS), _cycled(random, METAS)),
        *(_cycled(random, SHARING), _headers(random)),
        strict=True,
    )
    made = [
        _site(at, setting, f"{meta}{script}", preflight, headers, random)
        for at, (setting, script, meta, preflight, headers) in enumerate(chosen)
    ]
    return (*fixed, *made)


def _cycled(random: Random, choices: Sequence[T]) -> list[T]:
    """Return COUNT choices in random order, each about as often as any other."""
    rounds = -(-COUNT // len(choices))
    found = [choice for _ in range(rounds) for choice in random.sample(choices, len(choices))]
    return found[:COUNT]


def _headers(random: Random) -> Iterator[tuple[Field, ...]]:
    fields = [
        _cycled(random, variants)
        for variants in (
            *(TYPES, HSTS, FRAMING, SNIFFING, REFERRER, RESOURCE),
            _with_random(random, "Content-Security-Policy", [*POLICIES, *OFTEN]),
            _with_random(random, "Set-Cookie", [*COOKIES, *OFTEN_SET]),
        )
    ]
    for lines in zip(*fields, strict=True):
        yield tuple(line for variant in lines for line in variant)


def _with_random(
    random: Random, name: str, variants: Sequence[tuple[Field, ...]]
) -> Sequence[tuple[Field, ...]]:
    """Return half as many random variants as there are others, besides those."""
    counts = [random.choice([1, 1, 1, 2]) for _ in variants[::2]]
    more = [tuple((name, RANDOM[name](random)) for _ in range(count)) for count in counts]
    return [*variants, *more]


def _site(
    at: int,
    setting: str,
    markup: str,
    preflight: tuple[int, tuple[Field, ...]],
    headers: tuple[Field, ...],
    random: Random,
) -> Site:
    host = _host(at, setting)
    plain, secure = f"http://{host}/", f"https://{host}/"
    lines = tuple((name, value.replace("HOST", host)) for name, value in headers)
    page = Reply(200, lines, f"<!doctype html><title>a</title>{markup.replace('HOST', host)}")
    cookies = tuple(line for line in lines if line[0] == "Set-Cookie")
    found: dict[str, Mapping[str, Reply]] = {
        "inside": {plain: _to(secure), secure: _to("/in/"), f"{secure}in/": page},
        "cookies on the way": {
            plain: _to(secure),
            secure: _to("/in/?a=/b/", *cookies),
            f"{secure}in/?a=/b/": replace(
                page, headers=tuple(x for x in lines if x not in cookies)
            ),
        },
        "no http": {secure: page},
        "plain page": {plain: page, secure: page},
        "hop": {plain: _to("/in"), f"{plain}in": _to(secure), secure: page},
        "ends plain": {plain: _to("/in"), f"{plain}in": page, secure: page},
        "off host": {plain: _to(f"https://{ELSEWHERE}/"), secure: page},
        "to untrusted": {plain: _to(f"https://{UNTRUSTED}/"), secure: page},
        "no https": {plain: page},
        "to nowhere": {plain: _to(f"https://{NOWHERE}/"), secure: page},
        "status": {
            plain: _to(secure),
            secure: replace(page, status=random.choice([401, 404, 500])),
        },
    }
    usual: Mapping[str, Reply] = {plain: _to(secure), secure: page}
    return Site(host, found.get(setting, usual), Reply(*preflight))


def _host(at: int, setting: str) -> str:
    if setting == "preloaded":
        return f"c{at}.preloaded.example"
    if setting == "not preloaded":
        return f"c{at}.alone.example"
    if setting == "untrusted":
        return f"c{at}.untrusted.example"
    if setting == "suffix":
        return f"c{at}.github.io" if at % 2 else f"c{at}.com.vn"
    return f"c{at}.grade.example"


def _to(target: str, *lines: Field) -> Reply:
    return Reply(301, (("Location", target), *lines))
