"""What the checks of TLS share: what may be there although nobody has seen it.

There is no check in this module.
"""

from collections.abc import Iterable

from secscan.evidence import Tls, doubtful_groups, doubtful_suites
from secscan.parsing.parameters import VERSIONS
from secscan.parsing.suites import groups_of

VERSION_NAMES = tuple(VERSIONS.values())
"""The versions, oldest first."""

_BELOW = ("TLS 1.2", "TLS 1.1", "TLS 1.0")


def unseen_suites(tls: Tls, versions: Iterable[str] = VERSION_NAMES) -> frozenset[str]:
    """Return the suites of these versions that were neither accepted nor proven to be refused."""
    return frozenset(suite for version in versions for suite in doubtful_suites(tls, version))


def unseen_groups(tls: Tls) -> frozenset[str]:
    """Return the groups that were neither accepted nor proven to be refused.

    A server has one list of groups for all versions: what TLS 1.3 could have is asked there.
    """
    accepted = tls.accepted()
    newest: frozenset[str] = frozenset()
    if "TLS 1.3" in accepted:
        newest = doubtful_groups(tls, "TLS 1.3")
    older = next((v for v in _BELOW if any("ECDHE" in s for s in accepted.get(v, ()))), None)
    if older is None:
        return newest
    shared = groups_of("TLS 1.3") if "TLS 1.3" in accepted else ()
    return newest | doubtful_groups(tls, older).difference(shared)
