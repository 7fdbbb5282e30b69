"""Reads charging stations of OpenChargeMap.

Inputs: the JSON array that /v3/poi answers with (or one record of the export). Results: `raw.openchargemap_poi`,
each record as delivered.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from db.errors import UsageError
from etl.region import OpenChargeMapSource
from etl.sources.base import OUTSIDE, Batch, Frame, Reject, Table, ewkb_points
from etl.sources.values import BIGINT_MAX, FieldFault, needed_place

COLUMNS = ("record_number", "ocm_id", "record", "geom")


def read_openchargemap(path: Path, _: OpenChargeMapSource, frame: Frame) -> Batch:
    """Read the stations.

    Raises:
        UsageError: the file is no JSON array of OpenChargeMap records.
    """
    rejects: list[Reject] = []
    kept: list[tuple[int, int, str]] = []
    places: list[tuple[float, float]] = []
    seen: set[int] = set()
    for record, item in enumerate(_items(path), start=1):
        label = f"{record} (ID {item.get('ID')})"[:80] if isinstance(item, dict) else str(record)
        try:
            ocm_id, at = _check(item)
            if ocm_id in seen:
                raise FieldFault("ID", f"{ocm_id} is there before")
            text = _as_json(item)
        except FieldFault as fault:
            rejects.append(Reject(label, fault.field, fault.reason))
            continue
        seen.add(ocm_id)
        if frame.has(*at):
            kept.append((record, ocm_id, text))
            places.append(at)
        else:
            rejects.append(Reject(label, "AddressInfo", OUTSIDE, is_outside=True))
    rows = [(*row, geom) for row, geom in zip(kept, ewkb_points(places), strict=True)]
    return Batch([Table("openchargemap_poi", COLUMNS, rows)], rejects)


def _items(path: Path) -> list[Any]:
    hint = "fetch it again from /v3/poi with output=json and camelcase=false."
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError, OSError) as error:
        what = f"{type(error).__name__}: {error}"[:200]
        raise UsageError(f"{path.name} is not valid JSON ({what}).", hint) from None
    if isinstance(data, dict) and "AddressInfo" in data:
        data = [data]
    if not isinstance(data, list):
        raise UsageError(f"{path.name} is no JSON array of OpenChargeMap records.", hint)
    if data and not any(isinstance(item, dict) and "AddressInfo" in item for item in data):
        raise UsageError(f"No record of {path.name} has an AddressInfo.", hint)
    return data


def _check(item: Any) -> tuple[int, tuple[float, float]]:
    """Return the ID and the place; what the views read must have the shape they expect."""
    if not isinstance(item, dict):
        raise FieldFault("record", "it is no JSON object")
    ocm_id, address = item.get("ID"), item.get("AddressInfo")
    if not isinstance(ocm_id, int) or isinstance(ocm_id, bool) or not 0 < ocm_id <= BIGINT_MAX:
        raise FieldFault("ID", f"{str(ocm_id)[:40]} is no ID")
    if not isinstance(address, dict):
        raise FieldFault("AddressInfo", "it is no JSON object")
    connections = item.get("Connections") or []
    if not isinstance(connections, list) or not all(isinstance(part, dict) for part in connections):
        raise FieldFault("Connections", "it is no array of objects")
    for number, part in enumerate(connections, start=1):
        for name, high in (("LevelID", 10_000), ("Quantity", 10_000), ("PowerKW", 100_000)):
            _numeric(part.get(name), f"Connections[{number}].{name}", high)
    for name, high in (
        ("NumberOfPoints", 10_000),
        ("StatusTypeID", 10_000),
        ("UsageTypeID", 10_000),
        ("OperatorID", BIGINT_MAX),
    ):
        _numeric(item.get(name), name, high)
    fields = ("AddressInfo.Longitude", "AddressInfo.Latitude")
    lon, lat = (_coordinate(address.get(field.split(".")[1]), field) for field in fields)
    return ocm_id, needed_place(lon, lat, fields=fields)


def _numeric(value: Any, field: str, high: float) -> None:
    if value is None:
        return
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= high:
        raise FieldFault(field, f"{str(value)[:40]} is no number between 0 and {high:,}")


def _coordinate(value: Any, field: str) -> str:
    if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
        raise FieldFault(field, f"{str(value)[:40]!r} is no number")
    return "" if value is None else repr(value)


def _as_json(item: dict[str, Any]) -> str:
    """Return the record as PostgreSQL can hold it: without NUL characters and broken surrogates.

    Raises:
        FieldFault: it holds a number that is not finite.
    """
    try:
        return json.dumps(_holdable(item), allow_nan=False, ensure_ascii=False)
    except ValueError:
        raise FieldFault("record", "it holds a number that is not finite") from None


def _holdable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_holdable(part) for part in value]
    if isinstance(value, dict):
        return {_holdable(key): _holdable(part) for key, part in value.items()}
    return value
