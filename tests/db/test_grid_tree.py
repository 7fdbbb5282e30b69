"""Feeders in stations in a supply, drawn on Toy Town: what each site draws from, what is left there, and the rule."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from model.solve import Limits, solve_scenario
from tests.support.assumptions import assumed
from tests.support.findings import violations
from tests.support.scenarios import file
from tests.support.toy_town.build import lon_lat, write_sources

Connection = psycopg.Connection[Any]
# Upgrading Town Hall, the only upgrade, adds at least 285.6 kW: tests/db/test_money.py.
UPGRADE = """
[phase.1]
actions = ["upgrade"]
[grid]
coincidence = [{{ port_count = 1, share = 1.0 }}]
hosting_capacity_factor = {factor}
{steps}
"""
STEPS = "upgrade = [{ added_kw = 500, cost_cad = 30000 }]"
FEEDERS = (  # boxes west, south, east, north; MVA; range; station
    ([(900, -50, 1000, 50)], 0.5, None, None),  # Town Hall lies on the edge of this one and of the next
    ([(1000, -50, 1100, 50)], 0.5, None, None),
    ([(950, -20, 1050, 20)], 0.2, None, None),  # passes there too, with less left
    ([(450, 800, 550, 840)], None, None, None),  # Third Street: not known
    ([(200, -80, 300, 0)], -0.3, "0.0 - 1.0", None),  # Ring Market: overloaded
    (
        [(1000, 380, 1030, 420), (3000, 380, 3100, 420)],
        None,
        "1.1 - 3.0",
        "EAST",
    ),  # 10 m from the library, fed from afar
)
SOURCE = """
[sources.feeders]
path = "feeders.geojson"
licence = "drawn for tests"
data_date = "2026-05"
columns = { distributor = "ldc", capacity = "mva", capacity_range = "range", station = "ts" }

"""
SUPPLIED = """
key = "key"
supply = "supply"
supply_limit_mw = "supply_limit"
supply_peak_load_mw = "supply_peak"
"""


def ring(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return [[list(lon_lat(*corner)) for corner in corners]]


def write_feeders(path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"ldc": "Toy Hydro", "mva": mva, "range": between, "ts": station},
            "geometry": {"type": "MultiPolygon", "coordinates": [ring(*box) for box in boxes]},
        }
        for boxes, mva, between, station in FEEDERS
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def write_town(folder: Path) -> str:
    """Write Toy Town with feeders; West TS has 1000 kW left, East TS 200 kW, the line that feeds both 1200 kW."""
    region = write_sources(folder)
    write_feeders(folder / "feeders.geojson")
    with (folder / "grid.csv").open(encoding="utf-8") as text:
        stations = list(csv.DictReader(text))
    for station in stations:
        name = station["name"].split()[0].upper()
        station |= {"key": name, "supply": "Line 1", "supply_limit": "5", "supply_peak": "3"}
    stations[0] |= {"summer_limit_mw": "2", "peak_load_mw": "1"}
    stations[1]["supply_peak"] = "3.8"
    with (folder / "grid.csv").open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(stations[0]))
        writer.writeheader()
        writer.writerows(stations)
    words = region.read_text(encoding="utf-8").replace(
        "[sources.grid.columns]\n", "[sources.grid.columns]" + SUPPLIED
    )
    region.write_text(words.replace("[sources.roads]", SOURCE + "[sources.roads]", 1), encoding="utf-8")
    return str(region)


@pytest.fixture(scope="module")
def fed_town(templates: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the template of Toy Town with feeders and a supply."""
    name: str = templates.loaded("fed_town", lambda: write_town(tmp_path_factory.mktemp("fed_town")))
    return name


@pytest.fixture
def fed(templates: Any, fed_town: str) -> Iterator[Connection]:
    """Yield it, where Town Hall must change."""
    with templates.clone(fed_town) as address, psycopg.connect(address, autocommit=True) as conn:
        conn.execute(
            "insert into plan.site_lock (site_id, lock_kind)"
            " select site_id, 'must_change' from core.site where site_key = 'ocm:1'"
        )
        yield conn


def rows(conn: Connection, query: str) -> list[tuple[Any, ...]]:
    return conn.execute(query.encode()).fetchall()


def solve(folder: Path, *, factor: float = 1.0, steps: str = "") -> Any:
    return solve_scenario(file(folder, UPGRADE.format(factor=factor, steps=steps)), Limits())


def test_each_site_draws_from_its_feeder_the_station_of_that_and_their_supply(fed: Connection) -> None:
    found = rows(
        fed,
        "select s.name, array_agg(n.kind || ' ' || round(c.remaining_kw::numeric)"
        " || case when c.is_assumed then ' assumed' else '' end order by n.kind, n.grid_node_id)"
        " from core.site as s join core.site_grid_node as d using (site_id) join core.grid_node as n using (grid_node_id)"
        " join analysis.grid_node_capacity as c using (grid_node_id) group by 1",
    )
    assert {name.split()[0]: nodes for name, nodes in found} == {
        # the library: the range of its feeder begins at 1.1 MVA; it is fed from East TS, though it lies in the area of West TS
        "Second": ["feeder 990 assumed", "station 200", "supply 1200"],
        "Ring": ["feeder 0", "station 1000", "supply 1200"],
        # an eighth of what West TS has left
        "Third": ["feeder 125 assumed", "station 1000", "supply 1200"],
        # of two feeders that pass, the one with more left, once for its two polygons
        "Town": ["feeder 450", "station 1000", "supply 1200"],
    }
    assert rows(fed, "select count(*) from core.grid_feeder") == [(5,)]
    assert rows(fed, "select name, is_station_named from core.grid_feeder join core.grid_area using (grid_area_id)"
                     " where station_key is not null") == [("East TS", True)]  # fmt: skip
    assert rows(fed, "select is_contradictory, limit_kw, peak_load_kw from core.grid_supply") == [
        (True, 5000, 3800)
    ]
    tree = "select n.kind, p.kind from core.grid_node as n left join core.grid_node as p on p.grid_node_id = n.parent_id"
    assert set(rows(fed, tree)) == {("feeder", "station"), ("station", "supply"), ("supply", None)}


def test_a_plan_loads_feeder_station_and_supply_and_the_audit_agrees(fed: Connection, tmp_path: Path) -> None:
    assert solve(tmp_path).error is None
    loaded = rows(
        fed,
        "select grid_kind, added_kw, remaining_kw, use_share, is_assumed from report.grid_load where added_kw <> 0 order by grid_kind",
    )
    assert loaded == [
        ("feeder", pytest.approx(285.6), pytest.approx(450), pytest.approx(285.6 / 450), False),
        ("station", pytest.approx(285.6), pytest.approx(1000), pytest.approx(0.2856), False),
        ("supply", pytest.approx(285.6), pytest.approx(1200), pytest.approx(0.238), False),
    ]
    assert violations(fed) == {}
    fed.execute("update plan.scenario set hosting_capacity_factor = 0.6")
    found = violations(fed)
    assert {"figure_grid_load", "grid_area_power"} <= set(found)
    assert len(found["grid_area_power"]) == 1, "the feeder alone is overloaded"


def test_a_feeder_holds_a_plan_back_and_no_upgrade_of_its_station_helps(
    fed: Connection, tmp_path: Path
) -> None:
    """At 0.6 the feeder has 270 kW, station and supply more than enough."""
    for steps in ("", STEPS):
        ended = solve(tmp_path, factor=0.6, steps=steps)
        assert ended.error is not None
        assert "grid_area_power" in str(ended.error.message)
    assert rows(fed, "select count(*) from plan.grid_upgrade") == [(0,)]


def test_a_plan_that_continues_finds_less_on_all_three(fed: Connection, tmp_path: Path) -> None:
    assert solve(tmp_path).error is None
    text = 'continues = "mine"\n[grid]\ncoincidence = [{ port_count = 1, share = 1.0 }]\n'
    assert solve_scenario(file(tmp_path, text, "next"), Limits()).error is None
    left = rows(
        fed,
        "select kind, remaining_kw from model.grid_node where scenario_id = (select max(scenario_id) from plan.scenario)"
        " and grid_node_id in (select d.grid_node_id from core.site_grid_node as d join core.site as s using (site_id)"
        " where s.site_key = 'ocm:1') order by kind",
    )
    assert left == [
        ("feeder", pytest.approx(450 - 285.6)),
        ("station", pytest.approx(1000 - 285.6)),
        ("supply", pytest.approx(1200 - 285.6)),
    ]
    assert violations(fed) == {}


def test_what_is_assumed_of_feeders_is_said(fed: Connection) -> None:
    said = assumed(fed)
    for sentence in (
        "6 records of feeders are 5 feeders: records with the same key, or within 1 m of each other that say the same,"
        " are one and share its capacity.",
        "The capacity of 1 of 5 feeders is not known; it is taken for a share of 0.125 of what its station has left.",
        "1 feeder is overloaded (negative capacity, \N{MINUS SIGN}270 kW at the lowest); nothing is left on it.",
        "Of 1 feeder only a range of its capacity is published; its lower end counts.",
        "1 site lies on several feeders; it draws from the one with most left.",
        "The stations of 1 supply give it different figures; the lowest limit and the highest load count.",
    ):
        assert sentence in said
    assert not [sentence for sentence in said if "No feeder is known" in sentence]


def test_records_of_a_feeder_can_be_traced(fed: Connection) -> None:
    found = rows(
        fed,
        "select count(*), count(distinct row_key) from core.origin where entity = 'grid_feeder' and record_table = 'grid_feeder'",
    )
    assert found == [(6, 5)]


def test_without_feeders_the_grid_is_as_before(toy_connection: Connection) -> None:
    assert rows(toy_connection, "select distinct kind, parent_id from core.grid_node") == [("station", None)]
    assert rows(
        toy_connection, "select grid_node_id, remaining_kw from analysis.grid_node_capacity order by 1"
    ) == rows(toy_connection, "select grid_area_id, remaining_kw from analysis.hosting_capacity order by 1")
    assert "No feeder is known: the grid is limited by the areas of its stations alone." in assumed(
        toy_connection
    )
