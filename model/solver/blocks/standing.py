"""A plan of the whole region without the model of it: what it is worth, and what it leaves of joint rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyomo.core as pyo

from model.accounting import grants, grid
from model.accounting.sessions import Flow, capacities_in_force
from model.data.inputs import Inputs, Plan
from model.formulation.build import assign, build
from model.formulation.constraints import RULES
from model.formulation.plan_model import PlanModel
from model.solver.blocks.form import JointKey, joint_key


@dataclass(frozen=True)
class Standing:
    """A plan with what is bought and what follows from it.

    `room` is what each joint row leaves below and above, less than 0 where it is broken; `flow` are the
    sessions of each phase, `earned_cad` what the projects of each (program, phase) earn one by one.
    """

    plan: Plan
    bought: grid.Purchases
    objective: float
    room: Mapping[JointKey, tuple[float, float]]
    flow: Mapping[int, Flow]
    earned_cad: Mapping[tuple[str, int], float]


def held_to(inputs: Inputs, plan: Plan) -> Inputs:
    """Return the inputs of a region in which nothing can be decided but to do what a plan does.

    `inputs` have figures of their scales. Sites that never have what demand asks for are left out of what may
    serve it, so that a model of these inputs is small.
    """
    options = {o: replace(inputs.options[o], phases=(t,)) for o, t in sorted(plan)}
    found = replace(inputs, options=options)
    levels: dict[int, set[str]] = {site.site_id: set(site.levels) for site in inputs.sites.values()}
    for option in options.values():
        levels[option.site_id] |= option.levels
    found = replace(
        found,
        covering_sites={
            (node, level): tuple(s for s in sites if level in levels[s])
            for (node, level), sites in inputs.covering_sites.items()
        },
    )
    service = inputs.service
    if service is None:
        return found
    able = {level: set[int]() for level in inputs.levels}
    for phase in (0, *inputs.phase_numbers):
        for level, capacities in capacities_in_force(inputs, service, plan, phase).items():
            able[level] |= set(capacities)
    return replace(
        found,
        service=replace(
            service,
            covered_share={
                (zone, level): tuple((s, share) for s, share in sites if s in able[level])
                for (zone, level), sites in service.covered_share.items()
            },
        ),
    )


def standing(inputs: Inputs, plan: Plan, bought: grid.Purchases) -> tuple[PlanModel, Standing]:
    """Return the model of a region held to a plan, with its values, and how the plan stands."""
    held = held_to(inputs, plan)
    m = build(held, concludes=False)
    assign(m, plan, bought)
    flow: dict[int, Flow] = {t: {} for t in inputs.phase_numbers}
    for zone, level, site, phase in m.flow:
        if sessions := m.flow[zone, level, site, phase].value:
            flow[phase][zone, level, site] = sessions
    found = Standing(
        plan, bought, float(pyo.value(m.objective)), _room(m), flow, grants.eligible_cad(inputs, plan)
    )
    return m, found


def _room(m: PlanModel) -> dict[JointKey, tuple[float, float]]:
    found: dict[JointKey, tuple[float, float]] = {}
    for rule in RULES:
        component = m.component(rule.name) if rule.is_regional else None
        for index, row in component.items() if component is not None else ():
            body = float(pyo.value(row.body))
            found[joint_key(rule.name, index)] = (
                float("inf") if row.lb is None else body - row.lb,
                float("inf") if row.ub is None else row.ub - body,
            )
    return found
