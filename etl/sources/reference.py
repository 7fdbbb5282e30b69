"""Reads a published study, to compare plans with it.

Inputs: text files of weighted points, and of stations before and after the plan. Results:
`raw.reference_demand_point`, `raw.reference_plan_station`.
"""

from __future__ import annotations

from pathlib import Path

from etl.region.sources import ReferenceDemandSource, ReferencePlanSource
from etl.sources.base import Batch, Frame
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.delimited import Records
from etl.sources.schema import NeededAmount, PortCount, Record, Text, list_columns_by_type, take
from etl.sources.values import parse_required_place

_DEMAND = Rows("reference_demand_point", ("record_number", "weight", "geom"))
_COUNTS = ("l2_port_count_before", "l2_port_count_after", "l3_port_count_before", "l3_port_count_after")
_PLAN = Rows("reference_plan_station", ("record_number", "name", "status", *_COUNTS, "geom"))


class _Point(Record):
    weight: NeededAmount


class _Station(Record):
    name: Text = None
    status: Text = None
    l2_before: PortCount
    l2_after: PortCount
    l3_before: PortCount
    l3_after: PortCount


def read_reference_demand(path: Path, source: ReferenceDemandSource, frame: Frame) -> Batch:
    """Read weighted points; the weight is in the study's own unit.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns = source.columns
    records = Records(path, encoding=source.encoding)
    records.require_columns(columns.lon, columns.lat, columns.weight)
    records.normalize_values((columns.weight,), places=(columns.lon, columns.lat))

    def parse(_: int, values: dict[str, str]) -> Item:
        at = parse_required_place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))
        return Item((take(_Point, values, {"weight": columns.weight}).weight,), at)

    return Batch([collect_rows(_DEMAND, records, parse, frame, records.rejects)], records.rejects)


def read_reference_plan(path: Path, source: ReferencePlanSource, frame: Frame) -> Batch:
    """Read the stations of a published plan; an empty count of ports is 0.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns = source.columns
    records = Records(path, encoding=source.encoding)
    records.require_columns(*columns.model_dump().values())
    numbers, _ = list_columns_by_type(_Station, columns.model_dump())
    records.normalize_values(numbers, places=(columns.lon, columns.lat))

    def parse(_: int, values: dict[str, str]) -> Item:
        at = parse_required_place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))
        found = take(_Station, values, columns.model_dump())
        ports = (found.l2_before, found.l2_after, found.l3_before, found.l3_after)
        return Item((found.name, found.status, *(count or 0 for count in ports)), at, label=found.name)

    return Batch([collect_rows(_PLAN, records, parse, frame, records.rejects)], records.rejects)
