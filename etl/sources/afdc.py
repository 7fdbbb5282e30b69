"""Reads the stations of NRCan and the Alternative Fuels Data Center.

Inputs: the CSV export, all fuels and statuses. Results: `raw.afdc_station`; the views choose what is electric
and in service.
"""

from __future__ import annotations

from pathlib import Path

from etl.region_source import AfdcSource
from etl.sources.base import Batch, Frame
from etl.sources.collect import Item, Rows, collect
from etl.sources.delimited import Records
from etl.sources.schema import Day, Identifier, NeededText, PastDay, PortCount, Record, Text, past, take
from etl.sources.values import FieldError, needed_place


class _Station(Record):
    """A row of the export: text, where empty means unknown."""

    afdc_id: Identifier
    fuel_type_code: NeededText
    status_code: NeededText
    name: Text
    street_address: Text
    city: Text
    network: Text
    access_code: Text
    facility_type: Text
    level1_port_count: PortCount
    level2_port_count: PortCount
    dc_fast_port_count: PortCount
    opened_on: Day
    confirmed_on: PastDay


_COLUMNS = {
    "afdc_id": "ID",
    "fuel_type_code": "Fuel Type Code",
    "status_code": "Status Code",
    "name": "Station Name",
    "street_address": "Street Address",
    "city": "City",
    "network": "EV Network",
    "access_code": "Access Code",
    "facility_type": "Facility Type",
    "level1_port_count": "EV Level1 EVSE Num",
    "level2_port_count": "EV Level2 EVSE Num",
    "dc_fast_port_count": "EV DC Fast Count",
    "opened_on": "Open Date",
    "confirmed_on": "Date Last Confirmed",
}
_PLACE = ("Longitude", "Latitude")
_INTO = Rows("afdc_station", ("record_number", *_COLUMNS, "geom"), noun="stations")


def read_afdc(path: Path, source: AfdcSource, frame: Frame) -> Batch:
    """Read the stations.

    Raises:
        UsageError: the file cannot be used as a whole, or lacks a column of the export.
    """
    records = Records(path, encoding=source.encoding)
    records.need(*_COLUMNS.values(), *_PLACE)
    return Batch([collect(_INTO, records, _parse, frame, records.rejects)], records.rejects)


def _parse(_: int, values: dict[str, str]) -> Item:
    label = f"ID {values['ID'].strip()[:40]}"
    try:
        station = take(_Station, values, _COLUMNS)
        if station.status_code.upper() != "P":
            past(station.opened_on, "Open Date")  # a planned station may open later
        place = needed_place(*(values[name] for name in _PLACE), fields=_PLACE)
    except FieldError as error:
        error.label = label if error.field != "ID" else None
        raise
    row = tuple(station.model_dump().values())
    return Item(row, place, key=station.afdc_id, key_field="ID", label=label)
