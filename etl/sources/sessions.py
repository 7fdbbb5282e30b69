"""Reads records of charging sessions, of any network.

Inputs: a text file with a record for each session. Results: `raw.session`, from which
`core.charging_session` and the measurements of `analysis.session_*` are made. A record needs a station, a
start, and an end or a duration.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

from pydantic import Field

from db.common.errors import UsageError
from etl.region.sources import ColumnSum, SessionSource
from etl.sources.base import Batch, Frame, Remarks
from etl.sources.clock import Moment, parse_duration, parse_moment, split_day
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.delimited import Records
from etl.sources.notation import Notation, detect_notation
from etl.sources.schema import NeededText, Number, Odd, Record, Text, check_past, take
from etl.sources.values import FieldError

_INTO = Rows(
    "session",
    (
        "record_number", "session_key", "station", "port", "station_id", "started_at", "started_local",
        "plugged_min", "charging_min", "energy_kwh", "level", "lon", "lat",
    ),
    entities="sessions",
    is_bulk=True,
)  # fmt: skip
_KWH = {"kWh": 1.0, "Wh": 0.001, "MWh": 1000.0}
# The battery of the largest lorry holds 1,000 kWh; more is Wh in a column of kWh.
_KWH_MAX = 2_000
# Longer is a meter that ran over, or a car that was never taken away; the views count up to a day.
_MINUTES_MAX = 31 * 24 * 60
_FIRST_DAY = dt.datetime(1990, 1, 1)
# Starts and ends are often rounded to minutes, each its own way.
_APART_MIN = 5.0


class _Session(Record):
    station: NeededText
    port: Text = None
    session_id: Text = None
    level: Text = None
    energy: Annotated[Annotated[float, Field(ge=0)] | None, Number] = None
    lon: Annotated[Annotated[float, Field(ge=-180, le=180)] | None, Number] = None
    lat: Annotated[Annotated[float, Field(ge=-90, le=90)] | None, Number] = None


def read_sessions(path: Path, source: SessionSource, frame: Frame) -> Batch:
    """Read each session once; one that ends before it begins is a reject.

    Sessions outside the region are kept: they measure how long and how much people charge. Where end and
    duration differ the duration counts, as it has seconds.

    Raises:
        UsageError: the file cannot be used as a whole, or its days could be months.
    """
    columns = source.columns
    records = Records(path, encoding=source.encoding)
    records.require_columns(*_named(source))
    records.normalize_values(
        (columns.energy, columns.duration, columns.charging), places=(columns.lon, columns.lat)
    )
    reader = _Reader(source, _days(path, source))
    remarks = Remarks()
    table = collect_rows(_INTO, records, reader.parse, frame, records.rejects, remarks=remarks)
    batch = Batch([table], records.rejects, remarks=remarks, names=reader.names)
    if reader.is_utc:
        batch.assumptions.append(
            f"The times of {path.name} are marked as UTC, and no time_zone is named: hours of the day are "
            "those of UTC."
        )
    return batch


def _named(source: SessionSource) -> list[str | None]:
    found: list[str | None] = []
    for value in source.columns.model_dump().values():
        found += value if isinstance(value, list) else [value]
    return list(dict.fromkeys(found))


def _joined(values: dict[str, str], columns: ColumnSum) -> str:
    if isinstance(columns, str):
        return values[columns]
    return " ".join(part for column in columns if (part := values[column].strip()))


def _name(values: dict[str, str], columns: ColumnSum | None) -> str:
    """Return a name with single spaces, however it is set; empty where there is no column."""
    return " ".join(_joined(values, columns).split()) if columns else ""


def _days(path: Path, source: SessionSource) -> Notation:
    """Return the order of day and month in all starts and ends of a file.

    Raises:
        UsageError: each of its days could be a month.
    """
    if source.day_order:
        return Notation(day_order=source.day_order)
    moments = [column for column in (source.columns.start, source.columns.end) if column]
    records = Records(path, encoding=source.encoding)
    found = sorted({split_day(_joined(row, column)) for _, row in records for column in moments})
    notation = detect_notation(({"day": day} for day in found), [], [], ["day"], separator=records.separator)
    is_either = [
        day
        for day in found
        if _reads(day, "dm") and _reads(day, "md") and _reads(day, "dm") != _reads(day, "md")
    ]
    if is_either and notation.day_order is None:
        raise UsageError(
            f"{path.name}: a day such as '{is_either[0][:40]}' may be read in two ways; no other decides.",
            'say in the region file which comes first: day_order = "dm" or "md".',
        )
    return notation


def _reads(day: str, order: str) -> str | None:
    found = Notation(day_order=order).day(day)
    return found if found != day else None


class _Reader:
    """Parses the records of one source."""

    def __init__(self, source: SessionSource, notation: Notation) -> None:
        self.source = source
        self.notation = notation
        self.is_utc = False
        self.names: dict[str, set[str]] = {"stations": set(), "ports": set(), "levels": set()}
        given = source.columns.model_dump()
        self.plain = {
            name: given[name]
            for name in ("session_id", "level", "energy", "lon", "lat")
            if given[name] is not None
        }

    def parse(self, _: int, values: dict[str, str]) -> Item:
        """Return a session as a row.

        Raises:
            FieldError: a field that it needs cannot be used.
        """
        source, columns = self.source, self.source.columns
        station, port = _name(values, columns.station), _name(values, columns.port)
        self.names["stations"].add(station)
        self.names["ports"].add(port)
        if columns.level:
            self.names["levels"].add(values[columns.level].strip())
        label = station[:40] or None
        odd: Odd = []
        try:
            joined = {
                **values,
                "\0station": station,
                "\0port": source.ports.get(port, port),
            }
            names = {**self.plain, "station": "\0station", "port": "\0port"}
            found = take(_Session, joined, names, odd)
            start, plugged_min = self._times(values, odd)
            charging_min = self._charging(values, plugged_min, odd)
            energy_kwh = self._energy(found.energy, odd)
        except FieldError as error:
            error.label = label
            if error.field == "\0station":
                error.field = columns.station if isinstance(columns.station, str) else columns.station[0]
            raise
        level = source.level or (found.level and source.levels.get(found.level, found.level))
        row = (
            found.session_id, found.station, found.port, source.stations.get(found.station),
            f"{start.utc.isoformat()}Z", start.local.isoformat(), plugged_min, charging_min, energy_kwh,
            level,
            found.lon if found.lat is not None else None, found.lat if found.lon is not None else None,
        )  # fmt: skip
        key = found.session_id or "\0".join(map(str, (found.station, found.port, *row[4:9])))
        return Item(row, key=key, key_field=columns.session_id, label=label, odd=tuple(odd))

    def _times(self, values: dict[str, str], odd: Odd) -> tuple[Moment, float]:
        """Return start and minutes plugged in."""
        columns = self.source.columns
        start = self._moment(values, columns.start, columns.time_zone)
        first = columns.start if isinstance(columns.start, str) else columns.start[0]
        check_past(start.local.date(), first)
        if start.local < _FIRST_DAY:
            raise FieldError(first, f"{start.local.date()} is before there were such records")
        lasted = self._duration(values, columns.duration, odd)
        if columns.end is None:
            if lasted is None:
                raise FieldError(columns.duration, "it is empty, or cannot be used")
            return start, lasted
        name = columns.end if isinstance(columns.end, str) else columns.end[0]
        if lasted is not None and not _joined(values, columns.end).strip():
            return start, lasted
        end = self._moment(values, columns.end, columns.end_time_zone or columns.time_zone, start.utc)
        between = (end.utc - start.utc).total_seconds() / 60
        if between < 0:
            ended, began = _joined(values, columns.end).strip(), _joined(values, columns.start).strip()
            raise FieldError(name, f"it ends at {ended[:40]}, before it begins at {began[:40]}")
        if lasted is not None:
            if abs(between - lasted) > _APART_MIN:
                odd.append(
                    (
                        columns.duration or name,
                        f"it is {lasted:.0f} minutes, and start to end {between:.0f}; the former counts",
                    )
                )
            return start, lasted
        if between > _MINUTES_MAX:
            raise FieldError(name, f"it ends {between / 1440:.0f} days after it begins")
        return start, between

    def _moment(
        self,
        values: dict[str, str],
        column: ColumnSum,
        zone_column: str | None,
        not_before: dt.datetime | None = None,
    ) -> Moment:
        source = self.source
        name = column if isinstance(column, str) else column[0]
        zone = values[zone_column].strip() if zone_column else ""
        found = parse_moment(
            _joined(values, column),
            name,
            self.notation,
            zone or source.time_zone,
            counts_offset=source.offset == "counts",
            not_before=not_before,
        )
        if zone and source.time_zone and source.offset == "counts":
            found = parse_moment(f"{found.utc:%Y-%m-%d %H:%M:%S}Z", name, self.notation, source.time_zone)
        self.is_utc = self.is_utc or (
            not zone and source.time_zone is None and found.offset == dt.timedelta()
        )
        return found

    def _duration(self, values: dict[str, str], column: str | None, odd: Odd) -> float | None:
        """Return minutes; what cannot be used is a remark, as end or plugged time stand in for it."""
        if column is None:
            return None
        try:
            found = parse_duration(values[column], column, self.source.duration_unit)
        except FieldError as error:
            odd.append((column, f"{error.reason}; it counts as unknown"))
            return None
        if found is not None and found > _MINUTES_MAX:
            odd.append((column, f"{found:.0f} minutes is more than a month; it counts as unknown"))
            return None
        return found

    def _charging(self, values: dict[str, str], plugged_min: float, odd: Odd) -> float | None:
        column = self.source.columns.charging
        found = self._duration(values, column, odd)
        if found is None or column is None or found <= plugged_min:
            return found
        if found > plugged_min + _APART_MIN:
            odd.append(
                (column, f"{found:.0f} minutes is more than the {plugged_min:.0f} plugged in; these count")
            )
        return plugged_min

    def _energy(self, given: float | None, odd: Odd) -> float | None:
        if given is None:
            return None
        found = given * _KWH[self.source.energy_unit]
        if found > _KWH_MAX:
            column = self.source.columns.energy or "energy"
            odd.append(
                (column, f"{found:g} kWh is more than {_KWH_MAX:,}: see energy_unit; it counts as unknown")
            )
            return None
        return found
