"""Reads what the feeders of a utility can still take.

Inputs: a layer of polygons, or of lines, that GDAL reads: a record is a feeder or one of its parts. Results:
`raw.grid_feeder`; which records are one feeder is decided in `core.grid_feeder_part`.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any

import shapely
from pydantic import BeforeValidator, Field
from shapely.geometry.base import BaseGeometry

from db.common.number import plain
from etl.region.sources import FeederSource
from etl.sources.base import Batch, Frame, Remarks
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.layer import Feature, Layer, extract_polygons
from etl.sources.schema import Number, Odd, PastDay, Record, Text, take
from etl.sources.values import FieldError

# As for stations, more than 2,000 MW is a capacity in another unit; no cable carries 100,000 A.
_CAPACITY_MAX = {"MVA": 2_000.0, "MW": 2_000.0, "kVA": 2e6, "kW": 2e6, "A": 1e5}
_VOLTAGE = re.compile(r"([0-9][0-9.,]*)\s*(?:/\s*[0-9.,]+)?\s*(?:kv)?", re.IGNORECASE)
_RANGE = re.compile(r"(-?[0-9.,]+)\s*(?:\+|(?:-|\u2013|to)\s*-?[0-9.,]+)", re.IGNORECASE)
_MILLISECONDS = re.compile(r"-?[0-9]{11,14}")
_LINE_DIMENSION = 1


def _take_lowest(value: Any) -> Any:
    """Return the lower end of `1.1 - 3.0` or `10.0 +`; what is no range is returned unchanged."""
    match = _RANGE.fullmatch(value.strip()) if isinstance(value, str) else None
    return match[1].replace(",", ".") if match else value


def _take_line_voltage(value: Any) -> Any:
    """Return the first voltage of `27.6 kV` or `27.6/16`; other values are returned unchanged."""
    match = _VOLTAGE.fullmatch(value.strip()) if isinstance(value, str) else None
    return match[1].replace(",", ".") if match else value


def _take_day(value: Any) -> Any:
    """Return the day of a time in milliseconds since 1970; other values are returned unchanged."""
    if isinstance(value, str) and _MILLISECONDS.fullmatch(value.strip()):
        try:
            return dt.datetime.fromtimestamp(int(value) / 1000, dt.UTC).date().isoformat()
        except (OverflowError, OSError, ValueError):
            return value
    return value


class _Feeder(Record):
    """A feeder, or a part of one, as a utility publishes it; empty means unknown.

    `capacity` and `capacity_range`, of which the lower end is kept, are in the unit of the source. A negative
    capacity is kept: the feeder is overloaded.
    """

    id: Text = None
    distributor: Text = None
    voltage_kv: Annotated[
        Annotated[float, Field(ge=0, le=1_200)] | None, Number, BeforeValidator(_take_line_voltage)
    ] = None
    configuration: Text = None
    capacity: Annotated[float | None, Number] = None
    capacity_range: Annotated[float | None, Number, BeforeValidator(_take_lowest)] = None
    updated_on: Annotated[PastDay, BeforeValidator(_take_day)] = None
    station: Text = None


_INTO = Rows(
    "grid_feeder",
    (
        "record_number",
        "feeder_key",
        "distributor",
        "voltage_kv",
        "configuration",
        "capacity",
        "capacity_low",
        "updated_on",
        "station_key",
        "capacity_unit",
        "geom",
    ),
    entities="feeders or parts of them",
    is_bulk=True,
)


def read_feeders(path: Path, source: FeederSource, frame: Frame) -> Batch:
    """Read feeders with the capacity that each has left, in the unit that the source states.

    Raises:
        UsageError: the layer cannot be read.
    """
    fields: dict[str, str | None] = source.columns.model_dump()
    layer = Layer(path, source, fields.values())
    layer.normalize_numbers((fields["voltage_kv"], fields["capacity"]))
    remarks = Remarks()

    def parse(_: int, feature: Feature) -> Item:
        odd: Odd = []
        feeder = take(_Feeder, feature.values, fields, odd)
        label = feeder.id or feeder.distributor
        capacities = {name: getattr(feeder, name) for name in ("capacity", "capacity_range")}
        for name, capacity in capacities.items():
            most = _CAPACITY_MAX[source.capacity_unit]
            if capacity is not None and abs(capacity) > most:
                unit = source.capacity_unit
                odd.append(
                    (
                        fields[name] or name,
                        f"{plain(capacity)} is beyond {plain(most)} {unit}; it counts as unknown",
                    )
                )
                capacities[name] = None
        row = tuple(feeder.model_copy(update=capacities).model_dump().values())
        return Item((*row, source.capacity_unit), _shape(feature, label), label=label, odd=tuple(odd))

    table = collect_rows(_INTO, layer, parse, frame, layer.rejects, remarks=remarks)
    return Batch([table], layer.rejects, layer.notes, remarks)


def _shape(feature: Feature, label: str | None) -> BaseGeometry:
    """Return the polygons of a feature, else its lines.

    Raises:
        FieldError: it has neither.
    """
    outline = extract_polygons(feature.shape)
    if outline is not None:
        return outline
    lines = [p for p in shapely.get_parts(feature.shape) if shapely.get_dimensions(p) == _LINE_DIMENSION]
    flat = [line for part in lines for line in shapely.get_parts(part)]
    if not flat:
        raise FieldError(
            "geometry", f"a {feature.shape.geom_type} is no feeder: give polygons or lines", label
        )
    return flat[0] if len(flat) == 1 else shapely.MultiLineString(flat)
