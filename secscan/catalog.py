"""The catalogue: find the checks, refuse two of one id, and give their fingerprint."""

import hashlib
import importlib
import json
import pkgutil
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from secscan.check import Check
from secscan.errors import SecscanError
from secscan.facts import Facts
from secscan.policy import Policy

ENGINE = 2
"""Version of the arithmetic and of the rule that turns absence into outcomes."""


@dataclass(frozen=True)
class Catalog:
    """All checks by id, where each came from, and the SHA-256 of files of local checks."""

    checks: dict[str, Check[Any]]
    origins: dict[str, str]
    local: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Check[Any]]:
        """Iterate over the checks in the order of their ids."""
        return iter(self.checks.values())

    def get(self, check_id: str) -> Check[Any]:
        """Return a check by its id or a former one; raise SecscanError naming the nearest ids."""
        for check in self:
            if check_id == check.id or check_id in check.formerly:
                return check
        stem = check_id.split(".", 1)[0]
        near = [known for known in self.checks if known.startswith(stem)] or list(self.checks)
        raise SecscanError(f"there is no check {check_id!r}: see {', '.join(near)}")

    def fingerprint(self, policy: Policy, facts: Facts) -> str:
        """Return the SHA-256 over all that a number depends on besides evidence; no texts."""
        parts = {
            "checks": [
                [check.id, check.family, check.severity.value, check.version] for check in self
            ],
            "engine": ENGINE,
            "facts": facts.version,
            "local": self.local,
            "policy": policy.values(),
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("ascii")).hexdigest()


def load_catalog(checks_dir: Path | None = None) -> Catalog:
    """Return the built-in checks, those of installed distributions, and those of a folder."""
    found: list[tuple[Check[Any], str]] = []
    for module, origin in _modules():
        found += [(check, origin) for check in _checks(module)]
    local: tuple[str, ...] = ()
    if checks_dir is not None:
        for path in _local_files(checks_dir):
            digest, checks = _local_checks(path)
            local = (*local, digest)
            found += [(check, str(path)) for check in checks]
    return _catalog(found, local)


def _catalog(found: Iterable[tuple[Check[Any], str]], local: tuple[str, ...]) -> Catalog:
    checks: dict[str, Check[Any]] = {}
    origins: dict[str, str] = {}
    for check, origin in sorted(found, key=lambda pair: pair[0].id):
        if check.id in checks:
            raise SecscanError(
                f"two checks are called {check.id}: {origins[check.id]} and {origin}; rename one"
            )
        checks[check.id] = check
        origins[check.id] = origin
    return Catalog(checks, origins, local)


def _modules() -> Iterator[tuple[ModuleType, str]]:
    package = importlib.import_module("secscan.checks")
    for module in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"secscan.checks.{module.name}"), "built-in"
    for entry in entry_points(group="secscan.checks"):
        origin = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
        yield entry.load(), origin


def _checks(module: ModuleType) -> list[Check[Any]]:
    return [
        value
        for value in vars(module).values()
        if isinstance(value, Check) and value.function.__module__ == module.__name__
    ]


def _local_files(folder: Path) -> list[Path]:
    """Return the modules of a folder of checks; refuse one that others could have written to."""
    if not folder.is_dir():
        raise SecscanError(f"{folder} is not a folder: --checks-dir names a folder of checks")
    files = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
    for path in (folder, *files):
        if path.lstat().st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not path.is_symlink():
            raise SecscanError(
                f"others can write to {path}, and checks are code: chmod go-w it first"
            )
    return files


def _local_checks(path: Path) -> tuple[str, list[Check[Any]]]:
    """Return the SHA-256 of a module and its checks; whatever it does wrong is its writer's."""
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return digest, _checks(_load(path))
    except SecscanError:
        raise
    except (Exception, SystemExit) as fault:
        raise SecscanError(f"the checks in {path} cannot be loaded: {fault!r}") from fault


def _load(path: Path) -> ModuleType:
    spec = spec_from_file_location(f"secscan_local.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise SecscanError(f"{path} is no Python module")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
