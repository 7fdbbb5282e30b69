"""Reads charging stations of OpenChargeMap.

Inputs: the JSON array that /v3/poi returns, or records of the export, one to a line; plain or .gz.
Results: `raw.openchargemap_poi`, each record as delivered, with null for values that cannot be read. If
level, current and power contradict each other, the views decide and `core.source_remark` notes it.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import math
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field

from db.common.errors import UsageError
from etl.region.sources import OpenChargeMapSource
from etl.sources.base import Batch, Frame, Rejects, Remarks
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.schema import KW_MAX, PORTS_MAX, Record, check_leniently
from etl.sources.values import BIGINT_MAX, FieldError, parse_required_place

_INTO = Rows("openchargemap_poi", ("record_number", "ocm_id", "record", "geom"), entities="stations")
_Count = Annotated[int, Field(ge=0, le=PORTS_MAX)]


def _moment(text: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text[:40]}' is not a time like 2024-11-30T12:00:00Z") from None
    if moment.date() > dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1):
        raise ValueError(f"{text[:40]} lies in the future")
    return text


class _Json(Record):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, allow_inf_nan=False)


class _Kind(_Json):
    ID: _Count | None = None


class _Submission(_Json):
    IsLive: bool | None = None


class _Operator(_Json):
    ID: _Count | None = None
    Title: str | None = None
    IsPrivateIndividual: bool | None = None


class _Connection(_Json):
    LevelID: _Count | None = None
    Level: _Kind | None = None
    StatusTypeID: _Count | None = None
    StatusType: _Kind | None = None
    CurrentTypeID: _Count | None = None
    CurrentType: _Kind | None = None
    Quantity: _Count | None = None
    PowerKW: Annotated[float, Field(ge=0, le=KW_MAX)] | None = None


class _Address(_Json):
    Title: str | None = None
    Longitude: Annotated[float, Field(ge=-180, le=180)]
    Latitude: Annotated[float, Field(ge=-90, le=90)]


class _Poi(_Json):
    """The values of a record of OpenChargeMap, version 3, that the views read; others stay as delivered."""

    ID: Annotated[int, Field(ge=1, le=BIGINT_MAX)]
    AddressInfo: _Address
    Connections: list[_Connection | None] | None = None
    OperatorID: _Count | None = None
    OperatorInfo: _Operator | None = None
    NumberOfPoints: _Count | None = None
    StatusTypeID: _Count | None = None
    StatusType: _Kind | None = None
    SubmissionStatusTypeID: _Count | None = None
    SubmissionStatus: _Submission | None = None
    UsageTypeID: _Count | None = None
    UsageType: _Kind | None = None
    UsageCost: str | None = None
    DateLastVerified: Annotated[str, AfterValidator(_moment)] | None = None


def read_openchargemap(path: Path, _: OpenChargeMapSource, frame: Frame) -> Batch:
    """Read the stations.

    Raises:
        UsageError: the file is not a JSON array of OpenChargeMap records.
    """
    rejects, remarks = Rejects(), Remarks()
    table = collect_rows(_INTO, enumerate(_items(path), start=1), _parse, frame, rejects, remarks=remarks)
    return Batch([table], rejects, remarks=remarks)


def _parse(_: int, item: Any) -> Item:
    if not isinstance(item, dict):
        raise FieldError("record", "it is not a JSON object")
    given = item.get("ID")
    label = f"ID {given}" if isinstance(given, int) and 0 < given <= BIGINT_MAX else None
    poi, content, odd = check_leniently(_Poi, _plain(item), label=label)
    address = poi.AddressInfo
    try:
        fields = ("AddressInfo.Longitude", "AddressInfo.Latitude")
        place = parse_required_place(repr(address.Longitude), repr(address.Latitude), fields=fields)
        text = _as_json(content)
    except FieldError as error:
        error.label = label
        raise
    return Item((poi.ID, text), place, key=poi.ID, key_field="ID", label=label, odd=tuple(odd))


def _items(path: Path) -> list[Any]:
    hint = "fetch it again from /v3/poi with output=json and camelcase=false."
    try:
        data = _json(
            gzip.decompress(path.read_bytes()) if path.suffix.lower() == ".gz" else path.read_bytes()
        )
    except (ValueError, RecursionError, OSError, EOFError, zlib.error) as error:
        what = f"{type(error).__name__}: {error}"[:200]
        raise UsageError(f"{path.name} is not valid JSON ({what}).", hint) from None
    if isinstance(data, dict) and "AddressInfo" in data:
        data = [data]
    if not isinstance(data, list):
        raise UsageError(f"{path.name} is not a JSON array of OpenChargeMap records.", hint)
    if data and not any(isinstance(item, dict) and "AddressInfo" in item for item in data):
        raise UsageError(f"No record of {path.name} has an AddressInfo.", hint)
    return data


def _json(content: bytes) -> Any:
    """Parse JSON in UTF-8, UTF-16 or UTF-32; records, one to a line, are parsed as a list."""
    text = content.decode(json.detect_encoding(content))
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        if not text.lstrip().startswith("{"):
            raise
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def _plain(value: Any) -> Any:
    """Return a value with 2 for 2.0 and null for NaN, which programs write for columns with empty cells.

    Raises:
        FieldError: its objects are nested too deep.
    """
    try:
        if isinstance(value, float):
            return None if not math.isfinite(value) else int(value) if value.is_integer() else value
        if isinstance(value, list):
            return [_plain(part) for part in value]
        return {key: _plain(part) for key, part in value.items()} if isinstance(value, dict) else value
    except RecursionError:
        raise FieldError("record", "its objects are nested too deep") from None


def _as_json(item: Mapping[str, Any]) -> str:
    """Return the record as PostgreSQL can hold it: without NUL characters and broken surrogates.

    Raises:
        FieldError: it has a number that is not finite, or its objects are nested too deep.
    """
    try:
        return json.dumps(_holdable(item), allow_nan=False, ensure_ascii=False)
    except ValueError:
        raise FieldError("record", "it has a number that is not finite or too long") from None
    except RecursionError:
        raise FieldError("record", "its objects are nested too deep") from None


def _holdable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_holdable(part) for part in value]
    if isinstance(value, dict):
        return {_holdable(key): _holdable(part) for key, part in value.items()}
    return value
