"""Content-Security-Policies judged by secscan and by Google's csp_evaluator, and where they differ.

``policies.txt`` holds a policy a line; behind ``##`` are the differences that are known of it, told
in docs/headers.md. ``answers.json`` is what csp_evaluator says; ``pytest -m oracle`` asks it again.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from builders import facts
from node_packages import installed, node
from secscan.checks.weaknesses import Weakness, weaknesses

from secscan.parsing.csp import ContentPolicy, read_policy
from secscan.parsing.csp_faults import CspFault, faults
from secscan.parsing.csp_matching import ruling
from secscan.parsing.csp_sources import is_proof

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs/headers.md"

Finding = tuple[str, str, str, str]
"""Type, severity, directive and value, as csp_evaluator names them."""
Said = frozenset[tuple[str, str]]
"""What is said of a policy in secscan's words: kind and directive."""

LINES = [
    (policy, tuple(name.strip() for name in names.split(",") if name.strip()))
    for line in (HERE / "policies.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
    for policy, _, names in [line.partition(" ## ")]
]
ANSWERS: dict[str, list[Finding]] = {
    policy: [(found[0], found[1], found[2], found[3]) for found in said]
    for policy, said in json.loads((HERE / "answers.json").read_text("utf-8")).items()
}

ADVICE = {
    ("SCRIPT_ALLOWLIST_BYPASS", "MEDIUM_MAYBE"): "no host is known to be bad; look yourself",
    ("OBJECT_ALLOWLIST_BYPASS", "MEDIUM_MAYBE"): "'none' would be better still",
    ("STRICT_DYNAMIC", "STRICT_CSP"): "nonces would be better still",
    ("STRICT_DYNAMIC_NOT_STANDALONE", "INFO"): "no script runs at all",
    ("UNSAFE_INLINE_FALLBACK", "STRICT_CSP"): "browsers before 2016",
    ("ALLOWLIST_FALLBACK", "STRICT_CSP"): "browsers before 2022",
    ("REQUIRE_TRUSTED_TYPES_FOR_SCRIPTS", "INFO"): "Trusted Types",
    ("REPORTING_DESTINATION_MISSING", "INFO"): "reports are the site's own affair",
    ("REPORT_TO_ONLY", "INFO"): "reports are the site's own affair",
    ("NONCE_CHARSET", "INFO"): "told as INVALID_KEYWORD too",
    ("IGNORED", "NONE"): "no finding",
}
"""What csp_evaluator says that is no fault, and why secscan says nothing of it."""

SAME = {
    ("SCRIPT_UNSAFE_EVAL", "MEDIUM_MAYBE"): Weakness.EVAL,
    ("SCRIPT_UNSAFE_HASHES", "MEDIUM_MAYBE"): CspFault.UNSAFE_HASHES,
    ("SCRIPT_ALLOWLIST_BYPASS", "HIGH"): Weakness.BYPASS,
    ("OBJECT_ALLOWLIST_BYPASS", "HIGH"): Weakness.OBJECTS,
    ("NONCE_LENGTH", "MEDIUM"): Weakness.GUESSABLE,
    ("MISSING_SEMICOLON", "SYNTAX"): CspFault.MISSING_SEMICOLON,
    ("UNKNOWN_DIRECTIVE", "SYNTAX"): CspFault.UNKNOWN_DIRECTIVE,
    ("DEPRECATED_DIRECTIVE", "INFO"): CspFault.DEPRECATED_DIRECTIVE,
    ("IP_SOURCE", "INFO"): CspFault.IP_ADDRESS,
    ("SRC_HTTP", "MEDIUM"): CspFault.PLAIN_HTTP,
}
"""Types that mean one thing, whatever the directive."""

MISSING = {
    "script-src": Weakness.UNLIMITED,
    "object-src": Weakness.OBJECTS,
    "base-uri": Weakness.BASE,
}
OPEN = {
    "script-src-elem": Weakness.ANY_SITE,
    "object-src": Weakness.OBJECTS,
    "base-uri": Weakness.BASE,
}


def in_our_words(policy: ContentPolicy, finding: Finding) -> Said:
    """Return what a finding is here: more than one thing where directives fall back to one."""
    kind, severity, directive, value = finding
    if (kind, severity) in ADVICE:
        return frozenset()
    if (kind, severity) in SAME:
        return frozenset({(SAME[kind, severity], directive)})
    if kind == "MISSING_DIRECTIVES":
        return frozenset({(MISSING[directive], directive)})
    if kind == "INVALID_KEYWORD":
        return frozenset({(_keyword(value), directive)})
    if kind == "SCRIPT_UNSAFE_INLINE":
        roles = {"script-src-elem": Weakness.INLINE, "script-src-attr": Weakness.HANDLERS}
    elif kind in ("PLAIN_WILDCARD", "PLAIN_URL_SCHEMES"):
        roles = OPEN | ({"script-src-elem": Weakness.DATA} if value == "data:" else {})
    else:
        raise AssertionError(f"nobody has said what {kind} ({severity}) is here")
    ruled = {role for role in roles if (rule := ruling(policy, role)) and rule.name == directive}
    return frozenset({(roles[role], directive) for role in ruled} or {(kind, directive)})


def _keyword(value: str) -> CspFault:
    if not value.startswith("'"):
        return CspFault.MISSING_QUOTES
    return CspFault.MALFORMED_NONCE_OR_HASH if is_proof(value) else CspFault.UNKNOWN_KEYWORD


def ours(policy: ContentPolicy) -> Said:
    """Return what secscan says of a policy."""
    text = {(fault.kind.value, fault.directive) for fault in faults(policy)}
    if not policy.is_enforced:
        return frozenset(text)
    return frozenset({(weak.kind, weak.directive) for weak in weaknesses([policy], facts())} | text)


NOTHING: frozenset[str] = frozenset()
DIFFERENCES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "'none' beside others": (NOTHING, frozenset({CspFault.NONE_BESIDE_OTHERS})),
    "Flash": (frozenset({Weakness.OBJECTS}), NOTHING),
    "addresses over plain HTTP": (frozenset({CspFault.PLAIN_HTTP}), NOTHING),
    "base-uri without nonces": (frozenset({Weakness.BASE}), NOTHING),
    "blob:": (NOTHING, frozenset({Weakness.BLOB})),
    "case of nonces": (frozenset({CspFault.MALFORMED_NONCE_OR_HASH}), NOTHING),
    "deprecated directives": (NOTHING, frozenset({CspFault.DEPRECATED_DIRECTIVE})),
    "empty lists": (frozenset({Weakness.OBJECTS}), NOTHING),
    "fenced-frame-src": (frozenset({CspFault.UNKNOWN_DIRECTIVE}), NOTHING),
    "keywords": (frozenset({CspFault.UNKNOWN_KEYWORD}), frozenset({CspFault.UNKNOWN_KEYWORD})),
    "length of hashes": (NOTHING, frozenset({CspFault.MALFORMED_NONCE_OR_HASH})),
    "malformed sources": (NOTHING, frozenset({CspFault.MALFORMED_SOURCE})),
    "newer hosts": (NOTHING, frozenset({Weakness.BYPASS})),
    "nonces of styles": (frozenset({Weakness.GUESSABLE}), NOTHING),
    "other characters": (NOTHING, frozenset({CspFault.NOT_ASCII})),
    "policies that do nothing": (frozenset({Weakness.UNLIMITED, Weakness.OBJECTS}), NOTHING),
    "public suffixes": (frozenset({Weakness.BYPASS}), frozenset({Weakness.ANY_SITE})),
    "repeated directives": (NOTHING, frozenset({CspFault.REPEATED_DIRECTIVE})),
    "replaced directives": (
        frozenset({"SCRIPT_UNSAFE_INLINE", "PLAIN_URL_SCHEMES", Weakness.EVAL}),
        NOTHING,
    ),
    "reports over plain HTTP": (frozenset({CspFault.PLAIN_HTTP}), NOTHING),
    "retired hosts": (frozenset({Weakness.BYPASS}), NOTHING),
    "sandbox": (frozenset({Weakness.UNLIMITED, Weakness.OBJECTS}), NOTHING),
    "script-src-elem alone": (
        frozenset({Weakness.UNLIMITED}),
        frozenset({Weakness.HANDLERS, Weakness.EVAL}),
    ),
    "wildcards with a port or path": (NOTHING, frozenset({Weakness.ANY_SITE})),
    "words of old directives": (frozenset({CspFault.MISSING_QUOTES}), NOTHING),
    "ws:": (NOTHING, frozenset({Weakness.ANY_SITE})),
}
"""By name: what only csp_evaluator says, and what only secscan says."""


def test_there_are_two_hundred_policies() -> None:
    assert len({policy for policy, _ in LINES}) == len(LINES) >= 200
    assert [policy for policy, _ in LINES] == list(ANSWERS)


@pytest.mark.parametrize(("text", "names"), LINES)
def test_both_say_the_same_but_for_the_differences_that_are_known(
    text: str, names: tuple[str, ...]
) -> None:
    policy = read_policy(text)
    empty: Said = frozenset()
    theirs = empty.union(*(in_our_words(policy, finding) for finding in ANSWERS[text]))
    said = ours(policy)
    alone = ({kind for kind, _ in theirs - said}, {kind for kind, _ in said - theirs})
    known = [DIFFERENCES[name] for name in names]
    assert all(alone[0] & row[0] or alone[1] & row[1] for row in known)
    assert alone[0] <= NOTHING.union(*(row[0] for row in known))
    assert alone[1] <= NOTHING.union(*(row[1] for row in known))


def test_every_difference_is_shown_and_told() -> None:
    shown = {name for _, names in LINES for name in names}
    told = DOCUMENT.read_text("utf-8").partition("## Content-Security-Policy")[2]
    assert shown == DIFFERENCES.keys()
    assert [name for name in sorted(shown) if f"| {name} |" not in told] == []


def test_everything_that_is_no_fault_is_shown() -> None:
    seen = {(found[0], found[1]) for said in ANSWERS.values() for found in said}
    assert ADVICE.keys() <= seen
    assert SAME.keys() <= seen


@pytest.mark.oracle
def test_the_answers_are_csp_evaluators() -> None:
    done = subprocess.run(
        [node(), HERE / "evaluate.cjs"],
        input="\n".join(ANSWERS),
        env={**os.environ, "NODE_PATH": str(installed())},
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers == [[list(finding) for finding in said] for said in ANSWERS.values()]
