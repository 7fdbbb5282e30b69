"""Reads electric vehicles registered by postal area.

Inputs: a text file, one per quarter, or one with a column for each quarter. Results: `raw.ev_count`, each
with the date of its file, record or column; areas that do not reach into the region are rejects.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
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
    "ev_count",
    (
        "record_number",
        "postal_area_key",
        "bev_count",
        "phev_count",
        "ev_count",
        "count_date",
        "column_number",
    ),
)
_PERIODS = (
    (r"(?P<year>\d{4})[ _-]?[QT](?P<part>[1-4])", 3),
    (r"[QT](?P<part>[1-4])[ _-]?(?P<year>\d{4})", 3),
    (r"(?P<year>\d{4})[_/-](?P<part>0[1-9]|1[0-2])", 1),
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
    if source.layout == "wide":
        return _read_wide(path, source, frame)
    counted_on = _date(source.data_date)
    if columns.total is None and columns.bev is None and columns.phev is None:
        raise UsageError("sources.ev_counts.columns names no count.", "name total, or bev and phev.")
    records = Records(path, encoding=source.encoding)
    columns = _as_spelled(columns, records.columns)
    records.require_columns(columns.postal_area, columns.bev, columns.phev, columns.total, columns.date)
    records.normalize_values((columns.bev, columns.phev, columns.total))
    remarks = Remarks()

    def parse(_: int, values: dict[str, str]) -> Item:
        odd: Odd = []
        try:
            count = take(_Count, values, columns.model_dump(exclude={"date"}), odd)
        except FieldError as error:
            error.label = values[columns.postal_area].strip()[:40] or None
            raise
        key = _local_key(count.postal_area, columns.postal_area, frame)
        day = counted_on
        if columns.date:
            day = period_end(values[columns.date])
            if day is None:
                reason = f"'{values[columns.date][:40]}' is no quarter, month or day such as 2026-Q1"
                raise FieldError(columns.date, reason, key)
        row = (key, *_counts(key, count, columns, odd), day, 1)
        own = f"{key} {day}" if columns.date else key
        return Item(row, key=own, key_field=columns.postal_area, odd=tuple(odd))

    table = collect_rows(_INTO, records, parse, frame, records.rejects, remarks=remarks)
    return Batch([table], records.rejects, remarks=remarks)


def _read_wide(path: Path, source: EvCountSource, frame: Frame) -> Batch:
    """Read a table with a column for each date; an empty cell is no count of that date.

    Raises:
        UsageError: no column is named after a date.
    """
    name = source.columns.postal_area
    records = Records(path, encoding=source.encoding)
    records.require_columns(name)
    days = {column: day for column in records.columns if (day := period_end(column))}
    if not days:
        raise UsageError(
            f"{path.name}: no column is named after a quarter, month or day.",
            'name them as in 2026-Q1, or take `layout = "wide"` out of the region file.',
        )
    records.normalize_values(days)
    numbers = {column: number for number, column in enumerate(days, start=1)}
    remarks = Remarks()

    def cells() -> Iterator[tuple[int, tuple[str, dict[str, str]]]]:
        for record, values in records:
            given = [column for column in days if values[column].strip()]
            for column in given or list(days)[-1:]:
                yield record, (column, values)

    def parse(_: int, cell: tuple[str, dict[str, str]]) -> Item:
        column, values = cell
        label = values[name].strip()[:40] or None
        try:
            count = take(_Count, values, {"postal_area": name, "total": column, "bev": None, "phev": None})
        except FieldError as error:
            error.label = label
            raise
        key = _local_key(count.postal_area, name, frame)
        if count.total is None:
            raise WithheldError(column, "it is empty or withheld", key)
        row = (key, None, None, count.total, days[column], numbers[column])
        return Item(row, key=f"{key} {days[column]}", key_field=name)

    table = collect_rows(_INTO, cells(), parse, frame, records.rejects, remarks=remarks)
    return Batch([table], records.rejects, remarks=remarks)


def _local_key(text: str, column: str, frame: Frame) -> str:
    """Return the key of a postal area that reaches into the region.

    Raises:
        ElsewhereError: it does not.
    """
    key = text.upper()
    if frame.postal_area_keys is not None and key not in frame.postal_area_keys:
        raise ElsewhereError(column, _ELSEWHERE, key)
    return key


def period_end(text: str) -> dt.date | None:
    """Return the last day of a quarter, a month or a day as written in a table; None for other texts."""
    text = text.strip()
    for pattern, months in _PERIODS:
        found = re.fullmatch(pattern, text, re.IGNORECASE)
        if found and int(found["year"]) > 0:
            year, month = int(found["year"]), months * int(found["part"])
            return dt.date(year, month, calendar.monthrange(year, month)[1])
    try:
        return dt.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


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
