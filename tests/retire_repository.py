"""Our table of script libraries in the format of retire.js's repository."""

import re
from collections.abc import Mapping
from typing import Any

from secscan.facts.libraries import Library, Range


def written_out(libraries: Mapping[str, Library]) -> dict[str, Any]:
    """Return a repository with the same patterns and ranges; its version is its own pattern."""
    return {id: _entry(library) for id, library in libraries.items()}


def _entry(library: Library) -> dict[str, Any]:
    signs = library.signs
    extractors = {
        "filecontent": [_with_version(pattern.source) for pattern in signs.content],
        "filecontentreplace": [
            f"/{pattern.source}/{'.'.join(f'${at + 1}' for at in range(pattern.groups))}/"
            for pattern in signs.joined
        ],
        "uri": [_with_version(pattern.source) for pattern in signs.path],
        "filename": [_with_version(pattern.source[1:-1]) for pattern in signs.file],
        "hashes": dict(signs.hashes),
    }
    return {"extractors": extractors, "vulnerabilities": list(map(_vulnerability, library.ranges))}


def _with_version(source: str) -> str:
    """Return a pattern with the placeholder in the group that is the version.

    The case of addresses counts in it: the format knows no other way.
    """
    source = source.replace("(?i:", "(?:")
    start = source.index("([0-9]")
    depth = 0
    for parenthesis in re.finditer(r"[()]", source[start:]):
        depth += 1 if parenthesis[0] == "(" else -1
        if depth == 0:
            return f"{source[:start]}(§§version§§){source[start + parenthesis.end() :]}"
    raise AssertionError(f"the version of {source} does not end")


def _vulnerability(row: Range) -> dict[str, Any]:
    kinds = {"bug": " bug ", "issue": " issue ", "PR": " pull ", "retid": "retire.js "}
    identifiers: dict[str, Any] = {
        kind: one.rpartition(" ")[2]
        for one in row.ids
        for kind, word in kinds.items()
        if word in one
    }
    for advisory in [one for one in row.ids if one.startswith("GHSA-")]:
        identifiers["githubID"] = advisory
    identifiers["CVE"] = [one for one in row.ids if one.startswith("CVE-")]
    bounds = {"atOrAbove": row.at_or_above, "below": row.below}
    return {
        **{name: version for name, version in bounds.items() if version},
        "severity": row.severity,
        "excludes": list(row.excludes),
        "identifiers": identifiers,
        "cwe": ["CWE-1104"] if row.end_of_life else ["CWE-79"],
        "info": [],
    }
