"""How the weaknesses and faults of Content-Security-Policies are told, each as an item.

There is no check in this module.
"""

from collections.abc import Iterable, Sequence

from secscan.check import Item, Outcome, Reason
from secscan.parsing.csp import ContentPolicy
from secscan.parsing.csp_faults import CspFault, Fault, faults
from secscan.parsing.text import listed, quoted

from .weaknesses import Weak, Weakness

_MOST_ITEMS = 20

_WEAKNESSES = {
    Weakness.UNLIMITED: Reason.of("neither script-src nor default-src limits scripts"),
    Weakness.INLINE: Reason.of("scripts written into the page run"),
    Weakness.HANDLERS: Reason.of("scripts written into attributes run"),
    Weakness.GUESSABLE: Reason.of("the nonce is so short that it can be guessed"),
    Weakness.ANY_SITE: Reason.of("scripts from any site run"),
    Weakness.DATA: Reason.of("scripts written into an address run"),
    Weakness.BYPASS: Reason.of("this host serves files by which any script runs"),
    Weakness.BASE: Reason.of("an injected base element moves the page's own scripts"),
    Weakness.EVAL: Reason.of("text can be run as script"),
    Weakness.BLOB: Reason.of("what a script has put together can be loaded as another one"),
    Weakness.OBJECTS: Reason.of("plug-in content is not limited"),
}

_FAULTS = {
    CspFault.NOT_ASCII: Reason.of("browsers ignore the directive: it holds other characters"),
    CspFault.REPEATED_DIRECTIVE: Reason.of("the directive is there again: only the first counts"),
    CspFault.IGNORED_IN_META: Reason.of("browsers ignore the directive in a meta element"),
    CspFault.UNKNOWN_DIRECTIVE: Reason.of("no directive has this name"),
    CspFault.MISSING_SEMICOLON: Reason.of("a semicolon is missing: this is a directive's name"),
    CspFault.MISSING_QUOTES: Reason.of("single quotes are missing around it"),
    CspFault.UNKNOWN_KEYWORD: Reason.of("there is no such keyword"),
    CspFault.MALFORMED_NONCE_OR_HASH: Reason.of("the nonce or hash is not valid"),
    CspFault.MALFORMED_SOURCE: Reason.of("browsers ignore it: it is no valid source"),
    CspFault.NONE_BESIDE_OTHERS: Reason.of("beside other sources it means nothing"),
}

_REMARKS = {
    CspFault.DEPRECATED_DIRECTIVE: Reason.of("browsers of today ignore this directive"),
    CspFault.IP_ADDRESS: Reason.of("browsers do not match IP addresses"),
    CspFault.PLAIN_HTTP: Reason.of("the address is one of plain HTTP"),
    CspFault.UNSAFE_HASHES: Reason.of("handlers with a listed hash run wherever they stand"),
}


def items_of(policies: Sequence[ContentPolicy], found: Iterable[Weak]) -> tuple[Item, ...]:
    """Return the weaknesses and, behind them, what costs nothing, each under its directive.

    What concerns frames is left to ``framing_items``.
    """
    told = [
        Item(_subject(weak.directive, weak.source), Outcome.FAIL, _WEAKNESSES[weak.kind])
        for weak in found
    ]
    for fault in (fault for policy in policies for fault in faults(policy)):
        if not _is_of_frames(fault):
            told.append(_fault_item(fault))
    if not any("form-action" in policy.directives for policy in policies):
        told.append(Item("form-action", Outcome.PASS, Reason.of("forms can be sent to any site")))
    return _distinct(told)


def framing_items(policies: Sequence[ContentPolicy]) -> tuple[Item, ...]:
    """Return the faults in the text of frame-ancestors."""
    found = (fault for policy in policies for fault in faults(policy))
    return _distinct(_fault_item(fault) for fault in found if _is_of_frames(fault))


def summary(found: Iterable[Weak]) -> str:
    """Return the directives of weaknesses on one line."""
    subjects = (_subject(weak.directive, weak.source) for weak in found)
    return listed([*dict.fromkeys(subjects)])


def _is_of_frames(fault: Fault) -> bool:
    in_header = fault.kind is not CspFault.IGNORED_IN_META
    return fault.directive == "frame-ancestors" and in_header


def _fault_item(fault: Fault) -> Item:
    subject = _subject(fault.directive, _told(fault))
    if fault.kind in _REMARKS:
        return Item(subject, Outcome.PASS, _REMARKS[fault.kind])
    return Item(subject, Outcome.PARTIAL, _FAULTS[fault.kind])


def _told(fault: Fault) -> str:
    """Return the text at fault, without the value of a nonce: another answer has another one."""
    start, dash, _ = fault.text.partition("nonce-")
    return f"{start}{dash}…" if dash else fault.text


def _subject(directive: str, source: str) -> str:
    return f"{quoted(directive)} {quoted(source)}".rstrip()


def _distinct(found: Iterable[Item]) -> tuple[Item, ...]:
    """Return the first item of each subject: an item's id is made of it."""
    kept: dict[str, Item] = {}
    for item in found:
        kept.setdefault(item.subject, item)
    return tuple(kept.values())[:_MOST_ITEMS]
