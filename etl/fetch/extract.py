"""Cuts a region out of a large OpenStreetMap extract (.osm.pbf of a country or province), with osmium.

An object with a node within the outline is kept whole: ways with all nodes; multipolygons, sites and
ferries with all their ways. Only those become Python objects: osmium writes the coordinates of all nodes to a
file of 16 bytes each (some 2 GB for a province of 120 million nodes, beside the result, deleted at the end),
in which numpy finds the nodes inside.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from db.common.errors import FetchError, UsageError
from etl.sources.osm_file import guard_reading
from etl.sources.osm_form import detect_format
from etl.sources.osm_sort import is_marked_sorted, make_sorted_header

_NODE = np.dtype([("id", "<u8"), ("x", "<i4"), ("y", "<i4")])
_UNITS_PER_DEGREE = 1e7
_BLOCK = 10_000_000
_WHOLE = (("type", "multipolygon"), ("type", "site"), ("route", "ferry"))
_MD5 = re.compile(r"\b[0-9a-f]{32}\b", re.IGNORECASE)


def clip_extract(
    extract: Path, area: BaseGeometry, path: Path, progress: Callable[[str], None] = lambda _: None
) -> None:
    """Write the part of an extract in an area (EPSG:4326) as an extract of its own.

    Raises:
        FetchError: nothing of the extract lies in the area.
        UsageError: the extract cannot be read.
    """
    file: Any = osmium.io.File(str(extract), detect_format(extract))
    with guard_reading(extract):
        progress("reading the coordinates of all nodes")
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            inside = [ids for ids in _nodes_inside(file, area, Path(folder)) if ids.size]
        progress(f"finding objects that touch the region: {sum(map(len, inside)):,} nodes lie in it")
        kept, way_count = _kept(file, inside)
        if way_count:
            progress(f"completing {way_count:,} ways")
            kept.complete_backward_references(file)
            progress("writing the region")
            _write(file, kept, path)
    if not way_count:
        raise FetchError(
            f"roads: no road of {extract.name} lies in the region.",
            "choose an extract that covers the region, and name it in the region file.",
        )


def _nodes_inside(file: Any, area: BaseGeometry, folder: Path) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the ids of the nodes in the area, block by block."""
    index = folder / "nodes.bin"
    table = osmium.index.create_map(f"sparse_file_array,{index}")
    with osmium.io.Reader(file, osmium.osm.NODE) as reader:
        osmium.apply(reader, osmium.NodeLocationsForWays(table))
    del table
    if not index.stat().st_size:
        return
    nodes = np.memmap(index, dtype=_NODE, mode="r")
    west, south, east, north = (round(bound * _UNITS_PER_DEGREE) for bound in area.bounds)
    shapely.prepare(area)
    for first in range(0, nodes.size, _BLOCK):
        block = nodes[first : first + _BLOCK]
        x, y = block["x"], block["y"]
        near = block[(x >= west) & (x <= east) & (y >= south) & (y <= north) & (block["id"] > 0)]
        is_in = shapely.intersects_xy(area, near["x"] / _UNITS_PER_DEGREE, near["y"] / _UNITS_PER_DEGREE)
        yield near["id"][is_in]


def _kept(file: Any, inside: list[np.ndarray[Any, Any]]) -> tuple[Any, int]:
    """Return the ids of the nodes inside and of ways and relations that use them, and the number of ways."""
    item: Any
    kept = osmium.IdTracker()
    for ids in inside:
        deque(map(kept.add_node, ids.tolist()), maxlen=0)
    nodes_inside = kept.contains_filter()
    touching = [item.id for item in osmium.FileProcessor(file, osmium.osm.WAY).with_filter(nodes_inside)]
    ways = osmium.IdTracker()
    for way_id in touching:
        kept.add_way(way_id)
        ways.add_way(way_id)
    relations = osmium.FileProcessor(file, osmium.osm.RELATION).with_filter(osmium.filter.TagFilter(*_WHOLE))
    for item in relations.with_filter(ways.contains_filter()):
        kept.add_relation(item.id)
        kept.add_references(item)
    return kept, len(touching)


def _write(file: Any, kept: Any, path: Path) -> None:
    header = make_sorted_header() if is_marked_sorted(file) else osmium.io.Header()
    with (
        osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer,
        osmium.io.Reader(file) as reader,
    ):
        osmium.apply(reader, kept.id_filter(), writer)


def check_md5(path: Path, published: str) -> None:
    """Compare a file with the MD5 in a text of its publisher; a text without one is not compared.

    Raises:
        UsageError: the MD5 of the file is another one.
    """
    stated = _MD5.search(published)
    if stated is None:
        return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if found != stated[0].lower():
        raise UsageError(
            f"{path.name} is not the file that was published: its MD5 is {found}, not {stated[0].lower()}.",
            "fetch it and its .md5 again (`--refresh`); it may be damaged, or a newer version was published.",
        )
