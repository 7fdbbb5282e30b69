"""People, addresses, vehicles, grid, reference: text files with places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from db.common.errors import UsageError
from etl.region.sources import (
    AddressSource,
    EvColumns,
    EvCountSource,
    GridSource,
    PopulationSource,
    ProjectionColumns,
    ProjectionSource,
)
from etl.sources import addresses, ev_counts, grid, population, projections
from etl.sources.base import Batch, Frame
from tests.support.etl_frame import FRAME, INSIDE, OUTSIDE, faults, outside, place, rows, write


def source(loader: str = "points_csv", **columns: Any) -> PopulationSource:
    return PopulationSource.model_validate({"path": "x", "loader": loader, "columns": columns})


POINTS = source(id="k", lon="x", lat="y", population="n", dwellings="d", apartments=["a", "b"])


def read_people(folder: Path, text: str) -> Batch:
    return population.read_points(write(folder, "people.csv", "k,x,y,n,d,a,b\n" + text), POINTS, FRAME, None)


def test_points_of_people(tmp_path: Path) -> None:
    batch = read_people(tmp_path, "A,-80.5,43.4,10,4,1,2\nB,,,5,,,\nC,-80.5,43.4,7,,,3\n")
    first, second, third = rows(batch, "census_area")
    assert (first["area_key"], first["population"], first["dwelling_count"], first["apartment_count"]) == (
        "A", 10, 4, 3,
    )  # fmt: skip
    assert place(first) == INSIDE
    assert (second["geom"], second["dwelling_count"], second["apartment_count"]) == (None, None, None)
    assert third["apartment_count"] == 3
    assert batch.rejects == []
    assert batch.assumptions[0].startswith("1 areas with 5 people have no place")


@pytest.mark.parametrize(
    ("row", "field", "people"),
    [
        ("Z,-80.5,43.4,,1,1,1", "n", None),
        ("Z,-80.5,43.4,-3,1,1,1", "n", None),
        ("Z,-80.5,43.4,many,1,1,1", "n", None),
        ("Z,-80.5,43.4,nan,1,1,1", "n", None),
        ("Z,-80.5,,9,1,1,1", "y", 9),
        ("Z,-180.5,43.4,9,1,1,1", "x", 9),
        ("A,-80.5,43.4,9,1,1,1", "k", 9),
    ],
)
def test_lost_people_are_counted(tmp_path: Path, row: str, field: str, people: float | None) -> None:
    batch = read_people(tmp_path, f"A,-80.5,43.4,10,4,1,2\n{row}\n")
    assert batch.row_count == 1
    assert [(reject.field, reject.population) for reject in batch.rejects] == [(field, people)]


def test_people_outside_are_no_fault_but_counted(tmp_path: Path) -> None:
    batch = read_people(tmp_path, f"A,-80.5,43.4,10,,,\nB,{OUTSIDE[0]},{OUTSIDE[1]},5,,,\n")
    assert [(reject.record, reject.population) for reject in outside(batch)] == [("2 (B)", 5)]
    assert batch.fault_share == 0


def test_nobody_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="The population of people"):
        read_people(tmp_path, "A,-80.5,43.4,0,,,\n")


def test_without_an_id_the_record_number_is_the_key(tmp_path: Path) -> None:
    path = write(tmp_path, "people.csv", "x,y,n\n-80.5,43.4,1\n-80.5,43.4,1\n")
    batch = population.read_points(path, source(lon="x", lat="y", population="n"), FRAME, None)
    assert [row["area_key"] for row in rows(batch, "census_area")] == ["record 1", "record 2"]


def areas(crs: int = 26917) -> gpd.GeoDataFrame:
    boxes = [shapely.box(-80.51, 43.39, -80.5, 43.4), shapely.box(-79.5, 43.4, -79.4, 43.5)]
    return gpd.GeoDataFrame({"key": [7, 8], "people": [3.0, 4.0]}, geometry=boxes, crs=4326).to_crs(crs)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.fgb"])
def test_any_layer_of_polygons_is_reprojected(tmp_path: Path, name: str) -> None:
    areas(4326 if name == "a.geojson" else 26917).to_file(tmp_path / name)
    batch = population.read_layer(tmp_path / name, source("vector", id="key", population="people"), FRAME)
    (row,) = rows(batch, "census_area")
    assert (row["area_key"], row["population"]) == ("7", 3)
    assert shapely.from_wkb(str(row["geom"])).bounds == pytest.approx((-80.51, 43.39, -80.5, 43.4), abs=1e-5)
    assert [reject.population for reject in outside(batch)] == [4]


def test_polygons_joined_by_key_and_points_for_the_rest(tmp_path: Path) -> None:
    areas().to_file(tmp_path / "areas.gpkg")
    path = write(tmp_path, "people.csv", "k,n\n7,3\n9,5\n")
    joined = PopulationSource.model_validate(
        {
            "path": "people.csv",
            "loader": "points_csv",
            "columns": {"id": "k", "population": "n"},
            "geometry": {"path": "areas.gpkg", "key": "key"},
        }
    )
    first, second = rows(population.read_points(path, joined, FRAME, tmp_path / "areas.gpkg"), "census_area")
    assert shapely.from_wkb(str(first["geom"])).geom_type == "Polygon"
    assert second["geom"] is None


def test_a_layer_with_a_wrong_column_or_without_crs(tmp_path: Path) -> None:
    areas().to_file(tmp_path / "a.gpkg")
    with pytest.raises(UsageError, match="no column 'peple'; the nearest is 'people'"):
        population.read_layer(tmp_path / "a.gpkg", source("vector", population="peple"), FRAME)
    areas().to_file(tmp_path / "b.shp")
    (tmp_path / "b.prj").unlink()
    with pytest.raises(UsageError, match="does not state its coordinate reference system"):
        population.read_layer(tmp_path / "b.shp", source("vector", population="people"), FRAME)
    with pytest.raises(UsageError, match="cannot be read as a vector layer"):
        population.read_layer(write(tmp_path, "c.gpkg", "no layer"), source("vector", population="n"), FRAME)


def test_addresses_outside_are_one_reject(tmp_path: Path) -> None:
    text = "no,lon,lat\n1,-80.5,43.4\n2,-79,43\n3,-79,43\n4,x,43.4\n"
    columns = {"street_number": "no"}
    batch = addresses.read_addresses(
        write(tmp_path, "a.csv", text), AddressSource.model_validate({"path": "x", "columns": columns}), FRAME
    )
    (row,) = rows(batch, "address")
    assert (row["street_number"], row["street"], place(row)) == ("1", None, INSIDE)
    assert [reject.count for reject in outside(batch)] == [2]
    assert (batch.reject_count, faults(batch)) == (3, [("4", "lon")])


def test_vehicles_by_postal_area(tmp_path: Path) -> None:
    text = "FSA,BEV,PHEV,Total EV\nn2l,3,,5\nN2L,1,1,2\nK0A,1,1,2\nN2M,,,\nN2N,4,,\n,1,1,2\nN2P,x,1,2\n"
    frame = Frame(postal_area_keys=frozenset({"N2L", "N2M", "N2N", "N2P"}))
    batch = ev_counts.read_ev_counts(write(tmp_path, "ev.csv", text), EvCountSource(path="x"), frame)
    found = [tuple(row.values())[1:-2] for row in rows(batch, "ev_count")]
    assert found == [("N2L", 3, None, 5), ("N2N", 4, None, 4), ("N2P", None, 1, 2)]
    assert [reject.record for reject in outside(batch)] == ["3 (K0A)"]
    assert faults(batch) == [("2 (N2L)", "FSA"), ("4 (N2M)", "Total EV"), ("6", "FSA")]
    assert [reject.record for reject in batch.rejects if reject.is_withheld] == ["4 (N2M)"]


def test_vehicles_that_are_few_or_rounded_cost_no_postal_area(tmp_path: Path) -> None:
    text = (
        'FSA,BEV,PHEV,Total EV\nN2L,10,5,10\nN2M,<5,7,7\nN2N,<5,<5,<5\nN2P,-3,4,4\nN2R,"1,200",300,"1,500"\n'
    )
    batch = ev_counts.read_ev_counts(write(tmp_path, "ev.csv", text), EvCountSource(path="x"), Frame())
    found = [tuple(row.values())[1:-2] for row in rows(batch, "ev_count")]
    assert found == [("N2L", 10, 5, 15), ("N2M", None, 7, 7), ("N2P", None, 4, 4), ("N2R", 1200, 300, 1500)]
    assert [(remark.field, remark.remark) for remark in batch.remarks] == [
        ("Total EV", "10 is less than its parts; their sum is used, 15"),
        ("BEV", "-3 is not between 0 and 50,000,000; it counts as unknown"),
    ]
    assert [(reject.record, reject.is_withheld) for reject in batch.rejects] == [("3 (N2N)", True)]


def test_grid_stations_may_lack_a_place(tmp_path: Path) -> None:
    text = "name,lon,lat,kv,ok\nA,-80.5,43.4,115,true\nB,,,,\nC,-79,43,,\n,,,,\nD,,,high,\nE,,,,maybe\n"
    columns = {"voltage_kv": "kv", "is_verified": "ok"}
    batch = grid.read_grid(
        write(tmp_path, "g.csv", text), GridSource.model_validate({"path": "x", "columns": columns}), FRAME
    )
    first, second, *others = rows(batch, "grid_station")
    assert (first["voltage_kv"], first["is_verified"], place(first)) == (115, True, INSIDE)
    assert (second["name"], second["geom"], second["is_verified"]) == ("B", None, None)
    assert [reject.record for reject in outside(batch)] == ["3 (C)"]
    assert [field for _, field in faults(batch)] == ["name"]
    assert [(row["name"], row["voltage_kv"], row["is_verified"]) for row in others] == [
        ("D", None, None),
        ("E", None, None),
    ]
    assert [(remark.record, remark.field) for remark in batch.remarks] == [("5 (D)", "kv"), ("6 (E)", "ok")]


@given(st.lists(st.text(max_size=8), min_size=7, max_size=7))
def test_any_text_is_an_area_or_a_reject(tmp_path_factory: pytest.TempPathFactory, fields: list[str]) -> None:
    quoted = ",".join('"' + field.replace('"', '""').replace("\x00", "") + '"' for field in fields)
    text = f"A,-80.5,43.4,10,4,1,2\n{quoted}\n".encode("utf-8", "replace").decode()
    batch = read_people(tmp_path_factory.getbasetemp(), text)
    assert batch.row_count + len(batch.rejects) == 2


WIDE = EvCountSource(path="x", layout="wide", columns=EvColumns(postal_area="fsa"))


def test_a_column_for_each_quarter_is_a_count_at_its_end(tmp_path: Path) -> None:
    text = "fsa,houses_pct,2025-Q4,Q1 2026,2026-04\nT1A,90,10,12,\nT1B,50,7,8,9\n"
    batch = ev_counts.read_ev_counts(write(tmp_path, "ev.csv", text), WIDE, Frame())
    found = [
        (row["record_number"], row["postal_area_key"], row["ev_count"], str(row["count_date"]))
        for row in rows(batch, "ev_count")
    ]
    assert found == [
        (1, "T1A", 10, "2025-12-31"),
        (1, "T1A", 12, "2026-03-31"),
        (2, "T1B", 7, "2025-12-31"),
        (2, "T1B", 8, "2026-03-31"),
        (2, "T1B", 9, "2026-04-30"),
    ]
    assert batch.rejects == []


def test_a_wide_table_without_a_quarter_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "ev.csv", "fsa,total\nT1A,10\n")
    with pytest.raises(UsageError, match="no column is named after a quarter, month or day"):
        ev_counts.read_ev_counts(path, WIDE, Frame())


def test_a_date_of_each_record_is_that_of_its_count(tmp_path: Path) -> None:
    source = EvCountSource(path="x", columns=EvColumns(bev=None, phev=None, total="n", date="quarter"))
    text = "FSA,quarter,n\nT1A,2025 Q4,10\nT1A,2026 T1,12\nT1A,spring,13\n"
    batch = ev_counts.read_ev_counts(write(tmp_path, "ev.csv", text), source, Frame())
    assert [str(row["count_date"]) for row in rows(batch, "ev_count")] == ["2025-12-31", "2026-03-31"]
    assert [reject.field for reject in batch.rejects] == ["quarter"]


def test_a_projection_is_of_an_area_or_of_the_region_and_once_for_a_year(tmp_path: Path) -> None:
    source = ProjectionSource(path="x", columns=ProjectionColumns(planning_area="area"))
    text = (
        "area,year,population\nNorth,2031,1200\n,2051,5000\nNorth,2031,1300\nNorth,2031.5,1\nNorth,2041,-4\n"
    )
    batch = projections.read_projections(write(tmp_path, "p.csv", text), source, Frame())
    found = [(r["planning_area_key"], r["year"], r["population"]) for r in rows(batch, "projection")]
    assert found == [("North", 2031, 1200), (None, 2051, 5000)]
    assert [reject.field for reject in batch.rejects] == ["year", "year", "population"]
