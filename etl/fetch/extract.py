"""Cuts a region out of a large OpenStreetMap extract (.osm.pbf of a country or province), with osmium.

What has a node within the outline is kept whole: ways with all nodes, multipolygons with all ways.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from db.errors import FetchError
from etl.sources.osm_file import reading


def clip(extract: Path, area: BaseGeometry, path: Path) -> None:
    """Write what an extract has in an area (EPSG:4326) as a smaller one.

    Raises:
        FetchError: nothing of the extract lies in the area.
        UsageError: the extract cannot be read.
    """
    with reading(extract):
        inside = _nodes_inside(extract, area)
        ways, corners = _ways(extract, inside)
        relations, more = _relations(extract, ways)
        corners |= _corners(extract, more - ways)
        ways |= more
        nodes = inside | corners
        with osmium.SimpleWriter(str(path)) as writer:
            item: Any
            for item in osmium.FileProcessor(str(extract)):
                kept = nodes if item.is_node() else ways if item.is_way() else relations
                if item.id in kept:
                    writer.add(item)
    if not ways:
        raise FetchError(
            f"roads: no road of {extract.name} lies in the region.",
            "choose an extract that covers the region, and name it in the region file.",
        )


def _nodes_inside(extract: Path, area: BaseGeometry) -> set[int]:
    west, south, east, north = area.bounds
    item: Any
    near: list[tuple[int, float, float]] = []
    for item in osmium.FileProcessor(str(extract), osmium.osm.NODE):
        place = item.location
        if place.valid() and west <= place.lon <= east and south <= place.lat <= north:
            near.append((item.id, place.lon, place.lat))
    shapely.prepare(area)
    is_in = shapely.intersects_xy(area, [n[1] for n in near], [n[2] for n in near]) if near else []
    return {node[0] for node, inside in zip(near, is_in, strict=True) if inside}


def _ways(extract: Path, inside: set[int]) -> tuple[set[int], set[int]]:
    """Return the ways that touch the area, and all their nodes."""
    item: Any
    ways: set[int] = set()
    corners: set[int] = set()
    for item in osmium.FileProcessor(str(extract), osmium.osm.WAY):
        refs = [node.ref for node in item.nodes]
        if not inside.isdisjoint(refs):
            ways.add(item.id)
            corners.update(refs)
    return ways, corners


def _relations(extract: Path, ways: set[int]) -> tuple[set[int], set[int]]:
    """Return the multipolygons that have a way of the area, and all their ways."""
    item: Any
    relations: set[int] = set()
    members: set[int] = set()
    for item in osmium.FileProcessor(str(extract), osmium.osm.RELATION):
        refs = {member.ref for member in item.members if member.type == "w"}
        if item.tags.get("type") == "multipolygon" and not ways.isdisjoint(refs):
            relations.add(item.id)
            members |= refs
    return relations, members


def _corners(extract: Path, ways: set[int]) -> set[int]:
    item: Any
    if not ways:
        return set()
    found: set[int] = set()
    for item in osmium.FileProcessor(str(extract), osmium.osm.WAY):
        if item.id in ways:
            found.update(node.ref for node in item.nodes)
    return found
