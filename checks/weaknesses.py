"""What a page's Content-Security-Policies together still let in, and what that leaves them worth.

A browser enforces every policy, so each question is put to all of them: something runs only where
all allow it. There is no check in this module.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from secscan.facts import Facts
from secscan.parsing.csp import ContentPolicy
from secscan.parsing.csp_matching import (
    Address,
    address,
    allows_base,
    allows_eval,
    allows_framing,
    allows_handlers,
    allows_inline,
    allows_moved_script,
    allows_object,
    allows_script,
    limits_scripts,
    match,
    nonces,
    ruling,
)
from secscan.parsing.csp_sources import Host

_STRANGER = "stranger.invalid"
"""Somebody whom no policy knows."""

_DATA, _BLOB, _FILE_SYSTEM = Address("data"), Address("blob"), Address("filesystem")

_SHORT = 8
"""Characters below which a nonce can be guessed; CSP 3 section 7.1 asks for 128 bits."""

_CLOSED = frozenset({"ac", "edu", "go", "gob", "gouv", "gov", "govt", "mil"})
"""Registries' suffixes below which only offices and schools have names: gov.vn."""

_MOST_STRANGERS = 64
_MOST_SOURCES = 4_000
"""Sources of all policies together; each stranger is compared with all of them."""


class Weakness(StrEnum):
    """What a page lets in although it has a policy."""

    UNLIMITED = "unlimited scripts"
    INLINE = "inline scripts"
    HANDLERS = "inline handlers"
    GUESSABLE = "guessable nonce"
    ANY_SITE = "scripts of any site"
    DATA = "scripts in data: addresses"
    BYPASS = "scripts of a host that runs anything"
    BASE = "moved base address"
    EVAL = "eval"
    BLOB = "scripts in blob: addresses"
    OBJECTS = "plug-in content"


_COSTS: tuple[dict[Weakness, Fraction], ...] = (
    {
        Weakness.UNLIMITED: Fraction(1),
        Weakness.INLINE: Fraction(1, 2),
        Weakness.HANDLERS: Fraction(1, 2),
        Weakness.GUESSABLE: Fraction(1, 4),
    },
    {
        Weakness.ANY_SITE: Fraction(1, 2),
        Weakness.DATA: Fraction(1, 2),
        Weakness.BYPASS: Fraction(1, 4),
        Weakness.BASE: Fraction(1, 4),
    },
    {Weakness.EVAL: Fraction(1, 8), Weakness.BLOB: Fraction(1, 8)},
    {Weakness.OBJECTS: Fraction(1, 8)},
)
"""Doors, and what those cost that leave one open: each door once, by the worst."""

_LEAST = Fraction(1, 8)
"""What any enforced policy is worth: more than none."""


@dataclass(frozen=True, slots=True)
class Weak:
    """A weakness, the directive to mend, and the source that lets it in, "" for none."""

    kind: Weakness
    directive: str
    source: str = ""


def are_too_long(policies: Iterable[ContentPolicy]) -> bool:
    """Say whether policies hold more sources than are compared; what they let in is not known."""
    rules = (rule for policy in policies for rule in policy.directives.values())
    return sum(len(rule.sources) for rule in rules) > _MOST_SOURCES


def weaknesses(policies: Sequence[ContentPolicy], facts: Facts) -> tuple[Weak, ...]:
    """Return what all these policies together let in; there is at least one of them."""
    if not any(map(limits_scripts, policies)):
        return (Weak(Weakness.UNLIMITED, "script-src"), *_of_objects(policies, facts))
    return (
        *_of_inline(policies),
        *_of_addresses(policies, facts),
        *_of_eval(policies),
        *_of_objects(policies, facts),
    )


def worth(found: Iterable[Weak]) -> Fraction:
    """Return the credit of policies with these weaknesses."""
    kinds = {weak.kind for weak in found}
    return max(_LEAST, 1 - sum((_worst(door, kinds) for door in _COSTS), Fraction()))


def lets_strangers_frame(policies: Sequence[ContentPolicy], facts: Facts) -> bool:
    """Say whether frame-ancestors lets every site frame the page: a frame has no path."""
    strangers = _strangers(policies, facts, "frame-ancestors")
    origins = (Address(one.scheme, one.host, one.port) for one in strangers)
    return any(_all(policies, allows_framing, origin) for origin in origins)


def _worst(door: dict[Weakness, Fraction], kinds: set[Weakness]) -> Fraction:
    return max((cost for kind, cost in door.items() if kind in kinds), default=Fraction())


def _of_inline(policies: Sequence[ContentPolicy]) -> Iterator[Weak]:
    open_doors = []
    if all(allows_inline(policy) for policy in policies):
        open_doors.append(_named(policies, Weakness.INLINE, "script-src-elem", "'unsafe-inline'"))
    if all(allows_handlers(policy) for policy in policies):
        open_doors.append(_named(policies, Weakness.HANDLERS, "script-src-attr", "'unsafe-inline'"))
    yield from open_doors or _of_nonces(policies)


def _of_nonces(policies: Sequence[ContentPolicy]) -> Iterator[Weak]:
    rules = [rule for policy in policies if (rule := ruling(policy, "script-src-elem"))]
    short = [(rule, nonce) for rule in rules for nonce in nonces(rule) if len(nonce) < _SHORT]
    for rule, nonce in short[:_MOST_STRANGERS]:
        if all(allows_inline(policy, nonce) for policy in policies):
            # Its value is not told: another answer may have another one.
            yield Weak(Weakness.GUESSABLE, rule.name, "'nonce-…'")
            return


def _of_addresses(policies: Sequence[ContentPolicy], facts: Facts) -> Iterator[Weak]:
    strangers = _strangers(policies, facts, "script-src-elem", "base-uri")
    any_site = next((url for url in strangers if _all(policies, allows_script, url)), None)
    if any_site:
        yield _loaded(policies, Weakness.ANY_SITE, any_site)
    if _all(policies, allows_script, _DATA):
        yield _loaded(policies, Weakness.DATA, _DATA)
    if any_site:
        return
    yield from (_loaded(policies, Weakness.BYPASS, url) for url in _bypasses(policies, facts))
    moved = (url for url in strangers if _all(policies, allows_base, url))
    if any(_all(policies, allows_moved_script, url) for url in moved):
        yield Weak(Weakness.BASE, "base-uri")


def _bypasses(policies: Sequence[ContentPolicy], facts: Facts) -> Iterator[Address]:
    evaluated = all(map(allows_eval, policies))
    for bypass in facts.csp_bypasses:
        url = address(bypass.url)
        if (evaluated or not bypass.needs_eval) and _all(policies, allows_script, url):
            yield url


def _of_eval(policies: Sequence[ContentPolicy]) -> Iterator[Weak]:
    if all(map(allows_eval, policies)):
        yield _named(policies, Weakness.EVAL, "script-src", "'unsafe-eval'")
    for url in (_BLOB, _FILE_SYSTEM):
        if _all(policies, allows_script, url):
            yield _loaded(policies, Weakness.BLOB, url)


def _of_objects(policies: Sequence[ContentPolicy], facts: Facts) -> Iterator[Weak]:
    strangers = (*_strangers(policies, facts, "object-src"), _DATA)
    if any(_all(policies, allows_object, url) for url in strangers):
        rules = (ruling(policy, "object-src") for policy in policies)
        yield Weak(Weakness.OBJECTS, next((rule.name for rule in rules if rule), "object-src"))


def _all(
    policies: Sequence[ContentPolicy],
    allowed: Callable[[ContentPolicy, Address], bool],
    url: Address,
) -> bool:
    return all(allowed(policy, url) for policy in policies)


def _named(policies: Sequence[ContentPolicy], kind: Weakness, name: str, keyword: str) -> Weak:
    """Return a weakness under the directive that a keyword stands in, or that is missing."""
    rules = (ruling(policy, name) for policy in policies)
    rule = next((rule for rule in rules if rule), None)
    return Weak(kind, rule.name, keyword) if rule else Weak(kind, name)


def _loaded(policies: Sequence[ContentPolicy], kind: Weakness, url: Address) -> Weak:
    """Return a weakness under the directive and the source that an address fits."""
    rules = (ruling(policy, "script-src-elem") for policy in policies)
    for rule in rules:
        if rule and (source := match(rule, url)):
            return Weak(kind, rule.name, source.text)
    return Weak(kind, "script-src")


def _strangers(policies: Sequence[ContentPolicy], facts: Facts, *names: str) -> tuple[Address, ...]:
    """Return addresses that anybody could have, by what these directives' wildcards leave open."""
    found = {Address("https", _STRANGER, "443", "/"): None}
    rules = (ruling(policy, name) for policy in policies for name in names)
    for source in (source for rule in rules if rule for source in rule.sources):
        if isinstance(source, Host) and _is_open(source.host, facts):
            host = source.host.replace("*", _STRANGER if source.host == "*" else "stranger", 1)
            port = source.port.replace("*", "443") or "443"
            found[Address("https", host, port, source.path)] = None
        if len(found) == _MOST_STRANGERS:
            break
    return tuple(found)


def _is_open(host: str, facts: Facts) -> bool:
    """Say whether a wildcard stands where a registry sells names to anybody."""
    if not host.startswith("*.") or host.count(".") > 2:  # no registry sells below three labels
        return host == "*"
    name = host.replace("*", "stranger", 1)
    return facts.suffixes.registered(name) == name and host.split(".")[1] not in _CLOSED
