"""Prices by part, distance, age and year on Toy Town, with numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from model.data import read, scenario, scenario_store
from model.solve import Limits, solve_scenario
from tests.support.findings import violations
from tests.support.scenarios import file

Connection = psycopg.Connection[Any]
PARTS = (
    "select equipment_cad, installation_cad, connection_cad, soft_cost_cad, contingency_cad, dismantling_cad,"
    " capex_cad, resale_cad from plan.decision"
)
PRICES = """
[price]
year = 2025
index_share_per_year = 0.02
soft_cost_share = 0.1
contingency_share = 0.05
[connection]
fixed_cost_cad = 2000
cost_cad_per_kw = 100
three_phase_kw_min = 50
transformer_cost_cad = 30000
line_cost_cad_per_m = 200
distance_assumed_m = 80
distance_step_m = 25
[site]
equipment_resale_share = 0.6
equipment_life_year = {life}
resale_share_unknown_age = 0.1
[charger.ac_7]
equipment_cost_cad_per_port = 4000
installation_cost_cad_per_port = 1000
dismantling_cost_cad_per_port = 500
[charger.dc_150]
equipment_cost_cad_per_port = 40000
installation_cost_cad_per_port = 10000
equipment_cost_cad_per_station = 5000
civil_works_cost_cad_per_station = 20000
make_ready_cost_cad_per_station = 15000
[phase.1]
actions = ["upgrade"]
year = {year}
"""


@pytest.fixture
def toy(toy: Connection) -> Connection:
    """Toy Town, where Town Hall must change."""
    toy.execute(
        "insert into plan.site_lock (site_id, lock_kind)"
        " select site_id, 'must_change' from core.site where site_key = 'ocm:1'"
    )
    return toy


def supply(conn: Connection, distance_m: float | None) -> None:
    """Draw a three-phase line so far north of Town Hall, into the map; none without a distance."""
    conn.execute(
        "insert into raw.osm_feature select load_id, source_id, 999, 'way', 999, 'power_line', null,"
        """ '{"power": "minor_line", "phases": "3"}', st_transform(st_makeline("""
        "st_translate(s.geom, -1, %(m)s), st_translate(s.geom, 1, %(m)s)), 4326)"
        " from core.site as s cross join (select load_id, source_id from raw.osm_feature limit 1) as f"
        " where s.site_key = 'ocm:1' and %(m)s::double precision is not null",
        {"m": distance_m},
    )
    conn.execute("refresh materialized view core.three_phase_supply")
    conn.execute("refresh materialized view core.site_supply")


def found(conn: Connection) -> tuple[float, ...]:
    row = conn.execute(PARTS).fetchone()
    assert row is not None
    return tuple(row)


@pytest.mark.parametrize(("distance_m", "line_m"), [(130.0, 150), (149.9, 150), (None, 80)])
@pytest.mark.parametrize("year", [2025, 2027])
def test_a_price_is_the_sum_of_its_parts(
    toy: Connection, tmp_path: Path, distance_m: float | None, line_m: int, year: int
) -> None:
    """3 L2 ports of 2014 become 1 and 2 of 150 kW: 285.6 kW more, a transformer, a line; what goes brings nothing."""
    supply(toy, distance_m)
    assert solve_scenario(file(tmp_path, PRICES.format(year=year, life=10)), Limits()).error is None
    connection = 2_000 + 285.6 * 100 + 30_000 + line_m * 200
    works = 85_000 + 55_000 + connection
    parts = (85_000, 55_000, connection, 0.1 * works, 0.05 * 1.1 * works, 1_000)
    risen = 1.02 ** (year - 2025)
    assert found(toy) == pytest.approx([cad * risen for cad in (*parts, sum(parts), 0)])
    assert violations(toy) == {}
    toy.execute("update plan.scenario_price set index_share_per_year = 0.07, transformer_cost_cad = 31000")
    assert "figure_decision_price" in violations(toy)


@pytest.mark.parametrize(("life", "share"), [("26", 0.3), ("13", 0.0), ("inf", 0.6)])
def test_equipment_brings_less_the_older_it_is(
    toy: Connection, tmp_path: Path, life: str, share: float
) -> None:
    """Town Hall is of 2014: in 2027 half of a life of 26 years is left of the 60 % that new equipment brings."""
    assert solve_scenario(file(tmp_path, PRICES.format(year=2027, life=life)), Limits()).error is None
    assert found(toy)[-1] == pytest.approx(8_000 * share * 1.02**2)
    assert violations(toy) == {}
    shares = toy.execute(
        "select s.site_key, k.resale_share from model.site_price as p join core.site as s using (site_id)"
        " join model.price_class as k using (scenario_id, price_class)"
    ).fetchall()
    assert {key: cad for key, cad in shares if key.startswith("ocm")} == {
        "ocm:1": pytest.approx(share),
        "ocm:2": 0.1,
    }
    assert {cad for key, cad in shares if not key.startswith("ocm")} == {0}


def test_a_phase_offers_only_what_its_prices_leave_below_the_limit_of_a_site(
    toy: Connection, tmp_path: Path
) -> None:
    """A port of 25,000 CAD costs 25,500 a year later, more than a site may cost."""
    text = """
[price]
year = 2026
index_share_per_year = 0.02
[site]
capex_limit_cad = 25000
[charger.ac_7]
ports_min = 1
[phase.1]
year = 2026
actions = ["build"]
chargers = ["ac_7"]
[phase.2]
title = "Later"
year = 2027
budget_cad = 1e6
actions = ["build"]
chargers = ["ac_7"]
discount_factor = 1.0
[phase.2.coverage_min_share]
"""
    toy.execute("delete from plan.site_lock")
    assert solve_scenario(file(tmp_path, text), Limits()).error is None
    offered = toy.execute(
        "select distinct layout_after, phases from model.site_option where action = 'build'"
    ).fetchall()
    assert offered == [("ac_7=1", [1])]
    assert toy.execute("select distinct phase from model.option_price").fetchall() == [(1,)]
    assert violations(toy) == {}


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ("[charger.ac_7]\nport_cost_cad = 1", "charger.ac_7.equipment_cost_cad_per_port"),
        ("[level.L3]\nstation_cost_cad = 1", "charger.dc_150.equipment_cost_cad_per_station"),
        ("[site]\nresale_factor = 1.0", "site.equipment_resale_share"),
    ],
)
def test_former_keys_are_refused_with_the_new_name(tmp_path: Path, former: str, now: str) -> None:
    with pytest.raises(UsageError, match=f"is now '{now}'"):
        scenario.resolve(file(tmp_path, former))


@pytest.mark.parametrize(
    ("layout", "least_cad", "most_cad"),
    [("dc_150=2", 314_000, 663_000), ("dc_150=3", 484_000, 995_000), ("ac_7=2", 23_200, 35_000)],
)
def test_prices_of_the_base_scenario_lie_where_sources_have_them(
    toy: Connection, layout: str, least_cad: float, most_cad: float
) -> None:
    """CALeVIP and NREL 2023 at 1.37 CAD for a US dollar; The Record 2019, up to half dearer by now."""
    name, parameters = scenario.resolve("base")
    scenario_id = scenario_store.store(toy, name, parameters)
    read.read(toy, scenario_id)
    prices = toy.execute(
        "select distinct p.capex_cad / f.price_factor from model.layout_price as p"
        " join model.phase as f using (scenario_id, phase) where p.action = 'build' and p.layout_after = %s",
        (layout,),
    ).fetchall()
    assert prices
    assert all(least_cad <= cad <= most_cad for (cad,) in prices)
