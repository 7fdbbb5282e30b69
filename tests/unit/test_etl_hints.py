"""Hints can be followed: the keys that they name are there for the loader, and what they say helps."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any, get_args

import geopandas as gpd
import pytest
import shapely
from pydantic import BaseModel

from db.common.errors import UsageError
from etl.loading.read import _check_rejects, _unread
from etl.region.file import read_region
from etl.region.schema import Region, Sources
from etl.region.settings import default_settings
from etl.sources.base import Batch
from etl.sources.registry import source_types
from tests.support.etl_frame import FRAME

POINTS = {"loader": "points_csv", "columns": {"id": "k", "lon": "lon", "lat": "lat", "population": "n"}}
JOINED = {
    "loader": "points_csv",
    "columns": {"id": "k", "population": "n"},
    "geometry": {"path": "areas.geojson", "key": "key"},
}
LAYER = {"loader": "vector", "columns": {"population": "n"}}
REGION = """
[region]
name = "town"
title = "Town"
[sources.roads]
path = "x"
[sources.population]
loader = "points_csv"
path = "x"
columns = { lon = "x", lat = "y", population = "n" }
"""
SQUARE = shapely.box(-80.51, 43.39, -80.5, 43.4)
AFDC = "ID,Fuel Type Code,Status Code,Latitude,Longitude,EV DC Fast Count\n"


def model_of(kind: str) -> type[BaseModel]:
    (model, _) = get_args(Sources.model_fields[kind].annotation)
    assert issubclass(model, BaseModel)
    return model


def read(folder: Path, kind: str, given: dict[str, Any], name: str) -> Batch:
    """Read a file as a load does, up to its rejects."""
    source = model_of(kind).model_validate({"path": name, **given})
    geometry = getattr(source, "geometry", None)
    if geometry is not None:
        place = geometry.model_copy(update={"path": str(folder / geometry.path)})
        source = source.model_copy(update={"geometry": place})
    batch = next(each for each in source_types() if each.name == kind).read(folder / name, source, FRAME)
    (folder / "town.toml").write_text(REGION)
    _check_rejects(read_region(folder / "town.toml"), name, batch, source)  # type: ignore[arg-type]
    _unread(name, batch, source)  # type: ignore[arg-type]
    return batch


def write_files(folder: Path) -> None:
    """Write a file with each fault that a region file can cause or cure."""
    shapes = gpd.GeoDataFrame({"key": ["06001"], "n": ["3"], "name": ["A"]}, geometry=[SQUARE], crs=4326)
    shapes.to_file(folder / "areas.geojson")
    shapes.to_file(folder / "areas.gpkg", layer="people")
    shapes.to_file(folder / "areas.gpkg", layer="more", mode="a")
    shapes.to_crs(26917).set_crs(None, allow_override=True).to_file(folder / "plain.shp")
    shapes.to_crs(26917).set_crs(4326, allow_override=True).to_file(folder / "metres.geojson")
    for name, text in {
        "empty.csv": "",
        "header.csv": "k,lon,lat,n\n",
        "other.csv": "a,b\n1,2\n",
        "swapped.csv": "k,lon,lat,n\nA,43.4,-80.5,3\n",
        "nobody.csv": "k,lon,lat,n\nA,-80.5,43.4,0\n",
        "withheld.csv": "k,lon,lat,n\nA,-80.5,43.4,x\n",
        "keys.csv": "k,n\n6001,3\n",
        "bad.csv": "k,lon,lat,n\nA,-80.5,43.4,many\n",
        "afdc.csv": AFDC + "x,ELEC,E,43.4,-80.5,2\n",
        "in_vain.csv": "name,lon,lat,mw\n" + "A,-80.5,43.4,40000\n" * 4,
    }.items():
        (folder / name).write_text(text)
    (folder / "ansi.csv").write_bytes("k,lon,lat,n\nOrléans,-80.5,43.4,3\n".encode("cp1252"))
    (folder / "ansi_afdc.csv").write_bytes((AFDC + "1,ELEC,E,43.4,-80.5,É\n").encode("cp1252"))
    (folder / "ocm.json").write_text(json.dumps([{"ID": 1, "addressInfo": {}}]))
    (folder / "bad_ocm.json").write_text(
        json.dumps([{"ID": "x", "AddressInfo": {"Longitude": 1, "Latitude": 2}}])
    )
    with zipfile.ZipFile(folder / "feed.zip", "w") as archive:
        archive.writestr(
            "stops.txt", "stop_id,stop_name,stop_lat,stop_lon\nA,Первая,43.4,-80.5\n".encode("cp1251")
        )
    header = "YEAR,DGUID,ALT_GEO_CODE,CHARACTERISTIC_ID,CHARACTERISTIC_NAME,C1_COUNT_TOTAL\n"
    with zipfile.ZipFile(folder / "profile.zip", "w") as archive:
        archive.writestr("p.csv", header + "2021,S,06001,1,People,3\n")


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the faulty files, to be copied."""
    folder = tmp_path_factory.mktemp("hints")
    write_files(folder)
    return folder


PROFILE = {"loader": "statcan_profile", "geometry": {"path": "areas.geojson", "key": "key"}}
FAULTS: list[tuple[str, dict[str, Any], str]] = [
    *((kind, {}, name) for name in ("empty.csv", "header.csv", "other.csv") for kind in (
        "addresses", "ev_counts", "utilisation", "candidates", "grid", "reference_demand", "reference_plan", "afdc",
    )),
    *(("sessions", {"columns": {"end": "end"}}, name) for name in ("empty.csv", "header.csv", "other.csv")),
    *(("population", POINTS, name) for name in (
        "empty.csv", "other.csv", "swapped.csv", "nobody.csv", "withheld.csv", "bad.csv", "ansi.csv",
    )),
    ("population", JOINED, "keys.csv"),
    ("population", JOINED | {"geometry": {"path": "areas.geojson", "key": "code"}}, "keys.csv"),
    ("population", JOINED | {"geometry": {"path": "areas.gpkg", "key": "key"}}, "keys.csv"),
    ("population", POINTS | {"rows": {"province": "35"}}, "bad.csv"),
    ("population", PROFILE | {"columns": {"id": "ALT_GEO_CODE", "population": "Inhabitants"}}, "profile.zip"),
    ("population", PROFILE | {"columns": {"id": "CODE", "population": "People"}}, "profile.zip"),
    ("population", PROFILE | {"columns": {"id": "DGUID", "population": "People"}}, "profile.zip"),
    ("population", LAYER, "areas.gpkg"),
    ("afdc", {}, "afdc.csv"),
    ("afdc", {}, "ansi_afdc.csv"),
    ("grid", {"columns": {"summer_limit_mw": "mw"}}, "in_vain.csv"),
    ("openchargemap", {}, "ocm.json"),
    ("openchargemap", {}, "bad_ocm.json"),
    ("transit", {}, "feed.zip"),
    ("transit", {"encoding": "utf-8"}, "feed.zip"),
    *((kind, given, name) for name in ("plain.shp", "metres.geojson", "areas.gpkg") for kind, given in (
        ("boundary", {}), ("planning_areas", {}), ("grid_areas", {}), ("postal_areas", {"columns": {"key": "key"}}),
    )),
    ("feeders", {"columns": {"capacity": "key"}}, "plain.shp"),
    ("feeders", {"columns": {"capacity": "mva"}}, "areas.geojson"),
    ("boundary", {"layer": "peple"}, "areas.gpkg"),
    ("boundary", {"where": "colour = 'red'"}, "areas.geojson"),
    ("boundary", {"where": "name = 'Z'"}, "areas.geojson"),
    ("boundary", {"crs": "EPSG:4326"}, "metres.geojson"),
    ("boundary", {"crs": "EPSG:0"}, "plain.shp"),
    ("planning_areas", {"columns": {"name": "nom"}}, "areas.geojson"),
    ("boundary", {}, "other.csv"),
]  # fmt: skip


def named_keys(hint: str) -> list[str]:
    """Return the keys of a region file that a hint names."""
    quoted = [word for word in re.findall(r"`([^`]+)`", hint) if not word.startswith(("python ", "make "))]
    return quoted + re.findall(r"\b(\w+) = ", hint) + re.findall(r"\bsettings\.\w+", hint)


def is_known(model: type[BaseModel], key: str) -> bool:
    """Return whether a source, or the whole region file, has a key such as `columns.lon`."""
    if key.startswith("settings."):
        return key.removeprefix("settings.") in {row.setting for row in default_settings().rows}
    for root in (model, Region):
        found: Any = root
        for part in key.split("."):
            fields = getattr(found, "model_fields", {})
            if part not in fields:
                break
            kinds_of = [fields[part].annotation, *get_args(fields[part].annotation)]
            found = next(
                (each for each in kinds_of if isinstance(each, type) and issubclass(each, BaseModel)), None
            )
        else:
            return True
    return False


@pytest.mark.parametrize(("kind", "given", "name"), FAULTS, ids=lambda v: v if isinstance(v, str) else "")
def test_keys_that_a_hint_names_are_there(
    files: Path, tmp_path: Path, kind: str, given: dict[str, Any], name: str
) -> None:
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    with pytest.raises(UsageError) as error:
        read(tmp_path, kind, given, name)
    hint = error.value.hint
    assert hint
    model = model_of(kind)
    assert [key for key in named_keys(hint) if not is_known(model, key)] == [], hint
    if "columns" in named_keys(hint):
        assert "columns" in model.model_fields


@pytest.mark.parametrize(
    ("kind", "given", "name"),
    [
        ("population", POINTS, "ansi.csv"),
        ("afdc", {}, "ansi_afdc.csv"),
        ("boundary", {}, "areas.gpkg"),
        ("planning_areas", {}, "plain.shp"),
        ("planning_areas", {}, "metres.geojson"),
        ("population", LAYER, "plain.shp"),
    ],
)
def test_an_example_in_a_hint_is_a_line_that_helps(
    files: Path, tmp_path: Path, kind: str, given: dict[str, Any], name: str
) -> None:
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    with pytest.raises(UsageError) as error:
        read(tmp_path, kind, given, name)
    (line,) = re.findall(r'(\w+) = "([^"]+)"', error.value.hint)
    assert read(tmp_path, kind, given | {line[0]: line[1]}, name).row_count == 1


@pytest.mark.parametrize(
    ("addition", "words"),
    [
        ("[sources.transit]\npath = 'x'\ncolumns = { name = 'y' }", "unknown key sources.transit.columns; known there are attribution"),
        ("[sources.grid]\npath = 'x'\nlon = 'y'", "unknown key sources.grid.lon; it belongs in the table 'columns' there"),
        ("[sources.grid]\npath = 'x'\nzzz = 'y'", "unknown key sources.grid.zzz; known there are"),
        ("[sources.busstops]\npath = 'x'", "unknown key sources.busstops; known there are addresses, afdc"),
    ],
)  # fmt: skip
def test_an_unknown_key_that_is_like_none_is_told_where_it_belongs_or_what_there_is(
    tmp_path: Path, addition: str, words: str
) -> None:
    (tmp_path / "town.toml").write_text(REGION + addition)
    with pytest.raises(UsageError) as error:
        read_region(tmp_path / "town.toml")
    assert words in error.value.message
