"""Software that a site names: product, version, where it was seen, how far it can be trusted.

Which signs there are is data (``signals``); here they are held against headers, pages, documents
and greetings. Confidence is on Greenbone's scale of the quality of detection. What a site sent
enters a component only where it is a version, a build or a package's revision, and short.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from secscan.parsing.editions import edition_of
from secscan.parsing.markup import generators, inline_scripts, template_tags
from secscan.parsing.packagers import packager_in, packager_named, packager_of, release_of
from secscan.parsing.signals import Signal, Signals

REVISION = 90
"""Of a version with the revision of a distribution's package: an exact patch level."""

AGREED = 80
"""Of a version that two places tell independently, each by half (``HALF``)."""

HALF = 50
UNRELIABLE = 30
"""Of a banner that a CDN sends, which is not the agency's."""

_MOST_LINES = 1_000
_LONGEST = 1_024
"""Header lines that are read, and characters that are read of a line or a greeting."""

_VERSION = re.compile(r"(?:[0-9][A-Za-z0-9._]{0,29})?")
_REVISION = re.compile(r"[A-Za-z0-9.+~:_-]{0,60}")
"""What a pattern may read at most; a longer figure is nobody's version."""

_ITEM = re.compile(r"<(?:item|entry)\b", re.IGNORECASE)

_SYSTEMS = {"red-hat": "rhel"}
"""Systems that the facts call otherwise than banners call who packages for them."""

_WINDOWS = {"6.0": "2003", "7.0": "2008", "7.5": "2008-r2", "8.0": "2012", "8.5": "2012-r2"}
"""The Windows Server that an IIS came with; 10.0 came with each one since 2016."""


@dataclass(frozen=True, slots=True)
class Component:
    """A product that was seen. ``exact`` is false where only the branch shows in the version.

    ``packaged_by`` is the distribution that patches this version in place, ``revision`` that of
    its package, or the build behind an edition, which can lag behind what is installed.
    """

    product: str
    version: str  # "" where it is hidden
    source: str
    confidence: int
    exact: bool = True
    packaged_by: str = ""
    revision: str = ""


def from_headers(signals: Signals, lines: Iterable[tuple[str, str]]) -> tuple[Component, ...]:
    """Return what the header lines of a response name, each once.

    Where a CDN stands before the site, the Server line is not the agency's to answer for.
    """
    return _each_once(_of_lines(signals, _read(lines)))


def from_page(signals: Signals, html: str) -> tuple[Component, ...]:
    """Return what the generator elements of a page, its addresses and its scripts name."""
    found = [one for text in generators(html) for one in _found(signals.at("generator"), text)]
    found += _found(signals.at("markup"), template_tags(html))
    scripts = signals.at("script")
    raw = html.encode("utf-8", "replace")
    if any(signal.pattern.named(raw) is not None for signal in scripts):
        found += _found(scripts, inline_scripts(html))
    return _each_once(found)


def from_document(signals: Signals, purpose: str, text: str) -> tuple[Component, ...]:
    """Return what a feed or another document says of its maker, each once.

    Of a feed only the head is read: its items hold what somebody wrote.
    """
    head = _ITEM.split(text, 1)[0] if purpose == "feed" else text
    return _each_once(_found(signals.at(purpose), head))


def from_error_page(
    signals: Signals, lines: Iterable[tuple[str, str]], text: str
) -> tuple[Component, ...]:
    """Return what a server's own answer to a wrong path names, in its headers and its text."""
    read = _read(lines)
    found = _found(signals.at("error-page"), text)
    if _is_fronted(signals, read):
        found = list(map(_of_front, found))
    return _each_once([*_of_lines(signals, read), *found])


def from_banner(signals: Signals, scheme: str, text: str) -> tuple[Component, ...]:
    """Return what the greeting of a service names; that behind TLS is the same."""
    place = scheme if signals.at(scheme) else scheme.removesuffix("s")
    return _each_once(_found(signals.at(place), text[:_LONGEST]))


def combined(components: Iterable[Component]) -> tuple[Component, ...]:
    """Return the components, each product and version once, by the surest sign of it.

    Two places that tell the same version are surer than each of them. A product without a version
    is left out where another place tells one.
    """
    groups: dict[tuple[str, str], list[Component]] = {}
    for one in components:
        groups.setdefault((one.product, one.version), []).append(one)
    told = {product for product, version in groups if version}
    return tuple(
        _surest(group)
        for (product, version), group in groups.items()
        if version or product not in told
    )


def system_of(component: Component) -> tuple[str, str] | None:
    """Return the operating system that a component shows: product and cycle, "" where hidden."""
    if component.product in ("iis", "iis-smtp"):
        cycle = _WINDOWS.get(component.version)
        return ("windows-server", cycle) if cycle else None
    if not component.packaged_by:
        return None
    shown = component.packaged_by == packager_of(component.revision)
    system = _SYSTEMS.get(component.packaged_by, component.packaged_by)
    return system, release_of(component.revision) if shown else ""


def _read(lines: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the header lines that are read, names in lower case."""
    return [(name.lower(), value[:_LONGEST]) for name, value in islice(lines, _MOST_LINES)]


def _of_lines(signals: Signals, read: list[tuple[str, str]]) -> Iterator[Component]:
    fronted = _is_fronted(signals, read)
    for name, value in read:
        if name == "set-cookie":
            yield from _found(signals.at("cookie"), value.partition("=")[0].strip())
            continue
        found = _found(signals.at(f"header:{name}"), value, packager_in(value))
        yield from map(_of_front, found) if fronted and name == "server" else found


def _each_once(found: Iterable[Component]) -> tuple[Component, ...]:
    return tuple(dict.fromkeys(found))


def _surest(group: list[Component]) -> Component:
    """Return the first of the surest, with the package that any other one tells of."""
    best = max(group, key=lambda one: one.confidence)
    places = {one.source for one in group if one.confidence >= HALF}
    packages = (one for one in [best, *group] if one.packaged_by)
    package = next(packages, best)
    return replace(
        best,
        confidence=max(best.confidence, AGREED if len(places) > 1 else 0),
        packaged_by=package.packaged_by,
        revision=best.revision or package.revision,
    )


def _is_fronted(signals: Signals, read: list[tuple[str, str]]) -> bool:
    """Say whether a CDN answers in the site's stead."""
    return any(
        signal.pattern.named(_bytes(value)) is not None
        for name, value in read
        for signal in signals.fronts.get(f"header:{name}", ())
    )


def _of_front(one: Component) -> Component:
    confidence = min(one.confidence, UNRELIABLE)
    return replace(one, source=f"{one.source} (behind a CDN)", confidence=confidence)


def _found(signals: Iterable[Signal], text: str, packager: str = "") -> list[Component]:
    """Return what the signals find in a text, whose packager stands elsewhere in the line."""
    content = _bytes(text)
    matches = ((signal, signal.pattern.named(content)) for signal in signals)
    return [_component(one, groups, packager) for one, groups in matches if groups is not None]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _component(signal: Signal, groups: Mapping[str, str], packager: str) -> Component:
    version = _bounded(_VERSION, groups, "version")
    revision = _bounded(_REVISION, groups, "revision")
    named = packager or packager_named(groups.get("packager", "")) or packager_of(revision)
    confidence = REVISION if named and revision else signal.confidence
    build = _bounded(_REVISION, groups, "build")
    if build:
        version, revision = edition_of(signal.product, build), build
    return Component(
        product=signal.product,
        version=version,
        source=signal.place.removeprefix("header:"),
        confidence=confidence,
        exact=signal.exact,
        packaged_by=named,
        revision=revision,
    )


def _bounded(form: re.Pattern[str], groups: Mapping[str, str], name: str) -> str:
    """Return what a group read, "" where it is there in no match or in no such form."""
    text = groups.get(name, "")
    return text if form.fullmatch(text) else ""
