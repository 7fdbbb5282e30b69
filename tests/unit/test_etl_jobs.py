"""Jobs: tables of places or of keys of polygons, layers of points or polygons, and what is refused of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from pydantic import ValidationError

from db.common.errors import UsageError
from etl.region.sources import JobSource
from etl.sources import jobs
from etl.sources.base import Batch
from tests.support.etl_frame import FRAME, INSIDE, OUTSIDE, outside, place, rows, write


def source(loader: str = "points_csv", geometry: dict[str, str] | None = None, **columns: Any) -> JobSource:
    given = {"path": "x", "loader": loader, "columns": columns, "geometry": geometry}
    return JobSource.model_validate({key: value for key, value in given.items() if value is not None})


def read_places(folder: Path, text: str) -> Batch:
    found = source(id="k", lon="x", lat="y", jobs=["full", "part"])
    return jobs.read_job_table(write(folder, "jobs.csv", "k,x,y,full,part\n" + text), found, FRAME, None)


def test_places_with_their_jobs(tmp_path: Path) -> None:
    """Several columns are summed, whatever signs a spreadsheet has put into them."""
    batch = read_places(tmp_path, 'Mill,-80.5,43.4,"1,200",30\nShop,-80.5,43.4,,4.5\n')
    mill, shop = rows(batch, "job_area")
    assert (mill["area_key"], mill["job_count"], place(mill)) == ("Mill", 1230, INSIDE)
    assert shop["job_count"] == 4.5
    assert batch.rejects == []


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("Z,-80.5,43.4,,", "full", "it is empty"),
        ("Z,-80.5,43.4,-3,1", "full", "-3 is not between 0 and 50,000,000"),
        ("Z,-80.5,43.4,1,some", "part", "'some' is not a number"),
        ("Z,,,9,1", "x", "it is empty"),
        ("Z,-180.5,43.4,9,1", "x", "-180.5 is not between -180 and 180"),
        ("Mill,-80.5,43.4,9,1", "k", "'Mill' is a duplicate"),
    ],
)
def test_a_broken_record_is_rejected_with_field_and_reason(
    tmp_path: Path, row: str, field: str, reason: str
) -> None:
    batch = read_places(tmp_path, f"Mill,-80.5,43.4,10,4\n{row}\n")
    assert [r["area_key"] for r in rows(batch, "job_area")] == ["Mill"]
    (reject,) = batch.rejects
    assert (reject.field, reject.reason) == (field, reason)
    assert reject.record == f"2 ({row.split(',', maxsplit=1)[0]})"


def test_jobs_outside_and_withheld_are_no_faults(tmp_path: Path) -> None:
    batch = read_places(tmp_path, f"A,-80.5,43.4,10,\nB,{OUTSIDE[0]},{OUTSIDE[1]},5,\nC,-80.5,43.4,x,x\n")
    assert [reject.record for reject in outside(batch)] == ["2 (B)"]
    assert batch.fault_share == 0
    assert batch.assumptions == ["1 areas whose number of jobs is withheld are left out."]


def test_a_column_without_any_job_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"The jobs of jobs.csv add up to 0") as raised:
        read_places(tmp_path, "A,-80.5,43.4,0,0\n")
    assert "columns.jobs" in str(raised.value.hint)


def areas() -> gpd.GeoDataFrame:
    boxes = [shapely.box(-80.51, 43.39, -80.5, 43.4), shapely.box(-79.5, 43.4, -79.4, 43.5)]
    return gpd.GeoDataFrame({"key": ["7", "8"], "work": [3.0, 4.0]}, geometry=boxes, crs=4326).to_crs(26917)


def test_a_table_is_joined_to_polygons_by_key(tmp_path: Path) -> None:
    """Of area 8 it is known that it lies elsewhere; of area 9 nothing is."""
    areas().to_file(tmp_path / "areas.gpkg")
    path = write(tmp_path, "jobs.csv", "k,n\n7,3\n8,4\n9,5\n")
    joined = source(id="k", jobs="n", geometry={"path": "areas.gpkg", "key": "key"})
    batch = jobs.read_job_table(path, joined, FRAME, tmp_path / "areas.gpkg")
    (row,) = rows(batch, "job_area")
    assert (row["area_key"], row["job_count"]) == ("7", 3)
    assert shapely.from_wkb(str(row["geom"])).geom_type == "Polygon"
    unknown, elsewhere = batch.rejects
    assert (unknown.record, unknown.field, unknown.reason) == ("3 (9)", "k", "no polygon has this key")
    assert elsewhere.is_outside


def test_a_layer_of_points_or_polygons(tmp_path: Path) -> None:
    areas().to_file(tmp_path / "areas.gpkg")
    (row,) = rows(
        jobs.read_job_layer(tmp_path / "areas.gpkg", source("vector", id="key", jobs="work"), FRAME),
        "job_area",
    )
    assert (row["area_key"], row["job_count"]) == ("7", 3)
    spots = gpd.GeoDataFrame({"n": [2]}, geometry=[shapely.Point(*INSIDE)], crs=4326)
    spots.to_file(tmp_path / "spots.geojson")
    (row,) = rows(
        jobs.read_job_layer(tmp_path / "spots.geojson", source("vector", jobs="n"), FRAME), "job_area"
    )
    assert (row["area_key"], row["job_count"], place(row)) == ("record 1", 2, INSIDE)
    lines = gpd.GeoDataFrame(
        {"n": [2, 1]}, geometry=[shapely.LineString([INSIDE, (-80.4, 43.4)])] * 2, crs=4326
    )
    lines.to_file(tmp_path / "lines.geojson")
    batch = jobs.read_job_layer(tmp_path / "lines.geojson", source("vector", jobs="n"), FRAME)
    assert {reject.reason for reject in batch.rejects} == {"a LineString is neither point nor polygon"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"loader": "points_csv", "columns": {"jobs": "n"}}, "points_csv needs columns lon and lat"),
        ({"loader": "points_csv", "columns": {"jobs": "n", "lon": "x"}}, "one of lon and lat"),
        ({"loader": "vector", "columns": {"id": "k"}}, "jobs"),
        ({"loader": "statcan_profile", "columns": {"id": "k", "jobs": "n"}}, "loader"),
    ],
)
def test_a_region_file_that_cannot_be_meant_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        JobSource.model_validate({"path": "x", **given})
