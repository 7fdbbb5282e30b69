"""Reads charging stations of OpenChargeMap.

Inputs: the JSON array that /v3/poi answers with (or one record of the export). Results:
`raw.openchargemap_poi`, each record as delivered.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from db.errors import UsageError
from etl.region_source import OpenChargeMapSource
from etl.sources.base import Batch, Frame, Reject
from etl.sources.collect import Item, Rows, collect
from etl.sources.values import BIGINT_MAX, FieldError, needed_place

_INTO = Rows("openchargemap_poi", ("record_number", "ocm_id", "record", "geom"), noun="stations")
_POINTS_MAX = 10_000
_KW_MAX = 100_000


def read_openchargemap(path: Path, _: OpenChargeMapSource, frame: Frame) -> Batch:
    """Read the stations.

    Raises:
        UsageError: the file is no JSON array of OpenChargeMap records.
    """
    rejects: list[Reject] = []
    table = collect(_INTO, enumerate(_items(path), start=1), _parse, frame, rejects)
    return Batch([table], rejects)


def _parse(_: int, item: Any) -> Item:
    if not isinstance(item, dict):
        raise FieldError("record", "it is no JSON object")
    ocm_id = item.get("ID")
    if not isinstance(ocm_id, int) or isinstance(ocm_id, bool) or not 0 < ocm_id <= BIGINT_MAX:
        raise FieldError("ID", f"{str(ocm_id)[:40]} is no ID")
    try:
        place = _check(item)
        text = _as_json(item)
    except FieldError as error:
        error.label = f"ID {ocm_id}"
        raise
    return Item((ocm_id, text), place, key=ocm_id, key_field="ID", label=f"ID {ocm_id}")


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


def _check(item: dict[str, Any]) -> tuple[float, float]:
    """Return the place; what the views read must have the shape they expect."""
    address = item.get("AddressInfo")
    if not isinstance(address, dict):
        raise FieldError("AddressInfo", "it is no JSON object")
    connections = item.get("Connections") or []
    if not isinstance(connections, list) or not all(isinstance(part, dict) for part in connections):
        raise FieldError("Connections", "it is no array of objects")
    for number, part in enumerate(connections, start=1):
        for name, high in (("LevelID", _POINTS_MAX), ("Quantity", _POINTS_MAX), ("PowerKW", _KW_MAX)):
            _numeric(part.get(name), f"Connections[{number}].{name}", high)
    for name in ("NumberOfPoints", "StatusTypeID", "UsageTypeID"):
        _numeric(item.get(name), name, _POINTS_MAX)
    fields = ("AddressInfo.Longitude", "AddressInfo.Latitude")
    lon, lat = (_coordinate(address.get(field.split(".")[1]), field) for field in fields)
    return needed_place(lon, lat, fields=fields)


def _numeric(value: Any, field: str, high: float) -> None:
    if value is None:
        return
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= high:
        raise FieldError(field, f"{str(value)[:40]} is no number between 0 and {high:,}")


def _coordinate(value: Any, field: str) -> str:
    if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
        raise FieldError(field, f"{str(value)[:40]!r} is no number")
    return "" if value is None else repr(value)


def _as_json(item: dict[str, Any]) -> str:
    """Return the record as PostgreSQL can hold it: without NUL characters and broken surrogates.

    Raises:
        FieldError: it holds a number that is not finite.
    """
    try:
        return json.dumps(_holdable(item), allow_nan=False, ensure_ascii=False)
    except ValueError:
        raise FieldError("record", "it holds a number that is not finite") from None


def _holdable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_holdable(part) for part in value]
    if isinstance(value, dict):
        return {_holdable(key): _holdable(part) for key, part in value.items()}
    return value
