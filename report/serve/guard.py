"""What a request may ask for: known operators, plain names, boxes and tiles on earth, answers as data."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from cql2 import Expr
from fastapi import HTTPException, Path, Query, Request
from morecantile import Tile
from tipg import dependencies as tipg
from tipg.collections import Collection
from tipg.resources.enums import MediaType

FILTER_LENGTH_MAX = 2000
DEPTH_MAX = 20
ZOOM_MAX = 20
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
_KEY = re.compile(r"-?[0-9]{1,18}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_BOX_SIZES = (4, 6)

Answer = Literal["json"]
FeatureAnswer = Literal["geojson", "json", "geojsonseq", "ndjson"]


def _refuse(reason: str) -> HTTPException:
    return HTTPException(status_code=400, detail=reason)


def checked(node: Any, depth: int = 0) -> Any:
    """Return a filter, as CQL2-JSON, with its boxes as polygons, which tipg knows how to reproject.

    Raises:
        HTTPException: 400, when it nests too deep, calls a function or names what cannot be a column.
    """
    if depth > DEPTH_MAX:
        raise _refuse("The filter nests too deep.")
    if isinstance(node, list):
        return [checked(item, depth + 1) for item in node]
    if not isinstance(node, dict):
        return node
    if "bbox" in node:
        return _polygon(node["bbox"])
    if str(node.get("op", "=")).lower() not in OPERATORS:
        raise _refuse("The filter uses an operator or a function that is not offered here.")
    if not _NAME.fullmatch(str(node.get("property", "x"))):
        raise _refuse("The filter names a property that there is not.")
    return {name: checked(item, depth + 1) for name, item in node.items()}


def _polygon(bounds: list[Any]) -> dict[str, Any]:
    west, south, east, north = _box(bounds)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _box(bounds: list[Any]) -> list[float]:
    are_numbers = all(isinstance(bound, int | float) and math.isfinite(bound) for bound in bounds)
    if len(bounds) not in _BOX_SIZES or not are_numbers:
        raise _refuse("A box is four numbers: west, south, east, north.")
    half = len(bounds) // 2
    (west, south), (east, north) = bounds[:2], bounds[half : half + 2]
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - degrees
        raise _refuse("A box is west, south, east, north, in degrees.")
    return [west, south, east, north]


def _parsed(source: str | dict[str, Any]) -> Expr:
    try:
        return Expr(source)
    except Exception:  # noqa: BLE001 - the parser, written in Rust, raises Exception itself and no class of it
        raise _refuse("The filter is no CQL2.") from None


def filter_query(
    query: Annotated[str | None, Query(description="CQL2 filter.", alias="filter")] = None,
    _language: Annotated[Literal["cql2-text", "cql2-json"] | None, Query(alias="filter-lang")] = None,
) -> Expr | None:
    """Return the filter of a request, of the standard's operators alone."""
    if query is None:
        return None
    # the parser calls itself, so that depth is bounded before it sees the text
    if len(query) > FILTER_LENGTH_MAX or max(query.count(c) for c in "([{") > DEPTH_MAX * 4:
        raise _refuse("The filter is too long.")
    if "\0" in query:
        raise _refuse("The filter is no text.")
    return _parsed(checked(_parsed(query).to_json()))


def bbox_query(
    bbox: Annotated[str | None, Query(description="West, south, east, north.")] = None,
) -> list[float] | None:
    """Return the box of a request, in degrees."""
    if not bbox:
        return None
    try:
        return _box([float(part) for part in bbox.split(",")])
    except ValueError:
        raise _refuse("A box is four numbers: west, south, east, north.") from None


def collection_parameters(
    request: Request, collection_id: Annotated[str, Path(alias="collectionId")]
) -> Collection:
    """Return the collection of a request, whose features have whole numbers that PostgreSQL can hold."""
    wanted = [request.path_params.get("itemId", "0"), *request.query_params.get("ids", "0").split(",")]
    if not all(map(_KEY.fullmatch, wanted)):
        raise HTTPException(status_code=404, detail="There is no such feature.")
    return tipg.CollectionParams(request, collection_id)


def tile_parameters(
    z: Annotated[int, Path(ge=0, le=ZOOM_MAX)], x: Annotated[int, Path(ge=0)], y: Annotated[int, Path(ge=0)]
) -> Tile:
    """Return the tile of a request, which must be one of its zoom level."""
    if x >= 2**z or y >= 2**z:
        raise HTTPException(status_code=404, detail="There is no such tile.")
    return Tile(x, y, z)


def answer(request: Request, f: Annotated[Answer | None, Query()] = None) -> MediaType:  # noqa: ARG001 - FastAPI's
    """Answer in JSON: tipg's pages load scripts from elsewhere, and names in them are untrusted."""
    return MediaType.json


def queryables_answer(f: Annotated[Literal["schemajson"] | None, Query()] = None) -> MediaType:  # noqa: ARG001
    """Answer with a JSON schema."""
    return MediaType.schemajson


def features_answer(f: Annotated[FeatureAnswer | None, Query()] = None) -> MediaType:
    """Answer with features; tables of untrusted names for spreadsheets come from `report.export` alone."""
    return MediaType[f or "geojson"]


def feature_answer(f: Annotated[Literal["geojson", "json"] | None, Query()] = None) -> MediaType:
    """Answer with one feature."""
    return MediaType[f or "geojson"]


OVERRIDES: dict[Callable[..., Any], Callable[..., Any]] = {
    tipg.CollectionParams: collection_parameters,
    tipg.filter_query: filter_query,
    tipg.bbox_query: bbox_query,
    tipg.TileParams: tile_parameters,
    tipg.OutputType: answer,
    tipg.QueryablesOutputType: queryables_answer,
    tipg.ItemsOutputType: features_answer,
    tipg.ItemOutputType: feature_answer,
}
