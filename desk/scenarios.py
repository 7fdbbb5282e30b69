"""The scenarios that a what-if may change: those of the planner, and files that the desk is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from model.data import scenario

_NOT_FOR_PLANS = frozenset({scenario.BASE})


def known_scenarios(files: Sequence[Path] = ()) -> tuple[str, ...]:
    """Return what `resolve` is given for each: names, and whole paths of files; own files come first.

    Raises:
        UsageError: a file is not there, or no scenario.
    """
    own = [str(path.resolve()) for path in files]
    for path in own:
        scenario.resolve(path)
    return (*dict.fromkeys(own), *(name for name in scenario.names() if name not in _NOT_FOR_PLANS))
