"""Cash flow, net present value, payback, subsidy and greenhouse gas of plans on Toy Town, by hand and recomputed in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from model.data.scenario import resolve
from model.solve import Limits, solve_scenario
from tests.support.economy import flows, rows
from tests.support.scenarios import file, town_file

Connection = psycopg.Connection[Any]
FOUR_LEVELS = Path(__file__).parents[1] / "support" / "toy_town" / "four_levels.toml"

UNCOUNTED = """
[objective.weight]
served = 0
efficiency = 0
[rule]
min_served = false
"""
# One L2 port for 25,000: busy a quarter of the time it gives 2,920 / 4 sessions of 14 kWh, 10,220 kWh a year.
PORT = """
[charger.ac_7]
ports_min = 1
equipment_cost_cad_per_port = 5000
equipment_cost_cad_per_station = 20000
utilisation_share = 0.25
opex_cad_per_port_year = 400
network_fee_cad_per_port_year = 100
price_cad_per_kwh = 0.5
price_cad_per_session = 0.7
price_cad_per_hour = 0
[phase.1]
year = 2027
[price]
year = 2027
index_share_per_year = 0.1
soft_cost_share = 0
contingency_share = 0
[connection]
fixed_cost_cad = 0
cost_cad_per_kw = 0
[electricity]
energy_price_cad_per_kwh = 0.18
charging_loss_share = 0.1
[economy]
horizon_year = 3
discount_share_per_year = 0.1
energy_index_share_per_year = 0.5
driver_price_index_share_per_year = -0.1
payment_fee_share = 0.1
[greenhouse_gas]
grid_g_per_kwh = 45
fuel_g_per_km = 200
km_per_kwh = 5
additional_share = 0.5
"""


def economy(conn: Connection, columns: str, view: str = "site_economy") -> tuple[Any, ...]:
    (row,) = rows(conn, f"select {columns} from report.{view}")  # noqa: S608 - written here
    return row


@pytest.fixture
def built(toy: Connection, tmp_path: Path) -> Connection:
    """Toy Town with one new L2 port, planned without counting sessions."""
    assert (
        solve_scenario(
            file(tmp_path, f"extends = '{town_file(tmp_path)}'\n{UNCOUNTED}{PORT}"), Limits()
        ).error
        is None
    )
    return toy


def test_three_years_by_hand(built: Connection) -> None:
    """0.5 + 0.7 / 14 = 0.55 CAD a kWh bring 5,621; 10,220 kWh cost 0.18 / 0.9 = 0.2 each; 400 + 100 to run."""
    found = rows(
        built,
        "select year, net_capex_cad, energy_kwh, revenue_cad, energy_cad, demand_charge_cad, upkeep_cad,"
        " network_fee_cad, payment_fee_cad, cash_flow_cad, cumulative_cash_flow_cad from report.site_cash_flow order by year",
    )
    assert [row[0] for row in found] == [2027, 2028, 2029, 2030]
    assert [row[1:] for row in found] == [
        pytest.approx(row)
        for row in (
            (25_000, 0, 0, 0, 0, 0, 0, 0, -25_000, -25_000),
            (0, 10_220, 5_058.9, 3_066, 0, 440, 110, 505.89, 937.01, -24_062.99),
            (0, 10_220, 4_553.01, 4_599, 0, 484, 121, 455.301, -1_106.291, -25_169.281),
            (0, 10_220, 4_097.709, 6_898.5, 0, 532.4, 133.1, 409.7709, -3_876.0619, -29_045.3429),
        )
    ]
    npv = -25_000 + 937.01 / 1.1 - 1_106.291 / 1.21 - 3_876.0619 / 1.331
    # half of 10,220 kWh would have been petrol: 1,000 g a kWh less 45 / 0.9
    tonnes = 10_220 * 0.5 * (1_000 - 50) / 1e6
    for view in ("site_economy", "plan_economy"):
        assert economy(
            built,
            "npv_cad, subsidy_needed_cad, energy_kwh_per_year, ghg_avoided_t_per_year, ghg_avoided_t, subsidy_cad_per_t",
            view,
        ) == pytest.approx((npv, -npv, 10_220, tonnes, 3 * tonnes, -npv / (3 * tonnes)))
        assert economy(built, "payback_year", view) == (None,)
    costs = 25_000 + 4_121.89 / 1.1 + 5_659.301 / 1.21 + 7_973.7709 / 1.331
    (per_kwh,) = economy(built, "cost_cad_per_kwh")
    assert per_kwh == pytest.approx(costs / (10_220 * (1 / 1.1 + 1 / 1.21 + 1 / 1.331)))


def test_signs_and_zeros(built: Connection) -> None:
    built.execute(
        "update plan.scenario_economy set energy_index_share_per_year = 0, driver_price_index_share_per_year = 0,"
        " discount_share_per_year = 0"
    )
    built.execute("update plan.scenario_price set index_share_per_year = 0")
    # no interest: the net present value is the sum, 3 x (5,621 - 562.1 - 2,044 - 500) - 25,000
    assert economy(built, "npv_cad, subsidy_needed_cad") == pytest.approx((-17_455.3 + 0, 17_455.3))
    # at 14,000 a year more the money is back in the second year
    built.execute("update plan.scenario_charger set price_cad_per_session = 0.7 + 14000.0 / 730 / 0.9")
    assert economy(built, "payback_year, subsidy_needed_cad, subsidy_cad_per_t") == (2, 0, 0)
    assert economy(built, "npv_cad") == (pytest.approx(42_000 - 17_455.3),)
    # one year only
    built.execute("update plan.scenario_economy set horizon_year = 1")
    assert rows(built, "select year from report.plan_cash_flow order by 1") == [(2027,), (2028,)]
    assert economy(built, "npv_cad, payback_year") == (pytest.approx(16_514.9 - 25_000), None)
    # drivers pay nothing
    built.execute("update plan.scenario_charger set price_cad_per_session = 0, price_cad_per_kwh = 0")
    assert economy(built, "npv_cad, payback_year") == (pytest.approx(-25_000 - 2_544), None)
    # an hour plugged in has a price: 730 sessions of three hours
    built.execute("update plan.scenario_charger set price_cad_per_hour = 2")
    assert economy(built, "npv_cad") == (pytest.approx(0.9 * 4_380 - 25_000 - 2_544),)
    # where nobody comes no kWh has a price, and no tonne
    built.execute("update plan.scenario_charger set utilisation_share = 0")
    assert economy(built, "npv_cad, cost_cad_per_kwh, subsidy_cad_per_t, ghg_avoided_t") == (
        -25_500,
        None,
        None,
        0,
    )


UPGRADE = """
[phase.1]
actions = ["upgrade"]
[price]
index_share_per_year = 0
[site]
ports_retained_min = 1
[electricity]
is_transmission_charged = false
transmission_charge_cad_per_kw_month = 6
distribution_charge_cad_per_kw_month = 5
is_evc_rate_offered = {offered}
"""


@pytest.mark.parametrize(("offered", "paid"), [("true", 0.17), ("false", 1.0)])
def test_a_fast_charger_pays_for_its_peak(toy: Connection, tmp_path: Path, offered: str, paid: float) -> None:
    """Town Hall has 7.2 + 300 kW afterwards; before, 21.6 kW are not billed by their peak. The objective has none of it."""
    toy.execute(
        "insert into plan.site_lock (site_id, lock_kind)"
        " select site_id, 'must_change' from core.site where site_key = 'ocm:1'"
    )
    assert solve_scenario(file(tmp_path, UNCOUNTED + UPGRADE.format(offered=offered)), Limits()).error is None
    (charge, upkeep, opex), *_ = rows(
        toy,
        "select f.demand_charge_cad, f.upkeep_cad, d.opex_change_cad_per_year from report.site_cash_flow as f"
        " join plan.decision as d using (decision_id) where f.energy_kwh <> 0",
    )
    assert charge == pytest.approx(12 * 307.2 * (5 + 6 * paid))
    assert upkeep == pytest.approx(opex)
    # two ports go that were as busy as the station is, two come
    (use,) = rows(
        toy,
        "select utilisation_share from analysis.utilisation join core.site using (site_id) where site_key = 'ocm:1'",
    )
    p = resolve("base")[1].charger
    lost, new = p["ac_7"], p["dc_150"]
    expected = (
        2
        * 8_760
        * (
            new.utilisation_share * 60 / new.session_min * new.kwh_per_session
            - use[0] * 60 / lost.session_min * lost.kwh_per_session
        )
    )
    assert rows(toy, "select energy_kwh from report.site_cash_flow where energy_kwh <> 0 limit 1") == [
        (pytest.approx(expected),)
    ]


COUNTED = f"""
extends = '{FOUR_LEVELS}'
[objective.weight]
capex = 1.0
[phase.1]
year = 2027
budget_cad = 60000
[phase.1.coverage_min_share]
hpc = 0.0
[phase.2]
title = "Later"
year = 2029
budget_cad = 900000
actions = ["expand", "upgrade", "build"]
chargers = ["curb_4", "ac_7", "dc_150", "hpc_350"]
discount_factor = 1.0
coverage_min_share = {{}}
served_min_share = {{}}
[grid]
hosting_capacity_factor = 0.6
upgrade = [{{ added_kw = 900, cost_cad = 20000 }}]
[price]
year = 2026
index_share_per_year = 0.03
[economy]
horizon_year = 6
discount_share_per_year = 0.06
"""


def test_a_plan_that_counts_sessions_is_worth_what_python_says(toy: Connection, tmp_path: Path) -> None:
    """Two phases of four levels: every year of every project and of the plan, from the decisions and the sessions alone."""
    name = file(tmp_path, COUNTED)
    assert solve_scenario(name, Limits()).error is None
    p = resolve(name)[1]
    projects = dict(flows(toy, p))
    assert len({phase for phase, *_ in projects}) == 2
    found = rows(
        toy,
        "select phase, site_id, year, net_capex_cad, energy_kwh, revenue_cad, energy_cad, demand_charge_cad, upkeep_cad,"
        " network_fee_cad, payment_fee_cad, cash_flow_cad from report.site_cash_flow",
    )
    assert {row[:3] for row in found} == projects.keys()
    for row in found:
        flow = projects[row[:3]]
        assert row[3:] == pytest.approx((*vars(flow).values(), flow.cash), abs=1e-6)
    bought = dict(rows(toy, "select 2025 + 2 * phase, sum(cost_cad) from plan.grid_upgrade group by phase"))
    total = {
        year: sum(flow.cash for (_, _, y), flow in projects.items() if y == year) - bought.get(year, 0.0)
        for year in range(2027, 2036)
    }
    assert dict(rows(toy, "select year, cash_flow_cad from report.plan_cash_flow")) == pytest.approx(total)
    npv = sum(cad / 1.06 ** (year - 2027) for year, cad in total.items())
    assert economy(toy, "npv_cad, is_session_counted", "plan_economy") == (pytest.approx(npv), True)
    sites = {
        (phase, site): sum(f.cash / 1.06 ** (y - 2027) for (_, s, y), f in projects.items() if s == site)
        for phase, site, _ in projects
    }
    assert {
        row[:2]: row[2] for row in rows(toy, "select phase, site_id, npv_cad from report.site_economy")
    } == pytest.approx(sites)


MOVED = """
[objective.weight]
served = 10
[session]
peak_hour_share = 0.1
"""


def test_sessions_that_only_move_to_a_project_add_nothing(toy: Connection, tmp_path: Path) -> None:
    """A session of the busiest hour is 14 kWh x 365 / 0.1 = 51,100 kWh a year; each new station serves 2 of them."""
    name = file(tmp_path, f"extends = '{town_file(tmp_path)}'\n{MOVED}{PORT}")
    assert solve_scenario(name, Limits()).error is None
    assert rows(toy, "select distinct action from plan.decision") == [("build",)]
    projects = len(rows(toy, "select from plan.decision"))
    toy.execute("update plan.served_demand set sessions_per_h = 2")
    toy.execute("update plan.demand_service set served_per_h = 0")
    toy.execute(
        "update plan.demand_service set served_per_h = 5 where zone_id = (select min(zone_id) from plan.demand_service)"
    )
    energy = "select sum(kwh_per_year), min(kwh_per_year), max(kwh_per_year) from report.project_energy"
    # without the plan all 5 are served: by stations that stand today
    for without, added in (
        (5.0, 0.0),
        (6.0, 0.0),
        (4.5, 0.5),
        (4.0, 1.0),
        (5 - 2 * projects - 1, 2.0 * projects),
    ):
        toy.execute("update plan.service_without set served_per_h = %s", (without,))
        each = added / projects * 51_100
        assert rows(toy, energy) == [pytest.approx((added * 51_100, each, each))]
        (kwh,) = economy(toy, "energy_kwh_per_year", "plan_economy")
        assert kwh == pytest.approx(added * 51_100)


def test_all_projects_together_add_what_is_served_beyond_today(toy: Connection, tmp_path: Path) -> None:
    """At levels that lose no ports: the sum over projects is the difference of the region."""
    assert solve_scenario(file(tmp_path, COUNTED), Limits()).error is None
    added = rows(
        toy,
        "select z.phase, z.level, z.per_h - w.served_per_h from plan.service_without as w join ("
        " select phase, level, sum(served_per_h) as per_h from plan.demand_service group by phase, level"
        ") as z using (phase, level) where exists (select from report.project_energy as e"
        " where e.phase = z.phase and e.level = z.level) and not exists (select from report.project_energy as e"
        " where e.phase = z.phase and e.level = z.level and e.kwh_per_year < 0)",
    )
    assert added
    for phase, level, sessions_per_h in added:
        assert sessions_per_h >= 0
        ((kwh, per_session),) = toy.execute(
            "select sum(e.kwh_per_year), min(c.kwh_per_session * y.peak_hours_per_year)"
            " from report.project_energy as e join model.charger as c on c.level = e.level and c.is_usual"
            " join model.charger_economy as y using (scenario_id, charger_type)"
            " where e.phase = %s and e.level = %s",
            (phase, level),
        )
        assert kwh == pytest.approx(sessions_per_h * per_session, abs=1)
