"""Opens an OpenStreetMap file: the one place that reads one with osmium.

A file may be PBF, XML, OPL or o5m, plain or compressed (.gz, .bz2), or the JSON of Overpass; its first bytes
tell the format. A file that is not in order, or has duplicate objects, is sorted first.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from db.common.errors import UsageError
from etl.sources import osm_elements, osm_sort
from etl.sources.osm_form import damage_error, detect_format

_COMPLAINTS = (RuntimeError, ValueError, osmium.InvalidLocationError)
Place = tuple[float, float]


@dataclass(frozen=True)
class Way:
    """A way: its id, tags and node ids; `places` are the coordinates of nodes that the way has itself."""

    way_id: int
    tags: dict[str, str]
    refs: list[int]
    places: dict[int, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class RouteRelation:
    """A relation with its tags and the ways that are its members."""

    relation_id: int
    tags: dict[str, str]
    way_ids: list[int]


@dataclass(frozen=True)
class MapObject:
    """A node, way or relation with its tags; `shape` is None if it cannot be built."""

    osm_type: str
    osm_id: int
    tags: dict[str, str]
    shape: BaseGeometry | None


@contextmanager
def guard_reading(path: Path) -> Iterator[None]:
    """Turn errors of osmium about a file into usage errors.

    Raises:
        UsageError: osmium cannot read the file; with a hint for that fault.
    """
    try:
        yield
    except _COMPLAINTS as error:
        raise damage_error(path, str(error) or type(error).__name__) from None


@contextmanager
def open_osm_file(path: Path) -> Iterator[OsmFile]:
    """Open an OSM file of any format, in order; temporary files are deleted at the end.

    Raises:
        UsageError: it is not an OSM file, or is a history file, cut short or damaged.
    """
    file_form = detect_format(path)
    with tempfile.TemporaryDirectory() as folder, guard_reading(path):
        file: Any = osmium.io.File(str(path), file_form if file_form != "json" else "")
        if file_form == "json":
            converted = Path(folder, "elements.osm.pbf")
            osm_elements.convert_to_osm(path, converted)
            file = osmium.io.File(str(converted))
        _refuse_history(path, file)
        doubles, negative_after = 0, None
        if not osm_sort.is_marked_sorted(file):
            order = osm_sort.check_order(file)
            if order.way_count and not order.node_count:
                file = osmium.io.File(str(_with_corners(path, file, Path(folder))))
            elif order.has_negative_nodes:
                negative_after = order.max_node_id
                renumbered = osm_sort.renumber_nodes(file, Path(folder), negative_after)
                ordered, doubles = osm_sort.sort(osmium.io.File(str(renumbered)), Path(folder))
                file = osmium.io.File(str(ordered))
            elif not order.is_sorted:
                ordered, doubles = osm_sort.sort(file, Path(folder))
                file = osmium.io.File(str(ordered))
        yield OsmFile(file, doubles, negative_after)


def _refuse_history(path: Path, file: Any) -> None:
    with osmium.io.Reader(file, osmium.osm.NOTHING) as reader:
        is_history = reader.header().has_multiple_object_versions
    if is_history or path.name.lower().split(".", 1)[-1].startswith("osh"):
        raise UsageError(
            f"{path.name} is a history file: it has every version of each object.",
            "extract the current map from it: osmium time-filter in.osh.pbf -o out.osm.pbf.",
        )


def _with_corners(path: Path, file: Any, folder: Path) -> Path:
    """Write the nodes of a file whose ways have the coordinates (`out geom` of Overpass)."""
    item: Any
    corners: dict[int, Place] = {}
    for item in osmium.FileProcessor(file, osmium.osm.WAY):
        corners.update(_own_places(item))
    if not corners:
        raise UsageError(
            f"{path.name} has ways, but none of their nodes, so no way has a place.",
            "query the nodes as well, as in (way[highway];>;); out body; or extract complete ways.",
        )
    unsorted = folder / "corners.osm.pbf"
    with osmium.SimpleWriter(str(unsorted), overwrite=True) as writer:
        for number, place in corners.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place))
        for item in osmium.FileProcessor(file):
            writer.add(item)
    return osm_sort.sort(osmium.io.File(str(unsorted)), folder)[0]


def _own_places(way: Any) -> dict[int, Place]:
    nodes = list(way.nodes)
    if not nodes or not any(node.location.valid() for node in (nodes[0], nodes[-1])):
        return {}
    return {node.ref: (node.location.lon, node.location.lat) for node in nodes if node.location.valid()}


@dataclass(frozen=True)
class OsmFile:
    """An OSM file in order, from which `double_count` duplicate objects were left out.

    Nodes with ids above `negative_after` had negative ids in the file as given.
    """

    file: Any
    double_count: int = 0
    negative_after: int | None = None

    def _given(self, node: int) -> int:
        """Return the id of a node in the file as given."""
        return (
            node if self.negative_after is None or node <= self.negative_after else self.negative_after - node
        )

    def _held(self, node: int) -> int:
        return node if self.negative_after is None or node >= 0 else self.negative_after - node

    def _way(self, item: Any) -> Way:
        tags = {tag.k: tag.v for tag in item.tags}
        refs = [self._given(node.ref) for node in item.nodes]
        return Way(item.id, tags, refs, {self._given(ref): at for ref, at in _own_places(item).items()})

    def ways(self, key: str) -> Iterator[Way]:
        """Yield the ways that have a tag of this key."""
        item: Any
        for item in osmium.FileProcessor(self.file, osmium.osm.WAY).with_filter(osmium.filter.KeyFilter(key)):
            yield self._way(item)

    def ways_by_id(self, wanted: Set[int]) -> Iterator[Way]:
        """Yield the ways of these ids that the file has."""
        item: Any
        ways = osmium.FileProcessor(self.file, osmium.osm.WAY)
        if all(way >= 0 for way in wanted):
            ways = ways.with_filter(osmium.filter.IdFilter(wanted))
        for item in ways:
            if item.id in wanted:
                yield self._way(item)

    def relations(self, key: str, value: str) -> Iterator[RouteRelation]:
        """Yield the relations that have this tag."""
        item: Any
        tagged = osmium.filter.TagFilter((key, value))
        for item in osmium.FileProcessor(self.file, osmium.osm.RELATION).with_filter(tagged):
            tags = {tag.k: tag.v for tag in item.tags}
            yield RouteRelation(item.id, tags, [member.ref for member in item.members if member.type == "w"])

    def node_places(self, wanted: Set[int]) -> dict[int, Place]:
        """Return the coordinates (lon, lat) of those of some nodes that the file has."""
        item: Any
        found = {}
        held = {self._held(node) for node in wanted}
        nodes = osmium.FileProcessor(self.file, osmium.osm.NODE)
        # The filter does not support negative ids.
        if all(node >= 0 for node in held):
            nodes = nodes.with_filter(osmium.filter.IdFilter(held))
        for item in nodes:
            if item.id in held and item.location.valid():
                found[self._given(item.id)] = (item.location.lon, item.location.lat)
        return found

    def node_xy(self, wanted: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Return the ids of those of some nodes that the file has, and their (lon, lat), an array of (n, 2).

        `wanted` has each id once.
        """
        item: Any
        held = map(self._held, wanted.tolist()) if self.negative_after is not None else iter(wanted.tolist())
        ids, xy = array("q"), array("d")
        nodes = osmium.FileProcessor(self.file, osmium.osm.NODE)
        if self.negative_after is not None or not len(wanted) or wanted.min() >= 0:
            nodes = nodes.with_filter(osmium.filter.IdFilter(held))
            is_wanted = None
        else:  # the filter does not support negative ids
            is_wanted = frozenset(held)
        for item in nodes:
            if is_wanted is None or item.id in is_wanted:
                location = item.location
                if location.valid():
                    ids.append(self._given(item.id))
                    xy.append(location.lon)
                    xy.append(location.lat)
        return np.array(ids, dtype=np.int64), np.array(xy, dtype=np.float64).reshape(-1, 2)

    def objects(
        self, keys: Iterable[str], *, is_line: Callable[[Mapping[str, str]], bool] = lambda _: False
    ) -> Iterator[MapObject]:
        """Yield each object that has a tag of one of the keys, once.

        The shape of a node is a point, that of a closed way or multipolygon an outline, that of an open way
        its midpoint, or the whole line where its tags satisfy `is_line`, and that of a relation of type
        `site` the hull of its members.
        """
        item: Any
        key_filter = osmium.filter.KeyFilter(*keys)
        factory = osmium.geom.WKBFactory()
        # A closed way or multipolygon comes as a way and as an area, in either order: the area is better.
        drawn: set[tuple[str, int]] = set()
        others: list[MapObject] = []
        sites: list[tuple[MapObject, list[tuple[str, int]]]] = []
        for item in osmium.FileProcessor(self.file).with_areas(key_filter).with_filter(key_filter):
            tags = {tag.k: tag.v for tag in item.tags}
            if item.is_node():
                at = (item.location.lon, item.location.lat) if item.location.valid() else None
                yield MapObject("node", self._given(item.id), tags, shapely.Point(at) if at else None)
            elif item.is_area():
                osm_type, osm_id = ("way" if item.from_way() else "relation"), item.orig_id()
                drawn.add((osm_type, osm_id))
                yield MapObject(osm_type, osm_id, tags, _outline(factory, item))
            elif item.is_way():
                draw = _line if is_line(tags) else _middle
                others.append(MapObject("way", item.id, tags, draw(item)))
            elif tags.get("type") in ("multipolygon", "boundary"):
                others.append(MapObject("relation", item.id, tags, None))
            elif tags.get("type") == "site":
                members = [(member.type, member.ref) for member in item.members]
                sites.append((MapObject("relation", item.id, tags, None), members))
        yield from (other for other in others if (other.osm_type, other.osm_id) not in drawn)
        yield from self._sites(sites)

    def _sites(self, sites: list[tuple[MapObject, list[tuple[str, int]]]]) -> Iterator[MapObject]:
        way_ids = {ref for _, members in sites for member_type, ref in members if member_type == "w"}
        corners = {("w", way.way_id): way.refs for way in self.ways_by_id(way_ids)} if way_ids else {}
        for _, members in sites:
            corners.update({("n", ref): [ref] for member_type, ref in members if member_type == "n"})
        places = self.node_places({ref for refs in corners.values() for ref in refs}) if corners else {}
        for site, members in sites:
            at = [places[ref] for member in members for ref in corners.get(member, []) if ref in places]
            hull = shapely.MultiPoint(at).convex_hull if at else None
            shape = hull if hull is None or isinstance(hull, shapely.Polygon) else hull.centroid
            yield MapObject(site.osm_type, site.osm_id, site.tags, shape)


def _outline(factory: Any, area: Any) -> BaseGeometry | None:
    try:
        return shapely.from_wkb(factory.create_multipolygon(area))
    except (RuntimeError, shapely.errors.GEOSException):
        return None


def _line(way: Any) -> BaseGeometry | None:
    places = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
    return shapely.LineString(places) if len(set(places)) > 1 else None


def _middle(way: Any) -> BaseGeometry | None:
    places = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
    if not places:
        return None
    if len(set(places)) == 1:
        return shapely.Point(places[0])
    return shapely.LineString(places).interpolate(0.5, normalized=True)
