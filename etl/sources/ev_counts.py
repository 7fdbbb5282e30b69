"""Reads electric vehicles registered by postal area.

Inputs: a text file, or one per quarter. Results: `raw.ev_count`, each with the date of its file; areas that
do not reach into the region are rejects.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from db.common.errors import UsageError
from db.common.number import plain
from etl.region.sources import EvColumns, EvCountSource
from etl.sources.base import Batch, Frame, Remarks
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.delimited import Records
from etl.sources.schema import Counted, NeededText, Odd, Record, take
from etl.sources.values import ElsewhereError, FieldError, WithheldError

_INTO = Rows(
    "ev_count", ("record_number", "postal_area_key", "bev_count", "phev_count", "ev_count", "count_date")
)
_ELSEWHERE = "its postal area does not reach into the region"


class _Count(Record):
    postal_area: NeededText
    bev: Counted = None
    phev: Counted = None
    total: Counted = None


def read_ev_counts(path: Path, source: EvCountSource, frame: Frame) -> Batch:
    """Read the counts; an empty cell is unknown, and a missing total is the sum of its parts.

    Raises:
        UsageError: the file cannot be used as a whole, or `columns` names no count.
    """
    columns = source.columns
    counted_on = _date(source.data_date)
    if columns.total is None and columns.bev is None and columns.phev is None:
        raise UsageError("sources.ev_counts.columns names no count.", "name total, or bev and phev.")
    records = Records(path, encoding=source.encoding)
    columns = _as_spelled(columns, records.columns)
    records.require_columns(columns.postal_area, columns.bev, columns.phev, columns.total)
    records.normalize_values((columns.bev, columns.phev, columns.total))
    remarks = Remarks()

    def parse(_: int, values: dict[str, str]) -> Item:
        odd: Odd = []
        try:
            count = take(_Count, values, columns.model_dump(), odd)
        except FieldError as error:
            error.label = values[columns.postal_area].strip()[:40] or None
            raise
        key = count.postal_area.upper()
        if frame.postal_area_keys is not None and key not in frame.postal_area_keys:
            raise ElsewhereError(columns.postal_area, _ELSEWHERE, key)
        row = (key, *_counts(key, count, columns, odd), counted_on)
        return Item(row, key=key, key_field=columns.postal_area, odd=tuple(odd))

    table = collect_rows(_INTO, records, parse, frame, records.rejects, remarks=remarks)
    return Batch([table], records.rejects, remarks=remarks)


def _counts(
    key: str, count: _Count, columns: EvColumns, odd: Odd
) -> tuple[float | None, float | None, float]:
    """Return battery electric, plug-in hybrid and all vehicles; a total less than its parts is their sum."""
    if count.total is None and count.bev is None and count.phev is None:
        if odd:
            raise FieldError(*odd[0], key)
        raise WithheldError(columns.total or columns.bev, "it is empty or withheld", key)
    parts = (count.bev or 0.0) + (count.phev or 0.0)
    if count.total is not None and count.total < parts:
        odd.append(
            (
                str(columns.total),
                f"{plain(count.total)} is less than its parts; their sum is used, {plain(parts)}",
            )
        )
    return count.bev, count.phev, max(parts, count.total or 0.0)


def _date(text: str | dt.date) -> dt.date | None:
    """Return the day that a date of the data names; None if it names a longer period."""
    if isinstance(text, dt.date):
        return text
    return dt.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None


def _as_spelled(columns: EvColumns, there: list[str]) -> EvColumns:
    """Return the columns as this file spells them: `Total EV` in one quarter, `TotalEV` in another."""

    def normalize_name(name: str) -> str:
        return re.sub(r"[^a-z0-9]", "", name.lower())

    spelled = {normalize_name(name): name for name in reversed(there)}
    found = {
        name: column if column is None or column in there else spelled.get(normalize_name(column), column)
        for name, column in columns.model_dump().items()
    }
    return EvColumns(**found)
