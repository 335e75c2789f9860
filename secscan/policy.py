"""The scoring policy as data: every weight, floor, factor and threshold, exact."""

import tomllib
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from secscan.errors import SecscanError

_SECTIONS = ("severity", "family", "factor", "agency", "floor", "band", "threshold")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What checks compare with; days, bits, redirects, or points on Greenbone's QoD scale."""

    hsts_max_age_days: int
    hsts_short_max_age_days: int
    certificate_days_left: int
    rsa_bits: int
    rsa_bits_good: int
    ec_bits: int
    redirects: int
    signal_confidence: int
    update_days: int
    library_loss_percent: int


@dataclass(frozen=True, slots=True)
class Policy:
    """A validated policy. Weights and shares are exact fractions, floors are percent."""

    name: str
    version: int
    severity: dict[str, Fraction]
    family: dict[str, Fraction]
    factor: dict[str, Fraction]
    agency: dict[str, Fraction]
    floor: dict[str, Fraction]
    band: dict[str, Fraction]
    threshold: Thresholds

    def values(self) -> dict[str, Any]:
        """Return every number as text, for the fingerprint; name and version are outside it."""
        numbers: dict[str, Any] = {
            section: {key: str(value) for key, value in sorted(getattr(self, section).items())}
            for section in _SECTIONS
            if section != "threshold"
        }
        numbers["threshold"] = {
            part.name: str(getattr(self.threshold, part.name)) for part in fields(Thresholds)
        }
        return numbers


_KEYS = {
    "severity": {"critical", "high", "medium", "low", "info"},
    "factor": {"critical", "high", "below_credit"},
    "agency": {"mean_share", "lowest_share", "lowest_part"},
    "floor": {"family", "agency"},
    "band": {"A", "B", "C", "D", "E"},
    "threshold": {part.name for part in fields(Thresholds)},
}


def load_policy(path: Path | None = None) -> Policy:
    """Read the policy of a file, or the default one; raise SecscanError naming every mistake."""
    where = str(path) if path else "default.toml"
    try:
        text = (
            path.read_text("utf-8")
            if path
            else (files("secscan.policies") / "default.toml").read_text("utf-8")
        )
        document = tomllib.loads(text, parse_float=Decimal)
    except (OSError, ValueError, RecursionError) as fault:  # every fault of TOML is a ValueError
        told = getattr(fault, "strerror", None) or fault
        raise SecscanError(f"the policy {where} cannot be read: {told}") from fault
    mistakes = _mistakes(document)
    if mistakes:
        raise SecscanError(f"the policy {where} has mistakes: " + "; ".join(mistakes))
    return Policy(
        name=document["name"],
        version=document["version"],
        **{
            section: {key: Fraction(value) for key, value in document[section].items()}
            for section in _SECTIONS
            if section != "threshold"
        },
        threshold=Thresholds(**document["threshold"]),
    )


def _mistakes(document: dict[str, Any]) -> list[str]:
    found = []
    if not isinstance(document.get("name"), str):
        found.append("name is a text")
    if not isinstance(document.get("version"), int):
        found.append("version is a whole number")
    for key in sorted(document.keys() - {"name", "version", *_SECTIONS}):
        found.append(f"{key} is not known here")
    for section in _SECTIONS:
        values = document.get(section)
        if isinstance(values, dict):
            found += _section_mistakes(section, values)
        else:
            found.append(f"[{section}] is missing")
    return found


def _section_mistakes(section: str, values: dict[str, Any]) -> list[str]:
    known = _KEYS.get(section, values.keys())
    found = [f"{section}.{key} is not known here" for key in sorted(values.keys() - known)]
    found += [f"{section}.{key} is missing" for key in sorted(known - values.keys())]
    for key, value in values.items():
        wanted = _wanted(section, value)
        if wanted:
            found.append(f"{section}.{key} is {wanted}")
    if section == "severity" and values.get("info") != 0:
        found.append("severity.info is 0: information never moves an index")
    if section == "severity" and any(values.get(name) == 0 for name in known - {"info"}):
        found.append("only severity.info is 0: a fix must always gain something")
    if section == "agency" and not found and values["mean_share"] + values["lowest_share"] != 1:
        found.append("agency.mean_share and agency.lowest_share add up to 1")
    return found


def _wanted(section: str, value: Any) -> str | None:
    """Return what a value of a section has to be, where it is not."""
    numeric = int if section == "threshold" else (int, Decimal)
    known = isinstance(value, numeric) and not isinstance(value, bool)
    if not known or not Decimal(value).is_finite() or value < 0:
        return "a number that is not negative"
    if section in ("factor", "agency") and not 0 < value <= 1:
        return "above 0 and at most 1"
    if section in ("floor", "band") and value > 100:
        return "a percentage"
    if section == "floor" and value == 0:
        return "above 0: what nobody saw has no index"
    return None
