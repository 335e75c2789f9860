"""What to fix first: grave finds outside the index, then by gain, and each cause only once."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from secscan.check import Outcome, Severity
from secscan.evidence import MissingKind
from secscan.finding import Finding

GRAVE = (Severity.CRITICAL, Severity.HIGH)
"""The severities at which a failed check is a fix even where it is outside the index."""

_GRAVITY = list(Severity)


def following(findings: Iterable[Finding]) -> frozenset[str]:
    """Return the checks that fail only because there is no HTTPS, all but the gravest of them."""
    absent = [f for f in findings if f.outcome is Outcome.FAIL and f.cause is MissingKind.ABSENT]
    absent.sort(key=_by_gravity)
    return frozenset(finding.check_id for finding in absent[1:])


def fixes(findings: Iterable[Finding], gains: Mapping[str, Fraction]) -> dict[str, Fraction | None]:
    """Return the checks to put right, the most urgent first, with what the site's index gains.

    A grave one outside the index gains nothing that could be counted, and comes first: what
    anybody may read today does not wait for a header.
    """
    told = list(findings)
    left_out = following(told)
    grave = [
        finding
        for finding in told
        if not finding.scored and finding.outcome is Outcome.FAIL and finding.severity in GRAVE
    ]
    grave.sort(key=_by_gravity)
    by_gain = sorted(gains.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        **{finding.check_id: None for finding in grave},
        **{check_id: gain for check_id, gain in by_gain if check_id not in left_out},
    }


def _by_gravity(finding: Finding) -> tuple[int, str]:
    return _GRAVITY.index(finding.severity), finding.check_id
