"""Prints a run for people."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from db.common.number import plain
from model.terminal import chart, sentences
from model.terminal.sentences import amount
from model.terminal.table import Column, print_fitted

if TYPE_CHECKING:
    from model.data.progress import Moment
    from model.run.adoption import Adopted
    from model.run.pipeline import Report

PLANS_SHOWN = 20
PRICE_SHOWN = 1e-6
NO_CHANGE = 1e-9
SECONDS_SHOWN = 0.05


def show(
    report: Report,
    adopted: Adopted | None,
    kept_above: float | None = None,
    moments: Sequence[Moment] = (),
) -> None:
    """Print coverage before and after, money, actions, dual bound, gap and seconds as a short table.

    A plan that is kept but not published, because its gap is above `kept_above`, is told from others by the
    first line. Where the solve took its time, its `moments` are drawn below, or told where that cannot be.
    """
    if kept_above is not None:
        Console().print(_kept(report, kept_above), soft_wrap=True)
    table = Table(title=f"{escape(report.scenario)}: run {report.run_id}, {report.status}", show_header=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    for level, share in report.coverage.items():
        after = "-" if share["after"] is None else f"{share['after']:.2%}"
        table.add_row(f"coverage {level}", f"{share['before']:.2%} -> {after}")
    table.add_row(
        "actions",
        ", ".join(f"{count} {action}" for action, count in report.actions.items() if count) or "none",
    )
    if report.capex_cad is not None:
        net = "-" if report.net_capex_cad is None else f"{report.net_capex_cad:,.0f}"
        table.add_row("capital cost", f"{report.capex_cad:,.0f} {report.currency} gross, {net} net")
    if report.objective is not None:
        table.add_row("objective", f"{report.objective:.4f}")
    if report.dual_bound is not None:
        table.add_row("dual bound", f"{report.dual_bound:.4f}")
    if report.gap is not None:
        table.add_row("gap", f"{report.gap:.3%}")
    table.add_row("seconds", _seconds(report.steps))
    console = Console()
    console.print(table)
    if moments and chart.is_worth_it(moments, report.seconds.solve or 0.0):
        _show_progress(console, moments, report.seconds.solve or 0.0)
    console.print(_adopted_words(report, adopted, is_kept=kept_above is not None), soft_wrap=True)


def _seconds(steps: Mapping[str, float]) -> str:
    """Say what the seconds of a run went into; steps that took next to none are not named."""
    named = [f"{step.replace('_', ' ')} {s:.1f}" for step, s in steps.items() if s >= SECONDS_SHOWN]
    return "; ".join([*([", ".join(named)] if named else []), f"in all {sum(steps.values()):.1f}"])


def _show_progress(console: Console, moments: Sequence[Moment], end_s: float) -> None:
    """Draw what was found by when, or say it in a line where the console is no terminal."""
    solved = chart.last_solve(moments)
    if chart.can_show(console) and chart.is_worth_it(solved, end_s):
        console.print(chart.chart(solved, end_s))
    else:
        console.print(f"Progress: {chart.words(solved)}.", soft_wrap=True)


def _adopted_words(report: Report, adopted: Adopted | None, *, is_kept: bool) -> str:
    """Say which plan maps and page show, when this run has ended."""
    if adopted is None:
        return "No plan is adopted for this region: map, page and service show none yet."
    if adopted.run_id == report.run_id:
        return "It is the adopted plan of the region: map, page and service show it."
    shown = f"run {adopted.run_id} of scenario '{escape(adopted.scenario)}'"
    words = f"Map, page and service show the adopted plan, {shown}"
    if report.objective is None or is_kept:
        return f"{words}."
    return f"{words}, not this one; to adopt this one: `planner adopt --run {report.run_id}`."


def show_adopted(plans: Sequence[dict[str, Any]]) -> None:
    """Print which plan is adopted, and the published plans of the region, the latest first."""
    console = Console()
    held = next((p for p in plans if p["is_adopted"]), None)
    if held is None:
        console.print("No plan is adopted for this region: map, page and service show none.")
        if plans:
            console.print("To adopt one of these: `planner adopt --run R`.")
        else:
            console.print("None is published either: `planner solve --scenario phase1`.")
    else:
        console.print(
            f"{escape(held['region_title'])}: the adopted plan is run {held['run_id']} of scenario"
            f" '{escape(held['scenario_name'])}'.",
            soft_wrap=True,
        )
    table = Table("run", "scenario", "status", "changes", box=None, pad_edge=False)
    table.add_column("net cost", justify="right")
    table.add_column("")
    for plan in plans[:PLANS_SHOWN]:
        table.add_row(
            str(plan["run_id"]),
            escape(plan["scenario_name"]),
            plan["status"],
            str(plan["change_count"]),
            amount(plan["net_capex_cad"], plan["currency"]),
            "adopted" if plan["is_adopted"] else _varied(plan["parent_run_id"]),
        )
    if plans:
        console.print(table)
    if len(plans) > PLANS_SHOWN:
        console.print(f"... and {len(plans) - PLANS_SHOWN} more in report.run_summary.")


def _varied(parent_run_id: int | None) -> str:
    return "" if parent_run_id is None else f"varies run {parent_run_id}"


def _kept(report: Report, mip_gap_max: float) -> str:
    gap = "unknown" if report.gap is None else f"{report.gap:.2%}"
    scenario = escape(report.scenario)
    return (
        f"NOT PUBLISHED: the gap of this plan is {gap}; {scenario} publishes up to {mip_gap_max:.2%}"
        f" (publication.mip_gap_max). It is kept as run {report.run_id}; give the solver more time"
        " (--time-limit) for one that can be published."
    )


def show_explained(result: dict[str, Any]) -> None:
    """Print why each site is changed, constraint slack with marginal values, and the alternatives."""
    console = Console()
    console.print(f"[bold]{escape(result['scenario'])}, run {result['run_id']}[/]")
    for site in result["sites"]:
        console.print(
            f"[bold]{sentences.site(site)}[/]: {sentences.reason(site, result['currency'])}", soft_wrap=True
        )
    near = [row for row in result["rules"] if row["is_binding"] or (row["marginal_value"] or 0) > PRICE_SHOWN]
    if near:
        _show_slack(console, near, result["currency"])
    _show_gains(console, result, {(row["rule"], row["subject"]) for row in near})
    if len(near) < len(result["rules"]):
        rest = len(result["rules"]) - len(near)
        console.print(f"Rules that do not limit the plan are in report.constraint_slack: {rest} more rows.")
    for row in result["alternatives"]:
        least = "the fewest possible" if row["is_proven"] else "perhaps not the fewest"
        console.print(
            f"Alternative {row['alternative']}: objective lower by {row['objective_loss']:.4f},"
            f" shares {row['shared_site_count']} sites ({least}); leaves {_list(row['given_up'])},"
            f" takes {_list(row['taken_instead'])}.",
            soft_wrap=True,
        )


def _show_slack(console: Console, rows: Sequence[dict[str, Any]], currency: str) -> None:
    """Print rules with their limit, what the plan has, and what a step more is worth."""

    def amounts(key: str) -> list[str]:
        return [amount(row[key], sentences.unit(row["unit"], currency)) for row in rows]

    def values(key: str) -> list[str]:
        return ["-" if row[key] is None else f"{row[key]:+.4f}" for row in rows]

    columns = [
        Column("rule", [escape(row["rule"]) for row in rows], is_text=True),
        Column("about", [escape(row["subject"]) for row in rows], is_text=True),
        Column("limit", amounts("limit_value")),
        Column("found", amounts("found_value"), 2, "found"),
        Column("slack", amounts("slack")),
        Column("step", amounts("step")),
        Column("change", values("marginal_value")),
        Column("at most", values("marginal_value_max"), 1, "at most"),
    ]
    print_fitted(console, "Constraint slack, and the change of the objective by one step more", columns)


def _show_gains(console: Console, result: dict[str, Any], near: Container[tuple[str, str]]) -> None:
    """Print what more room brings in rules that limit the plan, and in others where it brings anything."""
    useless = 0
    for _, group in groupby(result["gains"], key=itemgetter("place")):
        rows = list(group)
        if rows[0]["is_better"] or (rows[0]["rule"], rows[0]["subject"]) in near:
            console.print(escape(sentences.room(rows, result["currency"])), soft_wrap=True)
        else:
            useless += 1
    if useless:
        console.print(f"A step more room in any of {useless} other rows of rules: no better plan.")


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "nothing"


def show_difference(found: dict[str, Any]) -> None:
    """Print what differs between two runs, and nothing that is the same."""
    console, a, b = Console(), found["run_a"], found["run_b"]
    told = [row for row in found["scenario"] if None not in (row["value_a"], row["value_b"])]
    for row in told:
        console.print(
            f"{row['kind']} {escape(row['key'])}: {_setting(row['value_a'])} -> {_setting(row['value_b'])}",
            soft_wrap=True,
        )
    if len(told) < len(found["scenario"]):
        console.print(f"{len(found['scenario']) - len(told)} parameters are known to one of the runs only.")
    if not found["scenario"]:
        console.print("Scenario, data and solver are the same.")
    table = Table("", f"run {a}", f"run {b}", "change", title=f"Run {b} against run {a}")
    for row in found["figures"]:
        if abs(row["change"]) > NO_CHANGE * max(abs(row["value_a"] or 0), 1):
            unit = {"capex": found["currency"], "net_capex": found["currency"], "coverage": "share"}
            values = (row[key] for key in ("value_a", "value_b", "change"))
            table.add_row(
                sentences.figure(row),
                *(amount(value, unit.get(row["figure"], "")) for value in values),
            )
    console.print(table)
    for site in found["sites"]:
        if site["difference"] != "same":
            what = f"{_text(site['option_a'])} -> {_text(site['option_b'])}"
            console.print(f"{site['difference']}: {sentences.site(site)}, {what}", soft_wrap=True)
    for row in found["people"]:
        if row["gained_population"] or row["lost_population"]:
            gained, lost = f"{row['gained_population']:,.0f}", f"{row['lost_population']:,.0f}"
            who = escape(f"{row['group_kind']} {row['group_name']}")
            console.print(f"{row['level']} in {who}: {gained} people gain it, {lost} lose it")


def _setting(value: str) -> str:
    try:
        return plain(float(value))
    except ValueError:
        return escape(value)


def _text(value: str | None) -> str:
    return "-" if value is None else escape(value)
