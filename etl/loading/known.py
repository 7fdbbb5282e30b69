"""Stations of a map that is newer than the day as of which a region is loaded are left out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from db.common.assumption import Assumption
from db.common.day import newest_day
from etl.loading.read import Reading
from etl.region.sources import source_date
from etl.sources.base import Table

_FEATURES, _TYPE, _STATION = "osm_feature", "feature_kind", "charging_station"


def without_newer_stations(reading: Reading, day: dt.date) -> Reading:
    """Return what was read without charging stations of newer maps, and a note on each such map."""
    files, notes = [], []
    for file in reading.files:
        newest = newest_day(source_date(file.source))
        tables = [_without_stations(table) for table in file.batch.tables]
        count = file.batch.row_count - sum(len(table.rows) for table in tables)
        if count and newest and newest > day:
            value = {"count": count, "file_name": file.file_name, "day": str(day)}
            notes.append(Assumption(file.source_type, "as_of_stations_left_out", value))
            files.append(replace(file, batch=replace(file.batch, tables=tables)))
        else:
            files.append(file)
    return replace(reading, files=files, assumptions=[*reading.assumptions, *notes])


def _without_stations(table: Table) -> Table:
    if table.name != _FEATURES:
        return table
    place = table.columns.index(_TYPE)
    return replace(table, rows=[row for row in table.rows if row[place] != _STATION])
