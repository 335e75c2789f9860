"""Evidence as JSON: a schema version, upcasters for older ones, bodies kept apart by SHA-256."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from secscan.errors import SecscanError
from secscan.evidence.model import Body, SiteEvidence

SCHEMA = 1
"""Version of the stored shape; raised with an upcaster whenever the model changes."""

UPCASTERS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From version n to n + 1, on the parsed JSON."""

_ADAPTER = TypeAdapter(SiteEvidence)
T = TypeVar("T")


def dump(evidence: SiteEvidence) -> tuple[str, dict[str, bytes]]:
    """Return the JSON of the evidence, without bodies, and the bodies by their SHA-256."""
    bodies: dict[str, bytes] = {}

    def take(body: Body) -> Body:
        if body.content is not None:
            bodies[body.sha256] = body.content
        return replace(body, content=None)

    stored = _map_bodies(evidence, take)
    payload = _ADAPTER.dump_python(stored, mode="json")
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
    for version in range(schema, SCHEMA):
        payload = UPCASTERS[version](payload)
    try:
        evidence = _ADAPTER.validate_python(payload)
    except ValidationError as fault:
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
