"""A street with what a test draws beside it: points, areas, lines, addresses and layers, in metres from Toy Town's origin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import osmium
import psycopg
from osmium.osm.mutable import Node, Way

from etl.load import load_region
from tests.support.toy_town.build import lon_lat

Connection = psycopg.Connection[Any]
Tags = dict[str, str]
Spot = tuple[float, float]

REGION = """
[region]
name = "places"
title = "Places"

[sources.roads]
path = "map.osm.pbf"

[sources.population]
loader = "points_csv"
path = "people.csv"
columns = { id = "area", lon = "lon", lat = "lat", population = "people" }

[sources.addresses]
path = "homes.csv"
columns = { street_number = "no", street = "street", city = "city" }
"""


def square(east_m: float, north_m: float, width_m: float) -> list[Spot]:
    """Return the corners of a square around a place, in metres."""
    h = width_m / 2
    signs = ((-h, -h), (h, -h), (h, h), (-h, h))
    return [(east_m + x, north_m + y) for x, y in signs]


def write_map(
    path: Path,
    *,
    points: dict[int, tuple[Spot, Tags]] | None = None,
    areas: dict[int, tuple[list[Spot], Tags]] | None = None,
    lines: dict[int, tuple[list[Spot], Tags]] | None = None,
) -> None:
    """Write a map; places in metres east and north of the origin of Toy Town."""
    nodes = {number: (lon_lat(*at), tags) for number, (at, tags) in (points or {}).items()}
    corner: dict[Spot, int] = {}  # ways that meet share a node
    ways = []
    for shapes, is_closed in ((areas or {}, True), (lines or {}, False)):
        for number, (corners, tags) in shapes.items():
            refs = [corner.setdefault(at, 100_000 + len(corner)) for at in corners]
            ways.append((number, [*refs, refs[0]] if is_closed else refs, tags))
    nodes |= {ref: (lon_lat(*at), {}) for at, ref in corner.items()}
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for ref in sorted(nodes):
            writer.add_node(Node(id=ref, location=nodes[ref][0], tags=nodes[ref][1]))
        for number, refs, tags in sorted(ways):
            writer.add_way(Way(id=number, nodes=refs, tags=tags))


STREET: dict[int, tuple[list[Spot], Tags]] = {
    1: ([(-500, 0), (4500, 0)], {"highway": "secondary", "name": "Main Street"})
}


def write_drawn(
    folder: Path,
    *,
    points: dict[int, tuple[Spot, Tags]] | None = None,
    areas: dict[int, tuple[list[Spot], Tags]] | None = None,
    lines: dict[int, tuple[list[Spot], Tags]] | None = None,
    homes: tuple[tuple[str, str, str, Spot], ...] = (),
    people: tuple[Spot, ...] = tuple((500.0 * n, 5.0) for n in range(9)),
    more: str = "",
) -> Path:
    """Write a street of 5 km, unless `lines` has way 1, what is drawn beside it, and 100 people at each place.

    `more` ends the region file, whose path is returned.
    """
    write_map(folder / "map.osm.pbf", points=points, areas=areas, lines=STREET | (lines or {}))
    rows = "".join(f"{n},{','.join(map(str, lon_lat(*at)))},100\n" for n, at in enumerate(people))
    (folder / "people.csv").write_text("area,lon,lat,people\n" + rows, encoding="utf-8")
    rows = "".join(
        f"{no},{street},{city},{','.join(map(str, lon_lat(*at)))}\n" for no, street, city, at in homes
    )
    (folder / "homes.csv").write_text("no,street,city,lon,lat\n" + rows, encoding="utf-8")
    text = REGION if homes else REGION.split("[sources.addresses]", maxsplit=1)[0]
    (folder / "region.toml").write_text(text + more, encoding="utf-8")
    return folder / "region.toml"


def load_drawn(conn: Connection, folder: Path, **drawn: Any) -> None:
    """Load what `write_drawn` writes."""
    load_region(str(write_drawn(folder, **drawn)), conn)


def write_layer(path: Path, corners: list[Spot], **properties: str) -> None:
    ring = [list(lon_lat(*at)) for at in [*corners, corners[0]]]
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
