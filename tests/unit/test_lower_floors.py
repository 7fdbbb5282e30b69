"""Floors give way by as little as needed: every plan of small made-up worlds is tried."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from model.accounting.coverage import coverage_share
from model.analysis.lower_floors import lower
from model.data.floors import Floor, without
from model.data.inputs import Inputs, Plan
from model.formulation.build import build as model_of
from model.solver import orchestrate
from tests.support.draws import examples, one_of, some_of
from tests.support.service_worlds import served_share
from tests.support.space_worlds import covered_people, stations_in
from tests.support.worlds import all_plans, keeps_all_rules, small_inputs

STEPS = {"min_coverage": 0.01, "min_served": 0.01, "equity": 0.01, "area_station_limits": 1.0}


def floors_of(inputs: Inputs) -> list[Floor]:
    """Return all floors of a world, ratios last."""
    m = model_of(inputs)
    found: dict[str, Floor] = {}

    def add(rule: str, row: Any, key: str, asked: float, subject: str = "") -> None:
        if asked > 0:
            before = found.get(key + subject)
            rows = (*(before.rows if before else ()), row)
            found[key + subject] = Floor(rule, rows, key, key, asked, subject)

    for row in m.component("min_coverage") or ():
        add("min_coverage", row, f"coverage {row}", inputs.target[row])
    for row in m.component("min_served") or ():
        add("min_served", row, f"served {row}", inputs.service.min_share[row])  # type: ignore[union-attr]
    for row in m.component("area_station_limits") or ():
        area = next(a for a in inputs.space.areas if a.planning_area_id == row[0])
        if row[1] == "fewest":
            add("area_station_limits", row, f"area {row}", area.fewest[row[2]])
    for row in m.component("equity") or ():
        group, kind, _ = row
        if kind == "floor":
            add("equity", row, f"floor {group}", inputs.fairness.groups[group].floor_share or 0.0)
        else:
            ratio = inputs.fairness.ratio_of(inputs.fairness.groups[group])
            add("equity", row, "equity.ratio_min", ratio, f"{group}")
    return sorted(found.values(), key=lambda floor: floor.is_ratio)


def reached(inputs: Inputs, plan: Plan, floor: Floor) -> tuple[float, float]:
    """Return what a plan reaches of a floor and how far that is too little, by plain counting."""
    values, short = [], []
    for row in floor.rows:
        if floor.rule == "min_coverage":
            value = coverage_share(inputs, plan, row[0])[row[1]]
        elif floor.rule == "min_served":
            value = served_share(inputs, plan, row[1], row[0])
        elif floor.rule == "area_station_limits":
            value = stations_in(inputs, plan, row[0], row[3], row[2])
        else:
            shares = covered_people(inputs, plan, row[2])
            value = shares[row[0]]
            if floor.is_ratio:
                everybody = shares[inputs.fairness.everybody(inputs.fairness.groups[row[0]].level)]
                short.append(floor.asked * everybody - value)
                value = value / everybody if everybody else floor.asked
        values.append(value)
        if not floor.is_ratio:
            short.append(floor.asked - value)
    return min(values), max(0.0, *short)


@st.composite
def demanding(draw: st.DrawFn) -> Inputs:
    """Draw a world that asks for more than most plans reach."""
    inputs = draw(small_inputs())
    rules = inputs.rules | draw(some_of(*sorted(STEPS), least=2))
    target = {(t, k): draw(one_of(0.0, 0.4, 0.9)) for t in inputs.phase_numbers for k in inputs.levels}
    groups = tuple(
        dataclasses.replace(group, ratio_min=draw(one_of(0.0, 0.7, 1.0)))
        if group.floor_share is not None
        else group
        for group in inputs.fairness.groups
    )
    fairness = dataclasses.replace(inputs.fairness, groups=groups)
    return dataclasses.replace(inputs, target=target, rules=rules, fairness=fairness)


@examples(40)
@given(demanding())
def test_no_other_manner_takes_fewer_steps_or_keeps_more(inputs: Inputs) -> None:
    if orchestrate.solve(model_of(inputs)).status != "infeasible":
        return
    floors = floors_of(inputs)
    found = lower(inputs, floors)
    bare = without(floors, inputs)
    plans = [plan for plan in all_plans(bare) if keeps_all_rules(bare, plan)]
    assert found.is_of_no_use == (not plans)
    if not plans:
        return
    assert found.is_greatest
    assert found.plan in plans
    best: list[tuple[float, ...]] = []
    for plan in plans:
        both = [reached(inputs, plan, floor) for floor in floors]
        steps = sum(short / STEPS[floor.rule] for floor, (_, short) in zip(floors, both, strict=True))
        ratios = [-min(value, f.asked) for f, (value, _) in zip(floors, both, strict=True) if f.is_ratio]
        order = (steps, *(short for _, short in both), *ratios)
        best.append(tuple(round(value, 6) for value in order))
    own = best[plans.index(found.plan)]
    assert own == min(best)
    for floor, value in found.values.items():
        assert 0 <= value < floor.asked
        step = 1 if floor.is_count else 1e-4
        assert value <= reached(inputs, found.plan, floor)[0] + 1e-8 < value + step + 2e-8
    kept = [floor for floor in floors if floor not in found.values]
    assert all(reached(inputs, found.plan, floor)[1] <= 1e-6 for floor in kept)
