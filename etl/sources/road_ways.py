"""The ways of the drive network and the places of their nodes, as compact as a province needs them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from etl.sources.base import Frame
from etl.sources.osm_file import Place

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Degrees = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DriveWay:
    """A way that cars may use, or a part of one: its class, its nodes, and km/h along and against its line.

    A speed is None where no tag gives one. `is_turned` is that of a street that is one-way against its line.
    """

    way_id: int
    highway: str
    name: str | None
    is_oneway: bool
    is_turned: bool
    kmh: tuple[float | None, float | None]
    refs: Sequence[int]


class NodePlaces:
    """Places (lon, lat) of nodes by id, and which of them lie in the region and its margin."""

    def __init__(self, ids: Numbers, xy: Degrees, others: Mapping[int, Place]) -> None:
        """Take the places of nodes, and those of `others` that are not among them."""
        known = set(ids.tolist()) if others else set()
        missing = {node: place for node, place in others.items() if node not in known}
        ids = np.concatenate((ids, np.array(list(missing), dtype=np.int64)))
        xy = np.concatenate((xy, np.array(list(missing.values()), dtype=np.float64).reshape(-1, 2)))
        order = np.argsort(ids, kind="stable")
        self.ids: Numbers = ids[order]
        self.xy: Degrees = xy[order]
        self.is_kept: Flags = np.ones(len(self.ids), dtype=bool)

    def __len__(self) -> int:
        return len(self.ids)

    def cut(self, frame: Frame) -> None:
        """Keep the places in the region; the fallback for a boundary does not cut roads."""
        if frame.is_boundary and frame.outline is not None:
            self.is_kept = shapely.intersects_xy(frame.outline, self.xy[:, 0], self.xy[:, 1])

    def find(self, refs: Sequence[int] | Numbers) -> Numbers:
        """Return the positions of nodes; -1 for one without a place."""
        wanted = np.asarray(refs, dtype=np.int64)
        if not len(self.ids):
            return np.full(len(wanted), -1)
        found = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        return np.where(self.ids[found] == wanted, found, -1)

    def are_kept(self, found: Numbers) -> Flags:
        """Return which of the places at some positions lie in the region; one without a place does not."""
        return (found >= 0) & self.is_kept[found] if len(self.ids) else found >= 0

    def of(self, refs: Iterable[int]) -> dict[int, Place]:
        """Return the places of those of some nodes that have one."""
        nodes = list(dict.fromkeys(refs))
        return {
            node: (float(self.xy[at, 0]), float(self.xy[at, 1]))
            for node, at in zip(nodes, self.find(nodes).tolist(), strict=True)
            if at >= 0
        }


def cut_ways(ways: Sequence[DriveWay], places: NodePlaces) -> tuple[list[DriveWay], int, int]:
    """Cut the ways at nodes that are missing or outside; also return the numbers of these node references."""
    found = places.find(all_refs(ways))
    is_kept = places.are_kept(found)
    missing = int((found < 0).sum())
    counts = np.array([len(way.refs) for way in ways], dtype=np.int64)
    ends = np.cumsum(counts)
    lost = np.concatenate(([0], np.cumsum(~is_kept)))
    lost_by_way = (lost[ends] - lost[ends - counts]).tolist()
    pieces: list[DriveWay] = []
    for way, end, lost_count in zip(ways, ends.tolist(), lost_by_way, strict=True):
        if not lost_count:
            pieces += [way] if len(way.refs) > 1 else []
            continue
        runs = _runs(way.refs, is_kept[end - len(way.refs) : end])
        pieces += (replace(way, refs=part) for part in runs if len(part) > 1)
    return pieces, missing, int(lost[-1]) - missing


def _runs(refs: Sequence[int], is_kept: Flags) -> list[Sequence[int]]:
    """Return the parts of a line between nodes that are not kept."""
    ends = np.flatnonzero(np.diff(np.concatenate(([False], is_kept, [False])).astype(np.int8)))
    return [refs[start:end] for start, end in ends.reshape(-1, 2).tolist()]


def all_refs(ways: Iterable[DriveWay]) -> Numbers:
    """Return the nodes of some ways one after the other."""
    found = array("q")
    for way in ways:
        found.extend(way.refs)
    return np.frombuffer(found, dtype=np.int64) if found else np.empty(0, dtype=np.int64)
