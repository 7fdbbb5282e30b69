"""The only reader of the environment, and where the checkout stands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def setting(name: str, default: str | None = None) -> str | None:
    """Return an environment variable; empty counts as not set."""
    return os.environ.get(name) or default


def child_environment() -> dict[str, str]:
    """Return the environment for PostgreSQL's own programs: without PG* variables, messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def own_environment(**changes: str) -> dict[str, str]:
    """Return the environment with some variables changed, for commands of the planner itself."""
    return dict(os.environ) | changes


@contextmanager
def changed(**changes: str) -> Iterator[None]:
    """Change variables for a moment: for a process that a library begins with the environment of this one."""
    before = dict(os.environ)
    os.environ.update(changes)
    try:
        yield
    finally:
        for name in changes:
            os.environ.pop(name, None)
            if name in before:
                os.environ[name] = before[name]
