"""Reads a published study, to score plans alike.

Inputs: text files with weighted points, and with stations before and after. Results: `raw.reference_demand_point`,
`raw.reference_plan_station`.
"""

from __future__ import annotations

from pathlib import Path

import shapely

from etl.region import ReferenceDemandSource, ReferencePlanSource
from etl.sources.base import OUTSIDE, Batch, Frame, Reject, Table, ewkb
from etl.sources.delimited import Records
from etl.sources.values import FieldFault, clean, needed, needed_place, whole

PLAN_COLUMNS = (
    "record_number", "name", "status", "l2_port_count_before", "l2_port_count_after", "l3_port_count_before",
    "l3_port_count_after", "geom",
)  # fmt: skip
_PORTS_MAX = 10_000


def read_reference_demand(path: Path, source: ReferenceDemandSource, frame: Frame) -> Batch:
    """Read weighted points; the weight is in the study's own unit.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns, rejects, rows = source.columns, list[Reject](), []
    records = Records(path, encoding=source.encoding)
    records.need(columns.lon, columns.lat, columns.weight)
    for record, values in records:
        try:
            at = needed_place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))
            weight = needed(values[columns.weight], columns.weight)
        except FieldFault as fault:
            rejects.append(Reject(str(record), fault.field, fault.reason))
            continue
        if frame.has(*at):
            rows.append((record, weight, ewkb(shapely.Point(at))))
        else:
            rejects.append(Reject(str(record), columns.lat, OUTSIDE, is_outside=True))
    return Batch(
        [Table("reference_demand_point", ("record_number", "weight", "geom"), rows)],
        records.rejects + rejects,
    )


def read_reference_plan(path: Path, source: ReferencePlanSource, frame: Frame) -> Batch:
    """Read the stations of a published plan; an empty count of ports is 0.

    Raises:
        UsageError: the file cannot be used as a whole.
    """
    columns, rejects, rows = source.columns, list[Reject](), []
    records = Records(path, encoding=source.encoding)
    counts = (columns.l2_before, columns.l2_after, columns.l3_before, columns.l3_after)
    records.need(columns.lon, columns.lat, columns.name, columns.status, *counts)
    for record, values in records:
        try:
            at = needed_place(values[columns.lon], values[columns.lat], fields=(columns.lon, columns.lat))
            ports = [whole(values[column], column, high=_PORTS_MAX) or 0 for column in counts]
        except FieldFault as fault:
            rejects.append(Reject(str(record), fault.field, fault.reason))
            continue
        texts = [clean(values[column]) if column else None for column in (columns.name, columns.status)]
        if frame.has(*at):
            rows.append((record, *texts, *ports, ewkb(shapely.Point(at))))
        else:
            rejects.append(Reject(str(record), columns.lat, OUTSIDE, is_outside=True))
    return Batch([Table("reference_plan_station", PLAN_COLUMNS, rows)], records.rejects + rejects)
