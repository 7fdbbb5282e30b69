"""Answers of the live services in their true shape: each is met by the fetcher and read by the reader it belongs to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from db.common.errors import FetchError, UsageError
from etl.fetch import osm, services
from etl.fetch.address import AddressFetcher
from etl.fetch.arcgis import fetch_layer
from etl.fetch.cache import Cache
from etl.fetch.client import Client
from etl.fetch.content import ZIP
from etl.fetch.osm import parse_slot_wait_s
from etl.fetch.request import Request
from etl.fetch.retry import Limits
from etl.region.file import read_region
from etl.region.sources import (
    AfdcSource,
    BoundarySource,
    EvCountSource,
    OpenChargeMapSource,
    PlanningAreaSource,
    PostalAreaSource,
    TransitSource,
)
from etl.sources.afdc import read_afdc
from etl.sources.areas import read_boundary, read_planning_areas, read_postal_areas
from etl.sources.base import Batch, Frame
from etl.sources.census_profile import read_profile
from etl.sources.ev_counts import read_ev_counts
from etl.sources.feeders import read_feeders
from etl.sources.openchargemap import read_openchargemap
from etl.sources.population import read_points
from etl.sources.transit import read_transit
from tests.support.etl_frame import rows
from tests.support.live_town import AREA, BOX
from tests.support.web import Answer, Asked, Web


@pytest.fixture
def cases(shared: Path) -> Path:
    return shared / "cases" / "live"


@pytest.fixture
def client(tmp_path: Path, slept: list[float]) -> Client:
    return Client(Cache(tmp_path / "cache"), limits=Limits(attempt_count=2), sleep=slept.append)


def layer(web: Web, cases: Path, name: str) -> str:
    """Serve a layer of the cases: its description, its count and its features."""

    def query(asked: Asked) -> Answer:
        assert "orderByFields" not in asked.query, "one page needs no order"
        file = "count.json" if "returnCountOnly" in asked.query else "query.geojson"
        body = (cases / f"{name}_{file}").read_bytes()
        return Answer(body, headers={"Content-Type": "application/json"})

    web.give(f"/{name}", (cases / f"{name}_layer.json").read_bytes(), "application/json")
    web.rules[f"/{name}/query"] = query
    return web.url(f"/{name}")


def live(kind: str) -> Any:
    """Return the source of a kind that the region of Waterloo asks for."""
    return getattr(read_region("waterloo").region.sources, kind)[0].live[0]


@pytest.mark.parametrize(
    ("name", "kind", "read", "source", "names"),
    [
        ("row_boundary_16", "boundary", read_boundary, BoundarySource, None),
        ("statcan_csd_9", "planning_areas", read_planning_areas, PlanningAreaSource, ["Kitchener", "Waterloo"]),
        ("statcan_fsa_14", "postal_areas", read_postal_areas, PostalAreaSource, ["N2G", "N2J"]),
    ],
)  # fmt: skip
def test_layers(  # noqa: PLR0917 - five parameters, three fixtures
    name: str, kind: str, read: Any, source: Any, names: list[str] | None, cases: Path, web: Web, client: Client
) -> None:  # fmt: skip
    columns = live(kind).columns
    wanted = tuple(value for value in columns.model_dump().values() if value)
    found = fetch_layer(client, kind, layer(web, cases, name), live(kind).where, columns=wanted)
    batch: Batch = read(found.path, source(path="x", columns=columns.model_dump()), Frame())
    assert batch.row_count == json.loads((cases / f"{name}_count.json").read_text())["count"]
    assert not list(batch.rejects)
    if names:
        text = str(list(batch.tables[0].rows))
        assert all(one in text for one in names)


def test_the_capacity_of_feeders(cases: Path, web: Web, client: Client) -> None:
    (source,) = read_region("waterloo").region.sources.feeders
    url = layer(web, cases, "oeb_available_capacity_0")
    fetcher = AddressFetcher("town.toml", lambda: client, lambda _: shapely.box(*BOX), [], print)
    ((found, _),) = fetcher.fetch("feeders", source, url)
    asked = [a.query for a in web.asked if a.query.get("f") == "geojson"]
    assert [q["outFields"] for q in asked] == [
        "objectid,ldc_name,feeder_ltl_voltage_3ph,configuration,capacity,capacityrange,last_update"
    ]
    assert all(q["geometryType"] == "esriGeometryEnvelope" and q["geometry"] for q in asked)
    batch = read_feeders(found.path, source, Frame())
    assert not list(batch.rejects)
    assert not list(batch.remarks)
    feeders = rows(batch, "grid_feeder")
    assert [f["capacity"] for f in feeders] == [4.2, 4.2, 12.5, -0.3, None]
    assert {(f["capacity_unit"], f["distributor"], str(f["updated_on"])) for f in feeders} == {
        ("MVA", "Example Power Corp.", "2026-05-01")
    }
    assert [f["voltage_kv"] for f in feeders] == [13.8] * 5


def test_feeders_of_a_whole_province_are_not_asked_for(web: Web, client: Client) -> None:
    (source,) = read_region("waterloo").region.sources.feeders
    fetcher = AddressFetcher("town.toml", lambda: client, lambda _: None, [], print)
    with pytest.raises(UsageError, match="requested by area, but the region has no boundary"):
        fetcher.fetch("feeders", source, web.url("/L"))
    assert web.asked == []


@pytest.mark.parametrize("name", ["openchargemap_poi", "openchargemap_poi_sql_fallback"])
def test_openchargemap_in_either_order(
    name: str, cases: Path, web: Web, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(services.OPENCHARGEMAP_KEY, "a-key")
    url = web.give("/v3/poi", (cases / f"{name}.json").read_bytes(), "application/json")
    found = services.fetch_openchargemap(client, url, BOX)
    batch = read_openchargemap(found.path, OpenChargeMapSource(path="x"), Frame())
    assert batch.row_count >= 2
    assert not [reject for reject in batch.rejects if not reject.is_outside]


@pytest.mark.parametrize("name", ["openchargemap_403_missing", "openchargemap_403_invalid"])
def test_openchargemap_refuses(
    name: str, cases: Path, web: Web, client: Client, *, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(services.OPENCHARGEMAP_KEY, "a-key")
    body = (cases / f"{name}.txt").read_bytes()
    url = web.follow("/v3/poi", Answer(body, 403, {"Content-Type": "text/plain"}))
    with pytest.raises(FetchError, match="403") as caught:
        services.fetch_openchargemap(client, url, BOX)
    assert "OPENCHARGEMAP_API_KEY" in caught.value.hint


def test_afdc(cases: Path, web: Web, client: Client) -> None:
    url = web.give("/v1.csv", (cases / "afdc_v1.csv").read_bytes(), "text/csv")
    batch = read_afdc(services.fetch_afdc(client, url).path, AfdcSource(path="x"), Frame())
    assert batch.row_count
    assert not [reject for reject in batch.rejects if not reject.is_outside]


@pytest.mark.parametrize(("status", "said"), [(403, "AFDC_API_KEY"), (429, "AFDC_API_KEY")])
def test_afdc_refuses(
    status: int, said: str, cases: Path, web: Web, *, client: Client, slept: list[float]
) -> None:
    body = (cases / f"afdc_{status}.json").read_bytes()
    web.follow("/v1.csv", Answer(body, status, {"Content-Type": "application/json"}))
    with pytest.raises(FetchError, match=str(status)) as caught:
        services.fetch_afdc(client, web.url("/v1.csv"))
    assert said in caught.value.hint
    assert (len(web.asked), slept) == (1, [])


def test_overpass_does_not_accept_the_agent(cases: Path, web: Web, client: Client) -> None:
    web.give("/api/status", (cases / "overpass_status.txt").read_bytes(), "text/plain")
    page = Answer((cases / "overpass_406.html").read_bytes(), 406, {"Content-Type": "text/html"})
    web.follow("/api/interpreter", page)
    with pytest.raises(FetchError, match="status 406") as caught:
        osm.fetch_overpass(client, web.url("/api"), AREA, AREA)
    assert "user agent" in caught.value.hint
    assert "mirror" in caught.value.hint
    assert web.paths() == ["/api/status", "/api/interpreter"]


def test_the_status_of_overpass(cases: Path) -> None:
    status = (cases / "overpass_status.txt").read_text()
    assert parse_slot_wait_s(status) == 0
    busy = "Slot available after: 2026-11-25T20:10:38Z, in 38 seconds."
    assert parse_slot_wait_s(status.replace("2 slots available now.", busy)) == 38


def test_the_quarters_of_ontario(cases: Path, web: Web, client: Client) -> None:
    text = (cases / "ontario_package_show.json").read_text()
    for item in json.loads(text)["result"]["resources"]:
        name = item["url"].rsplit("/", 1)[-1]
        text = text.replace(item["url"], web.url(f"/{name}"))
        if item["format"] == "CSV":
            (file,) = cases.glob(f"ontario_*{name.removeprefix('ontario_')}")
            web.give(f"/{name}", file.read_bytes(), "text/csv")
    url = web.give("/package_show", text.encode(), "application/json")
    found = services.fetch_ckan(client, "ev_counts", url)
    assert [day for _, day in found] == ["2022-03-31", "2024-09-30", "2026-03-31"]
    counts = []
    for fetched, day in found:
        batch = read_ev_counts(fetched.path, EvCountSource(path="x", data_date=day), Frame())
        assert not list(batch.rejects)
        counts.append([(row["postal_area_key"], row["ev_count"]) for row in rows(batch, "ev_count")])
    assert counts == [[("N2G", 100), ("N2J", 70)], [("N2G", 200), ("N2J", 130)], [("N2G", 270), ("N2J", 190)]]


@pytest.mark.parametrize("number", [1, 2])
def test_the_feeds_of_grand_river_transit(number: int, cases: Path, web: Web, client: Client) -> None:
    url = web.give(
        f"/staticfeeds/{number}",
        (cases / f"grt_staticfeeds_{number}.zip").read_bytes(),
        "application/x-zip-compressed",
    )
    found = client.get(Request("transit", url, ZIP))
    batch = read_transit(found.path, TransitSource(path="x"), Frame())
    assert batch.row_count
    assert not [reject for reject in batch.rejects if not reject.is_outside]


def outlines(folder: Path, key: str, *keys: str) -> Path:
    """Write areas side by side, each with its key."""
    shapes = [shapely.box(-80.5 + n / 100, 43.45, -80.49 + n / 100, 43.46) for n in range(len(keys))]
    path = folder / "outlines.gpkg"
    gpd.GeoDataFrame({key: list(keys)}, geometry=shapes, crs=4326).to_file(path)
    return path


def test_the_profile_of_statistics_canada(cases: Path, tmp_path: Path) -> None:
    source = live("population")
    areas = outlines(tmp_path, "DAUID", "35300001", "35300002")
    path = cases / "98-401-X2021006_Ontario_eng_CSV.zip"
    batch = read_profile(path, source, Frame(), areas)
    assert {row["area_key"] for row in rows(batch, "census_area")} <= {"35300001", "35300002"}
    assert rows(batch, "census_area")


def test_the_attribute_file_of_statistics_canada(cases: Path, tmp_path: Path) -> None:
    (source,) = live("population").fallback
    areas = outlines(tmp_path, "DBUID", "35300001001", "35300001002")
    batch = read_points(cases / "2021_92-151_X.zip", source, Frame(), areas)
    (row,) = rows(batch, "census_area")
    found = [row[name] for name in ("area_key", "population", "dwelling_count", "household_count")]
    assert found == ["35300001001", 120, 50, 48]
