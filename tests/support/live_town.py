"""Toy Town as live services give it: each source in the shape that its service publishes, from a local server."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import osmium
import shapely

from etl.fetch.cache import Cache
from etl.fetch.client import Client
from etl.fetch.retry import Limits
from etl.sources.places import KEYS
from tests.support.toy_town.build import lon_lat
from tests.support.web import Answer, Asked, Rule, Web

STATUS = (
    b"Connected as: 1\nCurrent time: 2026-11-23T12:00:00Z\nAnnounced endpoint: none\nRate limit: 2\n"
    b"2 slots available now.\nCurrently running queries (pid, space limit, time limit, start time):\n"
)
JSON_KIND = {"Content-Type": "application/json; charset=utf-8"}


def overpass(pbf: Path) -> Rule:
    """Return a rule that answers OSMnx's queries from an OSM file: roads, or places, with the nodes they need."""
    elements = read_elements(pbf)

    def rule(asked: Asked) -> Answer:
        is_roads = 'way["highway"]' in asked.form["data"]
        keys = {"highway"} if is_roads else set(KEYS)
        hits = {
            (e["type"], e["id"]): e
            for e in elements
            if keys & set(e.get("tags", {})) and (not is_roads or e["type"] == "way")
        }
        members = {(m["type"], m["ref"]) for e in hits.values() for m in e.get("members", [])}
        hits |= {(e["type"], e["id"]): e for e in elements if (e["type"], e["id"]) in members}
        corners = {ref for e in hits.values() for ref in e.get("nodes", [])}
        hits |= {("node", e["id"]): e for e in elements if e["type"] == "node" and e["id"] in corners}
        return Answer(
            json.dumps({"version": 0.6, "generator": "Overpass API", "elements": [*hits.values()]}).encode(),
            headers=JSON_KIND,
        )

    return rule


def read_elements(pbf: Path) -> list[dict[str, Any]]:
    """Return what an OSM file holds as `out body` of Overpass writes it."""
    item: Any
    found: list[dict[str, Any]] = []
    for item in osmium.FileProcessor(str(pbf)):
        tags = {tag.k: tag.v for tag in item.tags}
        element: dict[str, Any] = {"id": item.id} | ({"tags": tags} if tags else {})
        if item.is_node():
            element |= {"type": "node", "lat": item.location.lat, "lon": item.location.lon}
        elif item.is_way():
            element |= {"type": "way", "nodes": [node.ref for node in item.nodes]}
        else:
            kinds = {"n": "node", "w": "way", "r": "relation"}
            members = [{"type": kinds[m.type], "ref": m.ref, "role": m.role} for m in item.members]
            element |= {"type": "relation", "members": members}
        found.append(element)
    return found


def arcgis(web: Web, path: str, geojson: dict[str, Any], *, page: int = 2) -> str:
    """Serve a layer as ArcGIS does, so many features at a time; return its address."""
    every = [
        f | {"id": number, "properties": {"OBJECTID": number} | f["properties"]}
        for number, f in enumerate(geojson["features"], start=1)
    ]
    names = dict.fromkeys(name for f in every for name in f["properties"])

    def layer(_: Asked) -> Answer:
        fields = [
            {"name": n, "type": f"esriFieldType{'OID' if n == 'OBJECTID' else 'String'}"} for n in names
        ]
        body = {"id": 0, "maxRecordCount": page, "fields": fields}
        return Answer(json.dumps(body).encode(), headers=JSON_KIND)

    def query(asked: Asked) -> Answer:
        between = re.search(r"OBJECTID >= (\d+) AND OBJECTID <= (\d+)\)$", asked.query["where"])
        low, high = (int(between[1]), int(between[2])) if between else (1, len(every))
        hits = [f for f in every if low <= f["id"] <= high and touches(f, asked.query.get("geometry"))]
        if asked.query.get("returnCountOnly") == "true":
            return Answer(json.dumps({"count": len(hits)}).encode(), headers=JSON_KIND)
        if asked.query.get("returnIdsOnly") == "true":
            body = {"objectIdFieldName": "OBJECTID", "objectIds": [f["id"] for f in hits]}
            return Answer(json.dumps(body).encode(), headers=JSON_KIND)
        assert (asked.query["f"], asked.query["outSR"]) == ("geojson", "4326")
        assert "orderByFields" not in asked.query, "ids and single pages need no order"
        part = {"type": "FeatureCollection", "features": [only(f, asked) for f in hits[:page]]}
        if page < len(hits):
            part["properties"] = {"exceededTransferLimit": True}
        return Answer(json.dumps(part).encode(), headers={"Content-Type": "application/geo+json"})

    web.rules[path], web.rules[path + "/query"] = layer, query
    return web.url(path)


def only(feature: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """Return a feature with the columns that were asked for."""
    wanted = asked.query["outFields"].split(",")
    kept = {k: v for k, v in feature["properties"].items() if wanted == ["*"] or k in wanted}
    return feature | {"properties": kept}


def touches(feature: dict[str, Any], box: str | None) -> bool:
    """Return whether a feature touches a box `west,south,east,north`."""
    if box is None:
        return True
    shape = shapely.geometry.shape(feature["geometry"])
    return bool(shapely.box(*map(float, box.split(","))).intersects(shape))


def openchargemap(records: list[dict[str, Any]]) -> Rule:
    """Return a rule that gives stations in order of their ID, so many at a time, to those who have a key."""

    def rule(asked: Asked) -> Answer:
        if not asked.headers.get("x-api-key"):
            return Answer(b"REJECTED_APIKEY_MISSING", 403, {"Content-Type": "text/plain"})
        after, most = int(asked.query["greaterthanid"]), int(asked.query["maxresults"])
        left = sorted((r for r in records if r["ID"] > after), key=lambda r: r["ID"])
        return Answer(json.dumps(left[:most]).encode(), headers=JSON_KIND)

    return rule


def ckan(web: Web, path: str, files: dict[str, str]) -> str:
    """Serve a dataset of CKAN: a name and a text for each CSV resource, and a dictionary in XLSX beside them."""
    resources: list[dict[str, Any]] = [
        {"id": "d", "name": "Data dictionary", "format": "XLSX", "url": "none"}
    ]
    for number, (name, text) in enumerate(files.items()):
        url = web.give(f"{path}/{number}.csv", text.encode("utf-8-sig"), "text/csv")
        resources.append({"id": str(number), "name": name, "format": "CSV", "url": url})
    body = {"help": "...", "success": True, "result": {"name": "evs", "resources": resources}}
    return web.give(path, json.dumps(body).encode(), "application/json") + "?id=evs"


def profile(areas: dict[str, dict[str, str]]) -> str:
    """Return the data file of a census profile: a line per area and characteristic, symbols beside the counts."""
    memory = io.StringIO()
    writer = csv.writer(memory, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    counts = (
        "C1_COUNT_TOTAL",
        "C2_COUNT_MEN+",
        "C3_COUNT_WOMEN+",
        "C10_RATE_TOTAL",
        "C11_RATE_MEN+",
        "C12_RATE_WOMEN+",
    )
    writer.writerow(
        ["CENSUS_YEAR", "DGUID", "ALT_GEO_CODE", "GEO_LEVEL", "GEO_NAME", "TNR_SF", "TNR_LF", "DATA_QUALITY_FLAG",
         "CHARACTERISTIC_ID", "CHARACTERISTIC_NAME", "CHARACTERISTIC_NOTE",
         *(name for count in counts for name in (count, "SYMBOL"))]
    )  # fmt: skip
    for key, values in areas.items():
        level = "Dissemination area" if len(key) == 8 else "Census division"
        for number, (name, count) in enumerate(values.items(), start=1):
            symbol = "..." if count == "" else ""
            writer.writerow(
                [2021, f"2021S0512{key}", key, level, f"{key}, Québec", 3.1, 4.2, "00000", number, f"  {name}", number]
                + [count, symbol] + ["", "..."] * 5
            )  # fmt: skip
    return memory.getvalue()


def quick(tmp_path: Path, **options: Any) -> partial[Client]:
    return partial(
        Client, Cache(tmp_path / "cache"), limits=Limits(attempt_count=2), sleep=lambda _: None, **options
    )


def region(folder: Path, afdc: str, extra: str = "") -> Path:
    """A region file with one source of interest, beside the two that are needed."""
    path = folder / "r.toml"
    path.write_text(
        '[region]\nname = "r"\ntitle = "R"\n[sources.roads]\npath = "town.osm.pbf"\n[sources.population]\n'
        'loader = "points_csv"\npath = "people.csv"\ncolumns = {id = "key", lon = "lon", lat = "lat", '
        f'population = "people"}}\n[sources.afdc]\n{afdc}\n{extra}'
    )
    return path


BOX = (-81.1, 43.4, -80.9, 43.6)


AREA = shapely.box(*lon_lat(-2000, -2000), *lon_lat(7000, 4500))
