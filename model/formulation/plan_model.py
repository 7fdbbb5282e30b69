"""What the Pyomo model of a plan holds, by name and key; rules read its components."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import pyomo.core as pyo
from pyomo.core.base.objective import ScalarObjective
from pyomo.core.base.set import OrderedScalarSet
from pyomo.core.base.var import IndexedVar, VarData

from model.accounting.grid import Purchases
from model.data.inputs import Choice, Inputs, Plan, SiteLevel


class PlanModel(pyo.ConcreteModel):
    """The model that `build` fills; its components stand below the definition or rule that brings them."""

    inputs: Inputs
    parts: list[Part]
    built: frozenset[str]
    phase: OrderedScalarSet[int]
    nothing: pyo.ScalarVar
    always: pyo.ScalarVar

    # one_change_per_site, by option and phase
    choice: OrderedScalarSet[Choice]
    x: IndexedVar[Choice]
    # application_grant, by program and phase
    earning: dict[str, list[tuple[str, int, float]]]
    granted: IndexedVar[tuple[str, int]]
    # grid_upgrade, by area, step and phase
    grid_upgraded: IndexedVar[tuple[int, int, int]]
    # coverage, by site or node, level and phase
    site_level: OrderedScalarSet[SiteLevel]
    presence_variable: IndexedVar[tuple[int, str, int]]
    presence: Mapping[tuple[int, str, int], VarData]
    covered_variable: IndexedVar[tuple[int, str, int]]
    covered: Mapping[tuple[int, str, int], VarData]
    standing: dict[tuple[int, str, int], list[VarData]]
    covered_by: Mapping[tuple[int, ...], VarData]
    coverage_share: IndexedVar[tuple[str, int]]
    # double_coverage, by level, number of the node and phase
    doubly_covered_variable: IndexedVar[tuple[str, int, int]]
    doubly_covered: Mapping[tuple[str, int, int], VarData]
    # demand_balance, by zone, level, site and phase
    flow: IndexedVar[tuple[int, str, int, int]]
    served_share: IndexedVar[tuple[str, int]]
    # equity, by number of the group and phase
    equity_group: OrderedScalarSet[int]
    equity_share: IndexedVar[tuple[int, int]]
    # min_spacing: the sites of each level and number
    clique: dict[tuple[str, int], tuple[int, ...]]

    # objective, by the names of its terms
    sign: dict[str, float]
    term: pyo.Expression[str]
    objective: ScalarObjective
    held: pyo.ConstraintList


@dataclass(frozen=True)
class Decisions:
    """What is decided, from which all other values follow: changes of sites, and the grid upgrades bought."""

    plan: Plan
    bought: Purchases


class Part(Protocol):
    """A definition, rule or term that a model holds."""

    @property
    def name(self) -> str:
        """The name of its file."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The definitions whose variables it uses."""

    @property
    def start(self) -> Callable[[PlanModel, Decisions], None] | None:
        """Gives its own variables the values that follow from decisions."""

    @property
    def decides(self) -> tuple[str, ...]:
        """Those of its own variables that are decided or paid in a phase."""
