"""The sample region: the same bytes again, exact totals, and synthetic by its own word everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from db.common.errors import UsageError
from db.environment import CHECKOUT
from etl.region.file import read_region
from etl.sample import calibration as known
from etl.sample import write_sample
from etl.sample.calibration import apportion, spread, total
from report.page.street import addresses, squeezed
from tests.support.sample_files import files_of, folder_at, read_csv, read_gtfs, read_json, read_osm

SMALL = 0.02
FILES = {
    "README.txt",
    "addresses/addresses.csv.gz",
    "boundary/municipalities.geojson",
    "boundary/region.geojson",
    "census/da_synthetic.csv",
    "census/jobs_synthetic.csv",
    "census/projections_synthetic.csv",
    "ev/evs_by_fsa_quarters_synthetic.csv",
    "ev/evs_by_fsa_synthetic.csv",
    "ev/fsa_synthetic.geojson",
    "exclusions/flood_synthetic.geojson",
    "grid/feeders.geojson",
    "grants/corridor_synthetic.geojson",
    "grid/stations.csv",
    "osm/sample.osm.pbf",
    "sample.toml",
    "stations/afdc.csv",
    "stations/afdc_newer.csv",
    "stations/openchargemap.json",
    "stations/built_since.csv",
    "stations/sessions_2024.csv.gz",
    "transit/sample.gtfs.zip",
}


@pytest.fixture(params=[SMALL, 0.25, 1.0], ids=["scale 0.02", "scale 0.25", "scale 1"])
def sample(request: pytest.FixtureRequest) -> tuple[Path, float]:
    scale: float = request.param
    return folder_at(scale), scale


@pytest.fixture
def small() -> Path:
    return folder_at(SMALL)


def number_sum(rows: list[dict[str, str]], column: str) -> int:
    return sum(int(row[column]) for row in rows if row[column])


# --- the same again ---------------------------------------------------------------------------------------


PROBE = """
import json, sys
opened = []
def note(event, args):
    if event == "open" and args[1] in ("r", "rb"):
        opened.append(str(args[0]))
sys.addaudithook(note)
from pathlib import Path
from etl.sample import write_sample
opened.clear()
write_sample(Path(sys.argv[1]), scale=0.02)
print(json.dumps(opened))
"""


def test_another_process_writes_the_same_bytes_and_reads_no_data(small: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Asia/Tokyo", "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path / "again")],
        env=environment,
        capture_output=True,
        check=True,
    )
    assert files_of(tmp_path / "again") == files_of(small)
    roots = (sys.prefix, sys.base_prefix, str(CHECKOUT / "etl"), str(CHECKOUT / "db"), str(tmp_path))
    read = [str(Path(name).absolute()) for name in json.loads(done.stdout)]
    assert any(name.endswith("regions/sample.toml") for name in read)
    assert [name for name in read if not name.startswith(roots)] == []


def test_writing_again_over_the_files_changes_nothing_and_leaves_no_draft(small: Path) -> None:
    before = files_of(small)
    write_sample(small, scale=SMALL)
    assert files_of(small) == before
    assert set(before) == FILES
    assert not list(small.glob(".writing-*"))


def test_another_seed_gives_another_region_with_the_same_totals(small: Path, tmp_path: Path) -> None:
    """People expected follow from the totals alone."""
    write_sample(tmp_path, scale=SMALL, seed=2)
    one, two = files_of(small), files_of(tmp_path)
    assert {name for name in FILES if one[name] == two[name]} == {"census/projections_synthetic.csv"}
    assert number_sum(read_csv(tmp_path / "census/da_synthetic.csv"), "population") == total(587_165, SMALL)


@pytest.mark.parametrize(
    ("scale", "seed"), [(0.019, 1), (0.0, 1), (-1.0, 1), (1e6, 1), (float("nan"), 1), (0.25, -1)]
)
def test_a_scale_or_seed_without_sense_is_the_users_mistake(scale: float, seed: int, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write_sample(tmp_path / "none", scale=scale, seed=seed)
    assert caught.value.hint
    assert not (tmp_path / "none").exists()


def test_a_newer_list_lacks_some_stations_has_some_anew_and_some_that_are_new(
    sample: tuple[Path, float],
) -> None:
    folder, scale = sample
    older = [
        row
        for row in read_csv(folder / "stations/afdc.csv")
        if (row["Fuel Type Code"], row["Status Code"]) == ("ELEC", "E")
    ]
    newer = {row["id"]: row for row in read_csv(folder / "stations/afdc_newer.csv")}
    gone = [row for row in older if row["ID"] not in newer]
    built = {row["id"] for row in read_csv(folder / "stations/built_since.csv")}
    added = newer.keys() - {row["ID"] for row in older}
    anew = {newer[key]["name"] for key in added - built}
    assert len(added & built) == total(4, scale, least=1)
    assert len(anew) == total(4, scale, least=1)
    assert anew < {row["Station Name"] for row in gone}
    assert len(gone) == len(anew) + total(7, scale, least=1)


# --- totals -----------------------------------------------------------------------------------------------


def test_people_and_dwellings_sum_to_the_published_totals(sample: tuple[Path, float]) -> None:
    folder, scale = sample
    rows = read_csv(folder / "census/da_synthetic.csv")
    assert number_sum(rows, "population") == total(587_165, scale)
    assert number_sum(rows, "dwellings") == total(233_253, scale)
    assert number_sum(rows, "households") == total(222_350, scale)
    types = apportion(list(known.DWELLING_TYPE.values()), total(sum(known.DWELLING_TYPE.values()), scale))
    assert [number_sum(rows, name) for name in known.DWELLING_TYPE] == types.tolist()
    assert all(
        sum(int(row[name]) for name in known.DWELLING_TYPE) == int(row["total_dwelling_type"]) for row in rows
    )
    assert len(rows) == total(766, scale)
    assert sum(not row["lon"] for row in rows) == total(29, scale)
    assert all(20_000 < int(row["median_household_income_cad"]) < 300_000 for row in rows)


def test_each_municipality_has_its_share_of_people_and_area(sample: tuple[Path, float]) -> None:
    folder, scale = sample
    shapes = read_json(folder / "boundary/municipalities.geojson")["features"]
    rows = read_csv(folder / "census/da_synthetic.csv")
    parts = apportion([place.population for place in known.MUNICIPALITIES], total(587_165, scale))
    for shape, place, people in zip(shapes, known.MUNICIPALITIES, parts.tolist(), strict=True):
        own = [row for row in rows if row["csduid"] == shape["properties"]["csduid"]]
        assert number_sum(own, "population") == people
        assert shape["properties"]["area_km2"] == pytest.approx(place.area_km2 * scale, rel=0.02, abs=0.1)
    assert sum(s["properties"]["area_km2"] for s in shapes) == pytest.approx(
        1383.1 * scale, rel=0.005, abs=0.4
    )


def test_vehicles_sum_to_the_published_totals(sample: tuple[Path, float]) -> None:
    folder, scale = sample
    mapped = {f["properties"]["fsa"] for f in read_json(folder / "ev/fsa_synthetic.geojson")["features"]}
    rows = read_csv(folder / "ev/evs_by_fsa_synthetic.csv")
    inside = [row for row in rows if row["FSA"] in mapped]
    assert len(inside) == len(mapped) == total(25, scale, least=3)
    assert number_sum(inside, "Total EV") == total(9_881, scale)
    assert number_sum(inside, "BEV") == total(9_881 * 0.719, scale)
    assert all(int(row["BEV"]) + int(row["PHEV"]) == int(row["Total EV"]) for row in inside)
    elsewhere = [row for row in rows if row["FSA"] not in mapped]
    assert any(not row["BEV"] for row in elsewhere)
    assert len({row["FSA"] for row in rows}) == len(rows)


def test_quarters_of_vehicles_end_with_the_published_total_and_grow_apart(sample: tuple[Path, float]) -> None:
    """Seventeen quarters, the last that of the other file; of one area nothing is known before it."""
    folder, scale = sample
    latest = {row["FSA"]: row["Total EV"] for row in read_csv(folder / "ev/evs_by_fsa_synthetic.csv")}
    rows = read_csv(folder / "ev/evs_by_fsa_quarters_synthetic.csv")
    quarters = [name for name in rows[0] if name != "FSA"]
    assert (len(quarters), quarters[0], quarters[-1]) == (17, "2020-Q3", "2024-Q3")
    assert all(row["2024-Q3"] == latest[row["FSA"]] for row in rows)
    bare = [row for row in rows if not row["2020-Q3"]]
    assert len(bare) == 1
    assert [name for name in quarters if bare[0][name]] == ["2024-Q3"]
    grown = [int(row["2024-Q3"]) / int(row["2023-Q3"]) for row in rows if row not in bare]
    assert all(1.05 < factor < 1.6 for factor in grown)
    assert max(grown) - min(grown) > (0.02 if scale > SMALL else 0)  # two areas there, one of 15 vehicles


def test_some_municipalities_are_expected_to_grow_and_some_to_shrink(sample: tuple[Path, float]) -> None:
    folder, scale = sample
    people = apportion([place.population for place in known.MUNICIPALITIES], total(587_165, scale))
    rows = read_csv(folder / "census/projections_synthetic.csv")
    keys = [
        s["properties"]["csduid"] for s in read_json(folder / "boundary/municipalities.geojson")["features"]
    ]
    later = {row["csduid"]: int(row["population"]) for row in rows if row["year"] == "2051"}
    assert list(later) == keys
    assert {later[key] > count for key, count in zip(keys, people.tolist(), strict=True)} == {True, False}


def test_jobs_sum_to_their_total(sample: tuple[Path, float]) -> None:
    folder, scale = sample
    rows = read_csv(folder / "census/jobs_synthetic.csv")
    assert number_sum(rows, "jobs") == total(587_165 * 0.48, scale)
    assert len({row["place"] for row in rows}) == len(rows) == total(1_200, scale, least=10)
    assert all(int(row["jobs"]) > 0 for row in rows)


def test_stations_ports_and_levels_sum_to_the_published_totals(sample: tuple[Path, float]) -> None:
    folder, scale = sample
    stations = read_json(folder / "stations/openchargemap.json")
    count = total(183, scale, least=4)
    assert len(stations) == len({s["ID"] for s in stations}) == count
    assert sum(s["NumberOfPoints"] for s in stations) == total(490, scale, least=2 * count)
    levels = [s["Connections"][0]["LevelID"] for s in stations]
    assert [levels.count(k) for k in (2, 3, None)] == apportion([166, 16, 1], count, least=1).tolist()
    if scale == 1:
        assert [levels.count(k) for k in (2, 3, None)] == [166, 16, 1]
    status = [
        row["Status Code"]
        for row in read_csv(folder / "stations/afdc.csv")
        if row["Fuel Type Code"] == "ELEC"
    ]
    assert [status.count(code) for code in "EPT"] == [total(n, scale, least=1) for n in (163, 30, 3)]


def test_corridors_are_a_part_of_the_region_along_its_motorways(sample: tuple[Path, float]) -> None:
    """Within a kilometre of the motorways, or of the main streets where there are none."""
    folder, _ = sample
    region = gpd.read_file(folder / "boundary/region.geojson").to_crs(26917).union_all()
    areas = gpd.read_file(folder / "grants/corridor_synthetic.geojson").to_crs(26917)
    assert areas.geometry.is_valid.all()
    assert set(areas.geom_type) == {"Polygon"}
    assert areas["corridor"].str.endswith("(synthetic)").all()
    within = areas.union_all()
    assert within.difference(region.buffer(1)).area < 1
    assert 0.05 < within.area / region.area < 0.5
    osm = read_osm(folder / "osm/sample.osm.pbf")
    classes = {tags.get("highway") for _, tags in osm.way.values()}
    along = "motorway" if "motorway" in classes else "primary"
    ends = {node for nodes, tags in osm.way.values() if tags.get("highway") == along for node in nodes}
    assert ends
    places = gpd.points_from_xy(*zip(*(osm.node[node] for node in ends), strict=True), crs=4326).to_crs(26917)
    inside = gpd.GeoSeries(places)[places.within(region.buffer(-100))]
    assert inside.within(within).all()


def test_addresses_take_little_room_on_the_page(sample: tuple[Path, float]) -> None:
    """The page of a region of 587,000 people stays well below 5 MB, of which all else takes some 1.5 MB."""
    folder, _ = sample
    found = [
        {
            "street": row["street"],
            "city": row["city"],
            "street_number": row["street_no"] or None,
            "x_m": round(float(row["lon"]) * 78_700),
            "y_m": round(float(row["lat"]) * 111_200),
        }
        for row in read_csv(folder / "addresses/addresses.csv.gz")
    ]
    found.sort(key=lambda row: (row["street"], row["city"], row["street_number"] or ""))
    assert len(squeezed(addresses(found))) < 8 * len(found) + 1_000


def test_addresses_places_and_transit_have_the_published_counts(sample: tuple[Path, float]) -> None:
    folder, scale = sample
    addresses = read_csv(folder / "addresses/addresses.csv.gz")
    assert len(addresses) == total(175_460, scale)
    assert sum(not row["street_no"] for row in addresses) == total(1_885, scale)
    feed = read_gtfs(folder / "transit/sample.gtfs.zip")
    assert len(feed["stops.txt"]) == total(2_345, scale)
    assert len(feed["routes.txt"]) == total(53, scale, least=3)
    assert len(feed["trips.txt"]) == total(4_373, scale)
    osm = read_osm(folder / "osm/sample.osm.pbf")
    kinds = [tags.get("power") or tags.get("amenity") for tags in osm.node_tags.values()]
    chargers = kinds.count("charging_station")
    assert chargers >= 1
    assert kinds.count("substation") == total(14, scale, least=2)
    assert len(kinds) - chargers == total(3_280, scale)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.integers(0, 10_000), st.integers(0, 3))
def test_apportion_is_exact_and_within_one_of_the_share(weights: list[float], count: int, least: int) -> None:
    parts = apportion(weights, count, least=least)
    assert parts.sum() == count
    assert parts.min() >= (least if least * len(weights) <= count else 0)
    if least == 0 and sum(weights) > 1e-3:
        assert np.abs(parts - np.array(weights) / sum(weights) * count).max() < 1 + 1e-6


@given(
    st.lists(st.floats(0.01, 1e3), min_size=1, max_size=60),
    st.integers(0, 10_000),
    st.floats(0, 1, exclude_max=True),
)
def test_spread_is_exact_and_within_two_of_the_share(weights: list[float], count: int, start: float) -> None:
    parts = spread(np.array(weights), count, start)
    assert parts.sum() == count
    assert parts.min() >= 0
    assert np.abs(parts - np.array(weights) / sum(weights) * count).max() < 2


# --- synthetic by its own word ----------------------------------------------------------------------------


def test_each_file_says_that_it_is_synthetic(small: Path) -> None:
    assert known.ATTRIBUTION in (small / "README.txt").read_text()
    for name in (
        "boundary/region.geojson",
        "boundary/municipalities.geojson",
        "ev/fsa_synthetic.geojson",
        "grants/corridor_synthetic.geojson",
    ):
        shapes = read_json(small / name)
        assert shapes["is_synthetic"] is True
        assert all(f["properties"]["is_synthetic"] is True for f in shapes["features"])
    for station in read_json(small / "stations/openchargemap.json"):
        place = station["AddressInfo"]
        assert "(synthetic)" in place["Title"]
        assert "(synthetic)" in place["Town"]
    for row in read_csv(small / "stations/afdc.csv"):
        assert "(synthetic)" in row["Station Name"].lower()
    sessions = read_csv(small / "stations/sessions_2024.csv.gz")
    assert sessions
    assert all("(synthetic)" in row["port"] for row in sessions)
    assert all("(synthetic)" in row["place"] for row in read_csv(small / "census/jobs_synthetic.csv"))
    assert all("(synthetic)" in row["city"] for row in read_csv(small / "addresses/addresses.csv.gz"))
    for row in read_csv(small / "grid/stations.csv"):
        assert "(synthetic)" in row["name"]
        assert "synthetic" in row["source"]
        assert row["verified"] == "false"


def test_each_object_of_the_map_and_of_the_timetable_says_that_it_is_synthetic(small: Path) -> None:
    osm = read_osm(small / "osm/sample.osm.pbf")
    tagged = [tags for _, tags in (*osm.way.values(), *osm.relation.values()) if tags]
    assert {tags.get("source") for tags in (*tagged, *osm.node_tags.values())} == {"synthetic"}
    named = [
        tags["name"]
        for tags in (*tagged, *osm.node_tags.values())
        if "name" in tags and "highway" not in tags
    ]
    assert all("(synthetic)" in name for name in named)
    feed = read_gtfs(small / "transit/sample.gtfs.zip")
    assert all("(synthetic)" in row["stop_name"] for row in feed["stops.txt"])
    assert all("(synthetic)" in row["route_long_name"] for row in feed["routes.txt"])
    assert "(synthetic)" in feed["agency.txt"][0]["agency_name"]


def test_the_region_file_is_valid_synthetic_and_names_files_that_exist(small: Path) -> None:
    text = (small / "sample.toml").read_text(encoding="utf-8")
    region = tomllib.loads(text)
    assert region["region"]["is_synthetic"] is True
    assert "(synthetic)" in region["region"]["title"]
    sources = [
        s for given in region["sources"].values() for s in (given if isinstance(given, list) else [given])
    ]
    assert {source["licence"] for source in sources} == {"CC0, synthetic"}
    assert {source["attribution"] for source in sources} == {known.ATTRIBUTION}
    assert {source["path"] for source in sources} == FILES - {
        "README.txt",
        "sample.toml",
        "stations/built_since.csv",  # for the backtest alone, which is given its file by name
    }
    assert read_region(small / "sample.toml").region.region.name == "sample-0_02-1"
    assert tomllib.loads((folder_at(0.25) / "sample.toml").read_text())["region"]["name"] == "sample"


def test_the_region_lies_where_nobody_takes_it_for_a_real_place(small: Path) -> None:
    region = shapely.from_geojson(
        json.dumps(read_json(folder_at(1.0) / "boundary/region.geojson")["features"][0]["geometry"])
    )
    lake = shapely.box(-83.0, 43.7, -81.75, 45.2)  # Lake Huron's main basin, ashore nowhere but at its rim
    assert shapely.area(shapely.intersection(region, lake)) > 0.95 * shapely.area(region)
    assert shapely.from_geojson(
        json.dumps(read_json(small / "boundary/region.geojson")["features"][0]["geometry"])
    ).is_valid
