"""An upgrade leaves ports for the sessions that a station serves today, in the busiest hour as all else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from model.data import scenario, scenario_store
from model.solve import Limits, solve_scenario
from tests.support.findings import violations
from tests.support.scenarios import file

SERVED = """
[phase.1]
actions = ["upgrade"]
[grid]
coincidence = [{{ port_count = 1, share = 0.1 }}]
[objective.weight]
served = 60
[session]
peak_hour_share = {peak}
[site]
upgrade_keeps_sessions = {keeps}
capex_limit_cad = inf
"""


def left(
    conn: psycopg.Connection[Any], folder: Path, *, peak: float, keeps: str = "true"
) -> tuple[float | None, set[int]]:
    """Return the sessions that Town Hall must keep, and with how many of its three ac_7 upgrades leave it."""
    text = SERVED.format(peak=peak, keeps=keeps)
    number = scenario_store.store(conn, *scenario.resolve(file(folder, text)))
    conn.execute("select model.work_out(%s)", (number,))
    kept = conn.execute(
        "select sessions_per_h from model.kept_session where scenario_id = %s and site_id = 1 and level = 'L2'",
        (number,),
    ).fetchone()
    options = conn.execute(
        "select distinct p.port_count from model.site_option as o join model.layout_port as p"
        " on p.scenario_id = o.scenario_id and p.layout = o.layout_after and p.charger_type = 'ac_7'"
        " where o.scenario_id = %s and o.site_id = 1 and o.action = 'upgrade'",
        (number,),
    ).fetchall()
    return kept and kept[0], {count for (count,) in options}


def test_sessions_of_the_busiest_hour_are_kept(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """Three ports, busy so much of the time, serve 3 u sessions of three hours in three hours: u an hour."""
    row = toy.execute("select utilisation_share from analysis.utilisation where site_id = 1").fetchone()
    assert row is not None
    mean, _ = left(toy, tmp_path, peak=1 / 24)
    assert mean == pytest.approx(row[0])
    few, counts = left(toy, tmp_path, peak=0.001)
    assert few == pytest.approx(row[0] * 24 * 0.001)
    assert counts == {1, 2, 3}
    capacity = toy.execute("select model.port_capacity_per_h(3, 180, 30, 0.1)").fetchone()
    most, counts = left(toy, tmp_path, peak=0.5)
    assert capacity is not None
    assert most == pytest.approx(capacity[0])
    assert counts == {3}
    assert left(toy, tmp_path, peak=0.5, keeps="false") == (None, {1, 2, 3})


def test_the_audit_finds_an_upgrade_that_keeps_too_few(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    toy.execute("insert into plan.site_lock (site_id, lock_kind) values (1, 'must_change')")
    assert solve_scenario(file(tmp_path, SERVED.format(peak=0.5, keeps="true")), Limits()).error is None
    assert violations(toy) == {}
    toy.execute("update plan.decision_port set port_count_after = 2 where charger_type = 'ac_7'")
    assert "figure_kept_session" in violations(toy)


def test_a_lock_that_says_keep_opens_no_station(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    opened = "select site_id from model.opened_station where scenario_id = %s"
    number = scenario_store.store(toy, *scenario.resolve(file(tmp_path, "")))
    toy.execute(
        "insert into plan.site_lock (site_id, lock_kind, option_id) values (1, 'fix_option', '1:keep')"
    )
    assert toy.execute(opened, (number,)).fetchall() == []
    toy.execute("update plan.site_lock set option_id = '1:upgrade:ac_7=3+dc_150=2'")
    assert toy.execute(opened, (number,)).fetchall() == [(1,)]
