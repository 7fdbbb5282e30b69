"""Checks of the machine: Python, the packages, the solver, and PostgreSQL where the cluster is our own."""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from db import environment
from db.common.errors import PlannerError
from db.schema.checks import CheckResult
from db.server import embedded, postgresql

_OLDEST_PYTHON = (3, 11)
# HiGHS before 1.15.1 returns wrong optima for some of our models.
_OLDEST_HIGHS = (1, 15, 1)
_SET_UP = "run `make setup`."


def normal(name: str) -> str:
    """Return the name of a package as package indexes normalise it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(path: Path = environment.CHECKOUT / "requirements.txt") -> dict[str, str]:
    """Return the pinned packages, name to version, names as package indexes normalise them."""
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {normal(name): version for name, version in found}


def _needed() -> set[str]:
    project = tomllib.loads((environment.CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {normal(re.split(r"[\[<>=~! ]", need)[0]) for need in project["dependencies"]}


def _python() -> CheckResult:
    found = ".".join(map(str, sys.version_info[:3]))
    oldest = ".".join(map(str, _OLDEST_PYTHON))
    hint = f"install Python {oldest} or newer, then `make setup PYTHON=python{oldest}`."
    return CheckResult(
        "python", f"Python is {oldest} or newer.", sys.version_info >= _OLDEST_PYTHON, found, hint
    )


def _pinned() -> CheckResult:
    installed = {normal(d.metadata["Name"]): d.version for d in metadata.distributions()}
    wrong = [
        f"{name} {installed.get(name, 'is missing')} instead of {version}"
        for name, version in pins().items()
        if installed.get(name) != version
    ]
    return CheckResult(
        "packages", "The packages of requirements.txt are installed.", not wrong, "; ".join(wrong), _SET_UP
    )


def _importable() -> CheckResult:
    modules = {
        module
        for module, names in metadata.packages_distributions().items()
        if _needed() & {normal(name) for name in names}
        and module.isidentifier()
        and not module.startswith("_")
    }
    broken = []
    for module in sorted(modules):
        try:
            importlib.import_module(module)
        except (ImportError, OSError) as error:
            broken.append(f"{module}: {error}")
    return CheckResult("imports", "The packages can be imported.", not broken, "; ".join(broken), _SET_UP)


def _solver() -> CheckResult:
    oldest = ".".join(map(str, _OLDEST_HIGHS))
    claim = f"HiGHS is {oldest} or newer; older ones return wrong optima."
    try:
        found = str(importlib.import_module("highspy").Highs().version())
    except (ImportError, OSError, AttributeError) as error:
        return CheckResult("highs", claim, is_ok=False, detail=str(error), hint=_SET_UP)
    is_ok = tuple(map(int, re.findall(r"\d+", found)[:3])) >= _OLDEST_HIGHS
    return CheckResult("highs", claim, is_ok, found, _SET_UP)


def _server() -> CheckResult:
    claim = "PostgreSQL with PostGIS and pgRouting is installed."
    try:
        server = postgresql.find()
    except PlannerError as error:
        return CheckResult("server", claim, is_ok=False, detail=error.message, hint=error.hint)
    return CheckResult("server", claim, is_ok=True, detail=f"PostgreSQL {server.major} in {server.bin_dir}")


def _cluster() -> CheckResult:
    is_created = embedded.status().is_created
    detail = "" if is_created else "there is none yet"
    return CheckResult(
        "cluster", "The embedded cluster has been made.", is_created, detail, "run `planner db up`."
    )


def setup_checks() -> Iterator[CheckResult]:
    """Check Python, packages and solver, and the server's programs unless DATABASE_URL names a server."""
    yield from (_python(), _pinned(), _importable(), _solver())
    if not environment.setting("DATABASE_URL"):
        yield _server()
        yield _cluster()
