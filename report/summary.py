"""Prints the adopted plan, or another published one, for people: what `make run` ends with.

`python -m report.summary [--run R] [--language fr]`
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from db.command.app import run_app
from db.command.number_options import PublishedRun
from db.common.language import Language, Text, Words
from db.session import connection
from db.session.dead_run import end_dead_runs
from report.catalogue import NAMES, catalogue
from report.kinds import ports
from report.run import Connection, Row, find_run, rows

WORDS = Path(__file__).with_name("words.toml")
DECISIONS_SHOWN = 10
SECONDS_SHOWN_SHARE = 0.01
MOMENTS = ("before", "after")
_SHARES = {"covered": "coverage_by_level", "served": "served_by_level"}
ACTIONS = ("expand", "upgrade", "build", "remove")
PARTS = (
    "equipment_cad",
    "installation_cad",
    "connection_cad",
    "soft_cost_cad",
    "contingency_cad",
    "dismantling_cad",
    "grant_cad",
    "resale_cad",
    "grid_upgrade_cad",
)


def _newer(conn: Connection, run: Row, words: Words) -> str:
    """Name the latest plan that is not adopted, where the adopted one is shown."""
    found = rows(
        conn,
        "select run_id, scenario_name from report.published_run"
        " where parent_run_id is null and run_id > %s order by run_id desc limit 1",
        run["run_id"],
    )
    if not found or not run["is_adopted"]:
        return ""
    return words("newer", run=found[0]["run_id"], scenario=escape(found[0]["scenario_name"]))


def status_words(run: Row, words: Words) -> str:
    """Say how good the plan is known to be; `optimal` only where the solver proved it."""
    if run["status"] == "optimal":
        return words("status_optimal")
    gap = run["mip_gap"]
    return words("status_feasible") if gap is None else words("status_gap", gap=words.share(gap, 2))


def _audit_words(run: Row, words: Words) -> str:
    if not run["audit_figure_count"]:
        return words("audit_none")
    return words(
        "audit_found",
        violations=words("violation_count", count=run["audit_violation_count"]),
        figures=words("figure_count", count=run["audit_figure_count"]),
        rules=words("rule_count", count=run["audit_rule_on_count"]),
        off=words("rule_off_count", count=run["audit_rule_count"] - run["audit_rule_on_count"]),
    )


def _money_words(phase: Row, words: Words) -> str:
    spent = words(
        "money_spent",
        gross=words.money(phase["capex_cad"]),
        net=words.money(phase["net_capex_cad"]),
        budget=words.money(phase["budget_cad"] + phase["carried_in_cad"]),
    )
    return words.between(";").join(
        [spent, *(words(part, money=words.money(phase[part])) for part in PARTS if phase[part])]
    )


def _economy_words(economy: Row, words: Words) -> str:
    return words(
        "economy_found",
        npv=words.money(economy["npv_cad"]),
        first=economy["first_year"],
        last=economy["last_year"],
        subsidy=words.money(economy["subsidy_needed_cad"]),
        tonnes=words.number(economy["ghg_avoided_t_per_year"], 1),
    )


def _grant_lines(conn: Connection, run_id: int, words: Words) -> list[tuple[str, str]]:
    """Say of each grant program how many projects it pays, and which clauses the others do not keep."""
    programs = rows(
        conn,
        "select program, stream_en as en, stream_fr as fr, count(*) as project_count,"
        " count(*) filter (where status = 'paid') as paid_count, sum(granted_cad) as granted_cad"
        " from report.decision_grant where run_id = %s group by 1, 2, 3 order by min(decision_grant_id)",
        run_id,
    )
    broken = rows(
        conn,
        "select program, clause, count(*) as count from report.site_grant_clause"
        " where run_id = %s and not is_kept group by 1, 2 order by 3 desc, 2",
        run_id,
    )
    lines = []
    for p in programs:
        why = [
            words(f"clause_{b['clause']}", count=b["count"]) for b in broken if b["program"] == p["program"]
        ]
        paid = words(
            "grant_found", paid=p["paid_count"], of=p["project_count"], money=words.money(p["granted_cad"])
        )
        stream = f" ({p[words.language]})" if p[words.language] else ""
        lines.append(
            (words("grant", program=escape(f"{p['program']}{stream}")), words.between(";").join([paid, *why]))
        )
    return lines


def _future_lines(conn: Connection, run_id: int, words: Words) -> list[tuple[str, str]]:
    """Say how the plan fares in each future that a sweep held it against, beside the plan made for it."""
    futures = rows(
        conn,
        "select f.* from report.future as f"
        " join report.run_analysis as a on a.sensitivity_run_id = f.parent_run_id"
        " where a.run_id = %s order by future_id",
        run_id,
    )
    levels = rows(
        conn,
        "select level, title_en as en, title_fr as fr from report.run_level where run_id = %s order by place",
        run_id,
    )
    titles = {
        row["rule"]: escape(row[words.language])
        for row in rows(conn, "select rule, title_en as en, title_fr as fr from report.rule_title")
    }
    lines = []
    for f in futures:
        differs = (
            f"{words.named('parameter', name)} {words.value(value)}"
            for name, value in f["parameters"].items()
        )
        rules = ", ".join(titles.get(rule, rule) for rule in f["broken_rules"])
        held, own, regret = (
            None if f[name] is None else words.number(f[name], 4)
            for name in ("parent_plan_objective", "objective", "regret")
        )
        key = ("future_broken" if rules else "future_found") if own else "future_alone"
        if rules and not own:
            key = "future_broken_alone"
        said = [words(key, held=held, own=own, regret=regret, rules=rules)]
        for level in levels if own else ():
            title = escape(level[words.language])
            said += [
                words(f"future_{what}", level=title, held=words.share(as_it_is, 2), own=words.share(made, 2))
                for what in ("covered", "served")
                if (as_it_is := _share_of(f, f"parent_plan_{_SHARES[what]}", level)) is not None
                and (made := _share_of(f, _SHARES[what], level)) is not None
            ]
        lines.append((words("future", future=escape(", ".join(differs))), words.between(";").join(said)))
    return lines


def _room_lines(conn: Connection, run_id: int, words: Words) -> list[tuple[str, str]]:
    """Say of the rule whose room would bring most people what a step more brings, at each level."""
    found = rows(
        conn,
        "select g.*, t.title_en as rule_en, t.title_fr as rule_fr, l.title_en as en, l.title_fr as fr"
        " from report.constraint_gain as g join report.rule_title as t using (rule)"
        " join report.run_level as l using (run_id, level)"
        " where g.run_id = %s and g.place = (select min(b.place) from report.constraint_gain as b"
        " where b.run_id = g.run_id and b.is_better) order by l.place",
        run_id,
    )
    said = []
    for row in found:
        level, distance = escape(row[words.language]), words.number(row["service_distance_m"], 0)
        for what, change, digits in (
            ("people", row["population_change"], 0),
            ("sessions", row["sessions_change_per_h"], 1),
        ):
            if change is not None and round(change, digits):
                key, number = (
                    f"room_{what}_{'more' if change > 0 else 'fewer'}",
                    words.number(abs(change), digits),
                )
                said.append(words(key, level=level, distance=distance, number=number))
    if not said:
        return []
    unit, step = found[0]["unit"], found[0]["step"]
    amount = words.share(step, 0) if unit == "share" else words.number(step)
    much = words(f"room_unit_{unit}", amount=words.money(step) if unit.startswith("cad") else amount)
    cut = "" if found[0]["is_proven"] else f" {_cut_words(found, words)}"
    lead = words("room_step", rule=escape(found[0][f"rule_{words.language}"]), much=much)
    return [(words("room"), lead + words.between(":") + words.between(";").join(said) + cut)]


def _cut_words(found: list[Row], words: Words) -> str:
    """Say between what the worth of the room lies, where a search was cut off."""
    low, high = found[0]["worth_population_low"], found[0]["worth_population_high"]
    if high is None:
        return words("room_cut")
    level = next(escape(row[words.language]) for row in found if row["level"] == row["worth_level"])
    least, most = words.number(low, 0), words.number(high, 0)
    return words("room_within", level=level, low=least, high=most)


def _share_of(future: Row, column: str, level: Row) -> float | None:
    share = (future[column] or {}).get(level["level"])
    return None if share is None else float(share)


def _seconds_words(conn: Connection, run_id: int, words: Words) -> list[str]:
    """Say what the seconds of a run went into; those that took less than a hundredth are not named."""
    found = rows(
        conn, "select solve_step, step_s from report.run_step where run_id = %s order by run_step_id", run_id
    )
    all_s = sum(row["step_s"] for row in found)
    titles = catalogue().values_of("solve_step", words.language)
    named = [
        words("step_found", step=titles[row["solve_step"]], seconds=words.number(row["step_s"], 1))
        for row in found
        if row["step_s"] >= SECONDS_SHOWN_SHARE * all_s
    ]
    total = words("seconds_all", seconds=words.number(all_s, 1))
    return [words.between(";").join([*named, total])] if found else []


def _figures(conn: Connection, run: Row, words: Words) -> Table:
    coverage = rows(
        conn,
        "select distinct on (l.place) l.title_en as en, l.title_fr as fr, c.before_share, c.after_share"
        " from report.coverage_summary as c join report.run_level as l using (run_id, level)"
        " where c.run_id = %s order by l.place, c.phase desc",
        run["run_id"],
    )
    phases = rows(conn, "select * from report.phase_budget where run_id = %s order by phase", run["run_id"])
    economy = rows(conn, "select * from report.plan_economy where run_id = %s", run["run_id"])
    counts = [words(f"{a}_count", count=run[f"{a}_count"]) for a in ACTIONS if run[f"{a}_count"]]
    lines = [
        (words("plan"), words("adopted" if run["is_adopted"] else "not_adopted")),
        (words("status"), status_words(run, words)),
    ]
    for c in coverage:
        before, after = (words.share(c[f"{moment}_share"], 2) for moment in MOMENTS)
        lines.append((words("coverage", level=escape(c[words.language])), f"{before} -> {after}"))
    lines += [
        (
            words("money", phase=p["phase"]),
            f"{_money_words(p, words)} ({escape(p[f'title_{words.language}'])})",
        )
        for p in phases
    ]
    lines += _grant_lines(conn, run["run_id"], words)
    lines += [(words("economy"), _economy_words(e, words)) for e in economy]
    lines.append((words("actions"), ", ".join(counts) or words("none")))
    lines += [(words(n), words.number(run[n], 4)) for n in ("objective", "dual_bound") if run[n] is not None]
    if run["mip_gap"] is not None:
        lines.append((words("gap"), words.share(run["mip_gap"], 3)))
    lines += _room_lines(conn, run["run_id"], words)
    lines += _future_lines(conn, run["run_id"], words)
    lines.append((words("audit"), _audit_words(run, words)))
    lines += [(words("seconds"), told) for told in _seconds_words(conn, run["run_id"], words)]
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column()
    for name, value in lines:
        table.add_row(name, value)
    return table


def _ports(found: list[Row], column: str, words: Words) -> str:
    counts = ((row[column], Text(en=row["en"], fr=row["fr"])) for row in found)
    return ports(counts, words.language)


def _port_types(conn: Connection, run_id: int, words: Words) -> Table:
    """Return stations, ports and power of the region by charger type, before and after."""
    found = rows(
        conn,
        "select c.title_en as en, c.title_fr as fr, s.* from report.port_summary as s"
        " join report.run_charger as c using (run_id, charger_type) where s.run_id = %s order by c.place",
        run_id,
    )
    table = Table(words("col_type"), box=None, pad_edge=False)
    for head in ("stations", "all_ports", "kw"):
        table.add_column(words(f"col_{head}"), justify="right")
    for row in found:
        changes = [
            " -> ".join(words.number(row[f"{what}_{moment}"], 0) for moment in MOMENTS)
            for what in ("station_count", "port_count", "kw")
        ]
        table.add_row(escape(row[words.language]), *changes)
    return table


def _level_service(conn: Connection, run_id: int, words: Words) -> Table:
    """Return what the ports of each level can do, before and after."""
    found = rows(
        conn,
        "select l.title_en as en, l.title_fr as fr, s.* from report.level_service as s"
        " join report.run_level as l using (run_id, level) where s.run_id = %s order by l.place",
        run_id,
    )
    figures = {"capacity_per_h": 1, "wait_min": 1, "people_per_port": 0, "ev_per_port": 0}
    table = Table(words("col_level"), box=None, pad_edge=False)
    for figure in figures:
        table.add_column(words(f"col_{figure}"), justify="right")
    for row in found:
        values = [
            " -> ".join(
                "-" if row[f"{figure}_{moment}"] is None else words.number(row[f"{figure}_{moment}"], digits)
                for moment in MOMENTS
            )
            for figure, digits in figures.items()
        ]
        table.add_row(escape(row[words.language]), *values)
    return table


def _decisions(conn: Connection, run_id: int, words: Words) -> tuple[Table, int]:
    found = rows(
        conn,
        "select * from report.decision where run_id = %s order by phase, capex_cad desc, site_id",
        run_id,
    )
    heads = ("phase", "action", "site", "name", "owner", "ports")
    table = Table(*(words(f"col_{head}") for head in heads), box=None, pad_edge=False)
    table.add_column(words("col_kw"), justify="right")
    table.add_column(words("col_net"), justify="right")
    of_types = rows(
        conn,
        "select p.decision_id, p.port_count_before, p.port_count_after, c.title_en as en, c.title_fr as fr"
        " from report.decision_port as p join report.run_charger as c using (run_id, charger_type)"
        " where p.run_id = %s order by c.place",
        run_id,
    )
    for d in found[:DECISIONS_SHOWN]:
        own = [row for row in of_types if row["decision_id"] == d["decision_id"]]
        table.add_row(
            str(d["phase"]),
            words(f"action_{d['action']}"),
            str(d["site_id"]),
            escape(_place(d)),
            words(f"owner_{d['owner_class'] or 'unknown'}"),
            escape(" -> ".join(_ports(own, f"port_count_{moment}", words) for moment in MOMENTS)),
            words.number(d["kw_after"]),
            words.money(d["net_capex_cad"]),
        )
    return table, len(found)


def _place(decision: Row) -> str:
    """Return the name of a site and, in a second line, its address and town."""
    name = decision["name"] or "-"
    parts = [p for p in (decision["address"], decision["city"]) if p and p != name]
    return f"{name}\n{', '.join(parts)}" if parts else name


def show(conn: Connection, run: Row, console: Console, language: Language = Language.EN) -> None:
    """Print a run: region, figures, first projects, assumptions, and how to open it in QGIS."""
    words = Words(language, run["currency"], (NAMES, WORDS))
    label = f" [bold]({words('synthetic')})[/]" if run["is_synthetic"] else ""
    shown = words("shown", scenario=escape(run["scenario_name"]), run=run["run_id"])
    console.print(f"[bold]{escape(run['region_title'])}[/]{label}{words.between(':')}{shown}", soft_wrap=True)
    console.print(_figures(conn, run, words))
    console.print(_port_types(conn, run["run_id"], words))
    console.print(_level_service(conn, run["run_id"], words))
    newer = _newer(conn, run, words)
    if newer:
        console.print(newer, soft_wrap=True)
    projects, count = _decisions(conn, run["run_id"], words)
    if count:
        console.print(projects)
    if count > DECISIONS_SHOWN:
        console.print(words("more", count=count - DECISIONS_SHOWN))
    if run["message"]:
        console.print(escape(run["message"]), soft_wrap=True)
    apart = rows(conn, "select 1 from report.station_apart where run_id = %s", run["run_id"])
    if apart:
        console.print(words("apart", count=len(apart)), soft_wrap=True)
    console.print(words("assumed", count=len(rows(conn, "select 1 from report.assumption"))), soft_wrap=True)
    console.print(words("in_qgis"), soft_wrap=True)


def main(
    run: PublishedRun = None,
    language: Annotated[Language, typer.Option(help="Language of the summary.")] = Language.EN,
) -> None:
    """Print a published plan, the adopted one by default, and how to open it in QGIS."""
    with connection.connect() as conn:
        end_dead_runs(conn)
        show(conn, find_run(conn, run), Console(), language)


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
