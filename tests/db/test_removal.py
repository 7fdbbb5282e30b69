"""A station goes only where others near by have its levels, and keep them: Toy Town with L2 at both stations.

Town Hall (S1) has three L2 ports and Third Street (S2) two here; from one to the other it is 800 + 500 + 20 = 1320 m,
and no other station has the level. Few use either.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from model.data import read, scenario_store
from model.data.inputs import Alternative
from model.data.scenario import resolve
from model.solve import Limits, solve_scenario
from tests.support.findings import messages, violations
from tests.support.scenarios import file

Connection = psycopg.Connection[Any]
TEXT = """
[level.L2]
service_distance_m = 1000
[station]
change_owner_types = ["municipal", "unknown"]
owned_owner_types = ["municipal", "unknown"]
[removal]
utilisation_share_max = 1.0
alternative_distance_m = {near}
opex_cad_per_session_min = 0.0
only_candidates = {only}
[objective.weight]
coverage.L2 = 0.0
coverage.L3 = 0.0
candidate_score = 0.0
opex = 1.0
[phase.1]
actions = {first}
chargers = ["dc_50"]
budget_cad = 1000000
"""
SECOND = """
[phase.2]
title = "Later"
year = 2027
discount_factor = 1.0
coverage_min_share = {{}}
actions = {second}
chargers = ["dc_50"]
budget_cad = 1000000
"""


@pytest.fixture
def sites(toy: Connection) -> dict[str, int]:
    """Return the sites of both stations, whose use was measured, by their names in the drawing."""
    toy.execute(
        "update raw.openchargemap_poi set record = jsonb_set(record, '{Connections,0}',"
        ' \'{"LevelID": 2, "PowerKW": 7.2, "Quantity": 2}\') where ocm_id = 2'
    )
    toy.execute("delete from raw.osm_feature where feature_kind = 'charging_station'")
    toy.execute(
        "insert into raw.utilisation (load_id, source_id, record_number, station_id, utilisation_share)"
        " select load_id, source_id, n, 'ocm:' || n, 0.01"
        " from (select * from raw.load_source limit 1) as s cross join generate_series(1, 2) as n"
    )
    for view in ("feed_port", "station_source", "station_detail", "station_port", "charging_station", "site"):
        toy.execute(f"refresh materialized view core.{view}".encode())
    toy.execute("refresh materialized view core.site_port")
    toy.execute("refresh materialized view analysis.utilisation")
    found = toy.execute("select site_key, site_id from core.site where is_existing").fetchall()
    names = {"ocm:1": "S1", "ocm:2": "S2"}
    return {names[key]: site_id for key, site_id in found}


def scenario(
    folder: Path,
    *,
    near: int = 1400,
    only: str = "true",
    first: str = '["remove"]',
    second: str = "",
    name: str = "mine",
) -> str:
    text = TEXT.format(near=near, only=only, first=first) + (SECOND.format(second=second) if second else "")
    return file(folder, text, name)


def alternatives(conn: Connection, path: str) -> tuple[Alternative, ...]:
    return read.read(conn, scenario_store.store(conn, *resolve(path))).alternatives


def test_of_two_stations_that_stand_in_for_each_other_one_goes(
    toy: Connection, sites: dict[str, int], tmp_path: Path
) -> None:
    path = scenario(tmp_path)
    s1, s2 = sites["S1"], sites["S2"]
    rows = {row.site_id: row for row in alternatives(toy, path)}
    assert {s: s2 if s == s1 else s1 for s in rows} == {s1: s2, s2: s1}
    assert all(row.level == "L2" and {s1, s2} - {row.site_id} <= set(row.site_ids) for row in rows.values())
    ended = solve_scenario(path, Limits())
    assert ended.error is None
    assert ended.report.actions["remove"] == 1
    assert violations(toy) == {}
    # the other one as well, as the plan was before
    gone = toy.execute("select site_id from plan.decision").fetchone()
    assert gone is not None
    other = s2 if gone[0] == s1 else s1
    copy_removal(toy, other)
    said = messages(toy, "figure_decision")
    assert [m for m in said if "which was removed, has L2" in m] == [
        f"At the end of phase 1 no station within 1,400 m of site {s}, which was removed, has L2."
        for s in sorted((s1, s2))
    ]
    toy.execute("update plan.scenario_removal set is_candidate_only = false")
    assert messages(toy, "figure_decision") == []


def copy_removal(conn: Connection, site_id: int, phase: int = 1) -> None:
    """Write the removal of a station beside that of the other, as a plan that took no notice of it would."""
    conn.execute(
        "insert into plan.decision (run_id, phase, site_id, site_name, option_id, action, equipment_cad, installation_cad,"
        " connection_cad, soft_cost_cad, contingency_cad, dismantling_cad, capex_cad, grant_cad, resale_cad,"
        " opex_change_cad_per_year, added_kw, grid_area_id, planning_area_id, geom)"
        " select d.run_id, %s, s.site_id, s.name, s.site_id || ':remove', 'remove', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,"
        " s.grid_area_id, s.planning_area_id, s.geom from plan.decision as d cross join core.site as s where s.site_id = %s",
        (phase, site_id),
    )
    conn.execute(
        "insert into plan.decision_port (run_id, phase, site_id, charger_type, port_count_before, port_count_after)"
        " select distinct d.run_id, %s, p.site_id, 'ac_7', p.port_count, 0"
        " from plan.decision as d join audit.charger_port as p on p.run_id = d.run_id and p.phase = 0 and p.site_id = %s",
        (phase, site_id),
    )


def test_all_go_where_the_scenario_asks_for_no_candidates(
    toy: Connection, sites: dict[str, int], tmp_path: Path
) -> None:
    path = scenario(tmp_path, only="false")
    assert alternatives(toy, path) == ()
    assert solve_scenario(path, Limits()).report.actions["remove"] == len(sites)
    assert violations(toy) == {}


def test_a_lock_asks_for_a_removal_without_an_alternative(
    toy: Connection, sites: dict[str, int], tmp_path: Path
) -> None:
    """The lock takes one away whatever is left; then the other is no longer replaced by anything, and stays."""
    s1 = sites["S1"]
    toy.execute(
        "insert into plan.site_lock (site_id, lock_kind, option_id) values (%s, 'fix_option', %s)",
        (s1, f"{s1}:remove"),
    )
    path = scenario(tmp_path)
    assert {row.site_id for row in alternatives(toy, path)} == {sites["S2"]}
    solve_scenario(path, Limits())
    assert toy.execute("select site_id from plan.decision").fetchall() == [(s1,)]
    assert violations(toy) == {}


def test_the_last_alternative_keeps_its_level_in_a_later_phase(
    toy: Connection, sites: dict[str, int], tmp_path: Path
) -> None:
    """One goes in phase 1; in phase 2 the other may not go either, and no upgrade takes its L2 away."""
    path = scenario(tmp_path, second='["remove"]')
    ended = solve_scenario(path, Limits())
    assert ended.error is None
    assert ended.report.actions["remove"] == 1
    assert violations(toy) == {}
    gone, phase = toy.execute("select site_id, phase from plan.decision").fetchone() or (0, 0)
    other = next(s for s in sites.values() if s != gone)
    copy_removal(toy, other, phase=2)
    said = [m for m in messages(toy, "figure_decision") if "which was removed, has L2" in m]
    assert phase == 1
    assert [m.partition(" no station")[0] for m in said] == ["At the end of phase 2"] * len(sites)


def test_a_plan_that_continues_keeps_what_stands_in_for_a_removed_station(
    toy: Connection, sites: dict[str, int], tmp_path: Path
) -> None:
    """A later plan upgrades the station that is left so that it loses its L2, or keeps one port; only this is allowed."""
    first = solve_scenario(scenario(tmp_path), Limits())
    gone = toy.execute("select site_id from plan.decision").fetchone()
    assert gone is not None
    other = next(s for s in sites.values() if s != gone[0])
    upgrade = "\n[site]\nports_retained_min = 0\n"
    path = Path(scenario(tmp_path, first='["upgrade"]', name="later"))
    path.write_text("continues = 'mine'\n" + path.read_text(encoding="utf-8") + upgrade, encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace("coverage.L3 = 0.0", "coverage.L3 = 1.0")
    path.write_text(text, encoding="utf-8")
    rows = alternatives(toy, str(path))
    assert [(row.site_id, row.level, row.is_removed) for row in rows] == [(gone[0], "L2", True)]
    assert other in rows[0].site_ids
    ended = solve_scenario(str(path), Limits())
    assert ended.error is None
    assert first.report.run_id < ended.report.run_id
    assert violations(toy) == {}
    left = "select port_count_after from plan.decision_port where run_id = %s and site_id = %s and charger_type = 'ac_7'"
    assert all(count > 0 for (count,) in toy.execute(left, (ended.report.run_id, other)))
    # a lock by which people decide about it ends that
    toy.execute("insert into plan.site_lock (site_id, lock_kind) values (%s, 'must_change')", (other,))
    assert alternatives(toy, str(path)) == ()
