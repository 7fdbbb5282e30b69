"""A start for plans of several phases: the phases decided one after the other."""

from __future__ import annotations

import dataclasses

import pytest

from model.accounting.coverage import net_capex_cad
from model.data.inputs import Inputs, Phase
from model.formulation.build import build
from model.solver import orchestrate, phases, whole_model
from model.solver.watch import Progress
from tests.support.towns import in_sequence, town
from tests.support.worlds import STRUCTURAL, keeps_all_rules, objective_value


def in_phases(inputs: Inputs, *budgets_cad: float, is_carried_over: bool = False) -> Inputs:
    """The same options in each of so many phases."""
    numbers = tuple(range(1, len(budgets_cad) + 1))
    return dataclasses.replace(
        inputs,
        phases=tuple(Phase(t, cad) for t, cad in zip(numbers, budgets_cad, strict=True)),
        options={o: dataclasses.replace(option, phases=numbers) for o, option in inputs.options.items()},
        is_budget_carried_over=is_carried_over,
    )


def test_each_phase_spends_its_own_money() -> None:
    inputs = in_phases(town(8, 0), 4.0, 3.0, 2.0)
    found = in_sequence(inputs)
    assert keeps_all_rules(inputs, found)
    assert [net_capex_cad(inputs, found, phase=t) for t in (1, 2, 3)] == [4.0, 3.0, 2.0]
    alone = whole_model.solve(build(town(8, 4.0)))
    assert len(alone.plan) == 4
    first = frozenset((o, 1) for o, t in found if t == 1)
    assert objective_value(town(8, 4.0), first) == pytest.approx(alone.objective, rel=phases.MIP_GAP)


def test_a_target_of_a_later_phase_does_not_hinder_those_before() -> None:
    inputs = dataclasses.replace(
        in_phases(town(8, 0), 4.0, 3.0, 9.0),
        rules=STRUCTURAL | {"budget", "min_coverage", "cost_limit"},
        target={(3, "L2"): 0.7},
        cost_limit_cad=15.0,
    )
    found = in_sequence(inputs)
    assert [sum(t == phase for _, t in found) for phase in (1, 2, 3)] == [4, 3, 8]
    assert keeps_all_rules(inputs, found)


def test_there_is_a_plan_that_spends_the_money_before_the_relaxation_begins() -> None:
    inputs = in_phases(town(10, 0), 6.0, 5.0, is_carried_over=True)
    told: list[Progress] = []
    orchestrate.solve(build(inputs), large_nonzero_count=0, progress=told.append)
    steps = list(dict.fromkeys(p.step for p in told))
    assert steps[:4] == ["compile", "start", "phases", "relaxation"]
    begun = next(p for p in told if p.step == "relaxation")
    assert begun.incumbent == pytest.approx(objective_value(inputs, in_sequence(inputs)))
    assert begun.incumbent > objective_value(inputs, frozenset())
