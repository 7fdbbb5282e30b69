"""Reads areas that grant programs speak of: corridors, remote communities, whatever a program draws on a map.

Inputs: any layer of polygons that GDAL reads. Results: `raw.grant_area`.
"""

from __future__ import annotations

import re
from pathlib import Path

from db.common.errors import UsageError
from etl.region.sources import GRANT_AREA_TYPE, GrantAreaSource
from etl.sources.base import Batch, Frame
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.layer import Feature, Layer, extract_polygons
from etl.sources.values import FieldError, clean_text

# A program draws its areas for a whole country, so those outside the region are one reject with their number.
_INTO = Rows(
    "grant_area",
    ("record_number", "area_kind", "name", "geom"),
    entities="areas",
    is_bulk=True,
)


def read_grant_areas(path: Path, source: GrantAreaSource, frame: Frame) -> Batch:
    """Read the areas that reach into the region.

    Raises:
        UsageError: the layer cannot be read, or holds no polygon at all.
    """
    area_type, name = source.columns.area_type, source.columns.name
    layer = Layer(path, source, [area_type, name])

    def parse(_: int, feature: Feature) -> Item:
        label = clean_text(feature.values[name]) if name else None
        word = source.area_type or clean_text(feature.values[area_type or ""])
        if not word or not re.fullmatch(GRANT_AREA_TYPE, word):
            raise FieldError(
                area_type or "area_type",
                f"'{word or ''}' is no type of area: a word of small letters, digits and _",
                label,
            )
        outline = extract_polygons(feature.shape)
        if outline is None:
            raise FieldError("geometry", f"a {feature.shape.geom_type} is not an outline", label)
        return Item((word, label), outline, label=label)

    table = collect_rows(_INTO, layer, parse, frame, layer.rejects)
    if not table.rows and not any(reject.is_outside for reject in layer.rejects):
        raise UsageError(
            f"{path.name} has no polygon of a type that a grant program could name.", "give a polygon layer."
        )
    return Batch([table], layer.rejects, layer.notes)
