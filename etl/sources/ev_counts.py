"""Reads electric vehicles registered by postal area.

Inputs: a text file. Results: `raw.ev_count`; areas that do not reach into the region are rejects.
"""

from __future__ import annotations

from pathlib import Path

from db.errors import UsageError
from etl.region import EvColumns, EvCountSource
from etl.sources.base import Batch, Frame, Reject, Table
from etl.sources.delimited import Records
from etl.sources.values import PEOPLE_MAX, FieldFault, clean, number

COLUMNS = ("record_number", "postal_area_key", "bev_count", "phev_count", "ev_count")
ELSEWHERE = "its postal area is not one that reaches into the region"


def read_ev_counts(path: Path, source: EvCountSource, frame: Frame) -> Batch:
    """Read the counts; an empty cell stays unknown, and a missing total is the sum of its parts.

    Raises:
        UsageError: the file cannot be used as a whole, or `columns` names no count.
    """
    columns, rejects, rows, seen = source.columns, list[Reject](), [], set[str]()
    if columns.total is None and columns.bev is None and columns.phev is None:
        raise UsageError("sources.ev_counts.columns names no count.", "name total, or bev and phev.")
    records = Records(path, encoding=source.encoding)
    records.need(columns.postal_area, columns.bev, columns.phev, columns.total)
    for record, values in records:
        key = (clean(values[columns.postal_area]) or "").upper()
        try:
            counts = _counts(values, columns)
            if not key or key in seen:
                raise FieldFault(columns.postal_area, f"'{key}' is there before" if key else "it is empty")
        except FieldFault as fault:
            rejects.append(Reject(f"{record} ({key})", fault.field, fault.reason))
            continue
        seen.add(key)
        if frame.postal_area_keys is not None and key not in frame.postal_area_keys:
            rejects.append(Reject(f"{record} ({key})", columns.postal_area, ELSEWHERE, is_outside=True))
        else:
            rows.append((record, key, *counts))
    return Batch([Table("ev_count", COLUMNS, rows)], records.rejects + rejects)


def _counts(values: dict[str, str], columns: EvColumns) -> tuple[float | None, float | None, float]:
    bev, phev, total = (
        number(values[column], column, high=PEOPLE_MAX) if column else None
        for column in (columns.bev, columns.phev, columns.total)
    )
    if total is None and bev is None and phev is None:
        raise FieldFault(columns.total or columns.bev or "total", "it is empty")
    return bev, phev, (bev or 0.0) + (phev or 0.0) if total is None else total
