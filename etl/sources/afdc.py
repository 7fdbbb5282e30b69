"""Reads the stations of NRCan and the Alternative Fuels Data Center.

Inputs: the CSV export, all fuels and statuses. Results: `raw.afdc_station`; the views choose what is electric and in service.
"""

from __future__ import annotations

from pathlib import Path

from etl.region import AfdcSource
from etl.sources.base import OUTSIDE, Batch, Frame, Reject, Table, ewkb_points
from etl.sources.delimited import Records
from etl.sources.values import BIGINT_MAX, FieldFault, clean, date, needed_place, whole

COLUMNS = (
    "record_number", "afdc_id", "fuel_type_code", "status_code", "name", "street_address", "city", "network", "access_code",
    "facility_type", "level1_port_count", "level2_port_count", "dc_fast_port_count", "opened_on", "confirmed_on", "geom",
)  # fmt: skip
_TEXT = ("Station Name", "Street Address", "City", "EV Network", "Access Code", "Facility Type")
_PORTS = ("EV Level1 EVSE Num", "EV Level2 EVSE Num", "EV DC Fast Count")
_DATES = ("Open Date", "Date Last Confirmed")
_PORTS_MAX = 10_000


def read_afdc(path: Path, source: AfdcSource, frame: Frame) -> Batch:
    """Read the stations.

    Raises:
        UsageError: the file cannot be used as a whole, or lacks a column of the export.
    """
    rejects: list[Reject] = []
    records = Records(path, encoding=source.encoding)
    records.need("ID", "Fuel Type Code", "Status Code", "Latitude", "Longitude", *_TEXT, *_PORTS, *_DATES)
    kept: list[tuple[object, ...]] = []
    places: list[tuple[float, float]] = []
    seen: set[int] = set()
    for record, values in records:
        label = f"{record} (ID {values['ID']})"
        try:
            row, at = _row(record, values)
            if row[1] in seen:
                raise FieldFault("ID", f"{row[1]} is there before")
        except FieldFault as fault:
            rejects.append(Reject(label, fault.field, fault.reason))
            continue
        seen.add(row[1])
        if frame.has(*at):
            kept.append(row)
            places.append(at)
        else:
            rejects.append(Reject(label, "Latitude, Longitude", OUTSIDE, is_outside=True))
    rows = [(*row, geom) for row, geom in zip(kept, ewkb_points(places), strict=True)]
    return Batch([Table("afdc_station", COLUMNS, rows)], records.rejects + rejects)


def _row(
    record: int, values: dict[str, str]
) -> tuple[tuple[int, int, *tuple[object, ...]], tuple[float, float]]:
    afdc_id = whole(values["ID"], "ID", high=BIGINT_MAX)
    if afdc_id is None:
        raise FieldFault("ID", "it is empty")
    codes = [clean(values[name]) for name in ("Fuel Type Code", "Status Code")]
    for name, code in zip(("Fuel Type Code", "Status Code"), codes, strict=True):
        if code is None:
            raise FieldFault(name, "it is empty")
    at = needed_place(values["Longitude"], values["Latitude"], fields=("Longitude", "Latitude"))
    ports = [whole(values[name], name, high=_PORTS_MAX) for name in _PORTS]
    dates = [date(values[name], name) for name in _DATES]
    return (record, afdc_id, *codes, *(clean(values[name]) for name in _TEXT), *ports, *dates), at
