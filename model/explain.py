"""Explains a plan: why each site, what binds and what it costs, which other plans are nearly as good.

`python -m model.explain --run 12 [--site 581] [--time-limit 10] [--progress] [--json]`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

import psycopg
import typer
from psycopg.rows import dict_row

from db.command.app import run_app
from db.command.number_options import share_option, time_limit_option, whole_number
from db.command.work_options import Scheduler, Workers
from db.common.errors import UsageError
from db.session import connection
from db.session.dead_run import end_dead_runs
from db.work.pool import HERE, Pool, sharing
from model.accounting import coverage as plans
from model.accounting.grid import Purchases
from model.analysis import drop_one, reason
from model.analysis.past_run import PastRun, reopen
from model.analysis.reason import Alternative, Loss, Price
from model.analysis.slack import ConstraintSlack, constraint_slacks
from model.formulation.build import assign, build
from model.formulation.plan_model import PlanModel
from model.run import lifecycle, signals
from model.run.write import gain, site_bound
from model.solver import taken
from model.solver.objective_mode import Limits
from model.terminal import show
from model.terminal.options import Gap, Json, ShowProgress, Threads, threads_beside

Connection = psycopg.Connection[tuple[Any, ...]]
ROWS_PRICED = 20


NO_UPGRADE: Purchases = frozenset()
_HAS_BOUNDS = "select exists (select from plan.site_bound where run_id = %s and objective_bound is not null)"


@dataclass
class Explained:
    """Answers; fewer than asked for when the user stopped it."""

    losses: list[Loss] = field(default_factory=list)
    prices: list[Price] = field(default_factory=list)
    alternatives: list[Alternative] = field(default_factory=list)
    is_cut: bool = False


def explain(
    past: PastRun,
    limits: Limits,
    *,
    site_id: int | None = None,
    count: int = 3,
    loss_share: float = 0.01,
    pool: Pool = HERE,
    tell: Callable[[str], None] = lambda _: None,
) -> Explained:
    """Answer why each site of a plan (or just one) is there, what binds, and what else would do.

    The workers of `pool` are asked what each site is worth. `tell` hears of each question that is answered.

    Raises:
        UsageError: the plan does not change that site, or its priority levels have no one objective.

    """
    if past.inputs.priority_levels:
        raise UsageError(
            f"Run {past.run_id} is lexicographic: its plan has no one objective to lose or gain.",
            'solve the scenario with mode = "weighted" and explain that run; see plan.run_priority_level.',
        )
    sites = sorted({past.inputs.options[o].site_id for o, _ in past.plan})
    if site_id is not None and site_id not in sites:
        names = ", ".join(map(str, sites)) or "none"
        raise UsageError(f"Run {past.run_id} leaves site {site_id} as it is.", f"it changes sites {names}.")
    m = build(past.inputs)
    drop_one.keep(m, past)
    asked = [drop_one.Question(past.key, site, limits) for site in sites if site_id in (None, site)]
    found = Explained()
    try:
        for n, (_, loss) in enumerate(pool.each(drop_one.loss, asked), start=1):
            found.losses.append(loss)
            tell(f"{n} of {len(asked)} done: without site {loss.site_id}")
        if site_id is None:
            nearest = _nearest(m, past)
            for n, row in enumerate(nearest, start=1):
                price = reason.price_of(m, past, row, limits)
                found.prices += [price] if price else []
                tell(f"{n} of {len(nearest)} done: {row.rule.name} {row.subject}".rstrip())
            others = reason.alternatives(m, past, limits, count=count, loss_share=loss_share)
            for n, other in enumerate(others, start=1):
                found.alternatives.append(other)
                tell(f"{n} of {count} done: another plan")
    except (reason.Stopped, KeyboardInterrupt):
        if signals.is_terminated():
            raise KeyboardInterrupt from None
        found.is_cut = True
    return found


def _nearest(m: PlanModel, past: PastRun) -> list[ConstraintSlack]:
    """Return the rows with the fewest steps of slack: those that may hold the plan back."""
    assign(m, past.plan, past.bought)
    return sorted(constraint_slacks(m), key=lambda b: b.slack / b.rule.limit.step)[:ROWS_PRICED]


def write(conn: Connection, past: PastRun, found: Explained, loss_share: float) -> None:
    """Keep the answers with the run, instead of those that it had."""
    run_id = past.run_id
    with conn.transaction(), conn.cursor() as cursor:
        cursor.executemany(
            "insert into plan.site_reason (run_id, site_id, loss_if_dropped, loss_low, loss_method)"
            " values (%s, %s, %s, %s, %s) on conflict (run_id, site_id) do update set"
            " loss_if_dropped = excluded.loss_if_dropped, loss_low = excluded.loss_low,"
            " loss_method = excluded.loss_method",
            [
                (run_id, f.site_id, f.loss, f.low, "impossible" if f.is_impossible else "resolved")
                for f in found.losses
            ],
        )
        cursor.executemany(
            "update plan.run_constraint_slack set marginal_value = %s, marginal_value_max = %s, step = %s,"
            " marginal_value_method = 'resolved' where run_id = %s and rule = %s and subject = %s",
            [
                (p.change, p.high, p.binding.rule.limit.step, run_id, p.binding.rule.name, p.binding.subject)
                for p in found.prices
            ],
        )
        gain.write(cursor, past, found.prices)
        if found.prices:
            write_alternatives(cursor, past, found.alternatives, loss_share)


def write_alternatives(
    cursor: psycopg.Cursor[Any], past: PastRun, found: list[Alternative], loss_share: float
) -> None:
    """Keep plans nearly as good with the run, instead of those that it had; they may lose `loss_share`."""
    cursor.execute("delete from plan.alternative where run_id = %s", (past.run_id,))
    numbered = list(enumerate(found, start=1))
    cursor.executemany(
        "insert into plan.alternative (run_id, alternative, objective, loss_allowed_share, shared_site_count,"
        " is_proven, net_capex_cad) values (%s, %s, %s, %s, %s, %s, %s)",
        [
            (
                *(past.run_id, n, a.objective, loss_share, len(a.shared), a.is_proven),
                plans.net_capex_cad(past.inputs, a.plan, NO_UPGRADE),
            )
            for n, a in numbered
        ],
    )
    cursor.executemany(
        "insert into plan.alternative_decision (run_id, alternative, site_id, option_id, phase)"
        " values (%s, %s, %s, %s, %s)",
        [
            (past.run_id, n, past.inputs.options[o].site_id, o, t)
            for n, a in numbered
            for o, t in sorted(a.plan)
        ],
    )


def write_missing_bounds(conn: Connection, past: PastRun, limits: Limits) -> None:
    """Keep what the relaxation proves of each site with a run that has nothing of it yet."""
    (is_known,) = conn.execute(_HAS_BOUNDS, (past.run_id,)).fetchone() or (False,)
    if is_known:
        return
    bounds = taken.prove(build(past.inputs), time_limit_s=limits.time_limit_s, threads=limits.threads)
    if bounds:
        with conn.transaction():
            site_bound.write(conn, past.run_id, past.scenario_id, bounds, dual_bound=past.dual_bound)


def answers(conn: Connection, run_id: int, site_id: int | None) -> dict[str, Any]:
    """Return what is known about a plan: reasons, what binds, alternatives; of one site if it is given."""
    queries = {
        "sites": "select site_id, name, action, phase, net_capex_cad, loss_if_dropped, loss_low, loss_method,"
        " gain_per_100k_cad, (select coalesce(jsonb_agg(to_jsonb(g)"
        " - array['site_gain_id', 'run_id', 'site_id'] order by g.level), '[]')"
        " from report.site_gain as g where g.run_id = r.run_id and g.site_id = r.site_id) as gains"
        " from report.site_reason as r where run_id = %(run)s and site_id = coalesce(%(site)s, site_id)"
        " order by loss_if_dropped desc nulls last, site_id",
        "rules": "select rule, subject, about, unit, limit_value, found_value, slack, is_binding, row_count,"
        " binding_count, step, marginal_value, marginal_value_max from report.constraint_slack"
        " where run_id = %(run)s and %(site)s::integer is null"
        " order by marginal_value desc nulls last, rule, subject",
        "gains": "select rule, subject, step, unit, row_count, level, service_distance_m, population_change,"
        " weight_share_change, sessions_change_per_h, is_better, is_proven, place, worth_level,"
        " worth_population_low, worth_population_high from report.constraint_gain"
        " where run_id = %(run)s and %(site)s::integer is null order by place, constraint_gain_id",
        "alternatives": "select alternative, objective, objective_loss, net_capex_cad, shared_site_count,"
        " given_up, taken_instead, is_proven from report.alternative"
        " where run_id = %(run)s and %(site)s::integer is null order by alternative",
    }
    with conn.cursor(row_factory=dict_row) as cursor:
        values = {"run": run_id, "site": site_id}
        return {name: cursor.execute(q.encode(), values).fetchall() for name, q in queries.items()}


def main(
    run: Annotated[int, whole_number(low=1, help="Number of a run that has a plan.")],
    *,
    site: Annotated[int | None, whole_number(help="Explain this site only.")] = None,
    time_limit: Annotated[float, time_limit_option("Seconds for each question.")] = 10.0,
    gap: Gap = 1e-4,
    threads: Threads = None,
    alternatives: Annotated[int, typer.Option(min=0, max=20, help="How many other plans to look for.")] = 3,
    loss: Annotated[float, share_option("--loss", "Share of the objective they may lose")] = 0.01,
    progress: ShowProgress = False,
    json_output: Json = False,
    workers: Workers = 0,
    scheduler: Scheduler = "",
) -> None:
    """Say why a plan changes each site, which rules hold it back, and what else would be nearly as good.

    Each answer is found by solving the run's own model again: without the site, with the rule relaxed by a
    step, or for the greatest difference. Where the time limit ends that early, the answer is an interval and
    says so. Answers are kept with the run: report.site_reason, report.constraint_slack (in people:
    report.constraint_gain), report.alternative; and report.candidate_bound, where the run had none.
    """
    limits = Limits(time_limit, gap, threads or threads_beside(workers, scheduler))
    with (
        signals.heeding_termination(),
        sharing(workers, scheduler, partial(typer.echo, err=True), is_certain=True) as pool,
        connection.connect(autocommit=True) as conn,
    ):
        end_dead_runs(conn)
        past = reopen(conn, run)
        is_told = progress or sys.stderr.isatty()
        tell = partial(typer.echo, err=True) if is_told else lambda _: None
        found = explain(past, limits, site_id=site, count=alternatives, loss_share=loss, pool=pool, tell=tell)
        write(conn, past, found, loss)
        if not found.is_cut:
            write_missing_bounds(conn, past, limits)
        known = {"run_id": run, "scenario": past.scenario, "currency": lifecycle.currency(conn)}
        result = {**known, **answers(conn, run, site)}
    if json_output:
        typer.echo(json.dumps(result))
    else:
        show.show_explained(result)
    if found.is_cut:
        typer.echo("note: stopped by the user; the answers found until then are kept.", err=True)


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
