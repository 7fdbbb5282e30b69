"""Grants, the rate for charging, grid upgrades, limits and removal on Toy Town, with numbers worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from model import explain
from model.analysis import reason
from model.analysis.past_run import reopen
from model.data import scenario, scenario_store
from model.solve import Limits, solve_scenario
from tests.support.assumptions import assumed
from tests.support.findings import violations
from tests.support.scenarios import file
from tests.support.toy_town.build import openchargemap_record, write_sources

# Upgrading Town Hall (3 L2) to 1 L2 + 2 L3 is the cheapest change: 100,000 + 2 x 50,000, less 2 ports sold at 5,000.
UPGRADE = """
[phase.1]
actions = ["upgrade"]
[grid]
coincidence = [{{ port_count = 1, share = 0.7 }}]
{grid}
[rule]
opex_limit = true
"""
GRANTS = """
[grant.program.zevip]
is_on = true
[grant.program.chargeon]
is_on = true
application_cap_cad = {cap}
"""
CHARGED = """
[electricity]
is_transmission_charged = true
is_evc_rate_offered = {offered}
"""
MEASURED = """station_id,utilisation_share,measured_from,measured_to
ocm:3,0.01,2024-01-01,2024-06-30
afdc:11,0.5,,
ocm:3,0.2,,
ocm:2,1.4,,
town hall,0.2,,
ocm:2,0.2,2024-06-30,2024-01-01
osm:n999,0.1,,
"""


@pytest.fixture(scope="module")
def busy_town(templates: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the template of Toy Town with S3, one L2 port 200 m north of S1 and 10 m off, and measured use."""

    def region() -> str:
        file = write_sources(tmp_path_factory.mktemp("busy_town"), settings={"reject_share_max": 0.6})
        stations = json.loads((file.parent / "openchargemap.json").read_text(encoding="utf-8"))
        port = {"LevelID": 2, "PowerKW": 7.2, "Quantity": 1}
        stations.append(openchargemap_record(3, 1010, 200, port, title="Side door", operator="Volt"))
        (file.parent / "openchargemap.json").write_text(json.dumps(stations), encoding="utf-8")
        (file.parent / "utilisation.csv").write_text(MEASURED, encoding="utf-8")
        text = file.read_text(encoding="utf-8")
        columns = 'columns = { measured_from = "measured_from", measured_to = "measured_to" }'
        source = f'[sources.utilisation]\npath = "utilisation.csv"\n{columns}\n\n'
        file.write_text(text.replace("[sources.roads]", source + "[sources.roads]", 1), encoding="utf-8")
        return str(file)

    name: str = templates.loaded("busy_town", region)
    return name


@pytest.fixture
def toy(toy: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Toy Town, where Town Hall must change."""
    toy.execute(
        "insert into plan.site_lock (site_id, lock_kind)"
        " select site_id, 'must_change' from core.site where site_key = 'ocm:1'"
    )
    return toy


@pytest.fixture
def busy(templates: Any, busy_town: str) -> Iterator[psycopg.Connection[Any]]:
    with templates.clone(busy_town) as address, psycopg.connect(address, autocommit=True) as conn:
        yield conn


def solve(folder: Path, text: str) -> Any:
    ended = solve_scenario(file(folder, text), Limits())
    assert ended.error is None
    return ended


def one(conn: psycopg.Connection[Any], query: str) -> Any:
    row = conn.execute(query.encode()).fetchone()
    assert row is not None
    return row if len(row) > 1 else row[0]


def test_programs_stack_up_to_nine_tenths(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """ZEVIP pays half of 200,000; ChargeON would pay 150,000, but 180,000 is the most of both together."""
    ended = solve(tmp_path, UPGRADE.format(grid="") + GRANTS.format(cap=1000000))
    found = toy.execute("select program, eligible_cad, granted_cad from plan.application_grant").fetchall()
    assert {p: (e, g) for p, e, g in found} == {
        "zevip": (pytest.approx(100_000), pytest.approx(100_000)),
        "chargeon": (pytest.approx(80_000), pytest.approx(80_000)),
    }
    assert ended.net_capex_cad == pytest.approx(200_000 - 10_000 - 180_000)
    budget = one(
        toy, "select capex_cad, grant_cad, resale_cad, net_capex_cad, left_cad from report.phase_budget"
    )
    assert budget == pytest.approx((200_000, 180_000, 10_000, 10_000, 3_990_000))
    assert violations(toy) == {}
    toy.execute("update plan.scenario_grant_program set is_on = false where program = 'zevip'")
    assert {"figure_application_grant", "figure_run"} <= set(violations(toy))


def test_a_project_gets_no_more_than_its_cap(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    ended = solve(tmp_path, UPGRADE.format(grid="") + GRANTS.format(cap=50000))
    assert one(toy, "select granted_cad from plan.application_grant where program = 'chargeon'") == 50_000
    assert one(toy, "select grant_cad from plan.decision") == pytest.approx(150_000)
    assert ended.report.net_capex_cad == pytest.approx(40_000)
    assert violations(toy) == {}
    toy.execute(
        "update plan.scenario_grant_program set application_cap_cad = 40000 where program = 'chargeon'"
    )
    found = violations(toy)["figure_application_grant"]
    assert any("The grant of chargeon in phase 1 is $40,000.00;" in message for message in found)


@pytest.mark.parametrize("cap", [50_000, 1_000_000])
def test_an_alternative_costs_what_it_would_as_a_plan(
    toy: psycopg.Connection[Any], tmp_path: Path, cap: int
) -> None:
    """The plan's own decisions, kept as an alternative, get the grants of whole applications."""
    ended = solve(tmp_path, UPGRADE.format(grid="") + GRANTS.format(cap=cap)).report
    past = reopen(toy, ended.run_id)
    own = reason.Alternative(past.plan, 0.0, frozenset(), is_proven=True)
    with toy.cursor() as cursor:
        explain.write_alternatives(cursor, past, [own], 0.01)
    granted = one(toy, "select sum(granted_cad), sum(eligible_cad) from plan.application_grant")
    assert (granted[0] < granted[1]) == (cap == 50_000)
    found = one(toy, "select net_capex_cad, given_up, taken_instead from report.alternative")
    assert found == (pytest.approx(ended.net_capex_cad), [], [])


def test_a_grant_makes_a_budget_do(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """190,000 net does not fit 30,000; with both programs 10,000 does."""
    small = "[phase.1]\nactions = ['upgrade']\nbudget_cad = 30000\n"
    assert solve_scenario(file(tmp_path, small, "small"), Limits()).error is not None
    assert solve(tmp_path, small + GRANTS.format(cap=1000000)).report.actions["upgrade"] == 1
    assert violations(toy) == {}


@pytest.mark.parametrize(("offered", "charge"), [("true", 0.17), ("false", 1.0)])
def test_the_rate_for_charging(
    toy: psycopg.Connection[Any], tmp_path: Path, offered: str, charge: float
) -> None:
    """Afterwards 7.2 + 300 kW pay 6 CAD a month and kW; before, 21.6 kW are not billed by their peak."""
    solve(tmp_path, UPGRADE.format(grid="") + CHARGED.format(offered=offered))
    due = -2 * 400 + 2 * 4000 + 307.2 * 6 * 12 * charge
    assert one(toy, "select opex_change_cad_per_year from plan.decision") == pytest.approx(due)
    eligible = (
        "select o.is_evc_eligible from plan.decision as d join plan.run as r using (run_id)"
        " join model.site_option as o using (scenario_id, option_id)"
    )
    assert one(toy, eligible) is True
    assert violations(toy) == {}
    toy.execute("update plan.scenario_electricity set transmission_charge_cad_per_kw_month = 7")
    assert "figure_decision_price" in violations(toy)


@pytest.mark.parametrize(
    ("layout", "slow_kw", "fast_kw", "is_eligible"),
    [
        ("dc_150=1", 10, 50, True),
        ("dc_150=1", 10, 49, False),
        ("ac_7=1+dc_150=1", 50, 50, True),
        ("ac_7=1+dc_150=1", 51, 50, False),
        ("ac_7=1", 60, 50, False),
        ("dc_150=1", 10, 4999, True),
        ("dc_150=1", 10, 5000, False),
    ],
)
def test_who_may_have_the_rate(  # noqa: PLR0917 - the table above
    toy: psycopg.Connection[Any],
    tmp_path: Path,
    layout: str,
    slow_kw: float,
    fast_kw: float,
    is_eligible: bool,  # noqa: FBT001 - a case of the table above
) -> None:
    """At least 50 kW and at most 4,999, of which fast chargers are no less than half."""
    text = "[charger.{}]\nport_kw = {}\nports_min = 1\n"
    both = text.format("ac_7", slow_kw) + text.format("dc_150", fast_kw)
    scenario_id = scenario_store.store(toy, *scenario.resolve(file(tmp_path, both)))
    toy.execute("select model.work_out(%s)", (scenario_id,))
    found = toy.execute(
        "select is_evc_eligible from model.layout where scenario_id = %s and layout = %s",
        (scenario_id, layout),
    )
    assert found.fetchone() == (is_eligible,)


def test_the_grid_is_upgraded_where_the_plan_needs_it(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """Added are 285.6 kW, West TS has 220: of 100 kW for 30,000 and 50 kW for 10,000 the first is enough."""
    steps = "upgrade = [{ added_kw = 100, cost_cad = 30000 }, { added_kw = 50, cost_cad = 10000 }]"
    text = UPGRADE.format(grid=steps).replace("0.7", "1.0")
    ended = solve(tmp_path, text)
    assert toy.execute("select step, added_kw, cost_cad, phase from plan.grid_upgrade").fetchall() == [
        (1, 100, 30_000, 1)
    ]
    assert ended.net_capex_cad == pytest.approx(190_000 + 30_000)
    assert one(toy, "select grid_upgrade_cad, net_capex_cad from report.phase_budget") == (30_000, 220_000)
    load = one(toy, "select added_kw, remaining_kw, grid_upgrade_kw from report.grid_load where added_kw > 0")
    assert load == pytest.approx((285.6, 220, 100), abs=0.01)
    assert violations(toy) == {}
    toy.execute("update plan.grid_upgrade set step = 2")
    assert {"figure_grid_upgrade", "grid_area_power"} <= set(violations(toy))


@pytest.mark.usefixtures("toy")
def test_without_steps_the_grid_holds_the_plan_back(tmp_path: Path) -> None:
    text = UPGRADE.format(grid="").replace("0.7", "1.0")
    assert solve_scenario(file(tmp_path, text), Limits()).error is not None


def test_a_step_bought_by_an_earlier_plan_holds_and_is_gone(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    steps = "upgrade = [{ added_kw = 100, cost_cad = 30000 }]"
    solve(tmp_path, UPGRADE.format(grid=steps).replace("0.7", "1.0"))
    text = f'continues = "mine"\n[grid]\ncoincidence = [{{ port_count = 1, share = 1.0 }}]\n{steps}\n'
    assert solve_scenario(file(tmp_path, text, "next"), Limits()).error is None
    left = toy.execute(
        "select a.remaining_kw, (select count(*) from model.grid_step as q where q.scenario_id = a.scenario_id"
        " and q.grid_area_id = a.grid_node_id) from model.grid_node as a"
        " where a.scenario_id = (select max(scenario_id) from plan.scenario) order by 2"
    ).fetchall()
    assert left == [(pytest.approx(34.4, abs=0.01), 0), (pytest.approx(200), 1)]
    assert violations(toy) == {}


def test_a_limit_on_running_cost_binds(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """The upgrade adds at least 7,200 CAD a year."""
    limit = '[phase.1]\nactions = ["upgrade"]\nopex_limit_cad_per_year = {}\n[rule]\nopex_limit = {}\n'
    assert solve_scenario(file(tmp_path, limit.format(7199.0, "true")), Limits()).error is not None
    solve(tmp_path, limit.format(7199.0, "false"))
    solve(tmp_path, limit.format(7200.0, "true"))
    assert violations(toy) == {}
    toy.execute("update plan.scenario_phase set opex_limit_cad_per_year = 7000")
    assert set(violations(toy)) == {"opex_limit", "figure_slack"}


PHASES = """
[budget]
carries_over = {carries}
[phase.1]
budget_cad = 100000
actions = []
[phase.2]
title = "Later"
year = 2028
budget_cad = 95000
actions = ["upgrade"]
chargers = ["dc_150"]
discount_factor = 1.0
coverage_min_share = {{ L2 = 0.0, L3 = 0.0 }}
"""


def test_money_left_carries_over(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """190,000 fits 100,000 + 95,000, and neither of them alone."""
    assert solve_scenario(file(tmp_path, PHASES.format(carries="false")), Limits()).error is not None
    solve(tmp_path, PHASES.format(carries="true"))
    found = toy.execute(
        "select carried_in_cad, net_capex_cad, left_cad from report.phase_budget order by phase"
    )
    assert found.fetchall() == [(0, 0, 100_000), (100_000, 190_000, 5_000)]
    assert violations(toy) == {}
    toy.execute("update plan.scenario set budget_carries_over = false")
    assert set(violations(toy)) == {"budget", "figure_slack"}


def test_measured_use_overrides_the_estimate(busy: psycopg.Connection[Any]) -> None:
    found = busy.execute(
        "select s.site_key, u.utilisation_share, u.is_estimate from analysis.utilisation as u"
        " join core.site as s using (site_id) order by 1"
    ).fetchall()
    assert found[0] == ("ocm:1", 0.5, False)  # AFDC 11 is the same station
    assert (found[1][0], found[1][2]) == ("ocm:2", True)
    assert found[2] == ("ocm:3", 0.01, False)
    rejects = busy.execute("select record, field from raw.reject where source = 'utilisation' order by 1")
    assert rejects.fetchall() == [
        ("3 (ocm:3)", "station_id"),
        ("4 (ocm:2)", "utilisation_share"),
        ("5 (town hall)", "station_id"),
        ("6 (ocm:2)", "measured_to"),
    ]
    words = [text for text in assumed(busy) if "measurement of utilisation" in text]
    assert words == ["1 measurement of utilisation names a station that no feed has, and is left out."]


REMOVE = """
[phase.1]
actions = ["remove"]
[removal]
only_candidates = {only}
alternative_distance_m = {near}
[station]
change_owner_types = ["municipal", "unknown"]
owned_owner_types = ["municipal", "unknown"]
[objective.weight]
opex = 1.0
"""


def test_a_station_that_others_replace_goes(busy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """S3 serves 0.01 x 8760 / 3 = 29.2 sessions for 400 CAD a year, and S1 is 200 + 10 m away."""
    ended = solve(tmp_path, REMOVE.format(only="true", near=300))
    gone = one(busy, "select capex_cad, resale_cad, opex_change_cad_per_year, added_kw from plan.decision")
    assert gone == pytest.approx((0, 25_000, -400, -7.2))
    assert ended.report.coverage["L2"]["before"] == ended.report.coverage["L2"]["after"]
    row = one(
        busy,
        "select name, alternative_distance_m, opex_cad_per_session, is_removed from report.removal_candidate"
        " where is_candidate",
    )
    assert row == ("Side door", pytest.approx(210, abs=1), pytest.approx(400 / 29.2), True)
    assert one(busy, "select min(added_kw) from report.grid_load") == pytest.approx(-7.2 * 0.7)
    assert violations(busy) == {}


def test_none_goes_where_no_other_is_near(busy: psycopg.Connection[Any], tmp_path: Path) -> None:
    assert solve(tmp_path, REMOVE.format(only="true", near=200)).report.actions["remove"] == 0
    query = "select kept_because from report.removal_candidate where name = 'Side door'"
    assert one(busy, query) == "alone"


def test_removing_the_last_station_loses_its_coverage(busy: psycopg.Connection[Any], tmp_path: Path) -> None:
    free = REMOVE.format(only="false", near=0) + "coverage.L2 = 0.0\ncoverage.L3 = 0.0\n"
    ended = solve(tmp_path, free)
    assert ended.report.actions["remove"] == 3
    assert ended.report.coverage["L2"]["before"] > 0
    assert ended.report.coverage["L2"]["after"] == ended.report.coverage["L3"]["after"] == 0
    assert violations(busy) == {}
    least = "[phase.1.coverage_min_share]\nL2 = 0.1\n"
    assert solve(tmp_path, free + least).report.actions["remove"] == 2


def test_a_candidate_with_a_low_score_is_not_built_on(busy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """The car park scores 0.65 and the library 0.78."""
    build = "[phase.1]\nactions = ['build']\n[candidate]\nscore_min = {}\n"
    offered = (
        "select count(distinct site_id) from model.site_option where action = 'build'"
        " and scenario_id = (select max(scenario_id) from plan.scenario)"
    )
    for score, count in ((0.0, 2), (0.7, 1), (0.8, 0)):
        solve(tmp_path, build.format(score))
        assert one(busy, offered) == count
