"""Evidence as JSON: a schema version, upcasters for older ones, bodies kept apart by SHA-256."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from secscan.errors import SecscanError
from secscan.evidence.model import Body, SiteEvidence
from secscan.parsing.parameters import NUMBERS

SCHEMA = 4
"""Version of the stored shape; raised with an upcaster whenever the model changes."""


def _with_offers(evidence: dict[str, Any]) -> dict[str, Any]:
    """Make refusals prove nothing: schema 1 kept only how many suites a hello offered."""
    for endpoint in evidence["endpoints"]:
        tls = endpoint["tls"]
        if tls and "hellos" in tls:
            presented = [{"certificates": tls["certificates"]}] if tls["certificates"] else []
            hellos = [_with_offer(hello) for hello in tls["hellos"]]
            if presented and hellos and "suite" in hellos[0]["answer"]:
                hellos[0]["answer"]["presented"] = 0
            endpoint["tls"] = {"hellos": hellos, "presented": presented}
    return evidence


def _with_offer(hello: dict[str, Any]) -> dict[str, Any]:
    answer = dict(hello["answer"])
    if "suite" in answer:
        answer["group"] = answer.pop("key_exchange")
        answer["extensions"] = None
    return {
        "purpose": "ordinary" if hello["purpose"] == "ordinary" else "suites",
        "version": hello["version"] if hello["version"] in NUMBERS else "TLS 1.3",
        "suites": "",
        "answer": answer,
        "exact": False,
    }


def _as_it_is(evidence: dict[str, Any]) -> dict[str, Any]:
    """Add nothing: these schemas lack only what was not asked for then, and that has defaults."""
    return evidence


UPCASTERS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: _with_offers,
    2: _as_it_is,
    3: _as_it_is,
}
"""From version n to n + 1, on the parsed JSON."""

T = TypeVar("T")


@cache
def _adapter() -> TypeAdapter[SiteEvidence]:
    """Return what reads and writes the shape; made when it is wanted, as that takes 0.15 s."""
    return TypeAdapter(SiteEvidence)


def dump(evidence: SiteEvidence) -> tuple[str, dict[str, bytes]]:
    """Return the JSON of the evidence, without bodies, and the bodies by their SHA-256."""
    bodies: dict[str, bytes] = {}

    def take(body: Body) -> Body:
        if body.content is not None:
            bodies[body.sha256] = body.content
        return replace(body, content=None)

    stored = _map_bodies(evidence, take)
    payload = _adapter().dump_python(stored, mode="json")
    text = json.dumps(
        {"schema": SCHEMA, "evidence": payload}, ensure_ascii=False, separators=(",", ":")
    )
    return text, bodies


def load(text: str, bodies: Mapping[str, bytes]) -> SiteEvidence:
    """Return the evidence of a JSON text; a body that ``bodies`` lacks stays without content."""
    document = json.loads(text)
    schema = document["schema"]
    if schema > SCHEMA:
        raise SecscanError(
            f"evidence has schema {schema}, this secscan knows up to {SCHEMA}: install a newer one"
        )
    payload = document["evidence"]
    try:
        for version in range(schema, SCHEMA):
            payload = UPCASTERS[version](payload)
        evidence = _adapter().validate_python(payload)
    except (ValidationError, KeyError, TypeError) as fault:
        raise SecscanError(f"stored evidence does not fit schema {SCHEMA}: {fault}") from fault
    return _map_bodies(evidence, lambda body: replace(body, content=bodies.get(body.sha256)))


def _map_bodies(value: T, change: Callable[[Body], Body]) -> T:
    """Rebuild frozen evidence with each Body changed; leave everything else as it is."""
    found: Any = value
    if isinstance(found, Body):
        found = change(found)
    elif is_dataclass(found) and not isinstance(found, type):
        parts = {part.name: getattr(found, part.name) for part in fields(found)}
        new = {name: _map_bodies(part, change) for name, part in parts.items()}
        if any(new[name] is not parts[name] for name in parts):
            found = replace(found, **new)
    elif isinstance(found, tuple):
        items = tuple(_map_bodies(item, change) for item in found)
        if any(new is not old for new, old in zip(items, found, strict=True)):
            found = items
    return cast(T, found)
