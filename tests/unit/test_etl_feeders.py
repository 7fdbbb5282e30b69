"""Feeders as utilities publish them: units, ranges, days, shapes; what cannot be used is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from etl.region.file import read_region
from etl.region.sources import FeederSource
from etl.sources.base import Batch, Frame
from etl.sources.feeders import read_feeders
from tests.support.etl_frame import FRAME, faults, outside, rows

BOX = shapely.box(-80.51, 43.39, -80.49, 43.41)
FAR = shapely.box(-79.5, 43.4, -79.4, 43.5)
LINE = shapely.LineString([(-80.51, 43.39), (-80.5, 43.4)])


def read(folder: Path, shapes: list[Any], unit: str = "MVA", **columns: list[Any]) -> Batch:
    """Read a layer whose columns have the names that the reader knows."""
    path = folder / "feeders.gpkg"
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_file(path)
    named = {name: name for name in columns}
    source = FeederSource.model_validate({"path": "x", "columns": named, "capacity_unit": unit})
    return read_feeders(path, source, FRAME)


def test_the_sample_of_the_regulator(shared: Path) -> None:
    (source,) = read_region("waterloo").region.sources.feeders
    batch = read_feeders(shared / "data/ottawa/feeder_capacity_sample.geojson", source, Frame())
    found = rows(batch, "grid_feeder")
    assert len(found) == 6
    assert not list(batch.rejects)
    assert not list(batch.remarks)
    assert {(f["distributor"], f["capacity_unit"], f["feeder_key"]) for f in found} == {
        ("Hydro Ottawa Limited", "MVA", None)
    }
    assert found[0]["capacity"] == pytest.approx(0.7)
    assert (found[0]["voltage_kv"], found[0]["configuration"], found[0]["capacity_low"]) == (
        4.2,
        "Overhead",
        0.0,
    )
    assert (found[3]["capacity"], found[3]["capacity_low"], found[3]["voltage_kv"]) == (1.8, 1.1, 13.2)
    assert {f["updated_on"] for f in found} == {dt.date(2026, 5, 1)}


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("0.0 - 1.0", 0.0), ("1.1 - 3.0", 1.1), ("10.0 +", 10.0), ("10+", 10.0), ("5.1\u201310", 5.1), ("3 to 5", 3.0), ("1,1 - 3,0", 1.1),
        ("-1.5 - 0", -1.5), ("", None), ("4", 4.0),
    ],
)  # fmt: skip
def test_the_lower_end_of_a_range_counts(tmp_path: Path, text: str, low: float | None) -> None:
    batch = read(tmp_path, [BOX], capacity_range=[text])
    (found,) = rows(batch, "grid_feeder")
    assert (found["capacity"], found["capacity_low"]) == (None, low)
    assert not list(batch.remarks)


@pytest.mark.parametrize(
    ("written", "day"),
    [("1777621024000", dt.date(2026, 5, 1)), ("2026-05-01T07:37:04Z", dt.date(2026, 5, 1)), ("-86400000000", dt.date(1967, 4, 7)), ("", None)],
)  # fmt: skip
def test_days_in_milliseconds_and_as_text(tmp_path: Path, written: str, day: dt.date | None) -> None:
    batch = read(tmp_path, [BOX], capacity=[1.0], updated_on=[written])
    assert [row["updated_on"] for row in rows(batch, "grid_feeder")] == [day]
    assert not list(batch.remarks)


@pytest.mark.parametrize(
    ("written", "kv"), [("27.6/16", 27.6), ("27.6 kV", 27.6), ("4,16 KV", 4.16), ("115", 115.0)]
)
def test_voltages_as_utilities_write_them(tmp_path: Path, written: str, kv: float) -> None:
    batch = read(tmp_path, [BOX], capacity=[1.0], voltage_kv=[written])
    assert [row["voltage_kv"] for row in rows(batch, "grid_feeder")] == [kv]


def test_what_cannot_be_used_is_told_and_the_feeder_stays(tmp_path: Path) -> None:
    batch = read(
        tmp_path,
        [BOX] * 5,
        capacity=["5000", "much", "-0.3", "", "2"],
        capacity_range=["", "some", "", "", "1 - 3"],
        voltage_kv=["13.8", "low", "13800", "", "13.8"],
        updated_on=["2999-01-01", "today", "99999999999999", "", "2026-05-01"],
    )
    found = rows(batch, "grid_feeder")
    assert [f["capacity"] for f in found] == [None, None, -0.3, None, 2.0]
    assert [f["voltage_kv"] for f in found] == [13.8, None, None, None, 13.8]
    assert [str(f["updated_on"]) for f in found] == ["None", "None", "None", "None", "2026-05-01"]
    assert {(r.record, r.field, r.remark) for r in batch.remarks} >= {
        ("1", "capacity", "5,000 is beyond 2,000 MVA; it counts as unknown"),
        ("1", "updated_on", "2999-01-01 lies in the future; it counts as unknown"),
        ("2", "capacity", "'much' is not a number; it counts as unknown"),
        ("2", "capacity_range", "'some' is not a number; it counts as unknown"),
        ("3", "voltage_kv", "13800.0 is more than 1200.0; it counts as unknown"),
    }


def test_the_bound_of_a_capacity_is_that_of_its_unit(tmp_path: Path) -> None:
    (found,) = rows(read(tmp_path, [BOX], "kW", capacity=[5000.0]), "grid_feeder")
    assert (found["capacity"], found["capacity_unit"]) == (5000.0, "kW")


def test_lines_stay_lines_and_points_are_no_feeders(tmp_path: Path) -> None:
    both = shapely.GeometryCollection([LINE, shapely.Point(-80.5, 43.4)])
    batch = read(tmp_path, [LINE, both, shapely.Point(-80.5, 43.4), None, FAR], capacity=[1.0] * 5)
    shapes = [shapely.from_wkb(str(row["geom"])).geom_type for row in rows(batch, "grid_feeder")]
    assert shapes == ["LineString", "LineString"]
    assert faults(batch) == [("3", "geometry"), ("4", "geometry")]
    assert [(r.count, r.reason) for r in outside(batch)] == [
        (1, "1 feeders or parts of them lie outside the region and its margin")
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"columns": {"id": "a"}}, "neither capacity nor capacity_range"),
        ({"columns": {"capacity": "a"}, "capacity_unit": "A"}, "needs a column voltage_kv"),
        ({"columns": {"capacity": "a"}, "capacity_unit": "GW"}, "'MVA', 'MW', 'kVA', 'kW' or 'A'"),
    ],
)
def test_a_mapping_that_says_too_little_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        FeederSource.model_validate({"path": "x", **given})
