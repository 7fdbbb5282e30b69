"""Toy Town's sites by name, for the rules on space: solved, locked, and plans held against a rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from model.data import read, scenario, scenario_store
from model.data.inputs import Inputs
from model.solve import Limits, solve_scenario
from tests.support.findings import messages

TOWN = """
[demand.weight_share]
ev = 0.0
population = 1.0
transit = 0.0
infrastructure_quality = 0.0
infrastructure_age = 0.0
[level.L2]
service_distance_m = 1000
[level.L3]
service_distance_m = 800
[rule]
grid_area_power = false
"""


FAST = '[phase.1]\nactions = ["build"]\nchargers = ["dc_50"]\nbudget_cad = {}\n'
SLOW = '[phase.1]\nactions = ["build"]\nchargers = ["ac_7"]\nbudget_cad = {}\n'
SPACING = "min_spacing = true\n[level.L3]\nspacing_min_m = {}\n"
MOST = "area_station_limits = true\n[[area.override]]\nname = 'Ringham'\nstation_count_max = {}\n"
"""Phases that only build, with a budget, and limits that keep stations apart or few: what follows the rules of a trial."""
SITES = {"ocm:1": "S1", "ocm:2": "S2", "place:n102": "K1", "place:n103": "K2"}


def names(conn: psycopg.Connection[Any]) -> dict[int, str]:
    return {site: SITES[key] for site, key in conn.execute("select site_id, site_key from core.site")}


def lock(conn: psycopg.Connection[Any], name: str, kind: str) -> None:
    key = next(key for key, known in SITES.items() if known == name)
    conn.execute(
        "insert into plan.site_lock (site_id, lock_kind) select site_id, %s from core.site"
        " where site_key = %s",
        (kind, key),
    )


def file(folder: Path, text: str) -> str:
    """Write a scenario: the town, and what differs; the text begins among the rules."""
    town, path = folder / "rules_town.toml", folder / "trial.toml"
    town.write_text(TOWN, encoding="utf-8")
    path.write_text(f"extends = '{town}'\n[rule]\n{text}", encoding="utf-8")
    return str(path)


def inputs_of(conn: psycopg.Connection[Any], folder: Path, text: str) -> Inputs:
    return read.read(conn, scenario_store.store(conn, *scenario.resolve(file(folder, text))))


def new_sites(
    conn: psycopg.Connection[Any], folder: Path, text: str, level: str = "L3"
) -> tuple[set[str], int]:
    """Solve, and return where ports of a level are new, with the run."""
    ended = solve_scenario(file(folder, text), Limits())
    assert ended.error is None
    run_id = ended.report.run_id
    rows = conn.execute(
        "select p.site_id from plan.decision_port as p join plan.run as r using (run_id)"
        " join plan.scenario_charger as c using (scenario_id, charger_type) where run_id = %s and c.level = %s"
        " group by p.site_id having sum(p.port_count_after) > sum(p.port_count_before)",
        (run_id, level),
    )
    return {names(conn)[site] for (site,) in rows}, run_id


def violations(conn: psycopg.Connection[Any], rule: str, run_id: int) -> list[str]:
    """Hold a plan against a rule that it did not know."""
    conn.execute("update plan.scenario_rule set is_on = true where rule = %s", (rule,))
    return messages(conn, f"limit_{rule}", run_id)
