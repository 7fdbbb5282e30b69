"""Reads all sources of a region, before anything is written."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyproj
from shapely.geometry.base import BaseGeometry

from db.errors import UsageError
from etl import frame as frames
from etl.kinds import Kind, kinds
from etl.region_file import RegionFile
from etl.region_source import PopulationSource, Source
from etl.sources.base import Batch, Frame
from etl.store import FileRead, content_sha256, sha256_of

Progress = Callable[[str], None]
_FAULTS_SHOWN = 3


@dataclass(frozen=True)
class Found:
    """A file that a region names: its kind, its source, its place and its checksum."""

    kind: Kind
    source: Source
    path: Path
    sha256: str
    is_read: bool = True


@dataclass(frozen=True)
class Reading:
    """All that was read: files with their rows, the metric CRS, what is assumed as (source, sentence)."""

    files: list[FileRead]
    metric_srid: int
    assumptions: list[tuple[str, str]]


def find(region_file: RegionFile) -> tuple[list[Found], str]:
    """Find all files of a region; also return the checksum of the whole content.

    Raises:
        UsageError: a file is missing, with the places tried.
    """
    found: list[Found] = []
    for kind in kinds(region_file):
        for source in sources_of(region_file, kind):
            path = region_file.locate(source.path)
            found.append(Found(kind, source, path, sha256_of(path)))
            if isinstance(source, PopulationSource) and source.geometry:
                path = region_file.locate(source.geometry.path)
                found.append(Found(kind, source, path, sha256_of(path), is_read=False))
    return found, content_sha256(region_file, [(item.kind.name, item.sha256) for item in found])


def sources_of(region_file: RegionFile, kind: Kind) -> list[Source]:
    """Return the sources of a kind; places are read from the file of the roads where no other is named."""
    sources = region_file.region.sources
    if kind.name == "places" and not sources.places:
        return list(sources.roads)
    return list(getattr(sources, kind.name))


def read_all(region_file: RegionFile, found: list[Found], progress: Progress = lambda _: None) -> Reading:
    """Read and check every file; `progress` is told each one before its turn.

    Raises:
        UsageError: a file cannot be used, or too many of its records are faulty.
    """
    with _no_collector():
        return _read_all(region_file, found, progress)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Leave the cyclic collector off: millions of objects are made and stay; it would walk them all again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_all(region_file: RegionFile, found: list[Found], progress: Progress) -> Reading:
    margins = _Margins(region_file)
    files: list[FileRead] = []
    assumptions: list[tuple[str, str]] = []
    for kind in kinds(region_file):
        frame = margins.frame(kind.name, files)
        given = [item for item in found if item.kind.name == kind.name]
        is_missed = kind.only_with is None or any(item.kind.name == kind.only_with for item in found)
        if not given and kind.without and is_missed:
            assumptions.append((kind.name, kind.without))
        for item in given:
            file_name = region_file.file_name(item.path)
            progress(f"{kind.name}: {file_name}")
            batch = kind.read(item.path, item.source, frame) if item.is_read else Batch([])
            _check_rejects(region_file, file_name, batch)
            loader = str(getattr(item.source, "loader")) if item.is_read else "geometry"  # noqa: B009 - every subclass has one
            files.append(FileRead(kind.name, loader, item.source, item.path, file_name, item.sha256, batch))
            assumptions += [(kind.name, sentence) for sentence in batch.assumptions]
        assumptions += _empty(kind, files)
    return Reading(files, margins.srid(files), assumptions)


def _check_rejects(region_file: RegionFile, file_name: str, batch: Batch) -> None:
    if batch.rejects.is_swapped:
        raise UsageError(
            f"{file_name} lies in the region only with longitude and latitude swapped.",
            "longitude comes first; if the file is right, the boundary is swapped.",
        )
    allowed = region_file.region.settings.reject_share_max
    if batch.fault_share <= allowed:
        return
    faults = [reject for reject in batch.rejects if not reject.is_outside]
    examples = "; ".join(
        f"record {r.record}, {r.field or 'whole'}: {r.reason}" for r in faults[:_FAULTS_SHOWN]
    )
    raise UsageError(
        f"{file_name}: {batch.fault_share:.0%} of the records are faulty ({allowed:.0%} may be): {examples}.",
        "correct the file or `columns`, or raise settings.reject_share_max in the region file.",
    )


def _empty(kind: Kind, files: list[FileRead]) -> list[tuple[str, str]]:
    """Say so where sources of a kind were given but nothing of them lies in the region; people are needed."""
    given = [file for file in files if file.kind == kind.name]
    if not given or any(file.batch.row_count for file in given):
        return []
    if kind.name == "population":
        raise UsageError(
            f"{given[0].file_name} has nobody in the region.", "check its coordinates and the boundary."
        )
    if kind.name == "places":
        return [("places", "The map has no places; candidate sites stand at road junctions.")]
    return [
        (kind.name, f"No record of {given[0].file_name} lies in the region. {kind.without or ''}".strip())
    ]


class _Margins:
    """Where records may lie, as far as the files read so far tell."""

    def __init__(self, region_file: RegionFile) -> None:
        table, self.settings = region_file.region.region, region_file.region.settings
        self.given = frames.given_crs(table.metric_crs, region_file.path.name) if table.metric_crs else None
        self.crs: pyproj.CRS | None = self.given
        self.known = Frame()
        self.road = Frame()

    def frame(self, kind: str, files: list[FileRead]) -> Frame:
        """Return the frame for a kind; files of the kinds before it have been read."""
        batches = [file.batch for file in files]
        if self.known.outline is None:
            self._draw(batches)
        if kind == "ev_counts" and any(file.kind == "postal_areas" for file in files):
            keys = {
                row[1]
                for batch in batches
                for part in batch.tables
                if part.name == "postal_area"
                for row in part.rows
            }
            self.known = replace(self.known, postal_area_keys=frozenset(keys))
        return self.road if kind == "roads" else self.known

    def _draw(self, batches: list[Batch]) -> None:
        margin_m = self.settings.coordinate_margin_m
        if boundary := frames.shapes(batches, "boundary"):
            crs = self._choose(boundary)
            self.known = Frame(frames.with_margin(boundary, crs, margin_m), is_boundary=True)
            # A station may stand at the end of the margin, and its roads go on from there.
            road_margin_m = margin_m + self.settings.road_distance_max_m
            self.road = Frame(frames.with_margin(boundary, crs, road_margin_m), is_boundary=True)
        elif streets := frames.shapes(batches, "road_node"):
            # Without a boundary the views draw the region around people and streets.
            around = [frames.hull(streets + frames.shapes(batches, "census_area"))]
            self.known = Frame(frames.with_margin(around, self._choose(around), margin_m))

    def _choose(self, places: list[BaseGeometry]) -> pyproj.CRS:
        self.crs = self.given or frames.estimated_crs(places)
        return self.crs

    def srid(self, files: list[FileRead]) -> int:
        """Return the EPSG code of the metric CRS."""
        if self.crs is None:
            self._draw([file.batch for file in files])
        epsg = self.crs.to_epsg() if self.crs else None
        if epsg is None:
            raise UsageError(
                "No metric CRS fits the region.", 'name one in the region file: metric_crs = "EPSG:..."'
            )
        return int(epsg)
