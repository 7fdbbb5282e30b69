"""How floors give way that a region cannot reach beside the rules: by as little as there has to be."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyomo.core as pyo
from pyomo.core.base.constraint import ConstraintData
from pyomo.core.base.var import VarData

from model.data.clock import Clock
from model.data.codes import RunStatus
from model.data.floors import Floor
from model.data.inputs import Inputs, Plan
from model.formulation.build import assign, build, grid_upgrades_of
from model.formulation.constraints import RULES
from model.solver import orchestrate
from model.solver.whole_model import Outcome

_STEPS = {rule.name: rule.limit.step for rule in RULES if rule.limit is not None}
_NOTHING_STEPS = 1e-5
_SLACK_STEPS = 1e-4
"""What is held is held within this: less is noise to the solver."""
_HAIR = 1e-9
_SHARES = 10_000
"""A share that is lowered is a multiple of 0.01 %."""
_RATIO_ROUNDS_MAX = 20


@dataclass(frozen=True)
class Lowered:
    """Floors that give way, with the value that each takes, and a plan that reaches them.

    `is_greatest`: no plan reaches more. `is_of_no_use`: the other rules conflict without any floor as well.
    Where the time was over before either was known, there is no floor and no plan.
    """

    values: Mapping[Floor, float] = field(default_factory=dict)
    plan: Plan = frozenset()
    is_greatest: bool = False
    is_of_no_use: bool = False

    def words(self) -> str:
        """Say which floors give way, and how far."""
        said = "; ".join(floor.words(value) for floor, value in self.values.items())
        how = "no further than needed" if self.is_greatest else "perhaps further than needed (time was short)"
        return (
            "No plan of this region keeps all rules and reaches the floors that the scenario has by default."
            f" These floors are lowered, {how}: {said}."
            " A floor that a scenario file of your own sets is never lowered."
        )


def lower(
    inputs: Inputs, floors: Sequence[Floor], *, time_limit_s: float | None = None, threads: int | None = None
) -> Lowered:
    """Lower floors of an infeasible scenario until there is a plan, in as few steps as can be.

    A step is that of the rule's limit: one percentage point counts as much as one station. Where floors can
    give way in several manners with equally few steps, those that come first keep most; so the values do not
    depend on the way that the solver takes.

    Raises:
        KeyboardInterrupt: the user stopped it.

    """
    if not floors:
        return Lowered(is_of_no_use=True)
    elastic = _ElasticFloors(inputs, floors, Clock(time_limit_s), threads)
    outcome = elastic.solve(-1.0 * elastic.steps)
    if outcome.objective is None:
        return Lowered(is_of_no_use=outcome.status == RunStatus.INFEASIBLE)
    plan, is_greatest = outcome.plan, outcome.status == RunStatus.OPTIMAL
    if is_greatest:
        plan, is_greatest = elastic.keep_most(plan)
    given, reached = elastic.given(plan), elastic.reached(plan)
    values = {f: _rounded(f, reached[n]) for n, f in enumerate(floors) if elastic.gives_way(n, given)}
    return Lowered(values, plan, is_greatest)


def _rounded(floor: Floor, value: float) -> float:
    """Return the greatest value that a scenario is given, and that is no more than this one."""
    return round(value) if floor.is_count else math.floor((value + _HAIR) * _SHARES) / _SHARES


class _ElasticFloors:
    """The model of a scenario whose floors may give way: by `give`, in the unit of each."""

    def __init__(self, inputs: Inputs, floors: Sequence[Floor], clock: Clock, threads: int | None) -> None:
        self.floors, self.clock, self.threads = floors, clock, threads
        self.m = m = build(inputs)
        # what a ratio asks for is a share of the coverage of all people, which a sum may take a hair above 1
        self.give = m.give = pyo.Var(
            range(len(floors)), bounds=lambda _, n: (0, floors[n].asked * (2 if floors[n].is_ratio else 1))
        )
        self.rows: list[list[ConstraintData]] = [
            [m.component(floor.rule)[key] for key in floor.rows] for floor in floors
        ]
        self.limits = [
            [(row.body, -math.inf if row.lb is None else row.lb) for row in rows] for rows in self.rows
        ]
        for number, rows in enumerate(self.rows):
            for row in rows:
                row.set_value((row.lb, row.body + self.give[number], None))
        self.steps = pyo.quicksum(self.give[n] / self._step(n) for n in range(len(floors))) + 0.0 * m.nothing
        m.objective.deactivate()

    def _step(self, number: int) -> float:
        return _STEPS[self.floors[number].rule]

    def solve(self, goal: pyo.NumericValue, start: Plan | None = None) -> Outcome:
        """Find the plan that maximises an expression.

        Raises:
            KeyboardInterrupt: the user stopped it.

        """
        limit_s = None if self.clock.limit_s is None else self.clock.left_s
        self.m.goal = pyo.Objective(expr=goal, sense=pyo.maximize)
        try:
            outcome = orchestrate.solve(self.m, time_limit_s=limit_s, threads=self.threads, start=start)
        finally:
            self.m.del_component("goal")
        if outcome.is_interrupted:
            raise KeyboardInterrupt
        return outcome

    def given(self, plan: Plan) -> list[float]:
        """Return how far each floor has to give way under a plan; the solver may have left more."""
        assign(self.m, plan, grid_upgrades_of(self.m, plan))
        return [max(0.0, *(low - float(pyo.value(body)) for body, low in rows)) for rows in self.limits]

    def gives_way(self, number: int, given: Sequence[float]) -> bool:
        """Tell whether a floor gives way by more than what is rounding."""
        return given[number] > _NOTHING_STEPS * self._step(number)

    def reached(self, plan: Plan) -> list[float]:
        """Return what a plan reaches of each floor, never more than was asked for."""
        given = self.given(plan)
        return [
            self._ratio(floor) if floor.is_ratio else max(floor.asked - given[n], 0.0)
            for n, floor in enumerate(self.floors)
        ]

    def _ratio(self, floor: Floor) -> float:
        pairs = [(float(pyo.value(own)), float(pyo.value(all_))) for own, all_ in self._shares(floor)]
        return min([floor.asked, *(own / everybody for own, everybody in pairs if everybody > 0)])

    def _shares(self, floor: Floor) -> list[tuple[VarData, VarData]]:
        """Return the covered share of a group and of all people, for each row of a ratio."""
        shares, fairness = self.m.equity_share, self.m.inputs.fairness
        return [
            (shares[number, phase], shares[fairness.everybody(fairness.groups[number].level), phase])
            for number, _, phase in floor.rows
        ]

    def keep_most(self, plan: Plan) -> tuple[Plan, bool]:
        """Of all plans with as few steps as this one, take one that keeps most of what comes first.

        False where the time ended before that was proven.
        """
        m, given = self.m, self.given(plan)
        fewest = sum(give / self._step(n) for n, give in enumerate(given))
        m.fewest_steps = fewest_steps = pyo.Constraint(expr=self.steps <= fewest + _SLACK_STEPS)
        for number in range(len(self.floors)):
            if self.gives_way(number, given):
                outcome = self.solve(-1.0 * self.give[number] + 0.0 * m.nothing, plan)
                if outcome.status != RunStatus.OPTIMAL:
                    return plan, False
                plan = outcome.plan
                given = self.given(plan)
            self.give[number].setub(given[number] + _SLACK_STEPS * self._step(number))
        fewest_steps.deactivate()
        for number, floor in enumerate(self.floors):
            if floor.is_ratio and self.gives_way(number, given):
                plan, is_proven = self._keep_ratio(number, plan)
                if not is_proven:
                    return plan, False
        return plan, True

    def _keep_ratio(self, number: int, plan: Plan) -> tuple[Plan, bool]:
        """Find the greatest ratio: ask for that of the plan until no plan has more (Dinkelbach 1967)."""
        give, floor = self.give[number], self.floors[number]
        for _ in range(_RATIO_ROUNDS_MAX):
            ratio = self.reached(plan)[number]
            for row, (own, everybody) in zip(self.rows[number], self._shares(floor), strict=True):
                row.set_value((0.0, own - ratio * everybody + give, None))
            give.setlb(-1.0)
            give.setub(_SLACK_STEPS * self._step(number))
            outcome = self.solve(-1.0 * give + 0.0 * self.m.nothing, plan)
            give.setlb(0.0)
            if outcome.status != RunStatus.OPTIMAL:
                return plan, False
            if self.reached(outcome.plan)[number] <= ratio + _HAIR:
                return plan, True
            plan = outcome.plan
        return plan, False
