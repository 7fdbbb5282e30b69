"""Days played on a plan: what is stored adds up, and stands beside what the plan promised."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row

from db.common.errors import UsageError
from db.common.language import Language
from model import simulate as command
from model.analysis import simulation
from model.solve import Limits, solve_scenario
from report.page.read import read_plan, read_region
from tests.support.scenarios import file

ON = """
[session]
kwh_per_ev_day = 80.0
[rule]
min_served = true
grid_area_power = false
[objective.weight]
served = 100.0
"""


def test_days_played_on_a_plan_add_up(
    toy_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = solve_scenario(file(tmp_path, ON), Limits(time_limit_s=60))
    assert ended.error is None
    run_id = ended.report.run_id
    with psycopg.connect(toy_database, autocommit=True) as conn:
        town = simulation.read_town(conn, run_id, None)
        assert not town.is_profile_measured
        number = simulation.simulate(conn, town, replications=5, seed=1)
        again = simulation.simulate(conn, town, replications=5, seed=1)
        for language in Language:
            command.show(conn, number, language)
        said = capsys.readouterr().out
        assert "5 days played" in said
        assert "5 jours joués" in said
        with conn.cursor(row_factory=dict_row) as cursor:
            hours = cursor.execute(
                "select * from plan.simulation_hour where simulation_id = %s", (number,)
            ).fetchall()
            stations = cursor.execute(
                "select * from plan.simulation_station where simulation_id = %s", (number,)
            ).fetchall()
            levels = cursor.execute(
                "select * from report.simulation_level where simulation_id = %s", (number,)
            ).fetchall()
        assert len(hours) == 5 * 2 * 24
        assert all(h["arrived_count"] == h["served_count"] + h["balked_count"] for h in hours)
        assert sum(h["served_count"] for h in hours) == sum(s["served_count"] for s in stations)
        assert sum(h["busy_min"] for h in hours) == pytest.approx(sum(s["busy_min"] for s in stations))
        assert all(s["busy_min"] <= 1440 * s["port_count"] + 1e-6 for s in stations)
        for row in levels:
            of_level = [h for h in hours if h["level"] == row["level"]]
            asked = sum(zone.sessions_per_h for zone in town.day.zones if zone.level == row["level"])
            per_day = asked * sum(town.day.hour_factor[row["level"]])
            assert row["arrived_per_day"] == pytest.approx(sum(h["arrived_count"] for h in of_level) / 5)
            assert row["arrived_per_day"] == pytest.approx(per_day, abs=5 * (per_day / 5) ** 0.5)
        same = conn.execute(
            "select count(*), count(distinct (replication, level, hour, arrived_count, busy_min))"
            " from plan.simulation_hour where simulation_id in (%s, %s)",
            (number, again),
        ).fetchone()
        assert same == (480, 240), "the same seed plays the same days"
        shown = read_plan(conn, run_id)["simulation"]
        assert [row["replication_count"] for row in shown] == [5] * len(levels)
        assert read_region(conn)["backtests"] == []


def test_a_run_that_cannot_be_played_says_why(planned_database: str) -> None:
    with psycopg.connect(planned_database, autocommit=True) as conn:
        row = conn.execute("select max(run_id) from plan.run").fetchone()
        assert row
        with pytest.raises(UsageError, match="counts no sessions"):
            simulation.read_town(conn, row[0], None)
        with pytest.raises(UsageError, match="There is no run 999"):
            simulation.read_town(conn, 999, None)
