"""Reads a GTFS feed.

Inputs: the feed as a .zip. Results: `raw.gtfs_stop`, and `raw.gtfs_stop_departure`: how often each route
leaves each stop on the weekday nearest to the date of the data. The last stop of a trip and stops without
boarding are not departures; a trip of frequencies.txt counts once per headway. Times past 24:00 belong to the
day on which the trip began.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import partridge
from babel import dates
from pydantic import Field

from db.common.assumption import Remark
from db.common.errors import UsageError
from db.common.language import LOCALES, Language
from etl.region.sources import TransitSource, source_date
from etl.sources.base import Batch, Frame, Reject, Rejects, Remarks, Table
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.gtfs_files import unpack_tables
from etl.sources.notation import detect_notation
from etl.sources.schema import NeededText, Odd, Record, Text, Whole, take
from etl.sources.service_day import choose_service_day
from etl.sources.stored import store_rows
from etl.sources.values import (
    INTEGER_MAX,
    ElsewhereError,
    FieldError,
    clean_text,
    parse_place,
    parse_required_place,
)

_STOPS = Rows("gtfs_stop", ("record_number", "stop_id", "name", "location_type", "parent_stop_id", "geom"))
_DEPARTURES = (
    "record_number",
    "stop_id",
    "route_id",
    "route_name",
    "route_type",
    "service_date",
    "departure_count",
)
_NEEDED = {
    "stops": ("stop_id", "stop_lat", "stop_lon"),
    "routes": ("route_id", "route_type"),
    "trips": ("trip_id", "route_id", "service_id"),
    "stop_times": ("trip_id", "stop_id", "stop_sequence"),
}
_TIME = re.compile(r"(\d{1,3}):(\d\d):(\d\d)", re.ASCII)
_HINT = "fetch the feed again; it is not a complete GTFS feed."
_PLACELESS = 3  # location types 3 and 4, generic nodes and boarding areas, may lack a place
_NAMES_SHOWN = 3
_FIRST_DAY, _LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
_DAY_S = 86_400
_ROUTE_TYPE_MAX = 10_000


@dataclass(frozen=True)
class _Feed:
    """Name and tables of a feed, with all values as text; the services of each day; assumptions."""

    name: str
    tables: dict[str, pd.DataFrame]
    services: dict[dt.date, frozenset[str]]
    notes: list[str]

    def records(self, name: str) -> list[tuple[int, dict[str, str]]]:
        return list(enumerate(self.tables[name].fillna("").to_dict("records"), start=1))


class _Stop(Record):
    """The columns of stops.txt that are used."""

    stop_id: NeededText
    stop_name: Text = None
    location_type: Annotated[Annotated[int, Field(ge=0, le=4)] | None, Whole] = None
    parent_station: Text = None


class _Route(Record):
    route_type: Annotated[Annotated[int, Field(ge=0, le=_ROUTE_TYPE_MAX)] | None, Whole]


class _Frequency(Record):
    headway_secs: Annotated[int, Whole, Field(ge=1, le=_DAY_S)]


def read_transit(path: Path, source: TransitSource, frame: Frame) -> Batch:
    """Read stops and departures.

    Raises:
        UsageError: the archive is damaged, a required file or column is missing, or no day has service.
    """
    feed = _open(path, source.encoding)
    rejects, remarks = Rejects(), Remarks()
    stops = collect_rows(_STOPS, _placed(feed), _stop, frame, rejects, remarks=remarks)
    runs = _runs(feed, rejects)
    day, reason = _counted_day(path, feed, runs, source_date(source))
    routes = _routes(feed, rejects)
    departures = _departures(feed, runs, day, rejects)
    known = {row[1] for row in stops.rows}
    counted = [
        (stop, route, n)
        for (stop, route), n in departures.items()
        if stop in known and route in routes and _is_sane(stop, route, n, rejects)
    ]
    rows = [
        (record, stop_id, route_id, *routes[route_id], day, count)
        for record, (stop_id, route_id, count) in enumerate(sorted(counted), start=1)
    ]
    weekday = dates.format_date(day, "EEEE", locale=LOCALES[Language.FR])
    note = Remark(
        f"Transit of {feed.name} is counted on {day:%A}, {day.isoformat()}, {reason}.",
        f"Le transport en commun de {feed.name} est compté le {weekday} {day.isoformat()}, {reason.french}.",
    )
    departing = Table("gtfs_stop_departure", _DEPARTURES, store_rows(rows))
    return Batch([stops, departing], rejects, [note, *feed.notes], remarks)


def _open(path: Path, encoding: str | None) -> _Feed:
    with unpack_tables(path, encoding) as (folder, notes):
        return _read(path, folder, notes)


def _read(path: Path, folder: Path, notes: list[str]) -> _Feed:
    try:
        with warnings.catch_warnings():
            # pandas drops fields beyond the header, with a warning
            warnings.simplefilter("error", pd.errors.ParserWarning)
            feed = partridge.load_raw_feed(str(folder))
            tables = {name: getattr(feed, name) for name in (*_NEEDED, "frequencies")}  # read when needed
        for name, columns in _NEEDED.items():
            if tables[name].empty:
                raise UsageError(f"{path.name}: {name}.txt is missing or empty.", _HINT)
            missing = [column for column in columns if column not in tables[name].columns]
            if missing:
                raise UsageError(f"{path.name}: {name}.txt has no column {missing[0]}.", _HINT)
        _check_calendar(path, feed)
        return _Feed(
            _feed_name(path, feed), tables, dict(partridge.read_service_ids_by_date(str(folder))), notes
        )
    except AssertionError:
        raise _no_service(path) from None
    except (
        OSError,
        EOFError,
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
        RuntimeError,
        pd.errors.ParserWarning,
    ) as error:
        reason = str(error).replace(str(folder), path.name)[:200]
        raise UsageError(
            f"{path.name} cannot be read as a GTFS feed: {reason}.", "fetch the feed again."
        ) from None


def _check_calendar(path: Path, feed: Any) -> None:
    """Refuse an implausible calendar: all of its days are searched.

    Raises:
        UsageError: a day is not a date, or out of the range of timetables.
    """
    for table, columns in (("calendar", ("start_date", "end_date")), ("calendar_dates", ("date",))):
        for record, values in enumerate(getattr(feed, table).fillna("").to_dict("records"), start=1):
            for column in columns:
                try:
                    day = dt.datetime.strptime(str(values[column]).strip(), "%Y%m%d").date()
                except ValueError:
                    day = None
                if day is None or not _FIRST_DAY <= day <= _LAST_DAY:
                    fault = (
                        f"{path.name}: {table}.txt, record {record}, {column}: '{str(values[column])[:40]}'"
                    )
                    years = f"{_FIRST_DAY.year} to {_LAST_DAY.year}"
                    raise UsageError(f"{fault} is not a day of {years} written like 20260612.", _HINT)


def _no_service(path: Path) -> UsageError:
    return UsageError(
        f"{path.name} has no day with service.",
        "fetch a feed whose calendar.txt or calendar_dates.txt names days.",
    )


def _placed(feed: _Feed) -> list[tuple[int, dict[str, str]]]:
    """Return the stops, with a point as the decimal mark of coordinates."""
    records, places = feed.records("stops"), ["stop_lon", "stop_lat"]
    found = detect_notation((values for _, values in records), [], places, [], separator=",")
    return [
        (record, values | {name: found.number(values[name]) for name in places}) for record, values in records
    ]


def _stop(_: int, values: dict[str, str]) -> Item:
    fields = ("stop_lon", "stop_lat")
    stop_id = values["stop_id"].strip()
    odd: Odd = []
    try:
        stop = take(_Stop, values, _columns(_Stop, values), odd)
        type_number = stop.location_type or 0
        where = parse_place if type_number >= _PLACELESS else parse_required_place
        at = where(values["stop_lon"], values["stop_lat"], fields=fields)
    except FieldError as error:
        error.label = stop_id
        raise
    if at is None:
        raise ElsewhereError("stop_lat", "it lies within a station and has no place of its own", stop_id)
    row = (stop.stop_id, stop.stop_name, type_number, stop.parent_station)
    return Item(row, at, key=stop.stop_id, key_field="stop_id", odd=tuple(odd))


def _columns(model: type[Record], values: dict[str, str]) -> dict[str, str]:
    return {name: name for name in model.model_fields if name in values}


def _routes(feed: _Feed, rejects: list[Reject]) -> dict[str, tuple[str | None, int]]:
    """Return name and GTFS type of each route."""
    found: dict[str, tuple[str | None, int]] = {}
    for record, values in feed.records("routes"):
        try:
            type_number = take(_Route, values, _columns(_Route, values)).route_type
        except FieldError as error:
            type_number = None
            rejects.append(Reject(f"routes.txt {record} ({values['route_id']})", error.field, error.reason))
        name = clean_text(values.get("route_short_name", "")) or clean_text(values.get("route_long_name", ""))
        if type_number is not None:
            found.setdefault(values["route_id"], (name, type_number))
    return found


def _runs(feed: _Feed, rejects: list[Reject]) -> dict[str, int]:
    """Return how often each trip runs on a day of its service: once, or as given by frequencies.txt."""
    often: Counter[str] = Counter()
    for record, values in feed.records("frequencies"):
        try:
            often[values.get("trip_id", "")] += _headways(values)
        except FieldError as error:
            rejects.append(Reject(f"frequencies.txt {record}", error.field, error.reason))
    return {trip: often.get(trip, 1) for trip in feed.tables["trips"]["trip_id"].dropna()}


def _headways(values: dict[str, str]) -> int:
    start, end = (_seconds(values.get(name, ""), name) for name in ("start_time", "end_time"))
    headway_s = take(_Frequency, values, _columns(_Frequency, values)).headway_secs
    if end <= start:
        raise FieldError("end_time", "it is not after start_time")
    return -(-(end - start) // headway_s)


def _seconds(text: str, field: str) -> int:
    match = _TIME.fullmatch(text.strip())
    if not match:
        raise FieldError(field, f"'{text[:40]}' is not a time like 06:30:00")
    hours, minutes, seconds = map(int, match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _is_sane(stop: str, route: str, count: int, rejects: list[Reject]) -> bool:
    """Return whether a route leaves a stop at most once a second; headways may be implausible."""
    if count > _DAY_S:
        reason = f"route {route[:40]} would leave stop {stop[:40]} {count:,} times a day"
        rejects.append(Reject("several", "headway_secs", reason))
    return count <= _DAY_S


def _counted_day(path: Path, feed: _Feed, runs: dict[str, int], data_date: str) -> tuple[dt.date, Remark]:
    """Return the day that is counted, and the reason for it."""
    counts = {ids: _trip_count(feed, runs, ids) for ids in set(feed.services.values())}
    found = choose_service_day({day: counts[ids] for day, ids in feed.services.items()}, data_date)
    if found is None:
        raise _no_service(path)
    return found


def _feed_name(path: Path, feed: Any) -> str:
    """Return the agencies or the publisher of a feed, and the name of its file."""
    for table, column in ((feed.agency, "agency_name"), (feed.feed_info, "feed_publisher_name")):
        if column in table.columns:
            names = dict.fromkeys(
                name for value in table[column].fillna("") if (name := clean_text(str(value)))
            )
            if names:
                shown = ", ".join(list(names)[:_NAMES_SHOWN])
                more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
                return f"{shown}{more} ({path.name})"
    return path.name


def _trip_count(feed: _Feed, runs: dict[str, int], services: frozenset[str]) -> int:
    """Return the trips of some services, each once."""
    return int(_active(feed, services)["trip_id"].map(runs).sum())


def _active(feed: _Feed, services: frozenset[str]) -> pd.DataFrame:
    """Return the trips of some services, each once even if it is listed under several."""
    trips = feed.tables["trips"]
    return trips[trips["service_id"].isin(services)].drop_duplicates("trip_id")


def _departures(
    feed: _Feed, runs: dict[str, int], day: dt.date, rejects: list[Reject]
) -> dict[tuple[str, str], int]:
    """Return departures on a day by stop and route."""
    trips = _active(feed, feed.services[day]).set_index("trip_id")
    times = feed.tables["stop_times"].drop_duplicates(["trip_id", "stop_sequence"])
    times = times[times["trip_id"].isin(trips.index)]
    order = pd.to_numeric(times["stop_sequence"], errors="coerce")
    order = order.where(order.abs() <= INTEGER_MAX)
    for record in times.index[order.isna()]:
        text = str(times.at[record, "stop_sequence"])[:40]
        reason = f"'{text}' is not a number"
        rejects.append(Reject(f"stop_times.txt {record + 1}", "stop_sequence", reason))
    is_departure = order < order.groupby(times["trip_id"]).transform("max")
    if "pickup_type" in times.columns:
        is_departure &= times["pickup_type"] != "1"
    left = times[is_departure]
    counts = (
        left["trip_id"].map(runs).groupby([left["stop_id"], left["trip_id"].map(trips["route_id"])]).sum()
    )
    return {(str(stop), str(route)): int(count) for (stop, route), count in counts.items()}
