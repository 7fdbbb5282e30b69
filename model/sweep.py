"""Sensitivity: the scenario solved as it is, and again with one parameter varied at a time.

`python -m model.sweep --scenario phase1 --vary budget=-20%,+20% --vary costs=0.8,1.2 [--grid] [--json]`
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from typing import Annotated, Any

import psycopg
import typer
from psycopg.rows import dict_row

from db.command.app import run_app
from db.command.work_options import Scheduler, Workers
from db.common.errors import UsageError
from db.common.number import plain
from db.session import connection
from db.work.pool import HERE, Pool, sharing
from model.analysis import variation
from model.analysis.variation import Variation
from model.data import scenario
from model.data.read.known import Known
from model.data.scenario import Scenario
from model.run import signals, varied
from model.run.pipeline import Ended, Job, perform
from model.solver.objective_mode import Limits
from model.terminal import live, show, variations
from model.terminal.options import (
    TIME_LIMIT_S,
    Gap,
    Json,
    ScenarioName,
    ShowProgress,
    Threads,
    TimeLimit,
    threads_beside,
)

Connection = psycopg.Connection[tuple[Any, ...]]
MARGINAL_STEP_CAD = 100_000.0

Vary = Annotated[
    list[str],
    typer.Option(
        help="name=values: budget, costs, growth, service_distance, weights, grid, or a key of"
        " base.toml such as site.power_limit_kw; values as 1e6,2e6 or 1e6:3e6:5 or -20%,+20%."
    ),
]


def settings(parameters: Scenario, vary: Sequence[str], *, is_grid: bool = False) -> list[list[Variation]]:
    """Return the parameters to vary in each run: one at a time, or every combination of the values given.

    A run with 100,000 CAD more is always among them: the marginal value of money.

    Raises:
        UsageError: a parameter or value that is not known.

    """
    axes = _axes(parameters, vary)
    marginal = variation.vary(parameters, f"budget={_budget(parameters) + MARGINAL_STEP_CAD}")
    alone = [[v] for axis in [*axes, marginal] for v in axis]
    combined = [list(found) for found in product(*axes)] if is_grid and len(axes) > 1 else []
    unique = {tuple((v.parameter, v.value) for v in found): found for found in [*alone, *combined]}
    return list(unique.values())


def _axes(parameters: Scenario, vary: Sequence[str]) -> list[list[Variation]]:
    """Return the variations of each parameter; all that is wrong with them is said at once."""
    axes, faults = [], []
    for text in vary:
        try:
            axes.append(variation.vary(parameters, text))
        except UsageError as error:
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        words = "; ".join(f.message.removesuffix(".") for f in faults)
        raise UsageError(
            f"--vary has {len(faults)} faults: {words}.", "; ".join(dict.fromkeys(f.hint for f in faults))
        )
    return axes


def fixed_scale(parameters: Scenario, money_scale_cad: float | None) -> Scenario:
    """Return the parameters with money measured against a sum, whatever the budget and the options."""
    tree = parameters.model_dump()
    tree["objective"]["money_scale_cad"] = money_scale_cad or 0.0
    return variation.validated(tree, "money_scale_cad")


def _budget(parameters: Scenario) -> float:
    return sum(phase.budget_cad for phase in parameters.phase.values())


def _varied(parameters: Scenario, vary: Sequence[Variation]) -> Scenario:
    """Vary parameters one after the other; a factor applies to what the ones before have left."""
    for v in vary:
        (varied,) = variation.vary(parameters, f"{v.parameter}={v.value!r}")
        parameters = varied.parameters
    return parameters


def sweep(
    name_or_path: str,
    vary: Sequence[str],
    limits: Limits,
    *,
    is_grid: bool = False,
    is_progress: bool = False,
    pool: Pool = HERE,
) -> tuple[Ended, bool]:
    """Solve a scenario and its variations; return the scenario's own run and whether the user cut it short.

    A variation that has no plan is a result like any other; Ctrl-C ends the sweep after the run it stops. The
    variations are solved by the workers of `pool`.

    Raises:
        PlannerError: a parameter that is not known, or the scenario itself has no plan.

    """
    name, parameters = scenario.resolve(name_or_path)
    todo = settings(parameters, vary, is_grid=is_grid)
    known = Known()
    with connection.connect(autocommit=True) as conn:
        with live.watching(is_wanted=is_progress, title=name) as watcher:
            base = perform(conn, Job(name, parameters, known=known), limits, watcher)
        if base.error:
            raise base.error
        if base.is_interrupted:
            return base, True
    varied.keep(base.report.run_id, known)
    pieces = _pieces(base, name, todo, limits)
    return base, variations.solve_all(pool, pieces, lambda _piece, _solved: None, is_progress=is_progress)


def _pieces(
    base: Ended, name: str, todo: Sequence[Sequence[Variation]], limits: Limits
) -> list[varied.Piece]:
    """Return the variations to solve; money is measured against the same sum in all."""
    parameters = fixed_scale(base.parameters, base.money_scale_cad)
    return [
        varied.Piece(
            name,
            _varied(parameters, each),
            base.report.run_id,
            base.plan,
            tuple((v.parameter, v.value, v.base_value) for v in each),
            limits,
            ", ".join(f"{v.parameter} {plain(v.value)}" for v in each) + f" ({number} of {len(todo)})",
        )
        for number, each in enumerate(todo, start=1)
    ]


def found(conn: Connection, run_id: int) -> dict[str, Any]:
    """Return the tornado, the marginal value of 100,000 CAD and the robust sites of a swept run."""
    with conn.cursor(row_factory=dict_row) as cursor:
        tornado = cursor.execute(
            "select * from report.sensitivity where parent_run_id = %s order by parameter_count,"
            " max(abs(objective_change)) over (partition by parameter_count, parameter) desc nulls last,"
            " parameter, value",
            (run_id,),
        ).fetchall()
        sites = cursor.execute(
            "select site_id, name, actions, run_count, chosen_count, is_robust from report.robust_site"
            " where parent_run_id = %s order by chosen_count desc, site_id",
            (run_id,),
        ).fetchall()
    return {
        "run_id": run_id,
        "marginal_value_per_100k_cad": next(_marginal(tornado), None),
        "runs": tornado,
        "sites": sites,
    }


def _marginal(tornado: list[dict[str, Any]]) -> Iterator[float]:
    for row in tornado:
        more = row["value"] - row["base_value"]
        if row["parameter"] == "budget" and row["parameter_count"] == 1 and abs(more - MARGINAL_STEP_CAD) < 1:
            yield row["objective_change"]


def main(
    scenario_name: ScenarioName,
    vary: Vary,
    time_limit: TimeLimit = TIME_LIMIT_S,
    gap: Gap = 1e-4,
    threads: Threads = None,
    *,
    grid: Annotated[bool, typer.Option("--grid", help="Also solve every combination of the values.")] = False,
    progress: ShowProgress = False,
    json_output: Json = False,
    workers: Workers = 0,
    scheduler: Scheduler = "",
) -> None:
    """Solve a scenario and variations of it; print the tornado, the marginal value of money and robust sites.

    The time limit holds for each run. All runs are kept, with the scenario's own run as their parent:
    report.sensitivity and report.robust_site show them.
    """
    if not vary:
        raise UsageError("There is nothing to vary.", "add --vary budget=-20%,+20%.")
    limits = Limits(time_limit, gap, threads or threads_beside(workers))
    with signals.heeding_termination(), sharing(workers, scheduler, partial(typer.echo, err=True)) as pool:
        base, is_cut = sweep(scenario_name, vary, limits, is_grid=grid, is_progress=progress, pool=pool)
    with connection.connect() as conn:
        result = found(conn, base.report.run_id)
    if json_output:
        typer.echo(json.dumps(result))
    else:
        show.show_sweep(base.report, result)
    if is_cut:
        typer.echo("note: stopped by the user; what was solved until then is kept.", err=True)


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
