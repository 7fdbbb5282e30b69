"""Writes what a plan gets from grant programs and which grid upgrades it buys."""

from __future__ import annotations

from typing import Any

import psycopg

from model.accounting import grants, grid
from model.data.inputs import Inputs, Plan

_PROJECT = """
    insert into plan.application_grant (run_id, phase, program, eligible_cad, cap_cad, granted_cad)
    values (%s, %s, %s, %s, %s, %s)
"""
_DECISION_GRANT = """
    insert into plan.decision_grant (run_id, phase, site_id, program, eligible_cad, granted_cad)
    values (%s, %s, %s, %s, %s, %s)
"""
_GRID_UPGRADE = """
    insert into plan.grid_upgrade (run_id, phase, grid_area_id, step, added_kw, cost_cad)
    values (%s, %s, %s, %s, %s, %s)
"""


def write(
    cursor: psycopg.Cursor[Any], run_id: int, inputs: Inputs, plan: Plan, bought: grid.Purchases
) -> None:
    """Write applications and projects that get anything, and purchases."""
    eligible, granted = grants.eligible_cad(inputs, plan), grants.granted_cad(inputs, plan)
    cursor.executemany(
        _PROJECT,
        [
            (run_id, phase, program, cad, inputs.application_cap_cad.get(program), granted[program, phase])
            for (program, phase), cad in eligible.items()
            if cad > 0
        ],
    )
    cursor.executemany(
        _DECISION_GRANT,
        [
            (
                *(run_id, phase, inputs.options[option_id].site_id, program, cad),
                cad * granted[program, phase] / eligible[program, phase],
            )
            for option_id, phase in plan
            for program, cad in inputs.options[option_id].price(phase).grants
            if cad > 0
        ],
    )
    cursor.executemany(
        _GRID_UPGRADE,
        [
            (run_id, phase, area, step, inputs.steps[area, step].added_kw, inputs.steps[area, step].cost_cad)
            for area, step, phase in sorted(bought)
        ],
    )


def grants_cad(inputs: Inputs, plan: Plan) -> dict[str, float]:
    """Return what each option of a plan gets: its part of what the project gets, by what it earns, CAD."""
    eligible, granted = grants.eligible_cad(inputs, plan), grants.granted_cad(inputs, plan)
    return {
        option_id: float(
            sum(
                cad * granted[program, phase] / eligible[program, phase]
                for program, cad in inputs.options[option_id].price(phase).grants
                if cad > 0
            )
        )
        for option_id, phase in plan
    }
