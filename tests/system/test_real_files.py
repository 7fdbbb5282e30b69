"""Files as they were published, of whole regions: what is in them is read, all of it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from db.common.errors import UsageError
from etl.fetch.client import Client
from etl.loading.find import find_files
from etl.loading.read import read_all
from etl.region.file import read_region
from etl.region.sources import (
    AfdcSource,
    OpenChargeMapSource,
    OsmSource,
    ReferenceDemandSource,
    ReferencePlanSource,
    RoadSource,
    TransitSource,
)
from etl.sources import addresses, ev_counts, grid, population, reference
from etl.sources.afdc import read_afdc
from etl.sources.base import Frame
from etl.sources.openchargemap import read_openchargemap
from etl.sources.places import read_places
from etl.sources.roads import read_roads
from etl.sources.transit import read_transit
from tests.support.etl_frame import outside, rows

OSM = OsmSource(path="x")
ROADS = RoadSource(path="x")


def test_streets_and_places_of_liechtenstein(shared: Path, tmp_path: Path) -> None:
    path = shared / "data/liechtenstein/liechtenstein-latest.osm.pbf"
    batch = read_roads(path, ROADS, Frame())
    edges = rows(batch, "road_edge")
    assert (len(rows(batch, "road_node")), len(edges)) == (1_757, 4_184)
    assert sum(edge["length_m"] for edge in edges) / 1000 == pytest.approx(690.56, abs=0.005)
    assert sum(reject.count for reject in outside(batch) if reject.record.startswith("part")) == 8
    places = rows(read_places(path, OSM, Frame()), "osm_feature")
    assert not any(row["feature_kind"] == "charging_station" for row in places)
    assert sum(row["feature_kind"] == "land_use" for row in places) > 300
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UsageError, match=r"cut\.osm\.pbf cannot be read"):
        read_roads(cut, ROADS, Frame())


def test_streets_and_places_of_waterloo(shared: Path) -> None:
    path = shared / "data/waterloo/osm/waterloo_approx.osm.pbf"
    batch = read_roads(path, ROADS, Frame())
    assert len(rows(batch, "road_node")) == 15_359
    places = rows(read_places(path, OSM, Frame()), "osm_feature")
    assert sum(row["feature_kind"] == "parking" for row in places) == 21
    assert sum(row["feature_kind"] == "substation" for row in places) == 14


def test_people_vehicles_addresses_grid_and_reference_of_waterloo(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(shared / "data" / "waterloo"))
    region_file = read_region("waterloo")
    sources = region_file.region.sources
    everywhere = Frame()

    def path(of: Any) -> Path:
        return region_file.locate(of.path)

    people = population.read_points(path(sources.population[0]), sources.population[0], everywhere, None)
    found = rows(people, "census_area")
    assert (len(found), sum(float(str(row["population"])) for row in found)) == (766, 587_165)
    assert "29 areas with 63,979 people" in people.assumptions[0]
    assert people.rejects == []
    (of_province,) = (s for s in sources.ev_counts if "2024-09" in str(s.path))
    vehicles = ev_counts.read_ev_counts(path(of_province), of_province, everywhere)
    counts = rows(vehicles, "ev_count")
    assert len(counts) == 576
    assert sum(row["bev_count"] is None or row["phev_count"] is None for row in counts) == 44
    assert (
        addresses.read_addresses(path(sources.addresses[0]), sources.addresses[0], everywhere).row_count
        == 175_460
    )
    assert grid.read_grid(path(sources.grid[0]), sources.grid[0], everywhere).row_count == 23
    demand = ReferenceDemandSource(path="x")
    assert (
        reference.read_reference_demand(path(sources.reference_demand[0]), demand, everywhere).row_count
        == 379
    )
    plan = sources.reference_plan[0]
    assert isinstance(plan, ReferencePlanSource)
    assert (
        len(rows(reference.read_reference_plan(path(plan), plan, everywhere), "reference_plan_station"))
        == 238
    )


GTFS = TransitSource(path="x")


def test_departures_of_waterloo(shared: Path) -> None:
    path = shared / "data/waterloo/transit/grt_2026-06-12.gtfs.zip"
    batch = read_transit(path, GTFS, Frame())
    departures = rows(batch, "gtfs_stop_departure")
    assert len(rows(batch, "gtfs_stop")) == 2_345
    # 124,156 stop times; the last of each of the 4,373 trips is no departure.
    assert sum(int(str(row["departure_count"])) for row in departures) == 124_156 - 4_373
    assert len({row["route_id"] for row in departures}) == 53
    assert batch.rejects == []


OCM = OpenChargeMapSource(path="x")
AFDC = AfdcSource(path="x")


def test_charging_stations(shared: Path) -> None:
    data = shared / "data"
    waterloo = read_openchargemap(data / "waterloo/stations/openchargemap.json", OCM, Frame())
    records = [json.loads(str(row["record"])) for row in rows(waterloo, "openchargemap_poi")]
    assert (len(records), sum(record["NumberOfPoints"] for record in records)) == (183, 490)
    alpine = read_openchargemap(data / "liechtenstein/openchargemap_LI_18.json", OCM, Frame())
    records = [json.loads(str(row["record"])) for row in rows(alpine, "openchargemap_poi")]
    connections = [part for record in records for part in record["Connections"]]
    assert (len(records), len(connections)) == (18, 24)
    assert sum(part.get("Quantity") or 0 for part in connections) == 54
    stations = rows(
        read_afdc(data / "waterloo/stations/nrcan_afdc_2022-07.csv", AFDC, Frame()), "afdc_station"
    )
    fuels = [row["fuel_type_code"] for row in stations]
    assert (len(fuels), fuels.count("ELEC"), fuels.count("LPG"), fuels.count("CNG")) == (196, 183, 11, 2)
    statuses = [row["status_code"] for row in stations]
    assert [statuses.count(code) for code in "EPT"] == [163, 30, 3]


def test_waterloo_is_read_whole_and_every_reject_is_explained(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(shared / "data" / "waterloo"))
    region_file = read_region("waterloo")
    reading = read_all(region_file, find_files(region_file, partial(Client, is_offline=True)))
    rejects = [
        (file.source_type, r.field, r.reason, r.is_outside)
        for file in reading.files
        for r in file.batch.rejects
    ]
    assert {reject: rejects.count(reject) for reject in rejects} == {
        ("afdc", "geometry", "it lies outside the region and its margin", True): 45,
        ("ev_counts", "FSA", "its postal area does not reach into the region", True): 551,
        # 293 areas of 17 quarters
        ("ev_counts", "fsa", "its postal area does not reach into the region", True): 4981,
        (
            "roads",
            "nodes",
            "12 roads of 3.5 km left out: they are not connected to the network",
            True,
        ): 1,
        ("roads", "nodes", "2 roads of 0.4 km left out: they are not connected to the network", True): 1,
    }
