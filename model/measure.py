"""What a row of each rule speaks of, its unit, and the step by which it is relaxed to learn its price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Measure:
    """`subject` is filled with the row's index; `step` is in `unit`."""

    subject: str
    unit: str
    step: float

    def words(self, key: Any) -> str:
        """Say what a row speaks of: `phase 1` or `grid area 3, phase 2`."""
        return self.subject.format(*(key if isinstance(key, tuple) else (key,)))


def of(rule: str) -> Measure:
    """Return the measure of a rule; one that has none of its own counts rows."""
    return MEASURES.get(rule, Measure("row {0}", "", 1.0))


MEASURES = {
    "min_coverage": Measure("{1}, phase {0}", "share", 0.01),
    "budget": Measure("phase {0}", "CAD", 100_000.0),
    "opex_limit": Measure("phase {0}", "CAD per year", 10_000.0),
    "site_power": Measure("site {0}", "kW", 50.0),
    "grid_area_power": Measure("grid area {0}, phase {1}", "kW", 100.0),
    "cost_limit": Measure("all phases", "CAD", 100_000.0),
    "l3_min_spacing": Measure("sites near to each other, set {0}, phase {1}", "stations", 1.0),
    "l3_max_gap": Measure("{0} {1}, phase {2}", "stations", 1.0),
    "max_overlap": Measure("demands reached alike, set {0}, phase {1}", "stations", 1.0),
    "area_station_limits": Measure("{1} stations of planning area {0}, phase {2}", "stations", 1.0),
    "equity": Measure("{1} of group {0}, phase {2}", "share", 0.01),
    "protected_coverage": Measure("demand {0}, {1}, phase {2}", "share", 1.0),
    "works_per_phase": Measure("{0} {1}, phase {2}", "sites", 1.0),
    "demand_balance": Measure("demand {0}", "sessions per h", 0.1),
    "port_capacity": Measure("site {0}", "sessions per h", 1.0),
    "min_served": Measure("{1}, phase {0}", "share", 0.01),
    "locks": Measure("lock {0}", "locks", 1.0),
}
"""One for each rule that can be switched off."""
