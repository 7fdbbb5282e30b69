"""Layers of ArcGIS in all the ways they give their features: every feature once, whatever the server leaves out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from db.common.errors import FetchError
from etl.fetch.arcgis import fetch_layer
from etl.fetch.cache import Cache
from etl.fetch.client import Client
from etl.fetch.retry import Limits
from etl.loading.find import find_files
from etl.region.file import read_region
from tests.support.live_town import JSON_KIND, quick, region
from tests.support.live_town import arcgis as serve_layer
from tests.support.toy_town.build import write_sources
from tests.support.web import Answer, Asked, Web


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return Client(Cache(tmp_path / "cache"), limits=Limits(attempt_count=1))


class Layer:
    """A layer of features 1 to `count` with its habits: what it tells, and where its pages come short."""

    def __init__(
        self, count: int, page: int, *, tells_count: bool = True, tells_ids: bool = True, hidden: int = 0
    ) -> None:
        self.ids = list(range(1, count + 1))
        self.page, self.tells_count, self.tells_ids = page, tells_count, tells_ids
        self.hidden = hidden  # every so manyth feature looked through is not in the box
        self.most_in_bytes = 10**9
        self.queries: list[dict[str, str]] = []

    def serve(self, web: Web) -> str:
        fields = [{"name": "fid", "type": "esriFieldTypeOID"}, {"name": "NAME", "type": "esriFieldTypeString"},
                  {"name": "other", "type": "esriFieldTypeString"}]  # fmt: skip
        web.give(
            "/L", json.dumps({"maxRecordCount": self.page, "fields": fields}).encode(), "application/json"
        )
        web.rules["/L/query"] = self.answer
        return web.url("/L")

    def answer(self, asked: Asked) -> Answer:
        q = asked.query
        self.queries.append(q)
        between = re.search(r"fid >= (\d+) AND fid <= (\d+)", q["where"])
        low, high = (int(between[1]), int(between[2])) if between else (1, 10**9)
        looked = [i for i in self.ids if low <= i <= high]
        hits = [i for i in looked if not (self.hidden and i % self.hidden == 0)]
        if q.get("returnCountOnly"):
            return self.json({"count": len(hits)} if self.tells_count else {"features": []})
        if q.get("returnIdsOnly"):
            ids = {"objectIdFieldName": "fid", "objectIds": hits[::-1]}
            return self.json(ids if self.tells_ids else {"error": {"code": 400, "message": "no ids"}})
        offset = int(q.get("resultOffset", 0))
        # a query by place pages through what it looks through, not through what it gives
        page = looked[offset : offset + min(self.page, self.most_in_bytes)]
        given = [i for i in page if i in hits]
        features = [{"type": "Feature", "properties": {"fid": i}, "geometry": None} for i in given]
        body: dict[str, Any] = {"type": "FeatureCollection", "features": features}
        if offset + len(page) < len(looked):
            body["exceededTransferLimit"] = True
        return self.json(body)

    @staticmethod
    def json(body: dict[str, Any]) -> Answer:
        return Answer(json.dumps(body).encode(), headers=JSON_KIND)


def got(client: Client, url: str, **options: Any) -> list[int]:
    found = fetch_layer(client, "thing", url, None, **options)
    return [f["properties"]["fid"] for f in json.loads(found.path.read_text())["features"]]


@pytest.mark.parametrize("tells_count", [True, False])
@pytest.mark.parametrize("tells_ids", [True, False])
@pytest.mark.parametrize("hidden", [0, 2, 3])
@pytest.mark.parametrize("count", [1, 2, 5, 23])
def test_every_feature_comes_once(
    count: int, hidden: int, tells_ids: bool, tells_count: bool, *, web: Web, client: Client  # noqa: FBT001 - parameters
) -> None:  # fmt: skip
    layer = Layer(count, 2, tells_count=tells_count, tells_ids=tells_ids, hidden=hidden)
    wanted = [i for i in layer.ids if not (hidden and i % hidden == 0)]
    assert got(client, layer.serve(web)) == wanted


def test_one_page_needs_no_order_and_no_ids(web: Web, client: Client) -> None:
    layer = Layer(5, 5)
    box = (-80.5, 43.4, -80.4, 43.5)
    assert got(client, layer.serve(web), box=box, columns=("name",)) == layer.ids
    count, features = layer.queries
    assert count["returnCountOnly"] == "true"
    assert features == {
        "f": "geojson", "where": "1=1", "outFields": "fid,NAME", "outSR": "4326", "geometryPrecision": "6",
        "geometry": "-80.50000,43.40000,-80.40000,43.50000", "geometryType": "esriGeometryEnvelope", "inSR": "4326",
        "spatialRel": "esriSpatialRelIntersects",
    }  # fmt: skip


def test_order_is_asked_for_only_where_pages_are_counted(web: Web, client: Client) -> None:
    layer = Layer(7, 3, tells_ids=False)
    assert got(client, layer.serve(web)) == layer.ids
    features = [q for q in layer.queries if q["f"] == "geojson"]
    assert "orderByFields" not in features[0]
    assert {q["orderByFields"] for q in features[1:]} == {"fid"}


def test_a_range_that_comes_short_is_asked_for_in_halves(web: Web, client: Client) -> None:
    layer = Layer(40, 16)
    layer.most_in_bytes = 3
    assert got(client, layer.serve(web)) == layer.ids


def test_a_layer_that_never_gives_what_it_says(web: Web, client: Client) -> None:
    layer = Layer(5, 2, tells_count=False, tells_ids=False)
    url = layer.serve(web)
    web.rules["/L/query"] = lambda _: layer.json({
        "features": [{"type": "Feature", "id": 1, "properties": {}, "geometry": None}],
        "exceededTransferLimit": True,
    })  # fmt: skip
    with pytest.raises(FetchError, match="returned 1 features but says that it has more"):
        got(client, url)


def test_a_column_that_the_layer_has_not(web: Web, client: Client) -> None:
    url = Layer(1, 2).serve(web)
    with pytest.raises(FetchError, match=r"thing: .*/L has no column 'NAMEN'") as caught:
        got(client, url, columns=("NAMEN",))
    assert "fid, NAME, other" in caught.value.hint


def test_a_region_asks_for_its_box_and_its_columns(web: Web, tmp_path: Path) -> None:
    """The outline itself is asked for whole; a condition is the service's, and not put to the answer again."""
    files = write_sources(tmp_path / "files").parent
    outline = serve_layer(web, "/gis/16", json.loads((files / "boundary.geojson").read_text()))
    areas = json.loads((files / "planning_areas.geojson").read_text())
    urls = serve_layer(web, "/gis/9", areas)
    path = region(
        files,
        'path = "afdc.csv"',
        f'[sources.boundary]\nservice = "arcgis"\nurl = "{outline}"\n'
        f'[sources.planning_areas]\nservice = "arcgis"\nurl = "{urls}"\nwhere = "OTHER = 1"\n'
        'columns = { name = "name" }\n',
    )
    finding = find_files(read_region(str(path)), quick(tmp_path))
    assert [f.source.where for f in finding.files if f.source_type.name == "planning_areas"] == [None]  # type: ignore[attr-defined]
    asked = {a.path: a.query for a in web.asked if a.query.get("f") == "geojson"}
    assert "geometry" not in asked["/gis/16/query"]
    west, south, east, north = map(float, asked["/gis/9/query"]["geometry"].split(","))
    assert west < -81 < east
    assert south < 43.5 < north
    assert "name" in asked["/gis/9/query"]["outFields"]
