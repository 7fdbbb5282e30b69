"""Served demand: growth, sessions and capacity checked by hand, and each rule as it binds, is missed, is audited."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import InfeasibleError
from model.data import read, scenario, scenario_store
from model.solve import Limits, solve_scenario
from tests.support.findings import violations
from tests.support.scenarios import file

ON = """
[rule]
min_served = true
grid_area_power = false
[objective.weight]
served = 100.0
candidate_score = 0.0
"""
BUSY = "[session]\nkwh_per_ev_day = 80.0\n"


def stored(conn: psycopg.Connection[Any], folder: Path, text: str) -> int:
    scenario_id = scenario_store.store(conn, *scenario.resolve(file(folder, text)))
    read.work_out(conn, scenario_id)
    return scenario_id


def test_vehicles_grow_along_a_logistic_curve(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """140 vehicles of 1000 people, counted 2024-11-23; the curve ends at 600 and passes 3.05 * 140 = 427 in 5 years."""
    scenario_id = stored(toy, tmp_path, "[phase.1]\nyear = 2029\n" + ON)
    row = toy.execute(
        "select count_year, counted_ev_count, ev_count, growth_factor from model.adoption where scenario_id = %s",
        (scenario_id,),
    ).fetchone()
    assert row is not None
    count_year, counted, expected, factor = row
    assert count_year == pytest.approx(2024 + 10 / 12 + 23 / 366)
    assert counted == pytest.approx(140, rel=1e-3)
    rate = math.log((600 / 140 - 1) / (600 / 427 - 1)) / 5
    by_hand = 600 / (1 + (600 / 140 - 1) * math.exp(-rate * (2030 - count_year)))
    assert expected == pytest.approx(by_hand, rel=1e-3)
    assert 140 * 3.05 < expected < 600
    assert factor == pytest.approx(by_hand / 140, rel=1e-3)


@pytest.mark.parametrize(
    ("growth", "factor"),
    [
        ("five_year_factor = 1.0", 1.0),
        # 140 of 147 is 95 % already
        ("saturation_ev_per_person = 0.147", 1.0),
        (
            "five_year_factor = 50.0",
            600 / 140 / (1 + (600 / 140 - 1) * (0.05 / 0.95 / (600 / 140 - 1)) ** (5.102 / 5)),
        ),
    ],
)
def test_growth_has_an_end(toy: psycopg.Connection[Any], tmp_path: Path, growth: str, factor: float) -> None:
    scenario_id = stored(toy, tmp_path, f"[growth]\n{growth}\n[phase.1]\nyear = 2029\n" + ON)
    row = toy.execute(
        "select growth_factor from model.adoption where scenario_id = %s", (scenario_id,)
    ).fetchone()
    assert row is not None
    assert row[0] == pytest.approx(factor, rel=1e-3)


def test_sessions_by_hand(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """P1 has 100 of the 375 households of a postal area with 100 vehicles: 26.67 of them. No dwelling is known to be
    an apartment, so 30 % are taken to be; of the drivers 0.3 * 0.38 + 0.7 * 0.02 = 12.8 % cannot charge at home,
    and 0.128 * 0.9 + 0.872 * 0.15 = 24.6 % of the energy is charged in public, a tenth of it in the busiest hour.
    """  # noqa: D205 - a calculation
    scenario_id = stored(
        toy, tmp_path, "[session]\ndestination_share = 0.0\n[growth]\nfive_year_factor = 1.0\n" + ON
    )
    found = dict(
        toy.execute(
            "select level, sessions_per_h from model.session_demand join core.demand_cell on cell_id = demand_id"
            " where scenario_id = %s and round(population) = 200",
            (scenario_id,),
        ).fetchall()
    )
    kw = 100 / 375 * 100 * 8 * 0.246 * 0.1
    assert found["L2"] == pytest.approx(kw / 2 / 14, rel=1e-3)
    assert found["L3"] == pytest.approx(kw / 2 / 22, rel=1e-3)


def test_without_a_count_vehicles_follow_from_people(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    toy.execute("update raw.ev_count set ev_count = 0, count_date = null")
    toy.execute("update raw.load_source set data_date = 'drawn'")
    toy.execute("refresh materialized view core.postal_area")
    toy.execute("refresh materialized view core.cell_ev")
    toy.execute("refresh materialized view core.demand_cell")
    scenario_id = stored(toy, tmp_path, ON)
    found = toy.execute(
        "select sum(ev_count), bool_and(is_ev_assumed) from model.cell_charging where scenario_id = %s",
        (scenario_id,),
    ).fetchone()
    assert found == (pytest.approx(0.014 * 1000, rel=1e-3), True)
    years = toy.execute(
        "select count_year from model.adoption where scenario_id = %s", (scenario_id,)
    ).fetchall()
    assert years == [(2024.75,)]


def test_more_ports_are_kept_only_where_sessions_count(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """Where more ports serve no more sessions, the cheapest of a kind is enough; where sessions count, all sizes stay."""
    few, many = (
        toy.execute(
            "select count(*) from model.efficient_option where scenario_id = %s and action = 'build'",
            (stored(toy, tmp_path, text),),
        ).fetchone()
        for text in ("", ON)
    )
    assert few is not None
    assert many is not None
    assert few[0] < many[0]


BREAKS = [
    (
        "figure_zone_session",
        "update plan.demand_service set demand_per_h = demand_per_h + 0.1",
        "sessions an hour",
    ),
    ("figure_zone_session", "delete from plan.demand_service where level = 'L2'", "the plan says nothing."),
    ("figure_zone_session", "update plan.demand_service set served_per_h = served_per_h + 0.1", "come to"),
    ("figure_zone_session", "update plan.scenario_growth set five_year_factor = 2", "asks for"),
    (
        "figure_zone_session",
        "with s as (update plan.scenario_session set kwh_per_ev_day = kwh_per_ev_day / 100)"
        " update plan.demand_service set demand_per_h = demand_per_h / 100",
        "and is served",
    ),
    (
        "figure_site_session",
        "update plan.served_demand set capacity_per_h = capacity_per_h + 1",
        "the plan says",
    ),
    ("figure_site_session", "update plan.served_demand set sessions_per_h = sessions_per_h + 0.1", "come to"),
    ("figure_site_session", "delete from plan.served_demand where level = 'L3'", "the plan says nothing."),
    (
        "figure_site_session",
        "update plan.scenario_level set wait_probability_max = 1e-6",
        "the plan sends them",
    ),
    (
        "figure_service_without",
        "update plan.service_without set served_per_h = served_per_h - 0.1",
        "Without the plan",
    ),
    (
        "figure_service_without",
        "update plan.service_without set served_per_h = served_per_h + 0.1",
        "Without the plan",
    ),
    (
        "figure_service_without",
        "delete from plan.service_without where level = 'L3'",
        "the plan says nothing.",
    ),
    ("figure_service_without", "delete from plan.full_station", "Without the plan"),
    (
        "figure_service_without",
        "update plan.full_station set site_id = -1 where level = 'L2'",
        "would be full",
    ),
    ("min_served", "update plan.scenario_target set served_min_share = 1", "asked for are 100.00%."),
]


@pytest.fixture(scope="module")
def solved(templates: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the template of Toy Town with a plan that serves what the money allows."""

    def solve() -> None:
        ended = solve_scenario(file(tmp_path_factory.mktemp("scenario"), BUSY + ON), Limits())
        assert ended.error is None

    name: str = templates.template("toy_town_served", templates.toy_town(), solve)
    return name


@pytest.fixture
def plan(templates: Any, solved: str) -> Iterator[psycopg.Connection[Any]]:
    with templates.clone(solved) as address, psycopg.connect(address, autocommit=True) as conn:
        yield conn


def test_a_sound_plan_passes_and_is_reported(plan: psycopg.Connection[Any]) -> None:
    assert violations(plan) == {}
    rows = plan.execute(
        "select z.level, z.demand_per_h, z.served_per_h, (select sum(sessions_per_h) from report.served_demand as d"
        " where d.level = z.level), (select sum(served_per_h) from report.demand_service as d where d.level = z.level)"
        " from report.service_summary as z order by z.level"
    ).fetchall()
    assert [level for level, *_ in rows] == ["L2", "L3"]
    for _, demand, served, at_sites, in_zones in rows:
        assert 0 < served < demand
        assert at_sites == pytest.approx(served)
        assert in_zones == pytest.approx(served)


@pytest.mark.parametrize(("rule", "statement", "words"), BREAKS)
def test_each_break_is_found(plan: psycopg.Connection[Any], rule: str, statement: str, words: str) -> None:
    assert plan.execute(statement.encode()).rowcount > 0
    found = violations(plan)
    assert any(words in message for message in found[rule])
    assert [name for name in found if not name.startswith("figure_") and name != rule] == []
    plan.execute("update plan.scenario_rule set is_on = false where rule = %s", (rule,))
    # a rule that is off binds nothing, but what the plan says must be true
    assert (rule in violations(plan)) == (rule != "min_served")


def test_drivers_without_a_covering_site_are_found(plan: psycopg.Connection[Any]) -> None:
    plan.execute(
        "insert into plan.served_flow select z.run_id, z.phase, z.level, z.zone_id, s.site_id, 0.001"
        " from plan.demand_service as z cross join core.site as s where z.level = 'L2' and not exists ("
        " select from analysis.road_distance as d where d.site_id = s.site_id and d.cell_id = z.zone_id and d.distance_m <= 1000)"
        " on conflict do nothing"
    )
    assert any("have site" in message for message in violations(plan)["figure_zone_session"])


def test_asking_for_more_than_can_be_served_is_infeasible(toy_database: str, tmp_path: Path) -> None:
    assert toy_database
    text = BUSY + "[phase.1.served_min_share]\nL2 = 1.0\n" + ON
    ended = solve_scenario(file(tmp_path, text), Limits())
    assert isinstance(ended.error, InfeasibleError)
    assert "least share of charging sessions served" in ended.error.message


@pytest.mark.parametrize(
    ("text", "is_counted"),
    [
        ("", False),
        ("[rule]\ndemand_balance = false\nport_capacity = false\n", False),
        ("[rule]\ndemand_balance = true\n", True),
        ("[rule]\nport_capacity = true\nmin_served = true\n", True),
        ("[objective.weight]\nserved = 10\n", True),
        ("[objective.weight]\nefficiency = 10\n", True),
        ("[objective]\nmode = 'lexicographic'\norder = [['efficiency']]\n", True),
    ],
)
def test_where_sessions_are_counted(
    toy: psycopg.Connection[Any], tmp_path: Path, text: str, *, is_counted: bool
) -> None:
    """Wherever anything speaks of sessions; former switches that are on say so too, and are nothing else."""
    assert scenario.resolve(file(tmp_path, text))[1].counts_sessions == is_counted
    scenario_id = stored(toy, tmp_path, text)
    counted = toy.execute(
        "select from model.session_scenario where scenario_id = %s", (scenario_id,)
    ).fetchall()
    assert len(counted) == is_counted


@pytest.mark.parametrize("text", ["[objective.weight]\nserved = 10.0\n", "[rule]\nmin_served = true\n"])
def test_a_stored_share_above_1_is_found_whatever_the_scenario_has_on(
    toy: psycopg.Connection[Any], tmp_path: Path, text: str
) -> None:
    """Balance and capacity have no switch: what a plan serves too much is found with every rule off."""
    ended = solve_scenario(file(tmp_path, text), Limits())
    assert ended.error is None
    row = toy.execute("select max(served_share) from report.service_summary").fetchone()
    assert row is not None
    assert 0 < row[0] <= 1
    rules = {rule for (rule,) in toy.execute("select rule from plan.scenario_rule")}
    assert rules.isdisjoint({"demand_balance", "port_capacity"})
    toy.execute("update plan.scenario_rule set is_on = false")
    toy.execute("delete from plan.run_constraint_slack")  # of rules that are off nothing is said
    assert violations(toy) == {}
    toy.execute("update plan.served_flow set sessions_per_h = sessions_per_h * 50")
    toy.execute("update plan.demand_service set served_per_h = served_per_h * 50")
    toy.execute("update plan.served_demand set sessions_per_h = sessions_per_h * 50")
    found = violations(toy)
    assert any("and is served" in message for message in found["figure_zone_session"])
    assert any("the plan sends them" in message for message in found["figure_site_session"])
    toy.execute("delete from plan.demand_service")
    assert any("the plan says nothing" in message for message in violations(toy)["figure_zone_session"])
