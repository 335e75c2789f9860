"""Further addresses of a name: a few hellos each, read on top of a full look at another one."""

from collections.abc import Sequence
from dataclasses import replace

from secscan.evidence.model import Endpoint
from secscan.evidence.readings import Chain
from secscan.evidence.tls import Answer, Hello, Tls


def beside(full: Sequence[Endpoint], brief: Endpoint) -> Tls | None:
    """Return what the name accepts with a further address: a full look and what came besides.

    Three hellos alone would be a poor sample: shares of suites would say nothing. Only what was
    accepted is added, for a refusal at one address proves nothing of another.
    """
    looked = [(end.family != brief.family, end.tls) for end in full if isinstance(end.tls, Tls)]
    if not looked or not isinstance(brief.tls, Tls):
        return None
    _, known = min(looked, key=lambda pair: pair[0])
    added = [
        _moved(hello, hello.answer, len(known.presented))
        for hello in brief.tls.hellos
        if isinstance(hello.answer, Answer)
    ]
    return Tls((*known.hellos, *added), (*known.presented, *brief.tls.presented))


def shows_another(full: Sequence[Endpoint], chain: Chain) -> bool:
    """Say whether a chain is none of those that were seen in full.

    A chain that was is judged there: servers staple only now and then, and one look may miss it.
    """
    seen = [shown for end in full if isinstance(end.tls, Tls) for shown in end.tls.presented]
    return all(shown.certificates != chain.certificates for shown in seen)


def _moved(hello: Hello, answer: Answer, by: int) -> Hello:
    """Return a hello whose answer names its certificates at their place in the longer list."""
    if answer.presented is None:
        return hello
    return replace(hello, answer=replace(answer, presented=answer.presented + by))
