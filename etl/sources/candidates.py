"""Reads a list of places where stations could be built, such as that of a municipality.

Inputs: a text file with points, or any layer that GDAL reads (of shapes other than points, a point inside).
Results: `raw.candidate`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import shapely
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from etl.region.sources import CandidateSource
from etl.sources.base import Batch, Frame, Remarks
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.delimited import Records
from etl.sources.layer import Feature, Layer
from etl.sources.schema import Number, Odd, Record, Text, list_columns_by_type, take
from etl.sources.values import FieldError, parse_required_place

_INTO = Rows("candidate", ("record_number", "candidate_key", "name", "address", "suitability_share", "geom"))


class _Candidate(Record):
    id: Text = None
    name: Text = None
    address: Text = None
    suitability_share: Annotated[Annotated[float, Field(ge=0, le=1)] | None, Number] = None


def read_candidates(path: Path, source: CandidateSource, frame: Frame) -> Batch:
    """Read the places; a duplicate, by its id or else by name and place, is a reject.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns = {name: getattr(source.columns, name) for name in _Candidate.model_fields}
    remarks = Remarks()
    if source.loader == "vector":
        layer = Layer(path, source, columns.values(), is_of_areas=False)
        layer.normalize_numbers([columns["suitability_share"]])

        def parse_feature(_: int, feature: Feature) -> Item:
            return _item(feature.values, columns, _inner_point(feature.shape))

        table = collect_rows(_INTO, layer, parse_feature, frame, layer.rejects, remarks=remarks)
        return Batch([table], layer.rejects, layer.notes, remarks)
    lon, lat = source.columns.lon, source.columns.lat
    records = Records(path, encoding=source.encoding)
    records.require_columns(lon, lat, *columns.values())
    records.normalize_values(list_columns_by_type(_Candidate, columns)[0], places=(lon, lat))

    def parse(_: int, values: dict[str, str]) -> Item:
        try:
            place = parse_required_place(values[lon], values[lat], fields=(lon, lat))
        except FieldError as error:
            error.label = next((t for c in columns.values() if c and (t := values[c].strip()[:40])), None)
            raise
        return _item(values, columns, place)

    table = collect_rows(_INTO, records, parse, frame, records.rejects, remarks=remarks)
    return Batch([table], records.rejects, remarks=remarks)


def _inner_point(shape: BaseGeometry) -> tuple[float, float]:
    point = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
    if point.is_empty:
        raise FieldError("geometry", "it has no place")
    return point.x, point.y


def _item(values: Mapping[str, str], columns: dict[str, str | None], place: tuple[float, float]) -> Item:
    odd: Odd = []
    found = take(_Candidate, values, columns, odd)
    # about a decimetre: a list without ids keeps its keys when it is saved again
    words = f"{found.name}\t{place[0]:.6f}\t{place[1]:.6f}"
    key = found.id or hashlib.sha256(words.encode()).hexdigest()[:12]
    return Item(
        (key, found.name, found.address, found.suitability_share),
        place,
        key=key,
        key_field=columns["id"],
        label=found.name or found.address or key,
        odd=tuple(odd),
    )
