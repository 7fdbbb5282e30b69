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
from etl.sources.values import BIGINT_MAX, FieldError, clean, date, needed_place, needed_text, whole

_CODES = {"fuel_type_code": "Fuel Type Code", "status_code": "Status Code"}
_TEXTS = {
    "name": "Station Name",
    "street_address": "Street Address",
    "city": "City",
    "network": "EV Network",
    "access_code": "Access Code",
    "facility_type": "Facility Type",
}
_PORTS = {
    "level1_port_count": "EV Level1 EVSE Num",
    "level2_port_count": "EV Level2 EVSE Num",
    "dc_fast_port_count": "EV DC Fast Count",
}
_DATES = {"opened_on": "Open Date", "confirmed_on": "Date Last Confirmed"}
_INTO = Rows(
    "afdc_station", ("record_number", "afdc_id", *_CODES, *_TEXTS, *_PORTS, *_DATES, "geom"), noun="stations"
)
_PORTS_MAX = 10_000


def read_afdc(path: Path, source: AfdcSource, frame: Frame) -> Batch:
    """Read the stations.

    Raises:
        UsageError: the file cannot be used as a whole, or lacks a column of the export.
    """
    records = Records(path, encoding=source.encoding)
    needed = [name for group in (_CODES, _TEXTS, _PORTS, _DATES) for name in group.values()]
    records.need("ID", "Latitude", "Longitude", *needed)
    return Batch([collect(_INTO, records, _parse, frame, records.rejects)], records.rejects)


def _parse(_: int, values: dict[str, str]) -> Item:
    afdc_id = whole(values["ID"], "ID", high=BIGINT_MAX)
    if afdc_id is None:
        raise FieldError("ID", "it is empty")
    try:
        row = (
            afdc_id,
            *(needed_text(values[name], name) for name in _CODES.values()),
            *(clean(values[name]) for name in _TEXTS.values()),
            *(whole(values[name], name, high=_PORTS_MAX) for name in _PORTS.values()),
            *(date(values[name], name) for name in _DATES.values()),
        )
        place = needed_place(values["Longitude"], values["Latitude"], fields=("Longitude", "Latitude"))
    except FieldError as error:
        error.label = f"ID {afdc_id}"
        raise
    return Item(row, place, key=afdc_id, key_field="ID", label=f"ID {afdc_id}")
