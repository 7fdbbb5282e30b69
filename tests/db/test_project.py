"""The numbered list of projects: the projects of report.decision, each once, with figures of their own views."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from model import sweep
from model.solve import Limits, solve_scenario
from tests.support.scenarios import town_file


def row(conn: psycopg.Connection[Any], query: str, *values: Any) -> Any:
    return conn.execute(query, values).fetchone()


def add_project(
    conn: psycopg.Connection[Any],
    site: str,
    *,
    phase: int = 1,
    capex_cad: float = 1000.0,
    action: str = "build",
) -> int:
    """Put a project into the only run, with no new port."""
    (site_id,) = row(
        conn,
        "insert into plan.decision (run_id, phase, site_id, site_name, option_id, action, equipment_cad,"
        " installation_cad, connection_cad, soft_cost_cad, contingency_cad, dismantling_cad, capex_cad, grant_cad,"
        " resale_cad, opex_change_cad_per_year, added_kw, geom)"
        " select r.run_id, %s, s.site_id, s.name, 'x', %s, %s, 0, 0, 0, 0, 0, %s, 0, 0, 0, 0, s.geom"
        " from plan.run as r cross join core.site as s where s.name like %s returning site_id",
        phase, action, capex_cad, capex_cad, f"{site}%",
    )  # fmt: skip
    return int(site_id)


@pytest.fixture
def solved(toy: psycopg.Connection[Any], tmp_path: Path) -> psycopg.Connection[Any]:
    """Toy Town with a plan that builds at Ring Market: see tests/db/test_analyses.py."""
    assert solve_scenario(town_file(tmp_path), Limits()).error is None
    return toy


def test_the_list_has_the_projects_of_the_plan_and_no_station_that_stays(solved: Any) -> None:
    query = "select site_id, phase, action, capex_cad, net_capex_cad, added_kw, ports_after from report.{} order by 1"
    projects = solved.execute(query.format("project")).fetchall()
    assert projects
    assert projects == solved.execute(query.format("decision")).fetchall()
    number, name, year, area = row(
        solved, "select project_number, name, year, planning_area from report.project"
    )
    assert number == 1
    assert name.startswith("Ring Market")
    assert (year,) == row(solved, "select year from report.phase_budget")
    assert (area,) == row(solved, "select planning_area from report.station_plan where name = %s", name)


def test_ports_come_and_go_by_type(solved: Any) -> None:
    (before,) = row(solved, "select ports_added from report.project")
    assert re.fullmatch(r"\w+=1", before), "one port of Level 2"
    solved.execute(
        "update plan.decision_port set port_count_before = 4, port_count_after = 1 where charger_type = %s",
        [before.split("=")[0]],
    )
    solved.execute(
        "insert into plan.decision_port (run_id, phase, site_id, charger_type, port_count_before, port_count_after)"
        " select run_id, phase, site_id, 'dc_50', 0, 2 from plan.decision"
    )
    found = row(
        solved, "select ports_added, port_count_added, ports_removed, port_count_removed from report.project"
    )
    assert found == ("dc_50=2", 2, before.replace("=1", "=3"), 3)


def test_people_are_those_of_the_level_with_most_of_them(solved: Any) -> None:
    """Ring Market adds P2, 300 people of 1000, that no other station covers."""
    level, people, alone = row(
        solved, "select gain_level, gain_population, only_population from report.project"
    )
    assert (people, alone) == pytest.approx((300, 300))
    assert (level,) == row(solved, "select level from report.site_gain")


def test_numbers_go_by_phase_then_by_people_then_by_cost(solved: Any) -> None:
    dear = add_project(solved, "Second", capex_cad=5_000_000)
    cheap = add_project(solved, "Town Hall", capex_cad=10, action="expand")
    numbers = dict(solved.execute("select site_id, project_number from report.project").fetchall())
    (ring,) = row(solved, "select site_id from core.site where name like 'Ring Market%%'")
    assert numbers == {ring: 1, dear: 2, cheap: 3}
    assert solved.execute(
        "select project_number from report.project where site_id = %s", [dear]
    ).fetchall() == [(2,)], "the number is the same when one project is asked for"


def test_a_later_phase_comes_later_whatever_it_brings(solved: Any) -> None:
    solved.execute(
        "insert into plan.scenario_phase select (jsonb_populate_record(p, '{\"phase\": 2}')).*"
        " from plan.scenario_phase as p"
    )
    cheap = add_project(solved, "Town Hall", capex_cad=10, action="expand")
    solved.execute("alter table plan.decision_port drop constraint decision_port_run_id_phase_site_id_fkey")
    for table in ("decision_port", "decision"):
        solved.execute(f"update plan.{table} set phase = 2 where site_id <> %s", [cheap])  # noqa: S608
    numbers = solved.execute(
        "select project_number, phase, site_id = %s from report.project order by project_number", [cheap]
    ).fetchall()
    assert numbers == [(1, 1, True), (2, 2, False)]


def test_how_sure_a_project_is(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """Chosen in 3 of 5 plans: see test_a_tornado_by_hand. Variations change no number, and have numbers of their own."""
    base, _ = sweep.sweep(town_file(tmp_path), ["budget=20e3", "service_distance=0.7", "costs=0.5"], Limits())
    found = toy.execute(
        "select project_number, chosen_count, run_count from report.project where run_id = %s",
        [base.report.run_id],
    ).fetchall()
    assert found == [(1, 3, 5)]
    for numbers, count in toy.execute(
        "select array_agg(project_number order by project_number), count(*)::integer from report.project"
        " group by run_id"
    ):
        assert numbers == list(range(1, count + 1))


def test_without_variations_nothing_is_said_of_them(solved: Any) -> None:
    assert row(solved, "select chosen_count, run_count, loss_if_dropped from report.project") == (None,) * 3


def test_a_run_is_worked_out_alone(solved: Any) -> None:
    """Its filter reaches the covering of its sites: all runs together would take as long as there are runs."""
    for view in ("project", "site_gain"):
        (plan,) = row(solved, f"explain (format json) select * from report.{view} where run_id = 1")  # noqa: S608
        text = str(plan)
        assert "demand_coverage" in text
        conditions = re.findall(r"\(run_id = 1\)|\(\w+\.run_id = 1\)", text)
        assert len(conditions) >= 3, view
