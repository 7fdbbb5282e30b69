"""Reads the stations of NRCan and the Alternative Fuels Data Center.

Inputs: the CSV export, all fuels and statuses, with the columns of any year since 2013; or the export of
charging units, a line for each port. Results: `raw.afdc_station`; the views choose what is electric and in
service.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from etl.region.sources import AfdcSource
from etl.sources.base import Batch, Frame
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.delimited import Records
from etl.sources.schema import (
    Day,
    Identifier,
    NeededText,
    Odd,
    PastDay,
    PortCount,
    Record,
    Text,
    check_past,
    list_columns_by_type,
    take,
)
from etl.sources.values import FieldError, parse_required_place


class _Station(Record):
    """A row of the export: text, where empty means unknown."""

    afdc_id: Identifier
    fuel_type_code: NeededText
    status_code: NeededText
    name: Text = None
    street_address: Text = None
    city: Text = None
    network: Text = None
    access_code: Text = None
    facility_type: Text = None
    level1_port_count: PortCount = None
    level2_port_count: PortCount = None
    dc_fast_port_count: PortCount = None
    opened_on: Day = None
    confirmed_on: PastDay = None


# The names of each column in the CSV and, where it differs, in the JSON of the service.
_COLUMNS = {
    "afdc_id": ("ID",),
    "fuel_type_code": ("Fuel Type Code",),
    "status_code": ("Status Code",),
    "name": ("Station Name",),
    "street_address": ("Street Address",),
    "city": ("City",),
    "network": ("EV Network",),
    "access_code": ("Access Code",),
    "facility_type": ("Facility Type",),
    "level1_port_count": ("EV Level1 EVSE Num",),
    "level2_port_count": ("EV Level2 EVSE Num",),
    "dc_fast_port_count": ("EV DC Fast Count", "EV DC Fast Num"),
    "opened_on": ("Open Date",),
    "confirmed_on": ("Date Last Confirmed",),
}
_NEEDED = ("ID", "Fuel Type Code", "Status Code", "Latitude", "Longitude")
_PORTS = ("level1_port_count", "level2_port_count", "dc_fast_port_count")
_GROUPS = "Groups With Access Code"  # states in words what `Access Code` states since 2019
_OF_A_PORT = "EV J1772 Connector Count"  # a column of the file of charging units alone
_REMEDY = "export the stations again with all columns, or rename the columns"
_INTO = Rows("afdc_station", ("record_number", *_COLUMNS, "geom"), entities="stations")


def read_afdc(path: Path, source: AfdcSource, frame: Frame) -> Batch:
    """Read the stations.

    Raises:
        UsageError: the file cannot be used as a whole, or lacks a column that is used and has no substitute.
    """
    records = Records(path, encoding=source.encoding, remedy=_REMEDY)
    columns = _columns(records)
    lat, lon = (str(records.find_column(name)) for name in ("Latitude", "Longitude"))
    groups = records.find_column(_GROUPS)
    numbers, days = list_columns_by_type(_Station, columns)
    records.normalize_values(numbers, days, places=(lat, lon))
    batch = Batch([], records.rejects)
    rows = _by_station(records, columns) if records.find_column(_OF_A_PORT) else iter(records)

    def parse(_: int, values: dict[str, str]) -> Item:
        label = f"ID {values[str(columns['afdc_id'])].strip()[:40]}"
        odd: Odd = []
        try:
            station = take(_Station, values, columns, odd)
            place = parse_required_place(values[lon], values[lat], fields=(lon, lat))
        except FieldError as error:
            error.label = label if error.field != columns["afdc_id"] else None
            raise
        row = station.model_dump()
        row["access_code"] = _access(station.access_code, values[groups] if groups else "")
        if station.status_code.upper() != "P":  # a planned station may open later
            try:
                check_past(station.opened_on, str(columns["opened_on"]))
            except FieldError as error:
                odd.append((str(error.field), f"{error.reason}; it counts as unknown"))
                row["opened_on"] = None
        key = station.afdc_id
        return Item(
            tuple(row.values()), place, key=key, key_field=columns["afdc_id"], label=label, odd=tuple(odd)
        )

    batch.tables.append(collect_rows(_INTO, rows, parse, frame, records.rejects, remarks=batch.remarks))
    return batch


def _columns(records: Records) -> dict[str, str | None]:
    """Return the column of each field as this file spells it; None for one that it lacks.

    Raises:
        UsageError: it lacks a column without which stations cannot be distinguished.
    """
    records.require_columns(*(records.find_column(name) or name for name in _NEEDED))
    found = {field: records.find_column(*names) for field, names in _COLUMNS.items()}
    for column in found.values():
        records.require_columns(column)
    if not any(found[field] for field in _PORTS):
        records.require_columns(_COLUMNS["level2_port_count"][0])
    return found


def _access(code: str | None, groups: str) -> str | None:
    """Return public or private, by the code or by the groups that have access; None if neither is given."""
    for text in ((code or "").lower(), groups.lower()):
        for access in ("private", "public"):
            if access in text:
                return access
    return None


def _by_station(records: Records, columns: dict[str, str | None]) -> Iterator[tuple[int, dict[str, str]]]:
    """Merge the lines of ports to one for each station, with the sum of its ports."""
    stations: dict[str, tuple[int, list[dict[str, str]]]] = {}
    for record, values in records:
        stations.setdefault(values[str(columns["afdc_id"])].strip(), (record, []))[1].append(values)
    for record, ports in stations.values():
        sums = {c: _sum([port[c] for port in ports]) for field in _PORTS if (c := columns[field])}
        yield record, ports[0] | sums


def _sum(texts: list[str]) -> str:
    """Return the sum of some counts, or the first text that is not a count."""
    given = [text.strip() for text in texts if text.strip()]
    odd = next((text for text in given if not text.isdecimal()), None)
    return odd or (str(sum(map(int, given))) if given else "")
