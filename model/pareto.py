"""Coverage against cost: a frontier of plans, each the best coverage for its money.

`python -m model.pareto --scenario phase1 --points 12 [--time-limit S] [--workers N] [--json]`
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

import psycopg
import typer
from psycopg.rows import dict_row

from db.command.app import run_app
from db.command.work_options import Scheduler, Workers
from db.common.errors import UsageError
from db.session import connection
from db.work.pool import HERE, Pool, sharing
from model.accounting.money_scale import capex_scale_cad
from model.analysis import variation, what_if
from model.data import scenario_store
from model.data.clock import Clock
from model.data.inputs import Plan
from model.data.read import read_inputs
from model.data.read.known import Known
from model.data.run_key import key_of
from model.data.scenario import Scenario
from model.formulation.build import build
from model.run import lifecycle, signals, varied
from model.run.frontier import Frontier
from model.solver import objective_mode
from model.solver.objective_mode import Limits
from model.terminal import analyses, variations
from model.terminal.options import (
    TIME_LIMIT_S,
    Gap,
    Json,
    ScenarioName,
    Settings,
    ShowProgress,
    Threads,
    TimeLimit,
    threads_beside,
)

Connection = psycopg.Connection[tuple[Any, ...]]
COST_SHARE_OF_WEIGHT = 1e-3
"""Weight of cost against that of coverage: of plans that cover as much, the cheaper; no more than that."""
COST_TERMS = ("capex", "grid_upgrade")
"""Together, measured alike, they are the net cost that `cost_limit` and the budgets speak of."""

Points = Annotated[int, typer.Option(min=2, max=200, help="Points of the frontier.")]


def coverage_only(parameters: Scenario, **weights: float | dict[str, float]) -> Scenario:
    """Return the parameters with the terms of coverage alone, but for other weights given."""
    tree = parameters.model_dump()
    terms = tree["objective"]["weight"]
    others = {term: weight for term, weight in terms.items() if term != "coverage"}
    terms |= {term: {} if isinstance(weight, dict) else 0.0 for term, weight in others.items()} | weights
    tree["objective"]["mode"] = "weighted"
    return variation.validated(tree, "the frontier")


def limited(parameters: Scenario, cost_limit_cad: float) -> Scenario:
    """Return the parameters of a point: coverage, and hardly at all cost, with no more cost than the limit.

    Raises:
        UsageError: the scenario gives coverage no weight.

    """
    weight = sum(w for term, w in parameters.term_weights.items() if term.startswith("coverage."))
    if weight <= 0:
        raise UsageError(
            "The scenario gives coverage no weight.", "set a level's weight in [objective.weight] coverage."
        )
    cost = dict.fromkeys(COST_TERMS, weight * COST_SHARE_OF_WEIGHT)
    tree = coverage_only(parameters, **cost).model_dump()
    tree["objective"]["cost_limit_cad"] = cost_limit_cad
    tree["rule"]["cost_limit"] = True
    return variation.validated(tree, "the frontier")


def cheapest(
    conn: Connection, name: str, parameters: Scenario, limits: Limits, known: Known | None = None
) -> tuple[Plan, float]:
    """Return the cheapest plan that keeps all rules, and its net cost, CAD; 0 where some plan costs nothing.

    At the time limit it is the cheapest plan found. What is `known` need not be read again.

    Raises:
        UsageError: no plan was found within the time limit.
        KeyboardInterrupt: the user stopped it.

    """
    tree = coverage_only(parameters, coverage={}, **dict.fromkeys(COST_TERMS, 1.0)).model_dump()
    clock = Clock(limits.time_limit_s)
    scenario_id = scenario_store.store(conn, name, variation.validated(tree, "the frontier"))
    m = build(read_inputs(conn, scenario_id, clock, known=known))
    left_s = None if clock.limit_s is None else clock.left_s
    outcome = objective_mode.solve(m, replace(limits, time_limit_s=left_s))
    if outcome.is_interrupted:
        raise KeyboardInterrupt
    if outcome.objective is None:
        raise UsageError("No plan was found that keeps all rules.", "give it more time: --time-limit.")
    return outcome.plan, max(-outcome.objective * capex_scale_cad(m.inputs), 0.0)


def costs_cad(least: float, most: float, points: int) -> list[float]:
    """Return so many limits on the cost, evenly spaced, the least first."""
    most = max(least, most)
    return [least + (most - least) * n / (points - 1) for n in range(points)]


def frontier(
    name_or_path: str,
    points: int,
    limits: Limits,
    *,
    settings: Sequence[str] = (),
    is_progress: bool = False,
    pool: Pool = HERE,
    worker_threads: int | None = None,
) -> tuple[int, str, bool]:
    """Solve a scenario and the points of its frontier; return its id, the scenario's name, and if it was cut.

    Where the scenario has a published run, and nothing has changed since, the frontier is that run's. The
    points are solved apart by the workers of `pool`; points of the same limit are one run. Then, the
    cheapest first, each that is worse than the plan of a cheaper one is solved again from that plan, which it
    may only better: what the gap or the time limit left open makes no frontier that falls. What is solved
    here, alone, has the threads of `limits`, and each worker `worker_threads`.

    Raises:
        PlannerError: the scenario itself has no plan, or a point that should have one has none.

    """
    name, parameters = what_if.resolve(name_or_path, settings)
    known = Known()
    with connection.connect(autocommit=True) as conn:
        base = variations.base_run(conn, name, parameters, known, limits, is_progress=is_progress)
        run = key_of(conn, base.report.run_id)
        line = Frontier(conn, run, points)
        if base.is_interrupted:
            return line.frontier_id, name, True
        try:
            plan, least = cheapest(conn, name, base.parameters, limits, known)
        except KeyboardInterrupt:
            if signals.is_terminated():
                raise
            return line.frontier_id, name, True
        varied.keep(run, known)
        apart = replace(limits, threads=limits.threads or worker_threads)
        most = sum(phase.budget_cad for phase in base.parameters.phase.values())
        for cost in costs_cad(least, most, points):
            line.add(name, limited(base.parameters, cost), apart)
        is_cut = variations.solve_all(pool, line.pieces, line.take, told=base.notes, is_progress=is_progress)
        solve = variations.watched(is_progress=is_progress)
        is_cut = is_cut or line.lift(plan, lambda piece: solve(replace(piece, limits=limits)))
        return line.frontier_id, name, is_cut


def found(conn: Connection, frontier_id: int) -> Sequence[dict[str, Any]]:
    """Return the points of a frontier as report.pareto_point has them."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "select * from report.pareto_point where frontier_id = %s order by point", (frontier_id,)
        ).fetchall()


def main(
    scenario_name: ScenarioName,
    points: Points = 12,
    time_limit: TimeLimit = TIME_LIMIT_S,
    gap: Gap = 1e-4,
    threads: Threads = None,
    *,
    settings: Settings = [],  # noqa: B006 - Typer's way of an option given any number of times
    progress: ShowProgress = False,
    json_output: Json = False,
    workers: Workers = 0,
    scheduler: Scheduler = "",
) -> None:
    """Solve the frontier of coverage against net cost, from nothing (or the cheapest plan) up to the budget.

    Coverage weighs its levels as the objective does. The time limit holds for each solve. Every point is a
    run of its own whose parent is the run of the scenario itself; report.pareto_point shows them.
    """
    limits = Limits(time_limit, gap, threads)
    note = partial(typer.echo, err=True)
    with (
        signals.heeding_termination(),
        sharing(workers, scheduler, note, is_certain=True) as pool,
    ):
        frontier_id, name, is_cut = frontier(
            scenario_name,
            points,
            limits,
            settings=settings,
            is_progress=progress,
            pool=pool,
            worker_threads=threads_beside(workers, scheduler),
        )
    with connection.connect() as conn:
        rows = found(conn, frontier_id)
        currency = lifecycle.currency(conn)
    if json_output:
        typer.echo(json.dumps({"frontier_id": frontier_id, "scenario": name, "points": rows}))
    else:
        analyses.show_frontier(name, frontier_id, rows, currency)
    if is_cut:
        typer.echo("note: stopped by the user; the points solved until then are kept.", err=True)


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
