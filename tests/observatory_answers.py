"""MDN's answers on the made-up sites, as they are kept, and secscan's in the same shape."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from secscan.finding import Finding

Answers = Mapping[str, Mapping[str, Any]]

KEPT = Path(__file__).parent / "observatory" / "answers.json.gz"

UNREACHABLE = ("cross-origin-resource-sharing-implemented-with-universal-access",)
"""What MDN's program never says of a real site: for this it looks for a header in vain."""

_SHARING = "cross-origin-resource-sharing"


def frozen() -> Answers:
    """Return the answers that are kept."""
    kept: Answers = json.loads(gzip.decompress(KEPT.read_bytes()))
    return kept


def keep(answers: Answers) -> None:
    """Keep these answers."""
    text = json.dumps(answers, sort_keys=True, indent=0)
    KEPT.write_bytes(gzip.compress(text.encode(), mtime=0))


def told(finding: Finding, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return secscan's finding as MDN's program tells it; what neither grades is one to both.

    How a page behind a login answers other origins is not asked, and no part of the score.
    """
    data = dict(finding.reason.data)
    if "grade" not in data:
        return answer if "error" in answer else {"error": finding.reason.template}
    outcomes = {
        item.subject.split(" ", 1)[-1]: dict(item.reason.data).get("outcome")
        for item in finding.items
    }
    if outcomes[_SHARING] is None and "outcomes" in answer:
        outcomes[_SHARING] = answer["outcomes"][_SHARING]
    return {"grade": data["grade"], "score": data["score"], "outcomes": outcomes}
