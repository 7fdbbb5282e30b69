"""Reads ground that is not for chargers: flood land, conservation areas, whatever a region excludes.

Inputs: any layer of polygons that GDAL reads. Results: `raw.exclusion`.
"""

from __future__ import annotations

from pathlib import Path

from db.common.errors import UsageError
from etl.region.sources import ExclusionSource
from etl.sources.base import Batch, Frame
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.layer import Feature, Layer, extract_polygons
from etl.sources.values import FieldError, clean_text

# A layer usually covers a whole province, so areas outside the region are one reject with their number.
_INTO = Rows(
    "exclusion",
    ("record_number", "ground", "is_hard", "name", "geom"),
    entities="areas",
    is_bulk=True,
)


def read_exclusions(path: Path, source: ExclusionSource, frame: Frame) -> Batch:
    """Read the areas that reach into the region.

    Raises:
        UsageError: the layer cannot be read, or holds no polygon at all.
    """
    name = source.columns.name
    layer = Layer(path, source, [name])

    def parse(_: int, feature: Feature) -> Item:
        label = clean_text(feature.values[name]) if name else None
        outline = extract_polygons(feature.shape)
        if outline is None:
            raise FieldError("geometry", f"a {feature.shape.geom_type} is not an outline", label)
        return Item((source.ground, source.effect == "hard", label), outline, label=label)

    table = collect_rows(_INTO, layer, parse, frame, layer.rejects)
    if not table.rows and not any(reject.is_outside for reject in layer.rejects):
        raise UsageError(f"{path.name} has no polygon that could exclude ground.", "give a polygon layer.")
    return Batch([table], layer.rejects, layer.notes)
