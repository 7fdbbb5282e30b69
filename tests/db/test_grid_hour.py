"""Load of the grid by hour: by hand on Toy Town, worked out again minute by minute, and by session records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import psycopg
import pytest

from db.common.errors import UsageError
from db.common.language import Language
from etl.region.settings import default_settings
from model.analysis import simulation
from model.solve import Limits, solve_scenario
from report.application import sheets
from report.application.read import read
from report.run import find_run
from tests.db.test_money import UPGRADE
from tests.db.test_session_records import load
from tests.support.scenarios import file, town_file

Connection = psycopg.Connection[Any]
ONE_HOUR = "".join(
    f"[charger.{name}]\nsession_min = 60\nkwh_per_session = 5\n"
    for name in ("ac_7", "ac_19", "dc_50", "dc_150", "dc_350")
)
STEPS = "upgrade = [{ added_kw = 100, cost_cad = 30000 }]"
ASSUMED = [row.value for row in default_settings().rows if row.setting == "hour_factor"]
Hours = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture
def toy(toy: Connection) -> Connection:
    """Toy Town, where Town Hall must change."""
    toy.execute(
        "insert into plan.site_lock (site_id, lock_kind)"
        " select site_id, 'must_change' from core.site where site_key = 'ocm:1'"
    )
    return toy


def hours(conn: Connection) -> dict[str, list[tuple[float, float, bool]]]:
    """Return by name of a node where the plan changes anything its 24 rows (today, added, peak)."""
    found: dict[str, list[tuple[float, float, bool]]] = {}
    for name, *row in conn.execute(
        "select name, today_kw, added_kw, is_peak from report.grid_hour as h"
        " where exists (select from report.grid_hour as o where o.grid_node_id = h.grid_node_id and o.added_kw <> 0)"
        " order by name, hour"
    ):
        found.setdefault(name, []).append(tuple(row))
    return found


def test_an_upgrade_by_hand(toy: Connection, tmp_path: Path) -> None:
    """Two ports of 150 kW come for two of 7.2: 285.6 kW at once, in 220 kW and 100 kW more that are bought.

    Of sessions of an hour half the energy flows in the hour in which they begin and half in the next: at 17 and
    18 o'clock 0.975 of the busiest hour's, at noon 0.925, after midnight 0.13.
    """
    text = UPGRADE.format(grid=STEPS).replace("0.7", "1.0") + ONE_HOUR
    assert solve_scenario(file(tmp_path, text), Limits()).error is None
    ((name, day),) = hours(toy).items()
    assert name == "West TS"
    for hour, share in ((17, 0.975), (12, 0.925), (0, 0.13)):
        assert day[hour][1] == pytest.approx(285.6 * share / 0.975)
    assert [hour for hour, row in enumerate(day) if row[2]] == [17], "the first of two that are alike"
    facts = toy.execute(
        "select distinct remaining_kw, grid_upgrade_kw, room_kw, is_measured, grid_kind, phase from report.grid_hour"
        " where name = 'West TS'"
    ).fetchall()
    assert facts == [(pytest.approx(220), pytest.approx(100), pytest.approx(320), False, "station", 1)]
    kw_today = toy.execute(
        "select sum(p.port_kw * p.port_count_before) from report.plan_port as p join core.site as s using (site_id)"
        " join core.grid_area as g using (grid_area_id) where g.name = 'West TS'"
    ).fetchone()
    assert kw_today is not None
    assert max(today for today, _, _ in day) == pytest.approx(kw_today[0])
    assert toy.execute("select bool_and(plan_kw = today_kw + added_kw) from report.grid_hour").fetchone() == (
        True,
    )


def drawn(minutes: float) -> Hours:
    """Return the energy of each hour when sessions that begin by the assumed hours draw evenly so many minutes."""
    begun = np.repeat(ASSUMED, 60) / 60
    flowing = np.convolve(np.tile(begun, 3), np.ones(round(minutes)))[1440:2880]
    # sessions begin all through a minute: half of them in its first half
    smooth: Hours = ((flowing + np.roll(flowing, 1)) / 2).reshape(24, 60).sum(axis=1)
    return smooth / smooth.sum()


def test_every_node_worked_out_again_minute_by_minute(toy: Connection, tmp_path: Path) -> None:
    """Levels with sessions of other lengths peak in other hours; the highest of all is what the rule counts."""
    text = UPGRADE.format(grid=STEPS).replace("0.7", "1.0").replace('["upgrade"]', '["upgrade", "build"]')
    ended = solve_scenario(file(tmp_path, text), Limits())
    assert ended.error is None
    run = ended.report.run_id
    chargers = {
        name: (float(kw), drawn(minutes) / drawn(minutes).max())
        for name, kw, minutes in toy.execute(
            "select charger_type, port_kw, session_min from plan.scenario_charger"
        )
    }
    fed: dict[int, set[int]] = {}
    for site, node in toy.execute(
        "select site_id, grid_area_id from core.site where grid_area_id is not null"
    ):
        fed.setdefault(node, set()).add(site)
    before = {
        (s, c): n for s, c, n in toy.execute("select site_id, charger_type, port_count from model.site_port")
    }
    change = {
        (s, c): after - was
        for s, c, was, after in toy.execute(
            "select site_id, charger_type, port_count_before, port_count_after from plan.decision_port where run_id = %s",
            (run,),
        )
    }
    assert change
    for node, added_kw in toy.execute(
        "select grid_node_id, added_kw from plan.grid_load where run_id = %s and phase = 1", (run,)
    ).fetchall():
        found = np.array(
            toy.execute(
                "select today_kw, added_kw from report.grid_hour where run_id = %s and grid_node_id = %s order by hour",
                (run, node),
            ).fetchall()
        )
        sites = fed.get(node, set())
        if not len(found):
            assert not any(site in sites for site, _ in [*before, *change])
            continue
        for counts, peak_kw, column in ((before, None, 0), (change, added_kw, 1)):
            shape = sum(
                (n * chargers[c][0] * chargers[c][1] for (s, c), n in counts.items() if s in sites),
                start=np.zeros(24),
            )
            whole = (
                sum(n * chargers[c][0] for (s, c), n in counts.items() if s in sites)
                if peak_kw is None
                else peak_kw
            )
            due = shape / shape.max() * whole if whole else np.zeros(24)
            assert found[:, column] == pytest.approx(due, abs=0.02 * abs(whole) / 60 + 1e-9)


def test_hours_of_session_records(connection: Connection, tmp_path: Path) -> None:
    """On working days 2 kWh flow from 8 to 9 and 6 kWh from 9 to 10, and on a Saturday 50 at noon, which does not count."""
    load(
        connection,
        tmp_path / "town",
        ("Elsewhere", "p1", "2019-01-07 08:00", "2019-01-07 09:00", 2, "Level 2"),
        ("Elsewhere", "p1", "2019-01-08 09:00", "2019-01-08 10:00", 6, "Level 2"),
        ("Elsewhere", "p1", "2019-01-12 12:00", "2019-01-12 13:00", 50, "Level 2"),
    )
    connection.commit()
    assert dict(
        connection.execute("select hour, energy_share from analysis.working_day_hour").fetchall()
    ) == {
        8: pytest.approx(0.25),
        9: pytest.approx(0.75),
    }
    assert solve_scenario(town_file(tmp_path), Limits()).error is None
    connection.rollback()
    (day,) = hours(connection).values()
    kw = connection.execute(
        "select added_kw from plan.grid_load where added_kw > 0 and grid_node_id in (select grid_area_id from core.site)"
    ).fetchone()
    assert kw is not None
    assert [round(added / kw[0], 6) for _, added, _ in day] == [0] * 8 + [round(1 / 3, 6), 1] + [0] * 14
    due = connection.execute(
        "select n.grid_node_id, bool_and(p.level = 'L2') from report.plan_port as p"
        " join core.site_grid_node as n using (site_id) where p.port_count_before + p.port_count_after > 0 group by 1"
    ).fetchall()
    found = connection.execute("select distinct grid_node_id, is_measured from report.grid_hour").fetchall()
    assert sorted(found) == sorted(due), "other levels have no records: their hours are assumed"


def test_what_is_taken_away_draws_less(toy: Connection, tmp_path: Path) -> None:
    text = UPGRADE.format(grid=STEPS).replace("0.7", "1.0") + ONE_HOUR
    assert solve_scenario(file(tmp_path, text), Limits()).error is None
    toy.execute("update plan.grid_load set added_kw = -14.4 where added_kw > 0")
    toy.execute("delete from plan.decision_port where port_count_before = 0")
    toy.execute("update plan.decision_port set port_count_after = 0")
    (day,) = hours(toy).values()
    assert min(added for _, added, _ in day) == pytest.approx(-14.4)
    assert day[17][2]
    assert day[0][1] == pytest.approx(-14.4 * 0.13 / 0.975)


def test_a_load_without_the_hours_says_so(toy: Connection, tmp_path: Path) -> None:
    toy.execute("delete from raw.setting where setting = 'hour_factor' and feature = 'hour=5'")
    text = "[session]\nkwh_per_ev_day = 80.0\n[rule]\nmin_served = true\n[objective.weight]\nserved = 100.0\n"
    run = solve_scenario(file(tmp_path, text), Limits()).report.run_id
    with pytest.raises(UsageError, match="The load knows 23 of 24 hours of the day"):
        simulation.read_town(toy, run, None)


def test_the_distributor_gets_the_hours_of_its_parts_of_the_grid(
    planned_database: str, tmp_path: Path
) -> None:
    with psycopg.connect(planned_database) as conn:
        run = find_run(conn, None)
        found = read(conn, run)
    nodes = {row[key] for row in found["requests"] for key in ("grid_area_id", "feeder_node_id")} - {None}
    due = [row for row in found["grid_hours"] if row["grid_node_id"] in nodes]
    assert len(due) == 24 * len(nodes) > 0
    for language, name, head in (
        (Language.EN, "Load by hour", "The plan adds (kW)"),
        (Language.FR, "Charge par heure", "Ajout du plan (kW)"),
    ):
        folder = tmp_path / language
        folder.mkdir()
        sheets.write(run, found, language, folder)
        books = [
            openpyxl.load_workbook(path)[name]
            for path in sorted(folder.glob("*"))
            if "grants" not in path.name and "subv" not in path.name
        ]
        heads, *lines = list(books[0].iter_rows(min_row=4, values_only=True))
        assert [line[heads.index(head)] for line in lines] == pytest.approx([row["added_kw"] for row in due])
