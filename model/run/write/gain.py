"""Writes what more room in a rule brings to people: the plan found then, beside the plan of the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from model.accounting import coverage as plans
from model.accounting.sessions import flow
from model.analysis.past_run import PastRun
from model.analysis.reason import Price
from model.data.inputs import Inputs, Plan

_GAIN = """
    insert into plan.constraint_gain (
        run_id, rule, subject, level, population_change, weight_share_change, sessions_change_per_h
    )
    select
        %(run_id)s, %(rule)s, %(subject)s, l.level,
        case when s.demand_kind = 'cell' then
            coalesce(sum(c.change * d.population order by v.demand_id), 0)
        end,
        coalesce(sum(c.change * v.weight_share order by v.demand_id), 0), l.sessions_change_per_h
    from plan.run as r
    join model.scenario as s using (scenario_id)
    cross join unnest(%(levels)s::text[], %(sessions_change_per_h)s::double precision[])
        as l (level, sessions_change_per_h)
    left join unnest(%(changed_levels)s::text[], %(node_ids)s::bigint[], %(changes)s::integer[])
        as c (level, node_id, change) on c.level = l.level
    left join model.demand_level as v
        on v.scenario_id = s.scenario_id and v.level = c.level and v.node_id = c.node_id
    left join core.demand_cell as d on s.demand_kind = 'cell' and d.cell_id = v.demand_id
    where r.run_id = %(run_id)s
    group by l.level, l.sessions_change_per_h, s.demand_kind
    on conflict (run_id, rule, subject, level) do update set
        population_change = excluded.population_change, weight_share_change = excluded.weight_share_change,
        sessions_change_per_h = excluded.sessions_change_per_h
"""


def write(cursor: psycopg.Cursor[Any], past: PastRun, prices: Sequence[Price]) -> None:
    """Keep with the run, by rule and level, what each plan of `prices` has more at the end of the last phase.

    People and demand are those of the aggregated demand nodes that one of the two plans covers and the other
    does not; sessions are the greatest flow of each plan in the busiest hour.
    """
    inputs = past.inputs
    end = inputs.phase_numbers[-1]
    covered, served = plans.covered(inputs, past.plan, end), _served_per_h(inputs, past.plan, end)
    for price in prices:
        other, more = plans.covered(inputs, price.plan, end), _served_per_h(inputs, price.plan, end)
        changes = dict.fromkeys(other - covered, 1) | dict.fromkeys(covered - other, -1)
        cursor.execute(
            _GAIN,
            {
                "run_id": past.run_id,
                "rule": price.binding.rule.name,
                "subject": price.binding.subject,
                "levels": list(inputs.levels),
                "sessions_change_per_h": [
                    None if inputs.service is None else more[level] - served[level] for level in inputs.levels
                ],
                "changed_levels": [level for _, level in sorted(changes)],
                "node_ids": [node for node, _ in sorted(changes)],
                "changes": [changes[key] for key in sorted(changes)],
            },
        )


def _served_per_h(inputs: Inputs, plan: Plan, phase: int) -> dict[str, float]:
    served = dict.fromkeys(inputs.levels, 0.0)
    for (_, level, _), sessions in flow(inputs, plan, phase).items():
        served[level] += sessions
    return served
