"""The second opinion, side by side: what we saw of a server's TLS, and what sslyze says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from secscan.evidence import (
    Endpoint,
    Missing,
    SiteEvidence,
    Target,
    Tls,
    doubtful_groups,
    doubtful_suites,
    is_unknown,
)
from secscan.locale import N_, Words
from secscan.parsing.parameters import VERSIONS
from secscan.probes.prober import Prober
from secscan.probes.witness import Accepted, Opinion
from secscan.terminal import safe

NOTICE = N_(
    "For the second opinion sslyze opens some 600 connections to each address, two at once."
)
"""What the user is told before it begins."""

UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Compared:
    """An endpoint as we saw it, and what sslyze says of it."""

    endpoint: Endpoint
    opinion: Opinion | Missing


async def opinions(
    prober: Prober, targets: Sequence[Target], seen: Iterable[SiteEvidence]
) -> list[Compared]:
    """Ask for a second opinion on every HTTPS endpoint that was looked at, one after another."""
    return [
        Compared(endpoint, await prober.second_opinion(target, endpoint))
        for target, evidence in zip(targets, seen, strict=True)
        for endpoint in evidence.endpoints
        if endpoint.scheme == "https" and not endpoint.brief
    ]


def comparison(console: Console, compared: Compared, words: Words) -> None:
    """Print what both say of one endpoint, and each difference."""
    endpoint, opinion = compared.endpoint, compared.opinion
    place = f"{endpoint.host} {endpoint.address} {endpoint.port}"
    line = words.text("Second opinion on {place}", place=place)
    console.print(Text(safe(line), style="bold"))
    if isinstance(opinion, Missing):
        detail = f" ({opinion.detail})" if opinion.detail else ""
        why = words.name(opinion.kind) + detail
        told = words.text("sslyze came to no result: {why}", why=why)
        console.print(Text(safe(told)))
        return
    console.print(_table(endpoint, opinion, words))
    used = words.text("sslyze used {count} connections.", count=words.number(opinion.connections))
    console.print(Text(used, style="dim"))
    if opinion.lost:
        lost = words.text(
            "{count} of them could not be opened: what sslyze missed may be lost with them.",
            count=words.number(opinion.lost),
        )
        console.print(Text(lost, style="yellow"))


def _table(endpoint: Endpoint, opinion: Opinion, words: Words) -> Table:
    tls = endpoint.tls if isinstance(endpoint.tls, Tls) else Tls(())
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(words.text("Accepted"), no_wrap=True)
    table.add_column("secscan", justify="right")
    table.add_column("sslyze", justify="right")
    table.add_column(words.text("Difference"), overflow="fold")
    for version in reversed(list(VERSIONS.values())):
        suites = _Seen(
            set(tls.accepted().get(version, ())),
            set(doubtful_suites(tls, version)),
            is_unknown(tls, version),
        )
        _add_row(table, version, suites, opinion.suites[version], words)
    accepted = tls.accepted()
    groups = _Seen(
        {group for version in accepted for group in tls.groups(version)},
        {group for version in accepted for group in doubtful_groups(tls, version)},
        not accepted,
    )
    _add_row(table, words.text("Groups"), groups, opinion.curves, words)
    return table


@dataclass(frozen=True, slots=True)
class _Seen:
    """What we saw accepted, what we know nothing of, and whether that is all of it."""

    accepted: set[str]
    doubtful: set[str]
    unknown: bool


def _add_row(
    table: Table, name: str, ours: _Seen, theirs: Accepted | Missing, words: Words
) -> None:
    own = UNKNOWN if ours.unknown else words.number(len(ours.accepted))
    if isinstance(theirs, Missing):
        told = words.text("sslyze came to no result: {why}", why=theirs.detail)
        table.add_row(name, own, UNKNOWN, Text(safe(told)))
        return
    lines = _differences(ours, theirs, words)
    told = "\n".join(map(safe, lines)) or words.text("agree")
    style = "yellow" if lines else "green"
    table.add_row(name, own, words.number(len(theirs.accepted)), Text(told, style=style))


def _differences(ours: _Seen, theirs: Accepted, words: Words) -> list[str]:
    """Return a line for each kind of difference that there is."""
    more, less = ours.accepted - theirs.accepted, theirs.accepted - ours.accepted
    unseen = less if ours.unknown else less & ours.doubtful
    kinds = (
        (more & theirs.rejected, words.text("only secscan saw:")),
        (more - theirs.rejected, words.text("sslyze does not try:")),
        (less - unseen, words.text("only sslyze saw:")),
        (unseen, words.text("secscan got no answer on:")),
    )
    return [f"{told} {', '.join(sorted(names))}" for names, told in kinds if names]
