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
from secscan.facts.holes import SEVERITIES, badness
from secscan.facts.libraries import Library, holes_of, is_end_of_life
from secscan.facts.support import State, Support
from secscan.parsing import software
from secscan.parsing.html import Element, base_url, elements, resolve
from secscan.parsing.libraries import Found, Sign, identify
from secscan.parsing.loads import code_of
from secscan.parsing.markup import inline_scripts
from secscan.parsing.redaction import redact_url
from secscan.parsing.suggestions import own_scripts
from secscan.parsing.text import quoted
from secscan.parsing.versions import numbers

from .components import COSTLY, Judge, Judged, told, verdict
from .machine import is_kept

_SAFE = "%/:=&?~#+!$,;'@()*[]"

_GONE = (404, 410)
"""What is not there loads no library."""

_INLINE = "inline script"

_MAJORS_AHEAD = 10
"""How far a library without known branches may be ahead of its last known vulnerability."""

_MOST_SCRIPTS = 500
_LONGEST_REFERENCE = 2048
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
    def seen(self) -> software.Component:
        """Return it as any other software that is seen."""
        return software.Component(self.library.id, self.version, self.source, self.confidence)

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
    found = elements(markup.html)
    # Where nothing was asked for, in evidence of earlier days, nothing was refused either.
    asked = [_normal(url) for url in own_scripts(markup.url, found)] if scripts.answers else []
    answered = _answered(scripts, asked)
    for address, url in _addresses(markup.url, found).items():
        answer = answered.get(address)
        if answer is not None and answer.status in _GONE:
            continue
        content = _content(answer)
        for one in identify(signs, url, content):
            unread = address in asked and one.sign is Sign.HINT and _is_unread(answer)
            yield _of(libraries, one, quoted(url.partition("?")[0]), unread=unread)
    for one in identify(signs, "", inline_scripts(markup.html).encode("utf-8", "replace")):
        yield _of(libraries, one, _INLINE)


def _answered(scripts: Scripts, asked: Sequence[str]) -> Mapping[str, Hop]:
    """Return the answers by what was asked for.

    An answer bears another address where a redirect was followed, in evidence of earlier days, or
    where a cookie's value was cut out of it: then it is told by its place.
    """
    hops = [(place, hop) for place, hop in enumerate(scripts.answers) if isinstance(hop, Hop)]
    answered = {_normal(hop.url): hop for _, hop in hops}
    for place, hop in hops:
        if place < len(asked) and _normal(hop.url) not in asked:
            answered.setdefault(asked[place], hop)
    return answered


def _addresses(page: str, found: tuple[Element, ...]) -> Mapping[str, str]:
    """Return the scripts of a page by address: one that is written in many ways is looked at once.

    An address is as it is stored, without secrets, so that all who share an answer are one.
    """
    base = base_url(page, found)
    references = (code for element in found if (code := code_of(element)))
    short = (one for one in references if len(one) <= _LONGEST_REFERENCE)
    urls = (resolve(base, one) for one in islice(dict.fromkeys(short), _MOST_SCRIPTS))
    addresses: dict[str, str] = {}
    for url in urls:
        addresses.setdefault(_normal(url), url)
    return addresses


def _of(
    libraries: Mapping[str, Library], one: Found, source: str, *, unread: bool = False
) -> Loaded:
    version = "" if unread else one.version  # a hint is no version
    return Loaded(libraries[one.library], version, source, int(one.sign), unread)


def _is_unread(answer: Hop | None) -> bool:
    """Say whether a file may hold what was not seen; an error is what visitors get too."""
    return answer is None or (answer.status == 200 and _content(answer) is None)


def _content(answer: Hop | None) -> bytes | None:
    if answer is None or answer.status != 200 or not isinstance(answer.body, Body):
        return None
    return answer.body.content


def _normal(url: str) -> str:
    """Return a URL as it is sent, whoever wrote it, and as it is stored then."""
    return redact_url(quote(url.partition("#")[0], safe=_SAFE, errors="replace"))


def judged_support(seen: Sequence[Loaded], judge: Judge) -> list[Judged]:
    """Judge whether somebody still keeps each library."""
    return [_unread(one, judge) if one.unread else _supported(one, judge) for one in seen]


def judged_holes(seen: Sequence[Loaded], judge: Judge) -> list[Judged]:
    """Judge whether vulnerabilities of each library are published."""
    return [_unread(one, judge) if one.unread else _without_holes(one, judge) for one in seen]


def _unread(one: Loaded, judge: Judge) -> Judged:
    unread = Reason.of("it is named, and its file could not be read")
    return Judged(Outcome.NOT_TESTED, unread, judge.component(one.seen, _support(one, judge)))


def _supported(one: Loaded, judge: Judge) -> Judged:
    support = _support(one, judge)
    outcome, reason = told(support, one.confidence, weak=judge.is_weak(one.confidence))
    return Judged(outcome, reason, judge.component(one.seen, support), support.latest)


def _support(one: Loaded, judge: Judge) -> Support:
    support = judge.support(one.library.id, one.version)
    if support.state is not State.END_OF_LIFE and is_end_of_life(one.library, one.version):
        support = replace(support, state=State.END_OF_LIFE, end=None)
    patched = any(one.version in row.excludes for row in one.library.ranges)
    if support.state in COSTLY and (patched or _is_kept(one, judge)):
        return Support(State.BACKPORTED)
    return support


def _is_kept(one: Loaded, judge: Judge) -> bool:
    return is_kept(one.library.id, one.version, judge)


def _without_holes(one: Loaded, judge: Judge) -> Judged:
    support = _support(one, judge)
    component = judge.component(one.seen, support)
    if not one.version or judge.is_weak(one.confidence):
        outcome, reason = told(support, one.confidence, weak=True)
        return Judged(outcome, reason, component)
    if not one.library.ranges:
        unlisted = Reason.of("secscan's facts list no published vulnerabilities of this library")
        return Judged(Outcome.NOT_APPLICABLE, unlisted, component)
    holes = tuple(sorted(holes_of(one.library, one.version), key=badness))
    if not holes and _is_beyond(one, support, judge):
        outcome, reason = told(support, one.confidence, weak=False)
        return Judged(outcome, reason, component)
    if not holes:
        clean = Reason.of("secscan's facts list no published vulnerability of this version")
        return Judged(Outcome.PASS, clean, component)
    if _is_kept(one, judge):
        packaged = Support(State.BACKPORTED)
        outcome, reason = told(packaged, one.confidence, weak=False)
        return Judged(outcome, reason, judge.component(one.seen, packaged))
    component = replace(component, holes=holes)
    return Judged(Outcome.FAIL, _holes_told(component), component)


def _is_beyond(one: Loaded, support: Support, judge: Judge) -> bool:
    """Say whether a figure is no version that the facts could know: a day, or a site's own."""
    if support.state is not State.UNKNOWN:
        return False
    product = judge.facts.products.get(one.library.id)
    if product and product.cycles:
        return True
    newest = max((numbers(row.below)[:1] for row in one.library.ranges), default=())
    return numbers(one.version)[:1] > tuple(major + _MAJORS_AHEAD for major in newest)


def _holes_told(one: Component) -> Reason:
    known: dict[str, str | int] = {
        "product": one.name,
        "version": one.version,
        "count": len(one.holes),
    }
    worst = min((hole.severity for hole in one.holes), key=SEVERITIES.index)
    if worst == "critical":
        return Reason.of(
            "published vulnerabilities of {product} {version}: {count}, the worst critical", **known
        )
    if worst == "high":
        return Reason.of(
            "published vulnerabilities of {product} {version}: {count}, the worst high", **known
        )
    if worst == "medium":
        return Reason.of(
            "published vulnerabilities of {product} {version}: {count}, the worst medium", **known
        )
    return Reason.of(
        "published vulnerabilities of {product} {version}: {count}, the worst low", **known
    )


def verdict_on_support(seen: Sequence[Judged], judge: Judge) -> Verdict:
    """Return what the worst library makes of it, within what libraries may cost."""
    return _capped(verdict(seen), judge)


def verdict_on_holes(seen: Sequence[Judged], judge: Judge) -> Verdict:
    """Return what the library with the worst vulnerability makes of it, within the same."""
    found = verdict(seen)
    if found.outcome is Outcome.PASS:
        reason = Reason.of(
            "secscan's facts list no published vulnerability of the versions that show"
        )
        return replace(found, reason=reason)
    holed = [one for one in seen if one.component and one.component.holes]
    if not holed:
        return found
    worst = min(holed, key=_worst_holes_first)
    return _capped(replace(found, reason=worst.reason), judge)


def _worst_holes_first(one: Judged) -> tuple[bool, int, int]:
    holes = one.component.holes if one.component else ()
    is_unused, severity, _ = min(map(badness, holes))
    return is_unused, severity, -len(holes)


def _capped(found: Verdict, judge: Judge) -> Verdict:
    """Give back what is lost beyond the share: the libraries run in browsers, not in the server."""
    if found.outcome not in (Outcome.FAIL, Outcome.PARTIAL):
        return found
    most = Fraction(judge.policy.threshold.library_loss_percent, 100)
    credit = max(Fraction(0), 1 - most * (1 - found.credit))
    return replace(found, outcome=Outcome.PARTIAL if credit else Outcome.FAIL, credit=credit)
