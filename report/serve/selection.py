"""Which features a request picks: its box, its time and its filter as one condition in CQL2.

Features without a place match every box, and those without a time every time (OGC 17-069r4).
"""

from __future__ import annotations

import datetime as dt
import re
from functools import reduce
from typing import Annotated, Any, Literal

from cql2 import Expr
from fastapi import HTTPException, Query, Request
from shapely.geometry import mapping
from tipg.collections import Collection

from report.serve import box

FILTER_LENGTH_MAX = 2000
DEPTH_MAX = 20
# The standard's own operators. cql2 hands any other name to PostgreSQL as a function, which might sleep
# or read what is not published.
_LOGIC = (
    "and",
    "or",
    "not",
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "like",
    "between",
    "in",
    "isnull",
    "+",
    "-",
    "*",
    "/",
)
_PLACE = ("intersects", "equals", "disjoint", "touches", "within", "overlaps", "crosses", "contains")
OPERATORS = frozenset(_LOGIC) | {f"s_{name}" for name in _PLACE}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?", re.IGNORECASE)
_OPEN = ("", "..")
_ENDS = (1, 2)


def refuse(reason: str) -> HTTPException:
    """Return the answer to a request that cannot be understood."""
    return HTTPException(status_code=400, detail=reason)


def selection(
    request: Request,
    query: Annotated[str | None, Query(description="CQL2 filter.", alias="filter")] = None,
    _language: Annotated[Literal["cql2-text", "cql2-json"] | None, Query(alias="filter-lang")] = None,
    bbox: Annotated[str | None, Query(description="West, south, east, north.")] = None,
    datetime: Annotated[str | None, Query(description="A time, or an interval of two.")] = None,
) -> Expr | None:
    """Return the condition of a request; None where all features are meant."""
    catalogue = request.app.state.collection_catalog["collections"]
    collection: Collection | None = catalogue.get(request.path_params.get("collectionId", ""))
    srid = collection.geometry_column.srid if collection and collection.geometry_column else None
    conditions = [
        _filter(query, srid),
        _in_box(bbox, collection, srid),
        _in_time(datetime, collection),
    ]
    given = [condition for condition in conditions if condition is not None]
    return reduce(lambda one, other: one + other, given) if given else None


def checked(node: Any, srid: int | None, depth: int = 0) -> Any:
    """Return a filter, as CQL2-JSON, with its boxes as polygons, which tipg knows how to reproject.

    Raises:
        HTTPException: 400, when it nests too deep, calls a function or names what cannot be a column.
    """
    if depth > DEPTH_MAX:
        raise refuse("The filter nests too deep.")
    if isinstance(node, list):
        return [checked(item, srid, depth + 1) for item in node]
    if not isinstance(node, dict):
        return node
    if "bbox" in node:
        return _shape(node["bbox"], srid)
    if str(node.get("op", "=")).lower() not in OPERATORS:
        raise refuse("The filter uses an operator or a function that is not offered here.")
    if not _NAME.fullmatch(str(node.get("property", "x"))):
        raise refuse("The filter names a property that there is not.")
    return {name: checked(item, srid, depth + 1) for name, item in node.items()}


def _filter(query: str | None, srid: int | None) -> Expr | None:
    if query is None:
        return None
    # the parser calls itself, so that depth is bounded before it sees the text
    if len(query) > FILTER_LENGTH_MAX or max(query.count(c) for c in "([{") > DEPTH_MAX * 4:
        raise refuse("The filter is too long.")
    if "\0" in query:
        raise refuse("The filter is not text.")
    return _parsed(checked(_parsed(query).to_json(), srid))


def _parsed(source: str | dict[str, Any]) -> Expr:
    try:
        return Expr(source)
    except Exception:  # noqa: BLE001 - the parser, written in Rust, raises Exception itself and no class of it
        raise refuse("The filter is no CQL2.") from None


def _shape(bounds: list[Any], srid: int | None) -> dict[str, Any]:
    """Return a box as GeoJSON; its shape is empty where it lies far from where the collection can be."""
    try:
        return dict(mapping(box.shape_of_box(box.read_box(bounds), srid)))
    except (ValueError, TypeError) as error:
        said = (
            str(error)
            if str(error).startswith("A box")
            else "A box is four numbers: west, south, east, north."
        )
        raise refuse(said) from None


def _in_box(text: str | None, collection: Collection | None, srid: int | None) -> Expr | None:
    if text is None:
        return None
    shape = _shape(list(text.split(",")), srid)
    if collection is None or collection.geometry_column is None:
        return None
    place = {"property": collection.geometry_column.name}
    nowhere = {"op": "isNull", "args": [place]}
    if not shape.get("coordinates", shape.get("geometries")):
        return Expr(nowhere)
    return Expr({"op": "or", "args": [nowhere, {"op": "s_intersects", "args": [place, shape]}]})


def _in_time(text: str | None, collection: Collection | None) -> Expr | None:
    if text is None:
        return None
    ends = text.split("/")
    if len(ends) not in _ENDS or all(end in _OPEN for end in ends):
        raise refuse("'datetime' is a time, or an interval of two: start/end, either of them '..'.")
    start, end = _instant(ends[0], is_end=False), _instant(ends[-1], is_end=True)
    if start and end and start > end:
        raise refuse("'datetime' ends before it begins.")
    if collection is None or collection.datetime_column is None:
        return None
    when = {"property": collection.datetime_column.name}
    bounds = [
        {"op": sign, "args": [when, {"timestamp": at.isoformat().replace("+00:00", "Z")}]}
        for sign, at in ((">=", start), ("<=", end))
        if at
    ]
    inside = bounds[0] if len(bounds) == 1 else {"op": "and", "args": bounds}
    return Expr({"op": "or", "args": [{"op": "isNull", "args": [when]}, inside]})


def _instant(text: str, *, is_end: bool) -> dt.datetime | None:
    """Return the moment that an end of an interval names, a day's first or last one; None where it is open.

    Raises:
        HTTPException: 400, when it is no time as RFC 3339 writes it.
    """
    if text in _OPEN:
        return None
    plain = re.sub(r"(\.\d{6})\d+", r"\1", text.upper())
    try:
        at = dt.datetime.fromisoformat(plain) if _TIME.fullmatch(text) else None
    except ValueError:
        at = None
    if at is None:
        raise refuse("'datetime' is written as RFC 3339 does: 2026-06-01T12:00:00Z.")
    if "T" not in text.upper():
        at = dt.datetime.combine(at.date(), dt.time.max if is_end else dt.time.min, dt.UTC)
    try:
        return at.astimezone(dt.UTC)
    except OverflowError:
        raise refuse("'datetime' is beyond the years 1 to 9999.") from None
