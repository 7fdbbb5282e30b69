"""Reads the sample region's files with readers that are not the project's own."""

from __future__ import annotations

import csv
import functools
import gzip
import io
import itertools
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium

from etl.sample import write_sample

DRIVE = frozenset(
    (
        "motorway",
        "motorway_link",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "living_street",
    )
)


@dataclass
class OsmFile:
    """An OSM file in memory."""

    node: dict[int, tuple[float, float]] = field(default_factory=dict)
    node_tags: dict[int, dict[str, str]] = field(default_factory=dict)
    way: dict[int, tuple[list[int], dict[str, str]]] = field(default_factory=dict)
    relation: dict[int, tuple[list[tuple[str, int, str]], dict[str, str]]] = field(default_factory=dict)

    def drives(self) -> Iterator[tuple[int, int, str]]:
        """Yield the directed pieces of street that cars use: from node, to node, class."""
        for nodes, tags in self.way.values():
            if tags.get("highway") not in DRIVE:
                continue
            oneway = tags.get("oneway", "no")
            for a, b in itertools.pairwise(nodes):
                if oneway in ("yes", "no"):
                    yield a, b, tags["highway"]
                if oneway in ("-1", "no"):
                    yield b, a, tags["highway"]


def read_osm(path: Path) -> OsmFile:
    found = OsmFile()
    for item in osmium.FileProcessor(str(path)):
        tags = dict(item.tags)
        if isinstance(item, osmium.osm.Node):
            found.node[item.id] = (item.location.lon, item.location.lat)
            if tags:
                found.node_tags[item.id] = tags
        elif isinstance(item, osmium.osm.Way):
            found.way[item.id] = ([node.ref for node in item.nodes], tags)
        elif isinstance(item, osmium.osm.Relation):
            found.relation[item.id] = ([(m.type, m.ref, m.role) for m in item.members], tags)
    return found


def read_csv(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    text = gzip.decompress(data).decode() if path.suffix == ".gz" else data.decode()
    return list(csv.DictReader(io.StringIO(text)))


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def read_gtfs(path: Path) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
        }


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


_keep: list[tempfile.TemporaryDirectory[str]] = []


@functools.cache
def folder_at(scale: float) -> Path:
    """Return the folder of the sample at a scale, made once per session and deleted at its end."""
    folder = tempfile.TemporaryDirectory(prefix="sample-")
    _keep.append(folder)
    write_sample(Path(folder.name), scale=scale)
    return Path(folder.name)
