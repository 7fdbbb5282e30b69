"""Reads the stations of NRCan and the Alternative Fuels Data Center.

Inputs: the CSV export, all fuels and statuses, with the columns of any year since 2013; the export of
charging units, a line for each port, with the power of its connectors; or a list with other columns, which
the region file names. Results: `raw.afdc_station`; the views choose what is electric and in service.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from db.common.errors import UsageError
from etl.region.sources import AfdcSource
from etl.sources.base import Batch, Frame
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.covered import read_covered
from etl.sources.delimited import NAME_COLUMNS, Records
from etl.sources.schema import (
    Day,
    Flag,
    Identifier,
    Kilowatt,
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
    access_hours: Text = None
    is_restricted: Flag = None
    owner_type_code: Text = None
    agency: Text = None
    facility_type: Text = None
    pricing: Text = None
    connector_types: Text = None
    level1_port_count: PortCount = None
    level2_port_count: PortCount = None
    dc_fast_port_count: PortCount = None
    opened_on: Day = None
    confirmed_on: PastDay = None


class _Port(Record):
    """A line of the export of charging units."""

    level1_port_count: PortCount = None
    level2_port_count: PortCount = None
    dc_fast_port_count: PortCount = None
    j1772_kw: Kilowatt = None
    ccs_kw: Kilowatt = None
    chademo_kw: Kilowatt = None
    j3400_kw: Kilowatt = None
    j3271_kw: Kilowatt = None


# A station, and its lines in the export of charging units.
_Row: TypeAlias = tuple[dict[str, str], list[dict[str, str]]]

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
    "access_hours": ("Access Days Time",),
    "is_restricted": ("Restricted Access",),
    "owner_type_code": ("Owner Type Code",),
    "agency": ("Federal Agency Name",),
    "facility_type": ("Facility Type",),
    "pricing": ("EV Pricing",),
    "connector_types": ("EV Connector Types",),
    "level1_port_count": ("EV Level1 EVSE Num",),
    "level2_port_count": ("EV Level2 EVSE Num",),
    "dc_fast_port_count": ("EV DC Fast Count", "EV DC Fast Num"),
    "opened_on": ("Open Date",),
    "confirmed_on": ("Date Last Confirmed",),
}
# The keys by which a region file names the columns of a list that has others.
_KEYS = {
    "afdc_id": "id",
    "fuel_type_code": "fuel",
    "status_code": "status",
    "street_address": "address",
    "access_code": "access",
    "owner_type_code": "owner_type",
    "agency": "owner_name",
    "facility_type": "facility",
    "connector_types": "connectors",
    "level1_port_count": "level1_ports",
    "level2_port_count": "level2_ports",
    "dc_fast_port_count": "dc_fast_ports",
}
# What a region file may state of all records of a list that has no column for it.
_STATED = {"fuel_type_code": "fuel", "status_code": "status"}
_PORTS = ("level1_port_count", "level2_port_count", "dc_fast_port_count")
_POWERS = {
    "j1772_kw": "EV J1772 Power Output (kW)",
    "ccs_kw": "EV CCS Power Output (kW)",
    "chademo_kw": "EV CHAdeMO Power Output (kW)",
    "j3400_kw": "EV J3400 Power Output (kW)",
    "j3271_kw": "EV J3271 Power Output (kW)",
}
_GROUPS = "Groups With Access Code"  # states in words what `Access Code` states since 2019
_OF_A_PORT = "EV J1772 Connector Count"  # a column of the file of charging units alone
_REMEDY = "export the stations again with all columns, or rename the columns"
_INTO = Rows("afdc_station", ("record_number", *_COLUMNS, "ports", "geom"), entities="stations")


def read_afdc(path: Path, source: AfdcSource, frame: Frame) -> Batch:
    """Read the stations.

    Raises:
        UsageError: the file cannot be used as a whole, or lacks a column that is used and has no substitute.
    """
    records = Records(path, encoding=source.encoding, remedy=_remedy(source))
    columns, stated = _columns(records, source)
    lat, lon = _place_columns(records, source)
    groups = None if source.columns else records.find_column(_GROUPS)
    numbers, days = list_columns_by_type(_Station, columns)
    of_ports = {field: columns[field] for field in _PORTS}
    of_ports |= {field: records.find_column(name) for field, name in _POWERS.items()}
    powers, _ = list_columns_by_type(_Port, of_ports)
    records.normalize_values({*numbers, *powers}, days, places=(lat, lon))
    batch = Batch([], records.rejects, covers=read_covered(source.covers))
    rows: Iterator[tuple[int, _Row]] = ((record, (values, [])) for record, values in records)
    if records.find_column(_OF_A_PORT):
        rows = _by_station(records, columns)

    def parse(_: int, row: _Row) -> Item:
        values, lines = row
        label = f"ID {values[str(columns['afdc_id'])].strip()[:40]}"
        odd: Odd = []
        try:
            station = take(_Station, values | stated, columns, odd)
            place = parse_required_place(values[lon], values[lat], fields=(lon, lat))
        except FieldError as error:
            error.label = label if error.field != columns["afdc_id"] else None
            raise
        content = station.model_dump()
        content["access_code"] = _access(station.access_code, values[groups] if groups else "")
        if station.status_code.upper() != "P":  # a planned station may open later
            try:
                check_past(station.opened_on, str(columns["opened_on"]))
            except FieldError as error:
                odd.append((str(error.field), f"{error.reason}; it counts as unknown"))
                content["opened_on"] = None
        content["ports"] = _ports(lines, of_ports, odd) if lines else None
        key = station.afdc_id
        return Item(
            tuple(content.values()), place, key=key, key_field=columns["afdc_id"], label=label, odd=tuple(odd)
        )

    batch.tables.append(collect_rows(_INTO, rows, parse, frame, records.rejects, remarks=batch.remarks))
    return batch


def _remedy(source: AfdcSource) -> str:
    """Return the next step if a column is missing."""
    return NAME_COLUMNS if source.columns else _REMEDY


def _columns(records: Records, source: AfdcSource) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return the column of each field as this file spells it, and what the region file states of all records.

    A field that the file lacks has no column; one that is stated has a name that no file has.

    Raises:
        UsageError: it lacks a column without which stations cannot be distinguished, or has one that the
            region file states.
    """
    if source.columns:
        named = source.columns
        found = {field: getattr(named, _KEYS.get(field, field)) for field in _COLUMNS}
    else:
        found = {field: records.find_column(*names) for field, names in _COLUMNS.items()}
    stated: dict[str, str] = {}
    unstated = []
    for field, key in _STATED.items():
        word, column = getattr(source, key), found[field]
        if word and column:
            raise UsageError(
                f"{records.path.name} has a column '{column}', and the region file states {key}.",
                f"leave out {key} in the region file, or name the columns of the list in columns.",
            )
        if word:
            found[field] = f"{key} of the region file"
            stated[f"{key} of the region file"] = word
        elif not column:
            unstated.append(key)
    needed = {field: found[field] or _COLUMNS[field][0] for field in ("afdc_id", *_STATED)}
    lat, lon = _place_columns(records, source)
    remedy = _remedy(source)
    if unstated:
        remedy += f", or state {' and '.join(unstated)} of all records in the region file"
    records.require_columns(*(c for c in needed.values() if c not in stated), lat, lon, remedy=remedy)
    for column in found.values():
        records.require_columns(None if column in stated else column)
    if not any(found[field] for field in _PORTS):
        records.require_columns(_COLUMNS["level2_port_count"][0])
    return found, stated


def _place_columns(records: Records, source: AfdcSource) -> tuple[str, str]:
    """Return the columns of latitude and longitude, which the file may lack."""
    if source.columns:
        return source.columns.lat, source.columns.lon
    lat, lon = (records.find_column(name) or name for name in ("Latitude", "Longitude"))
    return lat, lon


def _access(code: str | None, groups: str) -> str | None:
    """Return public or private, by the code or by the groups that have access; None if neither is given."""
    for text in ((code or "").lower(), groups.lower()):
        for access in ("private", "public"):
            if access in text:
                return access
    return None


def _ports(lines: Sequence[Mapping[str, str]], columns: Mapping[str, str | None], odd: Odd) -> str:
    """Return the ports of a station as JSON: counts by level, and the power of the strongest connector, kW.

    Unusable powers are added to `odd`; counts are those of the station, where they are checked.
    """
    found = []
    for line in lines:
        remarks: Odd = []
        port = take(_Port, line, columns, remarks)
        odd += [remark for remark in remarks if remark[0] not in {columns[field] for field in _PORTS}]
        content = port.model_dump(include={*_PORTS})
        power_kw = max((kw for kw in port.model_dump(include={*_POWERS}).values() if kw), default=None)
        found.append({key: value for key, value in (content | {"power_kw": power_kw}).items() if value})
    return json.dumps(found)


def _by_station(records: Records, columns: dict[str, str | None]) -> Iterator[tuple[int, _Row]]:
    """Gather the lines of ports by station, which has the sum of its ports."""
    stations: dict[str, tuple[int, list[dict[str, str]]]] = {}
    for record, values in records:
        stations.setdefault(values[str(columns["afdc_id"])].strip(), (record, []))[1].append(values)
    for record, ports in stations.values():
        sums = {c: _sum([port[c] for port in ports]) for field in _PORTS if (c := columns[field])}
        yield record, (ports[0] | sums, ports)


def _sum(texts: list[str]) -> str:
    """Return the sum of some counts, or the first text that is not a count."""
    given = [text.strip() for text in texts if text.strip()]
    odd = next((text for text in given if not text.isdecimal()), None)
    return odd or (str(sum(map(int, given))) if given else "")
