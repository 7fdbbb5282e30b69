"""The programme of a plan: what it continues and what it adds, when work begins, and what there is if nothing is done."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import psycopg
import pytest

from model.solve import Limits, solve_scenario
from tests.db.test_project import add_project
from tests.support.scenarios import TOWN, file, town_file

SERVED = "served = 1.0\n"
LEAD = """
[lead_time]
permit_month = 5
construction_month = 2
removal_month = 3
connection = [{ added_kw_min = 0, lead_month = 1 }, { added_kw_min = 7.2, lead_month = 9 }]
"""
FAST = """
[level.L3]
service_distance_m = 600
"""
LATER = (
    TOWN.replace("{budget}", "400000")
    .replace('chargers = ["ac_7"]', "chargers = ['dc_50']\nyear = 2030\ntitle = { en = 'Then', fr = 'Puis' }")
    .replace("coverage.L3 = 0.0", "coverage.L3 = 1.0")
    + SERVED
    + FAST
    + """
[phase.2]
title = "Last"
year = 2033
budget_cad = 0
actions = ["build"]
chargers = ["ac_7"]
discount_factor = 1.0
[phase.2.coverage_min_share]
L2 = 0.0
"""
)
"""New fast chargers in 2030, and nothing more in 2033."""

Conn = psycopg.Connection[Any]


def solved(path: str) -> int:
    ended = solve_scenario(path, Limits())
    assert ended.error is None
    return ended.report.run_id


def rows(conn: Conn, query: str, *values: Any) -> list[Any]:
    return conn.execute(query.encode(), values).fetchall()


@pytest.fixture
def chain(toy: Conn, tmp_path: Path) -> tuple[Conn, int, int]:
    """A run of one phase, and one of two phases that continues it."""
    first = solved(town_file(tmp_path, SERVED + LEAD + FAST))
    return toy, first, solved(file(tmp_path, 'continues = "town"\n' + LATER, "later"))


def test_steps_are_those_of_the_chain_and_money_adds_up(chain: tuple[Conn, int, int]) -> None:
    conn, first, second = chain
    steps = rows(
        conn,
        "select step_number, step_run_id, phase, year, title_en, title_fr, project_count, net_capex_cad,"
        " cumulative_net_capex_cad from report.programme_step where run_id = %s order by step_number",
        second,
    )
    assert [step[:6] for step in steps] == [
        (1, first, 1, 2027, "Plan in one go", "Plan en une fois"),
        (2, second, 1, 2030, "Then", "Puis"),
        (3, second, 2, 2033, "Last", "Last"),
    ]
    decided = dict.fromkeys([(first, 1), (second, 1), (second, 2)], 0.0)
    counts = dict.fromkeys(decided, 0)
    for run, phase, cad in rows(
        conn, "select run_id, phase, capex_cad - grant_cad - resale_cad from plan.decision"
    ):
        decided[run, phase] += cad
        counts[run, phase] += 1
    assert counts[first, 1] == 1
    assert counts[second, 1] >= 1
    so_far = 0.0
    for key, step in zip(decided, steps, strict=True):
        so_far += decided[key]
        assert step[6:] == (counts[key], pytest.approx(decided[key]), pytest.approx(so_far))
    alone = rows(conn, "select step_run_id, year from report.programme_step where run_id = %s", first)
    assert alone == [(first, 2027)], "what continues a run is no part of it"


def test_ports_of_a_step_are_those_of_its_phase(chain: tuple[Conn, int, int]) -> None:
    conn, first, second = chain
    conn.execute(
        "insert into plan.decision_port (run_id, phase, site_id, charger_type, port_count_before, port_count_after)"
        " select run_id, phase, site_id, 'dc_50', 5, 2 from plan.decision where run_id = %s",
        [first],
    )
    found = rows(
        conn,
        "select port_count_added, port_count_removed from report.programme_step where run_id = %s order by step_number",
        second,
    )
    assert found[0] == (1, 3)


def test_days_are_counted_back_from_the_end_of_the_year(chain: tuple[Conn, int, int]) -> None:
    """One port of 7.2 kW: the second row of connections begins just there. 2 + 5 months before 2028 is 1 June 2027."""
    conn, first, second = chain
    dates = (
        "select connection_from, permit_from, construction_from, in_service_by, begin_on"
        " from report.project_schedule where run_id = %s"
    )
    day = dt.date
    assert rows(conn, dates, first) == [
        (day(2027, 4, 1), day(2027, 6, 1), day(2027, 11, 1), day(2027, 12, 31), day(2027, 4, 1))
    ]
    # the months of base.toml: 4, 3, and 6 for the 100 kW of two ports
    assert set(rows(conn, dates, second)) == {
        (day(2030, 7, 1), day(2030, 6, 1), day(2030, 10, 1), day(2030, 12, 31), day(2030, 6, 1))
    }


@pytest.mark.parametrize(
    ("finished", "is_late"), [("2027-04-01T23:59:59Z", False), ("2027-04-02T00:00:00Z", True)]
)
def test_work_that_begins_before_the_plan_is_late(
    toy: Conn, tmp_path: Path, finished: str, *, is_late: bool
) -> None:
    run = solved(town_file(tmp_path, LEAD))
    toy.execute("update plan.run set finished_at = %s where run_id = %s", [finished, run])
    toy.execute("set time zone 'Pacific/Auckland'")
    assert rows(toy, "select is_late from report.project_schedule") == [(is_late,)]
    assert rows(toy, "select late_count, begin_on from report.programme_step") == [
        (int(is_late), dt.date(2027, 4, 1))
    ]


def test_a_removal_takes_its_own_months_alone(toy: Conn, tmp_path: Path) -> None:
    solved(town_file(tmp_path, LEAD))
    removed = add_project(toy, "Second", action="remove")
    found = rows(
        toy,
        "select connection_from, permit_from, construction_from, begin_on from report.project_schedule"
        " where site_id = %s",
        removed,
    )
    assert found == [(None, None, dt.date(2027, 10, 1), dt.date(2027, 10, 1))]


def test_a_scenario_without_lead_times_has_no_days(toy: Conn, tmp_path: Path) -> None:
    solved(town_file(tmp_path))
    toy.execute("delete from plan.scenario_lead_time")
    assert rows(toy, "select * from report.project_schedule") == []
    assert rows(toy, "select begin_on, late_count, project_count from report.programme_step") == [
        (None, None, 1)
    ]


def test_coverage_is_recomputed_cell_by_cell(chain: tuple[Conn, int, int]) -> None:
    conn, first, second = chain
    found = {
        (step, level): values
        for step, level, *values in rows(
            conn,
            "select step_number, level, population, after_population, idle_population, after_people_share,"
            " idle_people_share, after_share, idle_share from report.programme_level where run_id = %s",
            second,
        )
    }
    area_of = dict(rows(conn, "select cell_id, planning_area_id from core.demand_cell"))
    people = dict(rows(conn, "select cell_id, population from core.demand_cell"))
    factor = {
        (a, y): f
        for a, y, f in rows(conn, "select planning_area_id, year, people_factor from analysis.people_growth")
    }
    covered = {
        (run, phase, level, cell): (weight, before, after)
        for run, phase, level, cell, weight, before, after in rows(
            conn,
            "select run_id, phase, level, demand_id, weight_share, is_covered_before, is_covered_after"
            " from plan.demand_coverage",
        )
    }
    levels = {level for _, _, level, _ in covered}
    stages = {0: (first, 1, None), 1: (first, 1, 2027), 2: (second, 1, 2030), 3: (second, 2, 2033)}
    assert set(found) == {(step, level) for step in stages for level in levels}
    for (step, level), values in found.items():
        run, phase, year = stages[step]
        total = reached = idle = share = idle_share = 0.0
        for cell, count in people.items():
            weight, before, after = covered[run, phase, level, cell]
            expected = float(count) * float(factor.get((area_of[cell], year), 1))
            today = covered[first, 1, level, cell][1]
            now = before if step == 0 else after
            total, reached, idle = total + expected, reached + expected * now, idle + expected * today
            share, idle_share = share + weight * now, idle_share + weight * today
        assert values == pytest.approx(
            [total, reached, idle, reached / total, idle / total, share, idle_share]
        )
    assert all(found[2, level][3] > found[2, level][4] for level in levels), "more than nothing does"


def test_sessions_if_nothing_is_done(chain: tuple[Conn, int, int], tmp_path: Path) -> None:
    """Exact in the first run; later no less than a scenario of that year finds that may build nothing."""
    conn, first, second = chain
    query = (
        "select step_number, level, idle_served_per_h, is_idle_served_most, served_per_h, demand_per_h, ev_count,"
        " port_count_after, port_count_idle from report.programme_level where run_id = %s and step_number > 0"
    )
    found = {(step, level): values for step, level, *values in rows(conn, query, second)}
    exact = dict(rows(conn, "select level, served_per_h from plan.service_without where run_id = %s", first))
    idle_town = LATER.replace("budget_cad = 400000", "budget_cad = 0")
    idle = solved(file(tmp_path, idle_town, "idle"))
    nothing = {
        (phase + 1, level): served
        for phase, level, served in rows(
            conn, "select phase, level, served_per_h from plan.service_without where run_id = %s", idle
        )
    }
    counted = dict(
        rows(
            conn,
            "select p.level, sum(p.port_count) from core.site_port as p join core.site as s using (site_id)"
            " where coalesce(s.access, 'public') = 'public' group by p.level",
        )
    )
    for (step, level), (least, is_most, served, asked, vehicles, after, today) in found.items():
        assert today == counted[level]
        if step == 1:
            assert (least, is_most) == (pytest.approx(exact[level]), False)
        else:
            assert is_most
            assert nothing[step, level] - 1e-9 <= least <= asked + 1e-9
        assert least <= served + 1e-9
        assert after >= today
        assert vehicles > 0
    assert found[3, "L2"][4] > found[1, "L2"][4], "more vehicles ask for more"


def test_a_level_reckoned_otherwise_is_not_compared(toy: Conn, tmp_path: Path) -> None:
    first = solved(town_file(tmp_path, SERVED + FAST))
    text = 'continues = "town"\n' + LATER.replace("service_distance_m = 1000", "service_distance_m = 900")
    second = solved(file(tmp_path, text, "later"))
    found = rows(
        toy,
        "select step_number, level, idle_people_share is null, idle_share is null, idle_served_per_h is null,"
        " ev_per_port_idle is null from report.programme_level where run_id = %s and step_number in (1, 2)"
        " order by 1, 2",
        second,
    )
    assert first < second
    assert found == [
        (1, "L2", False, False, False, False),
        (1, "L3", False, False, False, False),
        (2, "L2", True, True, True, True),
        (2, "L3", False, False, False, False),
    ]


def test_without_sessions_there_are_no_vehicles(toy: Conn, tmp_path: Path) -> None:
    solved(town_file(tmp_path))
    found = rows(
        toy,
        "select distinct ev_count, demand_per_h, served_per_h, idle_served_per_h, is_idle_served_most, ev_per_port_after"
        " from report.programme_level",
    )
    assert found == [(None,) * 6]
