"""The abstract tests of OGC API Features (17-069r4, annex A) of the classes that the service claims, one each.

`/conf/core/fc-bbox-response` is `test_core_fc_bbox_response`, and so on; the last test holds that none is missing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import requests
import shapely
from shapely.geometry import shape

from report.serve.metadata import CONFORMANCE
from report.serve.published import PUBLISHED
from tests.support.databases import Templates
from tests.support.service import serving

ABSTRACT_TESTS = {
    "core": [
        "http", "root-op", "root-success", "api-definition-op", "api-definition-success", "conformance-op",
        "conformance-success", "query-param-invalid", "query-param-unknown", "crs84", "fc-md-op", "fc-md-success",
        "fc-md-links", "fc-md-items", "fc-md-items-links", "fc-md-extent", "sfc-md-op", "sfc-md-success", "fc-op",
        "fc-bbox-definition", "fc-bbox-response", "fc-limit-definition", "fc-limit-response", "fc-time-definition",
        "fc-time-response", "fc-links", "fc-timeStamp", "fc-numberMatched", "fc-numberReturned", "fc-response", "f-op",
        "f-success", "f-links",
    ],
    "geojson": ["definition", "content"],
    "oas30": ["completeness", "exceptions-codes", "oas-definition-1", "oas-definition-2", "oas-impl", "security"],
}  # fmt: skip
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SPATIAL = "report.existing_station"
TEMPORAL = "report.published_run"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


class Service:
    """The service, asked by path or by address."""

    def __init__(self, url: str, database: str) -> None:
        self.url, self.database = url, database

    def get(self, path: str, **values: Any) -> requests.Response:
        address = path if path.startswith("http") else self.url + path
        names = {name.replace("_", "-"): value for name, value in values.items()}
        return requests.get(address, params=names, timeout=60)

    def json(self, path: str, **values: Any) -> Any:
        found = self.get(path, **values)
        assert found.status_code == 200, (path, values, found.text)
        return found.json()

    def items(self, collection: str, **values: Any) -> Any:
        return self.json(f"/collections/{collection}/items", **values)

    def collections(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json("/collections")["collections"]
        return found

    def definition(self) -> dict[str, Any]:
        found: dict[str, Any] = self.json("/api")
        return found

    def parameter(self, name: str) -> dict[str, Any]:
        operation = self.definition()["paths"]["/collections/{collectionId}/items"]["get"]
        (found,) = [p for p in operation["parameters"] if p["name"] == name]
        return dict(found)


@pytest.fixture(scope="module")
def service(planned_template: str, templates: Templates) -> Iterator[Service]:
    """Serve one database for all tests, none of which changes it."""
    with templates.clone(planned_template) as database, serving(database) as url:
        yield Service(url, database)


@pytest.fixture
def own_service(planned_database: str) -> Iterator[Service]:
    """Serve a database that the test may change."""
    with serving(planned_database) as url:
        yield Service(url, planned_database)


def follow(service: Service, links: list[dict[str, Any]], rel: str) -> requests.Response:
    (link, *_) = [link for link in links if link["rel"] == rel]
    assert link["type"]
    return service.get(link["href"])


def assert_links(links: list[dict[str, Any]]) -> None:
    for link in links:
        assert {"href", "rel", "type"} <= set(link)
        assert link["href"].startswith("http")


# ---- /conf/core


def test_core_http(service: Service) -> None:
    for path in ("/", "/conformance", "/collections", f"/collections/{SPATIAL}/items"):
        found = service.get(path)
        assert found.raw.version == 11
        assert found.headers["content-type"].startswith("application/")
        head = requests.head(service.url + path, timeout=60)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == found.headers["content-type"]
    assert requests.post(service.url + "/", timeout=60).status_code == 405
    assert service.get("/nothing").status_code == 404
    assert service.get("/collections/nothing").status_code == 404
    assert service.get("/collections/report.nothing/items").status_code == 404


def test_core_root_op(service: Service) -> None:
    assert service.get("/").status_code == 200
    assert service.get("/", f="json").status_code == 200
    assert service.get("/", f="html").status_code == 400


def test_core_root_success(service: Service) -> None:
    links = service.json("/")["links"]
    assert_links(links)
    rels = {link["rel"] for link in links}
    assert {"self", "conformance", "data", "service-desc", "service-doc"} <= rels
    for link in links:
        found = service.get(link["href"])
        assert found.status_code == 200
        assert found.headers["content-type"].split(";")[0] in {link["type"].split(";")[0], "application/json"}


def test_core_api_definition_op(service: Service) -> None:
    assert follow(service, service.json("/")["links"], "service-desc").status_code == 200
    assert follow(service, service.json("/")["links"], "service-doc").status_code == 200


def test_core_api_definition_success(service: Service) -> None:
    found = service.get("/api")
    assert found.headers["content-type"].replace(" ", "") == OPENAPI
    definition = found.json()
    assert definition["openapi"].startswith("3.0.")
    assert definition["paths"]
    assert definition["info"]["title"]


def test_core_conformance_op(service: Service) -> None:
    assert follow(service, service.json("/")["links"], "conformance").status_code == 200


def test_core_conformance_success(service: Service) -> None:
    claimed = service.json("/conformance")["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in claimed
    assert not [uri for uri in claimed if uri.endswith("/html")]
    assert claimed == list(CONFORMANCE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"), ("limit", "-1"), ("limit", "many"), ("limit", "1.5"), ("limit", ""), ("offset", "-1"),
        ("bbox", "1,2,3"), ("bbox", "1,2,3,x"), ("bbox", "0,10,1,9"), ("bbox", "0,0,181,1"), ("bbox", "0,-91,1,1"),
        ("bbox", ""), ("bbox", "0,0,1,1,2"), ("datetime", "yesterday"), ("datetime", "2026-13-01T00:00:00Z"),
        ("datetime", "../.."), ("datetime", "2026-02-01T00:00:00Z/2026-01-01T00:00:00Z"), ("datetime", "a/b/c"),
        ("crs", "http://www.opengis.net/def/crs/EPSG/0/3857"), ("bbox-crs", "http://www.opengis.net/def/crs/EPSG/0/4326"),
        ("filter-crs", "EPSG:26917"), ("filter-lang", "cql"), ("filter", "nosuch = 1"), ("sortby", "nosuch"),
        ("sortby", "name;"), ("f", "xml"), ("run_id", "x"), ("simplify", "much"), ("bbox-only", "perhaps"),
    ],
)  # fmt: skip
def test_core_query_param_invalid(name: str, value: str, service: Service) -> None:
    address = f"{service.url}/collections/report.station_plan/items"
    found = requests.get(address, params={name: value}, timeout=60)
    assert found.status_code == 400, found.text
    assert found.json()["detail"]


def test_core_query_param_unknown(service: Service) -> None:
    paths = [
        "/", "/conformance", "/api", "/collections", f"/collections/{SPATIAL}", f"/collections/{SPATIAL}/items",
        f"/collections/{SPATIAL}/queryables",
    ]  # fmt: skip
    for path in paths:
        assert service.get(path, nonsense="1").status_code == 400, path
        assert service.get(path).status_code == 200, path
    assert service.get(f"/collections/{SPATIAL}/items", Limit="1").status_code == 400
    twice = requests.get(f"{service.url}/collections/{SPATIAL}/items?limit=1&limit=2", timeout=60)
    assert twice.status_code == 400


def test_core_crs84(service: Service) -> None:
    for feature in service.items(SPATIAL)["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        assert -81.1 < lon < -80.8
        assert 43.4 < lat < 43.6
    same = service.items(SPATIAL, crs=CRS84, bbox="-82,43,-80,44", bbox_crs=CRS84)
    assert same["features"] == service.items(SPATIAL)["features"]


def test_core_fc_md_op(service: Service) -> None:
    assert follow(service, service.json("/")["links"], "data").status_code == 200


def test_core_fc_md_success(service: Service) -> None:
    found = service.json("/collections")
    assert {"links", "collections"} <= set(found)


def test_core_fc_md_links(service: Service) -> None:
    links = service.json("/collections")["links"]
    assert_links(links)
    assert [link["rel"] for link in links] == ["self"], "there is no other format"


def test_core_fc_md_items(service: Service) -> None:
    assert {c["id"] for c in service.collections()} == {f"report.{name}" for name in PUBLISHED}


def test_core_fc_md_items_links(service: Service) -> None:
    for collection in service.collections():
        assert_links(collection["links"])
        kinds = {link["type"] for link in collection["links"] if link["rel"] == "items"}
        assert kinds == {"application/geo+json"}
        for link in collection["links"]:
            found = service.get(link["href"])
            assert found.status_code == 200, link
            assert found.headers["content-type"].split(";")[0] == link["type"]


def test_core_fc_md_extent(service: Service) -> None:
    for collection in service.collections():
        boxes = collection.get("extent", {}).get("spatial", {}).get("bbox", [])
        shapes = [shape(f["geometry"]) for f in service.items(collection["id"])["features"] if f["geometry"]]
        for box in boxes[:1]:
            assert all(shapely.box(*box).buffer(1e-6).contains(one) for one in shapes), collection["id"]


def test_core_sfc_md_op(service: Service) -> None:
    for collection in service.collections():
        assert follow(service, collection["links"], "self").status_code == 200


def test_core_sfc_md_success(service: Service) -> None:
    for collection in service.collections():
        assert service.json(f"/collections/{collection['id']}") == collection


def test_core_fc_op(service: Service) -> None:
    for collection in service.collections():
        found = follow(service, collection["links"], "items")
        assert (found.status_code, found.headers["content-type"]) == (200, "application/geo+json")


def test_core_fc_bbox_definition(service: Service) -> None:
    found = service.parameter("bbox")
    assert (found["in"], found["required"], found["style"], found["explode"]) == (
        "query",
        False,
        "form",
        False,
    )
    assert found["schema"] == {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}


def test_core_fc_bbox_response(service: Service) -> None:
    every = service.items(SPATIAL)["features"]
    places = {f["id"]: shape(f["geometry"]) for f in every}
    one = every[0]["geometry"]["coordinates"]
    boxes = [
        (-81.02, 43.49, -80.98, 43.505), (-81, 43.5, -80.9, 43.6), (0, 0, 1, 1), (-180, -90, 180, 90),
        (170, -90, -80, 90), (170, -90, -179, 90), (one[0] - 1e-9, one[1] - 1e-9, one[0] + 1e-9, one[1] + 1e-9),
        (-82, one[1], -80, one[1]),
    ]  # fmt: skip
    for box in boxes:
        west, south, east, north = box
        turns = [shapely.box(west, south, east, north)] if west <= east else [
            shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]  # fmt: skip
        inside = {key for key, place in places.items() if any(turn.distance(place) < 1e-9 for turn in turns)}
        for text in (",".join(map(str, box)), f"{west},{south},0,{east},{north},100"):
            found = service.items(SPATIAL, bbox=text)
            assert {f["id"] for f in found["features"]} == inside, box
            assert found["numberMatched"] == len(inside)
    tables = [c["id"] for c in service.collections() if "storageCrs" not in c]
    assert tables, "features without a place match every box"
    for table in tables:
        assert service.items(table, bbox="0,0,1,1")["features"] == service.items(table)["features"]


def test_core_fc_limit_definition(service: Service) -> None:
    found = service.parameter("limit")
    assert (found["in"], found["required"], found["style"], found["explode"]) == (
        "query",
        False,
        "form",
        False,
    )
    assert found["schema"] == {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 1000}


def test_core_fc_limit_response(own_service: Service) -> None:
    service = own_service
    assert len(service.items("report.demand_coverage", limit=2)["features"]) == 2
    assert len(service.items("report.demand_coverage", limit=20_000)["features"]) == 10
    with psycopg.connect(service.database) as conn:
        conn.execute(
            "create or replace view report.assumption as select n::bigint as assumption_id, 'x'::text as topic,"
            " null::text as code, null::jsonb as value from generate_series(1, 10010) as n"
        )
    for limit in (10_001, 20_000, 10**15):
        found = service.items("report.assumption", limit=limit)
        assert len(found["features"]) == found["numberReturned"] == 10_000
        assert found["numberMatched"] == 10_010
    assert len(service.items("report.assumption")["features"]) == 1000


def test_core_fc_time_definition(service: Service) -> None:
    found = service.parameter("datetime")
    assert (found["in"], found["required"], found["style"], found["explode"]) == (
        "query",
        False,
        "form",
        False,
    )
    assert found["schema"] == {"type": "string"}


def test_core_fc_time_response(service: Service) -> None:
    (run,) = service.items(TEMPORAL)["features"]
    at = dt.datetime.fromisoformat(run["properties"]["finished_at"])
    before, after = ((at + dt.timedelta(hours=h)).isoformat() for h in (-1, 1))
    exact = at.isoformat()
    day = at.astimezone(dt.UTC).date().isoformat()
    for inside in (exact, f"{before}/{after}", f"../{after}", f"/{after}", f"{before}/..", f"{before}/", f"{exact}/{exact}", f"{before}/{exact}", f"{day}/{day}"):  # fmt: skip
        assert service.items(TEMPORAL, datetime=inside)["numberMatched"] == 1, inside
    for outside in (before, f"../{before}", f"{after}/..", "2001-01-01T00:00:00Z/2001-02-01T00:00:00+05:00"):
        assert service.items(TEMPORAL, datetime=outside)["numberMatched"] == 0, outside
    for without in ("report.demand_coverage", "report.load_source"):
        found = service.items(without, datetime="2001-01-01T00:00:00Z")
        assert found["features"] == service.items(without)["features"], "without a time every time matches"


def test_core_fc_links(service: Service) -> None:
    found = service.items("report.demand_coverage", limit=2)
    assert_links(found["links"])
    seen, links = [f["id"] for f in found["features"]], found["links"]
    assert {link["rel"] for link in links} == {"self", "next", "collection"}
    while following := [link for link in links if link["rel"] == "next"]:
        page = service.json(following[0]["href"])
        seen += [f["id"] for f in page["features"]]
        links = page["links"]
    assert len(seen) == len(set(seen)) == found["numberMatched"] == 10
    (itself,) = [link["href"] for link in found["links"] if link["rel"] == "self"]
    assert service.json(itself) == found


def test_core_fc_timeStamp(service: Service) -> None:  # noqa: N802 - as the standard writes it
    stamp = service.items(SPATIAL).get("timeStamp")
    assert stamp is None or re.fullmatch(r"\d{4}-\d\d-\d\dT.*", stamp)


def test_core_fc_numberMatched(service: Service) -> None:  # noqa: N802 - as the standard writes it
    with psycopg.connect(service.database) as conn:
        for name in PUBLISHED:
            count = conn.execute(f"select count(*) from report.{name}").fetchone()  # noqa: S608 - names of our own
            assert (service.items(f"report.{name}", limit=1)["numberMatched"],) == count, name


def test_core_fc_numberReturned(service: Service) -> None:  # noqa: N802 - as the standard writes it
    for limit in (1, 3, 9):
        found = service.items("report.demand_coverage", limit=limit)
        assert found["numberReturned"] == len(found["features"]) == min(limit, 10)


def test_core_fc_response(service: Service) -> None:
    for collection in service.collections():
        found = service.items(collection["id"])
        assert found["type"] == "FeatureCollection"
        assert all(f["type"] == "Feature" for f in found["features"])
    (site,) = service.items("report.station_plan", name="Third Street")["features"]
    assert site["properties"]["name"] == "Third Street"


def test_core_f_op(service: Service) -> None:
    for feature in service.items(SPATIAL)["features"]:
        found = service.get(f"/collections/{SPATIAL}/items/{feature['id']}")
        assert (found.status_code, found.headers["content-type"]) == (200, "application/geo+json")
    for missing in ("999999", "x", "1e3", "9" * 30):
        assert service.get(f"/collections/{SPATIAL}/items/{missing}").status_code == 404, missing


def test_core_f_success(service: Service) -> None:
    for feature in service.items(SPATIAL)["features"]:
        one = service.json(f"/collections/{SPATIAL}/items/{feature['id']}")
        assert {k: v for k, v in one.items() if k != "links"} == {
            k: v for k, v in feature.items() if k != "links"
        }


def test_core_f_links(service: Service) -> None:
    (feature, *_) = service.items(SPATIAL)["features"]
    links = service.json(f"/collections/{SPATIAL}/items/{feature['id']}")["links"]
    assert_links(links)
    assert {"self", "collection"} <= {link["rel"] for link in links}
    assert all(service.get(link["href"]).status_code == 200 for link in links)


# ---- /conf/geojson


def test_geojson_definition(service: Service) -> None:
    paths = service.definition()["paths"]
    for path in ("/collections/{collectionId}/items", "/collections/{collectionId}/items/{itemId}"):
        content = paths[path]["get"]["responses"]["200"]["content"]
        assert set(content) <= {"application/geo+json", "application/json"}
        assert "application/geo+json" in content


def test_geojson_content(service: Service) -> None:
    for collection in service.collections():
        for feature in service.items(collection["id"], limit=5)["features"]:
            assert set(feature) == {"type", "id", "geometry", "properties", "links"}
            if feature["geometry"]:
                assert shape(feature["geometry"]).is_valid


# ---- /conf/oas30


def test_oas30_completeness(service: Service) -> None:
    paths = set(service.definition()["paths"])
    assert {
        "/", "/conformance", "/collections", "/collections/{collectionId}", "/collections/{collectionId}/items",
        "/collections/{collectionId}/items/{itemId}",
    } <= paths  # fmt: skip
    for path, operations in service.definition()["paths"].items():
        assert set(operations) == {"get"}, path


def test_oas30_exceptions_codes(service: Service) -> None:
    for path, operations in service.definition()["paths"].items():
        answers = operations["get"]["responses"]
        assert {"200", "400", "404", "500", "503"} <= set(answers), path
        assert "422" not in answers


def test_oas30_oas_definition_1(service: Service) -> None:
    kinds = {link["rel"]: link["type"] for link in service.json("/")["links"]}
    assert kinds["service-desc"] == OPENAPI
    assert kinds["service-doc"] == "text/html"


def test_oas30_oas_definition_2(service: Service) -> None:
    definition = service.definition()
    assert re.fullmatch(r"3\.0\.\d", definition["openapi"])
    text = str(definition)
    assert "$ref" not in text
    for path, operations in definition["paths"].items():
        named = {p["name"] for p in operations["get"]["parameters"] if p["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path))
    assert "'null'" not in text, "3.0 knows no type null"


def test_oas30_oas_impl(service: Service) -> None:
    """Whatever the definition names is answered, and what it does not name is refused."""
    values = {"bbox": "-82,43,-80,44", "bbox-crs": CRS84, "filter-crs": CRS84, "crs": CRS84, "limit": "3", "offset": "1",
              "datetime": "2001-01-01T00:00:00Z/..", "filter": "name <> 'x'", "filter-lang": "cql2-text", "f": "json",
              "sortby": "-name", "properties": "name", "bbox-only": "true", "simplify": "0.001", "ids": "1,2"}  # fmt: skip
    operation = service.definition()["paths"]["/collections/{collectionId}/items"]["get"]
    names = {p["name"] for p in operation["parameters"] if p["in"] == "query"}
    assert names == set(values)
    for name in names:
        found = requests.get(
            f"{service.url}/collections/{SPATIAL}/items", params={name: values[name]}, timeout=60
        )
        assert found.status_code == 200, (name, found.text)


def test_oas30_security(service: Service) -> None:
    definition = service.definition()
    assert "security" not in definition
    assert "securitySchemes" not in definition.get("components", {})


# ---- filter and features-filter of part 3


def test_filter_goes_with_the_other_parameters(service: Service) -> None:
    both = service.items("report.demand_coverage", filter="run_id > 0", limit=2, bbox="-81.1,43.4,-80.9,43.6")
    assert both["numberReturned"] == 2
    none = service.items("report.demand_coverage", filter="run_id > 0", bbox="0,0,1,1")
    assert none["numberMatched"] == 0


@pytest.mark.parametrize("crs", [None, CRS84])
def test_filter_speaks_of_degrees(crs: str | None, service: Service) -> None:
    more = {"filter_crs": crs} if crs else {}
    for where in (
        "s_intersects(geom, BBOX(-81.1, 43.4, -80.8, 43.6))",
        "s_intersects(geom, BBOX(-180, -90, 180, 90))",
    ):
        assert (
            service.items(SPATIAL, filter=where, **more)["numberMatched"]
            == service.items(SPATIAL)["numberMatched"]
        )
    for where in ("s_intersects(geom, BBOX(0, 0, 1, 1))", "not s_intersects(geom, BBOX(-82, 43, -80, 44))"):
        assert service.items(SPATIAL, filter=where, **more)["numberMatched"] == 0


def test_queryables_are_what_filters_may_name(service: Service) -> None:
    for collection in service.collections():
        found = follow(service, collection["links"], "http://www.opengis.net/def/rel/ogc/1.0/queryables")
        schema = found.json()
        assert schema["$schema"].startswith("https://json-schema.org/")
        assert (schema["type"], found.headers["content-type"]) == ("object", "application/schema+json")
        items, every = (
            f"/collections/{collection['id']}/items",
            [f"{name} is null" for name in schema["properties"]],
        )
        answer = service.get(items, filter=" or ".join(every), limit=1)
        assert answer.status_code == 200, (collection["id"], answer.text)
        answer = service.get(items, filter=" or ".join([*every, "nosuch is null"]))
        assert answer.status_code == 400, answer.text


def test_every_abstract_test_of_a_claimed_class_is_here() -> None:
    here = {name for name in globals() if name.startswith("test_")}
    for kind, names in ABSTRACT_TESTS.items():
        assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{kind}" in CONFORMANCE
        for name in names:
            assert f"test_{kind}_{name.replace('-', '_')}" in here, name
    claimed = [uri.rsplit("/", 1)[-1] for uri in CONFORMANCE if "features-1" in uri]
    assert sorted(claimed) == sorted(ABSTRACT_TESTS)
