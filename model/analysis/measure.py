"""What a row of each rule speaks of, its unit, and the step by which it is relaxed to learn its price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model.data.inputs import Inputs


@dataclass(frozen=True)
class Measure:
    """`subject` is filled with the row's index; `step` is in `unit`."""

    subject: str
    unit: str
    step: float

    def words(self, key: Any, inputs: Inputs) -> str:
        """Say what a row speaks of: `phase 1` or `grid area 3, phase 2`."""
        parts = key if isinstance(key, tuple) else (key,)
        lock = inputs.locks[parts[0]] if "{lock" in self.subject else None
        group = inputs.fairness.groups[parts[0]] if "{group" in self.subject else None
        return self.subject.format(*parts, lock=lock, group=group)


def of(rule: str) -> Measure:
    """Return the measure of a rule; one that has none of its own counts rows."""
    return MEASURES.get(rule, Measure("row {0}", "", 1.0))


MEASURES = {
    "min_coverage": Measure("{1}, phase {0}", "share", 0.01),
    "application_grant": Measure("program {0}, phase {1}", "CAD", 100_000.0),
    "reinforcement": Measure("grid area {0}, step {1}", "times", 1.0),
    "budget": Measure("phase {0}", "CAD", 100_000.0),
    "opex_limit": Measure("phase {0}", "CAD per year", 10_000.0),
    "site_power": Measure("site {0}", "kW", 50.0),
    "grid_area_power": Measure("grid area {0}, phase {1}", "kW", 100.0),
    "cost_limit": Measure("all phases", "CAD", 100_000.0),
    "min_served": Measure("{1}, phase {0}", "share", 0.01),
    "l3_min_spacing": Measure("sites too near to each other, set {0}, phase {1}", "stations", 1.0),
    "l3_max_gap": Measure("{0} {1}, phase {2}", "stations", 1.0),
    "max_overlap": Measure("group {0}, phase {1}", "stations", 1.0),
    "area_station_limits": Measure("{1} in planning area {0}, phase {2}", "stations", 1.0),
    "equity": Measure("{group.group_kind} {group.group_name}, {group.level}, {1}, phase {2}", "share", 0.01),
    "protected_coverage": Measure("demand group {0}, {1}, phase {2}", "share", 1.0),
    "locks": Measure("lock {lock.lock_id} on site {lock.site_id}", "locks", 1.0),
    "projects_per_phase": Measure("{0} {1}, phase {2}", "sites", 1.0),
}
"""One for each rule that can be switched off."""
