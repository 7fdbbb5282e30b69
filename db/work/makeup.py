"""What a process is made of, as far as pieces of work depend on it: Python, packages, the planner's code."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from db.common.errors import UsageError
from db.environment import CHECKOUT

PACKAGES = ("cloudpickle", "dask", "distributed", "highspy", "numpy", "psycopg", "pyomo", "scipy")
"""Packages by which pieces travel, and on whose versions it depends what comes out of them."""
_FOLDERS = ("db", "model", "sql")
_MISSING = "none"


@cache
def makeup() -> Mapping[str, str]:
    """Return what this process is made of: versions, and the beginning of a SHA-256 of the planner's code."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"Python": python, **{name: _version(name) for name in PACKAGES}, "planner": _code()}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return _MISSING


def _code() -> str:
    files = {
        path.relative_to(CHECKOUT).as_posix(): path
        for folder in _FOLDERS
        for kind in ("*.py", "*.sql")
        for path in (CHECKOUT / folder).rglob(kind)
    }
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:12]


def refuse_others(asked: Mapping[str, str], found: Mapping[str, str], who: str) -> None:
    """Compare what a piece of work was asked from with what it would be done by; `who` names that.

    Raises:
        UsageError: they differ in something that both name.
    """
    differing = [
        f"{name} {found[name]} instead of {asked[name]}"
        for name in asked
        if name in found and found[name] != asked[name]
    ]
    if differing:
        raise other(who, ", ".join(differing))


def other(who: str, what: str) -> UsageError:
    """Return the error about a process that is made of something else."""
    return UsageError(
        f"{who} is not made of what this command is: {what}.",
        "make both from the same checkout with the versions of requirements.txt;"
        " for containers: `docker compose --profile workers up --build --scale worker=3`.",
    )
