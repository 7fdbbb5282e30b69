"""Writes a plan: the run's figures and all its result rows, in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from db.common.errors import UsageError
from db.session import steady
from model.accounting import coverage as plans
from model.accounting import grid, money_scale
from model.analysis.slack import ConstraintSlack
from model.data.codes import RunStatus
from model.data.inputs import Inputs, Plan
from model.formulation.objective import TermValue
from model.run import progress
from model.run.lifecycle import Seconds
from model.run.progress import Recorder
from model.run.write import money as written_money
from model.run.write import service as written_service
from model.run.write import site_bound
from model.solver import whole_model
from model.solver.objective_mode import PriorityLevelEnd
from model.solver.taken import Bounds

Connection = psycopg.Connection[tuple[Any, ...]]

_RUN = """
    update plan.run
    set status = %(status)s, publication = 'pending', objective = %(objective)s, dual_bound = %(dual_bound)s,
        mip_gap = %(mip_gap)s, solver = %(solver)s, solver_version = %(solver_version)s,
        input_sha256 = %(input_sha256)s, capex_cad = %(capex_cad)s, net_capex_cad = %(net_capex_cad)s,
        grid_upgrade_cad = %(grid_upgrade_cad)s,
        work_out_s = %(work_out_s)s, read_s = %(read_s)s, build_s = %(build_s)s, solve_s = %(solve_s)s,
        message = %(message)s
    where run_id = %(run_id)s
"""
_DECISION = """
    with option as materialized (select * from model.site_option where scenario_id = %(scenario_id)s),
        price as materialized (select * from model.layout_price where scenario_id = %(scenario_id)s),
        state as materialized (select * from model.site_state where scenario_id = %(scenario_id)s)
    insert into plan.decision (
        run_id, phase, site_id, site_name, option_id, action, equipment_cad, installation_cad, connection_cad,
        soft_cost_cad, contingency_cad, dismantling_cad, capex_cad, grant_cad, resale_cad,
        opex_change_cad_per_year, added_kw, grid_area_id, planning_area_id, geom
    )
    select
        %(run_id)s, c.phase, o.site_id, s.name, o.option_id, o.action, p.equipment_cad, p.installation_cad,
        p.connection_cad, p.soft_cost_cad, p.contingency_cad, p.dismantling_cad, p.capex_cad, c.grant_cad,
        p.resale_cad, o.opex_change_cad_per_year, o.added_kw, s.grid_area_id, s.planning_area_id, s.geom
    from unnest(%(option_ids)s::text[], %(phases)s::integer[], %(grants_cad)s::double precision[])
        as c (option_id, phase, grant_cad)
    join option as o on o.option_id = c.option_id
    join price as p
        on p.price_class = o.price_class and p.layout_before = o.layout_before and p.action = o.action
        and p.layout_after = o.layout_after and p.phase = c.phase
    join state as s on s.site_id = o.site_id
    order by c.phase, o.site_id
"""
_DECISION_PORT = """
    insert into plan.decision_port (
        run_id, phase, site_id, charger_type, port_count_before, port_count_after
    )
    select d.run_id, d.phase, d.site_id, p.charger_type, p.port_count_before, p.port_count_after
    from plan.decision as d
    join model.site_option as o on o.scenario_id = %(scenario_id)s and o.option_id = d.option_id
    join model.layout_step_port as p
        on p.scenario_id = o.scenario_id and p.layout_before = o.layout_before and p.action = o.action
        and p.layout_after = o.layout_after
    where d.run_id = %(run_id)s
"""
_IDLE_ACTION = """
    insert into plan.idle_action (
        run_id, action, reason, site_count, affordable_count, net_cad_min, money_cad_max
    )
    select %(run_id)s, action, reason, site_count, affordable_count, net_cad_min, money_cad_max
    from model.action_funnel(%(scenario_id)s)
"""
_COVERAGE = """
    insert into plan.demand_coverage (
        run_id, phase, demand_id, level, weight_share, is_covered_before, is_covered_after
    )
    select
        %(run_id)s, p.phase, d.demand_id, d.level, d.weight_share, d.is_covered_before,
        d.is_covered_always or c.node_id is not null
    from model.demand_level as d
    cross join unnest(%(phases)s::integer[]) as p (phase)
    left join unnest(%(covered_phases)s::integer[], %(levels)s::text[], %(node_ids)s::bigint[])
        as c (phase, level, node_id)
        on c.phase = p.phase and c.level = d.level and c.node_id = d.node_id
    where d.scenario_id = %(scenario_id)s
    order by p.phase, d.level, d.demand_id
"""
_TERM = """
    insert into plan.run_objective_term (run_id, term, value, weight, contribution)
    values (%s, %s, %s, %s, %s)
"""
_SCALE = """
    insert into plan.run_scale (run_id, money_cad, opex_cad_per_year, installable_kw)
    values (%s, %s, %s, %s)
"""
_LOCK = (
    "insert into plan.run_lock (run_id, lock_id, site_id, lock_kind, option_id) values (%s, %s, %s, %s, %s)"
)
_GRID = """
    insert into plan.grid_load (
        run_id, phase, grid_node_id, added_kw, remaining_kw, grid_upgrade_kw
    )
    values (%s, %s, %s, %s, %s, %s)
"""
_CONSTRAINT_SLACK = """
    insert into plan.run_constraint_slack (
        run_id, rule, subject, about, unit, limit_value, found_value, slack, row_count, binding_count
    )
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_PRIORITY_LEVEL = """
    insert into plan.run_priority_level (
        run_id, priority_level, terms, tolerance_share, status, objective, dual_bound, mip_gap, solve_s
    )
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True)
class Results:
    """What a solve leaves behind to be written."""

    inputs: Inputs
    outcome: whole_model.Outcome
    bought: grid.Purchases
    terms: Sequence[TermValue]
    bindings: Sequence[ConstraintSlack]
    priority_levels: Sequence[PriorityLevelEnd]
    recorder: Recorder
    notes: Sequence[str] = ()
    bound_if_taken: Bounds = field(default_factory=dict)


def write(conn: Connection, run_id: int, scenario_id: int, results: Results, seconds: Seconds) -> None:
    """Write all that a plan says, and the figures of its run; where it does nothing, why.

    Raises:
        UsageError: the data was loaded anew since the inputs were read.

    """
    inputs, plan = results.inputs, results.outcome.plan
    rows = {
        _GRID: _grid_rows(inputs, plan, results.bought),
        _TERM: [(t.term, t.value, t.weight, t.contribution) for t in results.terms],
        _SCALE: [_scale_row(inputs)],
        _LOCK: [(k.lock_id, k.site_id, k.lock_kind, k.option_id) for k in inputs.locks],
        _CONSTRAINT_SLACK: list(map(_constraint_slack_row, results.bindings)),
        _PRIORITY_LEVEL: [
            _priority_level_row(n, end) for n, end in enumerate(results.priority_levels, start=1)
        ],
    }
    with conn.transaction(), conn.cursor() as cursor, steady.unchanged(conn):
        _write_decisions(conn, run_id, scenario_id, inputs, plan)
        if not plan:
            conn.execute(_IDLE_ACTION, {"run_id": run_id, "scenario_id": scenario_id})
        _write_coverage(conn, run_id, scenario_id, inputs, plan)
        for statement, found in rows.items():
            cursor.executemany(statement, [(run_id, *row) for row in found])
        written_service.write(cursor, run_id, inputs, plan)
        written_money.write(cursor, run_id, inputs, plan, results.bought)
        progress.write(cursor, run_id, results.recorder)
        site_bound.write(
            conn, run_id, scenario_id, results.bound_if_taken, dual_bound=results.outcome.dual_bound
        )
        conn.execute(_RUN, {"run_id": run_id, **_figures(results, seconds)})


def _figures(results: Results, seconds: Seconds) -> dict[str, Any]:
    inputs, outcome = results.inputs, results.outcome
    return {
        "status": outcome.status,
        "objective": outcome.objective,
        "dual_bound": outcome.dual_bound,
        "mip_gap": outcome.mip_gap,
        "solver": whole_model.SOLVER,
        "solver_version": whole_model.version(),
        "input_sha256": inputs.sha256,
        "capex_cad": plans.capex_cad(inputs, outcome.plan),
        "net_capex_cad": plans.net_capex_cad(inputs, outcome.plan, results.bought),
        "grid_upgrade_cad": grid.cost_cad(inputs, results.bought),
        "work_out_s": seconds.work_out,
        "read_s": seconds.read,
        "build_s": seconds.build,
        "solve_s": seconds.solve,
        "message": " ".join([_message(results), *results.notes]),
    }


def _scale_row(inputs: Inputs) -> tuple[float | None, ...]:
    installable_kw = None if inputs.service is None else money_scale.installable_kw(inputs)
    return money_scale.capex_scale_cad(inputs), money_scale.opex_scale_cad_per_year(inputs), installable_kw


def _constraint_slack_row(b: ConstraintSlack) -> tuple[Any, ...]:
    return (
        *(b.rule.name, b.subject, Jsonb(b.about), b.rule.limit.unit),
        *(b.limit_value, b.found_value, b.slack, len(b.keys), b.binding_count),
    )


def _priority_level_row(number: int, end: PriorityLevelEnd) -> tuple[Any, ...]:
    priority = end.priority
    figures = (end.status, end.objective, end.dual_bound, end.mip_gap, end.solve_s)
    return number, list(priority.terms), priority.tolerance_share, *figures


def _message(results: Results) -> str:
    outcome, what = results.outcome, "the best plan"
    if results.priority_levels:
        done = f"{len(results.priority_levels)} of {len(results.inputs.priority_levels)} priority levels"
        what = f"the best plan of a priority level ({done} were solved)"
    if outcome.status == RunStatus.OPTIMAL:
        return f"No plan can be better by more than {whole_model.OPTIMAL_MIP_GAP:.2%}."
    why = "Stopped by the user" if outcome.is_interrupted else "Stopped early"
    return f"{why}: {what} may be up to {outcome.mip_gap:.2%} better."


def _write_decisions(conn: Connection, run_id: int, scenario_id: int, inputs: Inputs, plan: Plan) -> None:
    chosen, grants_cad = sorted(plan), written_money.grants_cad(inputs, plan)
    parameters = {
        "run_id": run_id,
        "scenario_id": scenario_id,
        "option_ids": [option_id for option_id, _ in chosen],
        "phases": [phase for _, phase in chosen],
        "grants_cad": [grants_cad[option_id] for option_id, _ in chosen],
    }
    if conn.execute(_DECISION, parameters).rowcount != len(chosen):
        raise UsageError("The data was loaded anew while the plan was solved.", "solve the scenario again.")
    conn.execute(_DECISION_PORT, parameters)


def _write_coverage(conn: Connection, run_id: int, scenario_id: int, inputs: Inputs, plan: Plan) -> None:
    # a merge join by the first columns of the key alone would compare each cell with all nodes of its level
    conn.execute("set local enable_mergejoin = off")
    covered = _covered_nodes(inputs, plan)
    conn.execute(_COVERAGE, {"run_id": run_id, "scenario_id": scenario_id, **covered})
    conn.execute("set local enable_mergejoin to default")


def _covered_nodes(inputs: Inputs, plan: Plan) -> dict[str, list[Any]]:
    """Return the phases, and of each the aggregated demand nodes that a plan covers: phase, level, node."""
    covered = [
        (phase, level, node)
        for phase in inputs.phase_numbers
        for node, level in sorted(plans.covered(inputs, plan, phase))
    ]
    phases, levels, node_ids = zip(*covered, strict=True) if covered else ((), (), ())
    return {
        "phases": list(inputs.phase_numbers),
        "covered_phases": list(phases),
        "levels": list(levels),
        "node_ids": list(node_ids),
    }


def _grid_rows(inputs: Inputs, plan: Plan, bought: grid.Purchases) -> list[tuple[Any, ...]]:
    return [
        (
            *(phase, node, added_kw, inputs.remaining_kw[node]),
            sum(inputs.steps[a, q].added_kw for a, q, t in bought if a == node and t <= phase),
        )
        for (node, phase), added_kw in grid.added_kw(inputs, plan).items()
    ]
