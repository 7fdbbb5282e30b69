"""The sample region's streets, and how its sources fit each other."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

import networkx as nx
import numpy as np
import pyproj
import pytest
import shapely

from tests.support.sample_files import OsmFile, folder_at, read_csv, read_gtfs, read_json, read_osm

METRES = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:26917", always_xy=True)


def shapes_of(path: Path) -> list[shapely.Geometry]:
    return [shapely.from_geojson(json.dumps(f["geometry"])) for f in read_json(path)["features"]]


def drive_graph(osm: OsmFile) -> nx.DiGraph:
    graph: nx.DiGraph = nx.DiGraph()
    numbers = list(osm.node)
    x, y = METRES.transform(*np.array([osm.node[n] for n in numbers]).T)
    place = {n: (a, b) for n, a, b in zip(numbers, x.tolist(), y.tolist(), strict=True)}
    for a, b, kind in osm.drives():
        graph.add_edge(a, b, length_m=math.dist(place[a], place[b]), kind=kind)
    nx.set_node_attributes(graph, {n: place[n] for n in graph}, "place")
    return graph


@pytest.fixture(scope="module", params=[0.02, 0.25], ids=["scale 0.02", "scale 0.25"])
def osm(request: pytest.FixtureRequest) -> OsmFile:
    return read_osm(folder_at(request.param) / "osm/sample.osm.pbf")


@pytest.fixture(scope="module")
def quarter() -> Path:
    return folder_at(0.25)


@pytest.fixture(scope="module")
def graph(quarter: Path) -> nx.DiGraph:
    return drive_graph(read_osm(quarter / "osm/sample.osm.pbf"))


def test_every_street_can_be_reached_from_every_other(osm: OsmFile) -> None:
    assert nx.is_strongly_connected(drive_graph(osm))


def test_objects_are_sorted_complete_and_numbered_beyond_32_bits(osm: OsmFile) -> None:
    for kind in (osm.node, osm.way, osm.relation):
        assert list(kind) == sorted(kind)
        assert all(number > 2**32 for number in kind)
    assert all(node in osm.node for nodes, _ in osm.way.values() for node in nodes)
    assert all(ref in osm.way for members, _ in osm.relation.values() for _, ref, _ in members)
    assert all(a != b for nodes, _ in osm.way.values() for a, b in itertools.pairwise(nodes))


def test_the_network_is_as_dense_and_as_direct_as_a_real_one(graph: nx.DiGraph) -> None:
    both = graph.to_undirected()
    junctions = sum(1 for _, degree in both.degree() if degree != 2)
    assert 15_000 / 4 * 0.8 < junctions < 15_000 / 4 * 1.2
    rng = np.random.default_rng(5)
    nodes = sorted(graph)
    ratios = []
    for start in rng.choice(nodes, 12).tolist():
        away = nx.single_source_dijkstra_path_length(graph, start, weight="length_m")
        for end in rng.choice(nodes, 25).tolist():
            straight = math.dist(graph.nodes[start]["place"], graph.nodes[end]["place"])
            if straight > 500:
                ratios.append(away[end] / straight)
    assert min(ratios) >= 1 - 1e-6
    assert 1.15 < float(np.median(ratios)) < 1.4


def test_streets_are_of_all_kinds(quarter: Path) -> None:
    streets = [tags for _, tags in read_osm(quarter / "osm/sample.osm.pbf").way.values() if "highway" in tags]
    kinds = {tags["highway"] for tags in streets}
    assert kinds >= {
        "motorway",
        "motorway_link",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "service",
    }
    assert {tags.get("oneway") for tags in streets} == {None, "yes", "-1"}
    without = sum("maxspeed" not in tags for tags in streets) / len(streets)
    assert 0.2 < without < 0.8
    assert all(tags["oneway"] == "yes" for tags in streets if tags["highway"].startswith("motorway"))


def test_motorways_touch_other_streets_only_at_ramps_and_at_their_ends(quarter: Path) -> None:
    ways = read_osm(quarter / "osm/sample.osm.pbf").way.values()
    carriage = [nodes for nodes, tags in ways if tags.get("highway") == "motorway"]
    ordinary = {n for nodes, tags in ways if tags.get("highway", "motorway")[:8] != "motorway" for n in nodes}
    assert len(carriage) >= 2
    assert all(not ordinary & set(nodes[1:-1]) for nodes in carriage)
    assert all(nodes[0] in ordinary and nodes[-1] in ordinary for nodes in carriage)


def test_feeds_of_stations_overlap_as_real_ones_do(quarter: Path) -> None:
    first = [s["AddressInfo"] for s in read_json(quarter / "stations/openchargemap.json")]
    here = np.stack(METRES.transform([s["Longitude"] for s in first], [s["Latitude"] for s in first]), axis=1)
    apart = np.hypot(*(here[:, None] - here).transpose(2, 0, 1)) + np.eye(len(here)) * 1e9
    assert apart.min() > 120  # stations of one feed are not merged with each other
    rows = [r for r in read_csv(quarter / "stations/afdc.csv") if r["Fuel Type Code"] == "ELEC"]
    other = np.stack(
        METRES.transform([float(r["Longitude"]) for r in rows], [float(r["Latitude"]) for r in rows]), axis=1
    )
    nearest = np.hypot(*(other[:, None] - here).transpose(2, 0, 1)).min(axis=1)
    assert 0.5 < (nearest < 60).mean() < 0.9
    region = shapes_of(quarter / "boundary/region.geojson")[0]
    outside = [
        r for r in rows if not region.contains(shapely.Point(float(r["Longitude"]), float(r["Latitude"])))
    ]
    assert 0 < len(outside) < len(rows) / 5


def test_people_live_inside_the_region_and_on_land_of_their_municipality(quarter: Path) -> None:
    region = shapes_of(quarter / "boundary/region.geojson")[0]
    towns = read_json(quarter / "boundary/municipalities.geojson")["features"]
    shape = {f["properties"]["csduid"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in towns}
    rows = [r for r in read_csv(quarter / "census/da_synthetic.csv") if r["lon"]]
    points = shapely.points([[float(r["lon"]), float(r["lat"])] for r in rows])
    assert shapely.contains(region, points).all()
    own = [shape[r["csduid"]].contains(p) for r, p in zip(rows, points, strict=True)]
    assert np.mean(own) > 0.95  # a centre of a crooked area may lie across the line
    addresses = read_csv(quarter / "addresses/addresses.csv.gz")[::50]
    inside = shapely.contains(region, shapely.points([[float(r["lon"]), float(r["lat"])] for r in addresses]))
    assert inside.mean() > 0.995


def test_some_postal_areas_reach_outside_and_together_they_cover_the_region(quarter: Path) -> None:
    region = shapes_of(quarter / "boundary/region.geojson")[0]
    areas = shapes_of(quarter / "ev/fsa_synthetic.geojson")
    beyond = [a.difference(region).area / a.area for a in areas]
    assert any(share > 0.1 for share in beyond)
    assert any(share < 0.01 for share in beyond)
    assert region.difference(shapely.union_all(areas)).area < 1e-3 * region.area


def test_the_timetable_refers_only_to_what_it_has_and_runs_forward(quarter: Path) -> None:
    feed = read_gtfs(quarter / "transit/sample.gtfs.zip")
    stops = {r["stop_id"] for r in feed["stops.txt"]}
    trips = {r["trip_id"]: r["route_id"] for r in feed["trips.txt"]}
    assert set(trips.values()) == {r["route_id"] for r in feed["routes.txt"]}
    last: dict[str, str] = {}
    for row in feed["stop_times.txt"]:
        assert row["stop_id"] in stops
        assert last.get(row["trip_id"], "") <= row["departure_time"]
        last[row["trip_id"]] = row["departure_time"]
    assert set(last) == set(trips)
    assert max(last.values()) > "24:00:00"
    assert {r["route_type"] for r in feed["routes.txt"]} == {"0", "3"}


def test_grid_figures_are_complete_but_for_the_gaps_of_real_plans(quarter: Path) -> None:
    rows = read_csv(quarter / "grid/stations.csv")
    whole = [r for r in rows if r["summer_limit_mw"] and r["peak_load_mw"]]
    assert all(float(r["summer_limit_mw"]) > float(r["peak_load_mw"]) for r in whole)
    assert any(r["summer_limit_mw"] and not r["peak_load_mw"] for r in rows)
    assert any(r["peak_load_mw"] and not r["summer_limit_mw"] for r in rows)
    assert 2 <= len(whole) <= len(rows) - 2
