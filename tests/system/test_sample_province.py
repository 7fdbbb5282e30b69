"""A sample region above scale 2 is a province: towns of all sizes, joined by motorways, as dense as at scale 1."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import pyproj
import pytest
import shapely

from etl.sample import calibration as known
from etl.sample import write_sample
from etl.sample.blocks import make_land
from etl.sample.calibration import total
from etl.sample.carriageway import make_trunks
from etl.sample.census import _keys as postal_keys
from etl.sample.files import METRIC_CRS
from etl.sample.generate import LARGEST
from etl.sample.land import new_land, outline
from etl.sample.lattice import MOTORWAY, make_lattice
from etl.sample.province import count_towns, draw_towns, town_shares
from etl.sample.trunk import plan_courses
from tests.support.sample_files import files_of, folder_at, read_csv, read_gtfs, read_json, read_osm
from tests.system.test_sample_network import METRES, drive_graph

SCALE = 4.0
TOWNS = 5
PER_TOWN = len(known.MUNICIPALITIES)


@pytest.fixture(scope="module")
def province() -> Path:
    return folder_at(SCALE)


@pytest.fixture(scope="module")
def graph(province: Path) -> nx.DiGraph:
    return drive_graph(read_osm(province / "osm/sample.osm.pbf"))


def municipalities(folder: Path) -> list[tuple[str, str, float, shapely.Geometry]]:
    """Return key, name, area (km2) and outline (metres) of the municipalities, seven a town."""
    return [
        (
            f["properties"]["csduid"],
            f["properties"]["name"],
            f["properties"]["area_km2"],
            shapely.transform(
                shapely.from_geojson(json.dumps(f["geometry"])),
                lambda points: np.stack(METRES.transform(points[:, 0], points[:, 1]), axis=1),
            ),
        )
        for f in read_json(folder / "boundary/municipalities.geojson")["features"]
    ]


def people_by_municipality(folder: Path) -> Counter[str]:
    people: Counter[str] = Counter()
    for row in read_csv(folder / "census/da_synthetic.csv"):
        people[row["csduid"]] += int(row["population"])
    return people


# --- towns ------------------------------------------------------------------------------------------------


def test_above_scale_2_there_are_several_towns_and_up_to_it_there_is_one() -> None:
    assert [count_towns(scale) for scale in (0.02, 1, 2, 2.01, 4, 16, 25)] == [1, 1, 1, 3, 5, 19, 30]


def test_towns_are_sized_as_the_rank_says(province: Path) -> None:
    """A town of rank r has 1 / r of the people of the largest, within rounding."""
    people = people_by_municipality(province)
    keys = [key for key, *_ in municipalities(province)]
    assert len(keys) == TOWNS * PER_TOWN
    sizes = [sum(people[key] for key in keys[n : n + PER_TOWN]) for n in range(0, len(keys), PER_TOWN)]
    assert sum(sizes) == total(587_165, SCALE)
    assert sizes == pytest.approx([sizes[0] / rank for rank in range(1, TOWNS + 1)], abs=PER_TOWN)


def test_totals_are_those_of_scale_1_times_the_scale(province: Path) -> None:
    census = read_csv(province / "census/da_synthetic.csv")
    assert len(census) == total(766, SCALE)
    assert sum(int(row["dwellings"]) for row in census) == total(233_253, SCALE)
    assert sum(int(row["total_dwelling_type"]) for row in census) == total(
        sum(known.DWELLING_TYPE.values()), SCALE
    )
    mapped = {f["properties"]["fsa"] for f in read_json(province / "ev/fsa_synthetic.geojson")["features"]}
    vehicles = [row for row in read_csv(province / "ev/evs_by_fsa_synthetic.csv") if row["FSA"] in mapped]
    assert len(vehicles) == len(mapped) == total(25, SCALE)
    assert sum(int(row["Total EV"]) for row in vehicles) == total(9_881, SCALE)
    assert sum(int(row["jobs"]) for row in read_csv(province / "census/jobs_synthetic.csv")) == total(
        587_165 * 0.48, SCALE
    )
    assert len(read_csv(province / "addresses/addresses.csv.gz")) == total(175_460, SCALE)
    assert len(read_csv(province / "grid/stations.csv")) == total(14, SCALE) + 1
    stations = read_json(province / "stations/openchargemap.json")
    assert len(stations) == total(183, SCALE)
    assert sum(station["NumberOfPoints"] for station in stations) == total(490, SCALE)
    feed = read_gtfs(province / "transit/sample.gtfs.zip")
    assert [len(feed[f"{name}.txt"]) for name in ("stops", "routes", "trips")] == [
        total(count, SCALE) for count in (2_345, 53, 4_373)
    ]


def test_keys_and_names_of_municipalities_are_unique_and_synthetic(province: Path) -> None:
    rows = municipalities(province)
    assert len({key for key, *_ in rows}) == len({name for _, name, *_ in rows}) == len(rows)
    assert all(name.endswith("(synthetic)") for _, name, *_ in rows)


def test_each_municipality_is_as_dense_as_the_one_of_scale_1(province: Path) -> None:
    people = people_by_municipality(province)
    for (key, _, area_km2, _), place in zip(
        municipalities(province), known.MUNICIPALITIES * TOWNS, strict=True
    ):
        assert people[key] / area_km2 == pytest.approx(place.population / place.area_km2, rel=0.03)


def test_municipalities_of_a_town_lie_together_and_cover_the_province(province: Path) -> None:
    shapes = [shape for *_, shape in municipalities(province)]
    region = shapely.union_all(shapes)
    assert region.area / 1e6 == pytest.approx(1383.1 * SCALE, rel=0.005)
    for n in range(0, len(shapes), PER_TOWN):
        assert shapely.union_all(shapely.buffer(shapes[n : n + PER_TOWN], 5)).geom_type == "Polygon"
    assert sum(shape.area for shape in shapes) == pytest.approx(region.area, rel=0.005)


def test_people_live_in_their_own_municipality(province: Path) -> None:
    shape = {key: outline for key, _, _, outline in municipalities(province)}
    rows = [row for row in read_csv(province / "census/da_synthetic.csv") if row["lon"]]
    at = np.stack(METRES.transform([float(r["lon"]) for r in rows], [float(r["lat"]) for r in rows]), axis=1)
    own = [shape[r["csduid"]].contains(p) for r, p in zip(rows, shapely.points(at), strict=True)]
    assert np.mean(own) > 0.95


def test_another_run_writes_the_same_bytes(province: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, scale=SCALE)
    assert files_of(tmp_path) == files_of(province)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_towns_of_the_largest_province_share_out_its_ground(seed: int) -> None:
    """Each has its share of the ground, and no name is given twice."""
    land = new_land(LARGEST, seed)
    land.towns = draw_towns(land)
    count = count_towns(LARGEST)
    assert len({place.name for place in land.places}) == count * PER_TOWN
    axis = np.linspace(-25, 25, 300)
    x, y = (grid.ravel() for grid in np.meshgrid(axis, axis))
    own = np.hypot(x, y) < land.rim_km(np.arctan2(y, x))
    found = np.bincount(land.towns.town(x[own], y[own]), minlength=count) / own.sum()
    assert found == pytest.approx(town_shares(count), rel=0.12)


# --- map --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [2.5, LARGEST])
def test_the_province_lies_where_its_projection_is_exact(scale: float) -> None:
    """Within the projection's area of use, where it is off by 0.04 percent at most; so is what lies outside."""
    area = pyproj.CRS(METRIC_CRS).area_of_use
    assert area is not None
    for seed in (1, 2, 3):
        land = new_land(scale, seed)
        lon, lat = pyproj.Transformer.from_crs(METRIC_CRS, "EPSG:4326", always_xy=True).transform(
            *land.ground(*outline(land), straight=True)
        )
        assert area.west < lon.min() < lon.max() < area.east
        assert 56 < lat.min() < lat.max() < 60  # Hudson Bay
        factor = pyproj.Proj(METRIC_CRS).get_factors(lon, lat).meridional_scale
        assert np.abs(factor - 1).max() < 0.0004 + 1e-6


def test_feeds_stay_in_the_area_of_use(province: Path) -> None:
    area = pyproj.CRS(METRIC_CRS).area_of_use
    assert area is not None
    lon = [float(row["Longitude"]) for row in read_csv(province / "stations/afdc.csv")]
    lon += [float(row["lon"]) for row in read_csv(province / "grid/stations.csv")]
    assert area.west < min(lon) < max(lon) < area.east


def test_the_network_is_as_dense_as_at_scale_1(graph: nx.DiGraph) -> None:
    junctions = sum(1 for _, degree in graph.to_undirected().degree() if degree != 2)
    assert 15_000 * SCALE * 0.8 < junctions < 15_000 * SCALE * 1.2


def test_every_street_of_the_province_can_be_reached_from_every_other(graph: nx.DiGraph) -> None:
    assert nx.is_strongly_connected(graph)


def test_motorways_join_each_town_with_its_neighbours(graph: nx.DiGraph, province: Path) -> None:
    """The fastest route between neighbouring towns goes by motorway for the most part.

    Neighbours are towns to which no third is nearer than they are to each other.
    """
    shapes = [shape for *_, shape in municipalities(province)]
    seats = [
        np.array(shapely.get_coordinates(shapely.union_all(shapes[n : n + PER_TOWN]).centroid)[0])
        for n in range(0, len(shapes), PER_TOWN)
    ]
    away = [[math.dist(a, b) for b in seats] for a in seats]
    pairs = [
        (a, b)
        for a, b in itertools.combinations(range(TOWNS), 2)
        if all(max(away[a][c], away[b][c]) >= away[a][b] for c in range(TOWNS) if c not in (a, b))
    ]
    assert len(pairs) >= TOWNS - 1
    speed = {"motorway": 100, "motorway_link": 60, "primary": 60}
    for *_, data in graph.edges(data=True):
        data["hours"] = data["length_m"] / 1000 / speed.get(data["kind"], 40)
    nodes = sorted(graph)
    places = np.array([graph.nodes[n]["place"] for n in nodes])
    middle = [nodes[int(np.argmin(((places - seat) ** 2).sum(axis=1)))] for seat in seats]
    for a, b in pairs:
        route = nx.shortest_path(graph, middle[a], middle[b], weight="hours")
        metres: Counter[str] = Counter()
        for one, two in itertools.pairwise(route):
            metres[graph.edges[one, two]["kind"]] += graph.edges[one, two]["length_m"]
        assert metres["motorway"] > 0.5 * metres.total()


def test_motorways_are_one_network_and_touch_streets_at_ramps_and_ends_alone(province: Path) -> None:
    ways = list(read_osm(province / "osm/sample.osm.pbf").way.values())
    carriage = [nodes for nodes, tags in ways if tags.get("highway") == "motorway"]
    links = [nodes for nodes, tags in ways if tags.get("highway") == "motorway_link"]
    ordinary = {n for nodes, tags in ways if tags.get("highway", "motorway")[:8] != "motorway" for n in nodes}
    assert all(not ordinary & set(nodes[1:-1]) for nodes in carriage)
    graph: nx.Graph = nx.Graph()
    for nodes in (*carriage, *links):
        nx.add_path(graph, nodes)
    assert nx.is_connected(graph)
    assert sum(nodes[0] in ordinary or nodes[-1] in ordinary for nodes in links) > 20 * TOWNS


@pytest.mark.parametrize("seed", [1, 7])
def test_no_motorway_is_left_out_whichever_way_it_runs(seed: int) -> None:
    """Seed 7 has one at 45 degrees to the roads that it crosses."""
    land = make_land(2.01, seed)
    roads = make_trunks(land, make_lattice(land))
    numbers = {road.number for road in roads if road.road_class == MOTORWAY}
    assert numbers == set(range(1, len(plan_courses(land)) + 1))


# --- services ---------------------------------------------------------------------------------------------


def test_each_town_has_its_stations_lines_distributor_and_routes(province: Path) -> None:
    names = [name.removesuffix(" (synthetic)") for _, name, *_ in municipalities(province)][::PER_TOWN]
    towns = [
        shapely.union_all([shape for *_, shape in municipalities(province)[n : n + PER_TOWN]])
        for n in range(0, TOWNS * PER_TOWN, PER_TOWN)
    ]
    stations = read_json(province / "stations/openchargemap.json")
    grid = [row for row in read_csv(province / "grid/stations.csv") if row["supply"]]
    stops = read_gtfs(province / "transit/sample.gtfs.zip")["stops.txt"]
    for lon, lat in (
        (
            [s["AddressInfo"]["Longitude"] for s in stations],
            [s["AddressInfo"]["Latitude"] for s in stations],
        ),
        ([float(r["lon"]) for r in grid], [float(r["lat"]) for r in grid]),
        ([float(r["stop_lon"]) for r in stops], [float(r["stop_lat"]) for r in stops]),
    ):
        at = shapely.points(np.stack(METRES.transform(lon, lat), axis=1))
        share = [float(shapely.contains(town, at).mean()) for town in towns]
        assert share == pytest.approx(town_shares(TOWNS), abs=0.08)
    for name in names:
        assert {row["supply"] for row in grid} & {
            f"{way} line of {name} (synthetic)" for way in ("North", "South")
        }
    feeders = read_json(province / "grid/feeders.geojson")["features"]
    assert {f["properties"]["ldc_name"] for f in feeders} == {f"{name} Hydro (synthetic)" for name in names}


def test_numbers_of_stations_do_not_repeat_between_lists(province: Path) -> None:
    afdc = [row["ID"] for row in read_csv(province / "stations/afdc.csv")]
    built = [row["id"] for row in read_csv(province / "stations/built_since.csv")]
    newer = [row["id"] for row in read_csv(province / "stations/afdc_newer.csv")]
    for numbers in (afdc, built, newer):
        assert len(set(numbers)) == len(numbers)
    assert len(set(built) & set(afdc)) == total(40, SCALE)
    assert len(afdc) * LARGEST / SCALE < 940_001 - 900_001


def test_codes_of_postal_areas_do_not_repeat_in_the_largest_province() -> None:
    wanted = total(known.POSTAL_AREA, LARGEST)
    keys = postal_keys(np.arange(wanted) >= wanted * 0.84)
    assert len(set(keys)) == len(keys) == wanted
