"""Opens an OpenStreetMap file: the one place that speaks with osmium, and puts its complaints in words."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from db.errors import UsageError


@dataclass(frozen=True)
class Way:
    """A way: its id, tags and node ids."""

    way_id: int
    tags: dict[str, str]
    refs: list[int]


@dataclass(frozen=True)
class MapObject:
    """A node, way or relation with its tags; `shape` is None where it cannot be drawn."""

    osm_type: str
    osm_id: int
    tags: dict[str, str]
    shape: BaseGeometry | None


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Guard code that reads an OSM file.

    Raises:
        UsageError: the file is empty, cut short or no OSM file.
    """
    if path.stat().st_size == 0:
        raise UsageError(f"{path.name} is empty.", "fetch the extract again.")
    try:
        yield
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        what = str(error).strip() or type(error).__name__
        raise UsageError(
            f"{path.name} cannot be read as an OpenStreetMap file: {what}.",
            "fetch the extract again; it may be cut short.",
        ) from None


def ways(path: Path, key: str) -> Iterator[Way]:
    """Give the ways that have a tag of this key."""
    item: Any
    for item in osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter(key)):
        yield Way(item.id, {tag.k: tag.v for tag in item.tags}, [node.ref for node in item.nodes])


def node_places(path: Path, wanted: Set[int]) -> dict[int, tuple[float, float]]:
    """Return the places (lon, lat) of some nodes, as many of them as the file has."""
    item: Any
    found = {}
    nodes = osmium.FileProcessor(str(path), osmium.osm.NODE)
    # Editors and converters number new objects downwards from -1, which the filter does not know.
    if all(node >= 0 for node in wanted):
        nodes = nodes.with_filter(osmium.filter.IdFilter(wanted))
    for item in nodes:
        if item.id in wanted and item.location.valid():
            found[item.id] = (item.location.lon, item.location.lat)
    return found


def objects(path: Path, *keys: str) -> Iterator[MapObject]:
    """Give each object that has a tag of one of the keys, once.

    Nodes are points, closed ways and multipolygons are outlines, open ways the point half-way along them.
    """
    item: Any
    key_filter = osmium.filter.KeyFilter(*keys)
    factory = osmium.geom.WKBFactory()
    # A closed way comes as a way and as an area, a multipolygon too, in either order: the area is better.
    drawn: set[tuple[str, int]] = set()
    others: list[MapObject] = []
    for item in osmium.FileProcessor(str(path)).with_areas(key_filter).with_filter(key_filter):
        tags = {tag.k: tag.v for tag in item.tags}
        if item.is_node():
            at = (item.location.lon, item.location.lat) if item.location.valid() else None
            yield MapObject("node", item.id, tags, shapely.Point(at) if at else None)
        elif item.is_area():
            osm_type, osm_id = ("way" if item.from_way() else "relation"), item.orig_id()
            drawn.add((osm_type, osm_id))
            yield MapObject(osm_type, osm_id, tags, _outline(factory, item))
        elif item.is_way():
            others.append(MapObject("way", item.id, tags, _middle(item)))
        elif tags.get("type") in ("multipolygon", "boundary"):
            others.append(MapObject("relation", item.id, tags, None))
    yield from (other for other in others if (other.osm_type, other.osm_id) not in drawn)


def _outline(factory: Any, area: Any) -> BaseGeometry | None:
    try:
        return shapely.from_wkb(factory.create_multipolygon(area))
    except (RuntimeError, shapely.errors.GEOSException):
        return None


def _middle(way: Any) -> BaseGeometry | None:
    places = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
    if not places:
        return None
    if len(set(places)) == 1:
        return shapely.Point(places[0])
    return shapely.LineString(places).interpolate(0.5, normalized=True)
