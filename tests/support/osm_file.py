"""OpenStreetMap files of a few nodes and ways."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import osmium
from osmium.osm.mutable import Node, Relation, Way

Tags = dict[str, str]


def write(
    folder: Path,
    nodes: dict[int, tuple[float, float]],
    ways: Iterable[tuple[int, list[int], Tags]] = (),
    relations: Iterable[tuple[int, list[tuple[str, int, str]], Tags]] = (),
    *,
    tags: dict[int, Tags] | None = None,
) -> Path:
    path = folder / "map.osm.pbf"
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for node_id, place in nodes.items():
            writer.add_node(Node(id=node_id, location=place, tags=(tags or {}).get(node_id, {})))
        for way_id, refs, way_tags in ways:
            writer.add_way(Way(id=way_id, nodes=refs, tags=way_tags))
        for relation_id, members, relation_tags in relations:
            writer.add_relation(Relation(id=relation_id, members=members, tags=relation_tags))
    return path


def line(count: int, *, first: int = 1) -> dict[int, tuple[float, float]]:
    """Return nodes 0.002 degrees apart, eastwards."""
    return {first + i: (-80.52 + 0.002 * i, 43.4) for i in range(count)}


def street(refs: list[int], way_id: int = 1, **tags: str) -> tuple[int, list[int], Tags]:
    return way_id, refs, {"highway": "residential", **tags}


def ends(edges: list[dict[str, Any]]) -> list[tuple[int, int]]:
    return sorted((edge["from_node_id"], edge["to_node_id"]) for edge in edges)
