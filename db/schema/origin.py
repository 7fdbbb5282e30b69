"""What views read in the end: tables of records, of the plan and of its scenario, and settings.

It follows from the `needs:` of the views, by which they are built in their order, and so from nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from db.schema import build

_COMMENT = re.compile(r"^comment on (?:view|column) (\S+) is\s+'((?:[^']|'')*)';", re.MULTILINE)
_FRAME = frozenset({"model.scenario", "report.published_run"})
"""Views that only say which load, scenario and run is meant: what they read is not in a figure."""
_SETTINGS = frozenset({"core.region", "core.setting", "core.level"})
"""Views of the settings of the region, which most others read for one of them."""


@dataclass(frozen=True)
class Origin:
    """What views read in the end: tables of records, tables of the plan, of its scenario, and settings."""

    record_tables: frozenset[str]
    is_plan: bool
    is_parameter: bool
    is_setting: bool

    @property
    def is_known(self) -> bool:
        """Whether a figure with this origin comes from anywhere."""
        return bool(self.record_tables) or self.is_plan or self.is_parameter or self.is_setting


@cache
def _views() -> dict[str, build.ViewFile]:
    return {view.full_name: view for view in build.view_files()}


def origin(views: Iterable[str]) -> Origin:
    """Return what views read in the end, by their `needs:` and those of all views below them."""
    waiting = list(views)
    records, ends, seen = set[str](), set[str](), set(waiting)
    while waiting:
        name = waiting.pop()
        view = _views().get(name)
        if name in _FRAME or name in _SETTINGS or view is None:
            ends.add(name)
            if name.startswith("raw."):
                records.add(name.removeprefix("raw."))
            continue
        waiting += [need for need in view.needs if need not in seen]
        seen.update(view.needs)
    plan = {name for name in ends if name.startswith("plan.")}
    return Origin(
        frozenset(records),
        is_plan=any(not name.startswith("plan.scenario") for name in plan),
        is_parameter=any(name.startswith("plan.scenario") for name in plan),
        is_setting=bool(ends & _SETTINGS),
    )


def decided_from() -> Origin:
    """Return what the plan itself rests on: all that the room of the model reads."""
    return origin([name for name in _views() if name.startswith("model.")])


def comments(name: str) -> dict[str, str]:
    """Return the comments of a view, of itself by "" and of its columns by their names.

    Raises:
        KeyError: no such view.
    """
    found = {what: text.replace("''", "'") for what, text in _COMMENT.findall(_views()[name].text)}
    return {what.removeprefix(name).removeprefix("."): text for what, text in found.items()}
