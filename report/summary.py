"""Prints the adopted plan, or another published one, for people: what `make run` ends with.

`python -m report.summary [--run R]`
"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from db.command.app import run_app
from db.common.number import NUMBER_MAX
from db.session import connection
from db.session.dead_run import end_dead_runs
from report.run import Connection, Row, adoption_words, find_run, rows

DECISIONS_SHOWN = 10
ACTIONS = ("expand", "upgrade", "build", "remove")


def _newer(conn: Connection, run: Row) -> str:
    """Name the latest plan that is not adopted, where the adopted one is shown."""
    found = rows(
        conn,
        "select run_id, scenario_name from report.published_run"
        " where parent_run_id is null and run_id > %s order by run_id desc limit 1",
        run["run_id"],
    )
    if not found or not run["is_adopted"]:
        return ""
    newer = found[0]
    return (
        f"Newer, and not adopted: run {newer['run_id']} of scenario '{escape(newer['scenario_name'])}'; to"
        f" look at it: --run {newer['run_id']}; to adopt it: `python -m model.adopt --run {newer['run_id']}`."
    )


def status_words(run: Row) -> str:
    """Say how good the plan is known to be; `optimal` only where the solver proved it."""
    if run["status"] == "optimal":
        return "optimal, within the gap below"
    gap = run["gap_share"]
    known = "" if gap is None else f": the best plan may be up to {gap:.2%} better"
    return f"not proven optimal, stopped early{known}"


def _audit_words(run: Row) -> str:
    if not run["audit_rule_count"]:
        return "none on record"
    kept, off = run["audit_rule_on_count"], run["audit_rule_count"] - run["audit_rule_on_count"]
    return f"{run['audit_violation_count']} violations against {kept} rules; {off} rules are not asked for"


_PARTS = {"grant_cad": "grants", "resale_cad": "resale", "reinforcement_cad": "reinforcement"}


def _money(phases: list[Row], currency: str) -> list[tuple[str, str]]:
    return [
        (
            f"money, phase {p['phase']}",
            f"{p['capex_cad']:,.0f} {currency} gross, {p['net_capex_cad']:,.0f} net"
            f" of {p['budget_cad'] + p['carried_in_cad']:,.0f} budget"
            + "".join(f"; {words} {p[key]:,.0f}" for key, words in _PARTS.items() if p[key]),
        )
        for p in phases
    ]


def _figures(conn: Connection, run: Row) -> Table:
    coverage = rows(
        conn,
        "select distinct on (level) level, before_share, after_share from report.coverage_summary"
        " where run_id = %s order by level, phase desc",
        run["run_id"],
    )
    phases = rows(conn, "select * from report.phase_budget where run_id = %s order by phase", run["run_id"])
    counts = [f"{run[f'{a}_count']} {a}" for a in ACTIONS if run[f"{a}_count"]]
    lines = [("plan", adoption_words(run)), ("status", status_words(run))]
    lines += [
        (f"coverage {c['level']}", f"{c['before_share']:.2%} -> {c['after_share']:.2%}") for c in coverage
    ]
    lines += _money(phases, run["currency"])
    lines.append(("actions", ", ".join(counts) or "none"))
    lines += [(name, f"{run[name]:.4f}") for name in ("objective", "bound") if run[name] is not None]
    if run["gap_share"] is not None:
        lines.append(("gap", f"{run['gap_share']:.3%}"))
    lines.append(("audit", _audit_words(run)))
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column()
    for name, value in lines:
        table.add_row(name, value)
    return table


def _decisions(conn: Connection, run_id: int, currency: str) -> tuple[Table, int]:
    found = rows(
        conn,
        "select * from report.decision where run_id = %s order by phase, capex_cad desc, site_id",
        run_id,
    )
    table = Table("phase", "action", "site", "name", "L2 ports", "L3 ports", box=None, pad_edge=False)
    table.add_column(f"net {currency}", justify="right")
    for d in found[:DECISIONS_SHOWN]:
        table.add_row(
            str(d["phase"]),
            d["action"],
            str(d["site_id"]),
            escape(d["name"] or "-"),
            f"{d['l2_port_count_before']} -> {d['l2_port_count_after']}",
            f"{d['l3_port_count_before']} -> {d['l3_port_count_after']}",
            f"{d['net_capex_cad']:,.0f}",
        )
    return table, len(found)


def show(conn: Connection, run: Row, console: Console) -> None:
    """Print a run: region, figures, first projects, assumptions, and how to open it in QGIS."""
    label = " [bold](SYNTHETIC: made up, says nothing about a real place)[/]" if run["is_synthetic"] else ""
    title = f"[bold]{escape(run['region_title'])}[/]{label}"
    console.print(f"{title}: scenario '{escape(run['scenario_name'])}', run {run['run_id']}", soft_wrap=True)
    console.print(_figures(conn, run))
    newer = _newer(conn, run)
    if newer:
        console.print(newer, soft_wrap=True)
    projects, count = _decisions(conn, run["run_id"], run["currency"])
    if count:
        console.print(projects)
    elif run["message"]:
        console.print(escape(run["message"]), soft_wrap=True)
    if count > DECISIONS_SHOWN:
        console.print(f"... and {count - DECISIONS_SHOWN} more in report.decision.")
    assumed = len(rows(conn, "select 1 from report.assumption"))
    console.print(
        f"{assumed} assumptions stand behind these numbers: read report.assumption.", soft_wrap=True
    )
    console.print(
        "In QGIS: `python -m report.qgis` stores the project and prints its address; or add from schema"
        " report: station_plan, decision, demand_coverage, grid_load, road.",
        soft_wrap=True,
    )


def main(
    run: Annotated[
        int | None,
        typer.Option(min=0, max=NUMBER_MAX, help="Number of a published run; the adopted plan if left out."),
    ] = None,
) -> None:
    """Print a published plan, the adopted one by default, and how to open it in QGIS."""
    with connection.connect() as conn:
        end_dead_runs(conn)
        show(conn, find_run(conn, run), Console())


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
