"""Writes a plan: the run's figures and all its result rows, in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from db.errors import UsageError
from model import plan as plans
from model.inputs import Inputs, Plan
from model.objective import Term
from model.run import Seconds
from model.strategy import highs

Connection = psycopg.Connection[tuple[Any, ...]]


def write(
    conn: Connection,
    run_id: int,
    scenario_id: int,
    inputs: Inputs,
    outcome: highs.Outcome,
    terms: Sequence[Term],
    seconds: Seconds,
) -> None:
    """Write decisions, coverage, grid load, locks, objective terms and the run's figures.

    Raises:
        UsageError: the data was loaded anew since the inputs were read.

    """
    with conn.transaction():
        _decisions(conn, run_id, scenario_id, outcome.plan)
        _coverage(conn, run_id, inputs, outcome.plan)
        _grid_load(conn, run_id, inputs, outcome.plan)
        with conn.cursor() as cursor:
            cursor.executemany(
                "insert into plan.run_objective_term (run_id, term, value, weight, contribution)"
                " values (%s, %s, %s, %s, %s)",
                [(run_id, t.term, t.value, t.weight, t.contribution) for t in terms],
            )
            cursor.executemany(
                "insert into plan.run_lock (run_id, lock_id, site_id, lock_kind, option_id) values (%s, %s, %s, %s, %s)",
                [(run_id, k.lock_id, k.site_id, k.lock_kind, k.option_id) for k in inputs.locks],
            )
        conn.execute(
            "update plan.run set status = %s, publication = 'pending', objective = %s, bound = %s, gap_share = %s,"
            " solver = %s, solver_version = %s, input_sha256 = %s, capex_cad = %s, net_capex_cad = %s, read_s = %s,"
            " build_s = %s, solve_s = %s, message = %s where run_id = %s",
            (
                outcome.status,
                outcome.objective,
                outcome.bound,
                outcome.gap_share,
                highs.SOLVER,
                highs.version(),
                inputs.sha256,
                plans.capex_cad(inputs, outcome.plan),
                plans.net_capex_cad(inputs, outcome.plan),
                seconds.read,
                seconds.build,
                seconds.solve,
                _message(outcome),
                run_id,
            ),
        )


def _message(outcome: highs.Outcome) -> str:
    if outcome.status == "optimal":
        return f"No plan can be better by more than {highs.OPTIMAL_GAP_SHARE:.2%}."
    return f"Stopped early: the best plan may be up to {outcome.gap_share:.2%} better."


def _decisions(conn: Connection, run_id: int, scenario_id: int, plan: Plan) -> None:
    chosen = sorted(plan)
    written = conn.execute(
        "insert into plan.decision (run_id, phase, site_id, site_name, option_id, action, l2_port_count_before,"
        " l2_port_count_after, l3_port_count_before, l3_port_count_after, capex_cad, grant_cad, resale_cad,"
        " opex_change_cad_per_year, added_kw, grid_area_id, planning_area_id, geom)"
        " select %s, c.phase, o.site_id, s.name, o.option_id, o.action, o.l2_port_count_before, o.l2_port_count_after,"
        " o.l3_port_count_before, o.l3_port_count_after, o.capex_cad, o.grant_cad, o.resale_cad,"
        " o.opex_change_cad_per_year, o.added_kw, s.grid_area_id, s.planning_area_id, s.geom"
        " from unnest(%s::text[], %s::integer[]) as c (option_id, phase)"
        " join model.site_option as o on o.scenario_id = %s and o.option_id = c.option_id"
        " join model.site_state as s on s.scenario_id = o.scenario_id and s.site_id = o.site_id"
        " order by c.phase, o.site_id",
        (run_id, [o for o, _ in chosen], [t for _, t in chosen], scenario_id),
    ).rowcount
    if written != len(chosen):
        raise UsageError("The data was loaded anew while the plan was solved.", "solve the scenario again.")


def _coverage(conn: Connection, run_id: int, inputs: Inputs, plan: Plan) -> None:
    with conn.cursor().copy(
        "copy plan.demand_coverage (run_id, phase, demand_id, level, weight_share, is_covered_before, is_covered_after)"
        " from stdin"
    ) as copy:
        for phase in inputs.phase_numbers:
            reached = plans.covered(inputs, plan, phase)
            now = {(demand, level) for group, level in reached for demand in inputs.member[group, level]}
            for d in inputs.demand:
                is_covered = d.is_covered_always or (d.demand_id, d.level) in now
                row = (run_id, phase, d.demand_id, d.level, d.weight_share, d.is_covered_before, is_covered)
                copy.write_row(row)


def _grid_load(conn: Connection, run_id: int, inputs: Inputs, plan: Plan) -> None:
    rows = []
    for phase in inputs.phase_numbers:
        added = dict.fromkeys(inputs.headroom_kw, 0.0)
        for option_id, when in plan:
            option = inputs.options[option_id]
            area = inputs.sites[option.site_id].grid_area_id
            if when <= phase and area in added:
                added[area] += option.added_kw * inputs.coincidence_factor
        rows += [(run_id, phase, area, kw, inputs.headroom_kw[area]) for area, kw in added.items()]
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into plan.grid_area_load (run_id, phase, grid_area_id, added_kw, headroom_kw)"
            " values (%s, %s, %s, %s, %s)",
            rows,
        )
