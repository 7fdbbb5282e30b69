"""Layers as they come: CRS said or not, curves, Z and M, several layers, shapefiles in folders of a .zip."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from db.common.errors import UsageError
from etl.region.sources import BoundarySource, PlanningAreaSource, PopulationSource
from etl.sources import areas, population
from etl.sources.base import Batch, Frame
from etl.study_area import locate as frames
from tests.support.etl_frame import FRAME, rows

WEST, EAST = shapely.box(-80.52, 43.44, -80.5, 43.46), shapely.box(-80.5, 43.44, -80.48, 43.46)
BOUNDS = [pytest.approx(WEST.bounds, abs=1e-4), pytest.approx(EAST.bounds, abs=1e-4)]
NAMES = ["Île-Perrot", "Wilmot"]


def read(path: Path, **given: Any) -> Batch:
    return areas.read_planning_areas(path, PlanningAreaSource.model_validate({"path": "x", **given}), Frame())


def holds(batch: Batch) -> None:
    """The two areas are there, in degrees, with their names."""
    found = zip(rows(batch, "planning_area"), frames.collect_shapes([batch], "planning_area"), strict=True)
    ordered = sorted(((str(row["name"]), shape.bounds) for row, shape in found), reverse=True)
    assert ordered == list(zip(NAMES, BOUNDS, strict=True))


def towns(crs: int = 4326) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": NAMES, "key": ["a", "b"]}, geometry=[WEST, EAST], crs=4326).to_crs(crs)


@pytest.mark.parametrize(
    ("crs", "form"),
    [
        *((crs, form) for crs in (4326, 3857, 26917) for form in ("urn:ogc:def:crs:EPSG::{}", "EPSG:{}")),
        (4326, "urn:ogc:def:crs:OGC:1.3:CRS84"),
    ],
)
def test_geojson_with_a_crs_member(tmp_path: Path, crs: int, form: str) -> None:
    content = json.loads(towns(crs).set_crs(4326, allow_override=True).to_json())
    content["crs"] = {"type": "name", "properties": {"name": form.format(crs)}}
    (tmp_path / "a.geojson").write_text(json.dumps(content))
    holds(read(tmp_path / "a.geojson"))


def test_projected_coordinates_without_a_crs_ask_for_one(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    content = json.loads(towns(26917).set_crs(4326, allow_override=True).to_json())
    content.pop("crs", None)
    path.write_text(json.dumps(content))
    with pytest.raises(
        UsageError, match="does not state its coordinate reference system; it has coordinates"
    ) as error:
        read(path)
    assert error.value.hint == 'name it in the region file, such as crs = "EPSG:26917".'
    holds(read(path, crs="EPSG:26917"))
    with pytest.raises(UsageError, match="EPSG:4326 is in degrees, which does not fit"):
        read(path, crs="EPSG:4326")


def test_a_crs_that_is_named_for_degrees_must_be_one_of_degrees(tmp_path: Path) -> None:
    towns().to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(UsageError, match="does not state") as error:
        read(tmp_path / "a.shp")
    assert 'crs = "EPSG:4326"' in error.value.hint
    holds(read(tmp_path / "a.shp", crs="EPSG:4326"))
    with pytest.raises(UsageError, match="EPSG:26917 is not in degrees, which does not fit"):
        read(tmp_path / "a.shp", crs="EPSG:26917")


@pytest.mark.parametrize("folder", ["", "lmun000b21a/", "data/2021/"])
@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1"])
@pytest.mark.parametrize("has_cpg", [True, False])
def test_a_shapefile_in_a_zip(tmp_path: Path, folder: str, encoding: str, *, has_cpg: bool) -> None:
    towns(26917).to_file(tmp_path / "mun.shp", encoding=encoding)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in sorted(tmp_path.glob("mun.*")):
            if part.suffix != ".cpg" or has_cpg:
                archive.write(part, folder + part.name)
        archive.writestr(f"__MACOSX/{folder}._mun.shp", b"\x00\x05\x16\x07")
        archive.writestr(f"{folder}read_me.txt", "notes")
    holds(read(tmp_path / "a.zip"))


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1"])
def test_a_shapefile_beside_its_parts_without_cpg(tmp_path: Path, encoding: str) -> None:
    towns().to_file(tmp_path / "mun.shp", encoding=encoding)
    (tmp_path / "mun.cpg").unlink()
    holds(read(tmp_path / "mun.shp"))


def test_an_encoding_that_the_bytes_do_not_tell_can_be_named(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"name": ["Łódź"]}, geometry=[WEST], crs=4326)
    frame.to_file(tmp_path / "a.shp", encoding="cp1250")
    (tmp_path / "a.cpg").unlink()
    assert [row["name"] for row in rows(read(tmp_path / "a.shp", encoding="cp1250"), "planning_area")] == [
        "Łódź"
    ]


def layers(path: Path) -> None:
    """Write points, then the two areas, then another layer of areas without names."""
    gpd.GeoDataFrame({"name": ["p"]}, geometry=[WEST.centroid], crs=4326).to_file(path, layer="label_points")
    towns().to_file(path, layer="municipalities", mode="a")


def test_of_several_layers_the_only_one_that_fits_is_read_and_said(tmp_path: Path) -> None:
    layers(tmp_path / "a.gpkg")
    batch = read(tmp_path / "a.gpkg")
    holds(batch)
    assert batch.assumptions == [
        "Of the layers of a.gpkg ('label_points', 'municipalities') 'municipalities' is read, as the only one that fits."
    ]
    assert read(tmp_path / "a.gpkg", layer="municipalities").assumptions == []


def test_of_several_layers_that_fit_one_is_to_be_named(tmp_path: Path) -> None:
    layers(tmp_path / "a.gpkg")
    towns().to_file(tmp_path / "a.gpkg", layer="wards", mode="a")
    with pytest.raises(
        UsageError, match=r"has 3 layers \('label_points', 'municipalities', 'wards'\)"
    ) as error:
        read(tmp_path / "a.gpkg")
    assert 'layer = "municipalities"' in error.value.hint
    holds(read(tmp_path / "a.gpkg", layer="wards"))
    with pytest.raises(UsageError, match="no layer 'ward'; the nearest is 'wards'") as error:
        read(tmp_path / "a.gpkg", layer="ward")
    assert "'municipalities'" in error.value.hint


def test_points_with_people_are_a_layer_that_may_be_meant(tmp_path: Path) -> None:
    towns().assign(n=[3, 4]).to_file(tmp_path / "a.gpkg", layer="areas")
    gpd.GeoDataFrame({"n": [5]}, geometry=[WEST.centroid], crs=4326).to_file(
        tmp_path / "a.gpkg", layer="points", mode="a"
    )
    source = PopulationSource.model_validate(
        {"path": "x", "loader": "vector", "columns": {"population": "n"}}
    )
    with pytest.raises(UsageError, match=r"has 2 layers \('areas', 'points'\)"):
        population.read_layer(tmp_path / "a.gpkg", source, Frame())
    named = source.model_copy(update={"layer": "points"})
    assert population.read_layer(tmp_path / "a.gpkg", named, Frame()).row_count == 1


def test_several_shapefiles_in_a_zip_are_layers(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"name": ["r"]}, geometry=[WEST.boundary], crs=4326).to_file(tmp_path / "roads.shp")
    towns().to_file(tmp_path / "mun.shp")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in [*sorted(tmp_path.glob("mun.*")), *sorted(tmp_path.glob("roads.*"))]:
            archive.write(part, f"{part.stem}/{part.name}")
    holds(read(tmp_path / "a.zip"))
    holds(read(tmp_path / "a.zip", layer="mun"))


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.fgb", "a.kml"])
def test_other_formats_in_a_zip(tmp_path: Path, name: str) -> None:
    frame = towns().rename(columns={"name": "Name"}) if name == "a.kml" else towns()
    frame.to_file(tmp_path / name, driver="KML" if name == "a.kml" else None)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / name, f"export/{name}")
    holds(read(tmp_path / "a.zip", **({"columns": {"name": "Name"}} if name == "a.kml" else {})))


def test_a_zip_without_a_layer_says_what_it_holds(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("notes/read_me.txt", "x")
    with pytest.raises(UsageError, match=r"it holds notes/read_me\.txt"):
        read(tmp_path / "a.zip")


CURVE = "CURVEPOLYGON(CIRCULARSTRING(-80.52 43.45,-80.51 43.46,-80.50 43.45,-80.51 43.44,-80.52 43.45))"


@pytest.mark.parametrize("column", ["wkt", "WKT", "the_geom", "geometry"])
def test_shapes_as_text_and_curves(tmp_path: Path, column: str) -> None:
    (tmp_path / "a.csv").write_text(f'name,{column}\nround,"{CURVE}"\n')
    batch = read(tmp_path / "a.csv", crs="EPSG:4326")
    (shape,) = frames.collect_shapes([batch], "planning_area")
    assert shape.bounds == pytest.approx((-80.52, 43.44, -80.5, 43.46), abs=1e-5)
    assert shape.area == pytest.approx(3.14159 * 0.01**2, rel=1e-3)


def test_a_table_without_shapes_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,lon\nx,1\n")
    with pytest.raises(UsageError, match="is a table without shapes"):
        read(tmp_path / "a.csv")


def test_a_third_dimension_is_left_out(tmp_path: Path) -> None:
    shapes = [shapely.force_3d(WEST, 300), shapely.force_3d(EAST, 310)]
    gpd.GeoDataFrame({"name": NAMES}, geometry=shapes, crs=4326).to_file(tmp_path / "a.gpkg")
    batch = read(tmp_path / "a.gpkg")
    holds(batch)
    assert not any(shape.has_z for shape in frames.collect_shapes([batch], "planning_area"))


def test_numbers_as_text_in_a_layer(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"k": ["a", "b"], "n": ["1,234", "x"]}, geometry=[WEST, EAST], crs=4326)
    frame.to_file(tmp_path / "a.gpkg")
    source = PopulationSource.model_validate(
        {"path": "x", "loader": "vector", "columns": {"id": "k", "population": "n"}}
    )
    batch = population.read_layer(tmp_path / "a.gpkg", source, Frame())
    assert [row["population"] for row in rows(batch, "census_area")] == [1234]
    assert [reject.is_withheld for reject in batch.rejects] == [True]


def test_outlines_that_people_are_joined_to_come_in_the_same_ways(tmp_path: Path) -> None:
    towns(26917).to_file(tmp_path / "mun.shp")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in sorted(tmp_path.glob("mun.*")):
            if part.suffix != ".prj":
                archive.write(part, f"in/{part.name}")
    (tmp_path / "people.csv").write_text("k,n\na,3\nb,4\n")
    given = {"path": "x", "loader": "points_csv", "columns": {"id": "k", "population": "n"}}
    geometry = {"path": "a.zip", "key": "key", "crs": "EPSG:26917"}
    source = PopulationSource.model_validate(given | {"geometry": geometry})
    batch = population.read_points(
        tmp_path / "people.csv", source, Frame(WEST.union(EAST)), tmp_path / "a.zip"
    )
    assert [shape.bounds for shape in frames.collect_shapes([batch], "census_area")] == BOUNDS


def test_ids_that_are_no_keys_of_the_outlines_are_named(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"key": ["06001"]}, geometry=[WEST], crs=4326)
    frame.to_file(tmp_path / "a.gpkg")
    (tmp_path / "people.csv").write_text("k,n\n6001,3\n")
    source = PopulationSource.model_validate({
        "path": "x", "loader": "points_csv", "columns": {"id": "k", "population": "n"},
        "geometry": {"path": "a.gpkg", "key": "key"},
    })  # fmt: skip
    with pytest.raises(UsageError, match=r"no k \('6001'\) is a key of the outlines \('06001'\)"):
        population.read_points(tmp_path / "people.csv", source, FRAME, tmp_path / "a.gpkg")


def test_the_cases_of_layers(shared: Path) -> None:
    folder = shared / "cases" / "12_layers"
    whole = [
        "crs_member_26917.geojson", "crs_member_3857.geojson", "crs_member_4326.geojson", "crs_member_short.geojson",
        "layers.gpkg", "polygon_z.gpkg", "shapefile_ISO-8859-1_no_cpg.zip", "shapefile_UTF-8_no_cpg.zip",
        "shapefile_in_folder.zip",
    ]  # fmt: skip
    for name in whole:
        holds(read(folder / name))
    holds(read(folder / "no_crs_member_but_projected.geojson", crs="EPSG:26917"))
    holds(read(folder / "shapefile_no_prj.zip", crs="EPSG:4326"))
    for name, count in (
        ("curve.gpkg", 2),
        ("curve_kept.gpkg", 2),
        ("esri.json", 1),
        ("polygon_m_shp.zip", 1),
    ):
        assert read(folder / name).row_count == count
    assert read(folder / "curve.csv", crs="EPSG:4326").row_count == 2
    mixed = read(folder / "mixed.geojson")
    assert ([row["name"] for row in rows(mixed, "planning_area")], len(mixed.rejects)) == (["a"], 3)
    assert areas.read_boundary(folder / "esri.json", BoundarySource(path="x"), Frame()).row_count == 1
