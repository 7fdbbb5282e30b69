"""Sorts an OpenStreetMap file: nodes, ways, relations, each by id, without duplicates.

osmium assembles areas from sorted files only, and loses the coordinates of a way that comes before its nodes.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium

# Objects in memory at a time; larger files are sorted in runs, which are merged from disk.
RUN_OBJECTS = 2_000_000
_RANK = {"n": 0, "w": 1, "r": 2}


@dataclass(frozen=True)
class Order:
    """The result of one pass over a file: whether it is in order, and the number of duplicates."""

    is_sorted: bool
    node_count: int
    way_count: int
    has_negative_nodes: bool = False
    max_node_id: int = 0


def is_marked_sorted(file: Any) -> bool:
    """Return whether the header of a file says that it is in order, as those of published extracts do."""
    with osmium.io.Reader(file, osmium.osm.NOTHING) as reader:
        header = reader.header()
    return bool(header.get("sorting", "") == "Type_then_ID")


def make_sorted_header() -> Any:
    """Return the header of a file that is written in order."""
    header = osmium.io.Header()
    header.set("sorting", "Type_then_ID")
    return header


def check_order(file: Any) -> Order:
    """Return whether the objects of a file are in order and unique."""
    before = (-1, False, -1)
    is_sorted, counts = True, {"n": 0, "w": 0, "r": 0}
    least, most = 0, 0
    item: Any
    for item in osmium.FileProcessor(file):
        letter = item.type_str()
        counts[letter] += 1
        key = (_RANK[letter], item.id > 0, abs(item.id))
        is_sorted = is_sorted and before < key
        before = key
        if letter == "n":
            least, most = min(least, item.id), max(most, item.id)
    return Order(is_sorted, counts["n"], counts["w"], least < 0, most)


def renumber_nodes(file: Any, folder: Path, after: int) -> Path:
    """Write a file in which negative node ids, which editors give to new nodes, continue from `after`.

    osmium keeps the coordinates of positive ids only.
    """
    path = folder / "renumbered.osm.pbf"
    item: Any
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for item in osmium.FileProcessor(file):
            if item.is_node() and item.id < 0:
                writer.add(item.replace(id=after - item.id))
            elif item.is_way():
                refs = [node.ref for node in item.nodes]
                writer.add(item.replace(nodes=[ref if ref >= 0 else after - ref for ref in refs]))
            else:
                writer.add(item)
    return path


def sort(file: Any, folder: Path, *, run_objects: int = RUN_OBJECTS) -> tuple[Path, int]:
    """Write a file in order to a folder; return its path, and the number of duplicates that were left out.

    Of objects with the same id the newest version is kept. At most `run_objects` objects are in memory.
    """
    runs, given = _runs(file, folder, run_objects)
    path = folder / "sorted.osm.pbf"
    kept, last = 0, None
    with osmium.SimpleWriter(str(path), header=make_sorted_header(), overwrite=True) as writer:
        for key, item in heapq.merge(*(_keyed(run) for run in runs), key=_key):
            if key[:3] != last:
                writer.add(item)
                kept += 1
            last = key[:3]
    return path, given - kept


def _runs(file: Any, folder: Path, run_objects: int) -> tuple[list[Path], int]:
    """Write a file in parts, each in order."""
    objects: Iterator[Any] = iter(osmium.FileProcessor(file))
    runs: list[Path] = []
    given = 0
    for first in objects:
        part = folder / f"part_{len(runs)}.osm.pbf"
        with osmium.SimpleWriter(str(part), overwrite=True) as writer:
            writer.add(first)
            given += 1
            for item in itertools.islice(objects, run_objects - 1):
                writer.add(item)
                given += 1
        run = folder / f"run_{len(runs)}.osm.pbf"
        merger = osmium.MergeInputReader()
        merger.add_file(str(part))
        with osmium.SimpleWriter(str(run), header=make_sorted_header(), overwrite=True) as writer:
            merger.apply(writer, simplify=True)
        part.unlink()
        runs.append(run)
    return runs, given


def _keyed(run: Path) -> Iterator[tuple[tuple[int, bool, int, int], Any]]:
    item: Any
    for item in osmium.FileProcessor(str(run)):
        yield (_RANK[item.type_str()], item.id > 0, abs(item.id), -item.version), item


def _key(pair: tuple[tuple[int, bool, int, int], Any]) -> tuple[int, bool, int, int]:
    return pair[0]
