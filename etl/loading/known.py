"""Records that are later than the day as of which a region is loaded are left out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import replace
from typing import Any

from db.common.assumption import Assumption
from db.common.day import newest_day
from etl.loading.read import Reading
from etl.region.file import RegionFile
from etl.region.sources import source_date
from etl.sources.base import Table
from etl.sources.stored import Row, store_rows
from etl.store import FileRead

_FEATURES, _STATION = "osm_feature", "charging_station"


def without_newer_records(reading: Reading, day: dt.date) -> Reading:
    """Return what was read without records of later days, and a note on each file that has some.

    Counts of vehicles, charging sessions and measured use have days of their own; one without a day is as old
    as its file. The date of such a file becomes that of its last record that is used. Of a map or a list of
    stations that is newer than the day, a map loses its charging stations, and a list those that it does not
    date by then.
    """
    files: list[FileRead] = []
    notes: list[Assumption] = []
    for file in reading.files:
        known, note = _known_part(file, day)
        files.append(known)
        notes += [note] if note else []
    return replace(reading, files=files, assumptions=[*reading.assumptions, *notes])


def without_unlisted_stations(
    region_file: RegionFile, reading: Reading, day: dt.date
) -> tuple[RegionFile, Reading]:
    """Return region and reading without what the region file says of stations that no source had on a day.

    These are tables of `[stations]`, and ids of a feed that it gives to session records; a note counts them.
    """
    listed = set(_listed_stations(reading))
    stations = region_file.region.stations
    stated = {
        name: tuple(one for one in getattr(stations, name) if one.key in listed)
        for name in type(stations).model_fields
    }
    lost = {one.key for name, kept in stated.items() for one in getattr(stations, name) if one not in kept}
    files = []
    for file in reading.files:
        given = getattr(file.source, "stations", {}) if file.source_type == "sessions" else {}
        lost |= set(given.values()) - listed
        tables = [_without_ids(table, lost) if given else table for table in file.batch.tables]
        files.append(replace(file, batch=replace(file.batch, tables=tables)))
    if not lost:
        return region_file, reading
    value = {"count": len(lost), "station": min(lost), "day": str(day)}
    note = Assumption("stations", "as_of_named_left_out", value)
    region = region_file.region.model_copy(update={"stations": stations.model_copy(update=stated)})
    return (
        replace(region_file, region=region),
        replace(reading, files=files, assumptions=[*reading.assumptions, note]),
    )


def _listed_stations(reading: Reading) -> Iterator[str]:
    """Yield stations by feed and id, as `core.station_source` has them."""
    for table in (table for file in reading.files for table in file.batch.tables):
        column = table.columns.index
        if table.name == "afdc_station":
            yield from (f"afdc:{row[column('afdc_id')]}" for row in table.rows)
        elif table.name == "openchargemap_poi":
            yield from (f"ocm:{row[column('ocm_id')]}" for row in table.rows)
        elif table.name == _FEATURES:
            named = column("feature_kind"), column("osm_type"), column("osm_id")
            rows = ([row[number] for number in named] for row in table.rows)
            yield from (f"osm:{osm_type[0]}{osm_id}" for of, osm_type, osm_id in rows if of == _STATION)


def _without_ids(table: Table, lost: Set[str]) -> Table:
    if table.name != "session":
        return table
    place = table.columns.index("station_id")
    rows = ((*row[:place], None, *row[place + 1 :]) if row[place] in lost else row for row in table.rows)
    return replace(table, rows=store_rows(rows))


def _known_part(file: FileRead, day: dt.date) -> tuple[FileRead, Assumption | None]:
    newest = newest_day(source_date(file.source))
    is_newer = newest is not None and newest > day
    tables, dates = [], set[dt.date]()
    for table in file.batch.tables:
        known, found = _known_rows(table, day, is_newer=is_newer)
        tables.append(known)
        dates |= found
    kept_count = sum(len(table.rows) for table in tables)
    count = file.batch.row_count - kept_count
    names = {table.name for table in tables}
    code = next((_CODE[name] for name in sorted(names) if name in _CODE), None)
    if not count and not (is_newer and names & _LISTS):
        return file, None
    assert code is not None  # noqa: S101 - rows of no other table are left out
    value: dict[str, Any] = {"count": count, "file_name": file.file_name, "day": str(day)}
    value |= {} if names & _MAPS else {"kept_count": kept_count}
    value |= {"data_date": source_date(file.source)} if names & _LISTS else {}
    source = file.source
    if names & _DATED.keys():
        source = source.model_copy(update={"data_date": max(dates, default=day)})
    batch = replace(file.batch, tables=tables)
    return replace(file, source=source, batch=batch), Assumption(file.source_type, code, value)


def _known_rows(table: Table, day: dt.date, *, is_newer: bool) -> tuple[Table, set[dt.date]]:
    """Return the table without rows of later days, and the days of those that stay."""
    columns, dated = _DATED.get(table.name) or (is_newer and _DATE_IN_LIST.get(table.name)) or ((), None)
    if dated is None:
        return table, set()
    take = [table.columns.index(column) for column in columns]
    is_undated_known = table.name in _DATED and not is_newer
    days: set[dt.date] = set()

    def known() -> Iterator[Row]:
        for row in table.rows:
            found = dated(*(row[number] for number in take))
            if is_undated_known if found is None else found <= day:
                yield row
                days.update({found} if found else ())

    return replace(table, rows=store_rows(known())), days


def _ended_on(started_local: str, plugged_min: float) -> dt.date:
    """Return the day on which a session ended, by the clocks on the wall: its record is made then."""
    return (dt.datetime.fromisoformat(started_local) + dt.timedelta(minutes=plugged_min)).date()


def _as_is(day: dt.date | None) -> dt.date | None:
    return day


def _listed_on(record: str) -> dt.date | None:
    """Return the day on which a record of OpenChargeMap was made; None where it does not tell."""
    made = json.loads(record).get("DateCreated")
    try:
        return dt.datetime.fromisoformat(made).date() if isinstance(made, str) else None
    except ValueError:
        return None


def _on_map(feature_type: str) -> dt.date | None:
    """Return no day for a charging station, which a map does not date; the first of all for others."""
    return None if feature_type == _STATION else dt.date.min


_Dated = tuple[tuple[str, ...], Callable[..., dt.date | None]]
_DATED: Mapping[str, _Dated] = {
    "ev_count": (("count_date",), _as_is),
    "session": (("started_local", "plugged_min"), _ended_on),
    "utilisation": (("measured_to",), _as_is),
}
"""Tables of `raw` whose rows tell by which day they were known, with the columns that tell it."""
_DATE_IN_LIST: Mapping[str, _Dated] = {
    "afdc_station": (("opened_on",), _as_is),
    "openchargemap_poi": (("record",), _listed_on),
    "osm_feature": (("feature_kind",), _on_map),
}
"""Tables whose rows are of the day of their file, with a day since which each of them is there."""
_LISTS = {"afdc_station", "openchargemap_poi"}
_MAPS = {"osm_feature"}
_CODE = {
    **dict.fromkeys(_DATED, "as_of_records_left_out"),
    **dict.fromkeys(_LISTS, "as_of_list_dated"),
    **dict.fromkeys(_MAPS, "as_of_stations_left_out"),
}
