"""What the checks of software share: the script libraries of a page, told by file or address.

There is no check in this module.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from urllib.parse import quote

from secscan.check import Component, Outcome, Reason, Verdict
from secscan.evidence import Body, Hop, Markup, Scripts
from secscan.facts.holes import Hole
from secscan.facts.libraries import Library, holes_of, is_end_of_life
from secscan.facts.support import State, Support
from secscan.parsing.html import base_url, elements, resolve
from secscan.parsing.libraries import Found, Sign, identify
from secscan.parsing.loads import code_of
from secscan.parsing.markup import inline_scripts
from secscan.parsing.suggestions import own_scripts
from secscan.parsing.text import quoted

from .components import COSTLY, Judge, Judged, told, verdict
from .machine import is_kept

_SAFE = "%/:=&?~#+!$,;'@()*[]"

_GONE = (404, 410)
"""What is not there loads no library."""

_INLINE = "inline script"

_MOST_SCRIPTS = 500
_MOST_FOUND = 500
"""Scripts that are looked at, and what is found in them; a real page has some dozens."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A library that a page loads; ``unread`` where its file is the site's and was not seen."""

    library: Library
    version: str
    source: str
    confidence: int
    unread: bool = False

    @property
    def surety(self) -> tuple[bool, int]:
        """Return a key that is greatest for what is told; what is unread is not passed over."""
        return self.unread, self.confidence


def loaded_libraries(
    markup: Markup, scripts: Scripts, libraries: Mapping[str, Library]
) -> list[Loaded]:
    """Return the libraries of a page, each version once, by the surest sign of it."""
    best: dict[tuple[str, str], Loaded] = {}
    for one in islice(_loaded(markup, scripts, libraries), _MOST_FOUND):
        key = one.library.id, one.version
        if key not in best or one.surety > best[key].surety:
            best[key] = one
    told_versions = {library for library, version in best if version}
    return [
        one
        for (library, version), one in best.items()
        if version or one.unread or library not in told_versions
    ]


def _loaded(markup: Markup, scripts: Scripts, libraries: Mapping[str, Library]) -> Iterator[Loaded]:
    signs = [library.signs for library in libraries.values()]
    answered = {_normal(hop.url): hop for hop in scripts.answers if isinstance(hop, Hop)}
    found = elements(markup.html)
    # Where nothing was asked for, in evidence of earlier days, nothing was refused either.
    asked = {_normal(url) for url in own_scripts(markup.url, found)} if scripts.answers else set()
    base = base_url(markup.url, found)
    references = dict.fromkeys(code for element in found if (code := code_of(element)))
    for reference in islice(references, _MOST_SCRIPTS):
        url = resolve(base, reference)
        address = _normal(url.partition("#")[0])
        answer = answered.get(address)
        if answer is not None and answer.status in _GONE:
            continue
        content = _content(answer)
        for one in identify(signs, url, content):
            unread = address in asked and content is None and one.sign is Sign.HINT
            yield _of(libraries, one, quoted(url.partition("?")[0]), unread=unread)
    for one in identify(signs, "", inline_scripts(markup.html).encode("utf-8", "replace")):
        yield _of(libraries, one, _INLINE)


def _of(
    libraries: Mapping[str, Library], one: Found, source: str, *, unread: bool = False
) -> Loaded:
    version = "" if unread else one.version  # a hint is no version
    return Loaded(libraries[one.library], version, source, int(one.sign), unread)


def _content(answer: Hop | None) -> bytes | None:
    if answer is None or answer.status != 200 or not isinstance(answer.body, Body):
        return None
    return answer.body.content


def _normal(url: str) -> str:
    """Return a URL as it is sent, whoever wrote it."""
    return quote(url, safe=_SAFE)


def judged_support(seen: Sequence[Loaded], judge: Judge) -> list[Judged]:
    """Judge whether somebody still keeps each library."""
    return [_unread(one, judge) if one.unread else _supported(one, judge) for one in seen]


def judged_holes(seen: Sequence[Loaded], judge: Judge) -> list[Judged]:
    """Judge whether holes of each library are published."""
    return [_unread(one, judge) if one.unread else _without_holes(one, judge) for one in seen]


def _unread(one: Loaded, judge: Judge) -> Judged:
    unread = Reason.of("it is named, and its file could not be read")
    return Judged(Outcome.NOT_TESTED, unread, _component(one, _support(one, judge)))


def _supported(one: Loaded, judge: Judge) -> Judged:
    support = _support(one, judge)
    outcome, reason = told(support, one.confidence, weak=judge.is_weak(one.confidence))
    return Judged(outcome, reason, _component(one, support), support.latest)


def _support(one: Loaded, judge: Judge) -> Support:
    support = judge.support(one.library.id, one.version)
    if is_end_of_life(one.library, one.version):
        support = Support(State.END_OF_LIFE, support.end)
    patched = any(one.version in row.excludes for row in one.library.ranges)
    if support.state in COSTLY and (patched or _is_kept(one, judge)):
        return Support(State.BACKPORTED)
    return support


def _is_kept(one: Loaded, judge: Judge) -> bool:
    return is_kept(one.library.id, one.version, judge)


def _component(one: Loaded, support: Support, holes: tuple[Hole, ...] = ()) -> Component:
    return Component(
        one.library.id,
        one.library.name,
        one.version,
        support.state,
        one.source,
        one.confidence,
        holes,
    )


def _without_holes(one: Loaded, judge: Judge) -> Judged:
    support = _support(one, judge)
    if not one.version or judge.is_weak(one.confidence):
        outcome, reason = told(support, one.confidence, weak=True)
        return Judged(outcome, reason, _component(one, support))
    if not one.library.ranges:
        unlisted = Reason.of("secscan's facts list no holes of this library")
        return Judged(Outcome.NOT_APPLICABLE, unlisted, _component(one, support))
    holes = tuple(sorted(holes_of(one.library, one.version), key=_badness))
    if not holes:
        clean = Reason.of("no hole of this version is published")
        return Judged(Outcome.PASS, clean, _component(one, support))
    if _is_kept(one, judge):
        packaged = Support(State.BACKPORTED)
        outcome, reason = told(packaged, one.confidence, weak=False)
        return Judged(outcome, reason, _component(one, packaged))
    component = _component(one, support, holes)
    return Judged(Outcome.FAIL, _holes_told(component), component)


_SEVERITIES = ("critical", "high", "medium", "low")


def _badness(hole: Hole) -> int:
    return _SEVERITIES.index(hole.severity) if hole.severity in _SEVERITIES else len(_SEVERITIES)


def _holes_told(one: Component) -> Reason:
    known: dict[str, str | int] = {
        "product": one.name,
        "version": one.version,
        "count": len(one.holes),
    }
    worst = one.holes[0].severity
    if worst == "critical":
        return Reason.of(
            "published holes of {product} {version}: {count}, the worst critical", **known
        )
    if worst == "high":
        return Reason.of("published holes of {product} {version}: {count}, the worst high", **known)
    if worst == "medium":
        return Reason.of(
            "published holes of {product} {version}: {count}, the worst medium", **known
        )
    return Reason.of("published holes of {product} {version}: {count}, the worst low", **known)


def verdict_on_support(seen: Sequence[Judged], judge: Judge) -> Verdict:
    """Return what the worst library makes of it, within what libraries may cost."""
    return _capped(verdict(seen), judge)


def verdict_on_holes(seen: Sequence[Judged], judge: Judge) -> Verdict:
    """Return what the library with the worst holes makes of it, within what libraries may cost."""
    found = verdict(seen)
    if found.outcome is Outcome.PASS:
        reason = Reason.of("no hole of the libraries whose versions show is published")
        return replace(found, reason=reason)
    holed = [one for one in seen if one.component and one.component.holes]
    if not holed:
        return found
    worst = min(holed, key=_worst_holes_first)
    return _capped(replace(found, reason=worst.reason), judge)


def _worst_holes_first(one: Judged) -> tuple[int, int]:
    holes = one.component.holes if one.component else ()
    return min(map(_badness, holes)), -len(holes)


def _capped(found: Verdict, judge: Judge) -> Verdict:
    """Give back what is lost beyond the share: the libraries run in browsers, not in the server."""
    if found.outcome not in (Outcome.FAIL, Outcome.PARTIAL):
        return found
    most = Fraction(judge.policy.threshold.library_loss_percent, 100)
    credit = max(Fraction(0), 1 - most * (1 - found.credit))
    return replace(found, outcome=Outcome.PARTIAL if credit else Outcome.FAIL, credit=credit)
