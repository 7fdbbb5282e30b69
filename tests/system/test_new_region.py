"""A region file from a name: the geocoder is a server of the tests' own that answers in Nominatim's shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from db.common.errors import FetchError, UsageError
from etl.new_region import write_region
from etl.region.file import REGIONS, read_region
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
    return write_region(place, folder, web.address)


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
    for part in ("ontario", "world"):
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
