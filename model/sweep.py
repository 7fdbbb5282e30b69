"""Sensitivity: the scenario solved as it is, and again with one parameter varied at a time.

`python -m model.sweep --scenario phase1 --vary budget=-20%,+20% --vary costs=0.8,1.2 [--grid] [--json]`
`python -m model.sweep --scenario phase1 --future growth.path=low,high`: the plan as it is in futures
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Annotated, Any

import psycopg
import typer
from psycopg.rows import dict_row

from db.command.app import run_app
from db.command.work_options import Scheduler, Workers
from db.common.errors import UsageError
from db.session import connection
from db.work.pool import HERE, Pool, sharing
from model.analysis import variation, what_if
from model.analysis.variation import Variation, shown_value
from model.data.codes import Mode
from model.data.read.known import Known
from model.data.run_key import RunKey, key_of
from model.data.scenario import Scenario
from model.run import signals, varied
from model.run.pipeline import Ended
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
MARGINAL_STEP_CAD = 100_000.0

Vary = Annotated[
    list[str],
    typer.Option(
        help="name=values: budget, costs, growth, service_distance, weights, grid, or a key of"
        " base.toml such as site.power_limit_kw; values as 1e6,2e6 or 1e6:3e6:5 or -20%,+20%, or words."
    ),
]
Future = Annotated[
    list[str],
    typer.Option(
        help="As --vary, such as growth.path=low,high: the plan as it is is held against the one made for it."
    ),
]


def variations_of(
    parameters: Scenario, vary: Sequence[str], *, is_grid: bool = False
) -> list[list[Variation]]:
    """Return the parameters to vary in each run: one at a time, or every combination of the values given.

    A run with 100,000 CAD more is always among them: the marginal value of money.

    Raises:
        UsageError: a parameter or value that is not known.

    """
    axes = _axes(parameters, vary)
    marginal = variation.vary(parameters, f"budget={_budget(parameters) + MARGINAL_STEP_CAD}")
    unique = {_key(found): found for found in [*([v] for v in marginal), *_combined(axes, is_grid=is_grid)]}
    return list(unique.values())


def _combined(axes: Sequence[Sequence[Variation]], *, is_grid: bool) -> list[list[Variation]]:
    """Return each variation alone, and with `is_grid` every combination of one of each axis."""
    alone = [[v] for axis in axes for v in axis]
    combined = [list(found) for found in product(*axes)] if is_grid and len(axes) > 1 else []
    return list({_key(found): found for found in [*alone, *combined]}.values())


def _key(found: Sequence[Variation]) -> tuple[str, ...]:
    return tuple(v.text for v in found)


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
        (varied,) = variation.vary(parameters, v.text)
        parameters = varied.parameters
    return parameters


def sweep(
    name_or_path: str,
    vary: Sequence[str],
    limits: Limits,
    *,
    futures: Sequence[str] = (),
    is_grid: bool = False,
    settings: Sequence[str] = (),
    is_progress: bool = False,
    pool: Pool = HERE,
    worker_threads: int | None = None,
) -> tuple[Ended, bool]:
    """Solve a scenario and its variations; return the scenario's own run and whether the user cut it short.

    Where the scenario has a published run, and nothing has changed since, that run is varied; else it is
    solved here, alone, by the threads of `limits`. A variation that has no plan is a result like any other;
    Ctrl-C ends the sweep after the run it stops. The variations are solved by the workers of `pool`, each
    with `worker_threads`. `futures` are variations as well, in which the scenario's own plan is held against
    the one made for each: alone, and with `is_grid` in every combination of them. `settings` (KEY=VALUE) hold
    in all of them.

    Raises:
        PlannerError: a parameter that is not known, or the scenario itself has no plan.

    """
    name, parameters = what_if.resolve(name_or_path, settings)
    if futures and parameters.objective.mode != Mode.WEIGHTED:
        raise UsageError(
            f"Scenario '{name}' maximises one term after the other: what its plan loses in another future is"
            " no single sum.",
            "set objective.mode to weighted, or give the values as --vary.",
        )
    todo = variations_of(parameters, vary, is_grid=is_grid)
    held = _combined(_axes(parameters, futures), is_grid=is_grid)
    todo = [one for one in todo if _key(one) not in {_key(other) for other in held}]
    known = Known()
    with connection.connect(autocommit=True) as conn:
        base = variations.base_run(conn, name, parameters, known, limits, is_progress=is_progress)
        if base.is_interrupted:
            return base, True
        parent = key_of(conn, base.report.run_id)
        apart = replace(limits, threads=limits.threads or worker_threads)
        pieces = _pieces(base, parent, name, todo, held, limits=apart)
        if pool is not HERE:
            pieces = varied.longest_first(conn, pieces, parent)
    varied.keep(parent, known)
    return base, variations.solve_all(
        pool, pieces, lambda _piece, _solved: None, told=base.notes, is_progress=is_progress
    )


def _pieces(
    base: Ended,
    parent: RunKey,
    name: str,
    todo: Sequence[Sequence[Variation]],
    futures: Sequence[Sequence[Variation]],
    *,
    limits: Limits,
) -> list[varied.Piece]:
    """Return the variations and futures to solve; money is measured against the same sum in all."""
    parameters = fixed_scale(base.parameters, base.money_scale_cad)
    return [
        varied.Piece(
            name,
            _varied(parameters, each),
            parent,
            base.plan,
            tuple((v.parameter, v.value, v.base_value) for v in each),
            limits,
            ", ".join(f"{v.parameter} {shown_value(v.value)}" for v in each)
            + f" ({number} of {len(todo) + len(futures)})",
            is_future=number > len(todo),
        )
        for number, each in enumerate([*todo, *futures], start=1)
    ]


def found(conn: Connection, run_id: int) -> dict[str, Any]:
    """Return the tornado, the marginal value of 100,000 CAD, the robust sites and futures of a swept run."""
    with conn.cursor(row_factory=dict_row) as cursor:
        tornado = cursor.execute(
            "select * from report.sensitivity where parent_run_id = %s order by parameter_count,"
            " max(abs(objective_change)) over (partition by parameter_count, parameter) desc nulls last,"
            " parameter, value",
            (run_id,),
        ).fetchall()
        futures = cursor.execute(
            "select * from report.future where parent_run_id = %s order by future_id", (run_id,)
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
        "futures": futures,
    }


def _marginal(tornado: list[dict[str, Any]]) -> Iterator[float]:
    for row in tornado:
        is_budget = row["parameter"] == "budget" and row["parameter_count"] == 1
        if is_budget and abs(row["value"] - row["base_value"] - MARGINAL_STEP_CAD) < 1:
            yield row["objective_change"]


def main(
    scenario_name: ScenarioName,
    vary: Vary = [],  # noqa: B006 - Typer's way of an option given any number of times
    time_limit: TimeLimit = TIME_LIMIT_S,
    gap: Gap = 1e-4,
    threads: Threads = None,
    *,
    settings: Settings = [],  # noqa: B006 - Typer's way of an option given any number of times
    future: Future = [],  # noqa: B006 - the same
    grid: Annotated[bool, typer.Option("--grid", help="Also solve every combination of the values.")] = False,
    progress: ShowProgress = False,
    json_output: Json = False,
    workers: Workers = 0,
    scheduler: Scheduler = "",
) -> None:
    """Solve a scenario and variations of it; print the tornado, the marginal value of money and robust sites.

    The time limit holds for each run. All runs are kept, with the scenario's own run as their parent:
    report.sensitivity, report.robust_site and report.future show them.
    """
    if not vary and not future:
        raise UsageError(
            "There is nothing to vary.", "add --vary budget=-20%,+20% or --future growth.path=low,high."
        )
    limits = Limits(time_limit, gap, threads)
    note = partial(typer.echo, err=True)
    with (
        signals.heeding_termination(),
        sharing(workers, scheduler, note, is_certain=True) as pool,
    ):
        base, is_cut = sweep(
            scenario_name,
            vary,
            limits,
            futures=future,
            is_grid=grid,
            settings=settings,
            is_progress=progress,
            pool=pool,
            worker_threads=threads_beside(workers, scheduler),
        )
    with connection.connect() as conn:
        result = found(conn, base.report.run_id)
    if json_output:
        typer.echo(json.dumps(result))
    else:
        analyses.show_sweep(base.report, result)
    if is_cut:
        typer.echo("note: stopped by the user; what was solved until then is kept.", err=True)


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
