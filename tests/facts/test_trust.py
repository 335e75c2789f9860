from datetime import date
from pathlib import Path

import certifi
from certificate_builders import root
from cryptography.hazmat.primitives.serialization import Encoding

from secscan.facts import load_facts

MOZILLA = load_facts()


def test_mozillas_list_is_dated() -> None:
    assert MOZILLA.trust_store.strftime("%Y.%m.%d") == certifi.__version__
    assert date(2026, 1, 1) < MOZILLA.trust_store


def test_only_what_is_new_is_a_cas_own(tmp_path: Path) -> None:
    bundle = tmp_path / "state.pem"
    known = MOZILLA.trust_anchors[0]
    bundle.write_bytes(root().public_bytes(Encoding.PEM) + known.public_bytes(Encoding.PEM))
    facts = load_facts(bundle)
    assert MOZILLA.added_anchors == ()
    assert facts.added_anchors == (root(),)
    assert facts.trust_anchors == (*MOZILLA.trust_anchors, root())
    assert facts.version != MOZILLA.version
