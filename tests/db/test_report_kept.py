"""What reports say of a finished run stays, whatever planners lock afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from model.solve import Limits, solve_scenario
from tests.support.scenarios import file

Connection = psycopg.Connection[Any]
LOCK = (
    "insert into plan.site_lock (site_id, lock_kind)"
    " select site_id, 'must_change' from core.site where site_key = %s"
)
# no station counts, and only a lock opens one
APART = """
[station]
coverage_access = ["members"]
change_owner_types = []
"""
UPGRADE = """
[phase.1]
actions = ["upgrade", "remove"]
[objective.weight]
served = 10
[site]
ports_retained_min = 1
[electricity]
distribution_charge_cad_per_kw_month = 5
"""
NOTHING = """
[phase.1]
actions = ["upgrade"]
budget_cad = 1
"""


def reports(conn: Connection) -> dict[str, list[str]]:
    """Return the rows of each view of reports that speaks of runs, as text."""
    views = conn.execute(
        "select distinct table_name from information_schema.columns"
        " where table_schema = 'report' and column_name in ('run_id', 'decision_id') order by 1"
    ).fetchall()
    query = sql.SQL("select t::text from {} as t order by t::text")
    return {
        name: [r for (r,) in conn.execute(query.format(sql.Identifier("report", name)))] for (name,) in views
    }


def rows(conn: Connection) -> list[tuple[Any, ...]]:
    """Return the stations that a plan might take away, with their ports."""
    return conn.execute(
        "select run_id, site_id, name, ports, port_count, is_removed from report.removal_candidate order by 1, 2"
    ).fetchall()


def layouts(conn: Connection) -> set[str]:
    """Return the layouts that are worked out."""
    return {layout for (layout,) in conn.execute("select layout from model.layout")}


def test_a_report_stays_when_the_locks_of_its_run_go(toy: Connection, tmp_path: Path) -> None:
    toy.execute(LOCK, ("ocm:1",))
    assert solve_scenario(file(tmp_path, APART + UPGRADE, "upgrade"), Limits()).error is None
    assert (
        solve_scenario(file(tmp_path, APART + "[rule]\nlocks = false\n" + NOTHING, "nothing"), Limits()).error
        is None
    )
    before, worked_out, stations = reports(toy), layouts(toy), rows(toy)
    for view in (
        "project_cost",
        "station_plan",
        "removal_candidate",
        "idle_action",
        "level_service",
        "served_demand",
    ):
        assert before[view], view
    (charge,) = toy.execute("select demand_charge_cad_per_year from report.project_cost").fetchone() or (0,)
    assert charge > 0
    # the station that was changed is open no more, another one is
    toy.execute("delete from plan.site_lock")
    toy.execute(LOCK, ("ocm:2",))
    toy.execute("select model.work_out(scenario_id) from plan.scenario")
    assert worked_out - layouts(toy)
    after = reports(toy)
    assert after.keys() == before.keys()
    # how busy and how replaceable a station is, is judged only while the scenario may touch it
    assert {name for name in before if after[name] != before[name]} <= {"removal_candidate"}
    assert rows(toy) == stations
