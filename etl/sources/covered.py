"""The area that a list of stations covers, where a newer one that lacks a station tells that it closed."""

from __future__ import annotations

from pathlib import Path

import shapely

from db.common.errors import UsageError
from etl.region.sources import BoundarySource
from etl.sources.base import to_ewkb
from etl.sources.layer import Layer, extract_polygons


def read_covered(covers: str | tuple[float, float, float, float] | None) -> str | None:
    """Return the area in EPSG:4326 as PostGIS reads it in COPY: a box, or the polygons of a layer together.

    None if the list covers the whole region.

    Raises:
        UsageError: the layer cannot be read, or holds no polygon.
    """
    if covers is None or not isinstance(covers, str):
        return to_ewkb(shapely.box(*covers)) if covers else None
    path = Path(covers)
    layer = Layer(path, BoundarySource(path=covers), [])
    shapes = [outline for _, feature in layer if (outline := extract_polygons(feature.shape)) is not None]
    if not shapes:
        raise UsageError(
            f"{path.name} has no polygon that a list of stations could cover.",
            "give a polygon layer, or a box, in `covers`.",
        )
    return to_ewkb(shapely.union_all(shapes))
