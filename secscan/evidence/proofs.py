"""What the answers to hellos prove: accepted, refused, or neither.

Silence proves nothing, a close alone proves nothing, and no alert proves more than was offered.
"""

from collections.abc import Iterable
from functools import lru_cache

from secscan.evidence.tls import Answer, Closed, Hello, Purpose, Refused, Tls
from secscan.parsing.parameters import NUMBERS
from secscan.parsing.suites import groups_of, suites_of

CLEAR = ("handshake_failure", "insufficient_security", "protocol_version")
"""The alerts that refuse an offer (RFC 8446, 4.1.1 and 6.2). Others may have other causes."""

_NEAR = 3
"""An answer within so many hellos shows that nothing but the offer stood in the way."""


@lru_cache(maxsize=16)  # many checks ask the same of the same look
def refusals(tls: Tls) -> tuple[Hello, ...]:
    """Return the hellos whose offer the server has proven to refuse."""
    erratic = _is_erratic(tls)
    return tuple(
        hello for at, hello in enumerate(tls.hellos) if _is_refusal(tls.hellos, at, erratic)
    )


def _is_refusal(hellos: tuple[Hello, ...], at: int, erratic: bool) -> bool:
    """Say whether the answer to a hello proves that its offer is refused.

    A firewall that has taken offence refuses everything: some later hello has to be answered.
    Servers that close instead of alerting (Windows among them) are believed when they do it
    twice, the second time between answers to other hellos, and never close on what they accept;
    where the same version is refused by alerts too, when they do it three times.
    """
    answer = hellos[at].answer
    if _is_clear(answer):
        return _answered(hellos[at + 1 :])
    if erratic or not isinstance(answer, Refused | Closed):
        return False
    before, after = hellos[max(0, at - _NEAR) : at], hellos[at + 1 : at + 1 + _NEAR]
    met = [h for h in hellos[:at] if isinstance(h.answer, Refused | Closed)]
    times = 1 + sum(_offer(hello) == _offer(hellos[at]) for hello in met)
    needed = 3 if is_alerting(hellos, hellos[at].version) else 2
    return times >= needed and _answered(before) and _answered(after)


def is_alerting(hellos: Iterable[Hello], version: str) -> bool:
    """Say whether some suites of a version were refused by an alert, as they should be."""
    own = (h for h in hellos if h.version == version and h.purpose is Purpose.SUITES)
    return any(_is_clear(hello.answer) for hello in own)


def _is_clear(answer: object) -> bool:
    return isinstance(answer, Refused) and answer.alert in CLEAR


def _is_erratic(tls: Tls) -> bool:
    """Say whether hellos were met by closes or odd alerts for another reason than their offer.

    The same was answered another time, or a suite of it was: so does a limiter of connections,
    or a network that loses them, and what else it met so is not known to be refused.
    """
    spoken = {_offer(h) for h in tls.hellos if isinstance(h.answer, Answer) or _is_clear(h.answer)}
    accepted = tls.accepted()
    return any(
        _offer(hello) in spoken
        or (_is_whole(hello) and set(hello.offered) & set(accepted.get(hello.version, ())))
        for hello in tls.hellos
        if isinstance(hello.answer, Refused | Closed) and not _is_clear(hello.answer)
    )


def _offer(hello: Hello) -> tuple[str | bool, ...]:
    """Return what two hellos have in common that ask for the same."""
    chosen = hello.suites, hello.groups, hello.signatures
    return hello.purpose, hello.version, *chosen, hello.named


def _is_whole(hello: Hello) -> bool:
    """Say whether a hello asked for suites alone, and left no group or scheme out."""
    return hello.purpose is Purpose.SUITES and not hello.groups and not hello.signatures


def _answered(hellos: Iterable[Hello]) -> bool:
    return any(isinstance(hello.answer, Answer) for hello in hellos)


def is_refused(tls: Tls, version: str) -> bool:
    """Say whether the server has proven that it does not have a version.

    Below TLS 1.3 a hello names the newest version, and a server that lacks it answers with an
    older one: either answer, or none that it could give, rules the version out.
    """
    if version in tls.accepted():
        return False
    if any(_is_overtaken(hello, version) for hello in tls.hellos):
        return True
    accepted = tls.accepted()
    ruling = [
        hello
        for hello in refusals(tls)
        # A server that has the newer version does not look whether the older one would fit.
        if _rules_out(hello, version) and hello.version not in accepted
    ]
    if any(_alert(hello) == "protocol_version" for hello in ruling):
        return True
    return set(suites_of(version)) <= {suite for hello in ruling for suite in hello.offered}


def _is_overtaken(hello: Hello, version: str) -> bool:
    """Say whether a hello that allowed a version was answered with an older one."""
    answer = hello.answer
    return (
        isinstance(answer, Answer)
        and version not in ("TLS 1.3", "SSLv2")
        and NUMBERS.get(answer.version, 0) < NUMBERS[version] <= NUMBERS[hello.version]
    )


def _rules_out(hello: Hello, version: str) -> bool:
    """Say whether a refused hello could have been answered with this version."""
    if not hello.exact or hello.purpose is not Purpose.SUITES:
        return False
    if version in ("TLS 1.3", "SSLv2") or hello.version in ("TLS 1.3", "SSLv2"):
        return hello.version == version
    return NUMBERS[hello.version] >= NUMBERS[version]


def _alert(hello: Hello) -> str:
    return hello.answer.alert if isinstance(hello.answer, Refused) else ""


def is_unknown(tls: Tls, version: str) -> bool:
    """Say whether a version was neither accepted nor proven to be refused."""
    return version not in tls.accepted() and not is_refused(tls, version)


def doubtful_suites(tls: Tls, version: str) -> frozenset[str]:
    """Return the suites of a version that were neither accepted nor proven to be refused."""
    if is_refused(tls, version):
        return frozenset()
    accepted = tls.accepted().get(version, ())
    known = set(tls.groups(version))
    refused = {
        suite
        for hello in refusals(tls)
        if hello.version == version and _rules_out(hello, version)
        # In TLS 1.3 suites and groups are refused together: a group that is known must be there.
        if not known or version != "TLS 1.3" or known & set(hello.offered_groups)
        for suite in hello.offered
    }
    return frozenset(suites_of(version)) - refused - set(accepted)


def doubtful_groups(tls: Tls, version: str) -> frozenset[str]:
    """Return the groups of a version that were neither accepted nor proven to be refused."""
    accepted = set(tls.accepted().get(version, ()))
    if not accepted:
        return frozenset()
    refused = {
        group
        for hello in refusals(tls)
        if hello.version == version and hello.purpose in (Purpose.SUITES, Purpose.GROUPS)
        if accepted & set(hello.offered)
        for group in hello.offered_groups
    }
    return frozenset(groups_of(version)) - refused - set(tls.groups(version))


def contradictions(tls: Tls) -> tuple[str, ...]:
    """Return the versions and suites that were accepted in one hello and refused in another.

    Behind one address several servers may answer, and not all alike.
    """
    accepted = tls.accepted()
    found: dict[str, None] = {}
    for hello in refusals(tls):
        if hello.purpose is not Purpose.SUITES:
            continue
        if _alert(hello) == "protocol_version":
            found.update({v: None for v in accepted if _rules_out(hello, v)})
        if not hello.groups:
            both = set(hello.offered) & set(accepted.get(hello.version, ()))
            found.update(dict.fromkeys(sorted(both)))
    return tuple(found)
