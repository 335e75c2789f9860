"""What is asked under the ``exposure`` grant, and the little of each answer that is kept.

Of files that hold passwords, or what visitors asked for, only that is kept which proves what they
are: what is not kept cannot be lost.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import httpx

from secscan.evidence import Body, Hop, Missing, MissingKind
from secscan.evidence.hops import block_of, is_bare_refusal
from secscan.parsing.environment import variable_names
from secscan.parsing.exposed import git_head, listing, phpinfo, server_status
from secscan.parsing.html import Element
from secscan.parsing.suggestions import own_folder
from secscan.probes.body import kept
from secscan.probes.http import Retriever
from secscan.probes.limits import Limits
from secscan.probes.resources import Question, at, url_of

Keep = Callable[[bytes], bytes]


def exposure_questions(
    retriever: Retriever,
    root: httpx.URL,
    page: httpx.URL | Missing,
    found: tuple[Element, ...],
    limits: Limits,
) -> list[Question]:
    """Return what to ask; beside each stands a path that cannot be there, as its control.

    The last of them may ask twice, where the budget allows it.
    """
    origin = root if isinstance(page, Missing) else page
    beside = secrets.token_hex(8)
    file = _Exposed(retriever, limits.exposure_bytes, _of_dot_files)
    git = replace(file, keep=git_head)
    head = {"Range": f"bytes=0-{limits.environment_bytes - 1}"}
    env = _Exposed(retriever, limits.environment_bytes, variable_names, head)
    status = replace(file, keep=server_status)
    php = replace(file, keep=phpinfo)
    either = _Either(php, at(origin, "/info.php"))
    return [
        Question("control", file, at(origin, f"/.git-{beside}/HEAD")),
        Question("git-head", git, at(origin, "/.git/HEAD")),
        Question("env", env, at(origin, "/.env")),
        Question("server-status", status, at(origin, "/server-status")),
        *_of_folder(replace(file, keep=listing), page, found, beside),
        Question("php-control", php, at(origin, f"/info-{beside}.php")),
        Question("phpinfo", either, at(origin, "/phpinfo.php")),
    ]


def _of_dot_files(content: bytes) -> bytes:
    """Return what is kept of the control: whatever one of the files that it stands for shows."""
    return git_head(content) or variable_names(content) or server_status(content)


def _of_folder(
    ask: "_Exposed", page: httpx.URL | Missing, found: tuple[Element, ...], beside: str
) -> list[Question]:
    """Return the questions for a folder that the page itself shows."""
    folder = page if isinstance(page, Missing) else _folder(str(page), found)
    if isinstance(folder, Missing):
        return [Question("listing", ask, folder)]
    return [
        Question("listing-control", ask, folder.join(f"../secscan-{beside}/")),
        Question("listing", ask, folder),
    ]


def _folder(url: str, found: tuple[Element, ...]) -> httpx.URL | Missing:
    folder = own_folder(url, found)
    unseen = Missing(MissingKind.NOT_ASKED, "the page shows no folder of its own")
    return url_of(folder) if folder else unseen


@dataclass(frozen=True, slots=True)
class _Exposed:
    """Asks for a file, and keeps of it what ``keep`` returns."""

    retriever: Retriever
    most: int
    keep: Keep
    headers: Mapping[str, str] = field(default_factory=dict)

    async def __call__(self, url: httpx.URL, near: str) -> Hop | Missing:
        """Return the answer, and in place of a firewall's that it blocked us.

        Whether it did shows in what is not kept.
        """
        hop = await self.retriever.exposed(url, near, self.most, self.headers)
        if isinstance(hop, Missing):
            return hop
        block = None if is_bare_refusal(hop) else block_of(hop)
        if block is not None:
            return block
        body = hop.body
        if isinstance(body, Body):
            part = self.keep(body.content or b"")
            body = kept(part, body.truncated or len(part) < body.size)
        return replace(hop, body=body)


@dataclass(frozen=True, slots=True)
class _Either:
    """Asks for a file, and where that does not show it for another one."""

    ask: _Exposed
    other: httpx.URL

    async def __call__(self, url: httpx.URL, near: str) -> Hop | Missing:
        first = await self.ask(url, near)
        if isinstance(first, Missing) or _shows(first):
            return first
        second = await self.ask(self.other, near)
        return second if isinstance(second, Hop) and _shows(second) else first


def _shows(hop: Hop) -> bool:
    return isinstance(hop.body, Body) and hop.body.size > 0
