"""A region file from a name: the geocoder is a server of the tests' own that answers in Nominatim's shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from typer.testing import CliRunner

from db.common.assumption import Remark
from db.common.errors import FetchError, UsageError
from etl.loading.find import find_files
from etl.new_region import app
from etl.region.file import REGIONS, RegionFile, read_region
from etl.region_draft.draft import write_region
from etl.region_draft.own_files import OwnFiles
from etl.sources.base import Frame
from etl.sources.population import read_points
from tests.support.web import Answer, Web, serving

JSON = {"Content-Type": "application/json"}


def answer(name: str, lon: float, lat: float, kind: str = "Polygon") -> bytes:
    """Return what /search?format=json&polygon_geojson=1 answers for one place."""
    ring = [[lon, lat], [lon + 0.1, lat], [lon + 0.1, lat + 0.1], [lon, lat + 0.1], [lon, lat]]
    shape: dict[str, Any] = {"type": kind, "coordinates": [ring] if kind == "Polygon" else [lon, lat]}
    item = {
        "place_id": 1, "licence": "Data (c) OpenStreetMap contributors", "osm_type": "relation", "osm_id": 5,
        "lat": str(lat), "lon": str(lon), "class": "boundary", "type": "administrative", "place_rank": 16,
        "importance": 0.6, "addresstype": "city", "name": name.split(",", maxsplit=1)[0], "display_name": name,
        "boundingbox": [str(lat), str(lat + 0.1), str(lon), str(lon + 0.1)], "geojson": shape,
    }  # fmt: skip
    return json.dumps([item]).encode()


def make(web: Web, folder: Path, body: bytes, place: str = "Guelph, Ontario") -> Path:
    web.rules["/search"] = lambda _: Answer(body, headers=JSON)
    return write_region(place, folder, web.address).path


GUELPH = answer("Guelph, Southwestern Ontario, Ontario, Canada", -80.3, 43.5)


def test_a_town_of_ontario_gets_the_sources_of_ontario(tmp_path: Path) -> None:
    with serving() as web:
        path = make(web, tmp_path, GUELPH)
        assert web.asked[0].query["q"] == "Guelph, Ontario"
        assert "ev-charging" in web.asked[0].headers["user-agent"].lower()
    found = read_region(str(path))
    region = found.region
    assert (region.region.name, region.region.metric_crs) == ("guelph", "EPSG:32617")
    assert region.region.title.startswith("Guelph, ")
    assert region.sources.population[0].loader == "statcan_profile"
    assert region.sources.roads[0].service == "overpass"
    assert region.sources.ev_counts
    assert region.sources.postal_areas
    assert "country=CA" in str(region.sources.afdc[0].url)
    outline = gpd.read_file(found.locate(str(region.sources.boundary[0].path)))
    assert outline.total_bounds == pytest.approx([-80.3, 43.5, -80.2, 43.6])


@pytest.mark.parametrize(
    ("name", "lon", "lat", "crs", "kinds"),
    [
        ("Nelson, Nelson City, New Zealand / Aotearoa", 173.2, -41.3, "EPSG:32759", set()),
        ("Halifax, Nova Scotia, Canada", -63.6, 44.6, "EPSG:32620", {"afdc"}),
        ("Ithaca, Tompkins County, New York, United States", -76.5, 42.4, "EPSG:32618", {"afdc"}),
    ],
)
def test_elsewhere_the_sources_that_apply(
    tmp_path: Path, *, name: str, lon: float, lat: float, crs: str, kinds: set[str]
) -> None:
    with serving() as web:
        path = make(web, tmp_path, answer(name, lon, lat), name.split(",", maxsplit=1)[0])
    region = read_region(str(path)).region
    assert region.region.metric_crs == crs
    assert {kind for kind in ("afdc", "ev_counts", "postal_areas") if getattr(region.sources, kind)} == kinds
    is_brought = "Canada" not in name
    assert ("ADD THIS FILE" in path.read_text()) is is_brought
    assert (region.sources.population[0].loader == "vector") is is_brought


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "guelph_boundary.geojson").write_text("mine")
    with serving() as web, pytest.raises(UsageError, match="exists already"):
        make(web, tmp_path, GUELPH)
    assert (tmp_path / "guelph_boundary.geojson").read_text() == "mine"
    assert not (tmp_path / "guelph.toml").exists()


def test_names_are_text(tmp_path: Path) -> None:
    hostile = 'X"\n[region]\x07 name = "evil" \\, <script>, Nowhere'
    with serving() as web:
        path = make(web, tmp_path, answer(hostile, 7, 47), "../Île-aux-“Choses”!, France")
    assert path == tmp_path / "ile_aux_choses.toml"
    assert read_region(str(path)).region.region.title == 'X"[region] name = "evil" \\, <script>, Nowhere'


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (Answer(b"[]", headers=JSON), UsageError, "knows no place"),
        (Answer(answer("Pole", 7, 47, "Point"), headers=JSON), UsageError, "no outline"),
        (Answer(b"<html>", headers={"Content-Type": "text/html"}), FetchError, "did not answer"),
        (Answer(b"no", status=500), FetchError, "did not answer"),
        (Answer(b'[{"a": 1}]', headers=JSON), FetchError, "did not answer"),
    ],
)
def test_a_geocoder_that_does_not_know_or_fails(
    tmp_path: Path, given: Answer, error: type[Exception], words: str
) -> None:
    with serving() as web:
        web.rules["/search"] = lambda _: given
        with pytest.raises(error, match=words):
            write_region("Guelph", tmp_path / "new", web.address)
    assert not (tmp_path / "new").exists()


def test_the_parts_name_the_services_of_waterloo() -> None:
    waterloo = (REGIONS / "waterloo.toml").read_text(encoding="utf-8")
    for part in ("people_ontario", "vehicles_ontario", "roads", "stations"):
        lines = (REGIONS / "parts" / f"{part}.toml").read_text(encoding="utf-8").splitlines()
        urls = [line.split('"')[1] for line in lines if line.startswith("url = ")]
        assert urls
        assert [url for url in urls if url not in waterloo] == []


@pytest.mark.parametrize(
    ("status", "said"), [(429, "429"), (504, "504"), (403, "status 403"), (406, "status 406")]
)
def test_a_geocoder_that_refuses_is_asked_once(status: int, said: str, tmp_path: Path) -> None:
    with serving() as web:
        web.rules["/search"] = lambda _: Answer(b"no", status, {"Content-Type": "text/plain"})
        with pytest.raises(FetchError, match=said):
            write_region("Guelph, Ontario", tmp_path, web.address)
        assert web.paths() == ["/search"]
    assert not list(tmp_path.iterdir())


def test_a_geocoder_whose_name_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"host name no-such-host\.invalid cannot be resolved"):
        write_region("Guelph, Ontario", tmp_path, "https://no-such-host.invalid/")


def map_file(folder: Path) -> Path:
    """Return a small map: nothing asks more of a draft than that it is one."""
    path = folder / "town.osm"
    path.write_text('<osm version="0.6"><node id="1" lat="47.1" lon="9.5" version="1"/></osm>')
    return path


def draft_of(folder: Path, table: str, *, encoding: str = "utf-8", **named: str) -> RegionFile:
    people = folder / "people.csv"
    people.write_bytes(table.encode(encoding))
    own = OwnFiles(map_file(folder), people, columns=named)
    return read_region(str(write_region("Vaduz, Liechtenstein", folder / "regions", UNASKED, own=own).path))


UNASKED = "https://no-such-host.invalid/"


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("Gemeinde;Lon;Lat;Einwohner", ("Lon", "Lat", "Einwohner")),
        (
            "Wohnbevölkerung 2020;Längengrad;Breitengrad;Fläche",
            ("Längengrad", "Breitengrad", "Wohnbevölkerung 2020"),
        ),
        ("x;y;pop_density_km2;tot_pop", ("x", "y", "tot_pop")),
        (
            "LONGITUDE;LATITUDE;Population, 2021;Population change",
            ("LONGITUDE", "LATITUDE", "Population, 2021"),
        ),
        ("lng;lat;Nb d'habitants;code", ("lng", "lat", "Nb d'habitants")),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_own_files_ask_no_geocoder_and_tell_their_columns(
    tmp_path: Path, header: str, columns: tuple[str, str, str], encoding: str
) -> None:
    found = draft_of(tmp_path, f"{header}\n1;2;3;4\n", encoding=encoding)
    (people,) = found.region.sources.population
    assert (people.columns.lon, people.columns.lat, people.columns.population) == columns
    assert (people.loader, found.locate(str(people.path))) == ("points_csv", tmp_path / "people.csv")
    assert not found.region.sources.boundary
    read = read_points(tmp_path / "people.csv", people, Frame(), None)
    assert len(read.tables[0].rows) + len(read.rejects) == 1


def test_a_column_that_is_named_counts(tmp_path: Path) -> None:
    found = draft_of(tmp_path, "lon,lat,Seelen\n9.5,47.1,5\n", population="Seelen")
    assert found.region.sources.population[0].columns.population == "Seelen"
    (tmp_path / "regions" / "vaduz.toml").unlink()
    with pytest.raises(UsageError, match=r"people\.csv has no column 'Sehlen'") as caught:
        draft_of(tmp_path, "lon,lat,Seelen\n9.5,47.1,5\n", population="Sehlen")
    assert "it has lon, lat, Seelen" in caught.value.hint


@pytest.mark.parametrize(
    ("table", "said", "hint"),
    [
        ("lon,lat,souls\n", "which column has people cannot be told", "--column population=COLUMN."),
        (
            "a,b,people\n",
            "which column has longitude and latitude cannot be told",
            "--column lat=COLUMN; a table",
        ),
        ("", "people.csv is empty", ""),
    ],
)
def test_a_column_that_cannot_be_told_is_asked_for(tmp_path: Path, table: str, said: str, hint: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        draft_of(tmp_path, table)
    assert hint in caught.value.hint
    assert not (tmp_path / "regions").exists()


def test_files_that_are_none_of_a_region_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n")
    for own, said in (
        (OwnFiles(roads=tmp_path / "gone.pbf"), r"gone\.pbf does not exist"),
        (OwnFiles(roads=table), "is not an OpenStreetMap file"),
        (OwnFiles(boundary=table), "is a table without shapes"),
        (OwnFiles(roads=map_file(tmp_path), population=tmp_path), "does not exist"),
    ):
        with pytest.raises(UsageError, match=said):
            write_region("Vaduz", tmp_path / "regions", UNASKED, own=own)
    with pytest.raises(UsageError, match=r"region\.currency: write three capitals"):
        write_region("Vaduz", tmp_path / "new", UNASKED, own=OwnFiles(map_file(tmp_path)), currency="francs")
    assert not (tmp_path / "regions").exists()


def test_the_command_says_what_it_took_and_what_is_next(tmp_path: Path) -> None:
    (tmp_path / "my people.csv").write_text("lon,lat,people\n9.5,47.1,5\n")
    words = ["Vaduz", "--roads", str(map_file(tmp_path)), "--folder", str(tmp_path / "r")]
    lacking = CliRunner().invoke(app, words)
    assert lacking.exit_code == 0
    assert "Add a population file" in lacking.stdout
    (tmp_path / "r" / "vaduz.toml").unlink()
    done = CliRunner().invoke(
        app, [*words, "--population", str(tmp_path / "my people.csv"), "--currency", "CHF"]
    )
    assert "columns of my people.csv: population is 'people', lon is 'lon', lat is 'lat'" in done.stdout
    assert done.stdout.splitlines()[-1] == f"planner load --region {tmp_path / 'r' / 'vaduz.toml'}"
    assert read_region(str(tmp_path / "r" / "vaduz.toml")).region.region.currency == "CHF"


def test_without_a_geocoder_the_next_step_names_files_of_ones_own(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="cannot be resolved") as caught:
        write_region("Guelph, Ontario", tmp_path, UNASKED)
    assert "--roads" in caught.value.hint


def test_what_is_asked_for_by_area_is_left_out_where_there_is_no_outline(tmp_path: Path) -> None:
    found = draft_of(tmp_path, "lon,lat,people\n9.5,47.1,5\n")
    files = find_files(found)
    assert {file.source_type.name for file in files.files} == {"roads", "places", "population"}
    ((kind, note),) = files.notes
    assert (kind, isinstance(note, Remark)) == ("openchargemap", True)
    assert "openchargemap is requested by area, but the region has no boundary" in note
