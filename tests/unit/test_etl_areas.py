"""Outlines, and where they say the region is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from db.common.errors import UsageError
from etl.region.sources import BoundarySource, GridAreaSource, PlanningAreaSource, PostalAreaSource
from etl.sources import areas
from etl.sources.base import Batch, Frame
from etl.study_area import locate as frames
from tests.support.etl_frame import FRAME, faults, outside, rows

BOX = shapely.box(-80.51, 43.39, -80.49, 43.41)
FAR = shapely.box(-79.5, 43.4, -79.4, 43.5)
BOW_TIE = shapely.Polygon([(-80.51, 43.39), (-80.49, 43.41), (-80.49, 43.39), (-80.51, 43.41)])


def layer(folder: Path, shapes: list[Any], **columns: list[Any]) -> Path:
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_file(folder / "areas.gpkg")
    return folder / "areas.gpkg"


def test_boundary_in_parts_and_mended(tmp_path: Path) -> None:
    path = layer(tmp_path, [BOX, BOW_TIE, shapely.Point(-80.5, 43.4), None], name=["a", "b", "c", "d"])
    batch = areas.read_boundary(path, BoundarySource(path="x"), Frame())
    shapes = frames.collect_shapes([batch], "boundary")
    assert [shape.geom_type for shape in shapes] == ["Polygon", "MultiPolygon"]
    assert all(shape.is_valid for shape in shapes)
    assert faults(batch) == [("3", "geometry"), ("4", "geometry")]


def test_a_boundary_of_points_is_none(tmp_path: Path) -> None:
    path = layer(tmp_path, [shapely.Point(-80.5, 43.4)], name=["a"])
    with pytest.raises(UsageError, match="no polygon that could be the boundary"):
        areas.read_boundary(path, BoundarySource(path="x"), Frame())


def test_planning_areas(tmp_path: Path) -> None:
    path = layer(tmp_path, [BOX, BOX, FAR, BOX], name=["A", "B", "C", " "], id=[1, 1, 3, 4])
    source = PlanningAreaSource.model_validate({"path": "x", "columns": {"key": "id"}})
    batch = areas.read_planning_areas(path, source, FRAME)
    assert [(row["area_key"], row["name"]) for row in rows(batch, "planning_area")] == [
        ("1", "A"),
        ("1", "B"),
    ]
    assert faults(batch) == [("4", "name")]
    assert [reject.record for reject in outside(batch)] == ["3 (C)"]


def test_postal_areas_outside_are_one_reject(tmp_path: Path) -> None:
    path = layer(tmp_path, [BOX, BOX, FAR, FAR], fsa=["n2l", "n2l", "k0a", "k0b"])
    source = PostalAreaSource.model_validate({"path": "x", "columns": {"key": "fsa"}})
    batch = areas.read_postal_areas(path, source, FRAME)
    assert [row["postal_area_key"] for row in rows(batch, "postal_area")] == ["N2L", "N2L"]
    assert [reject.count for reject in outside(batch)] == [2]


def test_grid_areas(tmp_path: Path) -> None:
    path = layer(tmp_path, [BOX, BOX], name=["A", "B"], mw=["40.5", "forty"])
    source = GridAreaSource.model_validate({"path": "x", "columns": {"limit_mw": "mw"}})
    batch: Batch = areas.read_grid_areas(path, source, FRAME)
    assert [(row["name"], row["limit_mw"], row["peak_load_mw"]) for row in rows(batch, "grid_area")] == [
        ("A", 40.5, None),
        ("B", None, None),
    ]
    assert [(remark.record, remark.field) for remark in batch.remarks] == [("2 (B)", "mw")]


@pytest.mark.parametrize("content", ["", "{", '{"type": "FeatureCollection", "features": []}', "<html>"])
def test_a_bad_layer_is_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "region.geojson"
    path.write_text(content)
    with pytest.raises(UsageError, match=r"region\.geojson"):
        areas.read_boundary(path, BoundarySource(path="x"), Frame())


def test_coordinates_that_are_no_degrees(tmp_path: Path) -> None:
    path = tmp_path / "region.geojson"
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(5e5, 4.8e6, 5.1e5, 4.9e6)]).to_file(path)
    with pytest.raises(UsageError, match="does not state its coordinate reference system") as error:
        areas.read_boundary(path, BoundarySource(path="x"), Frame())
    assert 'crs = "EPSG:26917"' in error.value.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("EPSG:4326", "does not measure in metres"),
        ("EPSG:2263", "does not measure in metres"),
        ("EPSG:1", "not a known"),
        ("+proj=tmerc +lon_0=7.123 +lat_0=1", "no EPSG code"),
    ],
)
def test_a_metric_crs_that_is_none(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        frames.parse_metric_crs(text, "town.toml")


def test_estimated_crs_and_margin() -> None:
    assert frames.parse_metric_crs("EPSG:26917", "x").to_epsg() == 26917
    crs = frames.estimate_crs([BOX])
    assert crs.to_epsg() == 32617
    frame = Frame(frames.widen_outline([BOX], crs, 1000))
    assert frame.has(-80.5, 43.418)
    assert not frame.has(-80.5, 43.42)
