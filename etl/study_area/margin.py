"""The area in which records may lie, by the files read so far."""

from __future__ import annotations

from dataclasses import replace

import pyproj
from shapely.geometry.base import BaseGeometry

from db.common.errors import UsageError
from etl.region.file import RegionFile
from etl.sources.base import Batch, Frame
from etl.store import FileRead
from etl.study_area import locate as frames


class Margins:
    """The area in which records may lie, with a margin; it becomes known as files are read."""

    def __init__(self, region_file: RegionFile) -> None:
        table, self.settings = region_file.region.region, region_file.settings
        self.given = (
            frames.parse_metric_crs(table.metric_crs, region_file.path.name) if table.metric_crs else None
        )
        self.crs: pyproj.CRS | None = self.given
        self.known = Frame()
        self.road = Frame()

    def frame(self, source_type: str, files: list[FileRead]) -> Frame:
        """Return the frame for a source type; files of the types before it have been read."""
        batches = [file.batch for file in files]
        if self.known.outline is None:
            self._draw(batches)
        if source_type == "ev_counts" and any(file.source_type == "postal_areas" for file in files):
            keys = {
                row[1]
                for batch in batches
                for part in batch.tables
                if part.name == "postal_area"
                for row in part.rows
            }
            self.known = replace(self.known, postal_area_keys=frozenset(keys))
        return self.road if source_type == "roads" else self.known

    def _draw(self, batches: list[Batch]) -> None:
        margin_m = self.settings.value("coordinate_margin_m")
        if boundary := frames.collect_shapes(batches, "boundary"):
            crs = self._choose(boundary)
            self.known = Frame(frames.widen_outline(boundary, crs, margin_m), is_boundary=True)
            # A station may stand at the end of the margin, and its roads go on from there.
            road_margin_m = margin_m + self.settings.value("road_distance_max_m")
            self.road = Frame(frames.widen_outline(boundary, crs, road_margin_m), is_boundary=True)
        elif streets := frames.collect_shapes(batches, "road_node"):
            # Without a boundary the views draw the region around people and streets.
            around = [frames.draw_hull(streets + frames.collect_shapes(batches, "census_area"))]
            self.known = Frame(frames.widen_outline(around, self._choose(around), margin_m))

    def _choose(self, places: list[BaseGeometry]) -> pyproj.CRS:
        self.crs = self.given or frames.estimate_crs(places)
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
