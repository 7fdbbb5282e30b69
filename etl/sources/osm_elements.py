"""Writes the elements of Overpass's JSON (`[out:json]`) as an OSM file, so that one reader reads both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

import osmium
from osmium.osm.mutable import Node, Relation, Way

from db.common.errors import UsageError
from etl.sources.osm_sort import make_sorted_header

Element: TypeAlias = dict[str, Any]
Elements: TypeAlias = dict[tuple[str, int], Element]


def read_elements(path: Path) -> Elements:
    """Return the elements of a file of Overpass, each once: of two with the same id, the more complete one.

    Raises:
        UsageError: it is not JSON of Overpass, or is cut short.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{path.name} cannot be read as JSON: {str(error)[:200]}.",
            "fetch it again; it may be cut short.",
        ) from None
    elements = content.get("elements") if isinstance(content, dict) else None
    if not isinstance(elements, list):
        raise UsageError(
            f"{path.name} is JSON, but not an answer of Overpass: it has no `elements`.",
            "export it from Overpass as raw data (not as GeoJSON), or name an extract (.osm.pbf).",
        )
    if content.get("remark"):
        raise UsageError(
            f"{path.name} is cut short: Overpass stopped in the middle ({str(content['remark'])[:200]}).",
            "query a smaller area, or with a longer [timeout:...].",
        )
    try:
        return merge_elements(elements)
    except (TypeError, ValueError, AttributeError) as error:
        raise _faulty(path, error) from None


def merge_elements(elements: list[Element]) -> Elements:
    """Return elements by type and id; an element that is only listed as part of another has no tags."""
    found: Elements = {}
    for item in elements:
        key = (str(item.get("type")), int(item.get("id", 0)))
        if key not in found or len(item) > len(found[key]):
            found[key] = item
    return found


def convert_to_osm(path: Path, into: Path) -> None:
    """Write a file of Overpass's JSON as an OSM file.

    Raises:
        UsageError: it is not JSON of Overpass, or an element cannot be read.
    """
    elements = read_elements(path)
    try:
        write_pbf(elements, into)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _faulty(path, error) from None


def _faulty(path: Path, error: Exception) -> UsageError:
    return UsageError(f"{path.name} has an element that cannot be read ({error!r}).", "fetch it again.")


def write_pbf(elements: Elements, path: Path) -> None:
    """Write elements as an OSM file in order: nodes, ways, relations, each by id.

    The coordinates that ways have themselves (`out geom`) become nodes, unless a node of that id exists.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: an element is not as Overpass writes it.
    """
    places = _corners(elements)
    with osmium.SimpleWriter(str(path), header=make_sorted_header(), overwrite=True) as writer:
        nodes = {number: item for (element_type, number), item in elements.items() if element_type == "node"}
        for number in sorted(nodes.keys() | places.keys(), key=_order):
            item = nodes.get(number)
            place = (float(item["lon"]), float(item["lat"])) if item else places[number]
            writer.add_node(Node(id=number, location=place, tags=item.get("tags", {}) if item else {}))
        for number, item in _sorted(elements, "way"):
            writer.add_way(Way(id=number, nodes=item.get("nodes", []), tags=item.get("tags", {})))
        for number, item in _sorted(elements, "relation"):
            members = [(m["type"][0], m["ref"], m.get("role", "")) for m in item.get("members", [])]
            writer.add_relation(Relation(id=number, members=members, tags=item.get("tags", {})))


def _corners(elements: Elements) -> dict[int, tuple[float, float]]:
    """Return the coordinates of nodes that ways have themselves; null is a node outside the queried area."""
    return {
        int(node): (float(place["lon"]), float(place["lat"]))
        for (element_type, _), item in elements.items()
        if element_type == "way" and "geometry" in item
        for node, place in zip(item.get("nodes", []), item["geometry"], strict=True)
        if place
    }


def _sorted(elements: Elements, element_type: str) -> list[tuple[int, Element]]:
    found = [(number, item) for (this, number), item in elements.items() if this == element_type]
    return sorted(found, key=lambda pair: _order(pair[0]))


def _order(number: int) -> tuple[bool, int]:
    """Return the sort key of osmium: negative ids first, in descending order."""
    return number > 0, abs(number)
