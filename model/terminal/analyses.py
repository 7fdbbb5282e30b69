"""Prints analyses of a scenario for people: its sweep and its frontier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

from model.analysis.variation import shown_value
from model.terminal import sentences
from model.terminal.table import Column, fits, print_fitted

if TYPE_CHECKING:
    from model.run.pipeline import Report

OFTEN_SHOWN = 5

Row = dict[str, Any]


def show_sweep(report: Report, result: Row) -> None:
    """Print a tornado, widest first, the marginal value of money and the sites chosen in every run."""
    console = Console()
    title = f"{escape(report.scenario)}: run {report.run_id} and its variations"
    print_fitted(console, title, _sweep_columns(console, report, result["runs"]))
    if any(row["is_service_distance_cut"] for row in result["runs"]):
        console.print(
            "*: the region does not know distances that long; what is added beyond them counts for nothing."
            " `road_distance_max_m` of the region's \\[settings] says how far it knows them.",
            soft_wrap=True,
        )
    if result["futures"]:
        _show_futures(console, report, result["futures"])
    value = result["marginal_value_per_100k_cad"]
    if value is not None:
        console.print(f"100,000 {report.currency} more would change the objective by {value:+.4f}.")
    sites = result["sites"]
    if sites:
        sure = [sentences.site(site) for site in sites if site["is_robust"]]
        console.print(
            f"Chosen in all {sites[0]['run_count']} plans: {', '.join(sure) or 'none'}.", soft_wrap=True
        )
        often = [f"{sentences.site(s)} in {s['chosen_count']}" for s in sites if not s["is_robust"]]
        console.print(f"Next most often: {', '.join(often[:OFTEN_SHOWN]) or 'none'}.", soft_wrap=True)


def _sweep_columns(console: Console, report: Report, runs: Sequence[Row]) -> list[Column]:
    """Return the columns of a tornado: people in one for each level, or in one of all where that is less."""
    levels = list(report.coverage)
    is_of_people = any(row["people_change_by_level"] for row in runs)
    first = [
        Column("parameter\n(as it is)", ["as it is", *_names(runs)], is_text=True),
        Column("value", ["", *map(_value, runs)]),
    ]
    people = [
        Column(f"people\n{escape(level)}", ["", *(_people(row, level) for row in runs)])
        for level in levels
        if is_of_people
    ]
    net = Column(f"net\n{report.currency}", [_money(report.net_capex_cad), *map(_net, runs)])
    shares = [
        Column(
            f"covered\n{escape(level)}",
            [_percent(report.coverage[level]["after"]), *(_share(row, level) for row in runs)],
            rank=2 if is_of_people else 0,
            name="coverage",
        )
        for level in levels
    ]
    objective = Column(
        "\nobjective",
        [_number(report.objective), *(_number(row["objective"]) for row in runs)],
        3,
        "objective",
    )
    gains = ["-" if r["objective_change"] is None else f"{r['objective_change']:+.4f}" for r in runs]
    change = Column("change of\nobjective", ["", *gains], 1, "change of the objective")
    if not fits(console, [*first, *people, net]):
        lines = ["\n".join(f"{escape(level)} {_people(row, level)}" for level in levels) for row in runs]
        people = [Column("people", ["", *lines]) for _ in people[:1]]
    return [*first, *people, net, *shares, objective, change]


def _names(runs: Sequence[Row]) -> list[str]:
    """Return the parameter of each run with its value in the plan, once for those that follow each other."""
    names, last = [], ""
    for row in runs:
        is_new = row["parameter"] != last or row["parameter_count"] > 1
        names.append(escape(f"{row['parameter']} ({shown_value(row['base_value'])})") if is_new else "")
        last = row["parameter"]
    return names


def _value(row: Row) -> str:
    return escape(shown_value(row["value"])) + ("*" if row["is_service_distance_cut"] else "")


def _people(row: Row, level: str) -> str:
    """Write how many people more or fewer a level covers; none has no sign."""
    change = (row["people_change_by_level"] or {}).get(level)
    return "-" if change is None else f"{change:+,.0f}" if change else "0"


def _net(row: Row) -> str:
    """Write the money of a run; one without a plan says so there."""
    if row["objective"] is None:
        return str(row["status"])
    return _money(row["net_capex_cad"])


def _show_futures(console: Console, report: Report, futures: Sequence[Row]) -> None:
    """Print how the plan fares in other futures: covered, served, and what it is worth less than another."""
    # the plan as it is, and the one made for it
    pairs = [(row, lead) for row in futures for lead in ("parent_plan_", "")]
    levels = list(report.coverage)
    served = [level for level in levels if any((f["served_by_level"] or {}).get(level) for f in futures)]

    def shares(key: str, level: str) -> list[str]:
        return [_percent((row[f"{lead}{key}"] or {}).get(level)) for row, lead in pairs]

    columns = [
        Column("future", [_future(row) if lead else "" for row, lead in pairs], is_text=True),
        Column("plan", ["as it is" if lead else "made for it" for _, lead in pairs], is_text=True),
        *(Column(escape(level), shares("coverage_by_level", level), 2, "coverage") for level in levels),
        *(
            Column(f"{escape(level)}\nserved", shares("served_by_level", level), 1, "sessions served")
            for level in served
        ),
        Column("objective", [_objective(row, lead) for row, lead in pairs]),
        Column("regret", [_regret(row) if lead else "" for row, lead in pairs], is_text=True),
    ]
    print_fitted(console, f"Run {report.run_id} as it is in other futures, and a plan for each", columns)


def _future(row: Row) -> str:
    return escape(", ".join(f"{name} {shown_value(value)}" for name, value in row["parameters"].items()))


def _objective(row: Row, lead: str) -> str:
    is_own_missing = not lead and row["objective"] is None
    return str(row["status"]) if is_own_missing else _number(row[f"{lead}objective"])


def _regret(row: Row) -> str:
    return f"breaks {', '.join(row['broken_rules'])}" if row["broken_rules"] else _number(row["regret"])


def show_frontier(name: str, frontier_id: int, rows: Sequence[Row], currency: str) -> None:
    """Print a frontier as a table; a point that another one makes useless is marked."""
    levels = sorted({level for row in rows for level in row["coverage_by_level"] or ()})
    columns = [
        Column("point", [f"{row['point']}{' dominated' if row['is_dominated'] else ''}" for row in rows]),
        Column(f"limit {currency}", [_money(row["cost_limit_cad"]) for row in rows]),
        Column(f"net {currency}", [_money(row["net_capex_cad"]) for row in rows]),
        Column("coverage", [_percent(row["coverage_share"]) for row in rows]),
        *(Column(escape(level), [_share(row, level) for row in rows], 2, "levels") for level in levels),
        Column("gap", [_percent(row["mip_gap"]) for row in rows], 1, "gap"),
        Column("run", [str(row["run_id"]) for row in rows]),
    ]
    title = f"{escape(name)}: frontier {frontier_id}, coverage against net cost"
    print_fitted(Console(), title, columns)


def _money(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _share(row: Row, level: str) -> str:
    """Write the share of a level; one that a plan does not have is a dash."""
    return _percent((row["coverage_by_level"] or {}).get(level))


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
