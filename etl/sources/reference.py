"""Reads a published study, to score plans alike.

Inputs: text files with weighted points, and with stations before and after. Results:
`raw.reference_demand_point`, `raw.reference_plan_station`.
"""

from __future__ import annotations

from pathlib import Path

from etl.region_source import ReferenceDemandSource, ReferencePlanSource
from etl.sources.base import Batch, Frame
from etl.sources.collect import Item, Rows, collect
from etl.sources.delimited import Records
from etl.sources.values import clean, needed, needed_place, whole

_DEMAND = Rows("reference_demand_point", ("record_number", "weight", "geom"))
_COUNTS = ("l2_port_count_before", "l2_port_count_after", "l3_port_count_before", "l3_port_count_after")
_PLAN = Rows("reference_plan_station", ("record_number", "name", "status", *_COUNTS, "geom"))
_PORTS_MAX = 10_000


def read_reference_demand(path: Path, source: ReferenceDemandSource, frame: Frame) -> Batch:
    """Read weighted points; the weight is in the study's own unit.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns = source.columns
    records = Records(path, encoding=source.encoding)
    records.need(columns.lon, columns.lat, columns.weight)

    def parse(_: int, values: dict[str, str]) -> Item:
        at = needed_place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))
        return Item((needed(values[columns.weight], columns.weight),), at)

    return Batch([collect(_DEMAND, records, parse, frame, records.rejects)], records.rejects)


def read_reference_plan(path: Path, source: ReferencePlanSource, frame: Frame) -> Batch:
    """Read the stations of a published plan; an empty count of ports is 0.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns = source.columns
    records = Records(path, encoding=source.encoding)
    texts = (columns.name, columns.status)
    counts = (columns.l2_before, columns.l2_after, columns.l3_before, columns.l3_after)
    records.need(columns.lon, columns.lat, *texts, *counts)

    def parse(_: int, values: dict[str, str]) -> Item:
        at = needed_place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))
        names = [clean(values[column]) if column else None for column in texts]
        ports = [whole(values[column], column, high=_PORTS_MAX) or 0 for column in counts]
        return Item((*names, *ports), at, label=names[0])

    return Batch([collect(_PLAN, records, parse, frame, records.rejects)], records.rejects)
