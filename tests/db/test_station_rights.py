"""Which stations of today count, which a plan may change, and what the audit says of a plan that takes no notice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from model.data import read, scenario_store
from model.data.scenario import resolve
from model.solve import Limits, solve_scenario
from tests.support.findings import messages, violations
from tests.support.scenarios import town_file
from tests.support.worked_out import work_out_again

Connection = psycopg.Connection[Any]
STATE = """
    select is_counted, is_changeable, is_owned from model.site_state
    where scenario_id = %s and site_id = %s
"""


@pytest.fixture
def station(toy: Connection) -> int:
    """Return the site of Town Hall: three L2 ports, opened on 2014-07-15, by the list of 2022-01-11."""
    row = toy.execute("select site_id from core.site where site_key = 'ocm:1'").fetchone()
    assert row is not None
    return int(row[0])


def told(conn: Connection, *, access: str = "public", owner: str | None = None) -> None:
    """Let the list of stations tell another access and owner of Town Hall."""
    conn.execute(
        "update raw.afdc_station set access_code = %s, access_hours = %s, owner_type_code = %s where afdc_id = 11",
        ("private" if access == "private" else "public", f"{access} only", owner),
    )
    for view in (
        "feed_port",
        "station_source",
        "station_detail",
        "station_port",
        "charging_station",
        "site",
        "site_port",
    ):
        conn.execute(f"refresh materialized view core.{view}".encode())


def scenario_file(
    folder: Path,
    *,
    access: str = '["public"]',
    owners: str = '["municipal"]',
    sites: str = "[]",
    actions: str = '["upgrade", "build"]',
    text: str = "",
) -> str:
    rights = (
        f"[station]\ncoverage_access = {access}\nchange_owner_types = {owners}\nchange_site_ids = {sites}\n"
    )
    path = Path(town_file(folder, rights + 'owned_owner_types = ["municipal"]\n' + text))
    content = path.read_text(encoding="utf-8").replace('actions = ["build"]', f"actions = {actions}")
    content = content.replace('chargers = ["ac_7"]', 'chargers = ["ac_7", "dc_50"]').replace(
        "budget_cad = 25000", "budget_cad = 1000000"
    )
    path.write_text(content.replace("coverage.L3 = 0.0", "coverage.L3 = 1.0"), encoding="utf-8")
    return str(path)


def stored(conn: Connection, path: str) -> int:
    name, parameters = resolve(path)
    scenario_id = scenario_store.store(conn, name, parameters)
    read.work_out(conn, scenario_id)
    return scenario_id


def state(conn: Connection, scenario_id: int, site_id: int) -> Any:
    return conn.execute(STATE, (scenario_id, site_id)).fetchone()


def actions(conn: Connection, scenario_id: int, site_id: int) -> list[str]:
    query = "select distinct action from model.site_option where scenario_id = %s and site_id = %s order by 1"
    return [action for (action,) in conn.execute(query, (scenario_id, site_id))]


def test_a_station_of_another_owner_counts_and_stays(toy: Connection, station: int, tmp_path: Path) -> None:
    """Nobody knows who owns Town Hall, so it is not the municipality's; a candidate may be built on."""
    told(toy)
    scenario_id = stored(toy, scenario_file(tmp_path))
    assert state(toy, scenario_id, station) == (True, False, False)
    assert actions(toy, scenario_id, station) == ["keep"]
    always = "select is_present_always from model.site_level where scenario_id = %s and site_id = %s and level = 'L2'"
    assert toy.execute(always, (scenario_id, station)).fetchone() == (True,)
    assert read.read_inputs(toy, scenario_id).sites[station].levels == {"L2"}


def test_the_owner_a_list_or_a_lock_opens_it(toy: Connection, station: int, tmp_path: Path) -> None:
    told(toy, owner="LG")
    scenario_id = stored(toy, scenario_file(tmp_path))
    assert state(toy, scenario_id, station) == (True, True, True)
    assert actions(toy, scenario_id, station) == ["keep", "upgrade"]
    told(toy, owner="P")
    work_out_again(toy)
    assert state(toy, scenario_id, station) == (True, False, False)
    named = stored(toy, scenario_file(tmp_path, sites=f"[{station}]"))
    assert state(toy, named, station) == (True, True, False)
    # a lock that is drawn later is seen by the next run of the same scenario
    toy.execute("insert into plan.site_lock (site_id, lock_kind) values (%s, 'must_change')", (station,))
    read.work_out(toy, scenario_id)
    assert state(toy, scenario_id, station) == (True, True, False)
    assert actions(toy, scenario_id, station) == ["keep", "upgrade"]
    ended = solve_scenario(scenario_file(tmp_path), Limits())
    assert ended.error is None
    run_id = ended.report.run_id
    done = toy.execute(
        "select action from plan.decision where run_id = %s and site_id = %s", (run_id, station)
    )
    assert done.fetchall() == [("upgrade",)]
    assert violations(toy) == {}
    toy.execute("delete from plan.site_lock")
    read.work_out(toy, scenario_id)
    assert actions(toy, scenario_id, station) == ["keep"]
    # the plan was made with the lock, which it keeps
    assert violations(toy) == {}
    toy.execute("delete from plan.run_lock")
    said = messages(toy, "figure_decision")
    assert [m for m in said if f"for site {station} in phase 1" in m and "owner has not agreed" in m], said


def test_a_list_names_stations(toy: Connection, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"station.change_site_ids names 9999, which is not a station"):
        stored(toy, scenario_file(tmp_path, sites="[9999]"))
    candidate = toy.execute("select min(site_id) from core.site where not is_existing").fetchone()
    assert candidate is not None
    with pytest.raises(UsageError, match=f"names {candidate[0]}, which is not a station in service"):
        stored(toy, scenario_file(tmp_path, sites=f"[{candidate[0]}]"))
    with pytest.raises(UsageError, match=r"station.change_owner_types"):
        stored(toy, scenario_file(tmp_path, owners='["landlord"]'))


def before(conn: Connection, scenario_id: int, level: str = "L2") -> float:
    query = (
        "select coalesce(sum(weight_share) filter (where is_covered_before), 0)::double precision"
        " from model.demand_level where scenario_id = %s and level = %s"
    )
    found = conn.execute(query, (scenario_id, level)).fetchone()
    assert found is not None
    return float(found[0])


def test_a_station_that_is_closed_is_not_in_the_plan(toy: Connection, station: int, tmp_path: Path) -> None:
    path = scenario_file(tmp_path)
    covered = before(toy, stored(toy, path))
    assert covered > 0
    told(toy, access="customers", owner="P")
    work_out_again(toy)
    scenario_id = stored(toy, path)
    assert state(toy, scenario_id, station) is None
    assert before(toy, scenario_id) == 0
    assert station not in read.read_inputs(toy, scenario_id).sites
    toy.execute("insert into plan.site_lock (site_id, lock_kind) values (%s, 'force_in')", (station,))
    ended = solve_scenario(path, Limits())
    assert ended.error is None
    assert violations(toy) == {}
    # a scenario may count it
    toy.execute("delete from plan.site_lock")
    counting = stored(toy, scenario_file(tmp_path, access='["public", "customers"]'))
    assert state(toy, counting, station)[:2] == (True, False)
    assert before(toy, counting) == pytest.approx(covered)
    # and the audit counts it as the scenario says, whatever the plan says
    toy.execute("update plan.scenario_station set coverage_access = '{public,customers}'")
    said = messages(toy, "figure_coverage")
    assert [m for m in said if "is covered at L2 before the plan; phase 1 says otherwise" in m], said


def test_a_closed_station_of_the_municipality_may_change_and_covers_nobody(
    toy: Connection, station: int, tmp_path: Path
) -> None:
    told(toy, access="private", owner="LG")
    path = scenario_file(tmp_path, actions='["upgrade"]')
    scenario_id = stored(toy, path)
    assert state(toy, scenario_id, station) == (False, True, True)
    assert before(toy, scenario_id) == 0
    levels = toy.execute(
        "select distinct levels from model.site_option where scenario_id = %s and site_id = %s",
        (scenario_id, station),
    ).fetchall()
    assert levels == [([],)]
    possible = "select bool_or(is_possible) from model.site_level where scenario_id = %s and site_id = %s"
    assert toy.execute(possible, (scenario_id, station)).fetchone() == (False,)
    ended = solve_scenario(path, Limits())
    assert ended.report.actions["upgrade"] == 0
    toy.execute("insert into plan.site_lock (site_id, lock_kind) values (%s, 'must_change')", (station,))
    ended = solve_scenario(path, Limits())
    assert ended.error is None
    assert ended.report.actions["upgrade"] == 1
    assert violations(toy) == {}
    gained = "select count(*) from plan.demand_coverage where run_id = %s and is_covered_after <> is_covered_before"
    assert toy.execute(gained, (ended.report.run_id,)).fetchone() == (0,)
    covered = (
        "select count(*) from plan.demand_coverage where run_id = %s and level = 'L2' and is_covered_after"
    )
    assert toy.execute(covered, (ended.report.run_id,)).fetchone() == (0,)


def test_what_does_not_count_is_used_like_others_and_is_no_power_that_could_serve(
    toy: Connection, station: int, tmp_path: Path
) -> None:
    """Town Hall is private: its use is the mean of L2; of what stands, the station on Third Street alone counts."""
    mean = toy.execute("select utilisation_share from core.level where level = 'L2'").fetchone()
    assert mean is not None
    text = "[rule]\nmin_served = true\n"
    counted = stored(toy, scenario_file(tmp_path, text=text))
    kw = "select level, installed_kw > 0 from model.session_level where scenario_id = %s order by 1"
    network = "select station_count from model.network where scenario_id = %s"
    assert toy.execute(kw, (counted,)).fetchall() == [("L2", True), ("L3", True)]
    assert toy.execute(network, (counted,)).fetchone() == (2,)
    told(toy, access="private", owner="LG")
    toy.execute("refresh materialized view analysis.utilisation")
    used = toy.execute(
        "select demand_share, estimated_share, utilisation_share, is_estimate from analysis.utilisation where site_id = %s",
        (station,),
    )
    assert used.fetchall() == [(None, *mean, *mean, True)]
    whole = toy.execute("select sum(capacity_share) from analysis.utilisation").fetchone()
    assert whole == (pytest.approx(1),)
    work_out_again(toy)
    assert toy.execute(kw, (counted,)).fetchall() == [("L2", False), ("L3", True)]
    assert toy.execute(network, (counted,)).fetchone() == (1,)
    # it is upgraded as a lock asks, and the audit works out the same use of the power of those that count
    toy.execute("insert into plan.site_lock (site_id, lock_kind) values (%s, 'must_change')", (station,))
    ended = solve_scenario(scenario_file(tmp_path, actions='["upgrade"]', text=text), Limits())
    assert ended.error is None
    assert ended.report.actions["upgrade"] == 1
    assert violations(toy) == {}
    toy.execute("update plan.run_objective_term set value = value - 0.2 where term = 'efficiency'")
    assert violations(toy) != {}


REMOVING = """
[removal]
utilisation_share_max = 1.0
alternative_distance_m = 3000
opex_cad_per_session_min = 0.0
"""


def test_nothing_is_removed_on_an_estimate(toy: Connection, station: int, tmp_path: Path) -> None:
    """Both stations of the town have ports of Level 2 here, so that one may stand in for the other."""
    told(toy, owner="LG")
    toy.execute(
        "update raw.openchargemap_poi set record = jsonb_set(record, '{Connections,0}',"
        ' \'{"LevelID": 2, "PowerKW": 7.2, "Quantity": 2}\') where ocm_id = 2'
    )
    toy.execute("delete from raw.osm_feature where feature_kind = 'charging_station'")
    told(toy, owner="LG")
    path = scenario_file(tmp_path, actions='["remove"]', text=REMOVING)
    scenario_id = stored(toy, path)
    judged = "select is_candidate, is_removable from model.removal_candidate where scenario_id = %s and site_id = %s"

    assert toy.execute(judged, (scenario_id, station)).fetchone() == (True, False)
    assert actions(toy, scenario_id, station) == ["keep"]
    toy.execute(
        "insert into plan.site_lock (site_id, lock_kind, option_id) values (%s, 'fix_option', %s)",
        (station, f"{station}:remove"),
    )
    ended = solve_scenario(path, Limits())
    assert ended.error is None
    assert ended.report.actions["remove"] == 1
    assert violations(toy) == {}
    toy.execute("delete from plan.site_lock")
    toy.execute("delete from plan.run_lock")
    said = messages(toy, "figure_decision")
    assert [m for m in said if "which the scenario does not let go" in m], said
    # a measurement does
    toy.execute(
        "insert into raw.utilisation (load_id, source_id, record_number, station_id, utilisation_share)"
        " select load_id, source_id, 1, 'ocm:1', 0.01 from raw.load_source limit 1"
    )
    toy.execute("refresh materialized view analysis.utilisation")
    work_out_again(toy)
    assert toy.execute(judged, (scenario_id, station)).fetchone() == (True, True)
    assert actions(toy, scenario_id, station) == ["keep", "remove"]
    assert messages(toy, "figure_decision") == []
