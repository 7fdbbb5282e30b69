"""Reads a GTFS feed.

Inputs: the feed as a .zip. Results: `raw.gtfs_stop`, and `raw.gtfs_stop_departure`: how often each route leaves each stop
on the weekday with the most trips. A trip's last stop is no departure, nor is one where nobody may board; a trip of
frequencies.txt counts once per headway. Times past 24:00 belong to the day the trip began.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pandas as pd
import partridge

from db.errors import UsageError
from etl.region import TransitSource
from etl.sources.base import OUTSIDE, Batch, Frame, Reject, Table, ewkb_points
from etl.sources.values import FieldFault, clean, needed_place, whole

STOP_COLUMNS = ("record_number", "stop_id", "name", "location_type", "parent_stop_id", "geom")
DEPARTURE_COLUMNS = (
    "record_number",
    "stop_id",
    "route_id",
    "route_name",
    "route_type",
    "service_date",
    "departure_count",
)
_NEEDED = {
    "stops": ("stop_id",),
    "routes": ("route_id", "route_type"),
    "trips": ("trip_id", "route_id", "service_id"),
    "stop_times": ("trip_id", "stop_id", "stop_sequence"),
}
_TIME = re.compile(r"(\d{1,3}):(\d\d):(\d\d)", re.ASCII)
_PLACELESS = 3  # location types 3 and 4, generic nodes and boarding areas, may lack a place
_SATURDAY = 5
_Frames = dict[str, pd.DataFrame]


def read_transit(path: Path, _: TransitSource, frame: Frame) -> Batch:
    """Read stops and departures.

    Raises:
        UsageError: the archive is damaged, a required file or column is missing, or no day has service.
    """
    feed, services = _read_feed(path)
    rejects: list[Reject] = []
    stops, known = _stops(feed["stops"], frame, rejects)
    runs = _runs_per_trip(feed, rejects)
    day, active = _busiest_weekday(path, feed["trips"], runs, services)
    departures = _departures(feed, runs, active, known, day, rejects)
    tables = [
        Table("gtfs_stop", STOP_COLUMNS, stops),
        Table("gtfs_stop_departure", DEPARTURE_COLUMNS, departures),
    ]
    return Batch(
        tables,
        rejects,
        [f"Transit is counted on {day:%A}, {day.isoformat()}, the weekday with the most trips."],
    )


def _read_feed(path: Path) -> tuple[_Frames, dict[dt.date, frozenset[str]]]:
    try:
        feed = partridge.load_raw_feed(str(path))
        tables = {name: getattr(feed, name) for name in (*_NEEDED, "frequencies")}
        for name, columns in _NEEDED.items():
            missing = [column for column in columns if column not in tables[name].columns]
            if tables[name].empty or missing:
                what = (
                    f"has no column {missing[0]}"
                    if missing and not tables[name].empty
                    else "is missing or empty"
                )
                raise UsageError(
                    f"{path.name}: {name}.txt {what}.", "fetch the feed again; it is not a whole GTFS feed."
                )
        return tables, dict(partridge.read_service_ids_by_date(str(path)))
    except AssertionError:
        raise UsageError(
            f"{path.name} has no day with service.", "check calendar.txt and calendar_dates.txt of the feed."
        ) from None
    except (
        shutil.ReadError,
        OSError,
        EOFError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
        NotImplementedError,
    ) as error:
        raise UsageError(
            f"{path.name} cannot be read as a GTFS feed: {error}.", "fetch the feed again."
        ) from None


def _stops(
    stops: pd.DataFrame, frame: Frame, rejects: list[Reject]
) -> tuple[list[tuple[object, ...]], set[str]]:
    kept: list[tuple[object, ...]] = []
    places: list[tuple[float, float]] = []
    known: set[str] = set()
    for record, values in enumerate(stops.fillna("").to_dict("records"), start=1):
        stop_id = clean(values["stop_id"])
        label = f"stops.txt {record} ({stop_id})"
        try:
            if stop_id is None or stop_id in known:
                raise FieldFault(
                    "stop_id", "it is empty" if stop_id is None else f"'{stop_id}' is there before"
                )
            kind = whole(values.get("location_type", ""), "location_type", high=4) or 0
            fields = ("stop_lon", "stop_lat")
            if kind >= _PLACELESS and not any(values.get(name, "") for name in fields):
                continue
            at = needed_place(values.get("stop_lon", ""), values.get("stop_lat", ""), fields=fields)
        except FieldFault as fault:
            rejects.append(Reject(label, fault.field, fault.reason))
            continue
        if not frame.has(*at):
            rejects.append(Reject(label, "stop_lat", OUTSIDE, is_outside=True))
            continue
        known.add(stop_id)
        places.append(at)
        kept.append(
            (
                record,
                stop_id,
                clean(values.get("stop_name", "")),
                kind,
                clean(values.get("parent_station", "")),
            )
        )
    return [(*row, geom) for row, geom in zip(kept, ewkb_points(places), strict=True)], known


def _runs_per_trip(feed: _Frames, rejects: list[Reject]) -> pd.Series:
    """Return how often each trip runs on a day of its service: once, or as frequencies.txt says."""
    runs = pd.Series(1, index=feed["trips"]["trip_id"].drop_duplicates(), dtype="int64")
    found: dict[str, int] = {}
    for record, values in enumerate(feed["frequencies"].fillna("").to_dict("records"), start=1):
        try:
            start, end = (_seconds(values.get(name, ""), name) for name in ("start_time", "end_time"))
            headway = whole(values.get("headway_secs", ""), "headway_secs", high=86_400)
            if not headway or end <= start:
                raise FieldFault("headway_secs", "its headway or its span of time is empty")
        except FieldFault as fault:
            rejects.append(Reject(f"frequencies.txt {record}", fault.field, fault.reason))
            continue
        trip = values.get("trip_id", "")
        found[trip] = found.get(trip, 0) + -(-(end - start) // headway)
    return runs.where(~runs.index.isin(found), runs.index.map(lambda trip: found.get(trip, 1)))


def _seconds(text: str, field: str) -> int:
    match = _TIME.fullmatch(text.strip())
    if not match:
        raise FieldFault(field, f"'{text[:40]}' is not a time like 06:30:00")
    hours, minutes, seconds = map(int, match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _busiest_weekday(
    path: Path, trips: pd.DataFrame, runs: pd.Series, services: dict[dt.date, frozenset[str]]
) -> tuple[dt.date, frozenset[str]]:
    """Return the earliest weekday with the most trips and its services; any day where no weekday is served."""
    per_service = runs.reindex(trips["trip_id"]).groupby(trips["service_id"].to_numpy()).sum()
    days = [day for day in services if day.weekday() < _SATURDAY] or list(services)
    counts = {ids: int(per_service.reindex(list(ids)).sum()) for ids in set(services.values())}
    if not any(counts.values()):
        raise UsageError(
            f"{path.name} has no day with service.", "check calendar.txt and calendar_dates.txt of the feed."
        )
    best = max(days, key=lambda day: (counts[services[day]], -day.toordinal()))
    return best, services[best]


def _departures(
    feed: _Frames,
    runs: pd.Series,
    active: frozenset[str],
    known: set[str],
    day: dt.date,
    rejects: list[Reject],
) -> list[tuple[object, ...]]:
    trips = feed["trips"].drop_duplicates("trip_id").set_index("trip_id")
    routes = feed["routes"].drop_duplicates("route_id").set_index("route_id")
    trips = trips[trips["service_id"].isin(active)]
    lost = trips[~trips["route_id"].isin(routes.index)]
    rejects += [
        Reject(f"trips.txt {trip}", "route_id", "routes.txt has no such route") for trip in lost.index
    ]
    times = feed["stop_times"]
    times = times[times["trip_id"].isin(trips.index.difference(lost.index))].copy()
    times["order"] = pd.to_numeric(times["stop_sequence"], errors="coerce")
    times = times[times["order"] < times.groupby("trip_id")["order"].transform("max")]
    if "pickup_type" in times.columns:
        times = times[times["pickup_type"] != "1"]
    times = times[times["stop_id"].isin(known)]
    times["route_id"] = times["trip_id"].map(trips["route_id"])
    times["run_count"] = times["trip_id"].map(runs)
    counts = times.groupby(["stop_id", "route_id"])["run_count"].sum()
    rows: list[tuple[object, ...]] = []
    for record, ((stop_id, route_id), count) in enumerate(counts.items(), start=1):
        name, kind = _route(routes.loc[route_id])
        rows.append((record, stop_id, route_id, name, kind, day, int(count)))
    return rows


def _route(route: pd.Series) -> tuple[str | None, int]:
    names = [route.get(column) for column in ("route_short_name", "route_long_name")]
    name = next((clean(text) for text in names if isinstance(text, str) and text.strip()), None)
    try:
        kind = whole(str(route["route_type"]), "route_type", high=10_000)
    except FieldFault:
        kind = None
    return name, 3 if kind is None else kind
